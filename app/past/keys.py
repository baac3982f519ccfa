"""How things are known again: by their bytes, or by what their source calls them; per space, so that nothing comes in twice."""

import hashlib
import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer
from app.extensions import db
from app.library.models import Document, Version
from app.past.models import PastItem
from app.past.sources import Record

_item = PastItem.__table__


def key(space_id: int, *parts: t.Any) -> str:
    """Return the key of a thing of a source in a space."""
    return hashlib.sha256(repr((space_id, *parts)).encode("utf-8", "replace")).hexdigest()


def of_record(space_id: int, record: Record, hash_: str) -> str:
    """Return the key of a record: that of its file, else what its source calls it, else what it says."""
    if hash_:
        return key(space_id, "file", hash_)
    said = record.said
    own = said.get("id") or said.get("doi")
    return key(space_id, "record", own or (said.get("title"), said.get("date"), said.get("authors")))


def known(keys: t.Collection[str]) -> set[str]:
    """Return those of some keys that came in already."""
    found, wanted = set[str](), list(keys)
    for start in range(0, len(wanted), 500):
        some = _item.c.key.in_(wanted[start : start + 500])
        found.update(db.session.scalars(sa.select(_item.c.key).where(some)))
    return found


def in_library(viewer: Viewer, space_id: int, hash_: str) -> bool:
    """Say whether a space's library has a file with these bytes, however it came in, as far as a viewer sees it."""
    here = sa.select(Version.id).join_from(Version, Document, Document.id == Version.document_id)
    same = here.where(
        Version.hash == hash_, Document.space_id == space_id, Document.state != "withdrawn", Document.visible_to(viewer)
    )  # fmt: skip
    return bool(hash_) and db.session.scalar(same.limit(1)) is not None
