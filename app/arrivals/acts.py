"""What people do with invitations: send, send again, withdraw, take up. The first argument is who acts."""

import datetime as dt
import re
import typing as t

import sqlalchemy as sa

from app.arrivals.models import Invitation
from app.core import audit, clock, policy
from app.core.activity import record
from app.core.audience import audience_of, person_room
from app.core.database import atomic, setting
from app.core.mail import one_address, post
from app.extensions import db
from app.members import acts as members
from app.members import doorkeys, handles, people, seats
from app.members.models import Organisation, Person, Seat
from app.members.signed_in import as_person

KEPT = dt.timedelta(days=90)  # how long invitations are kept that are over
GUEST = "guest"  # the handle of who has not come in yet: theirs is made when they say their name


def open_one(organisation_id: int, email: str) -> Invitation | None:
    """Return the invitation of this address that waits in an organisation."""
    same = (Invitation.organisation_id == organisation_id, Invitation.email == email.strip().lower())
    return db.session.scalar(sa.select(Invitation).where(*same, Invitation.state == "waiting").limit(1))


def acts_for(organisation_id: int, email: str) -> bool:
    """Say whether somebody with this address holds a seat there."""
    held = sa.select(Seat.id).join(Person, Person.id == Seat.person_id)
    mine = (
        Person.email == email.strip().lower(),
        Seat.organisation_id == organisation_id,
        Seat.ended.is_(None),
    )
    return db.session.scalar(held.where(*mine).limit(1)) is not None


def invite(
    actor: t.Any, organisation: Organisation, *, email: str, role: str, name: str = "", language: str = "",
    title: str = "", primary: bool = False, may_publish: bool = False, may_answer: bool = False, send: bool = True,
) -> Invitation:  # fmt: skip
    """Invite an address to one seat of an organisation. One that waits already is sent again, to the new seat."""
    address, speaks = one_address(email.strip().lower()), language or setting("DEFAULT_LANGUAGE")
    with atomic() as session:
        one = open_one(organisation.id, address)
        if one is None:
            one = Invitation(
                organisation_id=organisation.id, email=address, state="waiting", sent=0, at=clock.now()
            )
            session.add(one)
        one.name, one.language, one.role, one.title = name, speaks, role, title
        one.primary, one.may_publish, one.may_answer = primary, may_publish, may_answer
        one.by_id = actor.id if actor is not None else None
        one.person_id = _guest(actor, address, name, speaks).id
        session.flush()
        audit.note(actor, "arrivals.invited", f"person:{one.person_id}", organisation_id=organisation.id)
        if send:
            _send(one)
    return one


def _guest(actor: t.Any, address: str, name: str, language: str) -> Person:
    """Return who has the address; somebody new, or who has left, is invited from now on."""
    person = db.session.scalar(sa.select(Person).where(Person.email == address))
    if person is None:
        return members.add_person(
            actor, email=address, name=name, handle=GUEST, language=language, state="invited"
        )
    if person.state == "left":
        person.state = "invited"
    return person


def _send(one: Invitation) -> None:
    """Write the mail: with a new key for who has no account, the older key works no more; inside atomic()."""
    person = db.session.get_one(Person, one.person_id)
    organisation = db.session.get_one(Organisation, one.organisation_id)
    doorkeys.drop_one(one.key_id)
    one.key_id, one.sent, one.sent_at = None, one.sent + 1, clock.now()
    one.until = clock.now() + doorkeys.lasts("invite")
    said = {"organisation": organisation.name, "days": doorkeys.lasts("invite").days}
    if person.state == "invited":
        secret = doorkeys.make(person.id, "invite")
        one.key_id = doorkeys.number(secret)
        _only_mine(one)
        post(
            "invite",
            one.email,
            one.language,
            person_id=person.id,
            url=doorkeys.address("invite", secret),
            **said,
        )
    elif person.state == "active":
        url = f"{setting('BASE_URL')}/offers/{one.id}"
        post("offer", one.email, person.language, person_id=person.id, url=url, **said)


def _only_mine(one: Invitation) -> None:
    """The number of a key that was swept is given again: what was invited to by the swept one is not meant."""
    others = sa.update(Invitation).where(Invitation.key_id == one.key_id, Invitation.id != one.id)
    db.session.execute(others.values(key_id=None))


def send_again(actor: t.Any, one: Invitation) -> bool:
    """Send an invitation once more: it counts from now, and the older mail opens nothing. Says whether it waited."""
    with atomic() as session:
        session.refresh(one, with_for_update=True)
        if one.state != "waiting":
            return False
        one.person_id = _guest(actor, one.email, one.name, one.language).id
        one.by_id = actor.id
        _send(one)
        audit.note(
            actor, "arrivals.sent_again", f"person:{one.person_id}", organisation_id=one.organisation_id
        )
    return True


