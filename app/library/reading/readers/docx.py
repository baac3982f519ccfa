"""DOCX: headings, lists, tables with their heads, pictures with their words, links and notes, in the order of the text."""

import typing as t

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from app.core.child import Refused
from app.library.reading.readers import packed
from app.library.reading.readers.docx_style import Styles
from app.library.reading.readers.docx_words import Words, named, qn
from app.library.reading.readers.flow import Cell, Flow, Item, listed, table, whole
from app.library.reading.readers.out import Out

DEEP = 5  # tables in tables
AROUND = {qn(name) for name in ("w:sdt", "w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo")}


def read(source: str, folder: str) -> None:
    """Read a document."""
    out = Out(folder)
    try:
        document = docx.Document(packed.slim(source, folder))
        known = document.core_properties
        title, language = known.title or "", known.language or ""
    except (OpcError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError, OSError, EOFError):
        raise Refused("broken") from None
    styles = Styles(document)
    reader = _Reader(document, out, styles)
    facts = {
        "title": title[:300],
        "language": (language or styles.language)[:12],
        "pages": _printed(document),
    }
    whole(out, reader.all, **facts)


def _printed(document: t.Any) -> int:
    """Return how many pages the program counted that wrote the file, 0 where it did not say."""
    for part in document.part.package.iter_parts():
        if part.partname == "/docProps/app.xml":
            found = packed.parsed(part.blob).find("{*}Pages")
            words = "" if found is None else found.text or ""
            return int(words) if words.isdigit() and len(words) < 6 else 0
    return 0


class _Reader:
    """Walks the body of a document."""

    def __init__(self, document: t.Any, out: Out, styles: Styles) -> None:
        self.body, self.styles = document.element.body, styles
        self.words = Words(document.part, out)
        self.items: list[Item] = []

    def all(self, flow: Flow) -> None:
        """Put the whole text into a flow, its notes at the end."""
        self.flow = flow
        for child in _blocks(self.body):
            self._block(child)
        self._end_list()
        notes = [Item(0, True, html, text) for html, text in self.words.notes()]
        if notes:
            flow.block(*listed(notes))

    def _block(self, element: t.Any) -> None:
        if element.tag == qn("w:tbl"):
            self._end_list()
            html, text = self._table(element, 0)
            self.flow.block("table", html, text)
            return
        html, text = self.words.of(element)
        level, item = self.styles.level(element), self.styles.item(element)
        if level:
            self._end_list()
            self.flow.heading(level, html, text, self.styles.spoken(element))
        elif item:
            self._item(Item(*item, html, text))
        else:
            self._end_list()
            self.flow.paragraph(html, text, self.styles.spoken(element))
        for box in self.words.boxes_of(element):
            self._block(box)

    def _item(self, item: Item) -> None:
        """Add an entry; one of another kind at the first level begins a new list."""
        if self.items and item.level == 0 and item.numbered != self.items[0].numbered:
            self._end_list()
        if item.text.strip() or "<img" in item.html:
            self.items.append(item)

    def _end_list(self) -> None:
        if self.items:
            self.flow.block(*listed(self.items))
            self.items = []

    def _table(self, element: t.Any, depth: int) -> tuple[str, str]:
        rows, open_cells = [], dict[int, tuple[int, int]]()
        for number, row in enumerate(element.iterchildren(qn("w:tr"))):
            rows.append(list[Cell]())
            self._row(row, number, rows, open_cells, depth)
        first_row, first_column = self.styles.heads(element)
        return table(rows, head=1 if first_row and len(rows) > 1 else 0, first=first_column)

    def _row(
        self,
        row: t.Any,
        number: int,
        rows: list[list[Cell]],
        open_cells: dict[int, tuple[int, int]],
        depth: int,
    ) -> None:
        column = 0
        for cell in _cells(row):
            across, merged = _spans(cell)
            if merged == "continue" and column in open_cells:
                at_row, at_cell = open_cells[column]
                above = rows[at_row][at_cell]
                rows[at_row][at_cell] = above._replace(down=number - at_row + 1)
            else:
                html, text = self._cell(cell, depth)
                open_cells[column] = (number, len(rows[-1]))
                rows[-1].append(Cell(html, text, across))
            column += across

    def _cell(self, cell: t.Any, depth: int) -> tuple[str, str]:
        parts, words = [], []
        for child in _blocks(cell):
            if child.tag == qn("w:tbl"):
                if depth >= DEEP:
                    continue
                html, text = self._table(child, depth + 1)
                html = f"<table>{html}</table>"
            else:
                html, text = self.words.of(child)
            if html.strip():
                parts.append(html)
                words.append(text)
        one = len(parts) < 2 or any("<table" in part for part in parts)
        return "".join(parts if one else (f"<p>{part}</p>" for part in parts)), "\n".join(words)


def _blocks(element: t.Any) -> t.Iterator[t.Any]:
    """Go through paragraphs and tables in order, also those in controls and accepted changes."""
    for child in element.iterchildren():
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in AROUND:
            yield from _blocks(child)


def _cells(row: t.Any) -> t.Iterator[t.Any]:
    for child in row.iterchildren():
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag in AROUND:
            yield from _cells(child)


def _spans(cell: t.Any) -> tuple[int, str]:
    """Return how many columns a cell takes, and whether it goes on from the row above."""
    across = named(cell, "w:tcPr/w:gridSpan")
    merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    value = "" if merged is None else merged.get(qn("w:val"), "continue")
    return (min(int(across), 60) if across.isdigit() and int(across) else 1), value
