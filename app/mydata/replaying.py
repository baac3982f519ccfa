"""After a restore: who was erased since the backup was made is erased anew, before anybody can open the site."""

import pathlib

import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.extensions import db
from app.members.models import Person
from app.mydata import erase, journal
from app.mydata.models import Erasure


def replay(archive: pathlib.Path) -> int:
    """Erase anew, after a restore, who was erased since the backup was made; return how many there were."""
    lines = {
        journal.key(line): line
        for path in (journal.place(), archive.parent / journal.NAME)
        for line in journal.read(path)
    }
    journal.add(journal.place(), lines.values())
    number = 0
    for line in lines.values():
        order = _ordered(line)
        if order:
            erase.run(order)
            number += 1
    return number


def _ordered(line: journal.Line) -> int | None:
    """Order the erasure of an account that is there again; None where it is gone, or another one."""
    with atomic() as session:
        person = session.get(Person, line["person"])
        if person is None or person.state == "erased" or journal.mark_of(person) != line["mark"]:
            return None
        order = session.scalar(sa.select(Erasure).where(Erasure.open_for == person.id))
        if order is None:
            words = "take" if line.get("words") == "take" else "keep"
            order = Erasure(
                person_id=person.id, open_for=person.id, words=words, state="asked", at=clock.now()
            )
            session.add(order)
        order.due = clock.now()
        session.flush()
        return order.id


def forget() -> None:
    """Let go of what was read before the database changed under this process."""
    db.session.remove()
    db.engine.dispose()
