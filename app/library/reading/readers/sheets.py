"""Tables: XLSX, ODS and CSV as pages of so many rows, with their head on each."""

import csv
import datetime as dt
import io
import pathlib
import typing as t

import openpyxl
from lxml import etree

from app.core.child import Refused
from app.core.sheets import guess_delimiter
from app.library.reading.readers import packed
from app.library.reading.readers.flow import Cell, table
from app.library.reading.readers.odf import content_of, facts_of
from app.library.reading.readers.odf_words import name
from app.library.reading.readers.out import Full, Out, escape
from app.library.reading.readers.texts import words_of

ROWS, COLUMNS, SIGNS = 200, 30, 1000
PAGES, SHEETS = 10, 40  # of a sheet, of a file
COUNTED = 20_000  # rows, after which nobody counts
Rows = t.Iterable[t.Sequence[t.Any]]


def read(source: str, folder: str) -> None:
    """Read an XLSX."""
    out = Out(folder)
    try:
        file = pathlib.Path(packed.slim(source, folder)).open("rb")  # noqa: SIM115  a path without an ending is refused
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        facts = {
            "title": (book.properties.title or "")[:300],
            "language": (book.properties.language or "")[:12],
        }
        _all(out, ((sheet.title, _bounded(sheet)) for sheet in shown), facts)
    except (
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        IndexError,
        OSError,
        EOFError,
        SyntaxError,
        etree.LxmlError,
    ):
        raise Refused("broken") from None


def _bounded(sheet: t.Any) -> Rows:
    """Go through a sheet; what a file says of its own size is not believed."""
    sheet.reset_dimensions()
    return t.cast(Rows, sheet.iter_rows(values_only=True))


def read_ods(source: str, folder: str) -> None:
    """Read an ODS."""
    with packed.opened(source) as archive:
        root, facts = content_of(archive), facts_of(archive)
    sheets = root.iter(name("table", "table"))
    _all(Out(folder), ((one.get(name("table", "name"), ""), _ods_rows(one)) for one in sheets), facts)


def _ods_rows(sheet: t.Any) -> Rows:
    for row in sheet.iter(name("table", "table-row")):
        cells: list[str] = []
        for cell in row.iterchildren(name("table", "table-cell"), name("table", "covered-table-cell")):
            words = "\n".join("".join(p.itertext()) for p in cell.iterchildren(name("text", "p")))
            cells += [words] * (_times(cell, "columns", COLUMNS * 2) if len(cells) < COLUMNS * 2 else 1)
        for _again in range(_times(row, "rows", ROWS) if any(cells) else 1):
            yield cells


def _times(element: t.Any, which: str, most: int) -> int:
    value = element.get(name("table", f"number-{which}-repeated"), "1")
    return min(int(value), most) if value.isdigit() and len(value) < 9 else 1


def read_csv(source: str, folder: str) -> None:
    """Read a CSV; its letters and the sign between two cells are guessed."""
    words, more = words_of(source, 8 * 1024 * 1024)
    try:
        rows = csv.reader(io.StringIO(words, newline=""), delimiter=guess_delimiter(words))
        _all(Out(folder), [("", rows)], {"more": more})
    except csv.Error:
        raise Refused("broken") from None


def _all(out: Out, sheets: t.Iterable[tuple[str, Rows]], facts: dict[str, t.Any]) -> None:
    full = False
    try:
        for number, (title, rows) in enumerate(sheets):
            if number >= SHEETS:
                raise Full
            full = _sheet(out, title, rows) or full
    except Full:
        full = True
    out.finish(state="ready" if out.number else "plain", full=full, **facts)


def _sheet(out: Out, title: str, rows: Rows) -> bool:
    """Write one sheet; its entry in the outline says how much of it is left out. Return whether that was not counted."""
    first, seen, wide = out.number + 1, 0, 0
    head: list[str] | None = None
    page: list[list[str]] = []
    for row in rows:
        cells = [said(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        seen, wide = seen + 1, max(wide, len(cells))
        if seen <= ROWS * PAGES:
            page.append(cells[:COLUMNS])
        if len(page) >= ROWS:
            head, page = _written(out, title, page, head, seen), []
        if seen > COUNTED:
            break
    if page:
        _written(out, title, page, head, min(seen, ROWS * PAGES))
    if seen:
        left = {"rows": max(0, seen - ROWS * PAGES), "columns": max(0, wide - COLUMNS)}
        out.outline.append({"words": title[:160], "level": 1, "page": first, "at": "", **left})
    return seen > COUNTED


def _written(out: Out, title: str, page: list[list[str]], head: list[str] | None, last: int) -> list[str]:
    """Write a page of a sheet; return its head, which the pages after it repeat."""
    begins = head is None
    if head is None:
        head = page[0] if len(page) > 1 and all(page[0]) and not any(map(_is_number, page[0])) else []
    rows = [head, *page] if head and not begins else page
    width = max(map(len, rows))
    cells = [[Cell(escape(words), words) for words in [*row, *[""] * (width - len(row))]] for row in rows]
    html, text = table(cells, head=1 if head else 0)
    part = "" if begins and last <= ROWS else f" {last - len(page) + 1}–{last}"
    out.page(text, f'<table id="p{out.number + 1}-1">{html}</table>', f"{title}{part}".strip())
    return head


def _is_number(words: str) -> bool:
    try:
        float(words.replace(",", "."))
    except ValueError:
        return False
    return True


def said(value: t.Any) -> str:
    """Return the words of a cell."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == dt.time() else "%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.12g}"
    return " ".join(str(value).split())[:SIGNS]
