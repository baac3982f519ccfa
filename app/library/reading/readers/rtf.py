"""RTF: its paragraphs; what is bold or stands in tables is read as plain words."""

import pathlib
import re

from striprtf.striprtf import rtf_to_text

from app.core.child import Refused
from app.library.reading.readers.flow import Flow, plain, whole
from app.library.reading.readers.out import Out

MOST_BYTES = 16 * 1024 * 1024
PICTURE = re.compile(rb"(?<=[\r\n ])[0-9a-fA-F\r\n]{400,}")  # drawn in numbers: not words


def read(source: str, folder: str) -> None:
    """Read a text."""
    place = pathlib.Path(source)
    raw = place.read_bytes() if place.stat().st_size <= MOST_BYTES * 4 else b""
    raw = PICTURE.sub(b"", raw)
    if not 0 < len(raw) <= MOST_BYTES:
        raise Refused("large")
    try:
        words = rtf_to_text(raw.decode("latin-1"), errors="replace")
    except (ValueError, KeyError, IndexError, LookupError, RecursionError):
        raise Refused("broken") from None

    def all_of_it(flow: Flow) -> None:
        for paragraph in words.split("\n"):
            said = " ".join(paragraph.split(" ")).strip()
            flow.paragraph(plain(said), said)

    whole(Out(folder), all_of_it)
