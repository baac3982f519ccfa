"""The sum that a browser does for public forms: true, fresh, once; and never needed."""

import hashlib
import itertools

import pytest
from itsdangerous import URLSafeTimedSerializer

from app.arrivals import join
from app.core import effort
from tests.stories.test_joining import FORM


def solved(app, bits=effort.BITS):
    """A challenge with its number, as static/js/effort.js finds it."""
    with app.app_context():
        start = effort.challenge()
    for number in itertools.count():
        digest = hashlib.sha256(f"{start}:{number}".encode()).digest()
        if int.from_bytes(digest[:4], "big") >> (32 - bits) == 0:
            return f"{start}:{number}"


def made(app, text):
    with app.test_request_context("/join", method="POST", data={"effort": text}):
        return effort.made()


def test_a_sum_counts_once(app):
    text = solved(app)
    assert [made(app, text), made(app, text)] == [True, False]


@pytest.mark.parametrize("text", ["", ":", "x:1", "1", "a:٣", ":" * 300, "a:" + "9" * 150])
def test_what_is_no_sum_is_none(app, text):
    assert not made(app, text)


def test_a_challenge_of_another_is_none(app):
    forged = URLSafeTimedSerializer("another key", salt="effort").dumps("x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(effort, "_fits", lambda given, number: True)
        assert not made(app, f"{forged}:1")


def test_an_old_challenge_is_none(app, monkeypatch):
    text = solved(app)
    monkeypatch.setattr(effort, "HOURS", -1)
    assert not made(app, text)


def test_without_a_sum_a_neighbourhood_sends_fewer(app, cast, monkeypatch):
    monkeypatch.setattr(join, "AN_HOUR", 2)
    sent = [cast.visitor.posts("/join", {**FORM, "email": f"office-{n}@elsewhere.example"}) for n in range(3)]
    assert [answer.status_code for answer in sent] == [200, 200, 429]
    more = {**FORM, "email": "office-9@elsewhere.example", "effort": solved(app)}
    assert cast.visitor.posts("/join", more).status_code == 200
