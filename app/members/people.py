"""Finding people at the door."""

import typing as t

import sqlalchemy as sa

from app.core import former
from app.core.audience import NOBODY, audience_of
from app.core.database import atomic
from app.extensions import db
from app.members import doorkeys, handles, passwords
from app.members.models import DoorKey, Person, PersonLanguage, PersonTheme

_person = Person.__table__
_DOOR = ("id", "email", "language", "password", "second", "state")
_BY_EMAIL = sa.select(*(_person.c[name] for name in _DOOR)).where(
    _person.c.email == sa.bindparam("email"), _person.c.state.in_(("active", "suspended"))
)


def by_email(email: str) -> t.Any:
    """Return the person of an address who came in once, None where there is none."""
    return db.session.execute(_BY_EMAIL, {"email": email.strip().lower()[:254]}).first()


def renew(person: t.Any, password: str) -> t.Any:
    """Keep a password with today's work, where it was kept with less; return the person as kept now."""
    if not passwords.is_old(person.password):
        return person
    made = passwords.made(password)
    with atomic():
        same = (Person.id == person.id, Person.password == person.password)
        db.session.execute(sa.update(Person).where(*same).values(password=made))
    return by_email(person.email)


def use(key: t.Any) -> bool:
    """Use a mailed key up; False where somebody was faster."""
    with atomic():
        return doorkeys.use(key)


def forget_guest(person: Person) -> None:
    """Forget somebody who was invited and never came in, inside atomic().

    An empty row keeps the number: given to somebody else, the mails and the record of the one would be the other's.
    """
    for table in (DoorKey, PersonLanguage, PersonTheme):
        db.session.execute(sa.delete(table).where(table.person_id == person.id))
    person.name, person.handle = former.MEMBER, handles.free(f"former-member-{person.id}")
    person.email, person.state = f"former-member-{person.id}@erased.invalid", "erased"
    person.audience_id = audience_of(NOBODY)
    db.session.flush()
