"""Where a document stands: further groups, asked for and taken in; the union of readers is said before it is saved."""

import typing as t

from flask import Blueprint, Response, abort, request
from markupsafe import Markup

from app.core import once, pages
from app.core.database import get_or_none
from app.core.languages import _, language, ngettext
from app.core.panels import panel
from app.core.policy import can, me, require, ruled
from app.extensions import db
from app.library import drawing, lists, placing, shelves, shown
from app.library.models import Document
from app.library.models.documents import OPEN
from app.library.routes import found
from app.library.work_routes import done
from app.spaces import queries as spaces
from app.spaces.models import Space

bp = Blueprint("library_places", __name__)
Drawn = tuple[str, dict[str, t.Any]] | None


@bp.get("/library/<int:number>/places")
@ruled("library.place")
def index(number: int) -> Response:
    """Show in which groups a document stands, and where it asked to stand."""
    return _page(found(number, "library.place"))


@bp.post("/library/<int:number>/places")
@ruled("library.edit", "space.read")
def ask(number: int) -> t.Any:
    """Ask that a group takes a document in. Before more people can read it, say how many they will be."""
    document = found(number, "library.edit")
    space = _chosen(document)
    if space is None:
        before = once.earlier(me().id, "library.place")  # a group that was asked is no choice any longer
        return pages.see_other(before) if before else _page(document, why=_("Choose a group."))
    at_once = can("library.curate", space)
    now, then = placing.readers(document), placing.readers(document, [space.id])
    if then != now and request.form.get("confirm") != str(space.id):
        return _page(document, asks=space, before=now, after=then)
    said = (
        _("The document stands in the group.")
        if at_once
        else _("Those who look after the group’s library were asked.")
    )
    return done(
        "library.place", document, lambda who, it: placing.ask(who, it, space, at_once=at_once), said,
        f"/library/{document.id}/places",
    )  # fmt: skip


def _chosen(document: Document) -> Space | None:
    wish = request.form.get("space", "")
    number = int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 19 else 0
    if number not in [one.id for one, _depth in _open_to(document)]:
        return None
    return t.cast(Space, require("space.read", get_or_none(Space, number)))


def _open_to(document: Document) -> list[tuple[t.Any, int]]:
    """Return the groups that can be asked: those that the reader sees and that it does not stand in."""
    if document.sight == "organisation" or document.state not in OPEN:
        return []
    rows = placing.listed(document)
    if len(rows) >= placing.MOST:
        return []
    taken = {document.space_id, *(row.space_id for row in rows)}
    return [row for row in spaces.flat(spaces.tree(me().viewer)) if row[0].id not in taken]


def _page(
    document: Document, *, why: Markup | None = None, asks: Space | None = None, before: int | None = None,
    after: int | None = None,
) -> Response:  # fmt: skip
    home = db.session.get_one(Space, document.space_id)
    rows = [(db.session.get_one(Space, row.space_id), row.state) for row in placing.listed(document)]
    shown_rows = [
        (space, space.text("name", language()), state, can("library.curate", space))
        for space, state in rows
        if space.readable_by(me().viewer)
    ]
    return pages.page(
        "library/places.html", 422 if why else 200, place="library", it=document, own=shown.texts(document, language()),
        home=home if home.readable_by(me().viewer) else None, rows=shown_rows, choices=_open_to(document), why=why,
        asks=asks, asks_name=asks.text("name", language()) if asks else "", error=bool(why), may=can("library.edit", document),
        before=_people(before), after=_people(after), alone=document.sight == "organisation",
    )  # fmt: skip


def _people(number: int | None) -> t.Any:
    return "" if number is None else ngettext("%(num)d person", "%(num)d people", number)


@bp.post("/library/<int:number>/places/<int:space_id>/<any(accept, decline, leave):deed>")
@ruled("library.read", "library.curate", "library.edit")
def answer(number: int, space_id: int, deed: str) -> Response:
    """Take a document into a space, or not; take it out again. Who looks after the document takes it out as well."""
    document = found(number, "library.read")
    space = t.cast("Space | None", get_or_none(Space, space_id)) or abort(404)
    if deed == "leave" and can("library.edit", document):
        require("library.edit", document)
    else:
        require("library.curate", space)
    acts: dict[str, tuple[t.Callable[..., t.Any], Markup]] = {
        "accept": (placing.accept, _("The document stands in the group.")),
        "decline": (placing.take_off, _("The document was not taken in.")),
        "leave": (placing.take_off, _("The document stands in the group no longer.")),
    }
    act, said = acts[deed]
    back = f"/library/{document.id}/places" if can("library.place", document) else space.url
    return t.cast(Response, done("library.placed", document, lambda who, it: act(who, it, space), said, back))


# --- on other pages --------------------------------------------------------------------------------------------


@panel("document", order=25, column="side")
def stands_in(document: t.Any) -> Drawn:
    """The collections that it is in, and the way to put it into more."""
    if document.state not in OPEN:
        return None
    rows = shelves.holding(me().viewer, document.id)
    may_place, may_collect = can("library.place", document), can("library.gather")
    if not (rows or may_place or may_collect):
        return None
    return "library/_stands_in.html", {
        "rows": rows, "it": document, "may_place": may_place, "may_collect": may_collect,
        "asked": placing.asked(me().viewer, document) if may_place else 0,
    }  # fmt: skip


@panel("space", order=15, column="side")
def waiting(space: t.Any) -> Drawn:
    """Documents that ask to be taken in, for who looks after the library of a group."""
    if not me().is_authenticated or not can("library.curate", space):
        return None
    rows = lists.some(me().viewer, placing.waiting(space.id))
    return ("library/_asks_in.html", {"rows": [drawing.row_of(row) for row in rows]}) if rows else None
