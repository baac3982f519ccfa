"""Pages of collections: all of them, one of them, the forms, and what is done to what is in them."""

import typing as t

from flask import Blueprint, Response, redirect, request
from wtforms import SelectChoice

from app.core import pages, policy, watches
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import can, me, person, require, ruled
from app.core.text import slug
from app.extensions import db
from app.library import choices, collections, drawing, list_routes, lists, shelves
from app.library.collection_forms import CollectionForm, form_of
from app.library.filters import Asked
from app.library.models import Collection
from app.spaces import queries as spaces
from app.spaces.elsewhere import audience_word
from app.spaces.models import Space

bp = Blueprint("collections", __name__)
BASE = "/library/collections"
STAYS = 2**53  # in place of the number of a collection that cannot be chosen: this one stays in it


def found(number: int, act: str = "library.read") -> Collection:
    """Return a collection that who acts may do this to; one that was removed is not there."""
    one = t.cast("Collection | None", get_or_none(Collection, number))
    return t.cast(Collection, require(act, None if one is None or one.removed else one))


@bp.get(BASE)
@policy.public
def index() -> Response:
    """Show all collections that the reader sees, those in others below them."""
    viewer = me().viewer
    rows = shelves.flat(shelves.tree(viewer))
    return pages.page(
        "library/collections.html", place="library", rows=rows, tabs=list_routes.tabs(viewer, Asked()),
        may_make=me().is_authenticated,
    )  # fmt: skip


@bp.get(f"{BASE}/<int:number>")
@bp.get(f"{BASE}/<int:number>-<path:tail>")
@ruled("library.read", public=True)
def show(number: int, tail: str = "") -> Response:
    """Show what is in a collection."""
    one = found(number)
    if tail != slug(one.title):
        query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
        return t.cast(Response, redirect(one.url + query, 301))
    who = me()
    title, lang = shelves.titled(one)
    inside = [row for row, _depth in shelves.flat(shelves.tree(who.viewer)) if _in(row.id, one)]
    about = shelves.about(one)
    values = _by_filters(one) if one.smart else _by_hand(one)
    return pages.page(
        "library/collection.html", place="library", one=one, title=title, lang=lang, about=about, inside=inside,
        above=[(up.url, shelves.titled(up)[0]) for up in collections.above(one) if up.readable_by(who.viewer)],
        level=watches.level(who.id, one.ref) if who.id else "", mine=can("library.arrange", one),
        space=_space_of(one), **values,
    )  # fmt: skip


def _in(number: int, collection: Collection) -> bool:
    child = db.session.get(Collection, number)
    return child is not None and child.parent_id == collection.id


def _space_of(collection: Collection) -> Space | None:
    space = db.session.get(Space, collection.space_id)
    return space if space is not None and space.readable_by(me().viewer) else None


def _by_hand(one: Collection) -> dict[str, t.Any]:
    """What somebody put together, in the order that they gave it."""
    held = shelves.held(
        me().viewer, one, request.args.get("after", "")[:40], request.args.get("before", "")[:40]
    )
    return {
        "total": held.total, "rows": drawing.rows(held.rows, take="take"), "any": bool(held.rows),
        "older": f"{one.url}?after={held.after}" if held.after else "",
        "newer": f"{one.url}?before={held.before}" if held.before else "",
        "listed": held.rows, "chips": [],
    }  # fmt: skip


def _by_filters(one: Collection) -> dict[str, t.Any]:
    """What fits the filters that were kept, by now."""
    place, viewer = Asked.from_args(request.args), me().viewer
    asked = choices.kept(viewer, one.smart)
    if asked is None:
        return {"total": 0, "rows": "", "any": False, "older": "", "newer": "", "listed": [], "chips": []}
    known = choices.current(viewer, asked)[1]
    listed = lists.page(viewer, asked._replace(after=place.after, before=place.before))
    return {
        "total": len(listed.found.ids), "rows": drawing.rows(listed.rows, take="take"), "any": bool(listed.rows),
        "older": f"{one.url}?after={listed.after}" if listed.after else "",
        "newer": f"{one.url}?before={listed.before}" if listed.before else "",
        "listed": [], "chips": [chip.label for chip in choices.chips(asked, known, lambda other: "")],
    }  # fmt: skip


# --- making and changing ---------------------------------------------------------------------------------------


@bp.get(f"{BASE}/new")
@ruled("library.gather")
def new() -> Response:
    """Show the form of a new collection; with filters in the address, one of what they find."""
    require("library.gather", True)
    asked = Asked.from_args(request.args).which
    form = form_of(None, None, smart=asked.text(), parent=request.args.get("in", ""))
    return _form(form, None)


@bp.post(f"{BASE}/new")
@ruled("library.gather", "library.add")
def make() -> Response:
    """Make a collection."""
    require("library.gather", True)
    form = form_of(request.form, None)
    _offer(form, None)
    if not form.validate():
        return _form(form, None, 422)
    space = require("library.add", get_or_none(Space, form.space.data))
    who = person()
    return pages.acted(
        "library.collection",
        lambda: collections.make(who, space, form.fields(), form.audience.data).url,
        _("The collection is there."),
    )


