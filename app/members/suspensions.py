"""Suspensions: a person kept out for a time or for good. Sessions and sockets end at once; the time ends by itself."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app.core import audit, clock, jobs
from app.core.activity import record
from app.core.database import UtcDateTime, atomic
from app.extensions import Model, db
from app.members import doorkeys, logins, seats
from app.members.models import Person


class Suspension(Model):
    """Why somebody is kept out, and until when; without a date for good."""

    __tablename__ = "suspension"
    person_id: so.Mapped[int] = so.mapped_column(
        sa.ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    decision_id: so.Mapped[int]
    until: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime, index=True)
    why: so.Mapped[str] = so.mapped_column(sa.Text)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


def suspend(actor: t.Any, person: Person, *, decision_id: int, until: dt.datetime | None, why: str) -> None:
    """Keep a person out, inside atomic(): sessions are dead with the commit, mailed keys too. An erased one is out."""
    if person.state == "erased":
        return
    person.state = "suspended"
    row = Suspension(person_id=person.id, decision_id=decision_id, until=until, why=why, at=clock.now())
    db.session.merge(row)
    doorkeys.drop(person.id)
    logins.end(person, logins.of(person.id))
    _changed(person)
    audit.note(actor, "members.suspended", person.ref, until=until.isoformat() if until else "")


def lift(actor: t.Any, person: Person) -> None:
    """Let a person in again, inside atomic(); who has no seat any more is where everybody without one is."""
    db.session.execute(sa.delete(Suspension).where(Suspension.person_id == person.id))
    if person.state == "suspended":
        person.state = seats.state_back(person)
        _changed(person)
        audit.note(actor, "members.unsuspended", person.ref)


def _changed(person: Person) -> None:
    """The index and open pages read the person's entry anew."""
    db.session.flush()
    data = {"person_id": person.id}
    record("seat.changed", actor=None, subject=f"person:{person.id}", data=data)


def of(person_id: int) -> Suspension | None:
    """Return what keeps a person out now; one whose time is over is let in on the way."""
    with atomic() as session:
        row = session.get(Suspension, person_id)
        if row is not None and row.until is not None and row.until <= clock.now():
            lift(None, session.get_one(Person, person_id))
            row = None
    return row


def sweep() -> None:
    """Let those in whose time is over."""
    over = sa.select(Suspension.person_id).where(Suspension.until <= clock.now()).limit(200)
    for person_id in list(db.session.scalars(over)):
        of(person_id)


jobs.hourly(sweep)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="appeal")


def appeal_path(decision_id: int) -> str:
    """Return the address at which a decision can be answered without signing in; only its author is told it."""
    return f"/appeals/{_signer().dumps(decision_id)}"


def appealed_from(token: str) -> int | None:
    """Return the decision that an address names, None where nobody of ours wrote it."""
    try:
        found = _signer().loads(token)
    except BadSignature:
        return None
    return found if isinstance(found, int) else None
