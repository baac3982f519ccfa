"""Session cookies: a remembered signature lets nothing through that Flask would refuse."""

import flask
import pytest

from app.core.cookies import Sessions


@pytest.fixture
def small():
    app = flask.Flask("cookies")
    app.secret_key = "one-secret-of-this-test"
    app.session_interface = Sessions()

    @app.get("/")
    def show():
        return dict(flask.session)

    @app.get("/add")
    def add():
        flask.session.setdefault("list", []).append("x")
        flask.session["n"] = flask.session.get("n", 0) + 1
        return ""

    return app


def cookie_of(app, **values):
    return app.session_interface.get_signing_serializer(app).dumps(values)


def seen(app, cookie):
    return app.test_client(use_cookies=False).get("/", headers={"Cookie": f"session={cookie}"}).json


def test_a_good_cookie_is_read_the_first_time_and_again(small):
    cookie = cookie_of(small, who="a")
    assert seen(small, cookie) == seen(small, cookie) == {"who": "a"}


def test_a_changed_cookie_is_empty_also_after_the_good_one(small):
    cookie = cookie_of(small, who="a")
    assert seen(small, cookie) == {"who": "a"}
    assert seen(small, cookie[:-2] + ("AA" if cookie[-2:] != "AA" else "BB")) == {}


def test_a_new_secret_ends_what_the_old_one_signed(small):
    cookie = cookie_of(small, who="a")
    assert seen(small, cookie) == {"who": "a"}
    small.secret_key = "another-secret-of-this-test"
    assert seen(small, cookie) == {}


def test_a_remembered_cookie_grows_too_old(small, monkeypatch):
    cookie = cookie_of(small, who="a")
    assert seen(small, cookie) == {"who": "a"}
    age = small.permanent_session_lifetime.total_seconds()
    from app.core import cookies

    now = cookies.time.time()
    monkeypatch.setattr(cookies.time, "time", lambda: now + age + 2)
    assert seen(small, cookie) == {}


def test_what_one_request_changes_no_other_sees(small):
    cookie = cookie_of(small, list=["a"], n=1)
    for _ in range(2):
        small.test_client(use_cookies=False).get("/add", headers={"Cookie": f"session={cookie}"})
    assert seen(small, cookie) == {"list": ["a"], "n": 1}
