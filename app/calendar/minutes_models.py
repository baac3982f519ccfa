"""Minutes of an event: a text for each row of its programme with all that it was, what was decided, and what others propose."""

import datetime as dt

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.database import UtcDateTime
from app.core.languages import lazy
from app.extensions import Model, db

DRAFT, SHARED, APPROVED = "draft", "shared", "approved"
STATES = {DRAFT: lazy("Draft"), SHARED: lazy("Open for amendments"), APPROVED: lazy("Approved")}
OPEN, TAKEN, DECLINED = "open", "taken", "declined"
GENERAL = 0  # the row of what belongs to none


class MinutesPart(Model):
    """The text of one row of the programme, or of no row, as it is now."""

    __tablename__ = "minutes_part"
    __table_args__ = (sa.UniqueConstraint("event_id", "row_id"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"))
    row_id: so.Mapped[int] = so.mapped_column(default=GENERAL)  # of AgendaRow
    text: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # Markdown as written
    version: so.Mapped[int] = so.mapped_column(default=0)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    @property
    def ref(self) -> str:
        """The name by which open pages know it, also before anything is written."""
        return f"minutes:{self.event_id}.{self.row_id}"


class MinutesVersion(Model):
    """What a part said once, and what its writer sent where others had written meanwhile: the next text builds on that."""

    __tablename__ = "minutes_version"
    __table_args__ = (sa.UniqueConstraint("part_id", "number"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    part_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("minutes_part.id"))
    number: so.Mapped[int]
    text: so.Mapped[str] = so.mapped_column(sa.Text)
    sent: so.Mapped[str | None] = so.mapped_column(sa.Text)
    by_id: so.Mapped[int]
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class MinutesPoint(Model):
    """A line that says what was decided or is to be done; the action that came of it is a reference."""

    __tablename__ = "minutes_point"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"), index=True)
    part_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("minutes_part.id"), index=True)
    position: so.Mapped[int]
    kind: so.Mapped[str] = so.mapped_column(sa.String(10))  # action, decision
    line: so.Mapped[str] = so.mapped_column(sa.Text)  # as it was written
    text: so.Mapped[str] = so.mapped_column(sa.Text)  # what was decided, or is to be done
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), default="", index=True)


class MinutesAmendment(Model):
    """Another text that somebody proposes for a part, against the version that they read."""

    __tablename__ = "minutes_amendment"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"), index=True)
    part_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("minutes_part.id"))
    base: so.Mapped[int]  # the number of the version
    text: so.Mapped[str] = so.mapped_column(sa.Text)
    why: so.Mapped[str] = so.mapped_column(sa.String(500), default="")
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)
    state: so.Mapped[str] = so.mapped_column(sa.String(10), default=OPEN)  # open, taken, declined
    answer: so.Mapped[str] = so.mapped_column(sa.String(500), default="")
    answered_by_id: so.Mapped[int | None]
    answered_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


def empty_minutes(event_id: int) -> None:
    """Empty the words of the minutes of an event that is taken away, inside atomic(). Actions that came of them stay."""
    parts = sa.select(MinutesPart.id).where(MinutesPart.event_id == event_id)
    for statement in (
        sa.update(MinutesVersion).where(MinutesVersion.part_id.in_(parts)).values(text="", sent=None),
        sa.update(MinutesPart).where(MinutesPart.event_id == event_id).values(text=""),
        sa.update(MinutesPoint).where(MinutesPoint.event_id == event_id).values(line="", text=""),
        sa.update(MinutesAmendment).where(MinutesAmendment.event_id == event_id).values(text="", why="", answer=""),
    ):  # fmt: skip
        db.session.execute(statement.execution_options(synchronize_session=False))
