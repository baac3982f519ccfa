"""Durable readers: each fact has its effect exactly once, and one bad fact stops nobody."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from app.core import activity, audit, clock, database, readers
from app.core.activity import Activity, record
from app.core.audience import PUBLIC, audience_of
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.core.readers import Mark, Untold
from app.extensions import db
from tests.kernel.test_atomic import together

FACTS = 120


@pytest.fixture
def book(app, monkeypatch):
    """An app with one reader, `book`, that writes a line for each fact; `book.bad` are facts it fails on."""

    def write(fact):
        audit.note(None, "told", fact.subject)
        if fact.subject in write.bad:
            database.later(lambda: write.rung.append(fact.subject))
            record("test.answered", actor=None, subject=fact.subject)
            db.session.flush()
            raise LookupError(fact.subject)

    write.bad, write.rung = set(), []
    monkeypatch.setattr(readers, "_readers", {"book": write})
    with app.app_context():
        with atomic():
            audience_of("nobody")
            for number in range(FACTS):
                record("test.happened", actor=None, subject=f"test:{number}", audience_id=audience_of(PUBLIC))
        yield write


def told():
    return sorted(db.session.scalars(sa.select(AuditEntry.ref)), key=lambda ref: int(ref[5:]))


ALL = [f"test:{number}" for number in range(FACTS)]


def test_each_fact_has_its_effect_once(book):
    readers.tell_all()
    readers.tell_all()
    assert told() == ALL
    assert readers.lag() == {"book": 0}
    assert not readers.has_work("book")


def test_a_batch_is_bounded(book):
    assert readers.tell_one("book") == 1  # the bookmark is made first
    assert readers.tell_one("book") == readers.BATCH
    assert readers.lag() == {"book": FACTS - readers.BATCH}


def test_a_bad_fact_is_put_aside_and_stops_nobody(book):
    book.bad = {"test:7", "test:90"}
    with clock.at(clock.now()):  # nothing is due for a second try, however slow the machine
        readers.tell_all()
    assert told() == [ref for ref in ALL if ref not in book.bad]
    rows = db.session.execute(sa.select(Untold.tries, Untold.error).order_by(Untold.fact_id)).all()
    assert [tuple(row) for row in rows] == [(1, "LookupError: test:7"), (1, "LookupError: test:90")]
    assert readers.lag() == {"book": 0}


def test_half_an_effect_never_stays(book):
    """Not the row, not the fact that was recorded on the way, not what was to be called later."""
    book.bad = {"test:7"}
    readers.tell_all()
    assert "test:7" not in told()
    assert db.session.scalar(sa.select(sa.func.count()).where(Activity.verb == "test.answered")) == 0
    assert book.rung == []


def test_what_was_put_aside_is_tried_again_when_it_is_due_and_then_told_once(book):
    book.bad = {"test:7"}
    start = clock.now()
    with clock.at(start):
        readers.tell_all()
        assert readers.retry("book") == 0  # a second has to pass
    book.bad = set()
    with clock.at(start + dt.timedelta(seconds=2)):
        assert readers.has_work("book")
        assert readers.retry("book") == 1
        assert readers.retry("book") == 0
    assert told() == ALL
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Untold)) == 0


def test_the_pauses_grow_and_end(book):
    book.bad = {"test:7"}
    moment, pauses = clock.now(), []
    with clock.at(moment):
        readers.tell_all()
    for _ in range(20):
        row = db.session.execute(sa.select(Untold.again_at)).scalar_one()
        if row is None:
            break
        pauses.append((row - moment).total_seconds())
        moment = row
        with clock.at(moment):
            readers.retry("book")
    assert pauses == [2**n for n in range(readers.MOST_TRIES - 1)]
    assert not readers.has_work("book")


def test_a_killed_batch_leaves_neither_effects_nor_bookmark(book, monkeypatch):
    readers.tell_one("book")
    monkeypatch.setattr(database, "_last_steps", [lambda session: (_ for _ in ()).throw(KeyboardInterrupt)])
    with pytest.raises(KeyboardInterrupt):
        readers.tell_one("book")
    assert (told(), db.session.get(Mark, "book", populate_existing=True).at) == ([], 0)


def test_two_job_processes_at_once_tell_each_fact_once(book, app):
    book.bad = {"test:3", "test:4"}

    def read():
        with app.app_context():
            for _ in range(6):
                readers.tell_one("book")
                db.session.remove()

    together([read] * 4)
    assert told() == [ref for ref in ALL if ref not in book.bad]


def test_two_job_processes_try_again_once(book, app):
    book.bad = {f"test:{number}" for number in range(20)}
    readers.tell_all()
    book.bad = set()
    due = clock.now() + dt.timedelta(seconds=2)

    def again():
        with app.app_context(), clock.at(due):
            readers.retry("book")

    together([again] * 4)
    with clock.at(due):
        readers.retry("book")
    assert told() == ALL


def test_a_fact_that_is_gone_is_forgotten(book):
    book.bad = {"test:7"}
    readers.tell_all()
    with atomic():
        db.session.execute(sa.delete(Activity).where(Activity.subject == "test:7"))
    with clock.at(clock.now() + dt.timedelta(seconds=2)):
        readers.retry("book")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Untold)) == 0


def test_a_reader_that_is_new_begins_at_the_first_fact(book):
    readers.tell_all()
    readers._readers["later"] = book
    assert readers.lag() == {"book": 0, "later": activity.highest()}
    readers.tell_all()
    assert told() == sorted(ALL * 2, key=lambda ref: int(ref[5:]))


def test_threads_keep_their_clocks(book):
    seen = []
    with clock.at(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)):
        thread = threading.Thread(target=lambda: seen.append(clock.now().year))
        thread.start()
        thread.join()
    assert seen != [2020]
