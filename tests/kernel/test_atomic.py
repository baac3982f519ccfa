"""The one transaction of an act, and the numbers of facts."""

import datetime as dt
import multiprocessing
import threading

import pytest
import sqlalchemy as sa

from app import create_app
from app.core import activity, audience, audit, clock, database, readers, watches
from app.core.activity import Activity, record
from app.core.audience import MEMBERS, PUBLIC, audience_of, may_see, person_room, readdress, rooms_of
from app.core.database import atomic
from app.core.files import Attachment, Blob
from app.extensions import db
from app.library.models import Page
from app.notifications.models import Notice
from app.search.models import SearchEntry
from tests import databases

PARIS = dt.timezone(dt.timedelta(hours=2))


@pytest.fixture
def inside(app):
    with app.app_context():
        yield app


def happen(verb="test.happened", subject="test:1", **more):
    record(verb, actor=None, subject=subject, audience_id=audience_of(PUBLIC), **more)


def count(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


class TestOneTransaction:
    def test_an_inner_block_joins_the_outer_one(self, inside):
        with atomic() as outer:
            happen(subject="test:1")
            with atomic() as inner:
                assert inner is outer
                happen(subject="test:2")
            assert inner.in_transaction()
            assert others_see(inside, Activity) == 0
        assert others_see(inside, Activity) == 2

    def test_an_error_inside_takes_all_back(self, inside):
        called = []
        with pytest.raises(ZeroDivisionError):
            with atomic():
                audit.note(None, "test", "test:1")
                with atomic():
                    happen()
                    database.later(lambda: called.append("later"))
                1 / 0  # noqa: B018
        with atomic():
            audit.note(None, "test", "test:2")
        assert (called, count(Activity), count(audit.AuditEntry)) == ([], 0, 1)

    def test_an_error_in_an_inner_block_that_is_caught_leaves_the_outer_one_to_decide(self, inside):
        with atomic():
            happen(subject="test:1")
            try:
                with atomic():
                    happen(subject="test:2")
                    raise LookupError
            except LookupError:
                pass
        assert count(Activity) == 2  # inner blocks are no savepoints: who catches keeps what was done

    def test_an_error_at_the_commit_takes_all_back(self, inside):
        with pytest.raises(sa.exc.IntegrityError):
            with atomic() as session:
                happen()
                session.add_all([audience.Audience(key="same"), audience.Audience(key="same")])
        assert (count(Activity), count(audience.AudienceRoom)) == (0, 0)

    def test_what_is_for_later_runs_after_the_commit_in_order(self, inside):
        seen = []
        with atomic():
            happen()
            database.later(lambda: seen.append(others_see(inside, Activity)))
            database.later(lambda: 1 / 0)  # an error there is logged and stops nobody
            database.later(lambda: seen.append("second"))
            assert seen == []
        assert seen == [1, "second"]

    def test_a_fact_outside_is_refused(self, inside):
        audience_of(PUBLIC)
        db.session.rollback()
        with pytest.raises(RuntimeError):
            record("test.happened", actor=None, subject="test:1", audience_id=1)

    def test_a_commit_of_facts_rings_and_one_without_does_not(self, inside, monkeypatch):
        rung = []
        monkeypatch.setattr(database, "_after_commit", [lambda: rung.append(1)])
        with atomic():
            audit.note(None, "test", "test:1")
        assert rung == []
        with atomic():
            happen()
        assert rung == [1]

    def test_a_second_thread_waits_and_loses_nothing(self, inside):
        """Twelve threads add to one number; each sees what the one before has written."""
        with atomic():
            db.session.add(readers.Mark(reader="count", at=0))

        def add():
            with inside.app_context():
                for _ in range(5):
                    with atomic():
                        mark = db.session.get(
                            readers.Mark, "count", with_for_update=True, populate_existing=True
                        )
                        mark.at += 1
                    db.session.remove()

        together([add] * 12)
        db.session.expire_all()
        assert db.session.get(readers.Mark, "count").at == 60


def others_see(app, table):
    """Return how many rows another connection sees."""
    with db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def together(functions):
    """Run functions in threads at once; raise the first error of any."""
    errors, gate = [], threading.Barrier(len(functions))

    def run(fn):
        try:
            gate.wait(30)
            fn()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(fn,)) for fn in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]


