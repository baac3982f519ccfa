"""What changed between the texts of two versions: worked out in the child process, two at a time at most."""

import json
import pathlib
import tempfile
import threading
import typing as t

import sqlalchemy as sa

from app.core import child
from app.core.aside import let_go
from app.extensions import db
from app.library.models import Page
from app.library.reading.readers.difference import MOST_PARAGRAPHS, RESULT

_turn = threading.BoundedSemaphore(2)  # patched under gevent: who waits does not stop the loop
LIMITS = child.Limits(seconds=8, wall=15)
MOST_BYTES = 8 * 1024 * 1024


def compare(old: int, new: int) -> dict[str, t.Any] | None:
    """Return what a page of differences shows, None where it cannot be worked out in time."""
    texts = [_paragraphs(old), _paragraphs(new)]
    let_go()  # nobody waits for a connection while this one waits for its turn
    with _turn, tempfile.TemporaryDirectory(prefix="compare-") as folder:
        source = pathlib.Path(folder, "in.json")
        source.write_text(json.dumps(texts), "utf-8")
        try:
            child.run("app.library.reading.readers.difference:compare", folder, source, folder, limits=LIMITS)
            with pathlib.Path(folder, RESULT).open("rb") as file:
                return t.cast("dict[str, t.Any]", json.loads(file.read(MOST_BYTES)))
        except (child.Failed, OSError, ValueError):
            return None


def _paragraphs(version_id: int) -> list[tuple[int, str]]:
    """Return the paragraphs of a version, each with its page."""
    rows = sa.select(Page.number, Page.text).where(Page.version_id == version_id).order_by(Page.number)
    found: list[tuple[int, str]] = []
    for number, text in db.session.execute(rows):
        found += [(number, part) for part in text.split("\n\n") if part.strip()]
        if len(found) > MOST_PARAGRAPHS:
            break
    return found[: MOST_PARAGRAPHS + 1]
