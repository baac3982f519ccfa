"""What was brought over: a batch that is looked at, taken in as one and taken back as one, and what each batch made."""

import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import Thing
from app.core.batches import Batch
from app.core.database import known_as
from app.extensions import Model


class PastBatch(Batch, Thing, Model):
    """A file that somebody brought: an archive, a table, references, mails or a forum. Its bytes hang on it until it is over."""

    __tablename__ = "past_batch"
    by_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), index=True)  # where it all goes
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))  # who looks after it
    form: so.Mapped[str] = so.mapped_column(sa.String(12))  # archive, table, ris, bibtex, mails, forum
    hash: so.Mapped[str] = so.mapped_column(
        sa.String(64), default=""
    )  # of its bytes; empty when they are gone
    how: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)  # how it is read and taken in

    kind = "past"

    @property
    def url(self) -> str:
        """Its page."""
        return f"/bring-over/{self.id}"


class PastItem(Model):
    """A thing that came in with a batch, and by which it is known again, so that nothing comes in twice."""

    __tablename__ = "past_item"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    batch_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("past_batch.id"), index=True)
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    key: so.Mapped[str] = so.mapped_column(sa.String(64), unique=True)  # hash of space, kind and source
    stamp: so.Mapped[str] = so.mapped_column(
        sa.String(60), default=""
    )  # how it was left: else somebody changed it


known_as("past", PastBatch)
