"""What is taken of files on their way in: for which purposes, which endings, how large, how many at the same time."""

import typing as t

import sqlalchemy as sa

from app.core.database import setting
from app.extensions import db
from app.library import reading
from app.library.models import Upload, UploadBatch
from app.library.upload_words import MOST_FILES

MB = 1024 * 1024
AT_ONCE = 10  # times the largest file: what one person may have on the way
WAITING = 2 * AT_ONCE  # times the largest file: with what came as a whole and waits to be described
MOST_WAITING = 3000  # files of one person that were not described yet
UNDESCRIBED = ("open", "whole", "unpacking", "saving")
_purposes: dict[str, frozenset[str]] = {}  # what else files are sent for, with the endings that it takes


def takes(purpose: str, endings: t.Iterable[str]) -> None:
    """Register what else files are sent for in pieces. Their batches bear its name as their state: the library has none of them."""
    _purposes[purpose] = frozenset(endings)


def known(purpose: str) -> bool:
    """Say whether files are sent for this."""
    return purpose in _purposes


def endings(purpose: str) -> list[str]:
    """Return the endings of names that are taken for a purpose, the library without one."""
    return sorted(_purposes[purpose]) if purpose else list(types())


def types() -> dict[str, int]:
    """Return the endings that the library takes here, each with the size of its largest file. ValueError for unknown ones."""
    said = [part.partition(":") for part in str(setting("LIBRARY_TYPES")).split(",") if part]
    unknown = [ending for ending, _colon, _most in said if ending not in reading.TYPES]
    if unknown:
        raise ValueError(f"LIBRARY_TYPES: the library knows no files of the type {', '.join(unknown)}.")
    sizes = {ending: int(most) * MB if most else largest() for ending, _colon, most in said}
    return {ending: min(largest(), sizes.get(ending, largest())) for ending in (sizes or reading.TYPES)}


def accepts(name: str) -> bool:
    """Say whether the library takes files of this name here."""
    return reading.suffix(name) in types()


def largest_of(name: str, purpose: str = "") -> int:
    """Return the size of the largest file of this name that is taken."""
    return largest() if purpose else types().get(reading.suffix(name), largest())


def sent_for(purpose: str) -> sa.ColumnElement[bool]:
    """Batches of one purpose alone."""
    return UploadBatch.state == purpose if purpose else UploadBatch.state.not_in(list(_purposes))


def largest() -> int:
    """Return the size of the largest file that is taken."""
    return int(setting("MAX_LIBRARY_FILE_MB")) * MB


def refusal(person: t.Any, batch_id: int, name: str, size: int, purpose: str = "") -> str:
    """Return why a file would not be taken, nothing for one that is."""
    if reading.suffix(name) not in endings(purpose):
        return "source" if purpose else "type"
    if size > largest_of(name, purpose):
        return "size"
    if size <= 0:
        return "empty"
    if batch_id and (db.session.scalar(_COUNT, {"batch": batch_id}) or 0) >= MOST_FILES:
        return "number"
    way = db.session.scalar(_ON_THE_WAY, {"person": person.id}) or 0
    if int(way) + size > AT_ONCE * largest():
        return "room"
    return "" if has_room(person, size) else "waiting"


def has_room(person: t.Any, size: int) -> bool:
    """Say whether a person may have one more file that is not described yet: so many, and so many bytes, may wait."""
    number, waits = db.session.execute(_UNDESCRIBED, {"person": person.id}).one()
    return number < MOST_WAITING and int(waits or 0) + size <= WAITING * largest()


_COUNT = sa.select(sa.func.count()).where(Upload.batch_id == sa.bindparam("batch"))
_ON_THE_WAY = sa.select(sa.func.sum(Upload.size)).where(
    Upload.person_id == sa.bindparam("person"), Upload.state == "open"
)
_UNDESCRIBED = sa.select(sa.func.count(), sa.func.sum(Upload.size)).where(
    Upload.person_id == sa.bindparam("person"), Upload.state.in_(UNDESCRIBED)
)
