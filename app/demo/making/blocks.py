"""The words of a sample document as blocks: headings, paragraphs, lists and tables."""

import datetime as dt
import io
import re
import typing as t
import zipfile

WHEN = dt.datetime(2026, 1, 1, 12, 0, tzinfo=dt.UTC)  # stands in every file as the moment of its making
RTL = {"ar"}


class Block(t.NamedTuple):
    """One part of a text: heading, paragraph, item, number or table."""

    kind: str
    words: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


class Paper(t.NamedTuple):
    """What stands in a file."""

    language: str
    title: str
    mark: str  # says that it is a sample, on the first page
    by: str
    about: str
    blocks: tuple[Block, ...]

    @property
    def rtl(self):
        """Whether it is read from right to left."""
        return self.language in RTL


def parts(text):
    """The blocks of a text: `## ` begins a heading, `- ` an item, `1. ` a number, `|` a line of a table."""
    found, rows = [], []
    for line in [*text.strip().split("\n"), ""]:
        if line.startswith("|"):
            rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
            continue
        if rows:
            found.append(
                Block(
                    "table", rows=tuple(row for row in rows if set("".join(row)) - set("- ") or not any(row))
                )
            )
            rows = []
        if line.startswith("## "):
            found.append(Block("heading", line[3:].strip()))
        elif line.startswith("- ") or line == "-":
            found.append(Block("item", line[2:].strip()))
        elif re.match(r"\d+\. ", line):
            found.append(Block("number", line.partition(". ")[2].strip()))
        elif line.strip():
            found.append(Block("paragraph", line.strip()))
    return tuple(found)


def runs(words):
    """The pieces of a line with whether each is bold: `**so**`."""
    return [(piece, place % 2 == 1) for place, piece in enumerate(re.split(r"\*\*", words)) if piece]


def bare(words):
    """A line without marks."""
    return words.replace("**", "")


def sheets(blocks):
    """Tables under the names of the headings before them."""
    name, found = "Sheet", []
    for block in blocks:
        if block.kind == "heading":
            name = block.words
        elif block.kind == "table":
            found.append((name[:28], block.rows))
    return found


def slides(blocks):
    """Headings with the lines under them."""
    found = []
    for block in blocks:
        if block.kind == "heading":
            found.append((block.words, []))
        elif found:
            found[-1][1].append(bare(block.words))
    return found


def repacked(raw, drop=()):
    """A packed file with the same date for all its parts, packed as tightly as it goes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for info in old.infolist():
            if info.filename in drop:
                continue
            entry = zipfile.ZipInfo(info.filename, (2026, 1, 1, 12, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if info.filename == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(info), compresslevel=9)
    return out.getvalue()
