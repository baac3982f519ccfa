"""Titles that files give themselves: read in the child when files have come, offered in the table where they say something."""

import collections
import contextlib
import json
import pathlib
import re
import tempfile
import typing as t

import sqlalchemy as sa

from app.core import child, jobs
from app.core.database import atomic, later
from app.core.text import clean_line
from app.extensions import db
from app.library import guessing
from app.library.models import Upload
from app.library.reading.job import local
from app.library.reading.readers.out import FACTS
from app.library.reading.types import TYPES, suffix

READ = ("pdf", "docx", "odf", "pptx", "xlsx", "ods")
LIMITS = child.Limits(seconds=10, wall=40, written=1024 * 1024)
AT_ONCE, LONGEST = 20, 300
INSIDE = "inside"  # in what is kept of an upload: the title that stands in it, "" for none
# What programs write when nobody gave a title, and names of files in its place.
EMPTY = re.compile(
    r"(microsoft|libreoffice|openoffice|adobe|powerpoint|presentation|pr[ée]sentation|presentaci[óo]n|document|documento|untitled|"
    r"sans titre|sin t[íi]tulo|ohne titel|unbenannt|title|titre|t[íi]tulo|slide|diapositive|folie|layout|template)\b.{0,40}"
    r"|\S+\.[a-z0-9]{2,5}|[\W\d_]*",
    re.IGNORECASE,
)


def wanted(upload: Upload) -> bool:
    """Say whether a file can have a title of its own: by its name, and its bytes agree."""
    known = TYPES.get(suffix(upload.name))
    return known is not None and known.reader in READ and known.mime == upload.mime


def ask(upload: Upload) -> None:
    """Let the title of a file that has come be read, after the commit."""
    if wanted(upload):
        number = upload.batch_id
        later(lambda: jobs.enqueue("library.titles", number))


@jobs.task("library.titles")
def look(batch_id: int) -> None:
    """Read the titles of files of a batch that nobody has looked at, some at a time."""
    here = sa.select(Upload).where(Upload.batch_id == batch_id, Upload.state == "whole").order_by(Upload.id)
    rows = [one for one in db.session.scalars(here) if wanted(one) and INSIDE not in one.values]
    for start in range(0, len(rows), AT_ONCE):
        some = [(one.id, one.hash, TYPES[suffix(one.name)].reader) for one in rows[start : start + AT_ONCE]]
        db.session.rollback()  # no transaction stays open while the child works
        titles = _read([(hash_, reader) for _number, hash_, reader in some])
        with atomic() as session:
            for (number, _hash, _reader), title in zip(some, titles, strict=True):
                upload = session.get(Upload, number, with_for_update=True, populate_existing=True)
                if upload is not None and upload.state == "whole":
                    upload.values = {**upload.values, INSIDE: clean_line(title)[:LONGEST]}


def _read(some: list[tuple[str, str]]) -> list[str]:
    """Return the titles of some stored files; without any where the child came to no end."""
    with tempfile.TemporaryDirectory(prefix="titles-") as folder, contextlib.ExitStack() as lent:
        place = pathlib.Path(folder, "found")
        place.mkdir()
        try:
            sources = [
                part for hash_, reader in some for part in (reader, lent.enter_context(local(hash_, folder)))
            ]
            child.run("app.library.reading.readers.titles:read", place, place, *sources, limits=LIMITS)
            found = json.loads((place / FACTS).read_text("utf-8"))
        except (child.Failed, OSError, ValueError):
            found = []
    return [str(one) for one in found] if len(found) == len(some) else [""] * len(some)


def offered(uploads: t.Sequence[Upload]) -> dict[int, str]:
    """Return the titles worth offering, by the number of the upload: no program's words, no name, and no other file has it."""
    inside = {one.id: str(one.values.get(INSIDE, "")) for one in uploads}
    many = collections.Counter(map(_bare, inside.values()))
    return {
        one.id: inside[one.id] for one in uploads
        if many[_bare(inside[one.id])] == 1 and says_something(inside[one.id], one.name)
    }  # fmt: skip


def says_something(title: str, name: str) -> bool:
    """Say whether a title is one: longer than a word, and other than what the name of the file says."""
    if len(title) < 5 or EMPTY.fullmatch(title):
        return False
    return _bare(title) not in (_bare(name.rpartition(".")[0]), _bare(guessing.of(name).title))


def _bare(words: str) -> str:
    return "".join(sign for sign in words.casefold() if sign.isalnum())
