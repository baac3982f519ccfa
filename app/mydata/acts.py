"""What people do here: ask for an erasure, take it back, order one. The first argument is who acts."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.core import audit, clock, jobs
from app.core.database import atomic, later, setting
from app.core.mail import post
from app.extensions import db
from app.members.models import Person
from app.mydata.models import Erasure


class LastOne(Exception):
    """The only person of the secretariat stays: nobody else could let anybody in."""


def pause() -> dt.timedelta:
    """Return how long an erasure that was asked for can be taken back."""
    return dt.timedelta(days=setting("ERASURE_DAYS"))


def open_for(person_id: int) -> Erasure | None:
    """Return the erasure of a person that is asked for or under way, None without one."""
    return db.session.scalar(sa.select(Erasure).where(Erasure.open_for == person_id))


def check(person: Person) -> None:
    """Raise LastOne where nobody of the secretariat would be left."""
    others = sa.select(Person.id).where(Person.steward, Person.state == "active", Person.id != person.id)
    if person.steward and db.session.scalar(others.limit(1)) is None:
        raise LastOne(person.ref)


def ask(who: t.Any, words: str) -> None:
    """Ask for the erasure of one's own account; a mail says until when it can be taken back. Raises LastOne."""
    with atomic() as session:
        person = session.get_one(
            Person, who.id, with_for_update=True
        )  # two tabs at once are one after the other
        if open_for(person.id) is not None:
            return
        check(person)
        due = clock.now() + pause()
        order = Erasure(person_id=person.id, open_for=person.id, words=words, at=clock.now(), due=due)
        session.add(order)
        session.flush()
        audit.note(who, "mydata.erasure_asked", person.ref, words=words)
        post(
            "erasure_asked", person.email, person.language, timezone=person.timezone, person_id=person.id,
            key=f"erasure:{order.id}", due=due,
        )  # fmt: skip


def take_back(who: t.Any) -> bool:
    """Take one's own request back while the pause lasts; say whether there was one."""
    with atomic() as session:
        mine = (Erasure.open_for == who.id, Erasure.state == "asked", Erasure.by_id.is_(None))
        back = sa.update(Erasure).where(*mine).values(state="back", open_for=None, ended=clock.now())
        done = session.execute(back.execution_options(synchronize_session=False))
        if not t.cast(t.Any, done).rowcount:
            return False
        audit.note(who, "mydata.erasure_taken_back", f"person:{who.id}")
    return True


def order(actor: t.Any, person: Person, words: str, reason: str) -> None:
    """Erase somebody at once, for the secretariat: what the person asked for before is part of it. Raises LastOne."""
    with atomic() as session:
        check(person)
        known = open_for(person.id)
        if known is not None and known.state == "running":
            return
        one = known or Erasure(person_id=person.id, open_for=person.id, at=clock.now())
        one.words, one.reason, one.by_id, one.due = words, reason, actor.id, clock.now()
        session.add(one)
        session.flush()
        number = one.id
        audit.note(actor, "mydata.erasure_ordered", person.ref, words=words)
        later(lambda: jobs.enqueue("erasure", number))
