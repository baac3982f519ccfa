"""The doors: how often, how long, and where to. One limiter for all; known and unknown addresses take the same time."""

import re
import statistics
import time
from urllib.parse import unquote

import pytest

from app.core import limits
from app.core.languages import PSEUDO
from app.core.pages import safe_next
from tests import doors
from tests.doors import PASSWORD, mailed_path, signed_in
from tests.rules.test_words import Words
from tests.seat import Visitor

WRONG = "a password that does not fit"
HOSTILE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example", "https://evil.example",
    "http:evil.example", "javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\n/evil.example", "\t//evil.example",
    " //evil.example", "/ok\r\nSet-Cookie: a=b", "／／evil.example", "/．evil", "//user@evil.example/", "evil.example", "", "@evil",
    "/" + "x" * 3000, "/\x00", "/\u202emoc.live", "/ok\\evil",
]  # fmt: skip


@pytest.fixture
def email(app, cast):
    return doors.give_password(app, cast.chair)


def wait_in(answer):
    assert answer.status_code == 429
    seconds = int(answer.headers["Retry-After"])
    assert f"Wait {seconds} second" in answer.text and 0 < seconds <= 900
    return seconds


@pytest.mark.parametrize("who", ["chair", "nobody"])
def test_five_tries_for_one_account_known_or_not(app, cast, email, who):
    address = f"{who}@cast.example"
    for _ in range(5):
        assert signed_in(app, address, WRONG)[1].status_code == 422
    wait_in(signed_in(app, address, WRONG)[1])
    wait_in(signed_in(app, address.upper(), PASSWORD)[1])  # the right one has to wait as well
    assert signed_in(app, "outsider@cast.example", WRONG)[1].status_code == 422


def test_the_tries_of_all_doors_are_counted_together(app, cast, email):
    for path in ("/sign-in/link", "/reset") * 2:
        assert cast.visitor.posts(path, {"email": email}).status_code == 200
    assert signed_in(app, email, WRONG)[1].status_code == 422
    for path in ("/sign-in/link", "/reset"):
        wait_in(cast.visitor.posts(path, {"email": email}))
    assert len(doors.mails(app)) == 4


def test_who_came_in_starts_to_count_anew(app, email):
    for _ in range(3):
        for _ in range(3):
            signed_in(app, email, WRONG)
        assert signed_in(app, email)[1].status_code == 303


def test_the_current_password_is_a_door_too(app, cast, email):
    form = {"current": WRONG, "password": doors.OTHER}
    for _ in range(5):
        assert cast.chair.posts("/settings/password", form).status_code == 422
    wait_in(cast.chair.posts("/settings/password", form))


def from_address(app, address, account):
    data = {"email": account, "password": WRONG}
    return app.test_client().post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("settings", [{"SIGN_IN_TRIES_SUBNET": 6}])
@pytest.mark.parametrize("address", ["192.0.2.{}", "2001:db8:1:2:{}::1", "::ffff:192.0.2.{}"])
def test_a_neighbourhood_is_counted_whole(app, cast, address):
    codes = [
        from_address(app, address.format(n), f"somebody{n}@cast.example").status_code for n in range(1, 9)
    ]
    assert codes == [422] * 6 + [429] * 2
    assert from_address(app, "198.51.100.1", "somebody@cast.example").status_code == 422


@pytest.mark.parametrize("settings", [{"SIGN_IN_TRIES_SUBNET": 3}])
def test_a_forged_address_does_not_help(app, cast):
    codes = []
    for n in range(5):
        headers = {"X-Forwarded-For": f"203.0.113.{n}, 10.0.{n}.1", "X-Real-IP": f"10.0.0.{n}"}
        answer = app.test_client().post(
            "/sign-in", data={"email": f"a{n}@b.example", "password": WRONG}, headers=headers
        )
        codes.append(answer.status_code)
    assert codes == [422] * 3 + [429] * 2


@pytest.mark.parametrize("settings", [{"SIGN_IN_TRIES_SUBNET": 4}])
def test_guessed_keys_are_counted(app, cast):
    codes = [
        cast.visitor.gets(path + "/guessed").status_code
        for path in ("/reset", "/invite", "/sign-in/link") * 2
    ]
    assert codes == [404] * 4 + [429] * 2


def test_a_mailed_key_opens_after_too_many_tries(app, cast, email):
    cast.visitor.posts("/sign-in/link", {"email": email})
    path = mailed_path(app, "link")
    for _ in range(6):
        signed_in(app, email, WRONG)
    assert Visitor(app).posts(path).status_code == 303


def test_no_way_leads_to_another_host(app, cast, email):
    for bad in HOSTILE:
        assert safe_next(bad) == "/", bad
        assert signed_in(app, email, next=bad)[1].location == "/", bad
        assert cast.chair.gets("/sign-in", query_string={"next": bad}).location == "/", bad
        language = Visitor(app).posts("/language", {"language": "fr", "next": bad})
        assert language.location == "/", bad


