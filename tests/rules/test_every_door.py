"""Every door counts its tries: whatever visitors may send, and every address that holds a secret.

A route that is added and stands in no table here fails: it says how it is guessed at, or why there is nothing to guess.
"""

import pytest

from tests.rules.world import JOINING, endpoints
from tests.seat import Visitor

# How each door is tried with something wrong; {n} differs with each try.
DOORS = {
    "calendar.calendar_feed": ("GET", "/calendar/feed/guess{n}.ics", {}),
    "saved.feed": ("GET", "/search/saved/guess{n}.atom", {}),
    "doors.sign_in_now": ("POST", "/sign-in", {"email": "n{n}@cast.example", "password": "wrong {n}"}),
    "doors.link_sent": ("POST", "/sign-in/link", {"email": "n{n}@cast.example"}),
    "doors.by_link": ("GET", "/sign-in/link/guess{n}", {}),
    "doors.by_link_now": ("POST", "/sign-in/link/guess{n}", {}),
    "doors.by_summary": ("GET", "/sign-in/summary/guess{n}", {}),
    "doors.by_summary_now": ("POST", "/sign-in/summary/guess{n}", {}),
    "ways_back.reset_sent": ("POST", "/reset", {"email": "n{n}@cast.example"}),
    "ways_back.choose": ("GET", "/reset/guess{n}", {}),
    "ways_back.chosen": ("POST", "/reset/guess{n}", {"password": "x"}),
    "ways_back.invited": ("GET", "/invite/guess{n}", {}),
    "ways_back.joined": ("POST", "/invite/guess{n}", {"password": "x"}),
    "moderation_answers.mailed": ("GET", "/appeals/guess{n}", {}),
    "moderation_answers.mailed_appeal": ("POST", "/appeals/guess{n}", {"words": "x"}),
    "unsubscribe.ask": ("GET", "/unsubscribe/guess{n}", {}),
    "unsubscribe.end": ("POST", "/unsubscribe/guess{n}", {"List-Unsubscribe": "One-Click"}),
    "join.send": ("POST", "/join", {**JOINING, "email": "n{n}@cast.example"}),
    "join.stands": ("GET", "/join/guess{n}", {}),
    "join.deed": ("POST", "/join/guess{n}", {}),
    "library_guests.show": ("GET", "/library/guest/guess{n}", {}),
    "library_guests.opened": ("POST", "/library/guest/guess{n}", {"password": "x"}),
    "library_guests.text": ("GET", "/library/guest/guess{n}/text/en", {}),
    "library_guests.file": ("GET", "/library/guest/guess{n}/files/1/a.pdf", {}),
    "second.by_passkey": ("POST", "/sign-in/passkey", {"credential": "{n}"}),
}
# Doors for who is half or wholly inside already; tests/stories/test_second_step.py, test_addresses.py and test_door.py count them.
INSIDE = {
    "addresses.opened",
    "addresses.taken",
    "second.answered",
    "second_settings.proved",
    "settings.password_saved",
}
NO_DOOR = {
    "library_series.show": "the key of a series is its name",
    "feedback.send": "a message to the secretariat, counted by itself: tests/stories/test_public_face.py",
    "doors.sign_out": "ends a session, opens none",
    "settings.language": "a choice of words",
}
SECRET = ("secret", "token", "key")


@pytest.fixture
def settings():
    return {"SIGN_IN_TRIES": 4, "SIGN_IN_TRIES_SUBNET": 4}


def guessable(app):
    """Endpoints that visitors may send something to, or whose address holds a secret."""
    found = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        sends = "POST" in rule.methods and getattr(view, "is_public", False)
        if sends or set(SECRET) & rule.arguments:
            found.add(rule.endpoint)
    return found & (endpoints(app, "GET") | endpoints(app, "POST"))


def test_every_door_stands_in_a_table(app):
    assert guessable(app) - set(DOORS) - INSIDE - set(NO_DOOR) == set()
    assert set(DOORS) - guessable(app) == set()


@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_door_counts_its_tries(app, cast, door):
    method, path, fields = DOORS[door]
    codes = []
    for n in range(6):
        said = {name: value.replace("{n}", str(n)) for name, value in fields.items()}
        answer = Visitor(app).client.open(path.replace("{n}", str(n)), method=method, data=said)
        codes.append(answer.status_code)
    assert 429 not in codes[:4] and codes[4:] == [429, 429], codes


def test_all_doors_share_one_count(app, cast):
    """Who is turned away at one door is turned away at all: one guesser walks them."""
    walked = sorted(DOORS)[:4]
    for n, door in enumerate([*walked, *sorted(DOORS)]):
        method, path, fields = DOORS[door]
        said = {name: value.replace("{n}", f"a{n}") for name, value in fields.items()}
        answer = Visitor(app).client.open(path.replace("{n}", f"a{n}"), method=method, data=said)
        assert (answer.status_code == 429) == (n >= 4), (n, door, answer.status_code)


def test_the_doors_inside_count_too(app, cast):
    for n in range(5):
        answer = cast.chair.posts(
            "/settings/password", {"current": f"wrong {n}", "password": "four quiet tables here"}
        )
        assert answer.status_code == (429 if n == 4 else 422)
