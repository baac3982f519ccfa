"""Calendars from elsewhere that a space shows to its members: fetched by a job, read only, and nothing of them goes further."""

import datetime as dt
import hashlib
import time
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.calendar import foreign, recurring, series
from app.calendar.foreign import Foreign
from app.core import audit, clock, database, jobs, outgoing, site
from app.core.activity import record
from app.core.audience import NOBODY, Thing, audience_of
from app.core.database import UtcDateTime, atomic, known_as
from app.core.languages import lazy
from app.extensions import Model, db
from app.spaces.models import Space

MOST, MOST_EVENTS, AT_ONCE = 10, 1000, 10  # calendars of a space, events in one, calendars asked in one round
MOST_TIMES, SECONDS = 20_000, 10.0  # times that are counted out of one calendar, and how long that may take
BEFORE, AFTER = dt.timedelta(days=92), dt.timedelta(days=400)
HOUR, LONGEST = dt.timedelta(hours=1), dt.timedelta(days=1)
CHANGED = "calendar.borrowed"
NEW, FINE = "new", "fine"
STATES: dict[str, t.Any] = {
    NEW: lazy("It is fetched in a moment."),
    FINE: lazy("It answers, and is looked at every hour."),
    "refused": lazy("This address leads to where nothing is fetched from."),
    "away": lazy("Nothing answers there. It is tried again."),
    "closed": lazy("There it is said that the calendar is not for us. It is tried again."),
    "missing": lazy("There is no calendar at this address any longer. It is tried again."),
    "busy": lazy("The other side has a problem. It is tried again."),
    "size": lazy("The calendar is larger than 1 MB. It is tried again."),
    "kind": lazy("What is there is no calendar. It is tried again."),
    "many": lazy("There are too many events in it. It is tried again."),
    "slow": lazy("Reading it took too long. It is tried again."),
    "large": lazy("It is too large to be read. It is tried again."),
    "broken": lazy("It cannot be read. It is tried again."),
}


class Borrowed(Thing, Model):
    """A calendar from elsewhere, for the members of one space."""

    __tablename__ = "outside_calendar"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)  # who put it here
    address: so.Mapped[str] = so.mapped_column(
        sa.String(1000)
    )  # may be a secret: for who looks after the space
    name: so.Mapped[str] = so.mapped_column(sa.String(80))
    etag: so.Mapped[str] = so.mapped_column(sa.String(200), default="")
    modified: so.Mapped[str] = so.mapped_column(sa.String(200), default="")
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default=NEW)  # one of STATES
    misses: so.Mapped[int] = so.mapped_column(default=0)  # how often in a row it could not be fetched
    next_at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime, index=True)
    fetched: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "outside_calendar"

    @property
    def title(self) -> str:  # type: ignore[override]
        """Its name here."""
        return self.name

    @property
    def url(self) -> str:
        """Its page."""
        return f"/calendar/from/{self.id}"


