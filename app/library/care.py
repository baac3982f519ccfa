"""What every act on a document does first and last: its row taken and looked at anew, what follows from it kept."""

import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.activity import record
from app.extensions import db
from app.library.models import Document
from app.library.models.documents import OPEN

_document: t.Any = Document.__table__
CARDED = (
    "library.added",
    "library.version",
    "library.edition",
)  # the newsfeed shows the file beside the words
UNSEEN = ("draft", "review", "planned")  # what nobody reads yet but those who work on it


class Shut(Exception):
    """The document was withdrawn, published or removed while somebody worked on it."""


def grown(document: Document, *states: str) -> None:
    """Take the row for this transaction, count the change, and look at it as it is now.

    With `states`: raises Shut where it is in none of them any longer.
    """
    db.session.flush()
    mine = sa.update(_document).where(_document.c.id == document.id)
    changed = {"version": _document.c.version + 1, "changed": clock.now()}
    if not t.cast(t.Any, db.session.execute(mine.values(changed))).rowcount:
        raise Shut(document.ref)
    db.session.refresh(document)
    if states and document.state not in states:
        raise Shut(document.ref)


def told(
    verb: str, actor: t.Any, document: Document, *, excerpt: str = "", audience_id: int | None = None, **data: t.Any
) -> None:  # fmt: skip
    """Record a fact about a document in the name that it was entered in, as far as who acts may speak so."""
    if verb in CARDED:
        data = {**_card(document), **data}
    voice = actor.voice(document.organisation_id) if actor and document.organisation_id else None
    record(
        verb, actor=actor, subject=document, organisation=voice, space_id=document.space_id, excerpt=excerpt,
        audience_id=audience_id, data=data,
    )  # fmt: skip


def _card(document: Document) -> dict[str, t.Any]:
    """What the newsfeed says of the file of a document, as it was then."""
    tile = document.file_type or ("WWW" if document.link else "")
    return {"tile": tile, "size": document.file_size, "sort": document.type, "tongues": document.languages}


def is_open(document: Document) -> bool:
    """Say whether readers find it."""
    return document.state in OPEN
