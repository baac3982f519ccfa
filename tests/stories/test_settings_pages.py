"""One's own settings: profile, language, devices, password, presence."""

import re

import pytest
import sqlalchemy as sa

from app.core.database import atomic
from app.extensions import db
from app.members.models import Login, Person
from tests import doors
from tests.doors import OTHER, PASSWORD, is_in, mails, signed_in
from tests.seat import Visitor, tell, turn

FORM = {
    "name": "New name",
    "about": "Ask me about forms.",
    "language": "fr",
    "timezone": "Africa/Nairobi",
    "theme": "dark",
}
PATHS = ["/settings", "/settings/devices", "/settings/password", "/settings/notices"]


def row_of(app, seat):
    with app.app_context():
        return db.session.execute(sa.select(Person.__table__).where(Person.id == seat.id)).one()


@pytest.fixture
def email(app, cast):
    return doors.give_password(app, cast.chair)


def test_settings_are_for_members(cast):
    for path in PATHS:
        assert cast.visitor.gets(path).location == f"/sign-in?next={path}"
        assert cast.chair.gets(path).status_code == 200
    for path in ("/settings", "/settings/password", "/settings/notices", "/settings/devices/end-others"):
        assert cast.visitor.posts(path, FORM).location.startswith("/sign-in")


def test_the_profile_is_changed(app, cast):
    answer = cast.chair.posts("/settings", {**FORM, "shortcuts": ""})
    assert (answer.status_code, answer.location) == (303, "/settings")
    row = row_of(app, cast.chair)
    assert (row.name, row.about, row.language, row.timezone, row.theme) == tuple(FORM.values())
    page = cast.chair.gets("/settings")
    assert 'lang="fr"' in page.text and 'data-theme="dark"' in page.text and "flash--ok" in page.text
    assert cast.chair.posts("/settings", {**FORM, "shortcuts": "y"}).status_code == 303
    assert row_of(app, cast.chair).shortcuts is True


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Write your name"),
        ("name", "  \u202e ", "Write your name"),
        ("name", "x" * 121, "at most 120"),
        ("about", "x" * 1001, "at most 1,000"),
        ("language", "xx", "Choose one from the list"),
        ("language", "", "Choose one from the list"),
        ("timezone", "Mars/Base", "Choose one from the list"),
        ("timezone", "../../etc/passwd", "Choose one from the list"),
        ("theme", "pink", "Choose one from the list"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(app, cast, field, value, words):
    before = row_of(app, cast.chair)
    answer = cast.chair.posts("/settings", {**FORM, "about": "Kept words", field: value})
    assert answer.status_code == 422 and words in answer.text and "<title>Error:" in answer.text
    assert f'href="#{field}"' in answer.text and f'id="{field}-e"' in answer.text
    assert field == "theme" or 'aria-invalid="true"' in answer.text
    assert field == "about" or "Kept words" in answer.text
    assert row_of(app, cast.chair) == before


def test_nobody_changes_what_is_not_offered(app, cast):
    cast.chair.posts(
        "/settings", {**FORM, "steward": "1", "id": "4", "email": "x@y.example", "state": "suspended"}
    )
    row = row_of(app, cast.chair)
    assert (row.steward, row.id, row.email, row.state) == (
        False,
        cast.chair.id,
        "chair@cast.example",
        "active",
    )


def test_direction_and_control_signs_are_taken_out_of_names(app, cast):
    cast.chair.posts("/settings", {**FORM, "name": "A\u202eB\x00 C\r\nD"})
    assert row_of(app, cast.chair).name == "AB C D"


# --- devices --------------------------------------------------------------------------------------------------


def test_devices_are_listed_and_this_one_is_marked(app, email):
    browser = Visitor(app)
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
    browser.posts("/sign-in", {"email": email, "password": PASSWORD}, headers={"User-Agent": agent})
    page = browser.gets("/settings/devices")
    assert (
        "Firefox on Windows" in page.text
        and page.text.count("tag--done") == 1
        and "Sign out Test" in page.text
    )


def test_ending_one_device_ends_its_pages_and_sockets(app, cast, email):
    browser, _ = signed_in(app, email)
    socket = cast.chair.opens_socket()
    with app.app_context():
        test = sa.select(Login.id).where(Login.person_id == cast.chair.id, Login.device == "Test")
        mine = db.session.scalar(test)
        foreign = db.session.scalar(sa.select(Login.id).where(Login.person_id == cast.outsider.id))
    browser.posts(f"/settings/devices/{foreign}/end")
    assert is_in(cast.outsider)
    browser.posts("/settings/devices/99999999999999999999/end")
    assert browser.posts(f"/settings/devices/{mine}/end").location == "/settings/devices"
    turn(app)
    assert not is_in(cast.chair) and not socket.is_connected() and is_in(browser)


def test_ending_all_others_keeps_this_one(app, cast, email):
    browsers = [signed_in(app, email)[0] for _ in range(3)]
    browsers[0].posts("/settings/devices/end-others")
    assert [is_in(b) for b in browsers] == [True, False, False] and not is_in(cast.chair)


# --- password -------------------------------------------------------------------------------------------------


def test_a_new_password_ends_the_other_sessions(app, cast, email):
    browser, other = signed_in(app, email)[0], signed_in(app, email)[0]
    form = {"current": PASSWORD, "password": OTHER}
    for _ in range(2):  # the same form once more is done already
        assert browser.posts("/settings/password", form).location == "/settings/devices"
    assert is_in(browser) and not is_in(other) and not is_in(cast.chair)
    assert is_in(signed_in(app, email, OTHER)[0]) and not is_in(signed_in(app, email)[0])
    assert [mail.to for mail in mails(app, "password_changed")] == [email]


@pytest.mark.parametrize(
    ("current", "new", "words"),
    [
        ("wrong wrong wrong wrong", OTHER, "not your current password"),
        (PASSWORD, "short", "at least 15"),
        (PASSWORD, "chair desk chair desk", "others would try"),
        ("", OTHER, "Write your current password"),
    ],
)
def test_a_refused_password_changes_nothing(app, cast, email, current, new, words):
    answer = cast.chair.posts("/settings/password", {"current": current, "password": new})
    assert answer.status_code == 422 and words in answer.text and OTHER not in answer.text
    assert is_in(signed_in(app, email)[0]) and is_in(cast.chair)


# --- presence and language ------------------------------------------------------------------------------------


def test_presence_is_off_by_one_switch(app, cast):
    assert row_of(app, cast.chair).presence is True
    cast.chair.posts("/settings/notices", {})
    assert (
        row_of(app, cast.chair).presence is False
        and "checked" not in cast.chair.gets("/settings/notices").text
    )
    cast.chair.posts("/settings/notices", {"shown": "y"})
    assert row_of(app, cast.chair).presence is True


def test_a_visitors_language_is_kept_in_a_cookie(cast):
    answer = cast.visitor.posts("/language", {"language": "ar", "next": "/members"})
    assert (answer.status_code, answer.location) == (303, "/members")
    page = cast.visitor.gets("/members")
    assert 'lang="ar" dir="rtl"' in page.text


def test_a_members_language_follows_to_every_device(app, cast, email):
    cast.chair.posts("/language", {"language": "fr"})
    assert row_of(app, cast.chair).language == "fr"
    assert 'lang="fr"' in signed_in(app, email)[0].gets("/settings").text


@pytest.mark.parametrize("bad", ["", "xx", "en_XA", "../", "\x00", "e" * 5000])
def test_a_language_that_is_not_offered_is_refused(app, cast, bad):
    assert cast.chair.posts("/language", {"language": bad}).status_code == 422
    assert row_of(app, cast.chair).language == "en"


def test_sent_twice_is_one_change(app, cast):
    for path, form in [("/settings", FORM), ("/settings/notices", {"shown": "y"})]:
        for _ in range(2):
            answer = cast.chair.posts(path, {**form, "idempotency_key": f"key-{path}"})
            assert answer.status_code == 303
        assert (
            cast.chair.posts(path, {**form, "idempotency_key": f"key-{path}", "name": "Other"}).status_code
            == 422
        )


def test_a_suspended_person_changes_nothing(app, cast):
    with app.app_context(), atomic():
        db.session.execute(sa.update(Person).where(Person.id == cast.chair.id).values(state="suspended"))
    assert cast.chair.posts("/settings", FORM).location.startswith("/sign-in")
    assert row_of(app, cast.chair).name == "Chair desk"


def test_a_new_name_is_found(app, cast):
    cast.chair.posts("/settings", {**FORM, "name": "Zebra crossing desk", "language": "en"})
    tell(app)
    assert " crossing desk" in cast.outsider.gets("/search?q=zebra").text
    assert [hit["handle"] for hit in cast.outsider.gets("/mentions?q=zebra").json] == ["chair"]


def test_each_time_zone_is_offered_once_and_older_names_are_understood(app, cast):
    page = cast.chair.gets("/settings").text
    offered = re.findall(r'<option(?: selected)? value="([A-Z]\w+/[^"]+)">', page)
    assert len(offered) == len(set(offered)) > 300 and "Asia/Kolkata" in offered
    assert {"Asia/Calcutta", "America/Fort_Wayne", "Africa/Asmera"} & set(offered) == set()
    shown = re.findall(r'value="America/[^"]+">([^<]+)<', page)
    assert len(shown) == len(set(shown)) and any(words.startswith("Buenos Aires (") for words in shown)
    with app.app_context(), atomic():
        db.session.get(Person, cast.chair.id).timezone = "Asia/Calcutta"
    assert '<option selected value="Asia/Kolkata">' in cast.chair.gets("/settings").text
    assert cast.chair.posts("/settings", {**FORM, "timezone": "Asia/Calcutta"}).status_code == 303
    assert row_of(app, cast.chair).timezone == "Asia/Kolkata"
