"""Why a file was not taken, in a sentence."""

import typing as t

from flask_babel import format_decimal
from markupsafe import Markup

from app.core.database import setting
from app.core.languages import lazy

REFUSED: dict[str, t.Any] = {
    "type": lazy(
        "“%(name)s” cannot be shared. Choose a PDF, Word, Excel, PowerPoint, OpenDocument, text, image, sound, video or ZIP file."
    ),
    "source": lazy(
        "“%(name)s” cannot be read here. Choose a ZIP, CSV, XLSX, RIS, BibTeX, mbox or JSON file."
    ),
    "size": lazy("“%(name)s” is larger than %(most)s MB."),
    "empty": lazy("“%(name)s” is empty."),
    "number": lazy("“%(name)s” is one file too many: at most %(files)s can be described together."),
    "room": lazy("“%(name)s” has to wait: finish or stop other files that you are sending first."),
    "waiting": lazy(
        "“%(name)s” has to wait: describe or remove files that you sent before, then send it again."
    ),
    "quota": lazy("“%(name)s” does not fit: your organisation has used up its room in the library."),
    "unsafe": lazy("“%(name)s” was refused by the check for harmful files."),
    "path": lazy("“%(name)s” was left out: its path in the ZIP leads outside of it."),
    "link": lazy("“%(name)s” was left out: it is a link, not a file."),
    "encrypted": lazy(
        "“%(name)s” was left out: it is encrypted. Unpack the ZIP yourself and send the files."
    ),
    "method": lazy("“%(name)s” was left out: it is packed in a way that is not read here."),
    "damaged": lazy("“%(name)s” was left out: it is damaged in the ZIP."),
}
# Why a ZIP was not unpacked; it stays as it is and can be shared as one file.
PACKED: dict[str, t.Any] = {
    "many": lazy("“%(name)s” holds more than %(files)s files, so it was not unpacked. Send it in parts, or share it as it is."),
    "large": lazy("“%(name)s” is too large when unpacked. Send it in parts, or share it as it is."),
    "broken": lazy("“%(name)s” could not be unpacked: it is damaged. You can still share it as it is."),
    "nothing": lazy("“%(name)s” holds no files. You can still share it as it is."),
}  # fmt: skip
MOST_FILES = 1000
MOST_PARTS = (
    3 * MOST_FILES
)  # of a form: files, the keys of files that came before, and what is said of a page of them


def sentence(why: str, name: str) -> Markup:
    """Return why a file was not taken, or not unpacked."""
    words = REFUSED.get(why) or PACKED.get(why) or REFUSED["damaged"]
    own = next(
        (part for part in str(setting("LIBRARY_TYPES")).split(",") if part.startswith(f"{_ending(name)}:")),
        "",
    )
    most = min(int(own.partition(":")[2] or setting("MAX_LIBRARY_FILE_MB")), setting("MAX_LIBRARY_FILE_MB"))
    return Markup(str(words)) % {"name": name, "most": most, "files": format_decimal(MOST_FILES)}


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()
