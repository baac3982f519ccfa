"""A backup holds everything of one moment, and comes back whole, or not at all, into either kind of database."""

import datetime as dt
import io
import json
import zipfile

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from app import create_app
from app.board import acts
from app.core import audit, clock, files
from app.core.activity import Activity
from app.core.backup import rows, running
from app.core.backup.restore import _table
from app.core.database import atomic
from app.extensions import db
from app.members.models import Person
from app.mydata import acts as mydata
from app.mydata import erase, journal
from app.mydata.models import Erasure
from app.spaces.models import Space
from tests import databases, talk
from tests.databases import ON_POSTGRES

pytestmark = pytest.mark.own_database
PAPERS = {"plan.txt": b"Ten points\n", "table.csv": "ville,عدد\nGraz,3\n".encode()}


def site(url, folder, **more):
    return create_app(
        DATABASE_URL=url, INSTANCE_DIR=str(folder / "instance"), TESTING=True, WTF_CSRF_ENABLED=False, JOBS_AT_ONCE=True,
        ARGON2_TIME=1, ARGON2_MEMORY=8, ROLE="cli", **{"SECRET_KEY": "for-tests-only-not-a-secret", **more},
    )  # fmt: skip


def closed(app):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def lived_in(cast):
    """A site with words in three scripts, files, a thank, an edit, and a last fact that was deleted."""
    for name, content in PAPERS.items():
        with cast.app.app_context():
            kept = files.keep(io.BytesIO(content), name)
            acts.start_thread(
                cast.chair.me(), db.session.get(Space, cast.spaces.circle), topic="housing", title=f"Über “{name}” – سكن",
                body="Line\nwith 'quotes', a \\ and 🙂", language="en", audience="space", files=[kept],
            )  # fmt: skip
    talk.starts(cast, cast.neighbour, "To be gone")
    with cast.app.app_context(), atomic() as session:
        audit.note(None, "mail.again", "mail", count=1, words="Über سكن", part=0.1)
        last = session.scalar(sa.select(sa.func.max(Activity.id)))
        session.execute(sa.delete(Activity).where(Activity.id == last))
    return cast


def picture(app):
    """Every row of every table in words, and every file."""
    with app.app_context():
        with db.engine.connect() as line:
            tables = rows.tables(line)
            held = {table.name: list(map(rows.line, line.execute(rows.reading(table)))) for table in tables}
        held["site_value"] = [row for row in held["site_value"] if b"backup" not in row]
        stored = {name: files.store().path(name).read_bytes() for name in files.store().names()}
        closed(app)
        return {name: sorted(lines) for name, lines in held.items()}, stored


def taken(app, path, *more):
    """Make a backup; return its manifest."""
    done = app.test_cli_runner().invoke(args=["backup", str(path), *more])
    assert done.exit_code == 0, done.output
    closed(app)
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def restored(app, path, *more):
    done = app.test_cli_runner().invoke(args=["restore", str(path), *more])
    closed(app)
    return done.exit_code, done.output


@pytest.fixture
def empty(template, tmp_path_factory):
    """Another machine: an empty database and folder of its own."""
    folder = tmp_path_factory.mktemp("other")
    with template.copy(folder) as url:
        other = site(url, folder)
        yield other
        closed(other)


def test_what_is_restored_is_what_was_there(lived_in, empty, tmp_path):
    manifest = taken(lived_in.app, tmp_path / "b.zip")
    assert manifest["files"] == len(PAPERS) and manifest["missing"] == []
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0
    assert restored(empty, tmp_path / "b.zip")[0] == 0
    before, after = picture(lived_in.app), picture(empty)
    assert before[0] == after[0]
    assert before[1] == after[1] and sorted(after[1].values()) == sorted(PAPERS.values())
    assert {name: about["rows"] for name, about in manifest["tables"].items() if name != "site_value"} == {
        name: len(held) for name, held in after[0].items() if name != "site_value"
    }
    with lived_in.app.app_context():
        gone = db.session.scalar(sa.select(sa.func.max(Activity.id))) + 1
    with empty.app_context():
        assert (audit.check().lines, audit.check().broken) == (1, 0)
        me = lived_in.chair.me()
        acts.start_thread(
            me, db.session.get(Space, lived_in.spaces.africa), topic="housing", title="After the restore", body="Words",
            language="en", audience="public",
        )  # fmt: skip
        assert (
            db.session.scalar(sa.select(sa.func.max(Activity.id))) > gone
        )  # a number given out once is not given again