class BorrowedEvent(Model):
    """One event of such a calendar, as it was when it was fetched last; of a series each time."""

    __tablename__ = "outside_event"
    __table_args__ = (sa.Index("ix_outside_event_starts_id", "starts", "id"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    calendar_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("outside_calendar.id"), index=True)
    stamp: so.Mapped[str] = so.mapped_column(sa.String(64))  # of all that it says
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    place: so.Mapped[str] = so.mapped_column(sa.String(200))
    all_day: so.Mapped[bool]
    starts: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    ends: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    zone: so.Mapped[str] = so.mapped_column(sa.String(40))


known_as("outside_calendar", Borrowed)
_b, _o = Borrowed.__table__, BorrowedEvent.__table__


class TooMany(Exception):
    """A space has as many calendars as one may have."""


def of(space_id: int) -> list[Borrowed]:
    """Return the calendars that a space shows, by name."""
    return list(
        db.session.scalars(sa.select(Borrowed).where(_b.c.space_id == space_id).order_by(_b.c.name, _b.c.id))
    )


def borrow(actor: t.Any, space: Space, address: str, name: str) -> Borrowed:
    """Show a calendar from elsewhere to the members of a space. Raises TooMany."""
    with atomic() as session:
        if len(of(space.id)) >= MOST:
            raise TooMany
        one = Borrowed(
            space_id=space.id, audience_id=space.audience_named("space"), person_id=actor.id, address=address, name=name,
            etag="", modified="", state=NEW, misses=0, next_at=clock.now(), at=clock.now(),
        )  # fmt: skip
        session.add(one)
        session.flush()
        audit.note(actor, "calendar.borrowed", one.ref)
        number = one.id
        database.later(lambda: jobs.enqueue("fetch-calendar", number))
        return one


def end(actor: t.Any, one: Borrowed) -> None:
    """Show it no longer; nothing of it stays."""
    with atomic() as session:
        session.execute(sa.delete(_o).where(_o.c.calendar_id == one.id))
        audit.note(actor, "calendar.returned", one.ref)
        _told(one)
        session.delete(one)


def _told(one: Borrowed) -> None:
    """Let the lists of all processes be read anew. It is no item of the newsfeed."""
    record(CHANGED, actor=None, subject=one.ref, space_id=one.space_id, audience_id=audience_of(NOBODY))


def coming(one: Borrowed, most: int = 100) -> list[BorrowedEvent]:
    """Return what of a calendar comes next."""
    mine = sa.select(BorrowedEvent).where(_o.c.calendar_id == one.id, _o.c.ends > clock.now())
    return list(db.session.scalars(mine.order_by(_o.c.starts, _o.c.id).limit(most)))


# --- fetching -------------------------------------------------------------------------------------------------


@jobs.minutely
def refresh() -> None:
    """Ask for the calendars whose hour has come. In a demo network nothing goes out."""
    due = sa.select(_b.c.id).where(_b.c.next_at <= clock.now()).order_by(_b.c.next_at, _b.c.id).limit(AT_ONCE)
    if not site.is_demo():
        for number in list(db.session.scalars(due)):
            fetch(number)


@jobs.task("fetch-calendar")
def fetch(number: int, **how: t.Any) -> None:
    """Ask for one calendar and keep what came; what fails is tried again after a while, each time a longer one."""
    one = db.session.get(Borrowed, number)
    if one is None or site.is_demo() or one.next_at > clock.now():
        return
    address, known = one.address, outgoing.Tags(one.etag, one.modified)
    try:
        answer = outgoing.ask(address, "GET", known=known, **how)
        state, rows = _read(answer)
    except outgoing.Refused:
        state, rows, answer = "refused", None, None
    except OSError:
        state, rows, answer = "away", None, None
    with atomic():
        again = sa.select(Borrowed).where(_b.c.id == number).with_for_update()
        one = db.session.scalars(again.execution_options(populate_existing=True)).first()
        if one is None or one.address != address:  # it was taken back meanwhile
            return
        one.state = state
        one.misses = 0 if state == FINE else one.misses + 1
        one.next_at = clock.now() + min(HOUR * 2 ** min(one.misses, 10), LONGEST)
        if state == FINE:
            one.fetched = clock.now()
        if rows is not None and answer is not None:
            one.etag, one.modified = answer.tags
            _keep(one, rows)


def _read(answer: outgoing.Answer) -> tuple[str, list[dict[str, t.Any]] | None]:
    """Return how an answer is to be taken, and the events in it; None where those that are here stay."""
    if answer.status == 304:
        return FINE, None
    if answer.status in (401, 403):
        return "closed", None
    if answer.status in (404, 410):
        return "missing", None
    if answer.status != 200:
        return "busy", None
    if len(answer.body) >= outgoing.MOST:
        return "size", None
    try:
        rows = foreign.read(answer.body, "UTC").rows
    except foreign.Unreadable as why:
        return str(why), None
    try:
        return FINE, _times([row for row in rows if isinstance(row, Foreign)])
    except foreign.Unreadable as why:
        return str(why), None


def _times(rows: list[Foreign]) -> list[dict[str, t.Any]]:
    """Return what of a calendar lies near today, each time of a series by itself; of too many the first ones that come.

    A calendar can be written so that counting it out takes for ever: then it raises Unreadable."""
    since, until = clock.now() - BEFORE, clock.now() + AFTER
    late = time.monotonic() + SECONDS
    alone: dict[str, list[str]] = {}
    for row in rows:
        if row.time:
            alone.setdefault(row.uid, []).append(row.time)
    found = dict[str, dict[str, t.Any]]()
    for row in rows:
        if len(found) > MOST_TIMES or time.monotonic() > late:
            raise foreign.Unreadable("many" if len(found) > MOST_TIMES else "slow")
        for moment in [] if row.cancelled else _moments(row, alone.get(row.uid, []), since, until):
            if moment < until and moment + (row.ends - row.starts) > since:
                made = _row(row, moment)
                found[made["stamp"]] = made
    ordered = sorted(found.values(), key=lambda one: (one["starts"], one["stamp"]))
    past = [one for one in ordered if one["ends"] <= clock.now()]
    ahead = [one for one in ordered if one["ends"] > clock.now()][:MOST_EVENTS]
    return past[max(0, len(past) + len(ahead) - MOST_EVENTS) :] + ahead


def _moments(row: Foreign, alone: list[str], since: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """Return when an event begins; times of a series that stand for themselves are left out."""
    if not row.repeats or row.time:
        return [row.starts]
    try:
        one = row.series(alone)
        return series.times(one, until, since - (row.ends - row.starts))[: MOST_EVENTS + 1]
    except (recurring.BadRule, ValueError, OverflowError):
        return [row.starts]


def _row(row: Foreign, moment: dt.datetime) -> dict[str, t.Any]:
    said: dict[str, t.Any] = {
        "title": row.title, "place": row.place, "all_day": row.all_day, "starts": moment,
        "ends": moment + (row.ends - row.starts), "zone": row.zone,
    }  # fmt: skip
    stamp = hashlib.sha256(repr((row.uid, row.time, *said.values())).encode("utf-8", "replace")).hexdigest()
    return {**said, "stamp": stamp}


def _keep(one: Borrowed, rows: list[dict[str, t.Any]]) -> None:
    """Let the events be those that came; what is the same stays as it is."""
    here = {
        row.stamp: row.id
        for row in db.session.execute(sa.select(_o.c.stamp, _o.c.id).where(_o.c.calendar_id == one.id))
    }
    fresh = {row["stamp"]: row for row in rows}
    gone = [number for stamp, number in here.items() if stamp not in fresh]
    more = [{"calendar_id": one.id, **row} for stamp, row in fresh.items() if stamp not in here]
    for start in range(0, len(gone), 500):
        db.session.execute(sa.delete(_o).where(_o.c.id.in_(gone[start : start + 500])))
    if more:
        db.session.execute(sa.insert(_o), more)
    if gone or more:
        _told(one)
