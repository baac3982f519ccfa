"""The first sheet of an XLSX that people send: what is shown in its cells, within limits.

Only cells are read: no formula is worked out, no entity is replaced, no link is followed, and no part is unpacked beyond
its limit.
"""

import io
import re
import struct
import typing as t
import zipfile
import zlib
from xml.parsers import expat

MOST_UNPACKED = 16 * 1024 * 1024  # of one part of a spreadsheet


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


def rows(raw: bytes, bounds: Bounds) -> Rows:
    """Return the rows of the first sheet, the empty ones too. Raises Unreadable."""
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
    return t.cast(Rows, cells.rows)


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
