"""Mailed keys: to sign in, to choose a new password, to take up an invitation. Each works once, for a time."""

import datetime as dt
import secrets
import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic, setting
from app.extensions import db
from app.members import invites
from app.members.models import DoorKey, Person
from app.members.signed_in import hashed

_key, _person = DoorKey.__table__, Person.__table__
PATHS = {"link": "/sign-in/link", "reset": "/reset", "invite": "/invite", "summary": "/sign-in/summary"}


def lasts(kind: str) -> dt.timedelta:
    """Return how long a key of this kind works."""
    if kind == "invite":
        return dt.timedelta(days=setting("INVITATION_DAYS"))
    if kind == "summary":
        return dt.timedelta(days=setting("SUMMARY_LINK_DAYS"))
    return dt.timedelta(minutes=setting("LINK_MINUTES" if kind == "link" else "RESET_MINUTES"))


def make(person_id: int, kind: str) -> str:
    """Make a key inside atomic() and return its secret; the row keeps only its hash."""
    secret, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        DoorKey(kind=kind, token=hashed(secret), person_id=person_id, at=now, until=now + lasts(kind))
    )
    return secret


def was_made(secret: str) -> bool:
    """Say whether this was once a key of ours: an old link is no guess."""
    return db.session.scalar(sa.select(_key.c.id).where(_key.c.token == hashed(secret))) is not None


def number(secret: str) -> int:
    """Return the number of a key that was just made."""
    db.session.flush()
    return int(db.session.scalars(sa.select(_key.c.id).where(_key.c.token == hashed(secret))).one())


def address(kind: str, secret: str) -> str:
    """Return the whole address of a key: from BASE_URL, never from a request."""
    return f"{setting('BASE_URL')}{PATHS[kind]}/{secret}"


def find(kind: str, secret: str) -> t.Any:
    """Return the key with its person's columns, None where it is unknown, used, too old, or its person may not."""
    states = ("invited",) if kind == "invite" else ("active",)
    statement = (
        sa.select(_key.c.id, _key.c.person_id, _key.c.until, *(_person.c[name] for name in _OF_PERSON))
        .join_from(_key, _person, _person.c.id == _key.c.person_id)
        .where(_key.c.token == hashed(secret), _key.c.kind == kind, *_good(), _person.c.state.in_(states))
    )
    if kind == "summary":  # who has come to look after others comes in by no mail that lay about
        statement = statement.where(~_person.c.steward, ~_person.c.moderator)
    found = db.session.execute(statement).first()
    return None if found is not None and kind == "invite" and not invites.good(found.id) else found


_OF_PERSON = ("email", "name", "handle", "language", "password", "second")


def _good() -> tuple[t.Any, ...]:
    return _key.c.used.is_(None), _key.c.until > clock.now()


def use(key: t.Any) -> bool:
    """Use a key up, inside atomic(); False where somebody was faster."""
    mine = sa.update(DoorKey).where(_key.c.id == key.id, *_good()).values(used=clock.now())
    return bool(db.session.execute(mine.execution_options(synchronize_session=False)).rowcount)


def drop_one(number: int | None) -> None:
    """Make one mailed key useless, inside atomic()."""
    mine = sa.update(DoorKey).where(_key.c.id == number, _key.c.used.is_(None)).values(used=clock.now())
    db.session.execute(mine.execution_options(synchronize_session=False))


def drop(person_id: int, *kinds: str) -> None:
    """Make a person's other mailed keys useless, all or those of some kinds, inside atomic()."""
    mine = sa.update(DoorKey).where(_key.c.person_id == person_id, _key.c.used.is_(None))
    mine = mine.where(_key.c.kind.in_(kinds)) if kinds else mine
    db.session.execute(mine.values(used=clock.now()).execution_options(synchronize_session=False))


def sweep() -> None:
    """Forget keys that ended a month ago."""
    with atomic():
        db.session.execute(sa.delete(DoorKey).where(_key.c.until < clock.now() - dt.timedelta(days=30)))
