"""What came in from files of events: the batches, and the events of each, by which they are known again."""

import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import Thing
from app.core.batches import Batch
from app.core.database import known_as
from app.extensions import Model


class EventBatch(Batch, Thing, Model):
    """A file of events that somebody sent, for the calendar of one space."""

    __tablename__ = "event_batch"
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))  # who sent it, alone
    raw: so.Mapped[bytes] = so.mapped_column(
        sa.LargeBinary, default=b"", deferred=True
    )  # emptied when it is over
    readers: so.Mapped[str] = so.mapped_column(sa.String(12))  # who sees its events: public, members, space

    kind = "event_batch"

    @property
    def url(self) -> str:
        """Its page."""
        return f"/calendar/import/{self.id}"


class EventItem(Model):
    """An event that came in with a batch or was changed by it, and by which it is known again."""

    __tablename__ = "event_item"
    __table_args__ = (sa.Index("ix_event_item_space_id_key", "space_id", "key"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    batch_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event_batch.id"), index=True)
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"), index=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"))
    key: so.Mapped[str] = so.mapped_column(sa.String(64))  # hash of its name in the source
    stamp: so.Mapped[str] = so.mapped_column(sa.String(40))  # of what the source says
    sequence: so.Mapped[int] = so.mapped_column(default=0)  # the source's own count of changes
    version: so.Mapped[int]  # of the event, as the batch left it: else somebody changed it
    before: so.Mapped[dict[str, t.Any] | None] = so.mapped_column(sa.JSON)  # what a changed event said


known_as("event_batch", EventBatch)
