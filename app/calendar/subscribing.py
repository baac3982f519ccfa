"""Addresses by which people have the calendar in their own: one for each purpose, revocable, and what each of them gives."""

import datetime as dt
import hashlib
import secrets
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.calendar import grid, roll
from app.calendar.asked import Asked
from app.calendar.attendance import GOING, MAYBE, Attendance
from app.calendar.models import Event
from app.core import audit, clock, panels
from app.core.audience import VISITOR, Thing, Viewer, audience_of, person_room
from app.core.database import UtcDateTime, atomic, known_as
from app.core.policy import Visitor
from app.extensions import Model, db

MOST, MOST_EVENTS = 20, 600  # addresses of one person, events in one calendar
BEFORE, AFTER = dt.timedelta(days=92), dt.timedelta(days=400)
ALARMS = (0, 15, 60, 1440)  # minutes before; 0: none
WHOLE, ALONE = "whole", "alone"  # how a time of a series is told: with all the others, or by itself
_a = Attendance.__table__
_COMES = sa.select(_a.c.event_id).where(_a.c.person_id == sa.bindparam("me"), _a.c.word.in_([GOING, MAYBE]))


class Subscription(Thing, Model):
    """A secret address that gives one person's view of the calendar: their groups, one group, or one theme."""

    __tablename__ = "calendar_subscription"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    space_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("space.id"))
    theme: so.Mapped[str] = so.mapped_column(sa.String(40), default="")
    alarm: so.Mapped[int] = so.mapped_column(default=0)
    due: so.Mapped[bool] = so.mapped_column(default=False)  # deadlines too
    token: so.Mapped[str] = so.mapped_column(sa.String(64), unique=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "subscription"

    @property
    def title(self) -> str:  # type: ignore[override]
        """It has no title of its own."""
        return ""

    @property
    def url(self) -> str:
        """Where its owner looks after it."""
        return "/calendar/subscribe"


known_as("subscription", Subscription)


class TooMany(Exception):
    """Somebody has as many addresses as one may have."""


def make(
    who: t.Any, *, space_id: int | None = None, theme: str = "", alarm: int = 0, due: bool = False
) -> Subscription:
    """Make an address. Raises TooMany."""
    with atomic() as session:
        if len(of(who.id)) >= MOST:
            raise TooMany
        one = Subscription(
            person_id=who.id, audience_id=audience_of(person_room(who.id)), space_id=space_id, theme=theme, alarm=alarm,
            due=due, token=secrets.token_urlsafe(24), at=clock.now(),
        )  # fmt: skip
        session.add(one)
        session.flush()
        audit.note(who, "calendar.subscribed", one.ref)
        return one


def end(who: t.Any, one: Subscription) -> None:
    """Let an address lead nowhere from now on."""
    with atomic() as session:
        audit.note(who, "calendar.unsubscribed", one.ref)
        session.delete(one)


def of(person_id: int) -> list[Subscription]:
    """Return the addresses of a person, the newest first."""
    mine = sa.select(Subscription).where(Subscription.person_id == person_id)
    return list(db.session.scalars(mine.order_by(Subscription.id.desc())))


def of_token(token: str) -> Subscription | None:
    """Return what an address means, None for one that means nothing."""
    return db.session.scalar(sa.select(Subscription).where(Subscription.token == token[:64]))


def span() -> tuple[dt.date, dt.date]:
    """Return the days that a calendar of ours holds: some weeks back, a year ahead."""
    today = clock.now().date()
    return today - BEFORE, today + AFTER


def fits(one: Subscription, who: t.Any) -> t.Callable[[roll.Entry], str]:
    """Return what says whether an event belongs into a calendar, and how it is told there.

    Of a series in a group that is not one's own, those times alone to which one comes."""
    if one.space_id:
        return lambda entry: WHOLE * (entry.space_id == one.space_id)
    if one.theme:
        return lambda entry: WHOLE * (entry.theme == one.theme)
    groups, mine = {group.id for group in who.groups}, set(db.session.scalars(_COMES, {"me": who.id}))
    return lambda entry: WHOLE if entry.space_id in groups else ALONE * (entry.id in mine)


class Told(t.NamedTuple):
    """The events of a calendar, and the numbers of those that are told by themselves."""

    events: list[Event]
    alone: frozenset[int]


def events(viewer: Viewer, wanted: t.Callable[[roll.Entry], str]) -> Told:
    """Return the events of a calendar, as far as its owner sees them now."""
    found: dict[tuple[str, int], int] = {}  # a series counts as one, and is told as one
    for one in grid.between(viewer, Asked(), *span()):
        how = wanted(one) if not one.source else ""
        if how:
            key = (WHOLE, one.series) if one.series and how == WHOLE else (ALONE, one.id)
            found.pop(key, None)  # its last time is its place
            found[key] = one.id
    last = list(found.items())[-MOST_EVENTS:]
    mine = sa.select(Event).where(Event.id.in_([number for _key, number in last]))
    rows = db.session.scalars(
        mine.options(so.joinedload(Event.series)).order_by(Event.starts, Event.id)
    ).all()
    return Told(list(rows), frozenset(number for (how, _), number in last if how == ALONE))


def public_events() -> Told:
    """Return the public events of these days."""
    return events(VISITOR, lambda _entry: WHOLE)


def due(one: Subscription, who: t.Any) -> list[panels.Due]:
    """Return the deadlines of a calendar that has them: what is its owner's own to do, whatever else it shows."""
    return [each for each in panels.due(who, *span()) if each.own] if one.due else []


def public_due() -> list[panels.Due]:
    """Return the deadlines of these days that everybody may see."""
    return panels.due(Visitor(), *span())


def tag(known: roll.Roll, *parts: t.Any) -> str:
    """Return the tag of a calendar: it changes with what it may hold, with who looks, and each day."""
    whole = (known.version, clock.now().date(), *parts)
    return hashlib.blake2b(repr(whole).encode(), digest_size=12).hexdigest()
