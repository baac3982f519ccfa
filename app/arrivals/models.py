"""Invitations: an address, a seat in an organisation, and what became of it."""

import datetime as dt

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.batches import Batch
from app.core.database import UtcDateTime
from app.extensions import Model


class Invitation(Model):
    """Somebody's way to one seat. The mailed key is kept with the person, and works for this seat alone."""

    __tablename__ = "invitation"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    organisation_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    email: so.Mapped[str] = so.mapped_column(sa.String(254), index=True)  # lower case
    name: so.Mapped[str] = so.mapped_column(sa.String(120), default="")
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    role: so.Mapped[str] = so.mapped_column(sa.String(60))
    title: so.Mapped[str] = so.mapped_column(sa.String(120), default="")
    primary: so.Mapped[bool] = so.mapped_column(default=False)
    may_publish: so.Mapped[bool] = so.mapped_column(default=False)
    may_answer: so.Mapped[bool] = so.mapped_column(default=False)
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="waiting", index=True
    )  # waiting, accepted, declined, withdrawn
    by_id: so.Mapped[int | None] = so.mapped_column(
        sa.ForeignKey("person.id"), index=True
    )  # who invites; nobody: the house
    person_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    key_id: so.Mapped[int | None] = so.mapped_column(index=True)  # the mailed key; keys are swept before us
    sent: so.Mapped[int] = so.mapped_column(default=0)  # how many times it was sent
    sent_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    until: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime, index=True)
    ended: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class JoinRequest(Model):
    """Somebody asks to be let in: for a member that is there, or for one that is not yet."""

    __tablename__ = "join_request"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    email: so.Mapped[str] = so.mapped_column(sa.String(254), index=True)
    name: so.Mapped[str] = so.mapped_column(sa.String(120))
    title: so.Mapped[str] = so.mapped_column(sa.String(120), default="")
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    form: so.Mapped[str] = so.mapped_column(sa.String(12))  # city, chair, partner
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation: so.Mapped[str] = so.mapped_column(sa.String(200))  # its name, as written or as it is called
    country: so.Mapped[str] = so.mapped_column(sa.String(2), default="")
    space_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("space.id"), index=True)  # its coalition
    words: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="unproved", index=True
    )  # unproved, waiting, approved, declined, withdrawn
    stage: so.Mapped[str] = so.mapped_column(
        sa.String(12), default=""
    )  # who is asked: contact, coalition, secretariat
    due: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime, index=True)  # then it goes on
    by_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("person.id"), index=True)  # who answered
    reason: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    ended: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    @property
    def ref(self) -> str:
        """How facts and notices name it."""
        return f"request:{self.id}"


class ImportBatch(Batch, Model):
    """A list of members and people that was sent: looked at, taken in as one, and taken back as one."""

    __tablename__ = "import_batch"
    by_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    raw: so.Mapped[bytes] = so.mapped_column(
        sa.LargeBinary, default=b"", deferred=True
    )  # emptied when it is over
    encoding: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    delimiter: so.Mapped[str] = so.mapped_column(sa.String(1), default="")
    header: so.Mapped[bool] = so.mapped_column(default=True)
    form: so.Mapped[str] = so.mapped_column(sa.String(12), default="city")  # kind of members that say none
    meanings: so.Mapped[list[str]] = so.mapped_column(sa.JSON, default=list)  # of the columns, in order
    send: so.Mapped[bool] = so.mapped_column(default=False)  # whether the invitations go out

    @property
    def ref(self) -> str:
        """How the record of changes and the newsfeed name it."""
        return f"import:{self.id}"

    @property
    def url(self) -> str:
        """Its page."""
        return f"/admin/import/{self.id}"
