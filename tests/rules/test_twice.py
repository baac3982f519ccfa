"""A double click, a form sent again after a cut line: one thing. And no form without its token."""

import functools

import pytest
import sqlalchemy as sa

from app.extensions import db
from tests.rules.world import client_of, endpoints, filled, forms

# What counts tries or remembers forms, and may grow with each sending.
NOT_THINGS = {"once"}
# Doors: a second way in, or a letter asked for twice, is a second one. They have their own rules (tries, keys).
DOORS = {
    "doors.link_sent",
    "ways_back.reset_sent",
    "doors.by_link_now",
    "doors.by_summary_now",
    "ways_back.joined",
    "ways_back.chosen",
    "doors.sign_in_now",
    "second.answered",
    "second.by_passkey",
}


def counts(app):
    """Return the number of rows of every table, and the sums of every counter."""
    with app.app_context():
        return {
            name: value
            for question in questions()
            for name, value in db.session.execute(question).mappings().one().items()
        }


@functools.cache
def questions():
    """One statement for each table: how many rows it has, and what its counters come to."""
    return [
        sa.select(
            sa.func.count().label(table.name),
            *(
                sa.func.sum(column).label(f"{table.name}.{column.name}")
                for column in table.c
                if isinstance(column.type, sa.Integer) and not column.foreign_keys and not column.primary_key
            ),
        ).select_from(table)
        for table in db.metadata.sorted_tables
        if table.name not in NOT_THINGS
    ]


def test_every_form_sent_twice_is_one_thing(app, world):
    """The same words, the same key: the same row counts, and the same answer."""
    table, failed, walked, changed = forms(world), [], 0, 0
    assert endpoints(app, "POST") == {endpoint for endpoint, _deed in table}
    before = counts(app)
    for (endpoint, deed), form in table.items():
        client = client_of(world, form.who)
        if endpoint in DOORS:
            continue
        answers, rows = [], []
        for _ in range(2):
            answer = client.post(form.path, data=filled(form, f"key-{endpoint}-{deed}"))
            answers.append((answer.status_code, answer.headers.get("Location")))
            rows.append(counts(app))
        walked += 1
        changed += before != rows[0]
        if rows[0] != rows[1] or answers[0] != answers[1] or answers[0][0] >= 400 and endpoint not in REFUSED:
            differ = {
                name: (rows[0][name], rows[1][name]) for name in rows[0] if rows[0][name] != rows[1][name]
            }
            failed.append((endpoint, deed, answers, differ))
        before = rows[1]
    assert not failed, failed
    assert walked >= 45
    assert changed >= 30  # the examples do something


# The example's current password is wrong, its passkey is none: tried twice, changed never.
REFUSED = {"settings.password_saved", "second_settings.passkey_on"}


@pytest.mark.parametrize("endpoint", sorted(DOORS))
def test_doors_sent_twice_let_in_once(app, world, endpoint):
    """A mailed key works once; a letter is asked for anew, but never leads to two accounts."""
    form = forms(world)[endpoint, ""]
    client = world.cast.visitor.client
    people = counts(app)["person"]
    for _ in range(2):
        answer = client.post(form.path, data=filled(form, "key"))
        assert answer.status_code < 500
    assert counts(app)["person"] == people
    assert counts(app)["login"] <= 7


# Sent by mail programs too, which have no page of ours: the address itself is signed, and only ends mail.
WITHOUT_TOKEN = {"unsubscribe.end"}


class TestTokens:
    """Forms carry a token of ours (T-42)."""

    @pytest.fixture
    def settings(self):
        return {"WTF_CSRF_ENABLED": True}

    def test_no_form_is_taken_without_its_token(self, app, world):
        cast, table = world.cast, forms(world)
        foreign = token_of(cast.steward)
        before = counts(app)
        tried = 0
        for (endpoint, deed), form in table.items():
            if endpoint in WITHOUT_TOKEN:
                continue
            seat = getattr(cast, form.who)
            for token in (None, "", "wrong", "é\udcff", "x" * 5000, foreign, ["a", "b"]):
                more = {} if token is None else {"csrf_token": token}
                if form.who == "steward" and token == foreign:
                    continue
                answer = seat.client.post(form.path, data=encoded(filled(form, "k", **more)))
                assert answer.status_code == 400, (endpoint, deed, token, answer.status_code)
                tried += 1
            for kind, data in (("application/json", b'{"body":"x"}'), ("text/plain", b"body=x")):
                answer = seat.client.post(form.path, data=data, content_type=kind)
                assert answer.status_code in (400, 415), (endpoint, kind, answer.status_code)
        assert tried > 300
        assert counts(app) == before

    def test_with_it_the_form_is_taken(self, app, world):
        seat = world.cast.outsider
        form = forms(world)["board.reply", ""]
        answer = seat.client.post(form.path, data=filled(form, "k", csrf_token=token_of(seat)))
        assert answer.status_code == 303

    def test_a_method_in_the_body_or_a_header_changes_nothing(self, app, world):
        before = counts(app)
        for (_endpoint, _deed), form in forms(world).items():
            client = client_of(world, form.who)
            for name in ("X-HTTP-Method-Override", "X-Method-Override"):
                assert client.get(form.path, headers={name: "POST"}).status_code in (200, 302, 303, 404, 405)
            assert client.get(f"{form.path}?_method=POST").status_code in (200, 302, 303, 404, 405)
        assert counts(app) == before


def encoded(fields):
    """Return fields with text that UTF-8 cannot say as bytes."""
    odd = fields.get("csrf_token")
    if isinstance(odd, str) and not odd.isascii():
        fields["csrf_token"] = odd.encode("utf-8", "surrogateescape")
    return fields


def token_of(seat):
    """Return a token for this person's session."""
    import re

    return re.search(r'name="csrf_token" value="([^"]+)"', seat.client.get("/settings").text)[1]
