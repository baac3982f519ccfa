"""What people do about second steps, and what the secretariat does about others'. Each is logged, and told by mail."""

import typing as t

import sqlalchemy as sa

from app.core import audit, clock, site
from app.core.activity import record
from app.core.database import atomic
from app.core.mail import post
from app.core.text import clean_line
from app.extensions import db
from app.members import codes, doorkeys, factors, logins, passkeys
from app.members.factors import APP, Factor
from app.members.models import Person


def _tell(actor: t.Any, person: Person, what: str, **more: t.Any) -> None:
    """Log what was done about a person's second step, and tell the person by mail."""
    audit.note(actor, f"members.second_{what}", person.ref)
    post(
        "second_step", person.email, person.language, timezone=person.timezone, person_id=person.id, what=what,
        at=clock.now(), zone=person.timezone, **more,
    )  # fmt: skip
    record("seat.changed", actor=None, subject=person.ref, data={"person_id": person.id})


def _mine(who: t.Any) -> Person:
    person = db.session.get(Person, who.id, populate_existing=True)
    assert person is not None
    return person


def turn_on_app(who: t.Any, secret: str, step: int) -> None:
    """Let an authenticator app be the second step; it takes the place of an earlier one."""
    with atomic() as session:
        session.execute(sa.delete(Factor).where(Factor.person_id == who.id, Factor.kind == APP))
        row = Factor(person_id=who.id, kind=APP, secret=codes.sealed(secret), counter=step, at=clock.now())
        session.add(row)
        session.flush()
        factors.count_again(who.id)
        _tell(who, _mine(who), "app_on")


def add_passkey(who: t.Any, found: t.Any, challenge: bytes, name: str) -> bool:
    """Keep a new passkey; False where it was kept before."""
    with atomic() as session:
        if not passkeys.keep(who.id, found, challenge, clean_line(name)[:60]):
            return False
        session.flush()
        factors.count_again(who.id)
        _tell(who, _mine(who), "passkey_on")
    return True


def remove(who: t.Any, number: int) -> None:
    """Take one second step away; with the last one the recovery codes go too."""
    with atomic() as session:
        mine = sa.delete(Factor).where(Factor.id == number, Factor.person_id == who.id)
        if t.cast(t.Any, session.execute(mine)).rowcount:
            left = factors.count_again(who.id)
            _tell(who, _mine(who), "removed" if left else "off")


def keep_codes(who: t.Any, made: t.Sequence[tuple[str, str]]) -> None:
    """Keep new recovery codes in place of the old ones."""
    with atomic():
        codes.keep_sheet(who.id, made)
        _tell(who, _mine(who), "codes")


def recovered(person_id: int) -> int:
    """Tell a person that a recovery code was used; return how many are left."""
    with atomic():
        left = factors.codes_left(person_id)
        person = db.session.get(Person, person_id)
        assert person is not None
        _tell(person, person, "recovered", left=left)
    return left


def reset(actor: t.Any, person: Person) -> None:
    """Take all second steps of a person away, who lost them: by the secretariat.

    All sessions end. A password that sufficed only with a second step is dropped: a mailed link leads to a new one.
    """
    with atomic() as session:
        session.execute(sa.delete(Factor).where(Factor.person_id == person.id))
        factors.count_again(person.id)
        session.refresh(person)
        if person.short:
            person.password, person.password_at, person.short = "", None, False
        doorkeys.drop(person.id)
        logins.end(person, logins.of(person.id))
        _tell(actor, person, "reset")


def ask_of(actor: t.Any, roles: t.Collection[str]) -> None:
    """Ask a second step of these roles: who has none is led to setting it up."""
    asked = ",".join(role for role in factors.ROLES if role in roles)
    with atomic():
        if site.read("second_step") != asked:
            site.write("second_step", asked)
            audit.note(actor, "members.second_asked", "site:1", roles=asked)
