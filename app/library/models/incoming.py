"""Files on their way in: sent in pieces, kept until they are described."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import Thing, Viewer, audience_of, person_room
from app.core.database import UtcDateTime
from app.extensions import Model


class UploadBatch(Model):
    """Files that somebody sends together, to be described together."""

    __tablename__ = "upload_batch"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    space_id: so.Mapped[int | None]
    document_id: so.Mapped[int | None]  # a new version of this one
    shared: so.Mapped[dict[str, t.Any]] = so.mapped_column(
        sa.JSON, default=dict
    )  # what is said for all of them
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="open"
    )  # open, saving (its documents are being made), done
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    @property
    def url(self) -> str:
        """The address of the table in which its files are described."""
        return f"/library/batches/{self.id}"


class Upload(Thing, Model):
    """One file: its bytes lie beside the store until all have come, then in it, hung on this row for its sender alone."""

    __tablename__ = "upload"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    key: so.Mapped[str] = so.mapped_column(sa.String(40), unique=True)  # the name of its bytes on the way
    batch_id: so.Mapped[int] = so.mapped_column(index=True)  # UploadBatch; no key: both go with their person
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    name: so.Mapped[str] = so.mapped_column(sa.String(255))
    folder: so.Mapped[str] = so.mapped_column(
        sa.String(300), default=""
    )  # in the folder or ZIP that it came from
    print: so.Mapped[str] = so.mapped_column(
        sa.String(80), default=""
    )  # name, size and date: to go on with the same
    size: so.Mapped[int] = so.mapped_column(sa.BigInteger)
    got: so.Mapped[int] = so.mapped_column(sa.BigInteger, default=0)  # until all have come, the disk says it
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="open"
    )  # open, whole, saving (it becomes a document), unpacking (a ZIP), used, refused
    why: so.Mapped[str] = so.mapped_column(
        sa.String(200), default=""
    )  # of a refused one: a key of upload_words.REFUSED
    hash: so.Mapped[str] = so.mapped_column(sa.String(64), default="", index=True)
    mime: so.Mapped[str] = so.mapped_column(sa.String(120), default="")
    values: so.Mapped[dict[str, t.Any]] = so.mapped_column(
        sa.JSON, default=dict
    )  # what was said of it so far
    document_id: so.Mapped[int | None]  # what it became
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    moved: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)  # when its state changed last

    kind = "upload"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The file's name."""
        return self.name

    @property
    def url(self) -> str:
        """The address of the table that it is described in."""
        return f"/library/batches/{self.batch_id}"

    @property
    def audience_id(self) -> int:  # type: ignore[override]
        """Nobody but its sender."""
        return audience_of(person_room(self.person_id))

    def readable_by(self, viewer: Viewer) -> bool:
        """Say whether this viewer sent it; asked without making an audience."""
        return viewer.person_id == self.person_id
