"""Who hears that a seat was given, ended or handed over: whoever holds it, and the first contacts of the organisation."""

import typing as t

import sqlalchemy as sa

from app.core.activity import record
from app.core.audience import audience_of, person_room
from app.extensions import db
from app.members.models import Organisation, Person, Seat


def given(actor: t.Any, seat: Seat) -> None:
    """Say that there is a new seat, inside atomic(). What the house does by itself is told to nobody."""
    _tell(actor, seat, "seats.got", "seats.given")


def ended(actor: t.Any, seat: Seat, handed: bool) -> None:
    """Say that a seat has ended, or waits for its next holder, inside atomic()."""
    _tell(actor, seat, "seats.lost", "seats.handed" if handed else "seats.ended")


def contact(actor: t.Any, seat: Seat) -> None:
    """Say that a seat became that of a first contact, or is it no longer, inside atomic()."""
    if seat.primary:
        _tell(actor, seat, "seats.contact", "seats.contacts")
    else:
        _tell(actor, seat, "seats.no_contact", "seats.contacts")


def _tell(actor: t.Any, seat: Seat, to_holder: str, to_contacts: str) -> None:
    if actor is None:
        return
    organisation = db.session.get_one(Organisation, seat.organisation_id)
    _record(actor, to_holder, seat, organisation, [seat.person_id], organisation.url)
    others = _contacts(seat)
    if others:
        _record(actor, to_contacts, seat, organisation, others, f"/members/{organisation.id}/seats")


def _contacts(seat: Seat) -> list[int]:
    held = (Seat.organisation_id == seat.organisation_id, Seat.primary, Seat.ended.is_(None))
    rows = sa.select(Seat.person_id).join(Person, Person.id == Seat.person_id)
    rows = rows.where(*held, Person.state == "active", Seat.person_id != seat.person_id)
    return sorted(set(db.session.scalars(rows.limit(20))))


def _record(actor: t.Any, verb: str, seat: Seat, organisation: Organisation, to: list[int], url: str) -> None:
    record(
        verb, actor=actor, subject=f"seat:{seat.id}", title=organisation.name, url=url, data={"to": to},
        audience_id=audience_of(*(person_room(number) for number in to)),
    )  # fmt: skip
