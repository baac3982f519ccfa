"""Stories of finding a date: times on everybody's own clocks, who can when, how many would be asleep, and the event it becomes."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.calendar import polling
from app.calendar.models import Event
from app.calendar.poll_models import TimePoll, TimeVote
from app.core import clock
from app.core.database import atomic
from app.extensions import db
from app.members.models import Person
from app.spaces import changes
from app.spaces.models import Space
from tests import talk
from tests.events import added, facts
from tests.seat import tell
from tests.stories.test_notices import told

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def sent(cast, **more):
    """What the form sends: two hours of one morning in Vienna, and a late one."""
    return {
        "title": "A talk about rents", "body": "Which *hour*?", "minutes": "60", "zone": "Europe/Vienna", "closes": "2027-03-05",
        "space": cast.spaces.network, "audience": "members", "language": "en", "organisation": "0", "day_0": "2027-03-10",
        "hour_0": "09:00", "day_1": "2027-03-10", "hour_1": "14:00", "day_5": "2027-03-11", "hour_5": "22:30", **more,
    }  # fmt: skip


def asked(cast, who=None, **more):
    answer = (who or cast.chair).posts("/dates/new", sent(cast, **more))
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/dates/(\d+)-", answer.headers["Location"])[1])


def options(cast, number):
    with cast.app.app_context():
        return [time.id for time in polling.times_of(db.session.get(TimePoll, number))]


def says(who, number, **words):
    return who.posts(f"/dates/{number}/answers", {f"t-{key[1:]}": word for key, word in words.items()})


def lives_in(cast, who, zone):
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(Person).where(Person.id == who.id).values(timezone=zone))


def page(who, number):
    return who.gets(f"/dates/{number}", follow_redirects=True).text


def test_a_time_is_found_and_becomes_the_event(cast):
    lives_in(cast, cast.outsider, "Pacific/Auckland")
    cast.neighbour.opens_socket()
    number = asked(cast)
    assert [one["verb"] for one in cast.neighbour.hears()] == ["calendar.dates_asked"]
    first, second, third = options(cast, number)
    text = page(cast.outsider, number)
    assert (
        "21:00–22:00" in text and "09:00–10:00" in text and "Vienna" in text
    )  # hers, and the host's beside it
    assert (
        says(
            cast.outsider, number, **{f"_{first}": "yes", f"_{second}": "no", f"_{third}": "yes"}
        ).status_code
        == 303
    )
    says(cast.neighbour, number, **{f"_{first}": "yes", f"_{second}": "yes"})
    says(cast.neighbour, number, **{f"_{first}": "need", f"_{second}": "yes", f"_{third}": "no"})  # changed
    assert "calendar.dates_answered" in [one["verb"] for one in cast.neighbour.hears()]
    with cast.app.app_context():
        made = polling.matrix(db.session.get(TimePoll, number))
        assert [(one.can, one.need, one.asleep, one.best) for one in made.columns] == [
            (2, 1, 0, True), (1, 0, 1, False), (1, 0, 0, False),
        ]  # fmt: skip
        assert [line.id for line in made.lines] == [cast.neighbour.id, cast.outsider.id]
    part = cast.steward.gets(f"/dates/{number}/table?fragment=1").text
    assert "2 of 2 can" in part and "1 would be asleep" in part and "Suits most" in part
    assert "Choose this time" not in cast.outsider.gets(f"/dates/{number}/table?fragment=1").text
    choose = f"/events/new?dates={number}-{first}"
    assert cast.outsider.gets(choose).status_code == 403
    form = cast.chair.gets(choose).text
    assert 'value="A talk about rents"' in form and 'value="09:00"' in form and 'value="10:00"' in form
    fields = {"title": "A talk about rents", "form": "meeting", "day": "2027-03-10", "hour": "09:00", "last_day": "",
              "end_hour": "10:00", "zone": "Europe/Vienna", "place": "", "link": "", "body": "", "language": "en", "theme": "",
              "access": "", "space": cast.spaces.network, "audience": "members", "organisation": "0",
              "dates": f"{number}-{first}"}  # fmt: skip
    assert (
        cast.chair.posts("/events/new", {**fields, "title": ""}).text.count(
            f'name="dates" value="{number}-{first}"'
        )
        == 1
    )
    assert cast.chair.posts("/events/new", fields).status_code == 303
    with cast.app.app_context():
        event = db.session.query(Event).one()
        assert event.starts == dt.datetime(2027, 3, 10, 8, 0, tzinfo=dt.UTC)
        assert db.session.get(TimePoll, number).event_id == event.id
    tell(cast.app)
    for who, hears in ((cast.neighbour, True), (cast.outsider, True), (cast.steward, False)):
        assert ("Say whether you come." in who.gets("/notifications").text) == hears
    text = page(cast.outsider, number)
    assert (
        "A time is chosen." in text
        and "&lt;" not in text
        and f"/events/{event.id}-" in text
        and 'name="t-' not in text
    )
    assert says(cast.outsider, number, **{f"_{first}": "no"}).status_code == 303
    assert (
        cast.chair.posts("/events/new", fields).status_code == 303
    )  # again: an event, and nobody hears of it twice
    assert len(facts(cast, "calendar.dates_chosen")) == 1
    with cast.app.app_context():
        assert db.session.query(TimeVote).filter_by(person_id=cast.outsider.id, word="no").count() == 1


def test_what_is_wrong_is_said_and_nothing_is_lost(cast):
    for more, words in (
        ({"title": ""}, "Write a title."), ({"day_1": "", "hour_1": "", "day_5": "", "hour_5": ""}, "Propose at least two times."),
        ({"hour_1": ""}, "Write the hour, like 09:00."), ({"day_1": ""}, "Choose a day."),
        ({"day_1": "2027-02-10"}, "Choose a time between now"), ({"day_1": "2027-03-28", "hour_1": "02:30"}, "clocks go forward"),
        ({"closes": "2027-02-01"}, "Choose a day between today"), ({"closes": "9999-12-31"}, "Choose a day between today"),
        ({"minutes": "7"}, "Choose one from the list."), ({"zone": "Mars/Base"}, "Choose one from the list."),
        ({"space": cast.spaces.circle}, "Choose one of the list."),
    ):  # fmt: skip
        answer = cast.outsider.posts("/dates/new", sent(cast, **more))
        assert answer.status_code == 422 and words in answer.text and "Which *hour*?" in answer.text, (
            more,
            words,
        )
    number = asked(cast)
    first = options(cast, number)[0]
    for words in ({}, {f"_{first}": "perhaps"}, {"_999999": "yes"}):
        assert says(cast.neighbour, number, **words).status_code == 422
    with clock.at(dt.datetime(2027, 3, 5, 22, 59, tzinfo=dt.UTC)):
        assert says(cast.neighbour, number, **{f"_{first}": "yes"}).status_code == 303
    with clock.at(dt.datetime(2027, 3, 5, 23, 0, tzinfo=dt.UTC)):
        says(cast.neighbour, number, **{f"_{first}": "no"})
        assert "The time to answer is over." in page(cast.neighbour, number)
    with cast.app.app_context():
        assert [vote.word for vote in db.session.query(TimeVote)] == ["yes"]


def test_who_sees_it_ends_it_and_takes_it_away(cast):
    inner = asked(cast, space=cast.spaces.circle, audience="space", title="For the circle alone")
    number = asked(cast, space=cast.spaces.africa, title="For all members")
    tell(cast.app)

    def seen(who, one):
        listed = f"/dates/{one}-" in who.gets("/dates").text
        answers = {
            who.gets(f"/dates/{one}{tail}", follow_redirects=True).status_code
            for tail in ("", "/table?fragment=1")
        }
        assert answers == ({200} if listed else {404})
        return listed

    assert seen(cast.chair, inner) and not seen(cast.outsider, inner) and seen(cast.outsider, number)
    assert cast.outsider.posts(f"/dates/{inner}/answers", {"t-1": "yes"}).status_code == 404
    for path in ("/dates", f"/dates/{number}", "/dates/new"):
        assert cast.visitor.gets(path).status_code == 303
    assert f"/dates/{number}-" in cast.outsider.gets("/search?q=members").text
    assert f"/dates/{inner}-" not in cast.outsider.gets("/search?q=circle").text
    assert f"/dates/{inner}-" in cast.chair.gets("/search?q=circle").text
    assert (
        "For all members" in cast.neighbour.gets(f"/groups/{cast.spaces.africa}", follow_redirects=True).text
    )
    with cast.app.app_context():
        changes.change_space(cast.chair.me(), db.session.get(Space, cast.spaces.africa), sight="hidden")
    assert not seen(cast.outsider, number) and seen(cast.neighbour, number)
    assert cast.neighbour.posts(f"/dates/{number}/close").status_code == 403
    assert cast.chair.posts(f"/dates/{number}/close").status_code == 303
    assert "The time to answer is over." in page(cast.chair, number)
    assert cast.outsider.gets(f"/dates/{inner}/remove").status_code == 404
    says(cast.chair, inner, **{f"_{options(cast, inner)[0]}": "yes"})
    assert cast.chair.posts(f"/dates/{inner}/remove").status_code == 303
    assert cast.chair.gets(f"/dates/{inner}", follow_redirects=True).status_code == 410
    with cast.app.app_context():
        assert db.session.query(TimeVote).count() == 0 and db.session.get(TimePoll, inner).title == ""
    tell(cast.app)
    assert f"/dates/{inner}-" not in cast.chair.gets("/search?q=circle").text


def test_who_follows_a_search_for_a_date_hears_what_becomes_of_it(cast):
    number = asked(cast, body="")
    other = asked(cast, title="A walk")
    shown = cast.outsider.client.get(f"/dates/{number}", follow_redirects=True).text
    assert f'action="/dates/{number}/follow"' in shown
    assert cast.outsider.posts(f"/dates/{number}/follow").status_code == 303
    assert cast.outsider.posts(f"/dates/{other}/follow").status_code == 303
    assert f'value="times:{number}"' in cast.outsider.gets("/settings/following").text
    assert says(cast.neighbour, number, **{f"t{options(cast, number)[0]}": "yes"}).status_code == 303
    assert told(cast, cast.outsider) == []
    assert cast.chair.posts(f"/dates/{number}/close").status_code == 303
    assert told(cast, cast.outsider) == [("follow", "calendar.dates_closed", 1)]
    with cast.app.app_context():
        poll, event = db.session.get(TimePoll, other), added(cast, cast.chair)
        with atomic():
            polling.became(cast.chair.me(), poll, db.session.get(Event, event))
    assert [row[:2] for row in told(cast, cast.outsider)][0] == ("follow", "calendar.dates_chosen")
    assert cast.outsider.posts(f"/dates/{other}/unfollow").status_code == 303
    assert f'value="times:{other}"' not in cast.outsider.gets("/settings/following").text
    assert cast.outsider.posts("/dates/99999/follow").status_code == 404


def test_a_date_is_sought_from_a_discussion_and_stands_beside_it(cast):
    number = talk.starts(cast, cast.chair, title="Who pays the rent?", space="network")
    hidden = talk.starts(cast, cast.chair, title="Quiet words", space="circle", audience="space")
    thread = f"/discussions/{number}"
    assert f'href="/dates/new?about=thread:{number}"' in cast.chair.gets(thread, follow_redirects=True).text
    form = cast.chair.gets(f"/dates/new?about=thread:{number}").text
    assert 'value="Who pays the rent?"' in form and f'name="about" value="thread:{number}"' in form
    before = cast.neighbour.gets(thread, follow_redirects=True)
    poll = asked(cast, about=f"thread:{number}")
    inner = asked(
        cast, title="For us alone", space=cast.spaces.circle, audience="space", about=f"thread:{number}"
    )
    tag = {"If-None-Match": before.headers["ETag"]}
    after = cast.neighbour.gets(thread, follow_redirects=True, headers=tag)
    assert after.status_code == 200 and f"/dates/{poll}-" in after.text and f"/dates/{inner}-" in after.text
    assert "For us alone" not in cast.outsider.gets(thread, follow_redirects=True).text
    assert "Who pays the rent?" in page(cast.neighbour, poll)
    chosen = options(cast, poll)[0]
    made = cast.chair.gets(f"/events/new?dates={poll}-{chosen}").text
    assert "A talk about rents" in made
    # a discussion that one does not see is none
    for ref in (f"thread:{hidden}", "thread:999", "document:1", "thread:x", "thread:"):
        text = cast.outsider.gets(f"/dates/new?about={ref}").text
        assert "Quiet words" not in text and 'name="about"' not in text
        alone = asked(cast, cast.outsider, about=ref, title="Alone")
        assert "Quiet words" not in page(cast.outsider, alone)
    assert "Alone" not in cast.chair.gets(f"/discussions/{hidden}", follow_redirects=True).text
