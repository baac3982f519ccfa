"""Stories of events that come again from a file and say something else: offered as an update, taken, put back."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.calendar import acts, foreign, series_changes, series_ends, series_scopes
from app.calendar.models import Event, Series
from app.core import clock
from app.extensions import db
from app.members.models import Person
from app.notifications.models import Notice
from tests.events import acted, event, facts
from tests.seat import tell
from tests.stories.test_calendar_import import calendar, counts, looked, taken, titles, vevent, words
from tests.stories.test_calendar_mail import NOW

RULE = "RRULE:FREQ=WEEKLY;COUNT=4"
WEEK = dt.timedelta(weeks=1)


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def weekly(*lines, day="10", hour="10", rule=RULE, title="Club"):
    """Return a calendar with one series, on Wednesdays in Vienna."""
    return calendar(
        vevent(
            "s@club", rule, *lines, start=f"DTSTART;TZID=Europe/Vienna:202703{day}T{hour}0000", title=title
        )
    )


def times(cast):
    """Return when the times of the series begin: day and hour on the clocks of Vienna."""
    with cast.app.app_context():
        rows = db.session.scalars(sa.select(Event).where(~Event.removed).order_by(Event.starts)).all()
        return [f"{one.starts.astimezone(one.there):%d %H}" for one in rows if one.cancelled is None]


def numbers(cast):
    """Return the numbers of these times, in their order."""
    with cast.app.app_context():
        return list(db.session.scalars(sa.select(Event.id).where(~Event.removed).order_by(Event.starts)))


def answers(cast, who, number):
    assert who.posts(f"/events/{number}/answer", {"word": "going", "way": "here"}).status_code == 303


def told(cast, who):
    """Return what this person has notices of."""
    tell(cast.app)
    with cast.app.app_context():
        return list(db.session.scalars(sa.select(Notice.verb).where(Notice.person_id == who.id)))


BEFORE = ["10 10", "17 10", "24 10", "31 10"]


def test_a_series_that_changed_there_is_offered_as_an_update(cast):
    first, _text = taken(cast, cast.chair, weekly())
    four = numbers(cast)
    answers(cast, cast.neighbour, four[1])
    again = weekly("SEQUENCE:2", "LOCATION:Garden", "EXDATE;TZID=Europe/Vienna:20270324T090000", hour="09")
    path, text = looked(cast, cast.chair, again)
    assert counts(text) == [0, 1, 0, 0] and "Changed since: will be updated" in text
    assert times(cast) == BEFORE  # nothing has happened yet
    for language, said in (("fr", "Modifié depuis : sera mis à jour"), ("ar", "تغيّرت منذ ذلك الحين: ستُحدَّث")):
        with cast.app.app_context():
            db.session.execute(sa.update(Person).where(Person.id == cast.chair.id).values(language=language))
            db.session.commit()
        assert said in cast.chair.gets(path).text, language
    assert cast.chair.posts(f"{path}/run").status_code == 303

    assert times(cast) == ["10 09", "17 09", "31 09"]
    assert numbers(cast) == [four[0], four[1], four[3]]  # they keep their addresses and answers
    assert event(cast, four[1]).place == "Garden" and event(cast, four[1]).answered
    assert len(facts(cast, "calendar.moved")) == 1 and "calendar.moved" in told(cast, cast.neighbour)
    assert counts(looked(cast, cast.chair, again)[1]) == [0, 0, 1, 0]

    assert cast.chair.posts(f"{first}/undo").status_code == 303  # what came later goes first
    assert len(times(cast)) == 3
    assert cast.chair.posts(f"{path}/undo").status_code == 303
    assert times(cast) == BEFORE and event(cast, four[1]).place == "" and event(cast, four[1]).answered
    assert counts(looked(cast, cast.chair, weekly())[1]) == [0, 0, 1, 0]


def test_what_is_over_stays_and_all_of_it_can_be_taken_back(cast):
    first, _text = taken(cast, cast.chair, weekly())
    with clock.at(NOW + 3 * WEEK):  # two times are over
        path, text = taken(cast, cast.chair, weekly(hour="15", rule="RRULE:FREQ=WEEKLY;COUNT=5"))
        assert counts(text) == [0, 1, 0, 0]
        assert times(cast) == ["10 10", "17 10", "24 15", "31 15", "07 15"]
        with cast.app.app_context():
            rules = {one.rule for one in db.session.scalars(sa.select(Series))}
        assert "FREQ=WEEKLY;COUNT=3" in rules
        assert cast.chair.posts(f"{path}/undo").status_code == 303
        assert times(cast) == BEFORE
        assert cast.chair.posts(f"{first}/undo").status_code == 303
        assert times(cast) == [] and titles(cast) == []
        assert "stay" not in cast.chair.gets(first).text.partition("<main")[2]


def test_more_times_and_other_words_move_nothing(cast):
    taken(cast, cast.chair, weekly())
    four = numbers(cast)
    with clock.at(NOW + 3 * WEEK):
        taken(cast, cast.chair, weekly(rule="RRULE:FREQ=WEEKLY;COUNT=6", title="Choir"))
        assert times(cast) == [*BEFORE, "07 10", "14 10"] and numbers(cast)[:4] == four
        with cast.app.app_context():
            assert db.session.query(Series).count() == 1
        assert titles(cast) == ["Choir s@club"] * 4 + ["Club s@club"] * 2
        assert facts(cast, "calendar.moved") == [] and len(facts(cast, "calendar.changed")) == 1


def test_what_was_done_here_by_hand_stays(cast):
    taken(cast, cast.chair, weekly())
    four = numbers(cast)
    acted(cast, cast.chair, series_ends.remove, four[2], series_scopes.ONE)
    acted(cast, cast.chair, acts.change, four[0], {"title": "Our own"})
    taken(cast, cast.chair, weekly(hour="16", title="Choir"))
    assert times(cast) == ["10 16", "17 16", "31 16"]
    assert [event(cast, number).title for number in numbers(cast)] == [
        "Our own",
        "Choir s@club",
        "Choir s@club",
    ]
    acted(cast, cast.chair, series_changes.change, four[1], {"place": "Hall"}, series_scopes.ALL)
    text = looked(cast, cast.chair, weekly(hour="17"))[1]
    assert counts(text) == [0, 0, 0, 1] and words(cast, foreign.FAULTS["edited"]) in text


def test_a_time_that_others_wanted_to_come_to_is_cancelled_not_lost(cast):
    taken(cast, cast.chair, weekly())
    four = numbers(cast)
    answers(cast, cast.neighbour, four[3])
    taken(cast, cast.chair, weekly(rule="RRULE:FREQ=WEEKLY;COUNT=3"))
    assert times(cast) == BEFORE[:3] and event(cast, four[3]).cancelled
    assert "calendar.cancelled" in told(cast, cast.neighbour)


def test_one_that_repeats_now_and_a_rule_that_cannot_be_read_are_left_out(cast):
    taken(cast, cast.chair, weekly())
    single = calendar(vevent("s@club", title="Club"))
    text = looked(cast, cast.chair, single)[1]
    assert counts(text) == [0, 0, 0, 1] and words(cast, foreign.FAULTS["series"]) in text
    text = looked(cast, cast.chair, weekly(rule="RRULE:FREQ=NEVER;COUNT=4"))[1]
    assert counts(text) == [0, 0, 0, 1] and words(cast, foreign.FAULTS["rule"]) in text
    assert times(cast) == BEFORE


def test_a_single_event_that_was_answered_is_put_back_too(cast):
    taken(cast, cast.chair, calendar(vevent("a@club")))
    path, _text = taken(cast, cast.chair, calendar(vevent("a@club", "LOCATION:Garden")))
    [number] = numbers(cast)
    answers(cast, cast.neighbour, number)
    assert event(cast, number).place == "Garden"
    assert cast.chair.posts(f"{path}/undo").status_code == 303
    assert event(cast, number).place == "" and "calendar.moved" in told(cast, cast.neighbour)


def test_what_others_put_in_is_not_changed_by_a_file(cast):
    taken(cast, cast.chair, calendar(vevent("a@club")))
    again = calendar(vevent("a@club", "LOCATION:Garden"))
    text = looked(cast, cast.neighbour, again)[1]
    assert counts(text) == [0, 0, 0, 1] and words(cast, foreign.FAULTS["others"]) in text
    _path, text = taken(cast, cast.neighbour, again)
    [number] = numbers(cast)
    assert counts(text) == [0, 0, 0, 1] and event(cast, number).place == ""
    assert counts(looked(cast, cast.steward, again)[1]) == [0, 1, 0, 0]


def test_an_older_state_of_an_event_changes_nothing(cast):
    def said(sequence, title):
        return calendar(vevent("one@club", f"SEQUENCE:{sequence}", title=title))

    taken(cast, cast.chair, said(2, "Second"))
    _path, page = looked(cast, cast.chair, said(1, "First"))
    assert counts(page) == [0, 0, 0, 1] and words(cast, foreign.FAULTS["older"]) in page
    _path, page = taken(cast, cast.chair, said(1, "First"))
    assert titles(cast) == ["Second one@club"]
    for sequence, title in ((3, "Third"), ("odd", "Fourth")):
        _path, page = taken(cast, cast.chair, said(sequence, title))
        assert counts(page) == ([0, 1, 0, 0] if sequence == 3 else [0, 0, 0, 1]), page
    assert titles(cast) == ["Third one@club"]
