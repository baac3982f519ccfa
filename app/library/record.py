"""A document as other systems describe it: authors, date, kind, publisher, numbers. What citations and exports are made from."""

import typing as t

from app.core import dates
from app.core.database import setting
from app.core.languages import own_name
from app.library import choices, facets, words
from app.library.models import Document, Version

AUTHORS = ("author", "editor")
# What a type is in citations (CSL), in BibTeX, in RIS, in DataCite and in schema.org.
Kinds = tuple[str, str, str, str, str]
REPORT: Kinds = ("report", "techreport", "RPRT", "Report", "Report")
PAPER: Kinds = ("document", "misc", "GEN", "Text", "DigitalDocument")
KINDS: dict[str, Kinds] = {
    **dict.fromkeys(("report", "discussion-paper", "policy-brief", "city-report"), REPORT),
    **dict.fromkeys(("step-by-step-guide", "training-manual"), ("book", "book", "BOOK", "Book", "Book")),
    "toolkit-chapter": ("chapter", "incollection", "CHAP", "BookChapter", "Chapter"),
    "press-release": ("document", "misc", "PRESS", "Text", "Article"),
    "infographic": ("graphic", "misc", "FIGURE", "Image", "ImageObject"),
}


class Name(t.NamedTuple):
    """An author: family and given name of a person where they can be told apart, else the name as it is."""

    family: str
    given: str
    whole: str
    role: str
    is_person: bool


class Record(t.NamedTuple):
    """What is said of a document outside."""

    id: int
    title: str
    language: str
    abstract: str
    kinds: Kinds
    type: str
    names: list[Name]
    publisher: str
    date: tuple[int, ...]
    series: str
    number: str
    url: str
    licence: str
    licence_url: str
    identifiers: dict[str, str]
    subjects: list[str]
    languages: list[str]
    version: int
    pages: int
    size: int
    mime: str
    file: str

    @property
    def authors(self) -> list[Name]:
        """Those who wrote it."""
        return [one for one in self.names if one.role == "author"]


def of(document: Document, version: Version | None = None, file: str = "") -> Record:
    """Return what is said of a document outside, in its own language."""
    licence = words.LICENCES.get(document.licence)
    own, base = facets.of(document.id), setting("BASE_URL")
    published = document.published
    day = (published.year, published.month, published.day) if published else ()
    return Record(
        document.id, document.title, document.language, document.abstract,
        KINDS.get(document.type, PAPER), words.term("type", document.type), _names(document),
        _publisher(document), dates.parts_of(document.date) or day, words.term("series", document.series),
        document.series_number, f"{base}/library/{document.id}", words.licence_short(document.licence),
        licence.url if licence else "", {one["scheme"]: one["value"] for one in reversed(document.identifiers)},
        [choices.said(name, key) for name in ("theme", "sdg", "target", "country") for key in own.get(name, ())],
        [own_name(code) for code in document.languages.split()], document.versions, document.pages,
        document.file_size, version.mime if version else "", base + file if file else "",
    )  # fmt: skip


def _publisher(document: Document) -> str:
    """Return for whom it was entered, else the site."""
    named = next((one["name"] for one in document.credits if one.get("role") == "publisher"), "")
    official = str(document.by.get("url", "")).startswith("/members/")
    return named or (document.by["name"] if official else setting("SITE_TITLE"))


def _names(document: Document) -> list[Name]:
    found = [
        name_of(one.get("name", ""), one.get("role") or "author", one.get("kind") != "organisation")
        for one in document.credits
        if one.get("role", "author") != "publisher" and one.get("name")
    ]
    if any(one.role in AUTHORS for one in found):
        return found
    by = document.by
    return [name_of(by["name"], "author", str(by.get("url", "")).startswith("/people/")), *found]


def name_of(name: str, role: str, is_person: bool) -> Name:
    """Take a name apart where that is safe: one with a comma, or two words of Latin letters."""
    family, comma, given = (part.strip() for part in name.partition(","))
    parts = name.split()
    if is_person and comma and family and given:
        return Name(family, given, name, role, True)
    if is_person and len(parts) == 2 and all(_latin(part) for part in parts):
        return Name(parts[1], parts[0], name, role, True)
    return Name("", "", name, role, is_person)


def _latin(word: str) -> bool:
    return all(ord(letter) < 0x250 for letter in word) and word[:1].isupper()
