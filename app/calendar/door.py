"""At the door of an event: each who goes has a code of their own, hosts note who is there, and write down who came unasked."""

import base64
import datetime as dt
import hashlib
import hmac
import re
import typing as t

import sqlalchemy as sa

from app.calendar import acts
from app.calendar.attendance import GOING, IN, Attendance, Guest
from app.calendar.models import Event
from app.core import clock, qr
from app.core.activity import record
from app.core.audience import audience_of, keepers_room, person_room
from app.core.database import atomic, get_or_none, run, setting
from app.core.jobs import hourly
from app.core.languages import _
from app.extensions import db
from app.members.models import Seat
from app.spaces.models import Membership

MOST_GUESTS = 2000
MOST_HEARERS = 20  # people at several doors who see at once what the others note
SIGNS = 20  # of the sealed part of a code
SHAPE = re.compile(rf"([0-9]{{1,18}})-([0-9]{{1,18}})-([a-z2-7]{{{SIGNS}}})")
_e, _a, _g = Event.__table__, Attendance.__table__, Guest.__table__
_GUESTS = sa.select(_g).where(_g.c.event_id == sa.bindparam("event")).order_by(_g.c.at, _g.c.id)
_NUMBERS = sa.select(
    sa.func.count().filter(_a.c.word == GOING, _a.c.state == IN).label("going"),
    sa.func.count(_a.c.came).label("came"),
    sa.func.count(_a.c.came).filter(sa.or_(_a.c.word != GOING, _a.c.state != IN)).label("unasked"),
    sa.select(sa.func.count())
    .where(_g.c.event_id == sa.bindparam("event"))
    .scalar_subquery()
    .label("guests"),
).where(_a.c.event_id == sa.bindparam("event"))
_HOSTS = sa.select(Seat.person_id).where(
    Seat.organisation_id == sa.bindparam("house"), Seat.may_publish, Seat.ended.is_(None)
)
_MANAGERS = sa.select(Membership.person_id).where(
    Membership.space_id == sa.bindparam("space"), Membership.role == "events manager"
)


class Figures(t.NamedTuple):
    """How many had a place, how many were there, how many of these had no place before, and who came unasked."""

    going: int
    came: int
    unasked: int
    guests: int

    @property
    def there(self) -> int:
        """How many were there in all."""
        return self.came + self.guests

    @property
    def missing(self) -> int:
        """How many had a place and were not there."""
        return self.going - (self.came - self.unasked)


def figures(event_id: int) -> Figures:
    """Return how many came."""
    row = run(_NUMBERS, {"event": event_id}).one()
    return Figures(row.going, row.came, row.unasked, row.guests)


# --- codes ------------------------------------------------------------------------------------------------


def code_of(event: Event, person_id: int) -> str:
    """Return the code by which one person is let into one event; nobody can guess another's."""
    return f"{event.id}-{person_id}-{_seal(event.id, person_id)}"


def _seal(event_id: int, person_id: int) -> str:
    words = f"door:{event_id}:{person_id}".encode()
    made = hmac.new(setting("SECRET_KEY").encode(), words, hashlib.sha256).digest()
    return base64.b32encode(made).decode().lower()[:SIGNS]


def drawn(event: Event, person_id: int) -> t.Any:
    """Return the code as a picture that a telephone reads: it opens the page on which a host lets this person in."""
    address = f"{setting('BASE_URL')}/events/{event.id}/door/code?code={code_of(event, person_id)}"
    return qr.drawn(address, _("Your code for the entrance"))


class Read(t.NamedTuple):
    """What a code says at the door of an event: whose it is, and what is wrong with it."""

    mine: Attendance | None
    other: Event | None = None  # the event that it is for, where it is another one


def read(event: Event, typed: str) -> Read:
    """Return what a code says; nothing of a code that is none."""
    found = SHAPE.fullmatch(typed)
    if found is None or not hmac.compare_digest(found[3], _seal(int(found[1]), int(found[2]))):
        return Read(None)
    if int(found[1]) != event.id:
        return Read(None, get_or_none(Event, int(found[1])))
    return Read(db.session.get(Attendance, (event.id, int(found[2]))))


# --- acts -------------------------------------------------------------------------------------------------


def note(actor: t.Any, event: Event, person_id: int, came: bool) -> None:
    """Note that somebody who answered is there, or that this was a mistake."""
    with atomic():
        acts.grown(event)
        mine = db.session.get(Attendance, (event.id, person_id), populate_existing=True)
        if mine is None or (mine.came is not None) == came:
            return
        mine.came = clock.now() if came else None
        _told(actor, event)


def is_full(event: Event) -> bool:
    """Say whether nobody else can be written down."""
    return figures(event.id).guests >= MOST_GUESTS


def welcome(actor: t.Any, event: Event, name: str, house: str) -> bool:
    """Write down somebody who came without having answered. Says whether there was room on the list."""
    with atomic():
        acts.grown(event)
        if is_full(event):
            return False
        db.session.add(Guest(event_id=event.id, name=name, house=house, by_id=actor.id, at=clock.now()))
        _told(actor, event)
        return True


def strike(actor: t.Any, event: Event, number: int) -> None:
    """Take somebody off who was written down."""
    with atomic():
        acts.grown(event)
        db.session.execute(sa.delete(_g).where(_g.c.id == number, _g.c.event_id == event.id))
        _told(actor, event)


def _told(actor: t.Any, event: Event) -> None:
    """Let those who stand at the doors see it at once; nobody else hears of it."""
    db.session.flush()
    hosts = list(db.session.scalars(_HOSTS.limit(MOST_HEARERS), {"house": event.organisation_id or 0}))
    managers = list(db.session.scalars(_MANAGERS.limit(MOST_HEARERS), {"space": event.space_id}))
    people = sorted({event.author_id, actor.id, *hosts[:MOST_HEARERS], *managers})[: 2 * MOST_HEARERS]
    audience = audience_of(keepers_room(event.space_id), *map(person_room, people))
    record("calendar.came", actor=actor, subject=event, space_id=event.space_id, audience_id=audience)


def guests(event_id: int) -> list[t.Any]:
    """Return who came unasked, in the order in which they were written down."""
    return list(run(_GUESTS, {"event": event_id}))


@hourly
def sweep() -> None:
    """Forget the names of guests once an event has been over for EVENT_ANSWERS_DAYS; how many there were stays."""
    over = clock.now() - dt.timedelta(days=setting("EVENT_ANSWERS_DAYS"))
    old = sa.select(_g.c.id).join(_e, _e.c.id == _g.c.event_id).where(_e.c.ends <= over, _g.c.name != "")
    while numbers := list(db.session.scalars(old.limit(500))):
        with atomic() as session:
            session.execute(sa.update(_g).where(_g.c.id.in_(numbers)).values(name="", house=""))
