"""Pages of members: an organisation, a person; following; who can be mentioned."""

import typing as t

from flask import Blueprint, Response, abort, jsonify, redirect, request

from app.core import apart, limits, pages, panels, policy, watches
from app.core.activity import highest
from app.core.audience import is_apart
from app.core.database import get_or_none
from app.core.policy import me, person, require, ruled
from app.core.text import clean_line
from app.members import (
    acts,
    cards,
    goals,
    mentions,
    names,
    organisation_forms,
    profile,
    profile_forms,
    queries,
)
from app.members.models import Organisation, Person

bp = Blueprint("members", __name__)
PROFILES_AN_HOUR, CONTACTS_AN_HOUR, LOOKUPS_A_MINUTE = 600, 120, 120


@bp.get("/members/<int:number>")
@bp.get("/members/<int:number>-<path:tail>")
@ruled("organisation.read", public=True)
def organisation(number: int, tail: str = "") -> t.Any:
    """Show a profile; the number decides, a wrong tail leads to the right address."""
    one = require("organisation.read", get_or_none(Organisation, number))
    if tail != one.slug:
        return redirect(one.url, 301)
    who, last = me(), highest()
    return pages.page(
        "members/organisation.html", place="members", last=last, one=one, names=names,
        coalition=queries.coalitions(who.viewer).get(one.coalition), level=watches.level(who.id, one.ref) if who.id else "",
        people=queries.people_of(who.viewer, one.id), mine=any(seat.id == one.id for seat in who.seats),
        kinds=organisation_forms, profile=profile, themes=profile.themes_of(one), goals=goals,
        languages=profile.languages_of(one.id),
        main=panels.drawn("organisation", one), side=panels.drawn("organisation", one, "side"),
        apart=apart.of(one.ref) if is_apart(one.audience_id) else None,
    )  # fmt: skip


@bp.get("/members/<int:number>/contacts.vcf")
@ruled("members.contacts")
def contacts(number: int) -> Response:
    """Send the people of an organisation as vCards; how many one takes in an hour is counted."""
    one, who = require("members.contacts", get_or_none(Organisation, number)), person()
    limits.counted("contacts", str(who.id), CONTACTS_AN_HOUR)
    answer = Response(cards.of(who.viewer, one), mimetype="text/vcard")
    answer.headers["Content-Disposition"] = f'attachment; filename="{one.handle}.vcf"'
    return answer


@bp.get("/people/<int:number>")
@bp.get("/people/<int:number>-<path:tail>")
@ruled("person.read", public=True)
def one_person(number: int, tail: str = "") -> t.Any:
    """Show a person to those who may see the page: members, or everybody; how many one reads in an hour is counted."""
    one, who = _person(number), me()
    if tail != one.handle:
        return redirect(one.url, 301)
    limits.counted("people", str(who.id or limits.neighbourhood()), PROFILES_AN_HOUR)
    last, mine = highest(), who.id == one.id
    fields, themes = profile.fields_for(who.viewer, one), profile.themes_of(one)
    spoken = profile.speaks(one.id)
    hint = profile.gaps(one, themes, spoken) if mine and acts.HINT not in one.shown else []
    return pages.page(
        "members/person.html", place="members", last=last, one=one, names=names, noindex=True, fields=fields,
        profile=profile, spoken=spoken, themes=themes, goals=goals, seats=queries.seats_of(one.id), url_of=queries.url_of,
        mine=mine, level=watches.level(who.id, one.ref) if who.id else "", hint=hint, page=profile_forms.PAGES[one.page],
        main=panels.drawn("person", one), side=panels.drawn("person", one, "side"),
        deeds=panels.drawn("person", one, "deeds"),
    )  # fmt: skip


def _person(number: int, act: str = "person.read") -> Person:
    """Return a person; a visitor is asked to sign in, whether there is one or not."""
    one = t.cast("Person | None", get_or_none(Person, number))
    if one is not None and one.state == "invited":
        one = None
    if not me().is_authenticated and (one is None or not one.readable_by(me().viewer)):
        abort(policy.sign_in_first())
    return t.cast(Person, require(act, one))


@bp.post("/members/<int:number>/follow", defaults={"on": True})
@bp.post("/members/<int:number>/unfollow", defaults={"on": False})
@ruled("members.follow")
def follow_organisation(number: int, on: bool) -> Response:
    """Follow what an organisation does, or no longer."""
    return _follow(require("members.follow", get_or_none(Organisation, number)), on)


@bp.post("/people/<int:number>/follow", defaults={"on": True})
@bp.post("/people/<int:number>/unfollow", defaults={"on": False})
@ruled("members.follow")
def follow_person(number: int, on: bool) -> Response:
    """Follow what a person does, or no longer."""
    return _follow(_person(number, "members.follow"), on)


def _follow(thing: t.Any, on: bool) -> Response:
    def act() -> str:
        acts.follow(person(), thing, on)
        return str(thing.url)

    return pages.acted("members.follow", act)


@bp.get("/mentions")
@ruled("members.mention")
def mention() -> Response:
    """Return who can be mentioned, for the composer: 8 at most, only what the reader may see."""
    who = require("members.mention", person())
    if not limits.hit("mentions", str(who.id), LOOKUPS_A_MINUTE, 1):
        abort(429)
    found = mentions.find(who.viewer, clean_line(request.args.get("q"))[:40])
    answer = jsonify([hit._asdict() for hit in found])
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
