"""Another e-mail address: proved by a link that is mailed to it, and told to the old one.

The link holds the new address, signed. It works for its person alone, for an hour, and only while the old address holds:
so it works once, and a change meanwhile makes it useless.
"""

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.core import audit, clock
from app.core.database import atomic, setting
from app.core.mail import one_address, post
from app.extensions import db
from app.members import doorkeys, logins, seats
from app.members.models import Person
from app.members.signed_in import hashed

PAGE = "/settings/address"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="address")


def secret(person: Person, new: str) -> str:
    """Return what the link to a new address holds."""
    said = _signer().dumps([person.id, _print(person), new])
    return said if isinstance(said, str) else said.decode()


def _said(person: Person, sent: str) -> list[str]:
    """Return what a link to a new address holds, where it was made for this person and its time is not over."""
    try:
        found = _signer().loads(sent, max_age=setting("RESET_MINUTES") * 60)
    except BadSignature:
        return []
    return found[1:] if isinstance(found, list) and len(found) == 3 and found[0] == person.id else []


def read(person: Person, sent: str) -> str:
    """Return the new address that a mailed link holds for this person; nothing where it is no good, or no longer."""
    said = _said(person, sent)
    return str(said[1]) if said and said[0] == _print(person) else ""


def done(person: Person, sent: str) -> bool:
    """Say whether this link has done its work: the form sent again by a hasty finger gets the same answer."""
    return _said(person, sent)[1:] == [person.email]


def _print(person: Person) -> str:
    return hashed(person.email)[:16]


def is_free(address: str) -> bool:
    """Say whether nobody signs in with an address."""
    return db.session.scalar(sa.select(Person.id).where(Person.email == address)) is None


def ask(person: Person, address: str) -> None:
    """Mail a link to the new address, where nobody has it: who asks is told the same either way."""
    new = one_address(address.strip().lower())
    if not is_free(new):
        return
    url = f"{setting('BASE_URL')}{PAGE}/{secret(person, new)}"
    with atomic():
        audit.note(person, "members.address_asked", person.ref)
        post(
            "new_address", new, person.language, timezone=person.timezone, person_id=person.id, url=url,
            minutes=setting("RESET_MINUTES"),
        )  # fmt: skip


def change(person: Person, new: str, *, but: str) -> bool:
    """Change the address: mailed keys are dropped, other devices signed out, the old address is told.

    `but` is the session that stays. Says whether the address was still free.
    """
    with atomic() as session:
        session.refresh(person)
        if not is_free(new):
            return False
        old, person.email = person.email, new
        session.flush()
        doorkeys.drop(person.id)
        logins.end(person, logins.of(person.id, but=but))
        seats.reseat(None, person.id)
        audit.note(person, "members.address", person.ref)
        post(
            "address_changed", old, person.language, timezone=person.timezone, person_id=person.id, at=clock.now(),
            zone=person.timezone,
        )  # fmt: skip
    return True