def test_a_path_of_ours_is_kept(app, email):
    for good in ("/", "/members", "/discussions/12?after=3", "/groups/3-a%20b"):
        assert signed_in(app, email, next=good)[1].location == good


def test_who_signs_in_first_comes_back_to_an_address_in_any_script(app, cast, email):
    page = cast.visitor.gets("/discussions/99-où-كيف?after=3")
    asked = re.search(r'"/sign-in\?next=([^"]*)"', page.text)[1]
    told = signed_in(app, email, next=unquote(asked))[1].location
    assert page.status_code == 404 and told == "/discussions/99-o%C3%B9-%D9%83%D9%8A%D9%81?after=3"


def test_the_neighbourhood_of_an_address(app):
    for address, expected in [
        ("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("::ffff:192.0.2.9", "192.0.2.0/24"),
        ("nonsense", "unknown"),
    ]:  # fmt: skip
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            assert limits.neighbourhood() == expected


@pytest.mark.parametrize("settings", [{"WTF_CSRF_ENABLED": True}])
def test_a_form_from_elsewhere_is_refused(app, cast, email):
    for path in (
        "/sign-in",
        "/sign-out",
        "/sign-in/link",
        "/reset",
        "/language",
        "/settings",
        "/settings/password",
    ):
        for token in (None, "", "wrong", "ü", "\u202e", "x" * 5000):
            data = {"email": email, "password": PASSWORD, "language": "fr"}
            data |= {} if token is None else {"csrf_token": token}
            assert cast.chair.posts(path, data).status_code == 400, (path, token)
            answer = Visitor(app).posts(path, data)
            if path in (
                "/settings",
                "/settings/password",
            ):  # for members only: first they are asked who they are
                assert answer.status_code == 303 and answer.location.startswith("/sign-in?next="), (
                    path,
                    token,
                )
            else:
                assert answer.status_code == 400, (path, token)
    assert cast.chair.gets("/settings").status_code == 200
    assert not doors.mails(app)


@pytest.mark.parametrize("settings", [{"WTF_CSRF_ENABLED": True}])
def test_the_form_of_the_page_itself_is_taken(app, email):
    browser = Visitor(app)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.gets("/sign-in").text)[1]
    answer = browser.posts("/sign-in", {"email": email, "password": PASSWORD, "csrf_token": token})
    assert answer.location == "/"


QUICK = {"SIGN_IN_TRIES": 100_000, "SIGN_IN_TRIES_SUBNET": 100_000, "JOBS_AT_ONCE": False}


@pytest.mark.parametrize("settings", [{**QUICK, "ARGON2_TIME": 1, "ARGON2_MEMORY": 4096}])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/link", "/reset"])
def test_known_and_unknown_addresses_take_the_same_time(app, cast, email, path):
    """200 samples, one known and one unknown in turn: the medians lie within 25 ms or 25 %."""
    browser, took = app.test_client(), {email: [], "nobody@cast.example": []}
    for _ in range(100):
        for address, times in took.items():
            started = time.perf_counter()
            answer = browser.post(path, data={"email": address, "password": WRONG})
            times.append(time.perf_counter() - started)
            assert answer.status_code == (422 if path == "/sign-in" else 200)
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < max(0.025, 0.25 * max(known, unknown)), (path, known, unknown)
    assert abs(known - unknown) < 0.25 * max(known, unknown) + 0.003, (path, known, unknown)


def test_unknown_accounts_cost_the_same_hash(app, cast, email, monkeypatch):
    from app.members import passwords

    seen = []
    monkeypatch.setattr(passwords, "_verified", lambda hasher, kept, password: bool(seen.append(kept)))
    for address in (email, "nobody@cast.example"):
        signed_in(app, address, WRONG)
    parameters = {kept.rsplit("$", 2)[0] for kept in seen}
    assert len(seen) == 2 and len(parameters) == 1 and "argon2id" in parameters.pop()


def test_passwords_are_never_hashed_inside_a_transaction(app):
    from app.core.database import atomic
    from app.members import passwords

    with app.app_context(), atomic(), pytest.raises(RuntimeError):
        passwords.made(PASSWORD)


def test_no_plain_word_is_left_at_the_doors(app, cast):
    browser = Visitor(app)
    browser.client.set_cookie("language", PSEUDO)
    for path in ("/sign-in", "/sign-in/link", "/reset", "/reset/guessed", "/invite/guessed"):
        page = browser.gets(path)
        assert "⟦" in page.text and not Words(page.text).plain, (path, Words(page.text).plain)
    for path in ("/sign-in", "/reset"):
        page = browser.posts(path, {"email": ""})
        assert page.status_code == 422 and not Words(page.text).plain, (path, Words(page.text).plain)
