"""Takes a ZIP apart, in the limited child process alone: what is in it, and some of its files at a time.

Sizes are read from its list and enforced while reading; no name of it becomes a path. It needs nothing of the house.
"""

import json
import pathlib
import stat
import struct
import typing as t
import unicodedata
import zipfile
import zlib

from app.core.child import Refused

LIST = "list.json"  # what was found: one line for each file
CHUNK = 256 * 1024
UTF8, ENCRYPTED = 0x800, 0x1
JUNK = (".DS_Store", "Thumbs.db", "desktop.ini")
READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def part(source: str, begin: str, most_files: str, most_each: str, most_all: str, most_now: str) -> None:
    """Write the files of a ZIP from number `begin` on, named by their numbers, until `most_now` bytes; and the list of all."""
    try:
        with zipfile.ZipFile(source) as archive:
            rows = listed(archive, int(most_files), int(most_each), int(most_all))
            done = _write(archive, rows, int(begin), int(most_now))
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, ValueError):
        raise Refused("broken") from None
    lines = {"total": len(rows), "rows": [row._asdict() for row in rows[int(begin) : done]]}
    pathlib.Path(LIST).write_text(json.dumps(lines), "utf-8")


class Row(t.NamedTuple):
    """A file in a ZIP; `why` says why it is left out."""

    number: int
    name: str
    folder: str
    size: int
    why: str = ""


def listed(archive: zipfile.ZipFile, most_files: int, most_each: int, most_all: int) -> list[Row]:
    """Return the files of a ZIP in order. Raises Refused: `many`, `large`, `nothing`."""
    rows = []
    for number, info in enumerate(archive.infolist()):
        path = decoded(info).replace("\\", "/")
        name = path.rpartition("/")[2]
        if not name or name in JUNK or name.startswith("._") or path.startswith("__MACOSX/"):
            continue
        rows.append(Row(number, name, path.rpartition("/")[0], info.file_size, _wrong(info, path, most_each)))
        if len(rows) > most_files:
            raise Refused("many")
    if not rows:
        raise Refused("nothing")
    if sum(row.size for row in rows if not row.why) > most_all:
        raise Refused("large")
    return rows


def _wrong(info: zipfile.ZipInfo, path: str, most: int) -> str:
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or (len(parts[0]) == 2 and parts[0][1] == ":"):
        return "path"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link"
    if info.flag_bits & ENCRYPTED:
        return "encrypted"
    if info.compress_type not in READ:
        return "method"
    if not info.file_size:
        return "empty"
    return "size" if info.file_size > most else ""


def decoded(info: zipfile.ZipInfo) -> str:
    """Return a name in the letters that it was written in: UTF-8 where it says so or is, else what gives Latin letters."""
    name = info.orig_filename
    if info.flag_bits & UTF8:
        return unicodedata.normalize("NFC", name)
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return unicodedata.normalize("NFC", name)
    for encoding in ("utf-8", *sorted(("cp437", "cp1252"), key=lambda code: -_latin(raw, code))):
        try:
            return unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return name


def _latin(raw: bytes, encoding: str) -> int:
    """Return how many signs beyond ASCII are letters of Latin languages, less those that are not."""
    try:
        signs = [sign for sign in raw.decode(encoding) if sign > "\x7f"]
    except UnicodeDecodeError:
        return -len(raw)
    return sum(1 if sign.isalpha() and "\u00c0" <= sign <= "\u024f" else -1 for sign in signs)


def _write(archive: zipfile.ZipFile, rows: list[Row], begin: int, most_now: int) -> int:
    """Write some files; return the place in the list where the next ones begin."""
    infos, written = archive.infolist(), 0
    for place in range(begin, len(rows)):
        row = rows[place]
        if written and written + row.size > most_now:
            return place
        if not row.why:
            rows[place] = row._replace(why=_one(archive, infos[row.number], str(row.number)))
            written += row.size
    return len(rows)


def _one(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> str:
    """Write one file, at most as long as the list says; return why it could not be."""
    left = info.file_size
    try:
        with archive.open(info) as source, open(name, "wb") as out:
            while chunk := source.read(min(CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    return "damaged"
                out.write(chunk)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        NotImplementedError,
        EOFError,
        RuntimeError,
        ValueError,
    ):
        return "damaged"
    return "" if not left else "damaged"
