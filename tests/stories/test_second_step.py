"""The second step: set up, asked at the door, used once, lost; asked of roles; the question before sensitive acts."""

import datetime as dt
import html
import re

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock, site
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.extensions import db
from app.members import codes
from app.members.factors import Factor, RecoveryCode
from app.members.models import Login, Person
from app.spaces.models import Membership
from tests import doors
from tests.doors import OTHER, PASSWORD, count, is_in, mails, signed_in
from tests.seat import Visitor, key_of

HOME = "/settings/second-step"


def set_up(seat):
    """Set up an app as its owner does; return its secret and the recovery codes."""
    page = seat.gets(f"{HOME}/app")
    secret = re.search(r'id="key"[^>]*>([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
    seal = html.unescape(re.search(r'name="seal"[^>]*value="([^"]+)"', page.text)[1])
    form = {"seal": seal, "code": pyotp.TOTP(secret).now(), "idempotency_key": key_of(page.text)}
    assert seat.posts(f"{HOME}/app", form).location == f"{HOME}/codes"
    sheet = seat.posts(f"{HOME}/codes", {"idempotency_key": key_of(seat.gets(f"{HOME}/codes").text)})
    return secret, re.findall(r"<li>(\w{5}-\w{5})</li>", sheet.text)


@pytest.fixture
def email(app, cast):
    return doors.give_password(app, cast.chair)


@pytest.fixture
def later():
    """Some minutes on, so that codes of the setting up are over."""
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=3), tick=True):
        yield


def forget_proof(app, seat):
    with app.app_context(), atomic():
        db.session.execute(sa.update(Login).where(Login.person_id == seat.id).values(proved=None))


def ask_second_of(app, *roles):
    with app.app_context(), atomic():
        site.write("second_step", ",".join(roles))


def test_the_app_is_asked_after_the_password(app, cast, email):
    secret, sheet = set_up(cast.chair)
    assert len(set(sheet)) == 10
    browser, answer = signed_in(app, email, next="/members")
    assert answer.location == "/sign-in/second?next=%2Fmembers" and not is_in(browser)
    assert browser.gets(answer.location).status_code == 200
    wrong = browser.posts("/sign-in/second", {"code": "000000"})
    assert wrong.status_code == 422 and "does not fit" in wrong.text and not is_in(browser)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=3)):
        code = pyotp.TOTP(secret).now()
        answer = browser.posts("/sign-in/second", {"code": f"{code[:3]} {code[3:]}", "next": "/members"})
        assert answer.location == "/members" and is_in(browser)


def test_a_code_opens_once(app, cast, email, later):
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=3), tick=True):
        secret, _sheet = set_up(cast.chair)
    code = pyotp.TOTP(secret).now()
    first, second = signed_in(app, email)[0], signed_in(app, email)[0]
    assert first.posts("/sign-in/second", {"code": code}).status_code == 303
    assert second.posts("/sign-in/second", {"code": code}).status_code == 422 and not is_in(second)


def test_the_same_form_twice_is_one_session(app, cast, email, later):
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=3), tick=True):
        secret, _sheet = set_up(cast.chair)
    browser = signed_in(app, email)[0]
    form = {"code": pyotp.TOTP(secret).now(), "idempotency_key": "k" * 20}
    half = browser.client.get_cookie("session").value
    before = count(app, Login)
    assert browser.posts("/sign-in/second", form).status_code == 303
    browser.client.set_cookie("session", half)
    assert browser.posts("/sign-in/second", form).status_code == 303
    assert count(app, Login) == before + 1 and is_in(browser)


def test_the_right_password_alone_opens_no_page(app, cast, email):
    set_up(cast.chair)
    browser = signed_in(app, email)[0]
    for path in ("/settings", "/notifications", HOME, "/settings/password"):
        assert browser.gets(path).location.startswith("/sign-in?"), path


def test_a_half_open_door_shuts_after_ten_minutes_and_with_a_new_password(app, cast, email):
    _secret, sheet = set_up(cast.chair)
    browser = signed_in(app, email)[0]
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11)):
        assert browser.posts("/sign-in/second", {"code": sheet[0]}).location == "/sign-in"
    doors.give_password(app, cast.chair, OTHER)
    assert browser.posts("/sign-in/second", {"code": sheet[0]}).location == "/sign-in"


