"""Entering a document and describing it. Each act is one transaction and records one fact; the first argument acts."""

import typing as t

import sqlalchemy as sa

from app.core import clock, links, watches
from app.core.audience import audience_of, person_room, retitle
from app.core.database import atomic, locate
from app.core.files import Kept
from app.extensions import db
from app.library import facets, sight, versions
from app.library.care import grown, told
from app.library.models import Document, Edition, Version

# What a document says of itself, by the names of the columns.
PLAIN = (
    "title", "abstract", "texts", "type", "series", "series_number", "date", "licence", "credits", "identifiers", "link",
    "archive", "archived_on", "sight", "review_by",
)  # fmt: skip
TIES = ("replaces", "part_of", "see_also")
FIELDS = frozenset({*PLAIN, "language", "relations", *facets.CHOSEN})


def create(
    author: t.Any, fields: dict[str, t.Any], *, space: t.Any, organisation: t.Any = None, file: Kept | None = None,
    note: str = "", batch_id: int | None = None, quiet: bool = False,
) -> Document:  # fmt: skip
    """Enter a document as a draft that its author alone sees. `fields` hold at least a title and a language."""
    with atomic():
        now = clock.now()
        document = Document(
            space_id=space.id, audience_id=audience_of(person_room(author.id)), author_id=author.id,
            organisation_id=organisation and organisation.id, by=author.byline(organisation), title=fields["title"],
            language=fields["language"], languages=fields["language"], state="draft", at=now, changed=now, sorted=now,
            version=1, batch_id=batch_id, versions=0, texts={}, credits=[], identifiers=[], date="", type="",
            series="", licence="", file_type="",
        )  # fmt: skip
        db.session.add(document)
        db.session.flush()
        _said(author, document, fields)
        watches.watch(author.id, document.ref, watches.FOLLOW, softly=True)
        if file is not None:
            versions.put_in(author, document, file, note=note)
        if not quiet:
            told("library.changed", author, document)
        return document


def describe(author: t.Any, document: Document, fields: dict[str, t.Any]) -> Document:
    """Say other words of a document; what is not named stays."""
    with atomic():
        grown(document)
        before, title, url = document.sight, document.title, document.url
        _said(author, document, fields)
        if document.title != title:
            retitle(document.ref, title, document.title, (url, document.url))
        if document.sight != before:
            sight.settle(document, author)
        told("library.changed", author, document)
        return document


def _said(author: t.Any, document: Document, fields: dict[str, t.Any]) -> None:
    unknown = fields.keys() - FIELDS
    if unknown:
        raise KeyError(f"no fields of a document: {sorted(unknown)}")
    if fields.get("language", document.language) != document.language:
        _relabel(document, fields["language"])
    if fields.get("link", document.link) != document.link:
        document.link_state, document.link_at, document.link_missed = "", None, 0
    for name in PLAIN:
        if name in fields and getattr(document, name) != fields[name]:
            setattr(document, name, fields[name])
    if "review_by" in fields:
        document.asked_again = None
    facets.put(document, {facet: fields[name] for name, facet in facets.CHOSEN.items() if name in fields})
    if "relations" in fields:
        _tied(author, document, fields["relations"])
    db.session.flush()
    facets.keep(document)


def _relabel(document: Document, language: str) -> None:
    """The original was in another language than it was said: its files are too. ValueError where an edition is."""
    taken = sa.select(Edition.id).where(Edition.document_id == document.id, Edition.language == language)
    if db.session.scalar(taken) is not None:
        raise ValueError(language)
    for model in (Edition, Version):
        table = t.cast(t.Any, model)
        own = sa.update(table).where(table.document_id == document.id, table.language == document.language)
        db.session.execute(own.values(language=language))
    others = [code for code in document.languages.split() if code not in (document.language, language)]
    document.language, document.languages = language, " ".join([language, *others])


def _tied(author: t.Any, document: Document, relations: t.Iterable[tuple[str, str]]) -> None:
    """Tie a document to others, in place of the ties that who acts sees; those to what is hidden from them stay."""
    for tie in links.from_(document.ref):
        other = locate(tie.target) if tie.kind in TIES else None
        if tie.kind in TIES and (other is None or other.readable_by(author.viewer)):
            links.untie(document.ref, tie.kind, tie.target)
    for kind, target in relations:
        if kind not in TIES:
            raise KeyError(kind)
        if target != document.ref:
            links.tie(document.ref, kind, target, author.id)
