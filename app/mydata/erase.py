"""The erasure of a person, step by step: each step can be done twice, so a killed job begins again and loses nothing.

First the person is shut out and out of sight; then words and author lines are changed, a few rows at a time; then the
rows that are the person's alone go; last the person's own row is emptied, with which the traces to look for are gone.
"""

import datetime as dt
import json
import logging
import pathlib
import typing as t

import sqlalchemy as sa

from app.board.models import Post, Thank
from app.core import audience, audit, clock, files, jobs
from app.core.activity import Activity
from app.core.database import atomic, setting
from app.core.former import MEMBER
from app.core.mail import OutboxMail
from app.extensions import db
from app.members import doorkeys, handles, logins, seats
from app.members.models import Person, Seat
from app.mydata import acts, columns, journal, scrub
from app.mydata.erase_names import read_through
from app.mydata.erase_words import take_words, unsay
from app.mydata.models import DataCopy, Erasure
from app.search import index

log = logging.getLogger(__name__)
SOON = dt.timedelta(minutes=10)  # a file that was sent just now may still be on its way to its post
_post, _thank = Post.__table__, Thank.__table__


@jobs.task("erasure")
def run(number: int) -> None:
    """Erase the person of an order that is due; where the job was killed it goes on."""
    order = db.session.get(Erasure, number)
    if order is None or not _begun(order):
        return
    person = db.session.get_one(Person, order.person_id)
    journal.note(person, order.words)
    traces = traces_of(person)
    for step in STEPS:
        step(order, traces)
        log.info("erasure %s: %s", number, step.__name__)


def _begun(order: Erasure) -> bool:
    """Take an order that is due, or one that was begun."""
    with atomic() as session:
        if order.state == "asked":
            try:
                acts.check(session.get_one(Person, order.person_id))
            except acts.LastOne:  # the others went meanwhile: it waits until somebody follows them
                log.warning("erasure %s waits: nobody else is of the secretariat", order.id)
                return False
        mine = sa.update(Erasure).where(
            Erasure.id == order.id, Erasure.state == "asked", Erasure.due <= clock.now()
        )
        session.execute(mine.values(state="running").execution_options(synchronize_session=False))
        session.refresh(order)
        return order.state == "running"


def traces_of(person: Person) -> scrub.Traces:
    """Return how a person can be found in rows: by number, handle, address, and the names that author lines know."""
    by = sa.select(sa.cast(Activity.by, sa.Text)).where(Activity.actor_id == person.id).distinct()
    names = {person.name}
    for said in db.session.scalars(by.limit(1000)):
        names |= _name_in(json.loads(said))
    known = tuple(sorted((name for name in names if name and name != MEMBER), key=len, reverse=True))
    return scrub.Traces(person.id, person.handle, person.email, known)


def _name_in(by: dict[str, t.Any]) -> set[str]:
    """Return the person's name in an author line: its name, or the beginning of the line of an organisation."""
    if str(by.get("url", "")).startswith("/people/"):
        return {by.get("name", "")}
    return {str(by.get("line", "")).partition(", ")[0]} if by.get("handle") else set()


# --- 1: out ---------------------------------------------------------------------------------------------------


def _shut_out(order: Erasure, traces: scrub.Traces) -> None:
    """End sessions, keys and seats, leave the groups, and take the page out of everybody's sight."""
    with atomic() as session:
        person = session.get_one(Person, traces.number)
        person.state, person.audience_id = "erased", audience.audience_of(audience.NOBODY)
        doorkeys.drop(person.id)
        logins.end(person, logins.of(person.id))
        held = sa.select(Seat).where(Seat.person_id == person.id, Seat.ended.is_(None)).order_by(Seat.id)
        for seat in session.scalars(held).all():
            seats.end(None, seat)
        seats.leave(person.id)
        waiting = sa.select(Seat).where(Seat.person_id == person.id, Seat.handed)
        for seat in session.scalars(waiting).all():
            seat.handed = False
        seats.reseat(None, person.id)


