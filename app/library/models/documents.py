"""Documents: one record each, described in several languages; their facets, editions and reviews; the vocabularies."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.addresses import stands_at
from app.core.audience import Thing
from app.core.database import UtcDateTime, known_as
from app.core.text import slug
from app.extensions import Model, db

# draft: its author alone. review: its author and the named reviewers. planned: reviewed, opens at `publish_at`.
# superseded: readable, says which document stands in its place. withdrawn: a line that says why, and no file.
STATES = ("draft", "review", "planned", "published", "superseded", "withdrawn")
OPEN = ("published", "superseded")  # what readers find
# Facets that the search knows under the name of its operator; its kind of thing is "type".
TAGS = {"space": "in", "organisation": "org", "language": "lang", "type": "sort"}


class Document(Thing, Model):
    """One document of the library, whatever its languages and versions."""

    __tablename__ = "document"
    __table_args__ = (
        sa.Index("ix_document_audience_id_sorted_id", "audience_id", "sorted", "id"),
        sa.Index("ix_document_sorted_id", "sorted", "id"),
        sa.Index("ix_document_space_id", "space_id"),
        sa.Index("ix_document_state_publish_at", "state", "publish_at"),
    )
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"))  # its home; others: Placement
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    sight: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="space"
    )  # space, members, public, organisation
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)  # who entered it
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)  # the author line as it was said
    language: so.Mapped[str] = so.mapped_column(sa.String(12))  # of the original
    title: so.Mapped[str] = so.mapped_column(sa.String(300))  # in `language`
    abstract: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # in `language`
    texts: so.Mapped[dict[str, t.Any]] = so.mapped_column(
        sa.JSON, default=dict
    )  # other languages → {"title": …, "abstract": …}
    type: so.Mapped[str] = so.mapped_column(
        sa.String(40), default=""
    )  # key of a Term of the vocabulary "type"
    series: so.Mapped[str] = so.mapped_column(sa.String(40), default="")  # key of a Term "series"
    series_number: so.Mapped[str] = so.mapped_column(sa.String(20), default="")
    date: so.Mapped[str] = so.mapped_column(
        sa.String(10), default=""
    )  # 2017, 2017-06 or 2017-06-22: as exact as it is known (EDTF level 0)
    licence: so.Mapped[str] = so.mapped_column(sa.String(40), default="")  # a key of words.LICENCES
    credits: so.Mapped[list[dict[str, t.Any]]] = so.mapped_column(
        sa.JSON, default=list
    )  # authors in order: {"kind": person|organisation|outside, "id": 3, "name": …, "role": author|editor|…}
    identifiers: so.Mapped[list[dict[str, str]]] = so.mapped_column(
        sa.JSON, default=list
    )  # {"scheme": doi|isbn|issn|unesdoc|url, "value": …}
    link: so.Mapped[str] = so.mapped_column(
        sa.String(500), default=""
    )  # a resource on the web without a file here
    link_state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default=""
    )  # ok, moved, away (not reached), dead (three times in a row); empty: not looked
    link_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    link_missed: so.Mapped[int] = so.mapped_column(
        default=0
    )  # looks in a row that did not find it, one a day at most
    archive: so.Mapped[str] = so.mapped_column(
        sa.String(500), default="", server_default=""
    )  # the address of a copy in an archive of the web
    archived_on: so.Mapped[dt.date | None]  # of which day the copy is
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="draft")  # one of STATES
    publish_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    zone: so.Mapped[str] = so.mapped_column(sa.String(40), default="")  # in which `publish_at` was chosen
    published: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    review_by: so.Mapped[dt.date | None] = so.mapped_column(
        index=True
    )  # its owner is asked then whether it still holds
    asked_again: so.Mapped[dt.datetime | None] = so.mapped_column(
        UtcDateTime
    )  # when its owner was asked last
    into_id: so.Mapped[int | None]  # the document that stands in its place
    withdrawn_why: so.Mapped[str] = so.mapped_column(sa.String(300), default="")
    withdrawn_by: so.Mapped[str] = so.mapped_column(sa.String(200), default="")
    withdrawn_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    # what lists show, kept here so that a row is one row: of the newest version of the original
    version_id: so.Mapped[int | None]
    versions: so.Mapped[int] = so.mapped_column(default=0)  # numbers given out
    file_id: so.Mapped[int | None]  # Attachment
    file_type: so.Mapped[str] = so.mapped_column(sa.String(8), default="")  # PDF, DOC, XLS, PPT, TXT, IMG …
    file_size: so.Mapped[int] = so.mapped_column(sa.BigInteger, default=0)
    pages: so.Mapped[int] = so.mapped_column(default=0)
    languages: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # "en fr": original and editions
    talks: so.Mapped[int] = so.mapped_column(default=0)  # discussions about it
    version: so.Mapped[int] = so.mapped_column(default=0)  # grows with every change: part of the ETag
    sorted: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)  # `published`, before that `at`
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    changed: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    batch_id: so.Mapped[int | None] = so.mapped_column(
        index=True
    )  # came in with others: an import, for undoing it

    kind = "document"

    @property
    def url(self) -> str:
        """The address of the document: always its newest version."""
        return f"/library/{self.id}-{slug(self.title)}"

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps: titles and abstracts in all languages. Its pages are found by themselves."""
        if self.state not in OPEN:
            return None
        also = " ".join(own.get("title", "") for own in self.texts.values())
        abstracts = " ".join([self.abstract, *(own.get("abstract", "") for own in self.texts.values())])
        names = " ".join(credit.get("name", "") for credit in self.credits)
        return {
            "title": self.title, "also": f"{also} {names}", "body": abstracts, "lang": self.language,
            "by": self.by["name"], "author": self.author_id, "at": self.sorted, "tags": self._tags(),
            "more": {"form": self.file_type},
        }  # fmt: skip

    def _tags(self) -> dict[str, list[t.Any]]:
        """Return what it is filtered by, as the search asks it."""
        asked = sa.select(DocumentFacet.facet, DocumentFacet.value).where(
            DocumentFacet.document_id == self.id
        )
        found: dict[str, list[t.Any]] = {}
        for facet, value in db.session.execute(asked.order_by(DocumentFacet.facet, DocumentFacet.value)):
            found.setdefault(TAGS.get(facet, facet), []).append(value)
        people = [one.get("id") for one in self.credits if one.get("kind") == "person"]
        houses = [one.get("id") for one in self.credits if one.get("kind") == "organisation"]
        own = {"by": [self.author_id, *people], "has": ["file"] * bool(self.file_id)}
        return {**found, **own, "org": [*found.get("org", ()), *houses]}

    def parts(self) -> tuple[str, ...]:
        """Return the references of the pages that can be found: of the newest version in each language."""
        if self.state not in OPEN:
            return ()
        newest = sa.select(Edition.version_id).where(Edition.document_id == self.id)
        rows = sa.select(_page.c.id).where(_page.c.version_id.in_(newest)).order_by(_page.c.id)
        return tuple(f"page:{number}" for number in db.session.scalars(rows))