def test_codes_are_counted_with_the_tries_of_the_password(app, cast, email):
    set_up(cast.chair)
    browser = signed_in(app, email)[0]
    for n in range(4):
        assert browser.posts("/sign-in/second", {"code": f"00000{n}"}).status_code == 422
    assert browser.posts("/sign-in/second", {"code": "000009"}).status_code == 429
    assert signed_in(app, email)[1].status_code == 429  # the password again does not begin to count anew


def test_a_recovery_code_opens_once_and_says_so(app, cast, email):
    _secret, sheet = set_up(cast.chair)
    browser = signed_in(app, email)[0]
    assert browser.posts("/sign-in/second", {"code": f" {sheet[3].upper()} "}).status_code == 303
    assert "9 are left" in browser.gets("/").text
    assert mails(app, "second_step")[-1].subject.startswith("A recovery code was used")
    other = signed_in(app, email)[0]
    assert other.posts("/sign-in/second", {"code": sheet[3]}).status_code == 422


def test_codes_are_kept_as_hashes_and_the_secret_sealed(app, cast):
    secret, sheet = set_up(cast.chair)
    with app.app_context():
        rows = db.session.scalars(sa.select(RecoveryCode)).all()
        kept = db.session.scalar(sa.select(Factor.secret))
        assert codes.opened(kept) == secret
        app.config["SECRET_KEY"] = "another secret of this app"
        assert codes.opened(kept) == ""
    for code in sheet:
        assert not [row for row in rows if codes.plain(code) in row.hash]
    assert len(rows) == 10 and secret not in kept


def test_codes_are_shown_once(app, cast):
    set_up(cast.chair)
    form = {"idempotency_key": "codes"}
    assert re.findall(r"<li>(\w{5}-\w{5})</li>", cast.chair.posts(f"{HOME}/codes", form).text)
    again = cast.chair.posts(f"{HOME}/codes", form)
    assert not re.findall(r"<li>(\w{5}-\w{5})</li>", again.text) and "shown before" in again.text
    assert again.headers["Cache-Control"] == "no-store"


def test_a_mailed_link_asks_for_the_second_step_too(app, cast, email):
    _secret, sheet = set_up(cast.chair)
    Visitor(app).posts("/sign-in/link", {"email": email})
    browser = Visitor(app)
    assert browser.posts(doors.mailed_path(app, "link")).location == "/sign-in/second"
    assert not is_in(browser)
    assert browser.posts("/sign-in/second", {"code": sheet[0]}).status_code == 303 and is_in(browser)


def test_a_new_password_by_mail_takes_no_second_step_away(app, cast, email):
    set_up(cast.chair)
    Visitor(app).posts("/reset", {"email": email})
    path = doors.mailed_path(app, "reset")
    assert Visitor(app).posts(path, {"password": "kx9 tram"}).status_code == 303  # eight are enough
    browser, answer = signed_in(app, email, "kx9 tram")
    assert answer.location == "/sign-in/second" and not is_in(browser)


def test_eight_characters_suffice_only_with_a_second_step(app, cast, email):
    form = {"current": PASSWORD, "password": "kx9 tram"}
    assert cast.chair.posts("/settings/password", form).status_code == 422
    set_up(cast.chair)
    assert cast.chair.posts("/settings/password", {**form, "password": "kx9 tra"}).status_code == 422
    assert cast.chair.posts("/settings/password", form).location == "/settings/devices"
    with app.app_context():
        number = db.session.scalar(sa.select(Factor.id))
    assert cast.chair.gets(f"{HOME}/{number}/remove").location == "/settings/password"
    long = {"current": "kx9 tram", "password": OTHER}
    assert cast.chair.posts("/settings/password", long).location == "/settings/devices"
    assert cast.chair.posts(f"{HOME}/{number}/remove").location == HOME
    assert count(app, Factor) == 0 and count(app, RecoveryCode) == 0
    assert signed_in(app, email, OTHER)[1].location == "/"
    assert mails(app, "second_step")[-1].subject.startswith("Your second step was removed")


def test_nobody_removes_anothers(app, cast):
    set_up(cast.chair)
    with app.app_context():
        number = db.session.scalar(sa.select(Factor.id))
    assert cast.neighbour.posts(f"{HOME}/{number}/remove").status_code == 404
    assert cast.neighbour.gets(f"{HOME}/{number}/remove").status_code == 404


