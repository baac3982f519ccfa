"""What is said of a file that waits, cannot be read, or holds nothing to read; and what its owner can do about a PDF."""

import typing as t

from app.core.languages import _, lazy
from app.library.models import Version
from app.library.reading.types import TYPES, suffix

STATES = {
    "waiting": lazy("The text of this file is being taken out. It appears here by itself."),
    "scanned": lazy("This file is a scan: pictures of text. Its words cannot be searched or read aloud."),
    "encrypted": lazy(
        "A password closes this file. It can be downloaded; nothing in it can be shown or found here."
    ),
    "broken": lazy("This file could not be read. It can be downloaded as it came."),
    "plain": lazy("No preview for this type. Download the file to open it."),
}
EMPTY = lazy("There is no text in this file.")
# Why a file could not be read, for who looks after it.
WHY = {
    "lies": lazy("Its content is not what the ending of its name says."),
    "large": lazy("It holds more than can be opened here."),
    "memory": lazy("It needs too much memory to be opened."),
    "time": lazy("It takes too long to be opened."),
    "broken": lazy("It is damaged."),
    "died": lazy("It is damaged, or made in a way that is not known here."),
}


def state(version: Version) -> t.Any:
    """Return the sentence about a version that has no text to show, "" for one that has."""
    if version.state == "plain" and reads(version):
        return EMPTY
    return STATES.get(version.state, "")


def why(version: Version) -> t.Any:
    """Return why a file could not be read."""
    return WHY.get(version.why, "") if version.state == "broken" else ""


def reads(version: Version) -> bool:
    """Say whether files of this kind can be read."""
    known = TYPES.get(suffix(version.name))
    return known is not None and bool(known.reader)


class Check(t.NamedTuple):
    """One line of what makes a PDF good to read for everybody: is it so, and what to do where it is not."""

    good: bool
    words: t.Any
    advice: t.Any


def checks(version: Version) -> list[Check]:
    """Return what was found in a PDF that matters to who reads by ear, by keyboard or on a phone."""
    found, text = version.found, version.state == "ready"
    return [
        Check(
            text, _("Text") if text else _("No text"),
            _("Recognise the text of the scan (OCR), then put it in as a new version."),
        ),
        Check(
            bool(found.get("tagged")), _("Tagged") if found.get("tagged") else _("Not tagged"),
            _("Export it with tags (“PDF/UA” or “accessible PDF”), so that headings and tables are read aloud as such."),
        ),
        Check(
            bool(found.get("language")), _("Language set") if found.get("language") else _("No language set"),
            _("Set the language of the text in the program that made it."),
        ),
        Check(
            bool(found.get("title")), _("Title set") if found.get("title") else _("No title set"),
            _("Set a title in the properties of the file."),
        ),
    ]  # fmt: skip
