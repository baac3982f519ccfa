"""Stories of the door of an event: codes that nobody guesses, a list that several tick at once, figures, who sees the names."""

import csv
import datetime as dt
import io
import re

import pytest

from app.calendar import acts, door
from app.calendar.attendance import Attendance, Guest
from app.calendar.models import Event
from app.core import clock
from app.extensions import db
from tests.events import START, acted, added

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def comes(who, number, word="going", **more):
    assert who.posts(f"/events/{number}/answer", {"word": word, "way": "here", **more}).status_code == 303


def code(cast, number, who):
    with cast.app.app_context():
        return door.code_of(db.session.get(Event, number), who.id)


def looked_up(cast, number, typed, who=None):
    return (who or cast.chair).gets(f"/events/{number}/door/code?code={typed}")


def test_a_code_opens_the_door_of_its_own_event_for_its_hosts_alone(cast):
    number, other = added(cast, cast.chair), added(cast, cast.chair, title="Another evening")
    comes(cast.neighbour, number)
    page = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
    mine = code(cast, number, cast.neighbour)
    assert 'class="qr"' in page and mine in page
    assert mine not in cast.outsider.gets(f"/events/{number}", follow_redirects=True).text
    for who in (cast.neighbour, cast.outsider):
        assert looked_up(cast, number, mine, who).status_code == 403
    assert looked_up(cast, number, mine, cast.visitor).status_code == 303
    good = looked_up(cast, number, mine.upper())
    assert (
        good.status_code == 200 and "Neighbour desk" in good.text and "Check in all the same" not in good.text
    )
    forged = mine[:-1] + ("a" if mine[-1] != "a" else "b")
    for wrong in (
        forged,
        mine.replace(f"-{cast.neighbour.id}-", f"-{cast.outsider.id}-"),
        "",
        "١-٢-x",
        "x" * 500,
    ):
        answer = looked_up(cast, number, wrong)
        assert answer.status_code == 404 and "This is no code for this event." in answer.text
    assert "This code is for another event: Housing meeting." in looked_up(cast, other, mine).text
    comes(cast.neighbour, number, "no")
    assert "This code is old" in looked_up(cast, number, mine).text
    comes(cast.neighbour, number)
    assert cast.chair.posts(f"/events/{number}/door/{cast.neighbour.id}/came").status_code == 303
    assert "Noted already" in looked_up(cast, number, mine).text
    acted(cast, cast.chair, acts.cancel, number, "No hall.")
    assert "This event is cancelled." in looked_up(cast, number, mine).text


def test_several_note_who_is_there_and_see_it_at_once(cast):
    number = added(cast, cast.chair)
    comes(cast.neighbour, number)
    comes(cast.outsider, number, "maybe")
    comes(cast.steward, number)
    for who in (cast.chair, cast.steward, cast.neighbour):
        who.opens_socket()
        who.hears()
    base = f"/events/{number}/door"
    assert cast.neighbour.posts(f"{base}/{cast.neighbour.id}/came").status_code == 403
    for who in (cast.neighbour, cast.outsider):
        cast.steward.posts(f"{base}/{who.id}/came")
    assert cast.chair.posts(f"{base}/guests", {"name": " ", "house": ""}).status_code == 422
    cast.chair.posts(f"{base}/guests", {"name": "=1+1", "house": "A school"})
    cast.chair.posts(f"{base}/guests", {"name": "Somebody", "house": ""})
    heard = [(one["verb"], one["ref"]) for one in cast.chair.hears()]
    assert ("calendar.came", f"event:{number}") in heard and cast.neighbour.hears() == []
    part = cast.chair.gets(f"{base}?fragment=1&q=desk").text
    assert part.count("Here since") == 4 and "<html" not in part and "Answered otherwise" in part
    assert "Steward desk" not in cast.chair.gets(f"{base}?fragment=1&q=neighbour").text
    with cast.app.app_context():
        assert door.figures(number) == door.Figures(going=2, came=2, unasked=1, guests=2)
        guest = db.session.query(Guest).order_by(Guest.id.desc()).first().id
    cast.chair.posts(f"{base}/guests/{guest}/remove")
    cast.chair.posts(f"{base}/{cast.outsider.id}/uncame")
    with clock.at(START + 3 * HOUR):
        text = cast.chair.gets(f"/events/{number}/answers").text
        assert (
            "2 were there" in text
            and "1 who had a place was not there." in text
            and "1 came without a place." in text
        )
    table = cast.chair.gets(f"/events/{number}/answers.csv").text.lstrip("\ufeff")
    rows = {row[0]: row for row in csv.reader(io.StringIO(table))}
    assert rows["Neighbour desk"][6] and not rows["Outsider desk"][6] and rows["'=1+1"][1] == "A school"
    assert not any(
        cast.app.test_client().get(path).status_code == 200 for path in (base, f"/events/{number}/answers")
    )
    with clock.at(START + dt.timedelta(days=91)), cast.app.app_context():
        door.sweep()
        assert [one.name for one in db.session.query(Guest)] == [""] and door.figures(number).guests == 1


def test_a_full_list_says_so_and_a_script_leaves_no_words_behind(cast, monkeypatch):
    monkeypatch.setattr(door, "MOST_GUESTS", 2)
    base = f"/events/{added(cast, cast.chair)}/door"
    script = {"X-Requested-With": "fetch"}
    assert cast.chair.posts(f"{base}/guests", {"name": "Ann Silent"}, headers=script).status_code == 204
    assert cast.chair.gets(base).text.count("Ann Silent is on the list.") == 0
    assert cast.chair.posts(f"{base}/guests", {"name": "Ben Said"}).status_code == 303
    assert "Ben Said is on the list." in cast.chair.gets(base).text
    answer = cast.chair.posts(f"{base}/guests", {"name": "Cora Late"})
    assert answer.status_code == 422 and "There are as many as fit here." in answer.text


def test_names_are_shown_as_the_event_has_it(cast):
    number = added(cast, cast.chair, published="participants")
    comes(cast.neighbour, number, shown="y")
    comes(cast.steward, number)

    def seen(who):
        text = who.gets(f"/events/{number}", follow_redirects=True).text
        return bool(
            re.search(r"<bdi>Neighbour desk</bdi>", text.partition('id="answer"')[2])
        ), "Steward desk</bdi>" in text

    assert [seen(who) for who in (cast.neighbour, cast.chair, cast.outsider)] == [
        (True, False),
        (True, False),
        (False, False),
    ]
    comes(cast.outsider, number)
    assert seen(cast.outsider) == (True, False)
    acted(cast, cast.chair, acts.change, number, {"published": "nobody"})
    assert not any(seen(who)[0] for who in (cast.neighbour, cast.chair, cast.outsider))
    assert 'name="shown"' not in cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
    with cast.app.app_context():
        assert db.session.query(Attendance).filter_by(came=None).count() == 3
