"""Captions of sound and film: one file in WebVTT for each version. They are shown, read as text, and found."""

import io
import typing as t

import sqlalchemy as sa

from app.core import files, jobs
from app.core.database import atomic, later
from app.core.files import Attachment, Kept
from app.extensions import db
from app.library.care import Shut, grown, told
from app.library.models import Document, Version

MOST_BYTES = 1024 * 1024
TYPE = "text/vtt"


def kept(stream: t.BinaryIO) -> Kept | None:
    """Store captions before the transaction; None for what is none, or too long."""
    raw = stream.read(MOST_BYTES + 1)
    begins = raw.removeprefix(b"\xef\xbb\xbf")[:7]
    if len(raw) > MOST_BYTES or begins[:6] != b"WEBVTT" or begins[6:] not in (b"", b" ", b"\t", b"\n", b"\r"):
        return None
    return files.keep(io.BytesIO(raw), "captions.vtt")._replace(type=TYPE)


def caption(author: t.Any, version: Version, given: Kept) -> Version:
    """Put captions in place of those that a version had; it is read anew after the commit."""
    with atomic():
        document = db.session.get_one(Document, version.document_id)
        grown(document)
        if document.state == "withdrawn":
            raise Shut(document.ref)
        db.session.refresh(version)
        db.session.execute(sa.delete(Attachment).where(Attachment.id == version.captions_id))
        row = files.attach(given, f"version:{version.id}", document, author.id)
        db.session.flush()
        version.captions_id, version.state, version.tries, version.claimed = row.id, "waiting", 0, None
        told("library.changed", author, document)
        later(lambda: jobs.enqueue("library.read", version.id))
        return version
