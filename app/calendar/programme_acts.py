"""What people do with the programme of an event. Each act takes the event's row first: one change comes after the other."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import acts, ordering
from app.calendar.agenda_models import MOST_ROWS, PAPER, AgendaRow, Speaker
from app.calendar.models import Event
from app.core import clock, links, text
from app.core.activity import Activity, record
from app.core.audience import is_apart
from app.core.database import atomic
from app.extensions import db

FIELDS = frozenset(
    {"form", "starts", "minutes", "title", "body", "room", "track", "languages", "access", "organisation_id"}
)
Fields = dict[str, t.Any]
Speakers = t.Sequence[t.Mapping[str, t.Any]]
OFTEN = dt.timedelta(hours=1)  # the newsfeed tells of a programme that is worked on once in this time
TOLD = "calendar.programme"
_fact, _s = Activity.__table__, Speaker.__table__


def _taken(event: Event) -> None:
    acts.grown(event)
    if is_apart(event.audience_id):
        raise acts.Shut(event.ref)


def _tell(author: t.Any, event: Event) -> None:
    """Record that the programme changed; the newsfeed shows it once an hour."""
    db.session.flush()
    lately = sa.select(_fact.c.id).where(
        _fact.c.root == event.ref, _fact.c.verb == TOLD, _fact.c.at > clock.now() - OFTEN
    )
    told = db.session.scalar(lately.limit(1)) is not None
    acts.tell("calendar.changed" if told else TOLD, author, event, what=["programme"])


def add_row(author: t.Any, event: Event, fields: Fields, speakers: Speakers = ()) -> AgendaRow | None:
    """Put a row into a programme, where its time belongs or at the end. None where there are as many as there may be."""
    with atomic() as session:
        _taken(event)
        rows = ordering.rows_of(event.id)
        if len(rows) >= MOST_ROWS:
            return None
        row = AgendaRow(event_id=event.id, position=len(rows) + 1, removed=False, version=0)
        _say(row, fields)
        ordering.changed(row)
        session.add(row)
        session.flush()
        ordering.settle([*rows, row])
        _speak(author, event, row, speakers)
        _tell(author, event)
        return row


def change_row(author: t.Any, event: Event, row: AgendaRow, fields: Fields, speakers: Speakers) -> None:
    """Change a row; with another time it goes where that belongs."""
    with atomic():
        _taken(event)
        _still(row)
        _say(row, fields)
        ordering.changed(row)
        db.session.flush()
        ordering.settle(ordering.rows_of(event.id))
        _speak(author, event, row, speakers)
        _tell(author, event)


def _still(row: AgendaRow) -> None:
    """Look at a row as it is now: it may have been taken off meanwhile."""
    db.session.refresh(row)
    if row.removed:
        raise acts.Shut(row.ref)


def _say(row: AgendaRow, fields: Fields) -> None:
    unknown = fields.keys() - FIELDS
    if unknown:
        raise KeyError(f"no fields of a row: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(row, name, value)
    if "body" in fields:
        row.html, row.renderer = text.render(row.body) if row.body else "", text.RENDERER


def _speak(author: t.Any, event: Event, row: AgendaRow, speakers: Speakers) -> None:
    """Say who speaks; people of the network who were not named in this programme before hear of it."""
    mine = sa.select(_s.c.person_id).join(AgendaRow.__table__, AgendaRow.id == _s.c.row_id)
    before = set(db.session.scalars(mine.where(AgendaRow.event_id == event.id, ~AgendaRow.removed)))
    ordering.speak(row, speakers)
    named = {one["person_id"] for one in speakers if one.get("person_id")} - before - {author.id}
    if named:
        record(
            "calendar.speaks",
            actor=author,
            subject=event,
            space_id=event.space_id,
            data={"to": sorted(named)},
        )


def remove_row(author: t.Any, event: Event, row: AgendaRow) -> None:
    """Take a row off with its words."""
    with atomic():
        _taken(event)
        _still(row)
        ordering.clear(row)
        db.session.flush()
        ordering.settle(ordering.rows_of(event.id))
        _tell(author, event)


def move(author: t.Any, event: Event, row: AgendaRow, up: bool) -> None:
    """Let a row change places with its neighbour."""
    with atomic():
        _taken(event)
        _still(row)
        if ordering.swap(ordering.rows_of(event.id), row, up):
            _tell(author, event)


def shift(author: t.Any, event: Event, row: AgendaRow, minutes: int) -> None:
    """Let a row and what follows on its day begin later, or earlier."""
    with atomic():
        _taken(event)
        _still(row)
        ordering.shift(ordering.rows_of(event.id), row, minutes)
        _tell(author, event)


def put_paper(author: t.Any, event: Event, row: AgendaRow, ref: str) -> None:
    """Let a document belong to a row."""
    with atomic():
        _taken(event)
        _still(row)
        if len(links.from_(row.ref, PAPER)) < acts.MOST_PAPERS:
            links.tie(row.ref, PAPER, ref, author.id)
            _tell(author, event)


def take_paper(author: t.Any, event: Event, row: AgendaRow, ref: str) -> None:
    """Let a document no longer belong to a row."""
    with atomic():
        _taken(event)
        links.untie(row.ref, PAPER, ref)
        _tell(author, event)
