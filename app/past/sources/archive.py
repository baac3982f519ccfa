"""A ZIP of files: with a manifest that describes them, or without one, and then each file is a document of its name."""

import json
import lzma
import pathlib
import re
import struct
import typing as t
import unicodedata
import zipfile
import zlib

from app.core.text import clean_line
from app.past.sources import tables
from app.past.sources.items import Fault, Record, Refused, Wrong

MOST_FILES, MOST_UNPACKED, MOST_MANIFEST, MOST_TIMES = 5000, 4 * 1024**3, 10 * 1024 * 1024, 200
MANIFEST = re.compile(r"(manifest|metadata|index)\.(csv|xlsx|json)", re.I)
UNWANTED = re.compile(r"(^|/)(__MACOSX/|\.(?!\./)|~\$|thumbs\.db$|desktop\.ini$)", re.I)
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, NotImplementedError,
          LookupError, ValueError)  # fmt: skip


class Contents(t.NamedTuple):
    """What an archive holds."""

    manifest: str  # the name of its member, empty without one
    table: tables.Table | None  # how a manifest that is a table was read
    records: list[Record]
    faults: Wrong


def read(file: t.Any, how: tables.How = tables.How()) -> Contents:  # noqa: B008  a value, never changed
    """Read what an archive holds; no file is unpacked but the manifest. Raises Refused."""
    try:
        with zipfile.ZipFile(file) as packed:
            inside = members(packed)
            top = _top(list(inside))
            name = next((n for n in sorted(inside, key=len) if MANIFEST.fullmatch(n.removeprefix(top))), "")
            raw = _unpacked(packed, inside[name]) if name else b""
    except Refused:
        raise
    except BROKEN:
        raise Refused("archive") from None
    faults = Wrong()
    plain = [n for n, info in inside.items() if n != name and _wanted(n, info, faults)]
    table, described = _described(name, raw, how)
    faults += table.faults if table else []
    records = _matched(plain, top, described, faults)
    if not records and not faults:
        raise Refused("empty")
    return Contents(name, table, records, faults)


def members(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the files by name; of two with one name the last counts, as every program unpacks it."""
    files = [info for info in packed.infolist() if not info.is_dir()]
    if len(files) > MOST_FILES:
        raise Refused("files")
    if sum(info.file_size for info in files) > MOST_UNPACKED:
        raise Refused("large")
    return {_name(info): info for info in files if not UNWANTED.search(_name(info))}


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: that of old Windows programs is in the letters of DOS, which the library took for granted."""
    name = info.filename.replace("\\", "/")
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            pass
    return unicodedata.normalize("NFC", "/".join(part for part in map(clean_line, name.split("/")) if part))


def _top(names: t.Sequence[str]) -> str:
    """Return the one folder in which everything lies, if it is so: it says nothing."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""


def _wanted(name: str, info: zipfile.ZipInfo, faults: Wrong) -> bool:
    key = ""
    if info.flag_bits & 1:
        key = "locked"
    elif ".." in name.split("/") or len(name) > 500:
        key = "name"
    elif info.file_size > 1024 * 1024 and info.file_size > MOST_TIMES * max(info.compress_size, 1):
        key = "bomb"
    elif not info.file_size:
        key = "nothing"
    if key:
        faults.append(Fault(0, key, name[-120:]))
    return not key


def _unpacked(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with packed.open(info) as part:
        raw = part.read(MOST_MANIFEST + 1)
    if len(raw) > MOST_MANIFEST:
        raise Refused("large")
    return raw


def _described(name: str, raw: bytes, how: tables.How) -> tuple[tables.Table | None, list[Record]]:
    if not name:
        return None, []
    if name.lower().endswith(".json"):
        return None, _of_json(raw)
    table = tables.read(raw, how)
    return table, table.records


def _of_json(raw: bytes) -> list[Record]:
    """A manifest in JSON: a list of objects, or an object that holds one under "files", "items" or "documents"."""
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refused("manifest") from None
    if isinstance(data, dict):
        data = next(
            (data[key] for key in ("documents", "files", "items") if isinstance(data.get(key), list)), None
        )
    if not isinstance(data, list):
        raise Refused("manifest")
    return [_record(number, one) for number, one in enumerate(data[:MOST_FILES], 1) if isinstance(one, dict)]


def _record(number: int, one: dict[str, t.Any]) -> Record:
    said: dict[str, str] = {}
    for key, value in one.items():
        meaning = next((m for m, heads in tables.HEADS.items() if tables.folded(str(key)) in (m, *heads)), "")
        if meaning and meaning not in said and _word(value):
            said[meaning] = _word(value)
    return Record(number, said, said.pop("file", ""), said.pop("folder", ""))


def _word(value: t.Any) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_word, value)))
    if isinstance(value, dict):
        value = value.get("name") or value.get("value") or ""
    return clean_line(str(value))[: tables.BOUNDS.signs] if isinstance(value, (str, int, float)) else ""


def _matched(names: list[str], top: str, described: list[Record], faults: Wrong) -> list[Record]:
    """Bring records and files together; files that no record names are documents too, records may have no file."""
    exact = {form: name for name in names for form in (name.removeprefix(top), name)}
    short: dict[str, list[str]] = {}
    for name in names:
        short.setdefault(tables.folded(pathlib.PurePosixPath(name).name), []).append(name)
    used, found = set[str](), list[Record]()
    for record in described:
        asked = record.file.replace("\\", "/").removeprefix("./")
        whole = next((path for path in (f"{record.folder}/{asked}", asked) if path in exact), "")
        hits = [exact[whole]] if whole else short.get(tables.folded(asked.rpartition("/")[2]), [])
        if asked and len(hits) != 1:
            faults.append(Fault(record.line, "missing" if not hits else "several", asked[-120:]))
        elif asked and hits[0] in used:
            faults.append(Fault(record.line, "named_twice", asked[-120:]))
        elif asked:
            used.add(hits[0])
            found.append(record._replace(file=hits[0], folder=record.folder or _folder(hits[0], top)))
        else:
            found.append(record)
    rest = [Record(0, {}, name, _folder(name, top)) for name in names if name not in used]
    return found + rest


def _folder(name: str, top: str) -> str:
    return name.removeprefix(top).rpartition("/")[0]
