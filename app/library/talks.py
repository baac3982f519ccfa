"""Discussions about documents: how many there are, kept with each document; and its card where it is talked about."""

import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import database, links
from app.core.activity import record
from app.core.audience import APART, MEMBERS, PUBLIC, rooms_of
from app.core.database import get_or_none, locate
from app.core.panels import panel
from app.core.policy import me
from app.extensions import db
from app.library import drawing, lists
from app.library.models import Document

# Facts after which a discussion is seen by others than before.
TOLD = frozenset({"board.started", "board.removed", "board.moved", "thing.hidden"})
_link, _document = t.cast(t.Any, links.Link.__table__), t.cast(t.Any, Document.__table__)
_ABOUT = (
    sa.select(_link.c.target)
    .distinct()
    .where(_link.c.kind == "about", _link.c.target.startswith("document:"))
)
_COUNTED = sa.update(_document).where(_document.c.id == sa.bindparam("number"))


@database.last_step_before_facts
def recount(session: so.Session) -> None:
    """Count anew what was talked about in this transaction: documents whose discussions began, went or came back."""
    facts = session.info["facts"]
    roots = {fact["root"] for fact in facts if fact["verb"] in TOLD and fact["root"].startswith("thread:")}
    if not roots:
        return
    for ref in session.scalars(_ABOUT.where(_link.c.source.in_(sorted(roots)))).all():
        document = get_or_none(Document, int(ref.partition(":")[2]))
        if document is not None:
            count(document)


def count(document: Document) -> None:
    """Keep how many discussions about a document all its readers can see; open pages hear it."""
    seen = sum(_for_all_readers(document, locate(tie.source)) for tie in links.to(document.ref, "about"))
    if seen != document.talks:
        document.talks = seen
        db.session.flush()
        record("library.changed", actor=None, subject=document, space_id=document.space_id)


def _for_all_readers(document: Document, thread: t.Any) -> bool:
    if thread is None or getattr(thread, "removed", False):
        return False
    theirs, rooms = rooms_of(document.audience_id), rooms_of(thread.audience_id)
    if APART in rooms:
        return False
    return PUBLIC in rooms or (MEMBERS in rooms and PUBLIC not in theirs) or theirs <= rooms


@panel("card")
def card(thing: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """A document as a card, drawn anew when it changes."""
    if not isinstance(thing, Document):
        return None
    rows = lists.some(me().viewer, [thing.id])
    return (
        (
            "library/_carded.html",
            {"ref": thing.ref, "id": thing.id, "card": drawing.rows(rows, "library/_card.html")},
        )
        if rows
        else None
    )
