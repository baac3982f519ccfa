"""Stories of events that repeat: how they are counted out, put in, changed, left out, and given to other calendars."""

import datetime as dt
import itertools

import pytest
from dateutil.rrule import rrulestr

from app.calendar import recurring, series
from app.calendar.models import Event, Series
from app.core import clock
from app.extensions import db
from app.spaces.models import Space
from tests import events
from tests.events import facts

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)
FIRST = dt.datetime(2027, 3, 9, 9, 0)  # a Tuesday


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def begun(cast, who, rule, **more):
    """Put a series into the calendar in the name of a seat; return its number."""
    given = {name: more.pop(name) for name in ("rdates", "exdates", "uid") if name in more}
    space, audience = more.pop("space", "network"), more.pop("audience", "members")
    with cast.app.app_context():
        place = db.session.get(Space, getattr(cast.spaces, space))
        return series.begin(who.me(), place, events.fields(**more), rule, audience=audience, **given).id


def rows(cast, number):
    """Return the times of a series that are there, in order."""
    with cast.app.app_context():
        mine = db.session.query(Event).filter_by(series_id=number, removed=False)
        return mine.order_by(Event.starts).all()


def one(cast, number):
    """Return a series as it is now."""
    with cast.app.app_context():
        return db.session.get(Series, number)


# --- counted out ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=3;COUNT=20",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU",
        "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270601T070000Z",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2;COUNT=12",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=-1,15;INTERVAL=2",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=2TU",
        "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO",
        "FREQ=YEARLY;BYYEARDAY=1,-1,100",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "FREQ=DAILY;BYHOUR=9,15;BYMINUTE=0,30;COUNT=30",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    ],
)
def test_rules_are_counted_as_others_count_them(rule):
    read, last = recurring.read(rule), dt.datetime(2037, 1, 1)
    assert recurring.read(read.text()) == read
    ours = list(itertools.islice(recurring.counted(read, FIRST, "UTC", last), 100))
    limit = "" if "COUNT" in rule or "UNTIL" in rule else ";UNTIL=20370101T000000"
    there = FIRST.replace(tzinfo=dt.UTC) if "Z" in rule else FIRST
    theirs = [hour.replace(tzinfo=None) for hour in itertools.islice(rrulestr(rule + limit, dtstart=there), 100)]
    assert ours[:1] == [FIRST] and ours[ours[0] != theirs[0] :][:99] == theirs[:99]
    since = dt.datetime(2030, 5, 5)
    late = recurring.counted(read, FIRST, "UTC", last, since)
    whole = recurring.counted(read, FIRST, "UTC", last)
    assert [hour for hour in late if hour > since] == [hour for hour in whole if hour > since]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=SECONDLY", "at most once an hour"),
        ("FREQ=MINUTELY;COUNT=3", "at most once an hour"),
        ("FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5", "at most once an hour"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20280101", "no rule"),
        ("FREQ=DAILY;INTERVAL=0", "no rule"),
        ("FREQ=DAILY;INTERVAL=-1", "no rule"),
        ("FREQ=WEEKLY;BYDAY=XX", "no rule"),
        ("FREQ=DAILY;FREQ=WEEKLY", "no rule"),
        ("FREQ=DAILY;UNTIL=2028-01-01", "no rule"),
        ("FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 900), "no rule"),
        ("INTERVAL=2", "no rule"),
        ("FREQ=DAILY;X=\u0661", "no rule"),
        ("nonsense", "no rule"),
    ],
)
def test_rules_that_are_none_are_refused_with_a_sentence(app, rule, words):
    with app.test_request_context():
        with pytest.raises(recurring.BadRule) as told:
            recurring.read(rule)
        assert words in str(told.value)


def test_a_day_that_never_comes_is_looked_for_no_further_than_people_plan():
    rule = recurring.read("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    assert list(recurring.counted(rule, FIRST, "UTC", dt.datetime(2029, 1, 1))) == [FIRST]


@pytest.mark.parametrize(
    ("zone", "first", "rule", "hours"),
    [
        ("Africa/Casablanca", "2027-01-26T09:00", "FREQ=WEEKLY;COUNT=4", ["08:00", "08:00", "09:00", "09:00"]),
        ("Australia/Lord_Howe", "2027-03-30T09:00", "FREQ=WEEKLY;COUNT=2", ["22:00", "22:30"]),
        ("Europe/Vienna", "2027-03-27T02:30", "FREQ=DAILY;COUNT=3", ["01:30", "01:30", "00:30"]),  # left out: later
        ("Pacific/Apia", "2011-12-29T09:00", "FREQ=DAILY;COUNT=4", ["19:00", "19:00", "19:00"]),  # no 30th: once
    ],
)
def test_the_hour_stays_on_the_clocks_of_the_place(cast, zone, first, rule, hours):
    starts = recurring.moment(dt.datetime.fromisoformat(first), zone)
    number = begun(cast, cast.chair, rule, zone=zone, starts=starts)
    found = rows(cast, number)
    assert [f"{row.starts:%H:%M}" for row in found] == hours
    assert all(row.starts == row.recurrence and row.ends - row.starts == 1.5 * events.HOUR for row in found)


# --- put in -----------------------------------------------------------------------------------------------


def test_a_series_is_put_in_once_and_each_time_is_an_event(cast):
    number = begun(
        cast, cast.chair, "FREQ=WEEKLY;BYDAY=WE", rdates=["2027-03-12T15:00"],
        exdates=[dt.datetime(2027, 3, 17, 9, tzinfo=dt.UTC)],
    )  # fmt: skip
    found = rows(cast, number)
    assert [f"{row.starts:%m-%d %H:%M}" for row in found[:4]] == ["03-10 09:00", "03-12 14:00", "03-24 09:00", "03-31 08:00"]
    assert found[-1].starts <= NOW + series.AHEAD and len(found) == 78 and len({row.uid for row in found}) == 78
    assert one(cast, number).next_id == found[0].id and one(cast, number).made == NOW + series.AHEAD
    (fact,) = facts(cast, "calendar.added")
    assert (fact.subject, fact.data["series"]) == (f"event:{found[0].id}", number)


def test_it_goes_on_as_time_passes(cast):
    weekly = begun(cast, cast.chair, "FREQ=WEEKLY")
    daily = begun(cast, cast.chair, "FREQ=DAILY")
    ended = begun(cast, cast.chair, "FREQ=WEEKLY;COUNT=3")
    assert one(cast, ended).made is None
    assert len(rows(cast, daily)) == series.MOST
    with clock.at(NOW + dt.timedelta(days=30)), cast.app.app_context():
        series.extend()
        series.extend()
    assert len(rows(cast, weekly)) == 82 and len(rows(cast, ended)) == 3
    found = rows(cast, daily)
    assert len([row for row in found if row.starts > NOW + dt.timedelta(days=30)]) == series.MOST - 21
    assert len({row.starts for row in found}) == len(found)
    assert one(cast, weekly).next_id == rows(cast, weekly)[3].id
