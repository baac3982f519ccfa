"""The large demo, for measuring: 500 members, 2,000 discussions and 40,000 posts on top of the demo network."""

import random

import sqlalchemy as sa

from app.board.models import Post, ReadMark, Thank, Thread
from app.core import activity, clock, readers, site
from app.core.database import atomic, is_sqlite
from app.core.watches import Watch
from app.demo import seed
from app.demo.bulk import Bulk, Crowd
from app.extensions import db
from app.members import acts as members
from app.members.models import Organisation, Person
from app.members.signed_in import as_person
from app.search.models import SearchEntry
from app.spaces import acts as spaces
from app.spaces.models import Space

PEOPLE = 500
CHUNK = 2000
ROLES = ("Housing officer", "Equality officer", "Education officer", "Youth worker", "Participation officer",
         "Data officer", "Language service", "Culture officer", "Welcome office", "Research assistant")  # fmt: skip
TABLES = {"thread": Thread, "post": Post, "thank": Thank, "watch": Watch, "read_mark": ReadMark,
          "activity": activity.Activity, "search_entry": SearchEntry}  # fmt: skip


def fill_large(app, now=None):
    """Add the large demo to the demo network, which is made first where there is none. Does nothing twice."""
    now = (now or clock.now()).replace(microsecond=0)
    if not db.session.scalar(sa.select(Person.id).limit(1)):
        seed.fill(app, now)
    if site.read("demo_large"):
        return
    add_people(now)
    readers.tell_all()
    add_discussions(now)
    analyse()


def add_people(now):
    """People up to 500, each in one organisation, its coalition and some group. They share the demo's password."""
    dice = random.Random(1948)
    with atomic() as session, clock.at(now - seed.FOUNDED):
        password = session.scalar(
            sa.select(Person.password).where(Person.password != "").order_by(Person.id).limit(1)
        )
        known = session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0
        seats = session.scalars(
            sa.select(Organisation).where(Organisation.standing == "member").order_by("id")
        ).all()
        places = {space.key: space for space in session.scalars(sa.select(Space).order_by(Space.id))}
        for number in range(known + 1, PEOPLE + 1):
            add_person(number, seats[number % len(seats)], places, password, dice)


def add_person(number, organisation, places, password, dice):
    """One more officer, named by role."""
    role = ROLES[number % len(ROLES)]
    person = members.add_person(
        None, email=f"officer{number}@large.example", name=f"{role} {number}", handle=f"officer-{number}",
        language=("en", "en", "fr", "ar")[number % 4], timezone=organisation.timezone or "UTC",
        password_hash=password,
    )  # fmt: skip
    members.give_seat(
        None, person, organisation, role="member", title=role, primary=number % 3 == 0,
        may_publish=number % 2 == 0, may_answer=True,
    )  # fmt: skip
    actor = as_person(person.id)
    groups = [place for place in places.values() if place.form == "group"]
    wanted = ["network", organisation.coalition, dice.choice(groups).key]
    for key in filter(None, wanted):
        spaces.join(actor, places[key])


def add_discussions(now):
    """All rows in one transaction, so that there is the whole large demo or nothing of it."""
    with atomic() as session:
        if not is_sqlite():
            session.execute(sa.text(f"select pg_advisory_xact_lock({activity.NUMBERING_LOCK})"))
        places = session.scalars(sa.select(Space).order_by(Space.id)).all()
        ids = session.scalars(sa.select(Person.id).where(Person.state == "active").order_by(Person.id))
        crowd = Crowd([as_person(number) for number in ids], places)
        bulk = Bulk(crowd, now, {name: free(TABLES[name]) for name in ("thread", "post")})
        rows = bulk.plan({(s.id, word): s.audience_named(word) for s in places for word in s.offers()})
        for name, model in TABLES.items():
            insert(session, model.__table__, rows[name])
        settle(session)


def free(model):
    """The first free id of a table."""
    return (db.session.scalar(sa.select(sa.func.max(model.id))) or 0) + 1


def insert(session, table, rows):
    """Insert rows in steps that keep memory small."""
    for start in range(0, len(rows), CHUNK):
        session.execute(sa.insert(table), rows[start : start + CHUNK])


def settle(session):
    """The readers have nothing to tell of all this, and the next ids follow the ones given here."""
    session.execute(sa.update(readers.Mark).values(at=activity.highest()))
    if not is_sqlite():
        for name in ("thread", "post"):
            session.execute(
                sa.text(
                    f"select setval(pg_get_serial_sequence('{name}', 'id'), (select max(id) from {name}))"
                )
            )
    site.write("demo_large", "yes")


def analyse():
    """Let the database look at what it holds now, so that it chooses its ways well."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
