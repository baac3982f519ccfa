"""Bytes that are kept once, and the files that people hang on things."""

import datetime as dt
import typing as t
from urllib.parse import quote

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import Thing, follows_root
from app.core.database import UtcDateTime, known_as
from app.extensions import Model


class Blob(Model):
    """The bytes of a file, known by their SHA-256; equal files are kept once."""

    __tablename__ = "blob"
    hash: so.Mapped[str] = so.mapped_column(sa.String(64), primary_key=True)
    size: so.Mapped[int] = so.mapped_column(sa.BigInteger)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


@follows_root
class Attachment(Thing, Model):
    """A file as somebody attached it: its name there, and the audience of what it hangs on."""

    __tablename__ = "attachment"
    kind = "file"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    root: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    subject: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    hash: so.Mapped[str] = so.mapped_column(sa.ForeignKey("blob.hash"), index=True)
    name: so.Mapped[str] = so.mapped_column(sa.String(255))
    type: so.Mapped[str] = so.mapped_column(sa.String(120))
    size: so.Mapped[int] = so.mapped_column(sa.BigInteger)
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="ready"
    )  # waiting: to be cleaned first; broken
    by_id: so.Mapped[int | None]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    @property
    def title(self) -> str:  # type: ignore[override]
        """The file's name."""
        return self.name

    @property
    def url(self) -> str:
        """The one address of the file."""
        return f"/files/{self.id}/{quote(self.name)}"


known_as("file", Attachment)


class Kept(t.NamedTuple):
    """Bytes that are safe, not yet attached to anything."""

    hash: str
    size: int
    name: str
    type: str


class TooLarge(ValueError):
    """A file is larger than the setting allows."""


class Empty(ValueError):
    """A file holds nothing."""
