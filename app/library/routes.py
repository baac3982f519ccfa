"""The page of a document and of each of its versions, and what scripts fetch of it."""

import typing as t

from flask import Blueprint, Response, redirect, request

from app.core import apart, dates, pages, panels, watches
from app.core.activity import highest
from app.core.audience import PUBLIC, is_apart, rooms_of
from app.core.database import atomic, get_or_none
from app.core.languages import language
from app.core.policy import can, me, person, require, ruled
from app.library import editions, shown, statistics, versions, words
from app.library.models import Document, Version

bp = Blueprint("library", __name__)


def found(number: int, act: str = "library.read") -> Document:
    """Return a document, if who looks may do this to it; what is not seen is not there."""
    return t.cast(Document, require(act, get_or_none(Document, number)))


@bp.get("/library/<int:number>")
@bp.get("/library/<int:number>-<path:tail>")
@ruled("library.read", public=True)
def show(number: int, tail: str = "") -> t.Any:
    """Show a document: always its newest version."""
    document = found(number)
    if document.state == "withdrawn":
        return tombstone(document)
    if f"/library/{document.id}-{tail}" != document.url:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        return redirect(document.url + query, 301 if document.published else 302)
    statistics.count_view(document)
    return pages.tagged(page(document, shown.newest(document)))


@bp.get("/library/<int:number>/v/<int:nth>")
@ruled("library.read", public=True)
def version(number: int, nth: int) -> t.Any:
    """Show one version of a document; its address stays good when newer ones come."""
    document = found(number)
    if document.state == "withdrawn":
        return tombstone(document)
    one = versions.numbered(document, nth, request.args.get("lang", "")[:12])
    return pages.tagged(page(document, require("library.read", one)))


def page(document: Document, one: Version | None) -> Response:
    """Return the page of a document as one of its versions has it, or without a file."""
    who = me()
    shown.set_version(document, one)
    return pages.page(
        "library/document.html", place="library", last=highest(), it=document, own=shown.texts(document, language()),
        one=one, file=shown.file_of(one), newest=shown.is_newest(document, one), who=who, words=words,
        behind=editions.behind(document, one),
        may={act: can(f"library.{act}", document) for act in ("edit", "publish", "end")},
        level=watches.level(who.id, document.ref) if who.id else "", into=shown.into(document, who.viewer),
        apart=apart.of(document.ref) if is_apart(document.audience_id) else None, place_of=shown.shelf(document),
        mine=shown.own_review(document, who.id), overdue=shown.overdue(document), planned=shown.planned(document),
        dated=dates.words(document.date, document.published), head=panels.drawn("document", document, "head"),
        deeds=panels.drawn("document", document, "deeds"),
        main=panels.drawn("document", document), side=panels.drawn("document", document, "side"),
        noindex=PUBLIC not in rooms_of(document.audience_id) or (one is not None and not shown.is_newest(document, one)),
    )  # fmt: skip


def tombstone(document: Document) -> Response:
    """Say that a document was withdrawn, when and why. Its address answers for ever; its file is gone."""
    own = shown.texts(document, language())
    may = can("library.reinstate", document)
    return pages.page(
        "library/tombstone.html", 410, place="library", noindex=True, it=document, own=own, may=may,
        file=shown.file_of(shown.newest(document)) if may else None, into=shown.into(document, me().viewer),
    )  # fmt: skip


@bp.get("/library/<int:number>/card")
@ruled("library.read", public=True)
def card(number: int) -> t.Any:
    """Return a document as a card, for a page that shows it and is open; without a script, lead to it."""
    document = found(number)
    if not pages.wants_fragment():
        return redirect(document.url, 302)
    return pages.bare_fragment("".join(panels.drawn("card", document)))


@bp.post("/library/<int:number>/<any(follow, unfollow):deed>")
@ruled("library.follow")
def follow(number: int, deed: str) -> Response:
    """Hear of what happens to a document, or no longer."""
    document, who = found(number, "library.follow"), person()

    def done() -> str:
        with atomic():
            if deed == "follow":
                watches.watch(who.id, document.ref, watches.FOLLOW)
            else:
                watches.unwatch(who.id, document.ref)
        return document.url

    return pages.acted("library.follow", done)
