"""Stories of who comes: answers, limits, the waiting list, reminders, and the list for the hosts."""

import concurrent.futures as futures
import csv
import datetime as dt
import io
import re

import openpyxl
import pytest
import sqlalchemy as sa

from app.calendar import acts, answering, coming, reminding
from app.calendar.attendance import Attendance
from app.calendar.models import Event
from app.core import clock, watches
from app.core.audience import MEMBERS, audience_of
from app.core.database import atomic
from app.extensions import db
from app.members.models import Organisation, Person, Seat
from app.members.signed_in import as_person
from app.notifications.models import Notice
from tests import events
from tests.events import acted, added, event, facts
from tests.seat import tell
from tests.stories.test_notice_mail import mails

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
WHOLE = dt.datetime(2027, 3, 11, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def answers(cast, who, number, word="going", **more):
    return who.posts(f"/events/{number}/answer", {"word": word, "way": "online", **more})


def stands(cast, number):
    """Return who stands how."""
    with cast.app.app_context():
        rows = db.session.execute(sa.select(Attendance.person_id, Attendance.word, Attendance.state)).all()
    names = {getattr(cast, name).id: name for name in ("chair", "neighbour", "outsider", "steward")}
    return {names.get(row.person_id, row.person_id): row.state or row.word for row in rows}


def lapses(cast):
    with cast.app.app_context():
        answering.lapse()


LIMITED = {"link": "https://meet.example/x", "place": "", "seats_online": 1}


def test_an_answer_is_kept_changed_and_follows(cast):
    number = added(cast, cast.chair, link="https://meet.example/x")
    assert answers(cast, cast.neighbour, number).status_code == 303
    text = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
    assert "You have a place." in text and "1 comes online" in text
    assert answers(cast, cast.neighbour, number, way="here").status_code == 303
    assert "1 comes in person" in cast.outsider.gets(f"/events/{number}", follow_redirects=True).text
    with cast.app.app_context():
        assert watches.level(cast.neighbour.id, f"event:{number}") == watches.FOLLOW
    answers(cast, cast.neighbour, number, "no")
    with cast.app.app_context():
        assert watches.level(cast.neighbour.id, f"event:{number}") == ""
    assert stands(cast, number) == {"neighbour": "no"}


def test_open_pages_ask_for_the_numbers_alone(cast):
    number = added(cast, cast.chair, link="https://meet.example/x", seats_online=2)
    path = f"/events/{number}/counts"
    assert cast.outsider.gets(path).status_code == 302
    for who, word in ((cast.neighbour, "going"), (cast.steward, "no")):
        answers(cast, who, number, word)
    text = cast.outsider.gets(f"{path}?fragment=1").text
    assert "1 comes online" in text and "1 does not come" in text and "1 of 2 places is free" in text
    assert "You have a place." in cast.neighbour.gets(f"{path}?fragment=1").text and "You have" not in text
    answers(cast, cast.outsider, number)
    assert "all places are taken (2)" in cast.neighbour.gets(f"{path}?fragment=1").text
    told = facts(cast, "calendar.counted")
    assert len(told) == 3 and {one.actor_id for one in told} == {None}  # that they changed, never who it was
    hidden = added(cast, cast.chair, space="circle", audience="space")
    assert cast.outsider.gets(f"/events/{hidden}/counts?fragment=1").status_code == 404
    others = added(cast, cast.chair, outside="A league of towns")
    assert cast.outsider.gets(f"/events/{others}/counts?fragment=1").status_code == 404


def test_bad_answers_and_who_may_not(cast):
    number = added(cast, cast.chair)
    assert answers(cast, cast.neighbour, number, "perhaps").status_code == 422
    assert cast.neighbour.posts(f"/events/{number}/answer", {}).status_code == 422
    assert answers(cast, cast.visitor, number).location.startswith("/sign-in")
    hidden = added(cast, cast.chair, space="circle", audience="space")
    assert answers(cast, cast.outsider, hidden).status_code == 404
    acted(cast, cast.chair, acts.cancel, number, "No hall.")
    answers(cast, cast.neighbour, number)
    with clock.at(NOW + 30 * DAY):
        over = added(cast, cast.chair)
        answers(cast, cast.steward, over)
    assert stands(cast, number) == {}


def test_the_waiting_list_moves_up_by_itself(cast):
    number = added(cast, cast.chair, **LIMITED)
    for who in (cast.neighbour, cast.outsider, cast.steward):
        answers(cast, who, number)
    assert stands(cast, number) == {"neighbour": "in", "outsider": "waiting", "steward": "waiting"}
    assert (
        "You are number 2 on the waiting list"
        in cast.steward.gets(f"/events/{number}", follow_redirects=True).text
    )
    answers(cast, cast.neighbour, number, "no")
    assert stands(cast, number) == {"neighbour": "no", "outsider": "offered", "steward": "waiting"}
    tell(cast.app)
    assert "A place is free for you" in cast.outsider.gets("/notifications").text
    assert "A place is free for you" not in cast.steward.gets("/notifications").text
    answers(cast, cast.neighbour, number)  # who left stands at the end
    assert stands(cast, number)["neighbour"] == "waiting"
    answers(cast, cast.outsider, number)
    assert stands(cast, number)["outsider"] == "in"


def test_an_offered_place_is_kept_for_a_day_and_no_longer(cast):
    number = added(cast, cast.chair, **LIMITED)
    for who in (cast.neighbour, cast.outsider, cast.steward):
        answers(cast, who, number)
    answers(cast, cast.neighbour, number, "no")
    with clock.at(NOW + DAY - dt.timedelta(minutes=1)):
        lapses(cast)
    assert stands(cast, number)["outsider"] == "offered"
    with clock.at(NOW + DAY):
        lapses(cast)
        assert stands(cast, number) == {"neighbour": "no", "outsider": "maybe", "steward": "offered"}
        lapses(cast)
    assert stands(cast, number)["steward"] == "offered"


def test_more_places_are_offered_to_who_waits(cast):
    number = added(cast, cast.chair, **LIMITED)
    for who in (cast.neighbour, cast.outsider, cast.steward):
        answers(cast, who, number)
    acted(cast, cast.chair, acts.change, number, {"seats_online": 3})
    assert stands(cast, number) == {"neighbour": "in", "outsider": "offered", "steward": "offered"}


def test_each_way_has_its_own_limit(cast):
    number = added(cast, cast.chair, link="https://meet.example/x", seats_online=1)
    for who in (cast.neighbour, cast.outsider):
        answers(cast, who, number)
    answers(cast, cast.outsider, number, way="here")
    assert stands(cast, number) == {"neighbour": "in", "outsider": "in"}


def test_so_many_of_one_organisation(cast):
    number = added(cast, cast.chair, link="https://meet.example/x", place="", per_house=1)
    with cast.app.app_context(), atomic():
        home = cast.organisations.neighbour
        seat = db.session.query(Seat).filter_by(person_id=cast.outsider.id).one()
        seat.organisation_id = home
    for who in (cast.neighbour, cast.outsider, cast.chair):
        answers(cast, who, number)
    assert stands(cast, number) == {"neighbour": "in", "outsider": "waiting", "chair": "in"}
    answers(cast, cast.neighbour, number, "maybe")
    assert stands(cast, number)["outsider"] == "offered"


@pytest.mark.parametrize("wrong", ["none", "-1", "0", "1000000", "4.5"])
def test_a_limit_that_is_none(cast, wrong):
    answer = cast.chair.posts("/events/new", events.form(cast, seats_here=wrong))
    assert answer.status_code == 422 and "Write a number of places" in answer.text


def crowd(cast, number):
    """Let so many more people in, of ten organisations; return their numbers."""
    found = []
    with cast.app.app_context(), atomic():
        houses = [
            Organisation(audience_id=audience_of(MEMBERS), form="city", code=f"X{n:02}", handle=f"house-{n}", name=f"House {n}",
                         place="", sort_name=f"House {n}", facts={})
            for n in range(10)
        ]  # fmt: skip
        db.session.add_all(houses)
        db.session.flush()
        for n in range(number):
            person = Person(
                audience_id=audience_of(MEMBERS),
                email=f"p{n}@x.example",
                handle=f"p-{n}",
                name=f"P {n}",
                at=NOW,
            )
            db.session.add(person)
            db.session.flush()
            db.session.add(Seat(person_id=person.id, organisation_id=houses[n % 10].id, role="member", title="x", since=NOW,
                                primary=False, may_publish=False, may_answer=False))  # fmt: skip
            found.append(person.id)
    return found


@pytest.mark.own_database
def test_no_place_is_given_twice_to_two_hundred_at_once(cast):
    number = added(cast, cast.chair, link="https://meet.example/x", place="", seats_online=50, per_house=8)
    people = crowd(cast, 200)

    def one(person):
        with clock.at(NOW), cast.app.app_context():
            answering.answer(as_person(person), db.session.get(Event, number), "going")

    with futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(one, people))
    with cast.app.app_context():
        rows = db.session.execute(
            sa.select(Attendance.state, sa.func.count()).group_by(Attendance.state)
        ).all()
        assert dict(map(tuple, rows)) == {"in": 50, "waiting": 150}
        houses = (
            sa.select(sa.func.count()).where(Attendance.state == "in").group_by(Attendance.organisation_id)
        )
        assert max(db.session.scalars(houses)) <= 8
        assert db.session.get(Event, number).answered == 200

    def leaves(person):
        with clock.at(NOW), cast.app.app_context():
            answering.answer(as_person(person), db.session.get(Event, number), "no")

    with futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(leaves, people[:100]))
    with cast.app.app_context():
        states = sa.select(sa.func.count()).where(Attendance.state.in_(["in", "offered"]))
        assert db.session.scalar(states) == 50


