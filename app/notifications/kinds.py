"""Kinds of notices, the ways in which each can reach a person, and what each person chose."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.database import setting
from app.core.languages import lazy
from app.extensions import db
from app.notifications.models import NoticeChoice
from app.notifications.recipients import CALLS

CALL, MESSAGE, ANSWER, REPLY, NEWS, FOUND, DATE, CARE, DUE = (
    "call",
    "message",
    "answer",
    "reply",
    "news",
    "found",
    "date",
    "care",
    "due",
)
WEB, ONCE, DIGEST, OFF = "web", "once", "digest", "off"
KINDS: dict[str, t.Any] = {
    CALL: lazy("Somebody mentions you or your organisation"),
    MESSAGE: lazy("Somebody sends you a message"),
    ANSWER: lazy("Somebody answers you"),
    REPLY: lazy("Something new in a discussion, document, event or action that you follow"),
    NEWS: lazy("A new discussion, document, event, action or update in what you follow"),
    DUE: lazy("A joint action of your organisation: it is named, due soon or overdue"),
    FOUND: lazy("A search that you keep finds something new"),
    DATE: lazy(
        "An event that you go to or speak at: invitations, changes, a free place, that it begins soon; dates that you answered"
    ),
    CARE: lazy("Something waits for you: a request, a review, a report, a decision"),
}
WAYS: dict[str, t.Any] = {
    ONCE: lazy("Here, and e-mail at once"),
    DIGEST: lazy("Here, and in the summary by e-mail"),
    WEB: lazy("Here only"),
    OFF: lazy("Off"),
}
USUAL = {
    CALL: ONCE,
    MESSAGE: ONCE,
    ANSWER: ONCE,
    REPLY: DIGEST,
    NEWS: DIGEST,
    FOUND: DIGEST,
    DATE: ONCE,
    CARE: ONCE,
    DUE: ONCE,
}
STALE = dt.timedelta(days=1)  # what a reader tells so late is for the digest

_c = NoticeChoice.__table__
_CHOSEN = sa.select(_c.c.person_id, _c.c.space_id, _c.c.kind, _c.c.way).where(
    _c.c.person_id.in_(sa.bindparam("people", expanding=True)),
    sa.or_(_c.c.space_id == 0, _c.c.space_id == sa.bindparam("space")),
)
_OF_ONE = sa.select(_c.c.space_id, _c.c.kind, _c.c.way).where(_c.c.person_id == sa.bindparam("person"))

NEW = frozenset(
    {
        "board.started",
        "feed.shared",
        "library.added",
        "calendar.added",
        "calendar.dates_asked",
        "actions.proposed",
    }
)


def kind_of(reason: str, verb: str) -> str:
    """Return the kind of a notice: by why the person is told, else by what happened."""
    if reason in CALLS:
        return CALL
    if reason == "reply":
        return ANSWER
    if reason in ("ask", "moderation"):
        return CARE
    if reason == "due":
        return DUE
    if reason == "date":
        return DATE
    if reason == "message":
        return MESSAGE
    if reason == "search":
        return FOUND
    return NEWS if verb in NEW else REPLY


def ways_of(kind: str) -> list[str]:
    """Return the ways that can be chosen: what waits for somebody's decision is never off."""
    return [way for way in WAYS if way != OFF or kind != CARE]


def usual(kind: str, space_id: int | None, chosen: dict[tuple[int, str], str]) -> str:
    """Return the way of a notice from what one person chose: for the space first, then for the kind."""
    own = chosen.get((space_id or 0, "")) if space_id and kind != CARE else None
    return own or chosen.get((0, kind)) or USUAL.get(kind, DIGEST)


def ways(fact: t.Any, told: dict[int, str]) -> dict[int, str]:
    """Return for each of those who are told of a fact the way that they chose, by one statement."""
    if not told:
        return {}
    chosen: dict[int, dict[tuple[int, str], str]] = {}
    for row in db.session.execute(_CHOSEN, {"people": list(told), "space": fact.space_id or 0}):
        chosen.setdefault(row.person_id, {})[row.space_id, row.kind] = row.way
    return {n: usual(kind_of(why, fact.verb), fact.space_id, chosen.get(n, {})) for n, why in told.items()}


def chosen_by(person_id: int) -> dict[tuple[int, str], str]:
    """Return what one person chose: by space (0: everywhere) and kind (empty: every kind)."""
    rows = db.session.execute(_OF_ONE, {"person": person_id})
    return {(row.space_id, row.kind): row.way for row in rows}


def mail_due(fact: t.Any) -> dt.datetime | None:
    """Return when the mail of a notice is due: a little later, so that who sees it here gets none; old ones never."""
    now = clock.now()
    if fact.at < now - STALE:
        return None
    return now + dt.timedelta(seconds=setting("NOTICE_MAIL_SECONDS"))