# --- 4: rows (2 and 3 are modules of their own) ----------------------------------------------------------------


def _drop_rows(order: Erasure, traces: scrub.Traces) -> None:
    """Let the rows go that are the person's alone, the photo, the copies of data and the mails."""
    with atomic():
        mails = _mails(traces)
        _unthank(traces.number)
        unsay(f"person:{traces.number}")
        for one in db.session.scalars(sa.select(DataCopy).where(DataCopy.person_id == traces.number)).all():
            files.forget(one.ref)
        for subject in (f"person:{traces.number}", f"draft:person:{traces.number}"):
            files.forget(subject)
        db.session.flush()
        for name, column in columns.COLUMNS.items():
            table, _dot, field = name.partition(".")
            if column.erase in (columns.ROW, columns.CLEAR):
                _drop(db.metadata.tables[table], field, column.erase, traces)
    for number in mails:
        pathlib.Path(setting("INSTANCE_DIR"), "mail", f"{number:06}.eml").unlink(missing_ok=True)


def _mails(traces: scrub.Traces) -> list[int]:
    """Return the mails to the person, and those that name them: their copies in the folder go."""
    kept = OutboxMail.__table__
    mine = sa.or_(kept.c.person_id == traces.number, kept.c.to == traces.email)
    named = [key[0] for key in scrub.found(kept, traces)]  # type: ignore[arg-type]
    return [*db.session.scalars(sa.select(kept.c.id).where(mine)), *named]


def _unthank(person_id: int) -> None:
    given = sa.select(_thank.c.post_id).where(_thank.c.person_id == person_id)
    less = sa.update(_post).where(_post.c.id.in_(given)).values(thanks=_post.c.thanks - 1)
    db.session.execute(less.execution_options(synchronize_session=False))


def _drop(table: sa.Table, field: str, how: str, traces: scrub.Traces) -> None:
    column = table.c[field]
    if isinstance(column.type, sa.String):
        mine = column.in_([f"person:{traces.number}", traces.email])
    else:
        mine = column == traces.number
    statement: t.Any = sa.delete(table).where(mine)
    if how == columns.CLEAR:
        statement = sa.update(table).where(mine).values({field: None if column.nullable else ""})
    db.session.execute(statement.execution_options(synchronize_session=False))


# --- 5: the person --------------------------------------------------------------------------------------------


def _empty(order: Erasure, traces: scrub.Traces) -> None:
    """Empty the person's own row: what stays is a number behind which nobody stands. The record keeps the number."""
    with atomic() as session:
        session.refresh(order)
        if order.state != "running":
            return
        person = session.get_one(Person, traces.number)
        person.name, person.handle = MEMBER, handles.free(f"former-member-{person.id}")
        person.email = f"former-member-{person.id}@erased.invalid"
        person.password, person.password_at, person.picture_id = "", None, None
        person.about = person.helps = person.seeks = person.pronouns = person.commitments = ""
        person.shown, person.timezone, person.language = {}, "UTC", setting("DEFAULT_LANGUAGE")
        person.steward = person.moderator = person.second = person.short = person.presence = False
        person.unread = person.unread_threads = person.terms = 0
        audit.empty(audit.AuditEntry.ref == person.ref)
        actor = session.get(Person, order.by_id) if order.by_id else None
        audit.note(actor, "mydata.erased", person.ref, words=order.words)
        order.state, order.ended, order.open_for = "done", clock.now(), None
        session.flush()
        index.index(person.ref)
    files.sweep(SOON)


STEPS = (_shut_out, take_words, read_through, _drop_rows, read_through, _empty)


def due() -> None:
    """Begin what is due, and go on with what a killed process left."""
    waiting = sa.or_(
        Erasure.state == "running", sa.and_(Erasure.state == "asked", Erasure.due <= clock.now())
    )
    for number in list(
        db.session.scalars(sa.select(Erasure.id).where(waiting).order_by(Erasure.id).limit(5))
    ):
        run(number)


jobs.minutely(due)
