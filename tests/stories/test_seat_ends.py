"""Seats that are meant for a time: planned in the form, reminded of, ended by the job process."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members import acts, offices, seat_ends
from app.members.models import Organisation, Person, Seat
from app.notifications.models import Notice
from tests.doors import count
from tests.seat import tell
from tests.stories.test_seats import FORM, base, one_seat, seat_of


def day(number):
    return clock.now().date() + dt.timedelta(days=number)


def plans(cast, number, name="neighbour"):
    answer = cast.steward.posts(one_seat(cast, name), {**FORM, "ends": day(number).isoformat()})
    assert answer.status_code == 303, answer.text
    return seat_of(cast, name)


def later(cast, number):
    with cast.app.app_context(), clock.at(clock.now() + dt.timedelta(days=number)):
        seat_ends.due()
        seat_ends.due()
    tell(cast.app)


def heard(cast, who):
    with cast.app.app_context():
        rows = sa.select(Notice.verb).where(
            Notice.person_id == who.id, Notice.verb.in_(("seats.ends_soon", "seats.ran_out"))
        )
        return sorted(db.session.scalars(rows))


def facts(cast):
    from app.core.activity import Activity

    return count(cast.app, Activity, Activity.verb == "seats.ends_soon")


def test_the_last_day_is_planned_in_the_form(cast):
    plans(cast, 60)
    page = cast.neighbour.gets(base(cast)).text
    with cast.app.app_context():
        seat = db.session.get(Seat, seat_of(cast, "neighbour"))
        assert seat.ends == day(60) and "until" in page
    wrong = cast.neighbour.posts(one_seat(cast), {**FORM, "ends": day(-1).isoformat()})
    assert wrong.status_code == 422 and "This day is over." in wrong.text
    odd = cast.neighbour.posts(one_seat(cast), {**FORM, "ends": "soon"})
    assert odd.status_code == 422 and "Write the day" in odd.text


def test_holder_contacts_and_secretariat_are_reminded_twice_and_nobody_else(cast):
    plans(cast, 60)
    later(cast, 10)
    assert facts(cast) == 0
    later(cast, 30)
    assert facts(cast) == 1
    later(cast, 40)
    assert facts(cast) == 1
    later(cast, 54)
    assert facts(cast) == 2
    for who in (cast.neighbour, cast.steward):
        assert heard(cast, who) == ["seats.ends_soon"]
    assert heard(cast, cast.chair) == [] == heard(cast, cast.outsider)
    assert "ends soon, as it was planned" in cast.neighbour.gets("/notifications").text


def test_a_holder_who_looks_after_nothing_can_open_what_the_reminder_names(cast):
    number = plans(cast, 20)
    with cast.app.app_context(), atomic() as session:
        session.get(Seat, number).primary = False
    later(cast, 0)
    with cast.app.app_context():
        rows = sa.select(Notice.url).where(
            Notice.person_id == cast.neighbour.id, Notice.verb == "seats.ends_soon"
        )
        url = db.session.scalars(rows).one()
    assert cast.neighbour.gets(base(cast)).status_code == 403 and cast.neighbour.gets(url).status_code == 200


def test_another_day_is_reminded_of_anew(cast):
    plans(cast, 20)
    later(cast, 0)
    plans(cast, 25)
    later(cast, 0)
    assert facts(cast) == 2


def test_seats_that_were_reminded_of_keep_no_other_waiting(cast, monkeypatch):
    monkeypatch.setattr(seat_ends, "MOST", 1)
    plans(cast, 20)
    plans(cast, 20, "outsider")
    later(cast, 0)
    assert facts(cast) == 2


def test_after_its_last_day_the_seat_ends_and_waits_for_the_next_holder(cast):
    number = plans(cast, 20)
    later(cast, 20)
    with cast.app.app_context():
        assert db.session.get(Seat, number).ended is None
    later(cast, 21)
    with cast.app.app_context():
        seat = db.session.get(Seat, number)
        assert seat.ended is not None and seat.handed
        assert db.session.get(Person, cast.neighbour.id).state == "left"
    assert cast.neighbour.gets("/notifications").status_code == 303
    assert heard(cast, cast.steward) == ["seats.ran_out"]
    assert count(cast.app, OutboxMail, OutboxMail.kind == "seat_ended") == 1


def test_the_last_of_the_secretariat_stays_and_an_office_goes_with_its_seat(cast):
    with cast.app.app_context(), atomic() as session:
        session.get(Seat, seat_of(cast, "steward")).ends = day(1)
    later(cast, 3)
    with cast.app.app_context():
        assert db.session.get(Seat, seat_of(cast, "steward")).ended is None
        other = acts.add_person(None, email="second@cast.example", name="Second officer", steward=True)
        acts.give_seat(
            None, other, db.session.get(Organisation, cast.organisations.steward), role="secretariat"
        )
    later(cast, 3)
    with cast.app.app_context():
        gone = db.session.get(Person, cast.steward.id)
        assert offices.of(gone) == [] and gone.state == "left"


@pytest.mark.parametrize("who", ["chair", "outsider"])
def test_nobody_else_plans_an_end(cast, who):
    sent = {**FORM, "ends": day(5).isoformat()}
    assert getattr(cast, who).posts(one_seat(cast), sent).status_code == 403
