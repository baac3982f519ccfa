"""Who answered what: counts for everybody who sees an event, names as far as they are shown, the whole list for its hosts."""

import typing as t

import sqlalchemy as sa

from app.calendar import door, questioning
from app.calendar.attendance import (
    GOING,
    IN,
    MAYBE,
    NO,
    NOT,
    READERS,
    STATES,
    WAITING,
    WAYS,
    WORDS,
    Attendance,
)
from app.calendar.models import Event
from app.core import questions, when
from app.core.database import run
from app.core.languages import _
from app.core.policy import can
from app.members.models import Organisation, Person

MOST, SHOWN = 5000, 60
_a, _p, _o = Attendance.__table__, Person.__table__, Organisation.__table__
_COUNTS = (
    sa.select(_a.c.word, _a.c.way, _a.c.state, sa.func.count().label("number"))
    .where(_a.c.event_id == sa.bindparam("event"))
    .group_by(_a.c.word, _a.c.way, _a.c.state)
)
_MINE = sa.select(_a).where(_a.c.event_id == sa.bindparam("event"), _a.c.person_id == sa.bindparam("me"))
_moment = sa.bindparam("since", type_=_a.c.since.type)
_BEFORE = sa.select(sa.func.count()).where(
    _a.c.event_id == sa.bindparam("event"), _a.c.state == WAITING, _a.c.way == sa.bindparam("way"),
    sa.or_(_a.c.since < _moment, sa.and_(_a.c.since == _moment, _a.c.person_id < sa.bindparam("me"))),
)  # fmt: skip
_NAMED = (
    sa.select(
        _p.c.id, _p.c.name, _p.c.handle, _o.c.name.label("house"), _o.c.form, _o.c.code, _a.c.word, _a.c.way, _a.c.state,
        _a.c.at, _a.c.shown, _a.c.came,
    )
    .join_from(_a, _p, _p.c.id == _a.c.person_id)
    .outerjoin(_o, _o.c.id == _a.c.organisation_id)
    .where(_a.c.event_id == sa.bindparam("event"), _p.c.state == "active")
    .order_by(_p.c.name, _p.c.id)
    .limit(sa.bindparam("most"))
)  # fmt: skip
_PUBLISHED = _NAMED.where(_a.c.shown, _a.c.word == GOING, _a.c.state == IN)


class Counts(t.NamedTuple):
    """How many come: with a place in person, online, perhaps; how many wait, and how many do not come."""

    here: int
    online: int
    maybe: int
    waiting: int
    no: int


def counts(event_id: int) -> Counts:
    """Return how many answered what."""
    here = online = maybe = waiting = no = 0
    for row in run(_COUNTS, {"event": event_id}):
        if row.word == MAYBE:
            maybe += row.number
        elif row.word == NO:
            no += row.number
        elif row.state == WAITING:
            waiting += row.number
        elif row.word == GOING and row.way == "here":
            here += row.number
        elif row.word == GOING:
            online += row.number
    return Counts(here, online, maybe, waiting, no)


def mine(event_id: int, person_id: int | None) -> t.Any:
    """Return what somebody answered, None where nothing."""
    return run(_MINE, {"event": event_id, "me": person_id}).first() if person_id else None


def turn(event_id: int, own: t.Any) -> int:
    """Return the place of somebody in the waiting list."""
    return (
        int(
            run(
                _BEFORE, {"event": event_id, "way": own.way, "since": own.since, "me": own.person_id}
            ).scalar_one()
        )
        + 1
    )


def published(event_id: int, most: int = MOST) -> list[t.Any]:
    """Return who comes and shows it, by name."""
    return list(run(_PUBLISHED, {"event": event_id, "most": most}).all())


def sees_names(event: Event, who: t.Any, mine: t.Any) -> bool:
    """Say whether somebody, with this answer of their own, sees the names of those who come, as the event has it."""
    if not who.is_authenticated or event.published == NOT:
        return False
    comes = mine is not None and mine.word == GOING and mine.state == IN
    return event.published == READERS or comes or can("calendar.answers", event)


def listed(event_id: int) -> list[t.Any]:
    """Return all answers with names, for who hosts the event."""
    return list(run(_NAMED, {"event": event_id, "most": MOST}).all())


def table(event: Event) -> list[list[str]]:
    """Return the list of all answers with what people said to the questions: its head and its lines."""
    rows, said = questioning.of(event.id), questioning.said_by_all(event.id)
    words = (
        _("Name"),
        _("Organisation"),
        _("Going or not"),
        _("How"),
        _("Place or waiting list"),
        _("Answered"),
        _("Was there"),
    )
    head = [*map(str, words), *(one.words for one in rows)]
    lines = [
        [*_cells(row), *(questions.said(one, said.get(row.id, {}).get(one.id)) for one in rows)]
        for row in listed(event.id)
    ]
    unasked = [
        [one.name, one.house, "", "", "", "", when.date_time(one.at), *("" for _one in rows)]
        for one in door.guests(event.id)
    ]
    return [head, *lines, *unasked]


def stands(row: t.Any) -> str:
    """Say in one word or two how somebody stands who answered."""
    words = [WORDS.get(row.word, "")]
    if row.word == GOING:
        words = [WAYS.get(row.way, ""), "" if row.state == IN else STATES.get(row.state, "")]
    return str(_(", ")).join(str(word) for word in words if word)


def _cells(row: t.Any) -> list[str]:
    going = row.word == GOING
    values = (
        row.name, row.house or "", WORDS.get(row.word, ""), WAYS.get(row.way, "") if going else "",
        STATES.get(row.state, "") if going else "", when.date_time(row.at),
        when.date_time(row.came) if row.came else "",
    )  # fmt: skip
    return [str(value) for value in values]
