"""Pages of kept searches: keeping one, what it finds by now, changing it; and its feed for feed readers."""

import typing as t

from flask import Blueprint, Response, abort, request

from app.core import atom, limits, look, pages
from app.core.database import get_or_none, setting
from app.core.languages import _, in_language
from app.core.policy import person, public, require, ruled, ungated
from app.core.text import clean_line
from app.extensions import db
from app.members.models import Person
from app.members.signed_in import as_person
from app.search import query, routes, saved
from app.search.models import SavedSearch

bp = Blueprint("saved", __name__)
HERE = "/search/saved"
LIST = "/settings/following"
MOST_NAME = 120


def _own(number: int) -> SavedSearch:
    return t.cast(SavedSearch, require("search.own", get_or_none(SavedSearch, number)))


def _name(given: str | None, kept: str) -> str:
    """Return the name that was written, else the words that are looked for."""
    words = clean_line(given)[:MOST_NAME]
    return words or saved.said(kept)[:MOST_NAME] or str(_("Documents of the library"))


@bp.post(HERE)
@ruled("search.keep")
def keep() -> Response:
    """Keep a search of the search page, or filters of the library."""
    require("search.keep", True)
    who, form = person(), request.form
    place = form.get("place", "search")
    kept = saved.cleaned(place, form.get("query", "")) if place in saved.PLACES else ""
    if not kept:
        abort(422)
    name = _name(form.get("name"), kept)

    def done() -> str:
        return saved.keep(who, place, kept, name).url

    try:
        return pages.acted("search.keep", done, _("The search is kept. You hear of what it finds anew."))
    except saved.TooMany:
        return pages.page("search/full.html", 422, most=saved.MOST, error=True, noindex=True)


@bp.get(f"{HERE}/<int:number>")
@ruled("search.own")
def show(number: int) -> Response:
    """Show what a kept search finds, the newest first."""
    one, who = _own(number), person()
    found = query.find(saved.asked(one, who.viewer), who.viewer, newest=True)
    return pages.page(
        "search/saved.html", one=one, found=found, shown=routes.shown(found, found.hits[: routes.PAGE], who.viewer),
        address=saved.address(one), feed=f"{setting('BASE_URL')}{HERE}/{one.token}.atom", noindex=True,
    )  # fmt: skip


@bp.post(f"{HERE}/<int:number>/read")
@ruled("search.own")
def read(number: int) -> Response:
    """Its notice is read: what it finds was on the screen."""
    one, who = _own(number), person()
    saved.read(who, one)
    return Response(status=204) if request.headers.get("X-Requested-With") else pages.see_other(one.url)


@bp.post(f"{HERE}/<int:number>")
@ruled("search.own")
def change(number: int) -> Response:
    """Call it otherwise, and choose whether one hears of what is new."""
    one, who = _own(number), person()
    name, told = _name(request.form.get("name"), one.query), "told" in request.form

    def done() -> str:
        saved.change(who, one, name, told)
        return one.url

    return pages.acted("search.change", done, _("Saved."))


@bp.post(f"{HERE}/<int:number>/feed")
@ruled("search.own")
def feed_anew(number: int) -> Response:
    """Give its feed another address."""
    one, who = _own(number), person()

    def done() -> str:
        saved.readdress(who, one)
        return one.url

    return pages.acted("search.feed", done, _("The feed has a new address. The old one is gone."))


@bp.post(f"{HERE}/<int:number>/drop")
@ruled("search.own")
def drop(number: int) -> Response:
    """Let it go."""
    one, who = _own(number), person()

    def done() -> str:
        saved.drop(who, one)
        return LIST

    return pages.acted("search.drop", done, _("The search is no longer kept."))


@bp.get(f"{HERE}/<token>.atom")
@public
@ungated
def feed(token: str) -> Response:
    """Answer with what a kept search finds, as its owner sees it now; whoever has the address may read it."""
    one = saved.of_token(token)
    owner = db.session.get(Person, one.person_id) if one else None
    if one is None or owner is None or owner.state != "active":
        abort(429 if limits.door("") else 404)
    who = as_person(owner.id)
    with in_language(who.language, who.timezone):
        found = query.find(saved.asked(one, who.viewer), who.viewer, newest=True)
        shown = routes.shown(found, found.hits[: setting("FEED_PAGE")], who.viewer)
        return _feed(one, shown)


def _feed(one: SavedSearch, shown: list[routes.Shown]) -> Response:
    base = setting("BASE_URL")
    root = atom.head(
        f"{base}{HERE}/{one.token}.atom", f"{one.name} – {look.title()}", _("What a kept search finds."), base + one.url
    )  # fmt: skip
    for it in shown:
        title = "".join(text for text, _hit in it.title)
        entry = atom.entry(
            root, base + it.url, title, it.entry.at, it.entry.by or look.title(), base + it.url
        )
        atom.summary(entry, "".join(text for text, _hit in it.text), it.entry.lang)
    answer = Response(atom.written(root), mimetype=atom.TYPE)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