class TestTime:
    def test_what_comes_back_is_aware_and_utc(self, inside):
        moment = dt.datetime(2026, 7, 1, 12, 30, 15, 123456, PARIS)
        with clock.at(moment), atomic():
            happen()
        db.session.expire_all()
        at = db.session.scalar(sa.select(Activity.at))
        assert at == moment
        assert (at.tzinfo, at.hour) == (dt.UTC, 10)

    def test_a_time_without_a_zone_is_refused(self, inside):
        with pytest.raises(sa.exc.StatementError):
            db.session.scalar(sa.select(Activity.id).where(Activity.at > dt.datetime(2026, 1, 1)))

    def test_comparing_goes_by_the_moment(self, inside):
        with clock.at(dt.datetime(2026, 7, 1, 12, 0, tzinfo=PARIS)), atomic():
            happen()
        later = dt.datetime(2026, 7, 1, 10, 0, 1, tzinfo=dt.UTC)
        assert db.session.scalar(sa.select(Activity.id).where(Activity.at < later)) is not None
        assert (
            db.session.scalar(sa.select(Activity.id).where(Activity.at < later - dt.timedelta(seconds=2)))
            is None
        )


class TestAudiences:
    def test_an_audience_is_kept_once_whatever_the_order(self, inside):
        with atomic():
            one = audience_of(person_room(1), MEMBERS)
            assert one == audience_of(MEMBERS, person_room(1), MEMBERS)
        assert rooms_of(one) == {MEMBERS, "person:1"}

    @pytest.mark.parametrize(
        "rooms", [(), ("",), ("everybody",), ("space:",), ("space:x",), ("space:1,public",)]
    )
    def test_what_is_no_audience_raises(self, inside, rooms):
        with pytest.raises(ValueError):
            audience_of(*rooms)

    def test_a_rolled_back_audience_is_not_remembered(self, inside):
        with pytest.raises(LookupError):
            with atomic():
                gone = audience_of(person_room(4))
                assert rooms_of(gone) == {"person:4"}
                raise LookupError
        with atomic():
            other = audience_of(person_room(5))  # on SQLite it gets the number of the one that is gone
        assert rooms_of(other) == {"person:5"}
        with inside.app_context():  # another session, the same process
            assert rooms_of(other) == {"person:5"}
            assert not may_see(audience.Viewer(4, frozenset({"person:4"})), other)
            with atomic():
                again = audience_of(person_room(4))
            assert again != other
            assert rooms_of(again) == {"person:4"}

    def test_an_audience_that_is_not_there_is_nobody_and_not_remembered(self, inside):
        assert rooms_of(1) == {"nobody"}
        with atomic():
            assert audience_of(PUBLIC) == 1
        assert rooms_of(1) == {"public"}

    def test_twelve_at_once_make_one(self, inside):
        found = []

        def make():
            with inside.app_context(), atomic():
                found.append(audience_of(MEMBERS, person_room(9)))

        together([make] * 12)
        assert len(set(found)) == 1
        assert count(audience.AudienceRoom) == 2

    def test_all_that_follows_a_root_is_readdressed(self, inside):
        with atomic():
            wide, narrow = audience_of(PUBLIC), audience_of(person_room(1))
            for root in ("thread:1", "thread:11"):
                happen(subject=root)
                everything_of(root, wide)
        with atomic():
            readdress("thread:1", narrow)
        for model in audience._followers:
            found = dict(db.session.execute(sa.select(model.root, model.audience_id)).all())
            if model.__tablename__ not in ("post",):
                assert found == {"thread:1": narrow, "thread:11": wide}, model.__tablename__
        assert {m.__tablename__ for m in audience._followers} >= {
            "activity", "attachment", "post", "notice", "search_entry", "document_page", "message", "action_note"
        }  # fmt: skip


