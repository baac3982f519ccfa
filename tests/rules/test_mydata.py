"""Whatever points to a person stands in app/mydata/columns.py; after an erasure nothing of the person is found anywhere.

Failed here after a new column or table? Add a line to COLUMNS in app/mydata/columns.py: what an erasure does with the
column, and whether rows with the person's number in it belong to the copy of one's data. The messages say which.
"""

import os
import pathlib
import re
import subprocess
import sys

import pytest
import sqlalchemy as sa

from app.core import audit, clock, files, readers
from app.core.database import atomic
from app.extensions import db
from app.members import acts as members
from app.members.models import Organisation, Person
from app.mydata import acts, columns, copies, erase, scrub
from app.mydata.models import Erasure
from tests import talk
from tests.databases import ROOT
from tests.seat import Seat

NUMBERS = re.compile(r"(^|_)(person|author|actor|by|to|who|owner|holder|inviter|from)_id$")
LINES = {"by"}
ADDRESSES = re.compile(r"(^|_)(email|address|to)$")
REFS = re.compile(r"(^|_)(ref|subject|about|room)$")
# Look like it and are none.
OTHER = {"outbox_mail.subject", "organisation.about", "person.about"}
HELP = (
    "add it to COLUMNS in app/mydata/columns.py: MINE_GONE (the row goes with the person and is part of the copy), "
    "MINE_KEPT (the row stays, its number names nobody any longer), OTHERS (a number in somebody else's row), "
    "Column(LINE) for an author line in JSON, Column(NAME) for a name as text, Column(ROW) for an address"
)


def points_to_a_person(column):
    """Say whether a column points to a person, by its key or by what it is called."""
    if f"{column.table.name}.{column.name}" in OTHER:
        return False
    if any(key.column.table.name == "person" for key in column.foreign_keys):
        return True
    if isinstance(column.type, sa.JSON):
        return column.name in LINES
    if isinstance(column.type, sa.String):
        return bool(ADDRESSES.search(column.name) or REFS.search(column.name))
    return isinstance(column.type, sa.Integer) and bool(NUMBERS.search(column.name))


def all_columns():
    return [column for table in db.metadata.sorted_tables for column in table.columns]


def test_every_column_that_points_to_a_person_is_listed(app):
    names = {f"{c.table.name}.{c.name}" for c in all_columns() if points_to_a_person(c)}
    missing = sorted(names - set(columns.COLUMNS))
    assert not missing, f"{missing}: {HELP}"


def test_nothing_is_listed_that_is_not_there(app):
    there = {f"{c.table.name}.{c.name}" for c in all_columns()}
    assert set(columns.COLUMNS) - there == set()
    tables = {table.name for table in db.metadata.sorted_tables}
    assert set(columns.LEFT_ALONE) - tables - {"alembic_version"} == set()


def test_a_person_who_leaves_takes_no_table_along_that_others_hang_on(app):
    """What goes as a whole row must be nobody's parent: the delete would fail half-way."""
    gone = {name.partition(".")[0] for name, column in columns.COLUMNS.items() if column.erase == columns.ROW}
    parents = {key.column.table.name for column in all_columns() for key in column.foreign_keys}
    assert gone & parents == set()


