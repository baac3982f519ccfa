"""Offices of the network: the secretariat, and the moderators of the network. The secretariat gives and takes them.

An office that came with a seat at the secretariat ends with it. Somebody of the secretariat always stays.
"""

import typing as t

import sqlalchemy as sa

from app.core import audit
from app.core.activity import record
from app.core.audience import audience_of, person_room
from app.core.database import atomic
from app.extensions import db
from app.members.models import Organisation, Person, Seat

OFFICES = ("steward", "moderator")
URLS = {"steward": "/admin", "moderator": "/moderation"}
LONGEST = 300  # characters of a reason
_taken: list[t.Callable[[t.Any, int, str], None]] = []


class Last(Exception):
    """It is the last one of the secretariat: somebody else comes first."""


def on_taken(fn: t.Callable[[t.Any, int, str], None]) -> None:
    """Let another room act when somebody has an office no longer: fn(actor, number, office), in the same transaction."""
    if fn not in _taken:
        _taken.append(fn)


def of(person: t.Any) -> list[str]:
    """Return the offices that somebody has."""
    return [office for office in OFFICES if getattr(person, office)]


_ABLE = sa.select(Person.id).where(Person.steward, Person.state == "active").order_by(Person.id)


def is_last(person: t.Any) -> bool:
    """Say whether nobody else is of the secretariat and can act."""
    return bool(person.steward) and set(db.session.scalars(_ABLE)) <= {person.id}


def give(actor: t.Any, person: Person, office: str, why: str) -> bool:
    """Give somebody an office; says whether that is new."""
    return _set(actor, person, office, True, why)


def take(actor: t.Any, person: Person, office: str, why: str) -> bool:
    """Take an office; says whether there was one. Raises Last for the last one of the secretariat."""
    return _set(actor, person, office, False, why)


def settle(actor: t.Any, person: Person, wanted: t.Collection[str], why: str) -> None:
    """Let somebody have exactly these offices. What is given comes first: nobody is without any in between."""
    with atomic():
        for office in sorted(OFFICES, key=lambda office: office not in wanted):
            _set(actor, person, office, office in wanted, why)


def _set(actor: t.Any, person: Person, office: str, on: bool, why: str) -> bool:
    if office not in OFFICES:
        raise ValueError(office)
    with atomic() as session:
        if not on and office == "steward":
            session.scalars(_ABLE.with_for_update()).all()  # of two who are taken at the same time one waits
            session.refresh(person)
            if is_last(person):
                raise Last(person.ref)
        session.refresh(person)
        if getattr(person, office) == on:
            return False
        setattr(person, office, on)
        session.flush()
        _note(actor, person, office, "given" if on else "taken", why)
        for fn in () if on else _taken:
            fn(actor, person.id, office)
    return True


def _note(actor: t.Any, person: Person, office: str, what: str, why: str) -> None:
    """Open pages follow within a second, the record keeps it, and the person hears of it and why."""
    record("seat.changed", actor=actor, subject=person.ref, data={"person_id": person.id})
    audit.note(actor, f"members.office_{what}", person.ref, office=office, words=why)
    record(
        f"offices.{office}_{what}", actor=actor, subject=f"office:{person.id}-{office}", title=why[:160],
        url=URLS[office] if what == "given" else person.url, audience_id=audience_of(person_room(person.id)),
        data={"to": [person.id]},
    )  # fmt: skip


def with_seat(seat: Seat) -> list[str]:
    """Return the offices that end when this seat does: of the last seat that somebody holds at the secretariat."""
    person = db.session.get(Person, seat.person_id)
    if person is None or not of(person):
        return []
    held = sa.select(Seat.id).join(Organisation, Organisation.id == Seat.organisation_id)
    held = held.where(
        Seat.person_id == seat.person_id, Seat.ended.is_(None), Organisation.form == "secretariat"
    )
    return of(person) if list(db.session.scalars(held)) == [seat.id] else []


def holds_last(seat: Seat) -> bool:
    """Say whether a seat cannot end yet: the secretariat would have nobody."""
    return "steward" in with_seat(seat) and is_last(db.session.get(Person, seat.person_id))


def end_with(actor: t.Any, seat: Seat) -> None:
    """Take the offices that came with a seat, inside atomic() and before it ends. Raises Last; who is erased goes."""
    person = db.session.get(Person, seat.person_id)
    if person is None or person.state == "erased":
        return
    for office in with_seat(seat):
        take(actor, person, office, db.session.get_one(Organisation, seat.organisation_id).name)