def everything_of(root, audience_id):
    """One row of each table that follows a root (posts are made by the board's own tests)."""
    person_id = somebody()
    mark = f"{root:x<64}"
    db.session.add(Blob(hash=mark, size=1, at=clock.now()))
    db.session.flush()
    common = {"root": root, "audience_id": audience_id, "at": clock.now()}
    db.session.add_all(
        [
            Attachment(
                **common, subject=root, hash=mark, name="a.txt", type="text/plain", size=1, state="ready"
            ),
            Notice(
                **common, person_id=person_id, reason="follow", first_id=1, last_id=1, verb="test.happened"
            ),
            SearchEntry(**common, ref=root, kind="thread", url="/"),
            Page(root=root, audience_id=audience_id, number=1, **a_version(person_id, audience_id)),
            a_message(person_id, common),
            a_note(person_id, common),
        ]
    )
    db.session.flush()


def a_note(person_id, common):
    """Return a note on an action of its own."""
    from app.actions.models import Action, Note
    from app.spaces.models import Space

    words = {"by": {"name": "A"}, "body": "a", "html": "a", "renderer": 1}
    space_id = db.session.scalar(sa.select(sa.func.max(Space.id)))
    moments = {"at": common["at"], "changed": common["at"], "state_at": common["at"]}
    own = {"space_id": space_id, "audience_id": common["audience_id"], "author_id": person_id, "title": "A"}
    action = Action(by=words["by"], language="en", **moments, **own)
    db.session.add(action)
    db.session.flush()
    return Note(**common, **words, action_id=action.id, author_id=person_id)


def a_message(person_id, common):
    """Return a message in a conversation of its own."""
    from app.messages.models import Conversation, Message

    talk = Conversation(audience_id=common["audience_id"], at=common["at"])
    db.session.add(talk)
    db.session.flush()
    words = {"by": {"name": "A"}, "body": "a", "html": "a", "renderer": 1}
    return Message(**common, **words, conversation_id=talk.id, number=1, author_id=person_id)


def a_version(person_id, audience_id):
    """Return the numbers of a new version and of its document, by name."""
    from app.library.models import Document, Version
    from app.spaces.models import Space

    now, by = clock.now(), {"name": "A"}
    number = db.session.scalar(sa.select(sa.func.count()).select_from(Space))
    space = Space(
        audience_id=audience_id, form="group", key=f"s{number}", handle=f"s{number}", name="S", at=now
    )
    db.session.add(space)
    db.session.flush()
    common = {"language": "en", "by": by, "at": now}
    own = {
        "space_id": space.id,
        "audience_id": audience_id,
        "author_id": person_id,
        "sorted": now,
        "changed": now,
    }
    paper = Document(**common, **own, title="D")
    db.session.add(paper)
    db.session.flush()
    file = {"hash": "0" * 64, "name": "a.pdf", "mime": "application/pdf", "size": 1}
    version = Version(**common, **file, document_id=paper.id, number=1)
    db.session.add(version)
    db.session.flush()
    return {"version_id": version.id, "document_id": paper.id}


def somebody():
    """Return the number of a person."""
    from app.members.models import Person

    known = db.session.scalar(sa.select(Person.id).limit(1))
    if known is None:
        person = Person(
            audience_id=audience_of(MEMBERS), email="a@example.org", handle="a", name="A", at=clock.now()
        )
        db.session.add(person)
        db.session.flush()
        known = person.id
    return known


class TestFollowing:
    def test_a_soft_wish_leaves_a_choice_alone(self, inside):
        with atomic():
            watches.watch(1, "thread:1", watches.MUTE)
            watches.watch(1, "thread:1", watches.FOLLOW, softly=True)
            watches.watch(2, "thread:1", watches.FOLLOW, softly=True)
        assert (watches.level(1, "thread:1"), watches.followers("thread:1")) == ("mute", [2])


