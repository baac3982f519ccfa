"""Lists of references: RIS and BibTeX, read by the libraries that know them, one broken entry at a time."""

import logging
import re
import typing as t

import bibtexparser
import rispy
from bibtexparser import middlewares

from app.core import sheets
from app.past.sources.items import Fault, Record, Refused, Wrong

MOST_BYTES, MOST_ENTRY, MOST_ENTRIES = 10 * 1024 * 1024, 200_000, 20_000
RIS = {  # a tag's name with rispy → our meaning, the first that is there
    "title": ("primary_title", "title", "short_title", "translated_title"),
    "abstract": ("abstract", "notes_abstract"),
    "date": ("date", "year", "publication_year"),
    "language": ("language",),
    "series": ("tertiary_title", "custom3"),
    "number": ("number",),
    "doi": ("doi",),
    "link": ("url",),
    "publisher": ("publisher",),
    "id": ("id", "accession_number"),
}
BIB = {
    "title": ("title",), "abstract": ("abstract", "annote"), "date": ("date", "year"), "language": ("language", "langid"),
    "series": ("series",), "number": ("number",), "doi": ("doi",), "isbn": ("isbn",), "issn": ("issn",), "link": ("url",),
    "publisher": ("publisher", "institution", "organization", "school"),
}  # fmt: skip
_END = re.compile(r"^ER {1,2}-.*$", re.M)
_BEGINS = re.compile(r"^TY {1,2}- ", re.M)
_ENTRY = re.compile(r"^[ \t]*@[ \t]*([A-Za-z]+)[ \t]*[{(]", re.M)
_BRACES = re.compile(r"(?<!\\)[{}]")
logging.getLogger("bibtexparser").setLevel(
    logging.CRITICAL
)  # what it cannot read is told by line, not in the log


def text_of(raw: bytes, encoding: str = "") -> str:
    """Return the words of a list of references. Raises Refused."""
    if len(raw) > MOST_BYTES:
        raise Refused("large")
    try:
        return (
            sheets.text_of(raw, encoding or sheets.guess_encoding(raw))
            .replace("\r\n", "\n")
            .replace("\r", "\n")
        )
    except sheets.Unreadable as why:
        raise Refused(str(why)) from None


def ris(text: str) -> tuple[list[Record], Wrong]:
    """Return the entries of a RIS file, each read by itself, so that a broken one stops no other."""
    found, faults = list[Record](), Wrong()
    for line, part in _ris_parts(text.removeprefix("\ufeff")):
        try:
            entries = rispy.loads(part) if len(part) <= MOST_ENTRY else []
        except (ValueError, IndexError, KeyError, TypeError, OSError):
            entries = []
        said = _of_ris(entries[0]) if entries else {}
        _kept(found, faults, line, said)
    return found, faults


def _ris_parts(text: str) -> t.Iterator[tuple[int, str]]:
    """Yield the entries with the line on which each begins; one whose end is missing ends where the next begins."""
    starts = [match.start() for match in _BEGINS.finditer(text)]
    line, at = 1, 0
    for number, start in enumerate(starts[:MOST_ENTRIES]):
        part = text[start : starts[number + 1] if number + 1 < len(starts) else len(text)]
        end = _END.search(part)
        whole = part[: end.end()] if end else f"{part.rstrip()}\nER  - "
        line, at = line + text.count("\n", at, start), start
        yield line, f"{whole}\n"


def _of_ris(entry: dict[str, t.Any]) -> dict[str, str]:
    said = {meaning: _first(entry, names) for meaning, names in RIS.items()}
    people = entry.get("first_authors") or entry.get("authors") or []
    said["authors"] = "; ".join(people)
    said["editors"] = "; ".join(entry.get("secondary_authors") or entry.get("editors") or [])
    said["keywords"] = "; ".join(entry.get("keywords") or [])
    said["type"] = str(entry.get("type_of_reference", ""))
    number = str(entry.get("issn", ""))
    said["isbn" if len(re.sub("[^0-9Xx]", "", number)) in (10, 13) else "issn"] = number
    return {meaning: value for meaning, value in said.items() if value}


def _first(entry: dict[str, t.Any], names: t.Sequence[str]) -> str:
    value = next((entry[name] for name in names if entry.get(name)), "")
    return str(value[0] if isinstance(value, list) else value).strip()


def bibtex(text: str) -> tuple[list[Record], Wrong]:
    """Return the entries of a BibTeX file, each read by itself with the abbreviations that the file defines."""
    found, faults = list[Record](), Wrong()
    marks = list(_ENTRY.finditer(text))[:MOST_ENTRIES]
    words = [text[m.start() : _end(marks, n, text)] for n, m in enumerate(marks) if m[1].lower() == "string"]
    strings = "\n".join(words)[:MOST_ENTRY]
    line, at = 1, 0
    for number, mark in enumerate(marks):
        line, at = line + text.count("\n", at, mark.start()), mark.start()
        if mark[1].lower() not in ("string", "comment", "preamble"):
            _kept(found, faults, line, _of_bib(strings, text[at : _end(marks, number, text)]))
    return found, faults


def _end(marks: t.Sequence[t.Any], number: int, text: str) -> int:
    return int(marks[number + 1].start()) if number + 1 < len(marks) else len(text)


def _of_bib(strings: str, part: str) -> dict[str, str]:
    if len(part) > MOST_ENTRY:
        return {}
    try:
        also = [middlewares.LatexDecodingMiddleware()]
        read = bibtexparser.parse_string(f"{strings}\n{part}", append_middleware=also)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    if not read.entries:
        return {}
    entry = read.entries[0]
    values = {key.lower(): _BRACES.sub("", str(field.value)) for key, field in entry.fields_dict.items()}
    said = {meaning: _first(values, names) for meaning, names in BIB.items()}
    for ours, theirs in (("authors", "author"), ("editors", "editor")):
        said[ours] = "; ".join(
            one.strip() for one in re.split(r"\s+and\s+", values.get(theirs, "")) if one.strip()
        )
    said["keywords"] = "; ".join(one.strip() for one in re.split("[;,]", values.get("keywords", "")))
    said["type"], said["id"] = entry.entry_type.lower(), entry.key
    if re.fullmatch(r"\d{4}", said["date"]) and values.get("month"):
        said["date"] += f" {values['month']}"
    return {meaning: " ".join(value.split()) for meaning, value in said.items() if value.strip("; ")}


def _kept(found: list[Record], faults: Wrong, line: int, said: dict[str, str]) -> None:
    if not said:
        faults.append(Fault(line, "entry"))
    elif not said.get("title"):
        faults.append(Fault(line, "untitled"))
    else:
        found.append(Record(line, said))
