"""The same form sent twice makes one thing and gets the same answer."""

import datetime as dt
import io
import threading

import pytest
import sqlalchemy as sa
from flask import Blueprint, request

from app.core import clock, once, pages, policy
from app.core.activity import Activity, record
from app.core.audience import MEMBERS, audience_of
from app.core.database import atomic
from app.core.once import Once
from app.extensions import db
from tests.kernel.test_atomic import together


@pytest.fixture
def door(app, cast):
    """The cast, with one more address: POST /test/acts makes a fact and answers its address."""
    bp = Blueprint("test_once", __name__)
    lock = threading.Lock()
    app.made = []

    @bp.post("/test/acts")
    @policy.ruled("settings.own")
    def act():
        policy.require("settings.own", policy.person())
        return pages.acted("test.act", lambda: make(request.form.get("word", "")))

    def make(word):
        with lock:
            app.made.append(word)
        if word == "fails":
            raise LookupError
        with atomic():
            record(
                "test.made",
                actor=policy.me(),
                subject=f"test:{len(app.made)}",
                audience_id=audience_of(MEMBERS),
            )
        return f"/made/{len(app.made)}"

    app._got_first_request = False
    app.register_blueprint(bp)
    return cast


def facts(app):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).where(Activity.verb == "test.made"))


def test_twice_is_one_thing_with_one_answer(door, app):
    form = {"idempotency_key": "k1", "word": "a"}
    answers = [door.chair.posts("/test/acts", form) for _ in range(3)]
    assert [(a.status_code, a.headers["Location"]) for a in answers] == [(303, "/made/1")] * 3
    assert facts(app) == 1


def test_the_header_does_as_well(door, app):
    for _ in range(2):
        door.chair.posts("/test/acts", {"word": "a"}, headers={"Idempotency-Key": "k1"})
    assert facts(app) == 1


def test_another_token_is_still_the_same_form(door, app):
    for token in "ab":
        door.chair.posts("/test/acts", {"idempotency_key": "k1", "word": "a", "csrf_token": token})
    assert facts(app) == 1


def test_other_words_under_a_used_key_are_refused(door, app):
    door.chair.posts("/test/acts", {"idempotency_key": "k1", "word": "a"})
    answer = door.chair.posts("/test/acts", {"idempotency_key": "k1", "word": "b"})
    assert (answer.status_code, facts(app)) == (422, 1)


def test_other_files_under_a_used_key_are_refused(door, app):
    codes = [
        door.chair.posts(
            "/test/acts", {"idempotency_key": "k1", "files": (io.BytesIO(content), "a.txt")}
        ).status_code
        for content in (b"one", b"one", b"two")
    ]
    assert (codes, facts(app)) == ([303, 303, 422], 1)


def test_a_key_is_its_persons_own(door, app):
    for seat in (door.chair, door.outsider):
        assert seat.posts("/test/acts", {"idempotency_key": "k1", "word": "a"}).status_code == 303
    assert facts(app) == 2


def test_an_act_that_failed_has_not_used_its_key(door, app):
    form = {"idempotency_key": "k1", "word": "fails"}
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert door.chair.client.post("/test/acts", data=form).status_code == 500
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Once)) == 0


@pytest.mark.parametrize("key", ["a\0b", "é" * 300, "\udcff", "𝄞" * 80, " "])
def test_a_strange_key_is_no_error(door, app, key):
    data = {"idempotency_key": key.encode("utf-8", "surrogatepass"), "word": "a"}
    for _ in range(2):
        assert door.chair.posts("/test/acts", data).status_code == 303
    assert facts(app) <= 2


def test_twelve_at_once_fifteen_times(door, app):
    """A burst of equal forms: one fact for each key, and everybody hears the same."""
    cookie = door.chair.client.get_cookie("session").value
    for burst in range(15):
        heard = []

        def send(key=f"burst-{burst}", heard=heard):
            client = app.test_client()
            client.set_cookie("session", cookie)
            answer = client.post("/test/acts", data={"idempotency_key": key, "word": "a"})
            heard.append((answer.status_code, answer.headers.get("Location")))

        together([send] * 12)
        assert len(heard) == 12
        assert len(set(heard)) == 1
        assert heard[0][0] == 303
    assert facts(app) == 15


def test_old_keys_are_swept(door, app):
    door.chair.posts("/test/acts", {"idempotency_key": "k1", "word": "a"})
    with app.app_context():
        once.sweep()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Once)) == 1
        with clock.at(clock.now() + dt.timedelta(days=app.config["KEY_DAYS"] + 1)):
            once.sweep()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Once)) == 0
