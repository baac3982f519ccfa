"""The work of the child process on the files of an archive: what each of them is, and some of them at a time.

No process of ours inflates what people packed. Sizes are enforced while reading; no name of an archive becomes a path.
"""

import hashlib
import json
import pathlib
import typing as t
import zipfile

from app.past.sources import archive

SOURCE, ASKED, TOLD = "source", "asked.json", "told.json"
CHUNK = 256 * 1024
UNREADABLE = (*archive.BROKEN, MemoryError)  # some ways of packing ask for any amount of memory


def measure() -> None:
    """Write for each file that is asked for its hash, or nothing and why it cannot be taken."""
    with zipfile.ZipFile(SOURCE) as packed:
        inside = archive.members(packed)
        told = {name: _measured(packed, inside.get(name), most) for name, most in _asked().items()}
    pathlib.Path(TOLD).write_text(json.dumps(told), "utf-8")


def _asked() -> dict[str, int]:
    """Return the files that are asked for, each with the most bytes that it may have."""
    return t.cast("dict[str, int]", json.loads(pathlib.Path(ASKED).read_text("utf-8")))


def _measured(packed: zipfile.ZipFile, info: zipfile.ZipInfo | None, most: int) -> tuple[str, str]:
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in _chunks(packed, info):
            size += len(chunk)
            if size > most:
                return "", "large_file"
            digest.update(chunk)
    except UNREADABLE:
        return "", "damaged"
    return digest.hexdigest(), ""


def _chunks(packed: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> t.Iterator[bytes]:
    if info is None:
        raise KeyError
    with packed.open(info) as part:
        while chunk := part.read(CHUNK):
            yield chunk


def lay_out(now: str) -> None:
    """Write the files that are asked for, by their places in the list, until there are `now` bytes; the first in any case."""
    left = int(now)
    with zipfile.ZipFile(SOURCE) as packed:
        inside = archive.members(packed)
        for place, (name, most) in enumerate(_asked().items()):
            info = inside.get(name)
            if place and info is not None and info.file_size > left:
                return
            left -= _written(packed, info, pathlib.Path(f"file-{place}"), most)


def _written(packed: zipfile.ZipFile, info: zipfile.ZipInfo | None, place: pathlib.Path, most: int) -> int:
    """Write one file as a whole or not at all; return its bytes."""
    size = 0
    try:
        with open(place, "wb") as out:
            for chunk in _chunks(packed, info):
                size += len(chunk)
                if size > most:
                    raise OSError("large")
                out.write(chunk)
    except UNREADABLE:
        place.unlink(missing_ok=True)
    return size
