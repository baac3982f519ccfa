"""PDF that PDFium does not open: pypdf is more patient with what is broken, and slower."""

import time

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from app.core.child import Refused
from app.library.reading.readers.out import MOST_PAGES, Full, Out

SECONDS = 8.0


def read(source: str, out: Out) -> None:
    """Read what can be read."""
    try:
        reader = PdfReader(source, strict=False)
        count = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        raise Refused("broken") from None
    if reader.is_encrypted:
        raise Refused("encrypted")
    full = count > MOST_PAGES
    try:
        for page in reader.pages[:MOST_PAGES]:
            out.page(_text(page))
            if time.process_time() > SECONDS:
                full = True
                break
    except Full:
        full = True
    if not out.letters:
        raise Refused("broken")
    out.finish(pages=count, full=full, next=None, seen=out.number, scans=0)


def _text(page: object) -> str:
    try:
        words = page.extract_text()  # type: ignore[attr-defined]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return ""
    return "\n\n".join(" ".join(part.split()) for part in words.split("\n\n"))
