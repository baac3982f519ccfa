"""The job that reads a version: claimed by one process, tried a few times, kept as pages, told as one fact."""

import contextlib
import datetime as dt
import logging
import os
import pathlib
import shutil
import tempfile
import typing as t

import sqlalchemy as sa

from app.core import child, clock, files, jobs
from app.core.database import atomic
from app.core.files import Attachment
from app.extensions import db
from app.library.models import Document, Page, Version
from app.library.reading import storing, taking
from app.library.reading.types import TYPES, suffix

log = logging.getLogger(__name__)
CLAIM = dt.timedelta(minutes=10)  # longer than any reading: who claimed it then is gone
MOST_TRIES = 3
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an office file begins that a password closes


@jobs.task("library.read")
def read(version_id: int) -> None:
    """Read one version, if nobody else does. Whatever is in its file, this ends: with pages, or with a reason."""
    if not _claimed(version_id):
        return
    version = db.session.get_one(Version, version_id)
    if version.tries > MOST_TRIES:
        storing.finish(version_id, "broken", "time")
        return
    file = db.session.get(Attachment, version.file_id) if version.file_id else None
    if file is None:
        storing.finish(version_id, "plain")
        return
    try:
        _read(version, file)
    except child.Late:
        _released(version_id)
    except child.Failed as why:
        key = str(why).partition(":")[0]
        log.info("version %s: %s", version_id, why)
        storing.finish(version_id, "encrypted" if key == "encrypted" else "broken", key)
    except OSError:
        log.warning("version %s: its bytes cannot be read", version_id)
        _released(version_id, tries=-1)  # a store that is away, not a bad file


def _claimed(version_id: int) -> bool:
    """Take a version to be read; false where another process has it."""
    if db.session.scalar(sa.select(Version.state).where(Version.id == version_id)) != "waiting":
        return False
    now = clock.now()
    free = sa.or_(Version.claimed.is_(None), Version.claimed < now - CLAIM)
    mine = sa.update(Version).where(Version.id == version_id, Version.state == "waiting", free)
    with atomic() as session:
        taken = session.execute(
            mine.values(claimed=now, tries=Version.tries + 1),
            execution_options={"synchronize_session": False},
        )
    db.session.expire_all()
    return bool(t.cast(t.Any, taken).rowcount)


def _released(version_id: int, tries: int = 0) -> None:
    """Give a version back: the sweep tries it again."""
    with atomic() as session:
        mine = sa.update(Version).where(Version.id == version_id)
        session.execute(mine.values(claimed=None, tries=Version.tries + tries))


def _read(version: Version, file: Attachment) -> None:
    reader = reader_of(version)
    if reader == "sound":
        captions = db.session.get(Attachment, version.captions_id) if version.captions_id else None
        if captions is None:
            storing.finish(version.id, "plain")
            return
        reader, file = "captions", captions
    if not reader:
        storing.finish(version.id, "plain")
        return
    number, name = version.id, file.hash
    db.session.rollback()  # no transaction stays open while the child works
    with tempfile.TemporaryDirectory(prefix="read-") as folder, local(name, folder) as source:
        if reader == "lies":
            raise child.Failed("encrypted" if _head(source) == LOCKED else "lies")
        storing.store(number, taking.take(reader, source, pathlib.Path(folder)))


def reader_of(version: Version) -> str:
    """Return what reads a version, "" for nothing, "lies" where the content is not what the name says."""
    known = TYPES.get(suffix(version.name))
    if known is None or not known.reader:
        return ""
    return known.reader if version.mime == known.mime else "lies"


def _head(source: str) -> bytes:
    with open(source, "rb") as file:
        return file.read(len(LOCKED))


@contextlib.contextmanager
def local(name: str, folder: str) -> t.Iterator[str]:
    """Lend the path of stored bytes: their own in a folder, else a copy."""
    with files.store().open(name) as stream:
        place = getattr(stream, "name", None)
        if isinstance(place, (str, os.PathLike)) and os.path.isfile(place):
            yield os.path.abspath(place)
            return
        with tempfile.NamedTemporaryFile(dir=folder) as copy:
            shutil.copyfileobj(stream, copy, files.CHUNK)
            copy.flush()
            yield copy.name


@jobs.task("library.draw")
def draw(page_id: int) -> None:
    """Draw one page of a PDF that nobody asked for before."""
    page = db.session.get(Page, page_id)
    version = db.session.get(Version, page.version_id) if page else None
    file = db.session.get(Attachment, version.file_id) if version and version.file_id else None
    if page is None or page.picture_id or version is None or file is None or reader_of(version) != "pdf":
        return
    number, name = page.number, file.hash
    db.session.rollback()
    with tempfile.TemporaryDirectory(prefix="draw-") as folder, local(name, folder) as source:
        found = taking.drawn(source, pathlib.Path(folder), [number]).get(f"page-{number}")
        if found is None:
            return
        with found.open("rb") as stream:
            kept = files.keep(stream, storing.NAME)
    with atomic():
        page = db.session.get(Page, page_id)
        if page is not None and not page.picture_id:
            db.session.get(Document, page.document_id, with_for_update=True)
            file = db.session.get_one(Attachment, db.session.get_one(Version, page.version_id).file_id)
            db.session.refresh(file)
            page.picture_id = storing.hung(page_id, file, kept).id
            storing.told(page)


@jobs.minutely
def sweep() -> None:
    """Read what a killed process left, or could not read yet."""
    late = clock.now() - dt.timedelta(seconds=30)  # what came just now has its own task
    waiting = sa.select(Version.id).where(Version.state == "waiting", Version.at < late)
    for number in db.session.scalars(waiting.order_by(Version.id).limit(20)).all():
        read(number)