def test_a_secret_sealed_for_another_is_not_taken(app, cast):
    with app.app_context():
        secret = codes.new_secret()
        seal = codes.sealed(f"{cast.neighbour.id}:{secret}")
    form = {"seal": seal, "code": pyotp.TOTP(secret).now()}
    assert cast.chair.posts(f"{HOME}/app", form).location == f"{HOME}/app"
    for bad in ("", "x", "é", "a" * 5000):
        assert cast.chair.posts(f"{HOME}/app", {**form, "seal": bad}).location == f"{HOME}/app"
    assert count(app, Factor) == 0


# --- the question before sensitive acts -----------------------------------------------------------------------


def test_sensitive_pages_ask_who_is_there(app, cast, email):
    forget_proof(app, cast.chair)
    answer = cast.chair.gets(f"{HOME}/app")
    assert answer.location == f"/settings/prove?next={HOME}/app"
    assert cast.chair.gets(answer.location).status_code == 200
    wrong = cast.chair.posts("/settings/prove", {"password": OTHER, "next": f"{HOME}/app"})
    assert wrong.status_code == 422
    right = cast.chair.posts("/settings/prove", {"password": PASSWORD, "next": f"{HOME}/app"})
    assert right.location == f"{HOME}/app"
    assert cast.chair.gets(f"{HOME}/app").status_code == 200


def test_the_answer_holds_a_quarter_of_an_hour(app, cast, email):
    assert cast.chair.gets(f"{HOME}/app").status_code == 200
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=16)):
        assert cast.chair.gets(f"{HOME}/app").status_code == 303


def test_with_a_second_step_the_second_step_is_asked(app, cast, email):
    _secret, sheet = set_up(cast.chair)
    forget_proof(app, cast.chair)
    assert cast.chair.gets("/settings/password").location.startswith("/settings/prove")
    assert cast.chair.posts("/settings/password", {"current": PASSWORD, "password": OTHER}).status_code == 303
    assert cast.chair.posts("/settings/prove", {"password": PASSWORD}).status_code == 422
    assert cast.chair.posts("/settings/prove", {"code": sheet[0]}).status_code == 303
    assert cast.chair.gets("/settings/password").status_code == 200


def test_who_has_no_password_proves_it_by_a_link(app, cast):
    forget_proof(app, cast.chair)
    page = cast.chair.gets(f"/settings/prove?next={HOME}/app")
    assert "link by mail" in page.text
    cast.chair.posts("/sign-in/link", {"email": "chair@cast.example", "next": f"{HOME}/app"})
    path = doors.mailed_path(app, "link")
    assert cast.neighbour.posts(path).status_code == 303  # another's link proves nothing, and stays good
    assert cast.chair.posts(path, {"next": f"{HOME}/app"}).location == f"{HOME}/app"
    assert cast.chair.gets(f"{HOME}/app").status_code == 200


# --- asked of roles -------------------------------------------------------------------------------------------


def test_a_role_that_needs_it_leads_to_it_and_nowhere_else(app, cast):
    assert (
        cast.steward.posts("/admin/sign-in", {"role": ["stewards", "facilitators", "kings"]}).status_code
        == 303
    )
    with app.app_context():
        assert site.read("second_step") == "stewards,facilitators"
    for path in ("/", "/discussions", "/settings", "/admin", "/members", "/files/1/x"):
        assert cast.chair.gets(path).location == f"{HOME}?next={path}", path
        assert cast.steward.gets(path).location == f"{HOME}?next={path}", path
        assert cast.neighbour.gets(path).status_code in (200, 403, 404), path
    assert (
        cast.chair.client.get("/notifications/bell", headers={"X-Requested-With": "fetch"}).status_code == 401
    )
    assert "Your role needs a second step" in cast.chair.gets(HOME).text
    for path in ("/help", "/privacy", "/menu"):
        assert cast.chair.gets(path).status_code == 200
    set_up(cast.chair)
    assert cast.chair.gets("/").status_code == 200
    assert cast.chair.gets("/discussions").status_code == 200


def test_who_stands_before_the_gate_can_sign_out_and_hears_nothing(app, cast):
    ask_second_of(app, "everybody")
    cast.chair.opens_socket()
    assert not cast.chair.socket.is_connected()
    assert cast.chair.posts("/sign-out").location == "/"


