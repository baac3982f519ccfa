"""Who else may read a document: who asks for it, whom it is opened for and until when. Each act is one transaction."""

import datetime as dt
import typing as t
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.core import clock, text
from app.core.audience import audience_of, is_apart, person_room
from app.core.database import atomic, get_or_none, upsert
from app.core.jobs import hourly, task
from app.extensions import db
from app.library import sight
from app.library.care import Shut, grown, told
from app.library.models import AccessRequest, Document, Grant
from app.library.models.documents import OPEN
from app.library.placing import curators
from app.library.sight import MOST_PEOPLE
from app.members.models import Person, Seat
from app.members.signed_in import as_person

PAUSE = dt.timedelta(days=30)  # after a "no" the same person is not heard again for so long
_g, _r = t.cast(t.Any, Grant.__table__), t.cast(t.Any, AccessRequest.__table__)


def end_of(day: dt.date, zone: str) -> dt.datetime:
    """Return the moment in which a day is over, on the clocks of a zone."""
    begins = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZoneInfo(zone or "UTC"))
    return begins.astimezone(dt.UTC)


def carers(document: Document) -> list[int]:
    """Return the people who look after a document and can read it."""
    seats = sa.select(Seat.person_id).where(
        Seat.organisation_id == document.organisation_id, Seat.may_publish, Seat.ended.is_(None)
    )
    numbers = {document.author_id, *curators(document.space_id), *db.session.scalars(seats)}
    active = sa.select(Person.id).where(Person.id.in_(numbers), Person.state == "active").order_by(Person.id)
    found = [n for n in db.session.scalars(active).all() if document.readable_by(as_person(n).viewer)]
    return found[:MOST_PEOPLE]


# --- asking -------------------------------------------------------------------------------------------------


@task("library.ask_access")
def hear(number: int, person_id: int, words: str) -> None:
    """Hear that somebody asks for what stands at an address. Where nothing does, nothing follows.

    Run by the job process, so that how long the answer takes tells nothing. Run twice it is one request.
    """
    if get_or_none(Document, number) is None:
        return
    with atomic():
        mine = sa.select(Document).where(Document.id == number, Document.state.in_(OPEN)).with_for_update()
        document, who = db.session.scalars(mine).first(), get_or_none(Person, person_id)
        if document is None or who is None or who.state != "active" or is_apart(document.audience_id):
            return
        me = as_person(person_id)
        if document.readable_by(me.viewer) or _heard(document, person_id):
            return
        asked = AccessRequest(
            document_id=document.id,
            person_id=person_id,
            words=text.clean_text(words),
            state="asked",
            at=clock.now(),
        )
        db.session.add(asked)
        to = [n for n in carers(document) if n != person_id]
        if to:
            theirs = audience_of(*(person_room(n) for n in to))
            told("library.access_asked", me, document, excerpt=asked.words[:200], audience_id=theirs, to=to)


def _heard(document: Document, person_id: int) -> bool:
    """Say whether somebody waits for an answer already, or had one lately."""
    still = sa.or_(
        _r.c.state == "asked", sa.and_(_r.c.state == "refused", _r.c.answered > clock.now() - PAUSE)
    )
    mine = sa.select(_r.c.id).where(_r.c.document_id == document.id, _r.c.person_id == person_id, still)
    return db.session.scalar(mine.limit(1)) is not None


def waiting(document: Document) -> list[tuple[AccessRequest, Person]]:
    """Return who waits for an answer, the first first."""
    rows = sa.select(AccessRequest, Person).join(Person, Person.id == AccessRequest.person_id)
    rows = rows.where(AccessRequest.document_id == document.id, AccessRequest.state == "asked")
    return [(row[0], row[1]) for row in db.session.execute(rows.order_by(AccessRequest.id).limit(50))]


def given(document: Document) -> list[tuple[Grant, Person]]:
    """Return for whom a document is open beyond its readers."""
    still = sa.or_(Grant.until.is_(None), Grant.until > clock.now())
    rows = sa.select(Grant, Person).join(Person, Person.id == Grant.person_id)
    rows = rows.where(Grant.document_id == document.id, still).order_by(Grant.at, Grant.person_id)
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def is_full(document: Document, person_id: int) -> bool:
    """Say whether it is open for as many as can be named one by one."""
    return len([grant for grant, _who in given(document) if grant.person_id != person_id]) >= MOST_PEOPLE


# --- answering ----------------------------------------------------------------------------------------------


def give(actor: t.Any, document: Document, person_id: int, until: dt.datetime | None = None) -> None:
    """Let somebody read a document, until a moment or for good; who asked for it has the answer."""
    with atomic() as session:
        grown(document, *OPEN)
        if is_full(document, person_id):
            raise Shut(document.ref)
        said = {"by_id": actor.id, "until": until, "at": clock.now()}
        row = upsert(Grant).values(document_id=document.id, person_id=person_id, **said)
        session.execute(row.on_conflict_do_update(index_elements=["document_id", "person_id"], set_=said))
        _answered(actor, "given", _r.c.document_id == document.id, _r.c.person_id == person_id)
        sight.settle(document, actor)
        theirs = audience_of(person_room(person_id))
        told("library.access_given", actor, document, audience_id=theirs, to=[person_id])


def refuse(actor: t.Any, document: Document, number: int) -> None:
    """Say no to a request. Who asked hears nothing: they do not know whether there is a document."""
    with atomic():
        _answered(actor, "refused", _r.c.document_id == document.id, _r.c.id == number)


def _answered(actor: t.Any, state: str, *which: t.Any) -> None:
    said = {"state": state, "answered_by_id": actor.id, "answered": clock.now()}
    db.session.execute(sa.update(_r).where(_r.c.state == "asked", *which).values(said))
    db.session.expire_all()


def take_back(actor: t.Any, document: Document, person_id: int) -> None:
    """Let somebody no longer read a document beyond its readers."""
    with atomic() as session:
        grown(document)
        session.execute(sa.delete(_g).where(_g.c.document_id == document.id, _g.c.person_id == person_id))
        sight.settle(document, actor)


@hourly
def end_grants() -> None:
    """Close documents for those whose time is over."""
    over = _g.c.until <= sa.bindparam("now", type_=_g.c.until.type)
    for number in db.session.scalars(
        sa.select(_g.c.document_id).distinct().where(over), {"now": clock.now()}
    ).all():
        with atomic() as session:
            document = db.session.get_one(Document, number)
            grown(document)
            session.execute(sa.delete(_g).where(_g.c.document_id == number, _g.c.until <= clock.now()))
            sight.settle(document)
