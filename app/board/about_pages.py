"""Discussions about a thing of another room, on the page of that thing."""

import typing as t

import sqlalchemy as sa
from flask import redirect, request

from app.board import drawing, lists
from app.board.about import ABOUT, named
from app.board.talk import bp
from app.core import links, pages
from app.core.audience import is_apart
from app.core.database import run
from app.core.languages import _
from app.core.panels import panel
from app.core.policy import can, me, require, ruled

MOST = 10
OPEN = ("published", "superseded")  # states in which others read a document
_link = links.Link.__table__
_IDS = (
    sa.select(_link.c.source)
    .where(_link.c.target == sa.bindparam("ref"), _link.c.kind == ABOUT, _link.c.source.startswith("thread:"))
    .order_by(_link.c.at.desc())
    .limit(100)
)


@panel("document", order=40)
def of_document(document: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The discussions about a document that the reader sees, and the way to begin one."""
    values = _values(document)
    return ("board/_about.html", values) if values["rows"] or document.state in OPEN else None


@panel("event", order=40)
def of_event(event: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The discussions about an event that the reader sees, and the way to begin one."""
    values = _values(event)
    return ("board/_about.html", values) if values["rows"] or values["may_start"] else None


@panel("action", order=40)
def of_action(action: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The discussions about a joint action that the reader sees, and the way to begin one."""
    return "board/_about.html", _values(action)


def _open(thing: t.Any) -> bool:
    """Say whether a thing is one that people talk about: read by others, and not out of sight."""
    return thing.state in OPEN if thing.kind == "document" else not is_apart(thing.audience_id)


def _values(thing: t.Any) -> dict[str, t.Any]:
    numbers = [int(source.partition(":")[2]) for source in run(_IDS, {"ref": thing.ref}).scalars()]
    rows = lists.some(me().viewer, numbers, MOST)
    open_ = _open(thing) and can("board.write", thing)
    begin = {"event": _("Discuss this event"), "action": _("Discuss this action")}.get(
        thing.kind, _("Discuss this document")
    )
    return {"ref": thing.ref, "rows": drawing.rows(rows), "may_start": open_, "begin": begin}


@bp.get("/discussions/about")
@ruled("board.read", public=True)
def about() -> t.Any:
    """Return that part as a fragment, for a page that is open; without a script, lead to the thing."""
    thing = require("board.read", named(request.args.get("ref", ""), me().viewer))
    if not pages.wants_fragment():
        return redirect(thing.url, 302)
    return pages.fragment("board/_about.html", **_values(thing))
