"""Versions of a document's file, and the pages that can be read of each."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import Thing, follows_root
from app.core.database import UtcDateTime, known_as
from app.extensions import Model, db
from app.library.models.documents import OPEN, Document


class Version(Model):
    """One numbered file of a document, in one language. Its Attachment hangs on `version:ID`, its root is the document."""

    __tablename__ = "document_version"
    __table_args__ = (sa.UniqueConstraint("document_id", "language", "number"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    document_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document.id"))
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    number: so.Mapped[int]
    note: so.Mapped[str] = so.mapped_column(sa.String(500), default="")  # what changed
    restores: so.Mapped[int | None]  # the number that it brings back
    by_id: so.Mapped[int | None] = so.mapped_column(index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    file_id: so.Mapped[int | None]  # Attachment
    hash: so.Mapped[str] = so.mapped_column(sa.String(64), index=True)  # to spot the same file
    name: so.Mapped[str] = so.mapped_column(sa.String(255))
    mime: so.Mapped[str] = so.mapped_column(sa.String(120))
    size: so.Mapped[int] = so.mapped_column(sa.BigInteger)
    form: so.Mapped[str] = so.mapped_column(sa.String(8), default="")  # PDF, DOC, XLS … as the tile says
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="waiting", index=True
    )  # of reading it: waiting, ready, scanned, encrypted, broken, plain (nothing to read in it)
    why: so.Mapped[str] = so.mapped_column(
        sa.String(300), default=""
    )  # a state in words, for who looks after it
    tries: so.Mapped[int] = so.mapped_column(default=0)
    claimed: so.Mapped[dt.datetime | None] = so.mapped_column(
        UtcDateTime
    )  # since when a job process reads it
    found: so.Mapped[dict[str, t.Any]] = so.mapped_column(
        sa.JSON, default=dict
    )  # beside its pages: title, language, tagged, pages of the file, full (not all of it was read)
    pages: so.Mapped[int] = so.mapped_column(default=0)
    letters: so.Mapped[int] = so.mapped_column(default=0)  # of the text that was found
    outline: so.Mapped[list[t.Any]] = so.mapped_column(sa.JSON, default=list)  # headings, or names in a ZIP
    captions_id: so.Mapped[int | None]  # Attachment: WebVTT for audio and video


@follows_root
class Page(Thing, Model):
    """One page (or slide, sheet, part) of a version: its text, as clean HTML too, and a picture where there is one."""

    __tablename__ = "document_page"
    __table_args__ = (sa.UniqueConstraint("version_id", "number"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    version_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("document_version.id"))
    document_id: so.Mapped[int] = so.mapped_column(index=True)
    root: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    number: so.Mapped[int]
    name: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # of a sheet or part
    text: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    html: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # clean; empty: the text says all
    picture_id: so.Mapped[int | None]  # Attachment on `page:ID`

    kind = "page"

    @property
    def title(self) -> str:  # type: ignore[override]
        """A page has no title of its own."""
        return ""

    @property
    def url(self) -> str:
        """The address that leads to the page, in the version that it stands in."""
        return f"/library/pages/{self.id}"

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps of a page: only of the newest version of each language of an open document."""
        asked = (
            sa.select(Document.title, Document.by, Document.sorted, Document.file_type, Version.language)
            .join_from(Version, Document, Document.id == Version.document_id)
            .where(Version.id == self.version_id, Document.state.in_(OPEN), ~_has_later)
        )
        row = db.session.execute(asked).first()
        if row is None or not self.text.strip():
            return None
        return {
            "title": "", "shown": row.title, "root": self.root, "kind": "document", "body": self.text,
            "lang": row.language, "by": row.by["name"], "at": row.sorted, "part": self.name or str(self.number),
            "more": {"form": row.file_type},
        }  # fmt: skip


_later = sa.orm.aliased(Version)
_has_later = (
    sa.exists()
    .where(
        _later.document_id == Version.document_id,
        _later.language == Version.language,
        _later.number > Version.number,
    )
    .correlate(Version)
)
known_as("page", Page)
