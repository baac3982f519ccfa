"""Publishing an edition of the terms, and accepting it."""

import typing as t

import sqlalchemy as sa

from app.core import audit, clock, site
from app.core.activity import record
from app.core.database import atomic, upsert
from app.core.text import render
from app.extensions import db
from app.members.models import Person
from app.terms.models import Acceptance, Edition, Words


def publish(actor: t.Any, words: t.Mapping[str, tuple[str, str]]) -> int:
    """Publish a new edition: language → text and what changed. Everybody is asked to accept it at the next page."""
    drawn = {code: render(body) for code, (body, _news) in words.items()}
    with atomic() as session:
        edition = Edition(at=clock.now(), by_id=actor.id if actor else None)
        session.add(edition)
        session.flush()
        for code, (body, news) in words.items():
            session.add(Words(edition_id=edition.id, language=code, body=body, html=drawn[code], news=news))
        site.write("terms", str(edition.id))
        if actor:
            accept(actor, edition.id, next(iter(words)))  # who publishes it has read it
        audit.note(actor, "terms.publish", f"terms:{edition.id}", languages=sorted(words))
    return edition.id


def accept(who: t.Any, edition_id: int, language: str) -> None:
    """Keep that a person accepted an edition, when, and in which language it was read."""
    with atomic() as session:
        values = {"person_id": who.id, "edition_id": edition_id, "language": language, "at": clock.now()}
        session.execute(upsert(Acceptance).values(**values).on_conflict_do_nothing())
        mine = sa.update(Person).where(Person.id == who.id, Person.terms < edition_id)
        if t.cast(t.Any, db.session.execute(mine.values(terms=edition_id))).rowcount:
            record("seat.changed", actor=None, subject=f"person:{who.id}", data={"person_id": who.id})