def test_reminders_go_to_who_comes_and_to_nobody_else_each_once(cast):
    number = added(cast, cast.chair)
    cast.steward.posts(f"/events/{number}/follow")
    answers(cast, cast.neighbour, number)
    answers(cast, cast.outsider, number, "no")
    for before in (8 * DAY, 7 * DAY, 6 * DAY, DAY, DAY / 2, DAY / 24, DAY / 48):
        with clock.at(events.START - before), cast.app.app_context():
            reminding.remind()
    told = [fact.data for fact in facts(cast, "calendar.soon")]
    begins = events.START.isoformat()
    assert told == [{"to": [cast.neighbour.id], "bit": bit, "begins": begins} for bit in (1, 2, 4)]
    tell(cast.app)
    with cast.app.app_context():
        verbs = {(n.person_id, n.verb) for n in db.session.query(Notice)}
    assert (cast.neighbour.id, "calendar.soon") in verbs and len(
        [v for v in verbs if v[1] == "calendar.soon"]
    ) == 1


def test_a_reminder_says_when_it_begins_on_the_clocks_of_who_reads_it(cast):
    whole = added(cast, cast.chair, title="All day", starts=WHOLE, ends=WHOLE + DAY, all_day=True)
    for number in (added(cast, cast.chair), whole):
        answers(cast, cast.neighbour, number)
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).timezone = "America/New_York"
    with clock.at(events.START - DAY / 24):
        with cast.app.app_context():
            reminding.remind()
        letters = mails(cast)
        text = "".join(one.text for one in letters) + cast.neighbour.gets("/notifications").text
    text = re.sub(r"<[^>]*>", "", text)
    assert text.count("begins soon: Wednesday 10 March, 04:00, New York (UTC−5)") == 2, text
    assert "begins soon: Thursday 11 March" in text


