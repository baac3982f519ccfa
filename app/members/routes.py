"""Pages of members: the list, an organisation, a person; following; who can be mentioned."""

import typing as t
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, redirect, request

from app.core import limits, pages, panels, policy, watches
from app.core.activity import highest
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.core.text import clean_line
from app.members import acts, mentions, names, queries
from app.members.models import KINDS, Organisation, Person

bp = Blueprint("members", __name__)
PROFILES_AN_HOUR, LOOKUPS_A_MINUTE = 600, 120


@bp.get("/members")
@policy.public
def index() -> Response:
    """List the organisations by name; filters and find box stand in the address."""
    asked, viewer = _asked(), me().viewer
    groups, regions = queries.coalitions(viewer), queries.regions(viewer)
    return pages.page(
        "members/index.html", place="members", asked=asked, listed=queries.directory(viewer, asked), names=names,
        coalitions=groups, url_of=queries.url_of, link=lambda **other: _link(asked, **other),
        choices=[
            ("kind", _("Kind"), [(kind, names.kinds_word(kind)) for kind in KINDS], True),
            ("coalition", _("Coalition"), sorted((key, one.name) for key, one in groups.items()), True),
            ("region", _("Region"), [(key, names.region(key)) for key in regions], False),
        ],
    )  # fmt: skip


def _asked() -> queries.Asked:
    given = request.args
    chosen = {
        name: tuple(filter(None, map(clean_line, given.getlist(name)[:20])))
        for name in ("kind", "region", "coalition")
    }
    return queries.Asked(
        clean_line(given.get("q"))[:100], **chosen, after=_number("after"), before=_number("before")
    )


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _link(asked: queries.Asked, **other: t.Any) -> str:
    """Return the address of the list as it was asked for, with something changed."""
    values = {**asked._replace(after=0, before=0)._asdict(), **other}
    pairs = urlencode({name: value for name, value in values.items() if value}, doseq=True)
    return f"/members?{pairs}" if pairs else "/members"


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
        main=panels.drawn("organisation", one), side=panels.drawn("organisation", one, "side"),
    )  # fmt: skip


@bp.get("/people/<int:number>")
@bp.get("/people/<int:number>-<path:tail>")
@ruled("person.read")
def one_person(number: int, tail: str = "") -> t.Any:
    """Show a person to members; how many one member reads in an hour is counted."""
    one = _person(number)
    if tail != one.handle:
        return redirect(one.url, 301)
    who, last = person(), highest()
    limits.hourly("people", who.id, PROFILES_AN_HOUR)
    return pages.page(
        "members/person.html", place="members", last=last, one=one, names=names, noindex=True,
        seats=queries.seats_of(one.id), url_of=queries.url_of, level=watches.level(who.id, one.ref), mine=who.id == one.id,
        main=panels.drawn("person", one), side=panels.drawn("person", one, "side"),
    )  # fmt: skip


def _person(number: int, act: str = "person.read") -> Person:
    one = t.cast("Person | None", get_or_none(Person, number))
    return t.cast(Person, require(act, one if one and one.state != "invited" else None))


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
