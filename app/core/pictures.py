"""Pictures: made smaller, turned upright, and freed of where they were taken, in a child process with limits."""

import io
import logging
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

import sqlalchemy as sa

from app.core import files
from app.core.database import atomic
from app.extensions import db

log = logging.getLogger(__name__)
SECONDS, MEMORY = 10, 512 * 1024 * 1024
LARGEST_SIDE = 1600
MOST_PIXELS = 50_000_000
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
        done = _in_child(data, SAVED_AS[row.type])
        kept = files.keep(io.BytesIO(done), row.name)
    except subprocess.TimeoutExpired:
        return  # a busy machine, not a bad picture (that one runs out of processor time): tried again by the sweep
    except (OSError, subprocess.SubprocessError, ValueError):
        with atomic():
            row.state = "broken"
        return
    with atomic():
        files.attach_bytes(row, kept, TYPE_OF[SAVED_AS[row.type]])


def _in_child(data: bytes, form: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, result = pathlib.Path(folder, "in"), pathlib.Path(folder, "out")
        source.write_bytes(data)
        command = [sys.executable, "-m", "app.core.pictures", str(source), str(result), form]
        root = pathlib.Path(__file__).parents[2]
        bare = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}  # no secrets of ours
        subprocess.run(command, check=True, timeout=SECONDS + 5, cwd=root, capture_output=True, env=bare)
        return result.read_bytes()


def _work(source: str, result: str, form: str) -> None:
    """What the child does: open, shrink, save anew without any metadata."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses at twice this number
    with Image.open(source) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        opened.draft("RGB", (LARGEST_SIDE * 2, LARGEST_SIDE * 2))
        picture = ImageOps.exif_transpose(opened)
        picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        if form == "JPEG" and picture.mode != "RGB":
            picture = picture.convert("RGB")
        clean_copy = Image.new(picture.mode, picture.size)
        if picture.mode == "P":
            clean_copy = picture.convert("RGBA")
            clean_copy.info = {}
        else:
            clean_copy.paste(picture)
        clean_copy.save(result, form, optimize=True, **({"quality": 82} if form != "PNG" else {}))


if __name__ == "__main__":
    _work(*sys.argv[1:4])