def withdraw(actor: t.Any, one: Invitation) -> bool:
    """Take an invitation back: its mail opens nothing from now on."""
    with atomic():
        if not _over(one, "withdrawn"):
            return False
        audit.note(
            actor, "arrivals.withdrawn", f"person:{one.person_id}", organisation_id=one.organisation_id
        )
        _forget(one)
    return True


def decline(who: t.Any, one: Invitation) -> bool:
    """Say no to the seat that one is offered."""
    with atomic():
        if not _over(one, "declined"):
            return False
        audit.note(who, "arrivals.turned_down", f"person:{who.id}", organisation_id=one.organisation_id)
    return True


def _over(one: Invitation, state: str) -> bool:
    """End an invitation that waits, inside atomic(); False where somebody was faster."""
    mine = sa.update(Invitation).where(Invitation.id == one.id, Invitation.state == "waiting")
    done = db.session.execute(mine.values(state=state, ended=clock.now()))
    if not t.cast(t.Any, done).rowcount:
        return False
    db.session.refresh(one)
    doorkeys.drop_one(one.key_id)
    return True


def _forget(one: Invitation) -> None:
    """Keep nothing of somebody who never came in and whom nobody else invites."""
    person = db.session.get(Person, one.person_id or 0)
    if person is None or person.state != "invited":
        return
    theirs = sa.select(Invitation.id).where(Invitation.person_id == person.id, Invitation.state == "waiting")
    seated = sa.select(Seat).where(Seat.person_id == person.id)
    if db.session.scalar(theirs.limit(1)) or db.session.scalar(seated.where(Seat.ended.is_(None)).limit(1)):
        return
    if db.session.scalar(seated.limit(1)):
        person.state = "left"  # was here before: what they wrote keeps its author
        return
    db.session.execute(sa.update(Invitation).where(Invitation.person_id == person.id).values(person_id=None))
    people.forget_guest(person)


# --- coming in ------------------------------------------------------------------------------------------------


def may_still(one: Invitation) -> bool:
    """Say whether an invitation holds: it waits, is not too old, and who sent it could send it today."""
    if one.state != "waiting" or one.until is None or one.until <= clock.now():
        return False
    if one.by_id is None:
        return True
    host = db.session.get(Person, one.by_id)
    organisation = db.session.get_one(Organisation, one.organisation_id)
    if host is None or host.state != "active":
        return False
    return policy.allowed(as_person(host.id), "organisation.seats", organisation)


def _by_key(key_id: int) -> Invitation | None:
    return db.session.scalar(sa.select(Invitation).where(Invitation.key_id == key_id).limit(1))


def good(key_id: int) -> bool:
    """Say whether a mailed key opens the seat that it was made for; keys that are not ours are no matter of ours."""
    one = _by_key(key_id)
    return one is None or may_still(one)


def taken(person: Person, key_id: int) -> None:
    """Seat who came in by an invitation, inside atomic()."""
    one = _by_key(key_id)
    if one is None:
        return
    if re.fullmatch(rf"{GUEST}(-\d+)?", person.handle):
        person.handle = handles.free(person.name)
    _seat(one, person)
    others = sa.select(Invitation).where(Invitation.person_id == person.id, Invitation.state == "waiting")
    for other in db.session.scalars(others.where(Invitation.until > clock.now())).all():
        _send(other)  # their mails open nothing any more: who is in answers by signing in


def accept(who: t.Any, one: Invitation) -> bool:
    """Take the seat that one is offered. Says whether it was still to be had."""
    with atomic() as session:
        session.refresh(one, with_for_update=True)
        if not may_still(one):
            return False
        _seat(one, session.get_one(Person, who.id))
    return True


def _seat(one: Invitation, person: Person) -> None:
    """Give the seat, once."""
    if not _over(one, "accepted"):
        return
    one.person_id = person.id
    organisation = db.session.get_one(Organisation, one.organisation_id)
    host = as_person(one.by_id) if one.by_id else None
    if not acts_for(one.organisation_id, person.email):
        seats.give(
            host, person, organisation, role=one.role, title=one.title, primary=one.primary,
            may_publish=one.may_publish, may_answer=one.may_answer,
        )  # fmt: skip
    if host is not None:
        record(
            "arrivals.accepted", actor=as_person(person.id), subject=f"invitation:{one.id}", title=organisation.name,
            url=organisation.url, audience_id=audience_of(person_room(host.id)), data={"to": [host.id]},
        )  # fmt: skip


def sweep() -> None:
    """Forget invitations three months after they were over, taken back or too old."""
    limit = clock.now() - KEPT
    old = sa.select(Invitation).where(Invitation.state == "waiting", Invitation.until < limit).limit(200)
    for one in db.session.scalars(old).all():
        withdraw(None, one)
    with atomic():
        db.session.execute(sa.delete(Invitation).where(Invitation.ended < limit))
