"""PDF: text by page with its headings, outline, title and language, whether it is tagged, and pictures of pages."""

import collections
import contextlib
import ctypes
import io
import itertools
import pathlib
import time
import typing as t

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from app.core.child import Refused
from app.library.reading.readers.lines import Block, Line, blocks, body_size, lettered, marked
from app.library.reading.readers.out import MOST_HEADINGS, MOST_PAGES, Full, Out

SECONDS = 7.0  # of the processor, then the next step goes on
FEW = 10  # letters on a page: with a picture beside them it is a scan
WIDE, HIGH = 850, 1300  # points of a page's picture
MOST_BYTES = 60 * 1024
# Ways to save a page, the best first: few colours keep letters sharp, the other way suits photographs.
WAYS = (("colours", 16), ("quality", 60), ("colours", 8), ("quality", 35), ("colours", 4), ("quality", 10))


def read(source: str, folder: str, first: str, letters: str) -> None:
    """Read pages from `first` on, as many as the time allows; the facts say where to go on."""
    out = Out(folder, int(first), int(letters))
    try:
        document = opened(source)
    except Refused as why:
        if str(why) != "broken":
            raise
        from app.library.reading.readers import pdf_slow

        pdf_slow.read(source, out)
        return
    count = min(len(document), MOST_PAGES)
    out.finish(pages=len(document), next=None)
    state = _Pages(document, out)
    going_on, full = int(first), False
    try:
        while going_on <= count and (going_on == int(first) or time.process_time() < SECONDS):
            state.read(going_on - 1)
            going_on += 1
    except Full:
        full = True
    facts = _facts(document, out) if first == "1" else {}
    done = full or going_on > count
    out.finish(
        state="ready", next=None if done else going_on, full=full or len(document) > count, pages=len(document),
        seen=state.seen, scans=state.scans, **facts,
    )  # fmt: skip


def opened(source: str) -> t.Any:
    """Open a file; what keeps it closed is refused by its key."""
    try:
        return pdfium.PdfDocument(source)
    except pdfium.PdfiumError:
        code = raw.FPDF_GetLastError()
        raise Refused(
            "encrypted" if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY) else "broken"
        ) from None


class _Pages:
    """What is learned while pages are read one after the other."""

    def __init__(self, document: t.Any, out: Out) -> None:
        self.document, self.out = document, out
        self.known: collections.Counter[float] = collections.Counter()
        self.sizes: list[float] = []  # of headings
        self.seen = self.scans = 0

    def read(self, index: int) -> None:
        """Read one page; a broken one is empty."""
        found: list[Block] = []
        lines: list[Line] = []
        with contextlib.suppress(pdfium.PdfiumError):
            page = self.document[index]
            lines = _lines(page)
            letters = sum(len(line.words.strip()) for line in lines)
            self.seen += letters > 0
            self.scans += letters < FEW and _has_picture(page)
            page.close()
        found = blocks(lines, body_size(lines, self.known))
        self._learn(found)
        number = self.out.number + 1
        text, html = marked(found, number, self.sizes)
        self.out.page(text, html)

    def _learn(self, found: list[Block]) -> None:
        for block in found:
            if block.size and all(abs(block.size - size) > 0.3 for size in self.sizes):
                self.sizes.append(block.size)


def _lines(page: t.Any) -> list[Line]:
    """Return the lines of a page: words by PDFium, height and place from their first and last sign."""
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        words = textpage.get_text_range() if count > 0 else ""
        found, at = [], 0
        for line in words.split("\r\n"):
            length = len(line) + sum(sign > "\uffff" for sign in line)
            if line.strip():
                found.append(_line(textpage, line, at, length))
            at += length + 2
        return found
    finally:
        textpage.close()


def _line(textpage: t.Any, words: str, at: int, length: int) -> Line:
    first = _box(textpage, at + len(words) - len(words.lstrip()))
    last = _box(textpage, at + max(0, length - 1 - len(words) + len(words.rstrip())))
    left, right, bottom, top = first
    return Line(lettered(words), top - bottom, min(left, last[0]), max(right, last[1]), bottom)


def _box(textpage: t.Any, index: int) -> tuple[float, float, float, float]:
    rect = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect)):
        return 0.0, 0.0, 0.0, 0.0
    return rect.left, rect.right, rect.bottom, rect.top


def _has_picture(page: t.Any) -> bool:
    few = itertools.islice(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2), 1)
    return any(True for _one in few)


def _facts(document: t.Any, out: Out) -> dict[str, t.Any]:
    """Return title, language and whether the file is tagged; its outline goes out."""
    with contextlib.suppress(pdfium.PdfiumError, RecursionError):
        for mark in itertools.islice(document.get_toc(max_depth=4), MOST_HEADINGS):
            place = mark.get_dest()
            index = place.get_index() if place else None
            out.heading(mark.get_title() or "", mark.level + 1, (index or 0) + 1)
    title = document.get_metadata_value("Title").strip()
    return {
        "title": title[:300],
        "language": _language(document),
        "tagged": bool(raw.FPDFCatalog_IsTagged(document)),
    }


def _language(document: t.Any) -> str:
    buffer = (ctypes.c_ushort * 40)()
    size = raw.FPDFCatalog_GetLanguage(document, buffer, ctypes.sizeof(buffer))
    if not 2 < size <= ctypes.sizeof(buffer):
        return ""
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace")[:12]


def draw(source: str, folder: str, *numbers: str) -> None:
    """Save a picture of each of these pages, none larger than MOST_BYTES."""
    document, way = opened(source), 0
    for number in map(int, numbers):
        if 0 < number <= len(document):
            with contextlib.suppress(pdfium.PdfiumError, ValueError):
                way = _draw(document[number - 1], pathlib.Path(folder, f"page-{number}.webp"), way)


def _draw(page: t.Any, place: pathlib.Path, way: int) -> int:
    """Save one page; the way that fits is tried first for the next."""
    width, height = page.get_size()
    scale = min(WIDE / max(width, 1), HIGH / max(height, 1))
    if width < 1 or height < 1 or min(width, height) * scale < 8:
        return way
    picture = page.render(scale=scale, draw_annots=True).to_pil().convert("RGB")
    for shrink in (1.0, 0.7, 0.5):
        if shrink < 1:
            picture, way = picture.resize([max(8, round(side * shrink)) for side in picture.size]), 0
        for number in range(way, len(WAYS)):
            data = _saved(picture, *WAYS[number])
            if len(data) <= MOST_BYTES:
                place.write_bytes(data)
                return number
    return 0


def _saved(picture: t.Any, kind: str, much: int) -> bytes:
    buffer = io.BytesIO()
    if kind == "colours":
        few = picture.quantize(much, method=Image.Quantize.FASTOCTREE).convert("RGB")
        few.save(buffer, "WEBP", lossless=True, quality=20, method=2)
    else:
        picture.save(buffer, "WEBP", quality=much, method=2)
    return buffer.getvalue()
