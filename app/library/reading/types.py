"""Which files the library takes, and how each is read. The type comes from the content where it agrees with the name."""

import typing as t


class Type(t.NamedTuple):
    """A kind of file: its type, the word on its tile, and what reads it ("" where nothing does: it is kept and given out)."""

    mime: str
    tile: str
    reader: str


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
TYPES: dict[str, Type] = {
    "pdf": Type("application/pdf", "PDF", "pdf"),
    "docx": Type(f"{_OPEN_XML}.wordprocessingml.document", "DOC", "docx"),
    "odt": Type(f"{_ODF}.text", "DOC", "odf"),
    "rtf": Type("application/rtf", "DOC", "rtf"),
    "doc": Type("application/msword", "DOC", ""),
    "pptx": Type(f"{_OPEN_XML}.presentationml.presentation", "PPT", "pptx"),
    "odp": Type(f"{_ODF}.presentation", "PPT", "odf"),
    "ppt": Type("application/vnd.ms-powerpoint", "PPT", ""),
    "xlsx": Type(f"{_OPEN_XML}.spreadsheetml.sheet", "XLS", "xlsx"),
    "ods": Type(f"{_ODF}.spreadsheet", "XLS", "ods"),
    "csv": Type("text/csv", "XLS", "csv"),
    "xls": Type("application/vnd.ms-excel", "XLS", ""),
    "txt": Type("text/plain", "TXT", "plain"),
    "md": Type("text/plain", "TXT", "markdown"),
    "png": Type("image/png", "IMG", "image"),
    "jpg": Type("image/jpeg", "IMG", "image"),
    "jpeg": Type("image/jpeg", "IMG", "image"),
    "gif": Type("image/gif", "IMG", "image"),
    "webp": Type("image/webp", "IMG", "image"),
    "mp3": Type("audio/mpeg", "WAV", "sound"),
    "m4a": Type("audio/mp4", "WAV", "sound"),
    "ogg": Type("audio/ogg", "WAV", "sound"),
    "wav": Type("audio/wav", "WAV", "sound"),
    "flac": Type("audio/flac", "WAV", "sound"),
    "mp4": Type("video/mp4", "MP4", "sound"),
    "m4v": Type("video/mp4", "MP4", "sound"),
    "webm": Type("video/webm", "MP4", "sound"),
    "zip": Type("application/zip", "ZIP", "archive"),
    "epub": Type("application/epub+zip", "DOC", ""),
}


def suffix(name: str) -> str:
    """Return the ending of a file's name, without its dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def tile(name: str) -> str:
    """Return the word on the tile of a file, such as PDF; "" for what the library does not take."""
    found = TYPES.get(suffix(name))
    return found.tile if found else ""
