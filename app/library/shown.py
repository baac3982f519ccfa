"""What the page of a document says: its words in the reader's language, its file, what stands in its place."""

import typing as t
from urllib.parse import quote

from app.core import clock, when
from app.core.audience import Viewer
from app.core.database import get_or_none
from app.core.files import Attachment
from app.core.languages import in_language, language, lazy
from app.extensions import db
from app.library import reviewing, versions, vocabularies
from app.library.models import Document, Review, Version
from app.library.models.documents import OPEN
from app.members import names


class Texts(t.NamedTuple):
    """Title and abstract as a reader gets them, each with its language."""

    title: str
    lang: str
    abstract: str
    abstract_lang: str


class File(t.NamedTuple):
    """A file as its button says it."""

    url: str
    name: str
    tile: str
    size: int


def texts(document: Document, lang: str) -> Texts:
    """Return the words of a document in a language, else in its own."""
    own = document.texts.get(lang, {}) if lang != document.language else {}
    title, abstract = own.get("title", ""), own.get("abstract", "")
    return Texts(
        title or document.title, lang if title else document.language,
        abstract or document.abstract, lang if abstract else document.language,
    )  # fmt: skip


def newest(document: Document) -> Version | None:
    """Return the newest version of the original, None for a document without a file here."""
    return db.session.get(Version, document.version_id) if document.version_id else None


def set_version(document: Document, one: Version | None) -> None:
    """Let the panels of its page know which version is looked at: they ask version_of()."""
    document.__dict__["shown_version"] = one


def version_of(document: Document) -> Version | None:
    """Return the version that the page of a document is about."""
    known: Version | None = document.__dict__.get("shown_version")
    return known or newest(document)


def is_newest(document: Document, one: Version | None) -> bool:
    """Say whether no newer file came after this one, in its language."""
    return one is None or versions.is_newest(document, one)


def file_of(one: Version | None) -> File | None:
    """Return the file of a version, None where it has none or it cannot be given out."""
    row = get_or_none(Attachment, one.file_id) if one is not None and one.file_id else None
    return file_as(row, one) if one is not None else None


def file_as(row: t.Any, one: Version) -> File | None:
    """Return the kept file of a version as its button says it."""
    if row is None or row.state != "ready":
        return None
    return File(f"/files/{row.id}/{quote(row.name)}?download=1", row.name, one.form, row.size)


def into(document: Document, viewer: Viewer) -> Document | None:
    """Return the document that stands in the place of this one, as far as the reader sees it."""
    other = get_or_none(Document, document.into_id) if document.into_id else None
    return other if other is not None and other.readable_by(viewer) and other.state in OPEN else None


SHELF_WORDS = {
    "publications": lazy("Publications"),
    "papers": lazy("Meeting papers"),
    "training": lazy("Training"),
}


def shelf(document: Document) -> tuple[str, t.Any] | None:
    """Return the part of the library that a document belongs to: address and word."""
    key = next((name for name, types in vocabularies.shelves().items() if document.type in types), "")
    return (f"/library?shelf={key}", SHELF_WORDS[key]) if key else None


def own_review(document: Document, person_id: int | None) -> Review | None:
    """Return what the reader was asked about a document that is not published yet."""
    return (
        reviewing.mine(document, person_id) if person_id and document.state in ("review", "planned") else None
    )


def overdue(document: Document) -> bool:
    """Say whether the day has come on which its owner is asked whether it still holds."""
    due = document.review_by
    return document.state == "published" and due is not None and due <= clock.now().date()


class Planned(t.NamedTuple):
    """When a document is published, on the clocks of the place that was chosen."""

    moment: str
    zone: str


def planned(document: Document) -> Planned | None:
    """Return when a document will be published, None where nothing is planned."""
    if document.state != "planned" or document.publish_at is None:
        return None
    zone = document.zone
    with in_language(language(), zone):
        place = zone if zone == "UTC" else names.place_of_zone(zone, language())
        return Planned(when.date_time(document.publish_at), place)
