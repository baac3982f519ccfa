"""The order of a programme: rows one after the other, moved, shifted, and moved along with their event. Inside atomic()."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import spans
from app.calendar.agenda_models import PAPER, AgendaRow, Speaker
from app.calendar.models import Event
from app.core import clock, links
from app.extensions import db

_r, _s = AgendaRow.__table__, Speaker.__table__
START = dt.datetime.min.replace(tzinfo=dt.UTC)
Rows = list[AgendaRow]


def rows_of(event_id: int) -> Rows:
    """Return the rows of a programme in their order."""
    mine = sa.select(AgendaRow).where(AgendaRow.event_id == event_id, ~AgendaRow.removed)
    return list(db.session.scalars(mine.order_by(AgendaRow.position, AgendaRow.id)))


def settle(rows: Rows) -> None:
    """Number rows anew so that times go forward; a row without one stays behind what it stood behind."""
    latest, keys = START, {}
    for row in rows:
        latest = keys[row.id] = row.starts or latest
    for place, row in enumerate(sorted(rows, key=lambda one: keys[one.id]), 1):
        row.position = place


def swap(rows: Rows, row: AgendaRow, up: bool) -> bool:
    """Let a row change places with the one before or after it, their times too. Says whether there is one."""
    place = rows.index(row)
    if not 0 <= place + (-1 if up else 1) < len(rows):
        return False
    first, second = (rows[place - 1], row) if up else (row, rows[place + 1])
    if first.starts and second.starts and first.starts < second.starts:
        _exchange(first, second)
    first.position, second.position = second.position, first.position
    rows.sort(key=lambda one: one.position)
    settle(rows)
    for one in (first, second):
        changed(one)
    return True


def _exchange(first: AgendaRow, second: AgendaRow) -> None:
    """Give two rows each other's time; one after the other they still take the time that they took together."""
    begin, end, other = first.starts, second.ends, t.cast(dt.datetime, second.starts)
    follows = first.ends is not None and first.ends <= other
    second.starts = begin
    first.starts = end - dt.timedelta(minutes=first.minutes or 0) if follows and end else other


def shift(rows: Rows, row: AgendaRow, minutes: int) -> None:
    """Let a row and all that follow it begin so many minutes later, or earlier; up to the next pause of six hours."""
    by, before = dt.timedelta(minutes=minutes), row.starts
    for one in rows[rows.index(row) :]:
        if one.starts and before and one.starts - before > dt.timedelta(hours=6):
            break
        if one.starts:
            before = one.ends or one.starts
            one.starts += by
            changed(one)
    settle(rows)


def changed(row: AgendaRow) -> None:
    """Count a change of a row."""
    row.version, row.changed = (row.version or 0) + 1, clock.now()


class Before(t.NamedTuple):
    """When an event was, before it is moved."""

    starts: dt.datetime
    zone: str
    all_day: bool


def before(event: Event) -> Before:
    """Keep when an event is."""
    return Before(event.starts, event.zone, event.all_day)


def follow(event: Event, was: Before) -> None:
    """Move a programme along with its event: by as much as the clocks there say, with the same hours on them."""
    if was == before(event):
        return
    old, new = spans.zone_of(was.zone), spans.zone_of(event.zone)
    by = _told(event.starts, event.all_day, new) - _told(was.starts, was.all_day, old)
    by = dt.timedelta(days=by.days) if was.all_day or event.all_day else by
    for row in rows_of(event.id):
        if row.starts:
            told = row.starts.astimezone(old).replace(tzinfo=None) + by
            row.starts = told.replace(tzinfo=new).astimezone(dt.UTC)
            changed(row)


def _told(moment: dt.datetime, all_day: bool, there: dt.tzinfo) -> dt.datetime:
    return moment.astimezone(dt.UTC if all_day else there).replace(tzinfo=None)


def speak(row: AgendaRow, speakers: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    """Say who speaks in a row, in this order."""
    db.session.execute(sa.delete(Speaker).where(Speaker.row_id == row.id))
    for place, one in enumerate(speakers, 1):
        db.session.add(Speaker(row_id=row.id, position=place, **one))


def clear(row: AgendaRow) -> None:
    """Take a row off with its words, its speakers and its papers; its number and title stay for what hangs on it."""
    speak(row, ())
    links.untie(row.ref, PAPER)
    row.body = row.html = row.room = row.track = row.languages = row.access = ""
    row.removed, row.organisation_id = True, None
    changed(row)


def forget(event: Event) -> None:
    """Take a programme away with all its words."""
    for row in db.session.scalars(sa.select(AgendaRow).where(AgendaRow.event_id == event.id)).all():
        clear(row)
        row.title = ""


def copy(source: Event, event: Event) -> None:
    """Give an event the programme of another one: the same hours on the clocks there, so many days later; no papers yet."""
    there, other = spans.zone_of(source.zone), spans.zone_of(event.zone)
    by = event.first_day - source.first_day
    for row in rows_of(source.id):
        made = AgendaRow(event_id=event.id, changed=clock.now(), version=1, removed=False)
        for name in COPIED:
            setattr(made, name, getattr(row, name))
        if row.starts:
            made.starts = (
                (row.starts.astimezone(there).replace(tzinfo=None) + by)
                .replace(tzinfo=other)
                .astimezone(dt.UTC)
            )
        db.session.add(made)
        db.session.flush()
        said = (
            sa.select(_s.c.person_id, _s.c.name, _s.c.house)
            .where(_s.c.row_id == row.id)
            .order_by(_s.c.position)
        )
        speak(made, [dict(one._mapping) for one in db.session.execute(said)])


def copy_papers(source: Event, event: Event, by_id: int) -> None:
    """Tie the papers of the rows of a programme to the rows that were made of them, one for one."""
    for row, made in zip(rows_of(source.id), rows_of(event.id), strict=False):
        for tie in links.from_(row.ref, PAPER):
            links.tie(made.ref, PAPER, tie.target, by_id)


COPIED = (
    "position", "form", "minutes", "title", "body", "html", "renderer", "room", "track", "languages", "access",
    "organisation_id",
)  # fmt: skip
