"""The secretariat reads the record of changes by thing and person, takes it as a table, and has it checked."""

import ast
import csv
import io
import pathlib

import pytest
import sqlalchemy as sa

from app.admin import words
from app.core import audit, tables
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.extensions import db
from app.members import acts
from app.members.models import Organisation, Person
from tests import talk
from tests.seat import key_of
from tests.stories import test_joining as joining


@pytest.fixture
def noted(app, cast):
    with app.app_context(), atomic():
        chair = cast.chair.me()
        audit.note(chair, "space.role", f"person:{cast.neighbour.id}", role="librarian")
        audit.note(cast.steward.me(), "space.enter", f"space:{cast.spaces.circle}")
        db.session.execute(
            sa.update(Person).where(Person.id == cast.chair.id).values(name='=HYPERLINK("http://x.example")')
        )


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))


def test_by_thing_and_by_person(app, cast, noted):
    page = cast.steward.gets(f"/admin/audit?about=person:{cast.neighbour.id}").text
    assert "Neighbour desk" in page and "Entered a private group</" not in page.split("<table")[1]
    assert f"/admin/audit?about=space%3A{cast.spaces.circle}" in cast.steward.gets("/admin/audit").text
    by_person = cast.steward.gets("/admin/audit?person=steward").text.split("<table")[1]
    assert "Entered a private group" in by_person and "Changed a role" not in by_person
    assert "No changes here" in cast.steward.gets("/admin/audit?about=person:99999").text


def about(cast, ref):
    return {row[4] for row in rows_of(cast.steward.posts("/admin/audit/export", {"about": ref}))[1:]}


def test_what_was_done_about_a_person_is_found_whatever_the_line_names(app, cast):
    africa = f"/groups/{cast.spaces.africa}/people/{cast.neighbour.id}"
    cast.chair.posts(f"{africa}/role", {"role": "librarian"})  # its line names the group
    update = talk.shares(cast, cast.neighbour, "It insults.")  # what is decided names the update
    cast.outsider.posts("/report", {"ref": f"update:{update}", "reason": "hate", "words": ""})
    cast.steward.posts("/moderation/1", {"deed": "warn", "reason": "hate", "words": "Please.", "days": "7"})
    me = f"person:{cast.neighbour.id}"
    assert {"space.role", "moderation.warn"} <= about(cast, me)
    assert "moderation.warn" in about(cast, "case:1") and "moderation.warn" in about(cast, f"update:{update}")
    assert "moderation.warn" not in about(cast, f"person:{cast.outsider.id}")
    page = cast.steward.gets(f"/admin/audit?about={me}").text.split("<table")[1]
    assert "Changed a role" in page and "Asked an author for a change" in page


def test_a_seat_is_found_under_its_organisation(cast):
    with cast.app.app_context():
        person = db.session.get(Person, cast.outsider.id)
        home = db.session.get(Organisation, cast.organisations.neighbour)
        acts.give_seat(cast.steward.me(), person, home, role="member")
    assert "members.give_seat" in about(cast, f"organisation:{cast.organisations.neighbour}")
    assert "members.give_seat" in about(cast, f"person:{cast.outsider.id}")


def test_a_request_is_found_under_who_came_in_by_it(cast):
    joining.asks(cast)
    yes = {"member": "City of Quite Elsewhere", "kind": "city", "code": "QEL", "role": "focal point"}
    cast.steward.posts(f"/requests/{joining.one(cast).id}/approve", yes)
    with cast.app.app_context():
        guest = db.session.scalar(sa.select(Person.id).where(Person.email == "youth@town.example"))
    assert {"arrivals.asked", "arrivals.approved", "arrivals.invited"} <= about(cast, f"person:{guest}")


def test_what_else_lines_are_about_breaks_no_seal(cast):
    test_a_request_is_found_under_who_came_in_by_it(cast)
    with cast.app.app_context():
        assert not audit.check().broken


def test_as_a_table_without_formulas(app, cast, noted):
    answer = cast.steward.posts("/admin/audit/export", {"idempotency_key": "one"})
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = rows_of(answer)
    assert rows[0][:3] == ["number", "time", "person"] and len(rows) == 4
    assert [row[4] for row in rows[1:]] == ["audit.exported", "space.enter", "space.role"]
    assert rows[3][3] == '\'=HYPERLINK("http://x.example")'
    cast.steward.posts("/admin/audit/export", {"idempotency_key": "one"})
    with app.app_context():
        exported = (
            sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.act == "audit.exported")
        )
        assert db.session.scalar(exported) == 1
    only = rows_of(cast.steward.posts("/admin/audit/export", {"person": "chair"}))
    assert [row[4] for row in only[1:]] == ["space.role"]


def test_a_long_record_comes_whole(app, cast):
    with app.app_context(), atomic():
        for n in range(1203):
            audit.note(None, "test.done", f"thread:{n}")
    rows = rows_of(cast.steward.posts("/admin/audit/export", {"act": "test."}))
    assert [row[5] for row in rows[1:]] == [f"thread:{n}" for n in reversed(range(1203))]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", " =1", "\n=1"])
def test_formulas_are_text(text):
    assert tables.safe(text).startswith("'")
    assert tables.safe(-5) == "-5" and tables.safe("Graz") == "Graz" and tables.safe(None) == ""


def test_the_check_stands_on_the_page(app, cast, noted):
    page = cast.steward.gets("/admin/audit").text
    assert "Newest seal" not in page
    form = {"idempotency_key": key_of(page)}
    assert cast.steward.posts("/admin/audit/check", form).location == "/admin/audit"
    assert "each sealed to the one before" in cast.steward.gets("/admin/audit").text
    with app.app_context():
        trigger = "audit_entry_stays" + ("" if db.engine.dialect.name == "sqlite" else " ON audit_entry")
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
            connection.exec_driver_sql("UPDATE audit_entry SET act = 'x' WHERE id = 2")
    cast.steward.posts("/admin/audit/check")
    assert "Line 2 does not fit" in cast.steward.gets("/admin/audit").text


def test_only_the_secretariat(app, cast):
    for path in ("/admin/audit/export", "/admin/audit/check"):
        assert cast.chair.posts(path).status_code == 403
        assert cast.visitor.posts(path).status_code == 303


def noted_in_the_code():
    """What the rooms note in the record: each act that is written down as it is, and the keys of what stands beside it."""
    for path in pathlib.Path(words.__file__).parents[1].rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note":
                keys = {key.arg for key in node.keywords if key.arg}
                yield [one.value for one in node.args[1:2] if isinstance(one, ast.Constant)], keys


def test_every_act_and_what_stands_beside_it_is_said_in_words():
    found = list(noted_in_the_code())
    assert len(found) > 50
    assert not {act for acts, _keys in found for act in acts} - words.ACTS.keys()
    assert (
        not {key for _acts, keys in found for key in keys}
        - words.DETAILS.keys()
        - {"person_id", "organisation_id", "also"}  # shown as links; `also` is no data
    )


def test_every_kind_of_mail_is_said_in_words():
    kinds = {path.parent.name for path in pathlib.Path("templates/mail").glob("*/subject.txt")}
    assert kinds and not kinds - words.MAIL_KINDS.keys()
