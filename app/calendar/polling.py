"""Finding a date: asking, answering, ending, choosing; and the table of who can when, with how many would be asleep."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import spans
from app.calendar.models import Event
from app.calendar.poll_models import NEED, NO, YES, TimeOption, TimePoll, TimeVote
from app.core import audience as audiences
from app.core import clock, links, text, watches
from app.core.activity import record
from app.core.audience import Viewer, bound, in_sight, is_apart
from app.core.database import atomic, run, several
from app.extensions import db
from app.members.models import Person
from app.spaces.models import Space

FIELDS = frozenset({"title", "body", "language", "zone", "minutes", "closes"})
AWAKE = range(6, 23)  # hours on somebody's clocks
MOST_LISTED = 100
_p, _o, _v, _who = (model.__table__ for model in (TimePoll, TimeOption, TimeVote, Person))
_TIMES = sa.select(_o).where(_o.c.poll_id == sa.bindparam("poll")).order_by(_o.c.starts, _o.c.id)
_VOTES = (
    sa.select(_v.c.option_id, _v.c.person_id, _v.c.word, _who.c.name, _who.c.handle, _who.c.timezone)
    .join(_who, _who.c.id == _v.c.person_id)
    .where(_v.c.poll_id == sa.bindparam("poll"), _who.c.state == "active")
    .order_by(_who.c.name, _v.c.person_id)
)
_LISTED = (
    sa.select(_p.c.id, _p.c.title, _p.c.language, _p.c.closes, _p.c.event_id, _p.c.by, _p.c.space_id)
    .where(in_sight(_p.c.audience_id), ~_p.c.removed)
    .order_by(_p.c.event_id.is_not(None), _p.c.closes.desc(), _p.c.id)
    .limit(MOST_LISTED)
)
_OPEN_IN = _LISTED.where(
    _p.c.space_id == sa.bindparam("space"), _p.c.event_id.is_(None),
    _p.c.closes > sa.bindparam("now", type_=_p.c.closes.type),
)  # fmt: skip


_TIED = _LISTED.where(several(_p.c.id, "numbers", sa.Integer))
BESIDE = "beside"  # the tie from a search for a date to the discussion that it came from


class Over(Exception):
    """Nobody can answer any longer: it ended, a time was chosen, or it was taken away."""


def ask(
    author: t.Any, space: Space, fields: dict[str, t.Any], times: t.Iterable[dt.datetime], *, audience: str,
    organisation: t.Any = None, beside: str = "",
) -> TimePoll:  # fmt: skip
    """Ask the people of a space which of several times suit; `beside` a discussion, where it stands then."""
    unknown = fields.keys() - FIELDS
    if unknown:
        raise KeyError(f"no fields of a search for a date: {sorted(unknown)}")
    with atomic():
        poll = TimePoll(
            space_id=space.id, audience_id=space.audience_named(audience), author_id=author.id, at=clock.now(),
            organisation_id=organisation and organisation.id, by=author.byline(organisation), version=1, **fields,
        )  # fmt: skip
        poll.html, poll.renderer = text.render(poll.body) if poll.body else "", text.RENDERER
        db.session.add(poll)
        db.session.flush()
        if beside:
            links.tie(poll.ref, BESIDE, beside, author.id)
        db.session.add_all(TimeOption(poll_id=poll.id, starts=starts) for starts in sorted(set(times)))
        watches.watch(author.id, poll.ref, watches.FOLLOW, softly=True)
        db.session.flush()
        record("calendar.dates_asked", actor=author, subject=poll, organisation=organisation, space_id=space.id,
               excerpt=text.excerpt(poll.html))  # fmt: skip
        return poll


def _taken(poll: TimePoll) -> None:
    """Take the row for this transaction and look at it as it is now."""
    mine = sa.update(_p).where(_p.c.id == poll.id)
    db.session.execute(mine.values(version=_p.c.version + 1))
    db.session.refresh(poll)
    if poll.removed or is_apart(poll.audience_id):
        raise Over(poll.ref)


def vote(person: t.Any, poll: TimePoll, words: t.Mapping[int, str]) -> None:
    """Say which times suit, in place of what was said before."""
    with atomic():
        _taken(poll)
        if not poll.is_open:
            raise Over(poll.ref)
        known = {row.id for row in times_of(poll)}
        db.session.execute(sa.delete(_v).where(_v.c.poll_id == poll.id, _v.c.person_id == person.id))
        db.session.add_all(
            TimeVote(
                option_id=number, person_id=person.id, poll_id=poll.id, word=words[number], at=clock.now()
            )
            for number in sorted(known & words.keys())
        )
        db.session.flush()
        record("calendar.dates_answered", actor=person, subject=poll, space_id=poll.space_id)


def close(actor: t.Any, poll: TimePoll) -> None:
    """End the asking before its day."""
    with atomic():
        _taken(poll)
        if not poll.is_open:
            return
        poll.closes = clock.now()
        db.session.flush()
        record(
            "calendar.dates_closed", actor=actor, subject=poll, space_id=poll.space_id, data={"ended": True}
        )


def follow(person: t.Any, poll: TimePoll, on: bool) -> None:
    """Hear of what becomes of it, or no longer."""
    with atomic():
        if on:
            watches.watch(person.id, poll.ref, watches.FOLLOW)
        else:
            watches.unwatch(person.id, poll.ref)


def became(actor: t.Any, poll: TimePoll, event: Event) -> None:
    """Note which event it became, inside atomic(); who answered hears of it."""
    db.session.execute(sa.update(_p).where(_p.c.id == poll.id).values(version=_p.c.version + 1))
    db.session.refresh(poll)
    if poll.event_id is not None or poll.removed:
        return
    poll.event_id = event.id
    voters = sorted(
        set(db.session.scalars(sa.select(_v.c.person_id).where(_v.c.poll_id == poll.id))) - {actor.id}
    )
    db.session.flush()
    told = {"to": voters, "poll": poll.id}
    record("calendar.dates_chosen", actor=actor, subject=event, space_id=event.space_id, data=told)
    record("calendar.dates_closed", actor=actor, subject=poll, space_id=poll.space_id)


def remove(actor: t.Any, poll: TimePoll) -> None:
    """Take the question away with all that was said to it, everywhere and at once."""
    with atomic():
        if poll.removed:
            return
        poll.removed, poll.title, poll.body, poll.html = True, "", "", ""
        db.session.execute(sa.delete(_v).where(_v.c.poll_id == poll.id))
        db.session.flush()
        audiences.silence(poll.ref, url=f"/dates/{poll.id}")
        record("calendar.dates_removed", actor=actor, subject=poll, space_id=poll.space_id,
               data={"own": poll.author_id == actor.id})  # fmt: skip


# --- what is shown ----------------------------------------------------------------------------------------


class Time(t.NamedTuple):
    """One proposed time, as an event would have it."""

    id: int
    starts: dt.datetime
    ends: dt.datetime
    all_day: bool = False


class Column(t.NamedTuple):
    """What was said to one time: how many can, how many only if need be, how many would be asleep."""

    time: Time
    can: int
    need: int
    asleep: int
    best: bool


class Line(t.NamedTuple):
    """What one person said, by time."""

    id: int
    name: str
    handle: str
    words: dict[int, str]


class Matrix(t.NamedTuple):
    """Who can when."""

    columns: list[Column]
    lines: list[Line]


def times_of(poll: TimePoll) -> list[Time]:
    """Return the proposed times in order."""
    length = dt.timedelta(minutes=poll.minutes)
    return [Time(row.id, row.starts, row.starts + length) for row in run(_TIMES, {"poll": poll.id})]


def matrix(poll: TimePoll) -> Matrix:
    """Return who can when; the times at which most can, and fewest only if need be, are marked."""
    lines: dict[int, Line] = {}
    zones: dict[int, str] = {}
    for row in run(_VOTES, {"poll": poll.id}):
        lines.setdefault(row.person_id, Line(row.person_id, row.name, row.handle, {})).words[
            row.option_id
        ] = row.word
        zones[row.person_id] = row.timezone
    counted = [_counted(time, list(lines.values()), zones) for time in times_of(poll)]
    top = max(((one.can, -one.need) for one in counted if one.can), default=None)
    return Matrix([one._replace(best=(one.can, -one.need) == top) for one in counted], list(lines.values()))


def _counted(time: Time, lines: list[Line], zones: dict[int, str]) -> Column:
    said = [line.words.get(time.id, NO) for line in lines]
    need = said.count(NEED)
    return Column(
        time, said.count(YES) + need, need, sum(asleep(time, zone) for zone in zones.values()), False
    )


def asleep(time: Time, zone: str) -> bool:
    """Say whether a time begins or ends between 23 and 6 on the clocks of a zone."""
    there = spans.zone_of(zone or "UTC")
    ends = (time.ends - spans.INSTANT).astimezone(there)
    return time.starts.astimezone(there).hour not in AWAKE or ends.hour not in AWAKE


def own_words(poll: TimePoll, person_id: int) -> dict[int, str]:
    """Return what one person said, by time."""
    rows = sa.select(_v.c.option_id, _v.c.word).where(_v.c.poll_id == poll.id, _v.c.person_id == person_id)
    return {row.option_id: row.word for row in db.session.execute(rows)}


def listed(viewer: Viewer) -> list[t.Any]:
    """Return what dates are sought for, as far as a viewer sees it: the open ones first."""
    return list(run(_LISTED, bound(viewer)))


def tied(refs: t.Iterable[str], viewer: Viewer) -> list[t.Any]:
    """Return those of some searches for a date that a viewer sees."""
    numbers = [int(ref.partition(":")[2]) for ref in refs if ref.startswith("times:")]
    return list(run(_TIED, {**bound(viewer), "numbers": numbers}))


def open_in(space_id: int, viewer: Viewer) -> list[t.Any]:
    """Return what dates are sought for in a space."""
    return list(run(_OPEN_IN, {**bound(viewer), "space": space_id, "now": clock.now()}))
