"""Reads tables that people send: CSV in several encodings, and the first sheet of an XLSX. Within limits, no formulas.

What letters, what sign between two cells and what columns a table has is guessed; whoever asks lets people correct it.

Runs in the job process. What is read of a spreadsheet says `spreadsheets.py`.
"""

import csv
import io
import re
import typing as t

from app.core import spreadsheets
from app.core.spreadsheets import USUAL, Bounds, Row, Rows, Unreadable
from app.core.text import clean_line

ENCODINGS = ("utf-8-sig", "utf-16", "cp1252", "cp1256", "cp1251")
DELIMITERS = (",", ";", "\t", "|")
ARABIC, CYRILLIC = re.compile("[\u0621-\u064a]"), re.compile("[\u0430-\u044f]")


def is_sheet(raw: bytes) -> bool:
    """Say whether the bytes are a packed spreadsheet."""
    return raw.startswith(b"PK\x03\x04")


def read(raw: bytes, encoding: str, delimiter: str, bounds: Bounds = USUAL) -> Rows:
    """Return the rows of a file, without those that are empty all through. Raises Unreadable."""
    rows = (
        _whole(spreadsheets.rows(raw, bounds), bounds)
        if is_sheet(raw)
        else _text(raw, encoding, delimiter, bounds)
    )
    if len(rows) > bounds.rows + 1:
        raise Unreadable("rows")
    if not rows:
        raise Unreadable("empty")
    if max(len(row) for row in rows) > bounds.columns:
        raise Unreadable("columns")
    if any(len(cell) > bounds.signs for row in rows for cell in row):
        raise Unreadable("cells")
    return rows


def guess_encoding(raw: bytes) -> str:
    """Return the encoding that a text file seems to have."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        raw.decode("utf-8")
        return "utf-8-sig"
    except UnicodeDecodeError:
        pass
    for encoding, letters in (("cp1256", ARABIC), ("cp1251", CYRILLIC)):
        words = raw.decode(encoding, "replace")
        foreign, known = [sign for sign in words if ord(sign) > 127], len(letters.findall(words))
        if known > len(foreign) * 0.7 and known > len(words) * 0.12:  # accents in Latin words are fewer
            return encoding
    return "cp1252"


def guess_delimiter(words: str) -> str:
    """Return the sign that cuts most lines into the same number of cells."""

    def fits(sign: str) -> tuple[int, int]:
        try:
            lines = list(csv.reader(io.StringIO(words[:20_000], newline=""), delimiter=sign))[:20]
        except csv.Error:
            return 0, 0
        sizes = [len(line) for line in lines if line]
        usual = max(set(sizes), key=sizes.count) if sizes else 0
        return (sizes.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=fits)


Heads = t.Mapping[str, t.Sequence[str]]


def meanings(words: t.Sequence[str], heads: Heads) -> list[str]:
    """Return for each head of a column, folded, what it means, each meaning once: `heads` are known words by meaning.

    A head that is a known word counts before one that only holds one; the first meaning that fits is taken.
    """
    found: list[str] = []
    for word in words:
        whole = (m for m, known in heads.items() if m not in found and word in known)
        part = (
            m for m, known in heads.items() if m not in found and any(h in word for h in known if len(h) > 3)
        )
        found.append(next(whole, "") or next(part, ""))
    return found


def chosen(given: t.Mapping[str, str], number: int, known: t.Container[str]) -> list[str]:
    """Return what a form says that each of so many columns means; one meaning counts once."""
    found: list[str] = []
    for at in range(number):
        meaning = given.get(f"column-{at}", "")
        found.append(meaning if meaning in known and meaning not in found else "")
    return found


def text_of(raw: bytes, encoding: str) -> str:
    """Return the words of a text file."""
    try:
        words = raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise Unreadable("encoding") from None
    if "\x00" in words:
        raise Unreadable("kind")
    return words


def _text(raw: bytes, encoding: str, delimiter: str, bounds: Bounds) -> Rows:
    words = text_of(raw, encoding)
    try:
        reader = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter or guess_delimiter(words))
        return _whole(_lines(reader), bounds)
    except csv.Error:
        raise Unreadable("kind") from None


def _lines(reader: t.Any) -> t.Iterator[Row]:
    begins = 1
    for cells in reader:
        yield Row(cells, begins)
        begins = reader.line_num + 1


def _whole(lines: t.Iterable[Row], bounds: Bounds) -> Rows:
    found: Rows = []
    for cells in lines:
        kept = Row((clean_line(cell) for cell in cells), cells.line)
        if any(kept):
            found.append(kept)
        if len(found) > bounds.rows + 1:
            break
    return found
