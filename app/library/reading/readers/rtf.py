"""RTF: headings by their level or style, lists, tables, pictures, what is bold or slanted."""

import pathlib
import re
import typing as t

from app.core.child import Refused
from app.library.reading.readers.flow import Cell, Flow, Item, listed, table, whole
from app.library.reading.readers.out import Out
from app.library.reading.readers.rtf_words import KEPT, Paragraph, Reader

MOST_BYTES = 16 * 1024 * 1024
LONGEST = 300  # letters of a heading: what is longer is a paragraph that bears its style
NUMBERS = re.compile(rb"(?<=[\r\n ])[0-9a-fA-F\r\n]{400,}")  # of pictures, and of much else that is no words


def read(source: str, folder: str) -> None:
    """Read a text."""
    place = pathlib.Path(source)
    raw = place.read_bytes() if place.stat().st_size <= MOST_BYTES * 4 else b""
    kept: list[bytes] = []
    raw = NUMBERS.sub(lambda found: _aside(found[0], kept), raw)
    if not 0 < len(raw) <= MOST_BYTES:
        raise Refused("large")
    if not raw.lstrip().startswith(b"{\\rtf"):
        raise Refused("broken")
    whole(Out(folder), lambda flow: _Blocks(flow).all(Reader(raw, kept, flow.out.picture).paragraphs()))


def _aside(numbers: bytes, kept: list[bytes]) -> bytes:
    """Keep a run of numbers; return the word that stands for it."""
    kept.append(numbers)
    return b"\\%s%d " % (KEPT, len(kept))


class _Blocks:
    """Puts paragraphs together: entries to lists, cells to rows, rows to tables."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.items: list[Item] = []
        self.rows: list[list[Cell]] = []
        self.row: list[Cell] = []
        self.parts: list[Paragraph] = []  # of the cell that is open
        self.heads = 0

    def all(self, paragraphs: t.Iterable[Paragraph]) -> None:
        """Put all of them into the flow."""
        for one in paragraphs:
            if one.ends == "row":
                self.end_row(one)
            elif one.inside:
                self.in_cell(one)
            else:
                self.end_table()
                self.paragraph(one)
        self.end_table()
        self.end_list()

    def paragraph(self, one: Paragraph) -> None:
        """A heading, an entry of a list, or plain words."""
        if not one.text and not one.pictures:
            return
        if one.deep is not None and not one.level:
            if self.items and not one.deep and self.items[0].numbered != one.numbered:
                self.end_list()
            self.items.append(Item(one.deep, one.numbered, one.html, one.text))
            return
        self.end_list()
        if one.level and 0 < len(one.text) <= LONGEST:
            self.flow.heading(one.level, one.html, one.text)
        else:
            self.flow.paragraph(one.html, one.text)

    def in_cell(self, one: Paragraph) -> None:
        """Words of a cell; its last paragraph ends it."""
        self.end_list()
        self.parts += [one] if one.text or one.pictures else []
        if one.ends == "cell":
            html, text = "<br>".join(p.html for p in self.parts), "\n".join(p.text for p in self.parts)
            self.row.append(Cell(html, text))
            self.parts = []

    def end_row(self, one: Paragraph) -> None:
        """A row is whole."""
        if self.row:
            self.heads += one.head and self.heads == len(self.rows)
            self.rows.append(self.row)
        self.row = []

    def end_list(self) -> None:
        """Write the list that is open."""
        if self.items:
            self.flow.block(*listed(self.items))
        self.items = []

    def end_table(self) -> None:
        """Write the table that is open; without a row that heads it, its first one does."""
        if self.row or self.parts:  # a table that was cut off
            self.in_cell(Paragraph("", "", ends="cell"))
            self.end_row(Paragraph("", "", ends="row"))
        if self.rows:
            self.flow.block("table", *table(self.rows, head=self.heads or (1 if len(self.rows) > 1 else 0)))
        self.rows, self.heads = [], 0