@pytest.mark.skipif(
    not ON_POSTGRES, reason="from one kind of database into the other: TEST_DATABASE=postgresql"
)
def test_from_one_kind_of_database_into_the_other_and_back(lived_in, empty, tmp_path):
    """J15: a small site grows out of SQLite; numbers, addresses and links stay."""
    small = site(f"sqlite:///{tmp_path}/small.db", tmp_path)
    taken(lived_in.app, tmp_path / "large.zip")
    assert restored(small, tmp_path / "large.zip")[0] == 0
    taken(small, tmp_path / "small.zip")
    assert restored(empty, tmp_path / "small.zip")[0] == 0
    assert picture(lived_in.app) == picture(small) == picture(empty)
    with empty.app_context():
        assert (audit.check().lines, audit.check().broken) == (1, 0)
        acts.start_thread(
            lived_in.chair.me(), db.session.get(Space, lived_in.spaces.africa), topic="housing", title="It goes on",
            body="Words", language="en", audience="public",
        )  # fmt: skip
    for app in (small, empty):
        with app.app_context():
            from app.search import index

            index.rebuild()
            page = app.test_client().get("/search?q=Words")
            assert page.status_code == 200
    closed(small)


def test_a_site_that_is_not_empty_is_left_alone(lived_in, tmp_path):
    taken(lived_in.app, tmp_path / "b.zip")
    talk.starts(lived_in, lived_in.chair, "Written after the backup")
    before = picture(lived_in.app)
    code, said = restored(lived_in.app, tmp_path / "b.zip")
    assert code == 1 and "--replace" in said
    assert picture(lived_in.app) == before
    assert restored(lived_in.app, tmp_path / "b.zip", "--replace")[0] == 0
    titles = str(picture(lived_in.app)[0]["thread"])
    assert "Written after the backup" not in titles and "plan.txt" in titles


