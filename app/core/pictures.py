"""Pictures: made smaller, turned upright, and freed of where they were taken, in a child process with limits."""

import io
import logging
import pathlib
import subprocess
import tempfile

import sqlalchemy as sa

from app.core import child, files
from app.core.database import atomic
from app.extensions import db

log = logging.getLogger(__name__)
LARGEST_SIDE = 1600
SAVED_AS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "PNG", "image/webp": "WEBP"}
TYPE_OF = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def waiting() -> list[int]:
    """Return the pictures that nobody has cleaned yet."""
    rows = (
        sa.select(files.Attachment.id)
        .where(files.Attachment.state == "waiting")
        .order_by(files.Attachment.id)
    )
    return list(db.session.scalars(rows.limit(20)))


def clean(number: int) -> None:
    """Clean one picture; a broken one is marked and never shown, its bytes stay with the row."""
    row = db.session.get(files.Attachment, number)
    if row is None or row.state != "waiting":
        return
    try:
        with files.store().open(row.hash) as source:
            data = source.read()
    except OSError:
        log.warning("picture %s: its bytes cannot be read", number)
        return  # a store that is away, not a bad picture: tried again by the sweep
    try:
        done = in_child(data, SAVED_AS[row.type])
        kept = files.keep(io.BytesIO(done), row.name)
    except child.Late:
        return  # a busy machine, not a bad picture (that one runs out of processor time): tried again by the sweep
    except (OSError, subprocess.SubprocessError, ValueError):
        with atomic():
            row.state = "broken"
        return
    with atomic():
        files.attach_bytes(row, kept, TYPE_OF[SAVED_AS[row.type]])


def small(data: bytes, side: int = 240) -> bytes | None:
    """Return a picture as a small PNG that holds nothing but its points; None for what is no picture."""
    if not data.startswith(_BEGINNINGS):
        return None
    try:
        return in_child(data, "PNG", side)
    except (OSError, subprocess.SubprocessError):
        return None


_BEGINNINGS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"RIFF")


def in_child(data: bytes, form: str, side: int = LARGEST_SIDE, *square: float) -> bytes:
    """Return a picture cleaned and saved anew, by a child process; `square` cuts it: across, down, and how much.

    Raises subprocess.SubprocessError for what is no picture, or takes too much time or memory.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, result = pathlib.Path(folder, "in"), pathlib.Path(folder, "out")
        source.write_bytes(data)
        child.run("app.core.redrawing:save", folder, source, result, form, side, *square)
        return result.read_bytes()
