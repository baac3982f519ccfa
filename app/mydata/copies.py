"""A copy of one's data: a ZIP with a page to read, a JSON file for each table, and one's files. Made by the job process."""

import datetime as dt
import json
import logging
import pathlib
import tempfile
import typing as t
import zipfile

import sqlalchemy as sa

from app.core import clock, files, jobs
from app.core.activity import record
from app.core.audience import audience_of, person_room
from app.core.database import atomic, later, setting
from app.core.languages import _, direction, in_language
from app.core.mail import post
from app.core.pages import OFFLINE
from app.core.templates import render
from app.extensions import db
from app.members.models import Person
from app.mydata import columns, gather
from app.mydata.models import DataCopy

log = logging.getLogger(__name__)
LASTS = dt.timedelta(days=7)
MOST_SHOWN = 500  # rows of a table on the page; the JSON file has them all
LARGEST = 4 * 1024**3
_file = files.Attachment.__table__


# --- asking, and what there is ------------------------------------------------------------------------------


def ask(person_id: int) -> None:
    """Ask for a copy; while one is being made nothing new begins."""
    with atomic() as session:
        session.get_one(Person, person_id, with_for_update=True)  # two tabs at once are one after the other
        if session.scalar(sa.select(DataCopy.id).where(DataCopy.open_for == person_id)):
            return
        one = DataCopy(person_id=person_id, open_for=person_id, at=clock.now())
        session.add(one)
        session.flush()
        number = one.id
        later(lambda: jobs.enqueue("data_copy", number))


def of(person_id: int) -> list[DataCopy]:
    """Return the copies of a person that are being made or can be fetched, the newest first."""
    mine = sa.select(DataCopy).where(DataCopy.person_id == person_id, DataCopy.state.in_(("asked", "ready")))
    return list(db.session.scalars(mine.order_by(DataCopy.id.desc()).limit(5)))


def forget(one: DataCopy) -> None:
    """Take a copy away, inside atomic(); its bytes go with the next sweep."""
    files.forget(one.ref)
    one.state, one.open_for, one.hash = "gone", None, ""


# --- making it ----------------------------------------------------------------------------------------------


@jobs.task("data_copy")
def make(number: int) -> None:
    """Make a copy; killed in between it is made anew by the sweep, and only one of two counts."""
    one = db.session.get(DataCopy, number)
    if one is None or one.state != "asked":
        return
    person = db.session.get_one(Person, one.person_id)
    folder = pathlib.Path(setting("INSTANCE_DIR"), "incoming")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as draft:
        with in_language(person.language, person.timezone):
            _write(t.cast(t.BinaryIO, draft), person)
            title = str(_("The copy of your data is ready"))
        draft.seek(0)
        kept = files.keep(t.cast(t.BinaryIO, draft), f"my-data-{clock.now():%Y-%m-%d}.zip", LARGEST)
    with atomic() as session:
        mine = sa.update(DataCopy).where(DataCopy.id == number, DataCopy.state == "asked")
        values = {
            "state": "ready",
            "open_for": None,
            "until": clock.now() + LASTS,
            "size": kept.size,
            "hash": kept.hash,
        }
        done = session.execute(mine.values(**values).execution_options(synchronize_session=False))
        if t.cast(t.Any, done).rowcount:
            session.refresh(one)
            files.attach(kept, one.ref, t.cast(t.Any, one), None)
            _tell(one, person, title)


def _tell(one: DataCopy, person: Person, title: str) -> None:
    record(
        "mydata.ready", actor=None, subject=person.ref, audience_id=audience_of(person_room(person.id)), title=title,
        lang=person.language, url="/settings/data", data={"to": [person.id]},
    )  # fmt: skip
    post(
        "copy_ready", person.email, person.language, timezone=person.timezone, person_id=person.id,
        key=f"copy:{one.id}", until=one.until,
    )  # fmt: skip


class Sheet(t.NamedTuple):
    """One table on the page of a copy."""

    name: str
    word: str
    file: str
    count: int
    rows: list[list[tuple[str, str]]]


def _write(target: t.BinaryIO, person: Person) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        sheets = [_sheet(archive, table, person.id) for table in gather.tables()]
        found = _files(archive, person.id)
        page = render(
            "mydata/copy.html", lang=person.language, dir=direction(person.language), sheets=[s for s in sheets if s.count],
            files=found, person=person, at=clock.now(), most=MOST_SHOWN,
        )  # fmt: skip
        archive.writestr("index.html", page)
        archive.writestr("page.css", OFFLINE.read_bytes())


def _sheet(archive: zipfile.ZipFile, table: sa.Table, person_id: int) -> Sheet:
    """Write a table as JSON, row by row, and return its first rows for the page."""
    name, count, first = f"json/{table.name}.json", 0, list[list[tuple[str, str]]]()
    with archive.open(name, "w") as out:
        out.write(b"[")
        for row in gather.rows(table, person_id):
            out.write(
                (b",\n" if count else b"\n") + json.dumps(row, default=_plain, ensure_ascii=False).encode()
            )
            count += 1
            if count <= MOST_SHOWN:
                first.append(
                    [(key, _said(value)) for key, value in row.items() if value not in (None, "", {}, [])]
                )
        out.write(b"\n]\n")
    db.session.rollback()  # a long look holds no snapshot
    return Sheet(table.name, str(columns.TABLES.get(table.name, table.name)), name, count, first)


def _plain(value: t.Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _said(value: t.Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else _plain(value)


_MINE = (
    sa.select(_file.c.id, _file.c.name, _file.c.hash, _file.c.size)
    .where(_file.c.by_id == sa.bindparam("who"), _file.c.id > sa.bindparam("after"))
    .order_by(_file.c.id)
    .limit(100)
)


def _files(archive: zipfile.ZipFile, person_id: int) -> list[tuple[str, str, int]]:
    """Put the files that a person attached, and the photo, into the copy; return their names in it."""
    found, after = list[tuple[str, str, int]](), 0
    while rows := db.session.execute(_MINE, {"who": person_id, "after": after}).all():
        for row in rows:
            name = f"files/{row.id}-{row.name}"
            try:
                with files.store().open(row.hash) as source, archive.open(name, "w", force_zip64=True) as out:
                    while chunk := source.read(files.CHUNK):
                        out.write(chunk)
            except OSError:
                log.warning("copy: file %s cannot be read", row.id)
                continue
            found.append((name, row.name, row.size))
        after = rows[-1].id
    return found


# --- looking after ------------------------------------------------------------------------------------------


def sweep() -> None:
    """Make what a killed process left, and take away what is over."""
    waiting = sa.select(DataCopy.id).where(DataCopy.state == "asked").order_by(DataCopy.id).limit(5)
    for number in list(db.session.scalars(waiting)):
        make(number)
    over = sa.select(DataCopy).where(DataCopy.state == "ready", DataCopy.until <= clock.now()).limit(100)
    with atomic() as session:
        for one in session.scalars(over).all():
            forget(one)


jobs.minutely(sweep)
