"""The programme of an event: what happens in it one after the other, who speaks, in which room and in which languages.

Who sees the event sees its programme. The order is `position`; it always agrees with the times where they are known.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.database import UtcDateTime
from app.core.languages import lazy
from app.extensions import Model

ITEM, SESSION, BREAK = "item", "session", "break"
ROWS: dict[str, t.Any] = {ITEM: lazy("Item"), SESSION: lazy("Session"), BREAK: lazy("Break")}
PAPER = "paper"  # the tie of an event, or of a row of its programme, to a document
MOST_ROWS, MOST_SPEAKERS = 200, 20


class AgendaRow(Model):
    """One row of a programme. Its words are in the language of the event. A removed row keeps its number and its title."""

    __tablename__ = "agenda_row"
    __table_args__ = (sa.Index("ix_agenda_row_event_id_position", "event_id", "position"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"))
    position: so.Mapped[int]
    form: so.Mapped[str] = so.mapped_column(sa.String(12), default=ITEM)  # one of ROWS
    starts: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)  # none: after what stands before it
    minutes: so.Mapped[int | None]  # how long it takes
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    body: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # Markdown as written
    html: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # rendered once
    renderer: so.Mapped[int] = so.mapped_column(default=0)
    room: so.Mapped[str] = so.mapped_column(sa.String(80), default="")
    track: so.Mapped[str] = so.mapped_column(sa.String(80), default="")  # what runs beside other things
    languages: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # "en fr": what is spoken
    access: so.Mapped[str] = so.mapped_column(sa.String(200), default="")  # interpretation, captions
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    version: so.Mapped[int] = so.mapped_column(default=1)  # grows with every change
    changed: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    @property
    def ref(self) -> str:
        """The name by which papers are tied to this row."""
        return f"agenda_row:{self.id}"

    @property
    def ends(self) -> dt.datetime | None:
        """When it is over, as far as that is known."""
        return self.starts + dt.timedelta(minutes=self.minutes) if self.starts and self.minutes else None


class Speaker(Model):
    """Who speaks in a row: somebody of the network, or a name and an organisation in words."""

    __tablename__ = "agenda_speaker"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    row_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("agenda_row.id"), index=True)
    position: so.Mapped[int]
    person_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    name: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # of somebody who is not here
    house: so.Mapped[str] = so.mapped_column(sa.String(160), default="")  # their organisation, in words
