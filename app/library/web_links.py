"""Documents that lie elsewhere on the web: whether their addresses still answer, looked at once a week by a job."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import current_app

from app.core import clock, outgoing, site
from app.core.audience import audience_of, is_apart, person_room
from app.core.database import atomic
from app.core.jobs import hourly
from app.extensions import db
from app.library.access import carers
from app.library.care import told
from app.library.models import Document
from app.library.models.documents import OPEN

OK, MOVED, AWAY, DEAD = "ok", "moved", "away", "dead"
BUSY, MISSING = "busy", "missing"  # what one look can say beside the first two
WEEK, DAY = dt.timedelta(days=7), dt.timedelta(days=1)
LOOKS = 3  # in a row, on different days, that do not find it: then it is dead
AT_ONCE = 30  # in an hour
ALIVE = (401, 403, 405, 406)  # somebody is there, who does not talk to programs
_d: t.Any = Document.__table__
_DUE = (
    sa.select(_d.c.id, _d.c.link)
    .where(_d.c.link != "", _d.c.state.in_(OPEN))
    .where(
        sa.or_(
            _d.c.link_at.is_(None),
            _d.c.link_at < sa.bindparam("week", type_=_d.c.link_at.type),
            (_d.c.link_state == AWAY) & (_d.c.link_at < sa.bindparam("day", type_=_d.c.link_at.type)),
        )
    )
    .order_by(_d.c.link_at.is_not(None), _d.c.link_at, _d.c.id)
    .limit(AT_ONCE)
)


def found_at(url: str, **how: t.Any) -> str:
    """Ask an address; return whether it answers, has moved for good, is busy now, or is missing."""
    try:
        answer = outgoing.ask(url, "HEAD", **how)
        if answer.status >= 400:
            answer = outgoing.ask(url, "GET", **how)  # some answer to nothing else
    except (outgoing.Refused, OSError):
        return MISSING
    if answer.status == 429 or answer.status >= 500:
        return BUSY
    if answer.status >= 400 and answer.status not in ALIVE:
        return MISSING
    return MOVED if answer.moved else OK


@hourly
def look() -> None:
    """Ask the addresses whose week is over, and each day those that did not answer.

    In a demo network, and where it is switched off, nothing goes out."""
    if not current_app.config["CHECK_LINKS"] or site.is_demo():
        return
    for row in db.session.execute(_DUE, {"week": clock.now() - WEEK, "day": clock.now() - DAY}).all():
        keep(row.id, row.link, found_at(row.link))


def keep(number: int, link: str, found: str) -> None:
    """Write down what an address answered; where it has died, who looks after the document is told, once."""
    with atomic():
        document = db.session.scalars(
            sa.select(Document).where(Document.id == number).with_for_update()
        ).first()
        if document is None or document.link != link:  # it was changed meanwhile
            return
        if found == MISSING:
            document.link_missed = document.link_missed + 1
        elif found != BUSY:
            document.link_missed = 0
        document.link_state, document.link_at = _state(document, found), clock.now()
        died = found == MISSING and document.link_missed == LOOKS
        if died and document.state in OPEN and not is_apart(document.audience_id):
            _tell(document)


def _state(document: Document, found: str) -> str:
    """One look that fails says little: the server was away, or asked too often. The same on three days says more."""
    if found in (OK, MOVED):
        return found
    return DEAD if document.link_missed >= LOOKS else AWAY


def _tell(document: Document) -> None:
    to = carers(document)
    if to:
        theirs = audience_of(*(person_room(number) for number in to))
        told("library.link_dead", None, document, audience_id=theirs, to=to)
