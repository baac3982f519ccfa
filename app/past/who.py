"""Who wrote what was brought over: people who are here, found by their address, and writers from outside."""

import typing as t

import sqlalchemy as sa

from app.board.bringing import Writer
from app.core import clock
from app.core.audience import NOBODY, audience_of
from app.core.database import atomic
from app.core.former import BROUGHT
from app.extensions import db
from app.members import handles
from app.members.models import Person
from app.members.signed_in import as_person

ADDRESS = "outside-writers@outside.invalid"
_p = Person.__table__


def outside() -> int:
    """Return the row that stands behind everybody who wrote elsewhere and is not here: nobody signs in with it, no page has it."""
    found = sa.select(_p.c.id).where(_p.c.email == ADDRESS)
    number = db.session.scalar(found)
    if number is None:
        with atomic() as session:
            number = session.scalar(found)  # somebody else was perhaps faster
            if number is None:
                person = Person(
                    audience_id=audience_of(NOBODY), email=ADDRESS, handle=handles.free("outside-writers"), name="", state="erased",
                    presence=False, at=clock.now(),
                )  # fmt: skip
                session.add(person)
                session.flush()
                number = person.id
    return int(number)


class Writers:
    """The writers of one batch, each looked for once."""

    def __init__(self, emails: t.Collection[str], make: bool = True) -> None:
        self.outside = outside() if make else 0
        self.people: dict[str, int] = {}
        wanted = sorted(filter(None, emails))
        for start in range(0, len(wanted), 500):
            some = sa.select(_p.c.email, _p.c.id).where(
                _p.c.email.in_(wanted[start : start + 500]), _p.c.state == "active"
            )
            self.people.update((row.email, row.id) for row in db.session.execute(some))
        self.known: dict[tuple[str, str], Writer] = {}

    def of(self, name: str, email: str) -> Writer:
        """Return who wrote under a name and an address. An address is never shown."""
        key = (name, email)
        if key not in self.known:
            number = self.people.get(email)
            self.known[key] = (
                Writer(number, as_person(number).byline())
                if number
                else Writer(self.outside, line(name, email))
            )
        return self.known[key]


def line(name: str, email: str) -> dict[str, str]:
    """Return the author line of somebody from outside: the name alone, of an address what stands before its @."""
    return {
        "name": name or email.partition("@")[0] or "?",
        "line": BROUGHT,
        "kind": "partner",
        "code": "",
        "url": "",
    }
