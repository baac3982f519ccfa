"""ZIPs are unpacked by the job process, some files at a time, each in the limited child: every file becomes an upload.

What was taken in is taken in, whatever comes after; begun again after a stop it goes on where it was.
"""

import datetime as dt
import json
import logging
import pathlib
import tempfile
import typing as t

import sqlalchemy as sa

from app.core import child, clock, files, jobs
from app.core.database import atomic, later
from app.extensions import db
from app.library import pieces, reading, upload_limits, uploads
from app.library.models import Upload
from app.library.upload_words import MOST_FILES, PACKED
from app.library.zips import LIST
from app.members.models import Person

log = logging.getLogger(__name__)
NOW = 64 * 1024 * 1024  # bytes that are unpacked at a time
TIMES = 4  # the largest file: all that a ZIP may hold
STUCK = dt.timedelta(minutes=10)


def is_archive(upload: Upload) -> bool:
    """Say whether a file can be unpacked."""
    return reading.suffix(upload.name) == "zip"


def begin(upload: Upload) -> None:
    """Let a ZIP be unpacked. What is no ZIP, or is being unpacked already, stays as it is."""
    if not is_archive(upload):
        return
    number, fresh = upload.id, {"done": 0, "total": 0}
    mine = sa.update(Upload).where(Upload.id == number, Upload.state == "whole")
    with atomic() as session:
        changed = session.execute(mine.values(state="unpacking", why="", moved=clock.now(), values=fresh))
        session.refresh(upload)
        if t.cast(t.Any, changed).rowcount:
            later(lambda: jobs.enqueue("library.unpack", number))


@jobs.task("library.unpack")
def unpack(number: int) -> None:
    """Unpack some files of a ZIP; the rest is the next task, so that other work comes in between."""
    upload = db.session.get(Upload, number, populate_existing=True)
    if upload is None or upload.state != "unpacking":
        return
    with tempfile.TemporaryDirectory(dir=pieces.folder().parent, prefix="unpack-") as place:
        folder = pathlib.Path(place)
        try:
            found = _part(upload, folder)
        except child.Late:
            return  # a busy machine: tried again by the sweep
        except child.Failed as why:
            end(number, str(why) if str(why) in PACKED else "broken")
            return
        done = int(upload.values.get("done", 0))
        for row in found["rows"]:
            _take(number, folder, row, done := done + 1, found["total"])
    if done < found["total"]:
        jobs.enqueue("library.unpack", number)
    else:
        end(number)


def _part(upload: Upload, folder: pathlib.Path) -> dict[str, t.Any]:
    """Unpack the next files into a folder; return the lines about them and how many there are in all."""
    largest = upload_limits.largest()
    limits = child.Limits(seconds=60, wall=300, written=largest + 1024)
    numbers = (upload.values.get("done", 0), MOST_FILES, largest, TIMES * largest, NOW)
    with _source(upload, folder) as path:
        child.run("app.library.zips:part", folder, path, *numbers, limits=limits)
    found: dict[str, t.Any] = json.loads((folder / LIST).read_text("utf-8"))
    return found


class _source:
    """Lends the path of a stored file: where it lies, or a copy from a bucket."""

    def __init__(self, upload: Upload, folder: pathlib.Path) -> None:
        self.upload, self.folder = upload, folder

    def __enter__(self) -> pathlib.Path:
        store = files.store()
        if isinstance(store, files.FolderStore):
            return store.path(self.upload.hash)
        place = self.folder / "source"
        with store.open(self.upload.hash) as stream:
            pieces.pour(place, stream, upload_limits.largest())
        return place

    def __exit__(self, *_about: object) -> None:
        (self.folder / "source").unlink(missing_ok=True)


def _take(number: int, folder: pathlib.Path, row: dict[str, t.Any], done: int, total: int) -> None:
    """Make one file of a ZIP an upload of its batch, and count it."""
    path = folder / str(row["number"])
    received = uploads.Received(
        files.clean_name(row["name"]), uploads.clean_folder(row["folder"]), None, row["why"]
    )
    if not row["why"]:
        with path.open("rb") as stream:
            received = uploads.receive(stream, row["name"], row["folder"])
        path.unlink()
    with atomic():
        upload = db.session.get(Upload, number, with_for_update=True, populate_existing=True)
        if upload is None or upload.state != "unpacking" or int(upload.values.get("done", 0)) != done - 1:
            return
        person = db.session.get_one(Person, upload.person_id)
        within = "/".join(part for part in (upload.folder, received.folder) if part)[:300]
        uploads.enter(person, upload.batch_id, received._replace(folder=within))
        upload.values, upload.moved = {"done": done, "total": total}, clock.now()


def end(number: int, why: str = "") -> None:
    """A ZIP is unpacked, or stays as one file that says why it could not be."""
    with atomic():
        upload = db.session.get(Upload, number, with_for_update=True, populate_existing=True)
        if upload is None or upload.state != "unpacking":
            return
        if why:
            upload.state, upload.why, upload.values, upload.moved = "whole", why, {}, clock.now()
        else:
            uploads.used(upload, None)


@jobs.minutely
def go_on() -> None:
    """Go on with what a killed process left."""
    limit = clock.now() - STUCK
    stuck = sa.select(Upload.id).where(Upload.state == "unpacking", Upload.moved < limit)
    for number in db.session.scalars(stuck).all():
        unpack(number)
