"""Coming in and going out: password, mailed link, reset, invitation; sessions that end at once."""

import datetime as dt
import itertools
import re

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.activity import Activity
from app.core.database import atomic
from app.extensions import db
from app.members import acts
from app.members.models import DoorKey, Login, Person
from tests import doors
from tests.doors import OTHER, PASSWORD, is_in, mailed_path, mails, signed_in
from tests.seat import Visitor, turn


@pytest.fixture
def email(app, cast):
    return doors.give_password(app, cast.chair)


def test_the_right_password_opens_the_door(app, cast, email):
    browser, answer = signed_in(app, email.upper())
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(browser)
    assert doors.count(app, Login, Login.person_id == cast.chair.id, Login.device != "Test") == 1


def test_the_way_on_is_kept(app, email):
    browser = Visitor(app)
    asked = browser.gets("/settings/devices")
    assert asked.location == "/sign-in?next=/settings/devices"
    assert 'value="/settings/devices"' in browser.gets(asked.location).text
    assert signed_in(app, email, next="/settings/devices")[1].location == "/settings/devices"


def test_whatever_is_wrong_gets_one_message(app, cast, email):
    with app.app_context(), atomic():
        db.session.execute(sa.update(Person).where(Person.id == cast.neighbour.id).values(state="invited"))
        db.session.execute(sa.update(Person).where(Person.id == cast.outsider.id).values(state="suspended"))
    said = set()
    for address in (
        email,
        "nobody@cast.example",
        "neighbour@cast.example",
        "outsider@cast.example",
        "no address",
    ):
        browser, answer = signed_in(app, address, "not the password of anybody")
        assert answer.status_code == 422 and not is_in(browser)
        said.add(re.search(r'class="errsum".*?</div>', answer.text, re.S)[0])
        assert address in answer.text and "not the password" not in answer.text
    assert len(said) == 1 and "not right" in said.pop()


def test_empty_fields_are_named(app, cast):
    answer = cast.visitor.posts("/sign-in", {"email": "", "password": ""})
    assert answer.status_code == 422
    assert "Write your e-mail address." in answer.text and "Write your password." in answer.text
    assert "<title>Error:" in answer.text


def test_a_form_sent_twice_begins_one_session(app, cast, email):
    for _ in range(2):
        browser, answer = signed_in(app, email, idempotency_key="same-key-of-one-form")
        assert answer.status_code == 303 and is_in(browser)
    assert doors.count(app, Login, Login.person_id == cast.chair.id, Login.device != "Test") == 1


def test_an_ended_session_is_not_woken_by_its_form(app, email):
    browser, _ = signed_in(app, email, idempotency_key="k")
    copy = browser.client.get_cookie("session").value
    browser.posts("/sign-out")
    again, _ = signed_in(app, email, idempotency_key="k")
    assert is_in(again)
    thief = Visitor(app)
    thief.client.set_cookie("session", copy)
    assert not is_in(thief)


def test_a_planted_session_is_emptied(app, email):
    browser = Visitor(app)
    with browser.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    browser.posts("/sign-in", {"email": email, "password": PASSWORD})
    with browser.client.session_transaction() as session:
        assert "planted" not in session and session["_user_id"]


def test_the_cookie_stays_only_when_asked(app, email):
    _, brief = signed_in(app, email)
    _, long = signed_in(app, email, keep="y")
    cookies = [a.headers["Set-Cookie"] for a in (brief, long)]
    assert "Expires" not in cookies[0] and "Expires" in cookies[1]
    assert all("HttpOnly" in c and "SameSite=Lax" in c for c in cookies)


