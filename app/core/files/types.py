"""What a file is: by its content where that agrees with its name, never by its name alone."""

import pathlib
import re
import typing as t
import unicodedata
import zipfile

import puremagic

from app.core.text import clean_line

INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp"}
PICTURES = INLINE
# What is stored as itself: extension → type. Everything else is kept and given out as plain bytes.
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "zip": "application/zip",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "txt": "text/plain",
    "md": "text/plain",
    "csv": "text/csv",
    "ics": "text/calendar",
    "rtf": "application/rtf",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "epub": "application/epub+zip",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
}
PLAIN_BYTES = "application/octet-stream"


def clean_name(name: str) -> str:
    """Return a file's name as it may be shown: no path, no control or direction characters, 120 at most."""
    name = unicodedata.normalize("NFC", clean_line(re.split(r"[/\\]", name or "")[-1]))
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    stem = stem.strip(". ")[:110] or "file"
    return f"{stem}.{ending.strip()[:9]}" if ending.strip() else stem


def type_of(path: pathlib.Path, name: str) -> str:
    """Return the type of a file by its content, where it agrees with its name; else plain bytes."""
    claimed = TYPES.get(name.rpartition(".")[2].lower())
    if claimed is None:
        return PLAIN_BYTES
    if claimed.startswith("text/"):
        return claimed if _is_text(path) else PLAIN_BYTES
    return claimed if _agrees(path, claimed) else PLAIN_BYTES


def _is_text(path: pathlib.Path) -> bool:
    with path.open("rb") as file:
        head = file.read(4096)
    return b"\0" not in head


# Office files are archives: what makes them what they claim is a member of theirs.
MEMBERS = {
    TYPES["docx"]: "word/",
    TYPES["xlsx"]: "xl/",
    TYPES["pptx"]: "ppt/",
    TYPES["odt"]: "mimetype",
    TYPES["ods"]: "mimetype",
    TYPES["odp"]: "mimetype",
    TYPES["epub"]: "mimetype",
    TYPES["zip"]: "",
}
# What others begin with: where, and the bytes there.
_OLE, _MP3 = [(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")], (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
BEGINS: dict[str, list[tuple[int, bytes]]] = {
    TYPES["doc"]: _OLE,
    TYPES["xls"]: _OLE,
    TYPES["ppt"]: _OLE,
    TYPES["mp3"]: [(0, begin) for begin in _MP3],
    TYPES["m4a"]: [(4, b"ftyp")],
    TYPES["mp4"]: [(4, b"ftyp")],
    TYPES["ogg"]: [(0, b"OggS")],
    TYPES["wav"]: [(8, b"WAVE")],
    TYPES["flac"]: [(0, b"fLaC")],
    TYPES["webm"]: [(0, b"\x1aE\xdf\xa3")],
}
LISTED = 2 * 1024 * 1024  # the longest list of members that is read here, where all pages are made


def _agrees(path: pathlib.Path, claimed: str) -> bool:
    if claimed in MEMBERS:
        return _has_member(path, MEMBERS[claimed])
    if claimed in BEGINS:
        with path.open("rb") as file:
            head = file.read(64)
        return any(head[at : at + len(begin)] == begin for at, begin in BEGINS[claimed])
    try:
        found = {match.mime_type for match in puremagic.magic_file(str(path))}
    except (puremagic.PureError, ValueError):
        return False
    return claimed in found or (claimed == TYPES["rtf"] and "text/rtf" in found)


def _has_member(path: pathlib.Path, begins: str) -> bool:
    try:
        if listed(path) > LISTED:
            return False
        with zipfile.ZipFile(path) as archive:
            return any(name.startswith(begins) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def listed(path: pathlib.Path) -> int:
    """Return how many bytes the list of an archive's members may take; reading it takes a hundred times as much memory."""
    with path.open("rb") as file:
        return listed_in(file)


def listed_in(file: t.IO[bytes]) -> int:
    """The same of an open file, which is left anywhere."""
    file.seek(max(0, file.seek(0, 2) - 65_700))
    tail = file.read()
    sizes = [0]
    for sign, at, width in ((b"PK\5\6", 12, 4), (b"PK\6\6", 40, 8)):
        for found in re.finditer(re.escape(sign), tail):
            sizes.append(int.from_bytes(tail[found.start() + at :][:width], "little"))
    longer = [size for size in sizes if size != 0xFFFFFFFF]
    return max(longer) if b"PK\6\6" in tail else max(sizes)
