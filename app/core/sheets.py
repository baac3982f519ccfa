"""Reads tables that people send: CSV in several encodings, and the first sheet of an XLSX. Within limits, no formulas.

What letters, what sign between two cells and what columns a table has is guessed; whoever asks lets people correct it.

Runs in the job process. Of a spreadsheet only cells are read: no formula is worked out, no entity is replaced, no link
is followed, and no part is unpacked beyond its limit.
"""

import csv
import io
import re
import struct
import typing as t
import zipfile
import zlib
from xml.parsers import expat

from app.core.text import clean_line

MOST_UNPACKED = 16 * 1024 * 1024  # of one part of a spreadsheet
ENCODINGS = ("utf-8-sig", "utf-16", "cp1252", "cp1256", "cp1251")
DELIMITERS = (",", ";", "\t", "|")
ARABIC, CYRILLIC = re.compile("[\u0621-\u064a]"), re.compile("[\u0430-\u044f]")


class Row(list[str]):
    """The cells of one line, with the number of the line in its file: empty ones are left out, cells may go over several."""

    def __init__(self, cells: t.Iterable[str] = (), line: int = 0) -> None:
        super().__init__(cells)
        self.line = line


Rows = list[Row]


class Bounds(t.NamedTuple):
    """How much a table may hold."""

    rows: int = 2000
    columns: int = 40
    signs: int = 1000  # in one cell


USUAL = Bounds()


class Unreadable(ValueError):
    """A file is no table that can be read here; the argument is the key of the reason."""


def is_sheet(raw: bytes) -> bool:
    """Say whether the bytes are a packed spreadsheet."""
    return raw.startswith(b"PK\x03\x04")


def read(raw: bytes, encoding: str, delimiter: str, bounds: Bounds = USUAL) -> Rows:
    """Return the rows of a file, without those that are empty all through. Raises Unreadable."""
    rows = _sheet(raw, bounds) if is_sheet(raw) else _text(raw, encoding, delimiter, bounds)
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


# --- spreadsheets ---------------------------------------------------------------------------------------------


def _sheet(raw: bytes, bounds: Bounds) -> Rows:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            shared = _Words().fed(_part(packed, "xl/sharedStrings.xml", must=False)).found
            cells = _Cells(shared, bounds).fed(_part(packed, _first(packed)))
    except Unreadable:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        expat.ExpatError,
        EOFError,
        OSError,
        RuntimeError,
        LookupError,
        ValueError,
    ):
        raise Unreadable("kind") from None
    return _whole(cells.rows, bounds)


def _part(packed: zipfile.ZipFile, name: str, must: bool = True) -> bytes:
    if not must and name not in packed.namelist():
        return b""
    with packed.open(name) as part:
        data = part.read(MOST_UNPACKED + 1)
    if len(data) > MOST_UNPACKED:
        raise Unreadable("large")
    return data


def _first(packed: zipfile.ZipFile) -> str:
    """Return the part that holds the first sheet."""
    sheets = _Tags("sheet").fed(_part(packed, "xl/workbook.xml")).found
    links = _Tags("Relationship").fed(_part(packed, "xl/_rels/workbook.xml.rels")).found
    wanted = (
        next((value for name, value in sheets[0].items() if name.endswith("id") and name != "sheetId"), "")
        if sheets
        else ""
    )
    target = next((link.get("Target", "") for link in links if link.get("Id") == wanted), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


class _Reader:
    """Walks one part; a document type, and with it every entity, is refused."""

    def fed(self, data: bytes) -> "t.Any":
        """Read a part to its end."""
        if not data:
            return self
        parser = expat.ParserCreate(namespace_separator=None)
        parser.StartDoctypeDeclHandler = self._refused
        parser.StartElementHandler, parser.EndElementHandler = self.begins, self.ends
        parser.CharacterDataHandler = self.says
        parser.buffer_text = True
        parser.Parse(data, True)
        return self

    def _refused(self, *_more: t.Any) -> None:
        raise Unreadable("kind")

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """A tag opens."""

    def ends(self, name: str) -> None:
        """A tag closes."""

    def says(self, words: str) -> None:
        """Words between tags."""


def _plain(name: str) -> str:
    return name.rpartition(":")[2]


class _Tags(_Reader):
    """Gathers the attributes of one kind of tag."""

    def __init__(self, wanted: str) -> None:
        self.wanted, self.found = wanted, list[dict[str, str]]()

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if _plain(name) == self.wanted:
            self.found.append(attributes)


class _Words(_Reader):
    """Gathers the words that cells share; how they are read out is left out."""

    def __init__(self) -> None:
        self.found, self.now, self.inside, self.beside = list[str](), "", False, 0

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        tag = _plain(name)
        self.now = "" if tag == "si" else self.now
        self.inside = tag == "t" and not self.beside
        self.beside += tag == "rPh"

    def ends(self, name: str) -> None:
        tag = _plain(name)
        self.inside = False
        self.beside -= tag == "rPh"
        if tag == "si":
            self.found.append(self.now)

    def says(self, words: str) -> None:
        if self.inside:
            self.now += words


class _Cells(_Reader):
    """Gathers the cells of a sheet: what is shown in them, never how it was worked out."""

    def __init__(self, shared: list[str], bounds: Bounds = USUAL) -> None:
        self.shared, self.bounds, self.rows = shared, bounds, list[Row]()
        self.column, self.form, self.now, self.inside = 0, "", "", False

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        tag = _plain(name)
        if tag == "row":
            if len(self.rows) > self.bounds.rows + 1:
                raise Unreadable("rows")
            number = attributes.get("r", "")
            known = number.isascii() and number.isdigit() and len(number) < 8
            self.rows.append(Row(line=int(number) if known else len(self.rows) + 1))
        elif tag == "c":
            self.column, self.form, self.now = _column(attributes.get("r", "")), attributes.get("t", "n"), ""
        self.inside = tag in ("v", "t")

    def ends(self, name: str) -> None:
        self.inside = False
        if _plain(name) != "c" or not self.rows:
            return
        row = self.rows[-1]
        place = self.column if self.column >= 0 else len(row)
        if place >= self.bounds.columns:
            if self.now:
                raise Unreadable("columns")
            return
        row.extend([""] * (place + 1 - len(row)))
        row[place] = self._shown()

    def _shown(self) -> str:
        if self.form == "s":
            number = int(self.now) if re.fullmatch("[0-9]{1,9}", self.now) else -1
            return self.shared[number] if 0 <= number < len(self.shared) else ""
        if self.form == "e":
            return ""
        return self.now.removesuffix(".0") if self.form == "n" else self.now

    def says(self, words: str) -> None:
        if self.inside:
            self.now += words


def _column(place: str) -> int:
    """Return the number of a column from the name of a cell, such as 27 for AB3; -1 where it has none."""
    number = 0
    for sign in place[:3]:
        if not ("A" <= sign <= "Z"):
            break
        number = number * 26 + ord(sign) - 64
    return number - 1