def test_signing_out_kills_the_cookie_and_the_socket(app, cast, email):
    browser, _ = signed_in(app, email)
    copy = browser.client.get_cookie("session").value
    socket = cast.chair.opens_socket()
    answer = browser.posts("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    thief = Visitor(app)
    thief.client.set_cookie("session", copy)
    assert not is_in(browser) and not is_in(thief)
    turn(app)
    assert socket.is_connected()  # another device of the same person stays
    cast.chair.posts("/sign-out")
    turn(app)
    assert not socket.is_connected()


def test_sign_out_is_no_link(app, cast):
    assert cast.visitor.gets("/sign-out").status_code == 405
    assert cast.visitor.posts("/sign-out").status_code == 303


def test_who_is_in_goes_on(cast):
    assert cast.chair.gets("/sign-in?next=/members").location == "/members"


def test_a_password_with_old_work_is_kept_anew(app, cast, email):
    with app.app_context():
        before = db.session.scalar(sa.select(Person.password).where(Person.id == cast.chair.id))
    app.config["ARGON2_TIME"] = 2
    signed_in(app, email)
    with app.app_context():
        after = db.session.scalar(sa.select(Person.password).where(Person.id == cast.chair.id))
    assert "t=1" in before and "t=2" in after
    assert is_in(signed_in(app, email)[0])


def test_an_idle_session_ends(app, cast):
    with app.app_context(), atomic():
        long_ago = clock.now() - dt.timedelta(days=31)
        db.session.execute(sa.update(Login).where(Login.person_id == cast.chair.id).values(seen=long_ago))
    assert not is_in(cast.chair)


def test_use_is_noted_now_and_then(app, cast):
    def seen():
        with app.app_context():
            return db.session.scalar(sa.select(Login.seen).where(Login.person_id == cast.chair.id))

    first = seen()
    cast.chair.gets("/members")
    assert seen() == first
    with app.app_context(), atomic():
        earlier = clock.now() - dt.timedelta(minutes=6)
        db.session.execute(sa.update(Login).where(Login.person_id == cast.chair.id).values(seen=earlier))
    cast.chair.gets("/members")
    assert seen() > earlier


def test_a_suspended_person_is_out_at_once(app, cast, email):
    browser, _ = signed_in(app, email)
    with app.app_context(), atomic():
        db.session.execute(sa.update(Person).where(Person.id == cast.chair.id).values(state="suspended"))
    assert not is_in(browser)


# --- mailed link ------------------------------------------------------------------------------------------


def test_a_mailed_link_signs_in_once(app, cast):
    cast.visitor.posts("/sign-in/link", {"email": "chair@cast.example", "next": "/members?kind=city"})
    path = mailed_path(app, "link")
    assert path.startswith("/sign-in/link/") and path.endswith("?next=/members%3Fkind%3Dcity")
    browser = Visitor(app)
    for _ in range(2):  # programs that open links of mails use nothing up
        page = browser.gets(path)
        assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert not is_in(browser)
    answer = browser.posts(path.split("?")[0], {"next": "/members?kind=city"})
    assert (answer.status_code, answer.location) == (303, "/members?kind=city")
    assert is_in(browser)
    assert browser.posts(path).status_code == 303  # the same form once more: in already
    late = Visitor(app).posts(path)
    assert late.status_code == 404 and "Ask for a new link" in late.text


def test_a_link_is_too_old_after_a_quarter_of_an_hour(app, cast):
    cast.visitor.posts("/sign-in/link", {"email": "chair@cast.example"})
    path = mailed_path(app, "link")
    with clock.at(clock.now() + dt.timedelta(minutes=16)):
        assert cast.visitor.gets(path).status_code == 404
        assert cast.visitor.posts(path).status_code == 404


@pytest.mark.parametrize("path", ["/sign-in/link", "/reset"])
def test_unknown_addresses_get_the_same_page_and_no_mail(app, cast, path):
    pages = [Visitor(app).posts(path, {"email": f"{who}@cast.example"}) for who in ("chair", "nobody")]
    assert [page.status_code for page in pages] == [200, 200]
    plain = [re.sub(r'value="[^"]*"', "", page.text) for page in pages]
    assert plain[0] == plain[1]
    assert [mail.to for mail in mails(app)] == ["chair@cast.example"]


BAD = [
    "",
    "nobody",
    "a@b, c@d",
    "a@b\r\nBcc: c@d",
    "two words@cast.example",
    "@",
    "x" * 300 + "@cast.example",
]


def test_what_is_no_address_is_explained(app, cast):
    for path, bad in itertools.product(["/sign-in/link", "/reset"], BAD):
        answer = cast.visitor.posts(path, {"email": bad})
        assert answer.status_code == 422 and "e-mail address" in answer.text, bad
    assert not mails(app)


def test_links_are_built_from_the_setting_alone(app, cast):
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    cast.visitor.posts("/reset", {"email": "chair@cast.example"}, headers=headers)
    assert "evil" not in mails(app)[0].text + mails(app)[0].html


# --- reset ------------------------------------------------------------------------------------------------


def test_a_reset_ends_every_session_and_tells_by_mail(app, cast, email):
    browser, _ = signed_in(app, email)
    socket = cast.chair.opens_socket()
    cast.visitor.posts("/reset", {"email": email})
    path = mailed_path(app, "reset")
    assert "Choose a new password" in cast.visitor.gets(path).text
    answer = cast.visitor.posts(path, {"password": OTHER})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    turn(app)
    assert not is_in(browser) and not is_in(cast.chair) and not socket.is_connected()
    assert not is_in(signed_in(app, email)[0]) and is_in(signed_in(app, email, OTHER)[0])
    assert mails(app, "password_changed")[0].to == email
    assert cast.visitor.posts(path, {"password": PASSWORD}).status_code == 404


def test_a_new_password_makes_other_mailed_keys_useless(app, cast, email):
    for path in ("/reset", "/sign-in/link"):
        cast.visitor.posts(path, {"email": email})
    link = mailed_path(app, "link")
    cast.visitor.posts(mailed_path(app, "reset"), {"password": OTHER})
    assert cast.visitor.gets(link).status_code == 404


EASY = {
    "short": "at least 15",
    "x" * 129: "at most 128",
    "ababababababababab": "repeats",
    "1234567890123456": "keyboard",
    "Convivio password 2026": "others would try",
    "Chair desk chair desk": "others would try",
    "chair@cast.example1": "others would try",
}


def test_easy_passwords_are_refused_with_a_reason(app, cast, email):
    cast.visitor.posts("/reset", {"email": email})
    path = mailed_path(app, "reset")
    for password, words in EASY.items():
        answer = cast.visitor.posts(path, {"password": password})
        assert answer.status_code == 422 and words in answer.text and password not in answer.text, password
    assert cast.visitor.posts(path, {"password": OTHER}).status_code == 303  # the key was not used up


def test_any_sign_may_stand_in_a_password(app, cast, email):
    for password in ("لوح خشب قديم تحت المطر", "  leading and trailing  ", "tab\tand\x00nul in the middle"):
        cast.visitor.posts("/reset", {"email": email})
        assert cast.visitor.posts(mailed_path(app, "reset"), {"password": password}).status_code == 303
        assert is_in(signed_in(app, email, password)[0])
        assert not is_in(signed_in(app, email, password + "x")[0])
        app.extensions["limits"].storage.reset()


# --- invitations ------------------------------------------------------------------------------------------


def test_the_first_steward_comes_in_by_a_printed_link(app, cast):
    printed = app.test_cli_runner().invoke(args=["make-steward", "first@cast.example"]).output.strip()
    path = printed.removeprefix("http://127.0.0.1:8000")
    page = cast.visitor.gets(path)
    assert page.status_code == 200 and "first@cast.example" in page.text
    wrong = cast.visitor.posts(path, {"name": "", "language": "xx", "password": "short"})
    assert wrong.status_code == 422
    assert all(
        words in wrong.text for words in ("Write your name", "Choose one from the list", "at least 15")
    )
    browser = Visitor(app)
    answer = browser.posts(path, {"name": "Network desk", "language": "fr", "password": OTHER})
    assert (answer.status_code, answer.location) == (303, "/")
    page = browser.gets("/settings")
    assert page.status_code == 200 and 'lang="fr"' in page.text and "Network desk" in page.text
    assert Visitor(app).posts(path, {"name": "x", "language": "en", "password": OTHER}).status_code == 404
    with app.app_context():
        person = db.session.scalar(sa.select(Person).where(Person.email == "first@cast.example"))
        assert person.steward and person.state == "active"


def test_an_invited_person_has_no_other_way_in(app, cast):
    with app.app_context():
        acts.invite_steward("second@cast.example", "Second desk")
    for path in ("/sign-in/link", "/reset"):
        cast.visitor.posts(path, {"email": "second@cast.example"})
    assert not mails(app)
    assert not is_in(signed_in(app, "second@cast.example", "")[0])


def test_secrets_are_kept_as_hashes_and_in_no_fact(app, cast, email):
    cast.visitor.posts("/reset", {"email": email})
    secret = mailed_path(app, "reset").rpartition("/")[2]
    with app.app_context():
        assert secret not in db.session.scalar(sa.select(DoorKey.token))
        assert all(secret not in repr(row) for row in db.session.execute(sa.select(Activity.__table__)))
