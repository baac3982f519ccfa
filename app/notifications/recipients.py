"""One table: for each verb, whom a fact concerns and why. Who may see it is asked afterwards, of all at once."""

import typing as t

import sqlalchemy as sa

from app.core.database import UtcDateTime
from app.core.watches import FOLLOW, MUTE, Watch
from app.extensions import db
from app.members.models import Seat
from app.spaces.models import Membership

Told = list[tuple[int, str]]  # person, reason
# Reasons, the strongest first: who is told twice of one fact is told for the first of them.
REASONS = ("mention", "reply", "seat", "space", "ask", "follow")
CALLS = frozenset({"mention", "seat", "space"})  # somebody was called: a line of its own beside the thing's

_watch, _seat, _member = Watch.__table__, Seat.__table__, Membership.__table__
_FOLLOWERS = sa.select(_watch.c.person_id).where(
    _watch.c.ref.in_(sa.bindparam("refs", expanding=True)),
    _watch.c.level == FOLLOW,
    _watch.c.at <= sa.bindparam("at", type_=UtcDateTime),  # the reader may come late
)
_MUTED = sa.select(_watch.c.person_id).where(
    _watch.c.ref.in_(sa.bindparam("refs", expanding=True)), _watch.c.level == MUTE
)
_SEATED = sa.select(_seat.c.person_id).where(
    _seat.c.organisation_id.in_(sa.bindparam("numbers", expanding=True)), _seat.c.ended.is_(None)
)
_KEEPERS = sa.select(_member.c.person_id).where(
    _member.c.space_id.in_(sa.bindparam("numbers", expanding=True)),
    _member.c.role == "facilitator",
    _member.c.state == "in",
)


def mentioned(fact: t.Any) -> Told:
    """Whom the words call: people; organisations reach their seats, spaces those who look after them."""
    of_kind: dict[str, list[int]] = {"person": [], "organisation": [], "space": []}
    for ref in fact.data.get("mentions", ()):
        kind, _colon, number = ref.partition(":")
        if kind in of_kind and number.isdigit():
            of_kind[kind].append(int(number))
    told = [(number, "mention") for number in of_kind["person"]]
    told += _each(_SEATED, "seat", numbers=of_kind["organisation"])
    return told + _each(_KEEPERS, "space", numbers=of_kind["space"])


def _each(statement: t.Any, reason: str, *, numbers: list[int]) -> Told:
    if not numbers:
        return []
    return [(number, reason) for number in db.session.scalars(statement, {"numbers": numbers})]


def _followers(fact: t.Any, *refs: str) -> Told:
    """Who followed one of these when it happened."""
    return [(n, "follow") for n in db.session.scalars(_FOLLOWERS, {"refs": list(refs), "at": fact.at})]


def answered(fact: t.Any) -> Told:
    """Who wrote the post that this one answers."""
    return [(fact.data["to_id"], "reply")] if fact.data.get("to_id") else []


def _around(fact: t.Any) -> Told:
    """Who follows the space, the organisation or the person that something new comes from."""
    refs = [("space", fact.space_id), ("organisation", fact.organisation_id), ("person", fact.actor_id)]
    return _followers(fact, *(f"{kind}:{number}" for kind, number in refs if number))


def _started(fact: t.Any) -> Told:
    return mentioned(fact) + _around(fact)


def _replied(fact: t.Any) -> Told:
    return mentioned(fact) + answered(fact) + _followers(fact, fact.root)


def _concluded(fact: t.Any) -> Told:
    return mentioned(fact) + _followers(fact, fact.root)


def _moved(fact: t.Any) -> Told:
    return _followers(fact, fact.root)


def _asked(fact: t.Any) -> Told:
    return _each(_KEEPERS, "ask", numbers=[fact.space_id] if fact.space_id else [])


RECIPIENTS: dict[str, t.Callable[[t.Any], Told]] = {
    "board.started": _started,
    "board.replied": _replied,
    "board.edited": mentioned,
    "board.concluded": _concluded,
    "board.moved": _moved,
    "feed.shared": _started,
    "spaces.asked": _asked,
}


def of(fact: t.Any) -> dict[int, str]:
    """Return whom a fact concerns, each for the strongest reason; never who acted, nor who muted the thing."""
    find = RECIPIENTS.get(fact.verb)
    told: dict[int, str] = {}
    for number, reason in sorted(find(fact), key=lambda row: REASONS.index(row[1])) if find else ():
        told.setdefault(number, reason)
    told.pop(fact.actor_id, None)
    return _heard(fact, told)


def _heard(fact: t.Any, told: dict[int, str]) -> dict[int, str]:
    """Without those who muted the thing; called by their own name they hear it nevertheless."""
    if not told:
        return told
    muted = set(db.session.scalars(_MUTED, {"refs": [fact.root]}))
    return {number: why for number, why in told.items() if number not in muted or why == "mention"}
