"""The record of changes: sealed line by line, in the order of the commits, and never changed."""

import concurrent.futures

import pytest
import sqlalchemy as sa

from app.core import audit
from app.core.audit import AuditEntry
from app.core.database import atomic, is_sqlite
from app.extensions import db


@pytest.fixture
def lines(app):
    """Five lines in three transactions."""
    with app.app_context():
        for numbers in ((1,), (2, 3), (4, 5)):
            with atomic():
                for n in numbers:
                    audit.note(None, "test.done", f"thread:{n}", number=n, words="é ش")
        yield


def past_the_guard(*statements):
    """Change the table as somebody does who has the database: without its triggers."""
    names = (
        ("audit_entry_stays", "audit_entry_remains") if is_sqlite() else ("audit_entry_stays ON audit_entry",)
    )
    with db.engine.begin() as connection:
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_whole_record_fits(lines):
    found = audit.check()
    assert (found.lines, found.broken, found.emptied, found.holds) == (5, 0, 0, True)
    assert audit.check(found.seal).holds and not audit.check("f" * 64).holds


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit_entry SET act = 'test.undone' WHERE id = 3", 3),
        ("UPDATE audit_entry SET actor_id = 9 WHERE id = 2", 2),
        ("UPDATE audit_entry SET ref = 'thread:9' WHERE id = 1", 1),
        ("UPDATE audit_entry SET data = '{\"number\": 7}' WHERE id = 4", 4),
        ("UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE id = 5", 5),
        ("UPDATE audit_entry SET salt = '' WHERE id = 4", 4),
        ("DELETE FROM audit_entry WHERE id = 2", 2),
        ("DELETE FROM audit_entry WHERE id = 1", 1),
        ("UPDATE audit_entry SET id = 6 WHERE id = 5", 5),
    ],
)
def test_the_first_line_that_does_not_fit_is_named(lines, statement, broken):
    past_the_guard(statement)
    assert audit.check().broken == broken


def test_a_cut_end_is_found_by_a_seal_that_was_written_down(lines):
    seal = audit.check().seal
    past_the_guard("DELETE FROM audit_entry WHERE id = 5")
    assert audit.check().broken == 0 and not audit.check(seal).holds


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET act = 'x' WHERE id = 1",
        "UPDATE audit_entry SET data = '{\"a\": 1}' WHERE id = 1",
        "UPDATE audit_entry SET actor_id = 4, data = '{}', salt = '' WHERE id = 1",
        "DELETE FROM audit_entry WHERE id = 1",
    ],
)
def test_the_database_refuses_to_change_a_line(lines, statement):
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), db.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert audit.check().broken == 0


def test_the_words_about_a_person_can_be_emptied_and_nothing_else(lines):
    with atomic():
        assert audit.empty(AuditEntry.ref == "thread:2") == 1
    found = audit.check()
    assert (found.lines, found.broken, found.emptied) == (5, 0, 1)
    assert db.session.scalar(sa.select(AuditEntry.data).where(AuditEntry.ref == "thread:2")) == {}


def test_what_is_rolled_back_leaves_no_gap(lines):
    with pytest.raises(ZeroDivisionError), atomic():
        audit.note(None, "test.never", "thread:1")
        raise ZeroDivisionError
    with atomic():
        audit.note(None, "test.done", "thread:6")
    assert audit.check().lines == 6


def test_outside_a_transaction_nothing_is_written(app):
    with app.app_context(), pytest.raises(RuntimeError):
        audit.note(None, "test.done", "thread:1")


def test_many_writers_at_once_make_one_chain(app):
    def write(who):
        with app.app_context():
            for n in range(10):
                with atomic():
                    audit.note(None, "test.raced", f"thread:{who}", n=n)
                    audit.note(None, "test.raced", f"thread:{who}", n=n, second=True)

    with concurrent.futures.ThreadPoolExecutor(8) as crowd:
        list(crowd.map(write, range(8)))
    with app.app_context():
        found = audit.check()
        assert (found.lines, found.broken) == (160, 0)


def test_the_command_says_what_it_found(app, lines):
    run = app.test_cli_runner().invoke
    good = run(args=["check-audit"])
    assert good.exit_code == 0 and "5 lines fit" in good.output
    seal = good.output.split("newest seal: ")[1].strip()
    past_the_guard("DELETE FROM audit_entry WHERE id = 5")
    assert run(args=["check-audit", "--seal", seal]).exit_code == 1
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET act = 'x' WHERE id = 2")
    bad = run(args=["check-audit"])
    assert bad.exit_code == 1 and "line 2 does not fit" in bad.output
