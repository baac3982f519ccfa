"""Actions as a list and as a board by status, with the same filters. Visitors see what is for everybody."""

import typing as t

from flask import Blueprint, Response, request

from app.actions import choices, lists, words
from app.actions.care import Gone
from app.actions.filters import NEEDS, VIEWS, Asked
from app.actions.models import STATES
from app.core import errors, pages, policy
from app.core.languages import _, ngettext
from app.core.policy import can, me

bp = Blueprint("actions", __name__)
SORT_WORDS: dict[str, t.Callable[[], t.Any]] = {
    "": lambda: _("By its day"), "changed": lambda: _("Changed last"), "title": lambda: _("Title"),
}  # fmt: skip
MOST_ON_BOARD = 200  # of one state: the rest is in the list


@bp.errorhandler(Gone)
def gone(_error: Gone) -> Response:
    """Answer an act on what somebody else took away in the same moment."""
    return errors.answer(404)


def view_words() -> list[tuple[str, str, t.Any]]:
    """Return the ways to look at actions: key, address, word."""
    said = {"list": _("List"), "board": _("Board by status"), "roadmap": _("Roadmap")}
    return [*((key, VIEWS[key], said[key]) for key in VIEWS), ("needs", NEEDS, _("Needs and offers"))]


def common(view: str, asked: Asked, found: lists.Found) -> dict[str, t.Any]:
    """Return what every page with actions says: the filters, what is on, how many there are, the other views."""
    path, viewer, total = VIEWS[view], me().viewer, len(found.ids)
    known = choices.known_to(viewer, asked, found)
    plain = asked.which._replace(sort="")
    return {
        "asked": asked, "total": total, "path": path, "words": words, "view": view,
        "views": [(key, url if url == NEEDS else plain.address(url), word, None) for key, url, word in view_words()],
        "filters": choices.drawn(asked, found, known, path), "chips": choices.chips(asked, known, path),
        "clear": asked.open.address(path), "count": ngettext("%(num)d action", "%(num)d actions", total),
        "origins": list(known.words["origin"].items()), "may_write": can("actions.write"), "may_meet": can("actions.meetings"),
        "topics": known.words["theme"],
        "table": plain.address("/actions.csv"), "print_view": "" if view == "list" else view,
        "link": lambda **other: asked.which._replace(**other).address(path),
    }  # fmt: skip


def asked_now() -> Asked:
    """Return what the address asks, as far as its reader may."""
    return choices.current(me().viewer, Asked.from_args(request.args))


@bp.get("/actions")
@policy.public
def index() -> Response:
    """Show the actions that were asked for."""
    asked = asked_now()
    listed = lists.page(me().viewer, asked)
    return pages.page(
        "actions/actions.html", place="actions", **common("list", asked, listed.found), listed=listed, rows=listed.rows,
        sorts=[(key, word()) for key, word in SORT_WORDS.items()],
    )  # fmt: skip


@bp.get("/actions/board")
@policy.public
def board() -> Response:
    """Show them by status, side by side."""
    asked = asked_now()._replace(sort="", after=0, before=0)
    found = lists.index().find(me().viewer, asked)
    columns: dict[str, list[lists.Row]] = {state: [] for state in STATES}
    for row in lists.some(me().viewer, found.ids):
        columns[row.it.state].append(row)
    return pages.page(
        "actions/board.html", place="actions", **common("board", asked, found), columns=columns, most=MOST_ON_BOARD,
    )  # fmt: skip
