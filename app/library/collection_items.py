"""What is in collections: documents put into them, moved and taken off."""

import typing as t

from flask import Response, request
from markupsafe import Markup

from app.core import pages
from app.core.languages import _, ngettext
from app.core.policy import can, me, person, require, ruled
from app.extensions import db
from app.library import collections, drawing, lists, shelves
from app.library.collection_routes import BASE, bp, found
from app.library.models import Collection


@bp.get(f"{BASE}/put")
@ruled("library.gather")
def choose() -> Response:
    """Ask into which collection the chosen documents go."""
    require("library.gather", True)
    return _choose(_chosen(request.args))


def _choose(numbers: list[int], why: Markup | None = None) -> Response:
    rows = lists.some(me().viewer, numbers)
    mine = [
        (one, depth) for one, depth in shelves.flat(shelves.tree(me().viewer))
        if not one.smart and can("library.arrange", db.session.get(Collection, one.id))
    ]  # fmt: skip
    return pages.page(
        "library/collection_put.html", 422 if why else 200, place="library", mine=mine, why=why, error=bool(why),
        rows=[drawing.row_of(row) for row in rows],
    )  # fmt: skip


@bp.post(f"{BASE}/put")
@ruled("library.gather", "library.arrange")
def put() -> Response:
    """Put documents into a collection."""
    require("library.gather", True)
    who, numbers = person(), _chosen(request.form)
    wish = request.form.get("collection", "")
    if not wish.isascii() or not wish.isdigit() or len(wish) > 18:
        return _choose(numbers, _("Choose a collection."))
    one = found(int(wish), "library.arrange")
    if not numbers or one.smart:
        return _choose(numbers, _("Choose at least one document in the list."))

    def done() -> str:
        collections.put(who, one, numbers)
        return one.url

    said = ngettext(
        "%(num)d document is in the collection.", "%(num)d documents are in the collection.", len(numbers)
    )
    return pages.acted("library.put", done, said)


def _chosen(given: t.Any) -> list[int]:
    texts = given.getlist("id")[: collections.MOST_AT_ONCE]
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


@bp.get(f"{BASE}/<int:number>/order")
@ruled("library.arrange")
def ordering(number: int) -> Response:
    """Show what is in a collection with buttons that move it or take it off."""
    one = found(number, "library.arrange")
    rows = lists.some(me().viewer, shelves.numbers(me().viewer, one, 500)) if not one.smart else []
    return pages.page(
        "library/collection_order.html", place="library", one=one, title=shelves.titled(one)[0],
        rows=[drawing.row_of(row) for row in rows],
    )  # fmt: skip


@bp.post(f"{BASE}/<int:number>/order")
@ruled("library.arrange")
def order(number: int) -> Response:
    """Move a document in a collection, or take it off."""
    one, who = found(number, "library.arrange"), person()
    deed, (document, *_rest) = request.form.get("deed", ""), [*_chosen(request.form), 0]

    def done() -> str:
        if deed == "off":
            collections.take_off(who, one, document)
        elif deed in ("up", "down", "first", "last"):
            collections.move(who, one, document, deed)
        return f"{BASE}/{one.id}/order#d{document}"

    return pages.acted("library.order", done)
