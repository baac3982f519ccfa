"""When, and for whom, the link to take part is shown: from a quarter of an hour before until the end, to who comes or may come.

Who hosts an event always sees it. In somebody's own calendar it stands from their answer on: nobody else reads that."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar.attendance import GOING, IN, MAYBE, Attendance
from app.calendar.models import Event
from app.core import clock, when
from app.core.database import run, several
from app.core.languages import _
from app.core.policy import allowed

OPENS = dt.timedelta(minutes=15)
EVERYWHERE = dt.timedelta(hours=12)  # whole days begin so much earlier somewhere, and end so much later
AGAIN = 3600  # a page that is open looks again after so many seconds at most
BEFORE, SOON, NOW, OVER = "before", "soon", "now", "over"
_a = Attendance.__table__
_COMES = sa.select(_a.c.event_id).where(
    _a.c.person_id == sa.bindparam("me"), several(_a.c.event_id, "numbers", sa.BigInteger),
    sa.or_(sa.and_(_a.c.word == GOING, _a.c.state == IN), _a.c.word == MAYBE),
)  # fmt: skip
_NEWEST = sa.select(sa.func.max(_a.c.at), sa.func.count()).where(_a.c.person_id == sa.bindparam("me"))


class Online(t.NamedTuple):
    """What the page of an event says of taking part online."""

    state: str
    url: str  # as far as it is shown now
    words: t.Any
    waits: int  # after how many seconds that may be otherwise; 0: not soon


def span(event: Event) -> tuple[dt.datetime, dt.datetime]:
    """Return when an event begins and ends for anybody anywhere."""
    rest = EVERYWHERE if event.all_day else dt.timedelta()
    return event.starts - rest, event.ends + rest


def state(event: Event) -> str:
    """Say whether an event is to come, begins soon, takes place now, or is over."""
    (begins, ends), now = span(event), clock.now()
    if now >= ends:
        return OVER
    return NOW if now >= begins else SOON if now >= begins - OPENS else BEFORE


def may_have(who: t.Any, events: t.Sequence[Event]) -> frozenset[int]:
    """Return the numbers of those events whose link is somebody's to have: they come or may come, or host it."""
    if not who.is_authenticated:
        return frozenset()
    comes = run(_COMES, {"me": who.id, "numbers": [event.id for event in events]}).scalars()
    return frozenset(comes) | {event.id for event in events if allowed(who, "calendar.answers", event)}


def answered(person_id: int) -> tuple[t.Any, int]:
    """Return what changes with each answer of somebody: their calendar has other links then."""
    return tuple(run(_NEWEST, {"me": person_id}).one())  # type: ignore[return-value]


def online(event: Event, who: t.Any) -> Online | None:
    """Return what is said of the link, None where there is none."""
    if not event.link:
        return None
    stands, mine, hosts = state(event), event.id in may_have(who, [event]), _hosts(who, event)
    open_ = hosts or (mine and stands in (SOON, NOW) and event.cancelled is None)
    return Online(stands, event.link if open_ else "", _words(event, who, stands, mine, hosts), _waits(event))


def _hosts(who: t.Any, event: Event) -> bool:
    return who.is_authenticated and allowed(who, "calendar.answers", event)


def _words(event: Event, who: t.Any, stands: str, mine: bool, hosts: bool) -> t.Any:
    """Say what there is to say beside the link, or in its place."""
    if stands == OVER:
        return _("It is over.")
    if event.cancelled is not None:
        return ""
    if not who.is_authenticated:
        return _("Members see the link.")
    if not (mine or hosts):
        return _(
            "The link is shown here to those who answered “Going” or “Maybe”, 15 minutes before it begins."
        )
    if stands != BEFORE:
        return _("It takes place now.") if stands == NOW else _("It begins soon.")
    if hosts:
        return _("Those who come see the link here from %(time)s on.", time=_opens(event))
    return _("The link will be shown here at %(time)s.", time=_opens(event))


def _opens(event: Event) -> str:
    """Say from when the link is shown: an hour of the day of the event, or a day with its hour."""
    begins = when.local(span(event)[0])
    opens = begins - OPENS
    return when.time(opens) if opens.date() == begins.date() and not event.all_day else when.date_time(opens)


def _waits(event: Event) -> int:
    begins, ends = span(event)
    left = min(
        (one - clock.now() for one in (begins - OPENS, begins, ends) if one > clock.now()), default=None
    )
    if left is None or left > dt.timedelta(days=1):
        return 0
    return min(int(left.total_seconds()) + 1, AGAIN)