@bp.get(f"{BASE}/<int:number>/edit")
@ruled("library.arrange")
def edit(number: int) -> Response:
    """Show a collection as a form."""
    one = found(number, "library.arrange")
    return _form(form_of(None, one, audience=audience_word(one)), one)


@bp.post(f"{BASE}/<int:number>/edit")
@ruled("library.arrange")
def edited(number: int) -> Response:
    """Change a collection."""
    one, who = found(number, "library.arrange"), person()
    form = form_of(request.form, one)
    _offer(form, one)
    if not form.validate():
        return _form(form, one, 422)

    said = form.fields()
    if said["parent_id"] == STAYS:
        said["parent_id"] = one.parent_id

    def done() -> str:
        return collections.change(who, one, said, form.audience.data).url

    return pages.acted("library.arrange", done, _("The collection is changed."))


def _offer(form: CollectionForm, one: Collection | None) -> None:
    """Fill in the groups and the collections that this one may lie in."""
    rows = spaces.flat(spaces.tree(me().viewer))
    known = {
        space.id: space for space in db.session.query(Space).filter(Space.id.in_([e.id for e, _n in rows]))
    }
    open_to = [(e, n) for e, n in rows if (one and e.id == one.space_id) or can("library.add", known[e.id])]
    open_to = [row for row in open_to if one is None or row[0].id == one.space_id]  # it stays in its group
    form.space.choices = [SelectChoice(e.id, "– " * n + e.name) for e, n in open_to]
    form.offers = {e.id: known[e.id].offers() for e, _n in open_to}
    form.parent.choices = [SelectChoice(0, _("No other collection")), *_parents(one)]
    if one and form.parent.data == one.parent_id and form.parent.choices[-1].value == STAYS:
        form.parent.data = STAYS


def _parents(one: Collection | None) -> list[SelectChoice]:
    """Return the collections that this one may lie in: not itself, not what is in it, not too deep."""
    tree = shelves.tree(me().viewer)
    below = {row.id for row, _n in shelves.flat(tree) if one and row.id in _branch(tree, one.id)}
    rows = [
        (row, depth)
        for row, depth in shelves.flat(tree)
        if row.id not in below and depth < collections.DEEPEST
    ]
    mine = [(row, depth) for row, depth in rows if can("library.arrange", db.session.get(Collection, row.id))]
    choices = [SelectChoice(row.id, "– " * depth + row.title) for row, depth in mine]
    return choices if one is None else [*choices, *_stays(one, {row.id for row, _depth in mine})]


def _stays(one: Collection, offered: set[int]) -> list[SelectChoice]:
    """Return the way to leave a collection where it is, in one that who changes it cannot arrange, or not even see."""
    parent = db.session.get(Collection, one.parent_id) if one.parent_id else None
    if parent is None or parent.removed or parent.id in offered:
        return []
    seen = parent.readable_by(me().viewer)
    return [SelectChoice(STAYS, shelves.titled(parent)[0] if seen else _("Leave it where it is"))]


def _branch(tree: list[shelves.Entry], number: int) -> set[int]:
    for row, _depth in shelves.flat(tree):
        if row.id == number:
            return {row.id, *(one.id for one, _n in shelves.flat(row.below))}
    return {number}


def _form(form: CollectionForm, one: Collection | None, status: int = 200) -> Response:
    _offer(form, one)
    asked, known = choices.current(me().viewer, Asked.from_text(form.smart.data or ""))
    return pages.page(
        "library/collection_form.html", status, place="library", form=form, one=one, error=status == 422,
        kept=[chip.label for chip in choices.chips(asked, known, lambda other: "")],
    )  # fmt: skip


@bp.get(f"{BASE}/<int:number>/remove")
@ruled("library.arrange")
def removing(number: int) -> Response:
    """Ask before a collection is taken away."""
    one = found(number, "library.arrange")
    return pages.page(
        "ui/confirm.html", place="library", title=_("Remove the collection %(title)s?", title=one.title),
        text=_("Its documents stay in the library. Collections in it stay as well."), url=f"{BASE}/{one.id}/remove",
        deed=_("Remove it"), keep=_("Keep it"), back=one.url,
    )  # fmt: skip


@bp.post(f"{BASE}/<int:number>/remove")
@ruled("library.arrange")
def remove(number: int) -> Response:
    """Take a collection away."""
    one, who = found(number, "library.arrange"), person()

    def done() -> str:
        collections.remove(who, one)
        return BASE

    return pages.acted("library.uncollect", done, _("The collection is removed."))


@bp.post(f"{BASE}/<int:number>/<any(follow, unfollow):deed>")
@ruled("library.gather", "library.read")
def follow(number: int, deed: str) -> Response:
    """Hear of what is put into a collection, or no longer."""
    one = found(number, "library.gather")

    def done() -> str:
        collections.follow(person(), one, deed == "follow")
        return one.url

    return pages.acted("library.gather", done)