def test_who_answers_late_gets_no_old_reminder(cast):
    number = added(cast, cast.chair)
    with clock.at(events.START - 2 * DAY):
        answers(cast, cast.neighbour, number)
        with cast.app.app_context():
            reminding.remind()
    assert facts(cast, "calendar.soon") == []
    with clock.at(events.START - DAY), cast.app.app_context():
        reminding.remind()
    assert [fact.data["bit"] for fact in facts(cast, "calendar.soon")] == [2]


def test_nobody_is_reminded_of_what_is_cancelled(cast):
    number = added(cast, cast.chair)
    answers(cast, cast.neighbour, number)
    acted(cast, cast.chair, acts.cancel, number, "No hall.")
    with clock.at(events.START - DAY), cast.app.app_context():
        reminding.remind()
    assert facts(cast, "calendar.soon") == []


def test_names_are_shown_only_by_choice(cast):
    number = added(cast, cast.chair, audience="public", space="africa")
    answers(cast, cast.neighbour, number, shown="y")
    answers(cast, cast.steward, number)
    text = cast.outsider.gets(f"/events/{number}", follow_redirects=True).text
    assert "Neighbour desk" in text and "Steward desk" not in text and "2 come in person" in text
    assert "Neighbour desk" not in cast.visitor.gets(f"/events/{number}", follow_redirects=True).text


