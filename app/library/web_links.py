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

OK, MOVED, DEAD = "ok", "moved", "dead"
WEEK = dt.timedelta(days=7)
AT_ONCE = 30  # in an hour
ALIVE = (401, 403, 405, 406, 429)  # somebody is there, who does not talk to programs
_d: t.Any = Document.__table__
_DUE = (
    sa.select(_d.c.id, _d.c.link)
    .where(_d.c.link != "", _d.c.state.in_(OPEN))
    .where(sa.or_(_d.c.link_at.is_(None), _d.c.link_at < sa.bindparam("before", type_=_d.c.link_at.type)))
    .order_by(_d.c.link_at.is_not(None), _d.c.link_at, _d.c.id)
    .limit(AT_ONCE)
)


def state_of(url: str, **how: t.Any) -> str:
    """Ask an address; return whether it answers, has moved for good, or is dead."""
    try:
        answer = outgoing.ask(url, "HEAD", **how)
        if answer.status >= 400:
            answer = outgoing.ask(url, "GET", **how)  # some answer to nothing else
    except (outgoing.Refused, OSError):
        return DEAD
    if answer.status >= 400 and answer.status not in ALIVE:
        return DEAD
    return MOVED if answer.moved else OK


@hourly
def look() -> None:
    """Ask the addresses whose week is over. In a demo network, and where it is switched off, nothing goes out."""
    if not current_app.config["CHECK_LINKS"] or site.is_demo():
        return
    for row in db.session.execute(_DUE, {"before": clock.now() - WEEK}).all():
        keep(row.id, row.link, state_of(row.link))


def keep(number: int, link: str, state: str) -> None:
    """Write down what an address answered; where it has died, who looks after the document is told, once."""
    with atomic():
        document = db.session.scalars(
            sa.select(Document).where(Document.id == number).with_for_update()
        ).first()
        if document is None or document.link != link:  # it was changed meanwhile
            return
        before, document.link_state, document.link_at = document.link_state, state, clock.now()
        if state == DEAD and before != DEAD and document.state in OPEN and not is_apart(document.audience_id):
            _tell(document)


def _tell(document: Document) -> None:
    to = carers(document)
    if to:
        theirs = audience_of(*(person_room(number) for number in to))
        told("library.link_dead", None, document, audience_id=theirs, to=to)