def rewritten(source, target, change):
    """Copy an archive with something changed; what becomes None is left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


def newer(name, content):
    return content.replace(b'"step": "', b'"step": "9999') if name == "manifest.json" else content


DAMAGES = {
    "a row less": lambda name, content: (
        content.split(b"\n", 1)[1] if name == "tables/person.jsonl" else content
    ),
    "a file changed": lambda name, content: content + b"x" if name.startswith("files/") else content,
    "a file gone": lambda name, content: None if name.startswith("files/") else content,
    "a table gone": lambda name, content: None if name == "tables/post.jsonl" else content,
    "no list": lambda name, content: None if name == "manifest.json" else content,
    "not a list": lambda name, content: b"[]" if name == "manifest.json" else content,
}


def test_a_damaged_or_newer_backup_changes_nothing(lived_in, tmp_path):
    good = tmp_path / "good.zip"
    taken(lived_in.app, good)
    before = picture(lived_in.app)
    bad = {name: rewritten(good, tmp_path / f"{name}.zip", change) for name, change in DAMAGES.items()}
    bad["cut off"] = tmp_path / "cut.zip"
    bad["cut off"].write_bytes(good.read_bytes()[:-200])
    bad["a byte turned"] = tmp_path / "byte.zip"
    content = bytearray(good.read_bytes())
    content[200] ^= 255
    bad["a byte turned"].write_bytes(content)
    bad["no archive"] = tmp_path / "text.zip"
    bad["no archive"].write_text("Minutes of a meeting")
    bad["not there"] = tmp_path / "nothing.zip"
    for name, path in bad.items():
        code, said = restored(lived_in.app, path, "--replace")
        assert (code, "Traceback" in said) == (1, False), f"{name}: {said}"
        assert said.startswith("Error: "), f"{name}: {said}"
    code, said = restored(lived_in.app, rewritten(good, tmp_path / "new.zip", newer), "--replace")
    assert code == 1 and "newer Convivio" in said
    assert picture(lived_in.app) == before


def test_rows_that_do_not_fit_change_nothing(lived_in, tmp_path, monkeypatch):
    """A post whose person is missing, in an archive that is whole: every key is looked at before the switch."""
    taken(lived_in.app, tmp_path / "b.zip")
    before = picture(lived_in.app)
    with monkeypatch.context() as patch:
        patch.setattr("app.core.backup.restore._table", dropped_people)
        code, said = restored(lived_in.app, tmp_path / "b.zip", "--replace")
    assert code == 1 and "as it was" in said, said
    assert picture(lived_in.app) == before


def dropped_people(archive, line, table, about):
    if table.name != "person":
        _table(archive, line, table, about)


def test_while_the_site_runs_nothing_is_restored(lived_in, tmp_path):
    import fcntl
    import pathlib

    taken(lived_in.app, tmp_path / "b.zip")
    lock = pathlib.Path(lived_in.app.config["INSTANCE_DIR"], "web.lock")
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        code, said = restored(lived_in.app, tmp_path / "b.zip", "--replace")
    assert code == 1 and "running" in said
    if ON_POSTGRES:
        other = sa.create_engine(lived_in.app.config["SQLALCHEMY_DATABASE_URI"]).connect()
        code, said = restored(lived_in.app, tmp_path / "b.zip", "--replace")
        other.close()
        other.engine.dispose()
        assert code == 1 and "in use" in said


def test_a_backup_of_an_older_version_takes_the_steps_that_came_since(app, cast, empty, tmp_path):
    """T-59: last night's backup comes back into today's version."""
    from flask_migrate import downgrade

    with app.app_context():
        steps = ScriptDirectory(str(databases.ROOT / "migrations"))
        downgrade(revision="-1")
        closed(app)
    manifest = taken(app, tmp_path / "old.zip")
    assert manifest["step"] != steps.get_current_head()
    assert restored(empty, tmp_path / "old.zip")[0] == 0
    with empty.app_context():
        assert (
            db.session.scalar(sa.text("select version_num from alembic_version")) == steps.get_current_head()
        )
        assert db.session.scalar(sa.text("select count(*) from person")) == 4
    assert cast.chair.client


def test_files_that_are_not_there_are_named_and_the_rest_is_kept(lived_in, tmp_path):
    with lived_in.app.app_context():
        lost, damaged = sorted(files.store().names())
        files.store().delete(lost)
        files.store().path(damaged).write_bytes(b"something else")
    done = lived_in.app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.zip")])
    assert done.exit_code == 1 and "2 files are not in the store" in done.output
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["missing"] == [lost, damaged] and manifest["files"] == 0
    assert manifest["tables"]["thread"]["rows"] == 3


def test_nothing_is_swept_away_under_a_backup(lived_in):
    with lived_in.app.app_context():
        with atomic() as session:
            session.execute(sa.delete(files.Attachment))
        sign = running.Running()
        sign.say()
        later = dt.timedelta(days=-2)  # older than the day after tomorrow: everything
        assert files.sweep(later) == 0
        sign.end()
        assert files.sweep(later) == len(PAPERS)


def test_a_killed_backup_does_not_stop_the_sweep_for_ever(app):
    with app.app_context():
        with clock.at(clock.now() - running.SILENT - running.AGAIN):
            running.Running().say()
        assert not running.is_running()


def test_no_backup_is_written_over_and_old_ones_go(lived_in, tmp_path):
    runner = lived_in.app.test_cli_runner()
    (tmp_path / "b.zip").write_text("mine")
    done = runner.invoke(args=["backup", str(tmp_path / "b.zip")])
    assert done.exit_code == 1 and (tmp_path / "b.zip").read_text() == "mine"
    for day in (1, 2, 3):
        (tmp_path / f"convivio-2020010{day}-000000.zip").touch()
    done = runner.invoke(args=["backup", str(tmp_path), "--keep", "2"])
    assert done.exit_code == 0
    left = sorted(path.name for path in tmp_path.glob("convivio-2*"))
    assert len(left) == 2 and left[0] == "convivio-20200103-000000.zip"


def test_the_secret_comes_along_where_the_installation_keeps_its_own(
    lived_in, template, tmp_path, tmp_path_factory
):
    """Second factors are sealed with it: without it their owners could not come in."""
    folders = [tmp_path_factory.mktemp(name) for name in ("from", "to")]
    with template.copy(folders[0]) as first, template.copy(folders[1]) as second:
        source, target = (
            site(url, folder, SECRET_KEY="") for url, folder in zip((first, second), folders, strict=True)
        )
        assert source.config["SECRET_KEY"] != target.config["SECRET_KEY"]
        taken(source, tmp_path / "b.zip")
        assert restored(target, tmp_path / "b.zip")[0] == 0
        again = site(second, folders[1], SECRET_KEY="")
        assert again.config["SECRET_KEY"] == source.config["SECRET_KEY"]
        for app in (source, target, again):
            closed(app)


# --- who was erased since ---------------------------------------------------------------------------------------


def erased(cast, number):
    """Erase a person, as the secretariat orders it."""
    app = cast.app
    with app.app_context():
        mydata.order(cast.steward.me(), db.session.get(Person, number), "keep", "Asked on paper.")
        orders = sa.select(Erasure.id).where(Erasure.person_id == number)
        erase.run(db.session.scalars(orders.order_by(Erasure.id.desc())).first())
    closed(app)


def found(app, number):
    with app.app_context():
        one = db.session.get(Person, number)
        said = (one.state, one.email, one.name)
    closed(app)
    return said


def test_an_older_backup_brings_nobody_back_who_was_erased(lived_in, tmp_path):
    number, folder = lived_in.neighbour.id, tmp_path / "kept"
    taken(lived_in.app, folder / "old.zip")
    erased(lived_in, number)
    assert found(lived_in.app, number)[0] == "erased"
    code, said = restored(lived_in.app, folder / "old.zip", "--replace")
    assert code == 0 and "Erased again, as they were since: 1 accounts." in said
    state, email, name = found(lived_in.app, number)
    assert state == "erased" and "cast.example" not in email and "Neighbour" not in name
    assert found(lived_in.app, lived_in.outsider.id)[0] == "active"


def test_the_file_beside_the_backups_tells_another_machine(lived_in, empty, tmp_path):
    number = lived_in.neighbour.id
    taken(lived_in.app, tmp_path / "old.zip")
    erased(lived_in, number)
    taken(lived_in.app, tmp_path / "new.zip")  # the file lies beside it from now on
    lines = (tmp_path / "erasures.jsonl").read_text()
    assert "neighbour" not in lines.lower() and "@" not in lines and f'"person": {number}' in lines
    assert (tmp_path / "erasures.jsonl").stat().st_mode & 0o077 == 0
    code, said = restored(empty, tmp_path / "old.zip")
    assert code == 0 and "Erased again" in said and found(empty, number)[0] == "erased"


def test_without_that_file_and_for_another_account_nothing_is_erased(lived_in, empty, tmp_path):
    number = lived_in.neighbour.id
    taken(lived_in.app, tmp_path / "old.zip")
    foreign = {"at": "2026-01-01T00:00:00+00:00", "person": number, "mark": "0" * 32, "words": "keep"}
    (tmp_path / "erasures.jsonl").write_text(f"{json.dumps(foreign)}\nno line\n{{\n")
    code, said = restored(empty, tmp_path / "old.zip")
    assert code == 0 and "Erased again" not in said and found(empty, number)[0] == "active"


def test_a_line_that_was_cut_off_takes_no_later_one_along(tmp_path):
    path = tmp_path / "erasures.jsonl"
    path.write_text('{"person": 1, "ma')
    for number in (2, 3, 2):
        journal.add(path, [{"person": number, "mark": "a" * 32, "words": "keep"}])
    assert [line["person"] for line in journal.read(path)] == [2, 3]
    assert path.read_text().count("\n") == 3
