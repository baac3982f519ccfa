"""Taking a document out of sight, putting it back, and taking its words and files away for good."""

import typing as t

import sqlalchemy as sa

from app.core import apart, clock, files
from app.core.audience import is_apart, silence
from app.extensions import db
from app.library import sight, talks
from app.library.care import grown, told
from app.library.models import Document, Page, Version
from app.library.models.documents import OPEN


def can_be_hidden(document: Document) -> bool:
    """Say whether others read it, so that it can be taken out of their sight."""
    return document.state in OPEN and not is_apart(document.audience_id)


def hide(document: Document, rooms: t.Collection[str], *, why: str, url: str) -> None:
    """Take a document with its files out of everybody's sight but these rooms', inside atomic()."""
    grown(document)
    if can_be_hidden(document):
        apart.take_away(document, rooms, why=why, url=url)


def restore(document: Document) -> None:
    """Put a document back for whom it is by now, with all that hangs on it, inside atomic()."""
    grown(document)
    if is_apart(document.audience_id):
        apart.put_back(document, sight.audience_for(document))
        sight.narrow_parts(document)
        talks.count(document)


def redact(actor: t.Any, document: Document, why: str) -> None:
    """Take words and files of a document away everywhere and for good, inside atomic(); a line stays that says so."""
    grown(document)
    versions = db.session.scalars(sa.select(Version).where(Version.document_id == document.id)).all()
    for one in versions:
        files.forget(f"version:{one.id}")
        one.note = one.why = ""
        one.outline, one.file_id, one.captions_id = [], None, None
    pages = sa.select(Page.id).where(Page.document_id == document.id)
    for number in db.session.scalars(pages).all():
        files.forget(f"page:{number}")
    db.session.execute(sa.delete(Page).where(Page.document_id == document.id))
    _emptied(document, actor, why)
    silence(document.ref, url=f"/library/{document.id}")
    told("library.withdrawn", actor, document, own=False)


def _emptied(document: Document, actor: t.Any, why: str) -> None:
    document.title = document.abstract = document.link = document.archive = document.file_type = ""
    document.texts, document.identifiers, document.archived_on = {}, [], None
    document.version_id = document.file_id = None
    document.file_size = document.pages = 0
    document.state, document.withdrawn_at = "withdrawn", clock.now()
    document.withdrawn_why, document.withdrawn_by = why, actor.byline()["name"]
    db.session.flush()
