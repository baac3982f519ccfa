"""The large demo, for measuring, on top of the demo network: 500 members, 2,000 discussions and 40,000 posts,

5,000 documents of 20 pages, 500 joint actions, 10,000 events and 500 series.
"""

import io
import random

import sqlalchemy as sa

from app.board.models import Post, ReadMark, Thank, Thread
from app.calendar.models import Event, Series
from app.core import activity, clock, files, readers, site
from app.core.audience import MEMBERS, audience_of
from app.core.database import atomic, is_sqlite, upsert
from app.core.files import Attachment, Blob
from app.core.watches import Watch
from app.demo import bulk_actions, bulk_documents, bulk_events, seed
from app.demo.bulk import Bulk, Crowd
from app.demo.making import Paper, make
from app.extensions import db
from app.library.models import Document, Page, Version
from app.members.models import Organisation, Person, Seat, Theme
from app.members.signed_in import as_person
from app.search import index
from app.search.models import SearchEntry
from app.spaces.models import Membership, Space
from app.terms.gate import newest
from app.terms.models import Acceptance

PEOPLE = 500
CHUNK = 2000
NUMBERED = {
    "document": Document,
    "document_version": Version,
    "attachment": Attachment,
    "document_page": Page,
}
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
    kept = files.keep(io.BytesIO(small_file()), "paper.pdf")
    with atomic() as session:  # the whole large demo or nothing of it
        if not is_sqlite():
            session.execute(sa.text(f"select pg_advisory_xact_lock({activity.NUMBERING_LOCK})"))
        with clock.at(now - seed.FOUNDED):
            add_people(session)
        bulk = add_discussions(session, now)
        add_documents(session, bulk, kept)
        bulk_actions.add(session, bulk.crowd, now)
        add_events(session, bulk)
        settle(session)
    analyse()


def add_people(session):
    """People up to 500, each in one organisation, its coalition and some group. They share the demo's password."""
    dice = random.Random(1948)
    kept = sa.select(Person.password).where(Person.password != "").order_by(Person.id)
    password, known = (
        session.scalar(kept.limit(1)),
        session.scalar(sa.select(sa.func.count()).select_from(Person)),
    )
    homes = session.scalars(
        sa.select(Organisation).where(Organisation.standing == "member").order_by(Organisation.id)
    )
    places = {space.key: space.id for space in session.scalars(sa.select(Space).order_by(Space.id))}
    groups = [
        session.get(Space, number).key
        for number in places.values()
        if session.get(Space, number).form == "group"
    ]
    homes = homes.all()
    for number in range(known + 1, PEOPLE + 1):
        home = homes[number % len(homes)]
        person = officer(session, number, home, password)
        for key in filter(None, ["network", home.coalition, dice.choice(groups)]):
            session.add(Membership(space_id=places[key], person_id=person.id, role="member", at=clock.now()))
        index.write(person, person.findable())


def officer(session, number, home, password):
    """One more officer, named by role, with a seat."""
    role = ROLES[number % len(ROLES)]
    person = Person(
        audience_id=audience_of(MEMBERS), email=f"officer{number}@large.example", handle=f"officer-{number}",
        name=f"{role} {number}", language=("en", "en", "fr", "ar")[number % 4], timezone=home.timezone or "UTC",
        password=password, password_at=clock.now(), state="active", at=clock.now(), terms=newest(),
    )  # fmt: skip
    session.add(person)
    session.flush()
    if person.terms:
        session.add(Acceptance(
            person_id=person.id, edition_id=person.terms, language=person.language, at=clock.now()
        ))  # fmt: skip
    session.add(Seat(
        person_id=person.id, organisation_id=home.id, role="member", title=role, primary=number % 3 == 0,
        may_publish=number % 2 == 0, may_answer=True, since=clock.now(),
    ))  # fmt: skip
    return person


def add_discussions(session, now):
    """All rows of the discussions."""
    session.flush()
    places = session.scalars(sa.select(Space).order_by(Space.id)).all()
    ids = session.scalars(sa.select(Person.id).where(Person.state == "active").order_by(Person.id))
    countries = dict(session.execute(sa.select(Organisation.id, Organisation.country)).all())
    crowd = Crowd([as_person(number) for number in ids], places, countries)
    bulk = Bulk(crowd, now, {name: free(TABLES[name]) for name in ("thread", "post")})
    rows = bulk.plan({(s.id, word): s.audience_named(word) for s in places for word in s.offers()})
    for name, model in TABLES.items():
        insert(session, model.__table__, rows[name])
    return bulk


def small_file():
    """The one file of all documents of the large demo."""
    return make("pdf", Paper("en", "Sample", "Sample content.", "", "", ()))


def add_documents(session, bulk, kept):
    """All rows of the documents."""
    session.execute(
        upsert(Blob).values(hash=kept.hash, size=kept.size, at=clock.now()).on_conflict_do_nothing()
    )
    themes = list(session.scalars(sa.select(Theme.key).order_by(Theme.id)))
    first = {name: free(model) for name, model in NUMBERED.items()}
    papers = bulk_documents.Papers(bulk.crowd, bulk.pools, kept, themes, bulk.now, first)
    tables = db.metadata.tables
    for rows in papers.batches(bulk.audiences):
        for name in bulk_documents.TABLES:
            insert(session, tables[name], rows[name])


def add_events(session, bulk):
    """All rows of the events."""
    themes = list(session.scalars(sa.select(Theme.key).order_by(Theme.id)))
    dates = bulk_events.Dates(bulk.crowd, bulk.pools, themes, bulk.now, free(Event), free(Series))
    for name, rows in dates.rows(bulk.audiences).items():
        insert(session, db.metadata.tables[name], rows)


def free(model):
    """The first free id of a table."""
    return (db.session.scalar(sa.select(sa.func.max(model.id))) or 0) + 1


def insert(session, table, rows):
    """Insert rows in steps that keep memory small."""
    for start in range(0, len(rows), CHUNK):
        session.execute(sa.insert(table), rows[start : start + CHUNK])


def settle(session):
    """Counters agree, the readers have nothing to tell of all this, and the next ids follow the ones given here."""
    inside = sa.select(sa.func.count()).where(Membership.space_id == Space.id, Membership.state == "in")
    session.execute(sa.update(Space).values(members=inside.scalar_subquery()))
    session.execute(sa.update(readers.Mark).values(at=activity.highest()))
    if not is_sqlite():
        for name in ("thread", "post", "event", "event_series", *NUMBERED):
            session.execute(
                sa.text(
                    f"select setval(pg_get_serial_sequence('{name}', 'id'), (select max(id) from {name}))"
                )
            )
    site.write("demo_large", "yes", told=False)


def analyse():
    """Let the database look at what it holds now, so that it chooses its ways well."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