def test_roles_given_later_count(app, cast):
    ask_second_of(app, "facilitators", "moderators")
    assert cast.neighbour.gets("/").status_code == 200
    with app.app_context(), atomic():
        mine = Membership.person_id == cast.neighbour.id
        db.session.execute(sa.update(Membership).where(mine).values(role="facilitator"))
        db.session.execute(sa.update(Person).where(Person.id == cast.outsider.id).values(moderator=True))
    assert cast.neighbour.gets("/").location.startswith(HOME)
    assert cast.outsider.gets("/").location.startswith(HOME)


def test_moderators_of_one_group_are_moderators_too(app, cast):
    ask_second_of(app, "moderators")
    with app.app_context(), atomic():
        mine = Membership.person_id == cast.neighbour.id
        db.session.execute(sa.update(Membership).where(mine).values(role="moderator"))
    assert cast.neighbour.gets("/").location.startswith(HOME)
    assert cast.outsider.gets("/").status_code == 200
    set_up(cast.steward)
    assert "Neighbour desk" in cast.steward.gets("/admin/sign-in").text


def test_the_secretariat_sees_who_has_none(app, cast):
    set_up(cast.steward)
    ask_second_of(app, "facilitators")
    page = cast.steward.gets("/admin/sign-in").text
    assert "Chair desk" in page and "Neighbour desk" not in page
    assert "Nobody has this handle" in cast.steward.gets("/admin/sign-in?person=ghost").text
    assert cast.chair.gets("/admin/sign-in").status_code in (303, 403)


# --- lost -----------------------------------------------------------------------------------------------------


def test_the_secretariat_takes_a_lost_one_away(app, cast, email):
    set_up(cast.chair)
    cast.chair.posts("/settings/password", {"current": PASSWORD, "password": "kx9 tram"})
    assert "has a second step" in cast.steward.gets("/admin/sign-in?person=chair").text
    path = f"/admin/people/{cast.chair.id}/second-step"
    assert cast.steward.gets(path).status_code == 200
    for _ in range(2):
        assert cast.steward.posts(path, {"idempotency_key": "one"}).location == "/admin/sign-in"
    assert count(app, Factor) == 0 and not is_in(cast.chair)
    assert "secretariat removed" in mails(app, "second_step")[-1].text
    with app.app_context():
        rows = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "members.second_reset")).all()
        assert [(row.actor_id, row.ref) for row in rows] == [(cast.steward.id, f"person:{cast.chair.id}")]
        person = db.session.get(Person, cast.chair.id)
        assert (person.password, person.second, person.short) == ("", False, False)  # too short to open alone


def test_only_the_secretariat_and_nobody_their_own(app, cast):
    assert cast.neighbour.posts(f"/admin/people/{cast.chair.id}/second-step").status_code == 403
    assert cast.steward.posts(f"/admin/people/{cast.steward.id}/second-step").status_code == 403
    forget_proof(app, cast.steward)
    path = f"/admin/people/{cast.chair.id}/second-step"
    assert cast.steward.gets(path).location.startswith("/settings/prove")
    assert cast.steward.posts(path).location.startswith("/settings/prove")


def test_the_picture_has_no_style(app, cast):
    page = cast.chair.gets(f"{HOME}/app").text
    assert re.search(
        r'<svg class="qr" viewBox="0 0 \d+ \d+" role="img" aria-label="[^"]+" shape-rendering', page
    )
    assert "style=" not in page


def test_digits_of_every_keyboard(app):
    with app.app_context():
        assert codes.digits(" ١٢٣ ٤٥٦ ") == "123456"
        secret = codes.new_secret()
        now = clock.now().timestamp()
        said = pyotp.TOTP(secret).at(now)
        assert codes.step_of(secret, said) == int(now) // 30
        assert codes.step_of(secret, pyotp.TOTP(secret).at(now - 90)) == 0


def test_who_has_no_password_proves_by_mail_before_the_gate(app, cast):
    """A second step is asked of them, and the way to it begins with the question who they are."""
    ask_second_of(app, "everybody")
    forget_proof(app, cast.chair)
    assert cast.chair.gets("/").location.startswith(HOME)
    with app.app_context():
        address = db.session.get(Person, cast.chair.id).email
    assert cast.chair.gets(f"{HOME}/app").location.startswith("/settings/prove")
    sent = cast.chair.posts("/sign-in/link", {"email": address, "next": f"{HOME}/app"})
    assert sent.status_code == 200
    path = doors.mailed_path(app, "link")
    assert cast.chair.gets(path).status_code == 200
    assert cast.chair.posts(path).location.startswith((HOME, "/"))
    assert cast.chair.gets(f"{HOME}/app").status_code == 200