_page = sa.table("document_page", sa.column("id"), sa.column("version_id"))


class DocumentFacet(Model):
    """One value by which a document is filtered. Several for most; the single ones are kept here as well."""

    __tablename__ = "document_facet"
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"), primary_key=True)
    facet: so.Mapped[str] = so.mapped_column(
        sa.String(12), primary_key=True
    )  # theme, commitment, sdg, country, target, space, language, type, series, year, file, organisation, licence
    value: so.Mapped[str] = so.mapped_column(sa.String(60), primary_key=True)
    __table_args__ = (sa.Index("ix_document_facet_facet_value", "facet", "value"),)


class Term(Model):
    """One word of a controlled list of the library, with labels per language. Its key, and so every address, stays."""

    __tablename__ = "term"
    __table_args__ = (sa.UniqueConstraint("vocabulary", "key"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    vocabulary: so.Mapped[str] = so.mapped_column(sa.String(20))  # type, target, series, commitment
    key: so.Mapped[str] = so.mapped_column(sa.String(40))
    labels: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)  # by language
    facts: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)  # of a series: issn, about
    place: so.Mapped[int] = so.mapped_column(default=0)  # in the order of the list
    into_id: so.Mapped[int | None]  # the term that it became


class Edition(Model):
    """A document in one language. The original has one too; files of both are versions with that language."""

    __tablename__ = "document_edition"
    __table_args__ = (sa.UniqueConstraint("document_id", "language"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"))
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    status: so.Mapped[str] = so.mapped_column(sa.String(12))  # original, official, community, machine, wanted
    versions: so.Mapped[int] = so.mapped_column(default=0)  # numbers given out in this language
    version_id: so.Mapped[int | None]  # the newest
    based_on: so.Mapped[int] = so.mapped_column(
        default=0
    )  # number of the original's version that it translates
    volunteer_id: so.Mapped[int | None] = so.mapped_column(index=True)  # who works on it, or offered to
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class Review(Model):
    """What one named reviewer was asked about a document, and said."""

    __tablename__ = "document_review"
    __table_args__ = (sa.UniqueConstraint("document_id", "reviewer_id", "round"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"))
    round: so.Mapped[int] = so.mapped_column(default=1)
    reviewer_id: so.Mapped[int] = so.mapped_column(index=True)
    asked_by_id: so.Mapped[int]
    asked_at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    number: so.Mapped[int] = so.mapped_column(default=0)  # the version that was read
    answer: so.Mapped[str] = so.mapped_column(
        sa.String(12), default=""
    )  # ready, changes, declined; empty: waits
    checked: so.Mapped[list[str]] = so.mapped_column(sa.JSON, default=list)  # keys of the checklist
    words: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    html: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    answered: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)


known_as("document", Document)
stands_at("library", "document")