def test_a_long_list_of_names_says_that_it_is_the_beginning(cast, monkeypatch):
    number = added(cast, cast.chair)
    for who in (cast.neighbour, cast.steward):
        answers(cast, who, number, shown="y")
    text = cast.outsider.gets(f"/events/{number}", follow_redirects=True).text
    assert "Neighbour desk" in text and "Steward desk" in text and "These are the first" not in text
    monkeypatch.setattr(coming, "SHOWN", 1)
    text = cast.outsider.gets(f"/events/{number}", follow_redirects=True).text
    assert (
        "These are the first 1 by name." in text and "Neighbour desk" in text and "Steward desk" not in text
    )


def test_the_list_for_the_hosts(cast):
    number = added(cast, cast.chair)
    with cast.app.app_context():
        db.session.get(Person, cast.neighbour.id).name = "=1+1"
        db.session.commit()
    answers(cast, cast.neighbour, number)
    answers(cast, cast.outsider, number, "maybe")
    for tail in ("answers", "answers.csv", "answers.xlsx"):
        assert cast.neighbour.gets(f"/events/{number}/{tail}").status_code == 403
        assert cast.visitor.gets(f"/events/{number}/{tail}").status_code == 303
    assert "Outsider desk" in cast.chair.gets(f"/events/{number}/answers").text
    rows = list(
        csv.reader(io.StringIO(cast.chair.gets(f"/events/{number}/answers.csv").text.lstrip("\ufeff")))
    )
    assert (
        rows[1][0] == "'=1+1"
        and rows[1][2:5] == ["Going", "In person", "Has a place"]
        and rows[2][2:5] == ["Maybe", "", ""]
    )
    book = openpyxl.load_workbook(io.BytesIO(cast.chair.gets(f"/events/{number}/answers.xlsx").data))
    cells = [[cell.value for cell in row] for row in book.active]
    assert cells[1][0] == "'=1+1" and book.active["A2"].data_type == "s" and len(cells) == 3


def test_answers_are_no_item_of_the_newsfeed(cast):
    number = added(cast, cast.chair)
    cast.outsider.opens_socket()
    cast.outsider.hears()
    answers(cast, cast.neighbour, number)
    assert [(fact["verb"], fact["ref"]) for fact in cast.outsider.hears()] == [
        ("calendar.counted", f"event:{number}")
    ]
    assert "calendar.counted" not in cast.outsider.gets("/").text  # neither shown nor counted by the pill
    assert event(cast, number).answered == 1
