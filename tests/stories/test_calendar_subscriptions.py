"""Stories of calendars elsewhere: addresses that give out what their owner sees, and no more."""

import datetime as dt
import json
import re

import icalendar
import pytest
import sqlalchemy as sa

from app.calendar import acts, choices, series, subscribing
from app.calendar.models import Event
from app.core import clock, site
from app.core.activity import record
from app.core.audience import PUBLIC, audience_of
from app.core.database import atomic
from app.extensions import db
from app.library.models import Document
from app.members.models import Person, Seat
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests import papers
from tests.counting import statements
from tests.deeds import entered
from tests.events import acted, added, fields

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def address(cast, who, what="mine", **more):
    """Make an address by the form; return its path."""
    answer = who.posts("/calendar/subscribe", {"what": what, "alarm": "0", **more})
    assert answer.status_code == 303, answer.text
    return re.search(r"/calendar/feed/[\w-]+\.ics", who.gets("/calendar/subscribe").text)[0]


def held(answer):
    """Return the titles of the events of a calendar."""
    return sorted(str(one["summary"]) for one in icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def test_what_is_in_my_groups(cast):
    added(cast, cast.chair, space="circle", audience="space", title="Quiet")
    added(cast, cast.chair, title="For members")
    added(cast, cast.outsider, space="europe", audience="public", title="Elsewhere")
    path = address(cast, cast.neighbour)
    answer = cast.visitor.gets(path)
    assert answer.mimetype == "text/calendar" and held(answer) == ["For members", "Quiet"]
    assert held(cast.visitor.gets("/calendar/public.ics")) == ["Elsewhere"]


def test_where_one_comes_is_in_ones_own_calendar(cast):
    number = added(cast, cast.outsider, space="europe", audience="public", title="Elsewhere")
    path = address(cast, cast.neighbour)
    tag = cast.visitor.gets(path).headers["ETag"]
    assert held(cast.visitor.gets(path)) == []
    assert cast.neighbour.posts(f"/events/{number}/answer", {"word": "maybe"}).status_code == 303
    answer = cast.visitor.gets(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200 and held(answer) == ["Elsewhere"]
    with clock.at(NOW + dt.timedelta(seconds=1)):
        assert cast.neighbour.posts(f"/events/{number}/answer", {"word": "no"}).status_code == 303
        assert held(cast.visitor.gets(path)) == []


def test_of_a_series_elsewhere_only_the_time_to_which_one_comes(cast):
    with cast.app.app_context():
        place = db.session.get(Space, cast.spaces.europe)
        begun = {"title": "Each week"}
        series.begin(cast.outsider.me(), place, fields(**begun), "FREQ=WEEKLY;COUNT=6", audience="public")
        times = db.session.scalars(sa.select(Event.id).order_by(Event.starts)).all()
    path = address(cast, cast.neighbour)
    for which in (times[1], times[3]):
        assert cast.neighbour.posts(f"/events/{which}/answer", {"word": "maybe"}).status_code == 303
    found = icalendar.Calendar.from_ical(cast.visitor.gets(path).data).walk("VEVENT")
    assert len({str(one["uid"]) for one in found}) == 1 and not any("rrule" in one for one in found)
    assert [one["recurrence-id"].dt.day for one in found] == [17, 31]
    (whole,) = icalendar.Calendar.from_ical(cast.visitor.gets("/calendar/public.ics").data).walk("VEVENT")
    assert "rrule" in whole and str(whole["uid"]) == str(found[0]["uid"])


def test_other_rights_and_another_name_of_the_site_are_news(cast):
    link = "https://meet.example/desk"
    added(cast, cast.chair, official=True, link=link, place="")
    path = address(cast, cast.chair)
    before = cast.visitor.gets(path)
    assert link in before.text and cast.visitor.gets(path, headers=had(before)).status_code == 304
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(Event).values(author_id=cast.outsider.id))
        for seat in db.session.scalars(sa.select(Seat).where(Seat.person_id == cast.chair.id)):
            seat.may_publish = False
    after = cast.visitor.gets(path, headers=had(before))
    assert after.status_code == 200 and link not in after.text
    public = cast.visitor.gets("/calendar/public.ics")
    with cast.app.app_context(), atomic():
        site.write("look", json.dumps({"title": "Another name"}))
    for one, where in ((after, path), (public, "/calendar/public.ics")):
        named = cast.visitor.gets(where, headers=had(one))
        assert named.status_code == 200 and "Another name" in named.text


def had(answer):
    return {"If-None-Match": answer.headers["ETag"]}


def test_one_group_and_one_theme(cast):
    with cast.app.app_context():
        theme = next(iter(choices.themes()))
    added(cast, cast.chair, space="africa", audience="members", title="Africa")
    added(cast, cast.chair, title="On a theme", theme=theme)
    assert held(cast.visitor.gets(address(cast, cast.neighbour, f"space:{cast.spaces.africa}"))) == ["Africa"]
    assert held(cast.visitor.gets(address(cast, cast.neighbour, f"theme:{theme}"))) == ["On a theme"]


def test_who_left_a_group_gets_its_events_no_longer(cast):
    added(cast, cast.chair, space="circle", audience="space", title="Quiet")
    path = address(cast, cast.neighbour, f"space:{cast.spaces.circle}")
    tag = cast.visitor.gets(path).headers["ETag"]
    with cast.app.app_context():
        spaces.leave(cast.neighbour.me(), db.session.get(Space, cast.spaces.circle))
    answer = cast.visitor.gets(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200 and held(answer) == []


def test_an_address_that_was_ended_leads_nowhere(cast):
    path = address(cast, cast.neighbour)
    number = re.search(r"/calendar/subscribe/(\d+)/end", cast.neighbour.gets("/calendar/subscribe").text)[1]
    assert cast.outsider.posts(f"/calendar/subscribe/{number}/end").status_code == 404
    assert cast.visitor.gets(path).status_code == 200
    assert cast.neighbour.posts(f"/calendar/subscribe/{number}/end").status_code == 303
    assert cast.visitor.gets(path).status_code == 404
    assert cast.visitor.gets("/calendar/feed/nonsense.ics").status_code == 404


def test_a_closed_account_has_no_calendar(cast):
    path = address(cast, cast.neighbour)
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).state = "left"
    assert cast.visitor.gets(path).status_code == 404


def test_nothing_is_sent_anew_while_nothing_changed(cast):
    number = added(cast, cast.chair)
    path = address(cast, cast.neighbour)
    tag = cast.visitor.gets(path).headers["ETag"]
    with cast.app.app_context():
        engine = db.engine
    with statements(engine) as said:
        assert cast.visitor.gets(path, headers={"If-None-Match": tag}).status_code == 304
    assert len(said) < 10
    acted(cast, cast.chair, acts.change, number, {"title": "Other words"})
    answer = cast.visitor.gets(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200 and held(answer) == ["Other words"]
    public = cast.visitor.gets("/calendar/public.ics").headers["ETag"]
    assert cast.visitor.gets("/calendar/public.ics", headers={"If-None-Match": public}).status_code == 304


def test_a_thousand_other_things_change_no_calendar(cast):
    number = added(cast, cast.chair)
    path = address(cast, cast.neighbour)
    tag = cast.visitor.gets(path).headers["ETag"]
    with cast.app.app_context(), atomic():
        for nth in range(1000):
            record("test.happened", actor=None, subject=f"test:{nth}", audience_id=audience_of(PUBLIC))
    assert cast.visitor.gets(path, headers={"If-None-Match": tag}).status_code == 304
    acted(cast, cast.chair, acts.change, number, {"title": "Other words"})
    assert cast.visitor.gets(path, headers={"If-None-Match": tag}).status_code == 200


def test_reminders_and_deadlines_by_choice(cast):
    added(cast, cast.chair)
    paper = papers.published(cast, cast.chair, title="Old figures")
    with cast.app.app_context(), atomic():
        db.session.get(Document, paper).review_by = dt.date(2027, 3, 15)
    assert b"VALARM" not in cast.visitor.gets(address(cast, cast.chair)).data
    answer = cast.visitor.gets(address(cast, cast.chair, alarm="60", due="y"))
    assert b"TRIGGER:-PT1H" in answer.data and held(answer) == [
        "Does it still hold?: Old figures",
        "Housing meeting",
    ]


def test_a_change_has_the_same_name_and_a_higher_number(cast):
    number = added(cast, cast.chair)
    path = address(cast, cast.neighbour)

    def one():
        (made,) = icalendar.Calendar.from_ical(cast.visitor.gets(path).data).walk("VEVENT")
        return str(made["uid"]), int(made["sequence"]), str(made["status"])

    uid = one()[0]
    assert one() == (uid, 0, "CONFIRMED")
    acted(cast, cast.chair, acts.change, number, {"place": "Another hall"})
    assert one() == (uid, 1, "CONFIRMED")
    acted(cast, cast.chair, acts.cancel, number, "No hall.")
    assert one() == (uid, 2, "CANCELLED")


def test_bad_input_and_too_many(cast):
    for wrong in (
        {"what": "space:999"},
        {"what": f"space:{cast.spaces.circle}"},
        {"what": ""},
        {"alarm": "7"},
    ):
        assert (
            cast.outsider.posts("/calendar/subscribe", {"what": "mine", "alarm": "0", **wrong}).status_code
            == 422
        )
    for _number in range(subscribing.MOST):
        address(cast, cast.outsider)
    answer = cast.outsider.posts("/calendar/subscribe", {"what": "mine", "alarm": "0"})
    assert answer.status_code == 422 and "You have 20 addresses already" in answer.text
    assert cast.visitor.posts("/calendar/subscribe", {"what": "mine"}).location.startswith("/sign-in")


def test_words_become_no_lines_of_the_calendar(cast):
    hostile = 'x";BEGIN:VALARM\nTRIGGER:-PT1M, \\n'
    added(cast, cast.chair, title=hostile.replace("\n", " "), place=hostile.replace("\n", " "), body=hostile)
    answer = cast.visitor.gets(address(cast, cast.neighbour))
    assert b"\r\nBEGIN:VALARM" not in answer.data and len(held(answer)) == 1


def test_deadlines_of_mine_are_what_my_organisations_carry(cast):
    """Whatever else an address shows: one's own actions with the tick, none that one only sees, none without it."""
    with cast.app.app_context():
        theme = next(iter(choices.themes()))
        entered(cast, title="We lead", ends="2027-04", lead_id=cast.organisations.chair)
        entered(cast, title="We take part", ends="2027-05", partner_ids=[cast.organisations.chair])
        entered(cast, title="Of others", ends="2027-05", lead_id=cast.organisations.neighbour)
    own = ["Joint action due: We lead", "Joint action due: We take part"]
    for what in ("mine", f"theme:{theme}", f"space:{cast.spaces.circle}"):
        assert held(cast.visitor.gets(address(cast, cast.chair, what, due="y"))) == own, what
    for path in (address(cast, cast.chair), address(cast, cast.outsider, due="y")):
        assert held(cast.visitor.gets(path)) == []
    assert held(cast.visitor.gets(address(cast, cast.neighbour, due="y"))) == ["Joint action due: Of others"]


def test_the_public_address_gives_deadlines_and_reminders_by_choice(cast):
    added(cast, cast.chair, audience="public", title="Open day")
    with cast.app.app_context():
        entered(cast, title="For all", ends="2027-04", audience="public")
        entered(cast, title="For members", ends="2027-04")
    assert held(cast.visitor.gets("/calendar/public.ics")) == ["Open day"]
    assert b"VALARM" not in cast.visitor.gets("/calendar/public.ics?alarm=7").data
    for who in (cast.visitor, cast.chair):  # the same to everybody
        assert held(who.gets("/calendar/public.ics?due=1")) == ["Joint action due: For all", "Open day"]
    reminding = cast.visitor.gets("/calendar/public.ics?due=1&alarm=60")
    assert reminding.data.count(b"TRIGGER:-PT1H") == 2
    again = {"If-None-Match": reminding.headers["ETag"]}
    assert cast.visitor.gets("/calendar/public.ics?due=1&alarm=60", headers=again).status_code == 304
    assert cast.visitor.gets("/calendar/public.ics?due=1", headers=again).status_code == 200
    with cast.app.app_context():
        entered(cast, title="Another", ends="2027-04", audience="public")
    assert cast.visitor.gets("/calendar/public.ics?due=1&alarm=60", headers=again).status_code == 200
    text = cast.visitor.gets("/calendar/subscribe").text
    assert "/calendar/public.ics?due=1&amp;alarm=60" in text