# --- facts numbered in the order of their commits -----------------------------------------------------------

PROCESSES, THREADS, EACH = 2, 4, 15


def write(url, folder, number, ready):
    """A process of its own whose threads record facts, with a little work before each commit."""
    app = create_app(DATABASE_URL=url, INSTANCE_DIR=folder, TESTING=True, SECRET_KEY="x" * 20, ROLE="web")

    def line(first):
        with app.app_context():
            for turn in range(first, first + EACH):
                with atomic():
                    happen(subject=f"test:{turn}")
                    db.session.execute(sa.text("select 1"))
                    threading.Event().wait(turn * 7 % 5 / 1000)
                db.session.remove()

    ready.wait(60)
    together([lambda n=n: line((number * THREADS + n) * EACH) for n in range(THREADS)])
    with app.app_context():
        db.engine.dispose()


@pytest.mark.own_database
def test_a_reader_with_a_bookmark_loses_no_fact_of_parallel_writers(inside, database_url, tmp_path):
    """T-55: numbers follow commits, so whoever remembers the highest number seen steps over none."""
    with atomic():
        audience_of(PUBLIC)
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(PROCESSES + 1)
    writers = [
        spawn.Process(target=write, args=(database_url, str(tmp_path / "i"), number, ready))
        for number in range(PROCESSES)
    ]
    for writer in writers:
        writer.start()
    ready.wait(60)
    seen, at = [], 0
    while True:
        working = any(writer.is_alive() for writer in writers)
        facts = activity.facts_after(at, 50)
        db.session.rollback()
        seen += [fact.subject for fact in facts]
        at = facts[-1].id if facts else at
        if not facts and not working:
            break
        threading.Event().wait(0.001)
    assert [writer.exitcode for writer in writers] == [0] * PROCESSES
    for writer in writers:
        writer.close()
    assert len(seen) == len(set(seen)) == PROCESSES * THREADS * EACH


def test_without_the_lock_facts_would_be_lost(inside, monkeypatch):
    """The proof that the proof proves: two transactions, the later number commits first, the reader steps over."""
    if not databases.ON_POSTGRES:
        with db.engine.connect() as first, db.engine.connect() as second:
            first.exec_driver_sql("begin immediate")
            with pytest.raises(sa.exc.OperationalError):  # one writer: numbers follow commits by themselves
                second.exec_driver_sql("pragma busy_timeout = 1")
                second.exec_driver_sql("begin immediate")
        return
    with db.engine.connect() as first, db.engine.connect() as second:
        row = {c.name: None for c in activity._COLUMNS} | {
            "at": clock.now(), "verb": "x", "by": {}, "root": "a", "audience_id": 1, "data": {},
            "title": "", "excerpt": "", "lang": "", "url": "",
        }  # fmt: skip
        plain = sa.insert(Activity.__table__)
        first.execute(plain, {**row, "subject": "early"})
        second.execute(plain, {**row, "subject": "late"})
        second.commit()
        at = activity.highest()
        db.session.rollback()
        first.commit()
    assert [fact.subject for fact in activity.facts_after(at, 9)] == []  # "early" was stepped over
    db.session.rollback()
    with db.engine.connect() as first, db.engine.connect() as second:
        first.execute(activity._locked_insert(), {**row, "subject": "early"})
        second.execute(sa.text("set lock_timeout = '100ms'"))
        with pytest.raises(sa.exc.OperationalError):
            second.execute(activity._locked_insert(), {**row, "subject": "late"})


def test_a_deleted_last_number_is_not_given_again(inside):
    with atomic():
        happen()
    top = activity.highest()
    with atomic():
        db.session.execute(sa.delete(Activity))
    with atomic():
        happen()
    assert activity.highest() > top
