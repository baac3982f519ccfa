"""The library as a list: filters, words, order, one page after the other. Visitors see what is for everybody."""

import typing as t

from flask import Blueprint, Response, request

from app.core import pages, policy, watches
from app.core.languages import _, ngettext
from app.core.policy import can, me
from app.library import choices, drawing, lists, words
from app.library.filters import OWN, SHELVES, Asked

bp = Blueprint("library_lists", __name__)
SORT_WORDS: dict[str, t.Callable[[], t.Any]] = {
    "": lambda: _("Newest first"), "talks": lambda: _("Most discussed"), "title": lambda: _("Title"),
}  # fmt: skip


@bp.get("/library")
@policy.public
def index() -> Response:
    """Show the documents that were asked for."""
    viewer = me().viewer
    asked, known = choices.current(viewer, Asked.from_args(request.args))
    listed = lists.page(viewer, asked)
    return pages.page(
        "library/library.html", place="library", **common(asked, listed, known), tabs=tabs(viewer, asked),
        filters=choices.drawn(asked, listed.found, known), own=OWN, **followed(asked),
    )  # fmt: skip


def followed(asked: Asked) -> dict[str, t.Any]:
    """Return what the button says by which a type of documents is followed, where one alone is asked for."""
    if len(asked.type) != 1 or not me().is_authenticated:
        return {"subject": ""}
    key = asked.type[0]
    level = watches.level(me().id, f"doctype:{key}")
    return {"subject": f"/following/doctype/{key}", "about": words.term("type", key), "level": level}


def common(
    asked: Asked, listed: lists.Listed, known: choices.Known, path: str = "/library"
) -> dict[str, t.Any]:
    """Return what every page with a list of documents says of what was found."""

    def link(other: Asked) -> str:
        return other.address(path)

    total = len(listed.found.ids)
    return {
        "asked": asked, "listed": listed, "total": total, "path": path,
        "link": lambda **other: link(asked.which._replace(**other)), "clear": link(asked.open),
        "keep": asked.which.address("/library/collections/new"),
        "count": ngettext("%(num)d document", "%(num)d documents", total),
        "series": [(f"/library/series/{key}", known.label("series", key)) for key in asked.series],
        "chips": choices.chips(asked, known, link), "sorts": [(key, word()) for key, word in SORT_WORDS.items()],
        "rows": drawing.rows(listed.rows, take="take"), "may_collect": can("library.gather"),
    }  # fmt: skip


def tabs(viewer: t.Any, asked: Asked) -> list[tuple[str, str, t.Any, int | None]]:
    """Return the parts of the library that have something in them for this reader."""
    counts = lists.index().find(viewer, Asked()).shelves
    words = {
        "": _("All documents"), "publications": _("Publications"), "papers": _("Meeting papers"), "training": _("Training"),
    }  # fmt: skip
    parts = [
        (key, Asked(shelf=key).address(), words[key], counts[key])
        for key in ("", *SHELVES)
        if counts[key] or key == asked.shelf
    ]
    own = len(lists.index().find(viewer, Asked(state=OWN)).ids) if me().is_authenticated else 0
    mine = [(OWN, Asked(state=OWN).address(), _("Not yet published"), own)] if own else []
    apart = [
        ("collections", "/library/collections", _("Collections"), None),
        ("translations", "/library/translations", _("Translations that are wanted"), None),
    ]
    return [*parts, *apart, *mine]  # type: ignore[list-item]
