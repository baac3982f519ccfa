"""Finding people at the door."""

import typing as t

import sqlalchemy as sa

from app.core.database import atomic
from app.extensions import db
from app.members import doorkeys, passwords
from app.members.models import Person

_person = Person.__table__
_BY_EMAIL = sa.select(_person.c.id, _person.c.email, _person.c.language, _person.c.password).where(
    _person.c.email == sa.bindparam("email"), _person.c.state == "active"
)


def by_email(email: str) -> t.Any:
    """Return the active person of an address, None where there is none."""
    return db.session.execute(_BY_EMAIL, {"email": email.strip().lower()[:254]}).first()


def renew(person: t.Any, password: str) -> None:
    """Keep a password with today's work, where it was kept with less."""
    if not passwords.is_old(person.password):
        return
    made = passwords.made(password)
    with atomic():
        same = (Person.id == person.id, Person.password == person.password)
        db.session.execute(sa.update(Person).where(*same).values(password=made))


def use(key: t.Any) -> bool:
    """Use a mailed key up; False where somebody was faster."""
    with atomic():
        return doorkeys.use(key)