def test_the_job_process_knows_the_tasks(tmp_path):
    """Tasks register when their module is imported: the app itself has to do that, not a test."""
    code = "from app import create_app; from app.core import jobs; create_app(); print(sorted(jobs._tasks))"
    bare = {**os.environ, "INSTANCE_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    said = subprocess.run(
        [sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "'data_copy'" in said.stdout and "'erasure'" in said.stdout


# --- a marked person -----------------------------------------------------------------------------------------

NAME, HANDLE, EMAIL = "Quokka Élan Xylophone", "quokka-xylophone", "quokka.xylophone@cast.example"
MARKS = ("quokka", "xylophone")


@pytest.fixture
def marked(world, cast):
    """A person whose name, handle and address are found nowhere else, and who did one of everything."""
    with cast.app.app_context():
        person = members.add_person(None, email=EMAIL, name=NAME, handle=HANDLE, about=f"I am {NAME}.")
        members.give_seat(
            None, person, db.session.get(Organisation, cast.organisations.neighbour), role="focal point",
            title="Equality office", may_publish=True,
        )  # fmt: skip
        members_of(cast, person.id)
        number = person.id
    seat = Seat(cast.app, number, "quokka")
    does_everything(cast, seat)
    with cast.app.app_context():
        readers.tell_all()
    return seat


def members_of(cast, person_id):
    from app.members.signed_in import as_person
    from app.spaces import acts as spaces
    from app.spaces.models import Space

    for name in ("network", "africa"):
        spaces.join(as_person(person_id), db.session.get(Space, getattr(cast.spaces, name)))


def does_everything(cast, seat):
    """Write for the organisation and personally, conclude, thank, report, mention and be mentioned, follow, send a photo."""
    own = talk.starts(cast, seat, "What do we keep?", body=f"Said for the city by @{HANDLE}.")
    talk.replies(cast, seat, own, "Said by myself.", personally=True)
    talk.replies(
        cast, cast.chair, own, f"As @{HANDLE} says. Write to {EMAIL}. See /people/{seat.id}-{HANDLE} too."
    )
    talk.shares(cast, seat, "A thing of my own.", personally=True)
    talk.shares(cast, cast.chair, f"Thanks to @{HANDLE}!")
    talk.shares(cast, seat, "A thing of ours.")
    seat.posts(f"/discussions/{own}/conclude", {"body": f"It stands. @{HANDLE}"})
    seat.posts(
        f"/discussions/{own}/posts/1/edit", {"title": "What do we keep?", "body": f"Changed by @{HANDLE}."}
    )
    seat.posts(f"/discussions/{own}/posts/3/thank")
    seat.posts(f"/discussions/{own}/read", {"number": "3"})
    seat.posts("/report", {"ref": f"post:{_post(cast, own, 3)}", "reason": "hate", "words": "A word."})
    cast.outsider.posts(f"/people/{seat.id}/follow", {"idempotency_key": "follow-them"})
    cast.outsider.posts("/report", {"ref": f"person:{seat.id}", "reason": "hate", "words": "x"})
    cast.outsider.posts("/report", {"ref": f"update:{_update(cast, seat)}", "reason": "hate", "words": "x"})
    cast.steward.posts(f"/discussions/{own}/posts/2/remove", {"reason": "Not here."})
    seat.posts("/sign-in/link", {"email": EMAIL})
    seat.posts("/messages/new", {"to": "chair", "body": f"From @{HANDLE} to one alone."})
    cast.chair.posts(
        "/messages/new", {"to": [HANDLE, "outsider"], "body": f"To @{HANDLE}, at {EMAIL}, from me."}
    )
    with cast.app.app_context():
        copies.ask(seat.id)
        hangs_photo(seat.id)


def _post(cast, thread, number):
    from app.board.models import Post

    with cast.app.app_context():
        return db.session.scalar(sa.select(Post.id).where(Post.thread_id == thread, Post.number == number))


def _update(cast, seat):
    from app.feed.models import Update

    with cast.app.app_context():
        return db.session.scalar(sa.select(Update.id).where(Update.author_id == seat.id).limit(1))


def hangs_photo(person_id):
    import io

    person = db.session.get_one(Person, person_id)
    kept = files.keep(io.BytesIO(b"the bytes of a photo"), "quokka.txt")
    with atomic() as session:
        row = files.attach(kept, person.ref, person, person.id)
        session.flush()
        person.picture_id = row.id


def left(names=MARKS):
    """Return where something of the person still stands in the database, and what."""
    found = []
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, sa.String | sa.JSON):
                continue
            text = sa.func.lower(sa.cast(column, sa.Text))
            hit = db.session.execute(
                sa.select(sa.cast(column, sa.Text))
                .where(sa.or_(*(text.contains(name) for name in names)))
                .limit(2)
            ).scalars()
            found += [(f"{table.name}.{column.name}", value[:120]) for value in hit]
    if db.engine.dialect.name == "sqlite":
        for name in names:
            match = sa.text("select count(*) from search_fts where search_fts match :name")
            found += [("search_fts", name)] * db.session.scalar(match, {"name": name})
    return found


def erased(cast, seat, words="keep"):
    with cast.app.app_context():
        acts.order(cast.steward.me(), db.session.get_one(Person, seat.id), words, "Asked on paper.")
        assert (
            db.session.scalars(sa.select(Erasure.state).where(Erasure.person_id == seat.id)).one() == "done"
        )
        readers.tell_all()


@pytest.mark.parametrize("words", ["keep", "take"])
def test_nothing_of_an_erased_person_is_found(cast, marked, words):
    with cast.app.app_context():
        before = {name for name, _value in left()}
        folder = pathlib.Path(cast.app.config["INSTANCE_DIR"])
        photo = db.session.scalar(
            sa.select(files.Attachment.hash).where(files.Attachment.subject == f"person:{marked.id}")
        )
        seal = audit.check().seal
    wanted = {
        "thread.by",
        "post.html",
        "activity.by",
        "search_entry.body",
        "notice.by",
        "outbox_mail.to",
        "post_edit.body",
        "message.body",
        "message.by",
    }
    assert wanted <= before, wanted - before  # the marked person did all that
    erased(cast, marked, words)
    with cast.app.app_context():
        still = left()
        assert not still, f"still there after an erasure: {still}; {HELP}"
        checked = audit.check(seal)
        assert not checked.broken and checked.holds
        assert db.session.get_one(Person, marked.id).state == "erased"
        _no_row_is_left(marked.id)
        files.sweep(clock.now() - clock.now())
        assert not files.store().exists(photo)
        for path in (*folder.glob("mail/*.eml"), *folder.glob("files/*/*")):
            data = path.read_bytes().lower()
            assert not any(mark.encode() in data for mark in MARKS), path
    for seat in (cast.chair, cast.steward, cast.visitor):
        for path in (
            "/search?q=quokka",
            "/members?who=people&q=quokka",
            "/mentions?q=quok",
            "/feed.atom",
            "/",
        ):
            page = seat.gets(path).text.lower().replace("q=quokka", "").replace('value="quokka"', "")
            assert "xylophone" not in page, path


def _no_row_is_left(number):
    for name, column in columns.COLUMNS.items():
        table, _dot, field = name.partition(".")
        if column.erase in (columns.ROW, columns.CLEAR):
            kept = db.metadata.tables[table].c[field]
            value = f"person:{number}" if isinstance(kept.type, sa.String) else number
            assert db.session.execute(sa.select(kept).where(kept == value)).first() is None, name


def test_every_text_column_is_read_through_or_left_alone_on_purpose(app):
    """The words of a new table are read through without a line; what is not is named."""
    for table in db.metadata.sorted_tables:
        texts = [c for c in table.columns if isinstance(c.type, sa.String | sa.JSON)]
        if texts and table.name not in columns.LEFT_ALONE:
            assert scrub.looked_through(table), table.name


def test_an_erasure_can_be_run_again_at_any_step(cast, marked):
    """Each step twice: the end is the same."""
    with cast.app.app_context():
        with atomic() as session:
            one = Erasure(
                person_id=marked.id,
                open_for=marked.id,
                words="keep",
                state="running",
                at=clock.now(),
                due=clock.now(),
            )
            session.add(one)
        traces = erase.traces_of(db.session.get_one(Person, marked.id))
        for step in erase.STEPS[:-1]:
            for _ in range(2):
                step(one, traces)
        erase.run(one.id)
        erase.run(one.id)
        assert left() == []
