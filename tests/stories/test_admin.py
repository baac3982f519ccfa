"""Administration: for the secretariat alone; health, mail, the record of changes."""

import sqlalchemy as sa

from app.core import clock, health, readers
from app.core.audit import AuditEntry
from app.core.backup import running
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members.signed_in import as_person
from app.spaces import acts as spaces
from app.spaces.models import Space

PAGES = ("/admin", "/admin/mail", "/admin/mail/1", "/admin/audit")


def a_mail(app, state="failed", kind="password_changed", root=""):
    with app.app_context(), atomic() as session:
        row = OutboxMail(
            kind=kind, to="a@b.example", language="en", subject="Subject", text="The words", html="<p>source</p>",
            state=state, tries=8, error="SMTPError: no", next_at=clock.now(), at=clock.now(), root=root,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def test_only_the_secretariat_comes_in(app, cast):
    a_mail(app)
    for path in PAGES:
        assert cast.steward.gets(path).status_code == 200
        assert cast.chair.gets(path).status_code == 403
        assert cast.visitor.gets(path).status_code == 303
    for path in ("/admin/mail/1/retry", "/admin/mail/retry"):
        assert cast.chair.posts(path).status_code == 403
        assert cast.visitor.posts(path).status_code == 303
    with app.app_context():
        assert db.session.get(OutboxMail, 1).state == "failed"


def test_an_empty_network_has_empty_pages(cast):
    for path in ("/admin", "/admin/mail", "/admin/audit"):
        assert cast.steward.gets(path).status_code == 200
    assert cast.steward.gets("/admin/mail/7").status_code == 404
    assert cast.steward.gets(f"/admin/mail/{2**70}").status_code == 404


def test_a_mail_that_failed_is_seen_and_sent_again(app, cast):
    number = a_mail(app)
    assert "1 mail was not sent." in cast.steward.gets("/admin").text
    page = cast.steward.gets(f"/admin/mail/{number}").text
    assert "The words" in page and "&lt;p&gt;source" in page and "SMTPError" in page
    for _twice in range(2):
        assert cast.steward.posts(f"/admin/mail/{number}/retry").status_code == 303
    with app.app_context():
        assert db.session.get(OutboxMail, number).state == "waiting"
        assert db.session.scalars(sa.select(AuditEntry.act)).all() == ["mail.again"]


def test_all_that_failed_are_sent_again(app, cast):
    a_mail(app), a_mail(app), a_mail(app, "sent")
    assert cast.steward.posts("/admin/mail/retry").status_code == 303
    with app.app_context():
        states = db.session.scalars(sa.select(OutboxMail.state).order_by(OutboxMail.id)).all()
    assert states == ["waiting", "waiting", "sent"]


def test_a_way_in_is_read_by_nobody_else(app, cast):
    number, open_one = a_mail(app, kind="reset"), a_mail(app)
    assert (
        "The words" in cast.steward.gets(f"/admin/mail/{number}").text
    )  # no mail server: somebody has to hand it on
    app.config["MAIL_URL"] = "smtp://mail.example"
    assert "The words" not in cast.steward.gets(f"/admin/mail/{number}").text
    assert "The words" in cast.steward.gets(f"/admin/mail/{open_one}").text
    private = a_mail(app, root=f"space:{cast.spaces.circle}")
    assert (
        "The words" in cast.steward.gets(f"/admin/mail/{private}").text
    )  # that it exists is no secret to them


def test_mails_by_state_and_cursor(app, cast, monkeypatch):
    monkeypatch.setattr("app.admin.queries.PAGE", 2)
    for state in ("sent", "failed", "sent", "sent"):
        a_mail(app, state)
    page = cast.steward.gets("/admin/mail?state=sent").text
    assert "/admin/mail/4" in page and '/admin/mail/1"' not in page and "before=3" in page
    assert '/admin/mail/1"' in cast.steward.gets("/admin/mail?state=sent&before=3").text
    for odd in ("x", "-1", "9" * 40, "٣", ""):
        assert cast.steward.gets("/admin/mail", query_string={"before": odd, "state": odd}).status_code == 200


def test_the_record_by_act_and_person(app, cast, monkeypatch):
    with app.app_context():
        africa, chair = db.session.get(Space, cast.spaces.africa), as_person(cast.chair.id)
        spaces.set_role(chair, africa, cast.neighbour.id, "librarian")
        spaces.enter(as_person(cast.steward.id), db.session.get(Space, cast.spaces.circle))
    page = cast.steward.gets("/admin/audit").text
    assert "Changed a role" in page and "Entered a private group" in page and "Neighbour desk" in page
    by_person = cast.steward.gets("/admin/audit?person=@Chair").text
    assert (
        '<td data-l="Who"><a href="/people/1-chair">' in by_person
        and "Steward desk" not in by_person.split("<tbody>")[1]
    )
    assert "No changes here" in cast.steward.gets("/admin/audit?person=nobody").text
    assert "No changes here" in cast.steward.gets("/admin/audit?act=space.create").text
    monkeypatch.setattr("app.admin.queries.PAGE", 1)
    assert "before=2" in cast.steward.gets("/admin/audit").text
    assert "Changed a role" in cast.steward.gets("/admin/audit?before=2").text.split("<tbody>")[1]


def test_what_a_reader_failed_on_is_shown(app, cast):
    with app.app_context(), atomic() as session:
        session.add(readers.Untold(reader="search", fact_id=9, tries=12, error="ValueError: odd <b>"))
    page = cast.steward.gets("/admin").text
    assert "ValueError: odd &lt;b&gt;" in page and "given up" in page


def test_health_tells_the_age_of_the_backup_and_the_room_left(app, cast, tmp_path, monkeypatch):
    said = cast.steward.gets("/admin").text
    assert "None yet" in said and "flask backup" in said and "free" in said
    done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.zip")])
    assert done.exit_code == 0
    said = cast.steward.gets("/admin").text
    assert "None yet" not in said and "flask backup" not in said
    with app.app_context():
        at = clock.now() - health.BACKUP_ALLOWED
        with clock.at(at):
            running.remember({"at": at.isoformat(), "missing": 0})
    assert "flask backup" in cast.steward.gets("/admin").text
    with app.app_context():
        running.remember({"at": clock.now().isoformat(), "missing": 2})
    assert "2 files were missing" in cast.steward.gets("/admin").text
    monkeypatch.setattr(health, "ROOM_WANTED", 10**18)
    assert "Make room" in cast.steward.gets("/admin").text
