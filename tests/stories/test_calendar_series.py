"""Stories of events that repeat: how they are counted out, put in, changed, left out, and given to other calendars."""

import datetime as dt
import itertools
import re

import icalendar
import pytest
from dateutil.rrule import rrulestr

from app.calendar import counting, ics, recurring, series, series_changes
from app.calendar.models import Event, Series
from app.core import clock
from app.core.audience import VISITOR
from app.extensions import db
from app.spaces.models import Space
from tests import events
from tests.events import facts
from tests.seat import tell

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)
FOUND = re.compile(r'href="/events/(\d+)')
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
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2;COUNT=12",
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
    ours = list(itertools.islice(counting.counted(read, FIRST, "UTC", last), 100))
    limit = "" if "COUNT" in rule or "UNTIL" in rule else ";UNTIL=20370101T000000"
    there = FIRST.replace(tzinfo=dt.UTC) if "Z" in rule else FIRST
    theirs = [
        hour.replace(tzinfo=None) for hour in itertools.islice(rrulestr(rule + limit, dtstart=there), 100)
    ]
    assert ours[:1] == [FIRST] and ours[ours[0] != theirs[0] :][:99] == theirs[:99]
    since = dt.datetime(2030, 5, 5)
    late = counting.counted(read, FIRST, "UTC", last, since)
    whole = counting.counted(read, FIRST, "UTC", last)
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
    assert list(counting.counted(rule, FIRST, "UTC", dt.datetime(2029, 1, 1))) == [FIRST]


@pytest.mark.parametrize(
    ("zone", "first", "rule", "hours"),
    [
        (
            "Africa/Casablanca",
            "2025-02-09T09:00",
            "FREQ=WEEKLY;COUNT=4",
            ["08:00", "08:00", "09:00", "09:00"],
        ),
        ("Australia/Lord_Howe", "2027-03-30T09:00", "FREQ=WEEKLY;COUNT=2", ["22:00", "22:30"]),
        (
            "Europe/Vienna",
            "2027-03-27T02:30",
            "FREQ=DAILY;COUNT=3",
            ["01:30", "01:30", "00:30"],
        ),  # left out: later
        (
            "Pacific/Apia",
            "2011-12-29T09:00",
            "FREQ=DAILY;COUNT=4",
            ["19:00", "19:00", "19:00"],
        ),  # no 30th: once
    ],
)
def test_the_hour_stays_on_the_clocks_of_the_place(cast, zone, first, rule, hours):
    starts = counting.moment(dt.datetime.fromisoformat(first), zone)
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
    assert [f"{row.starts:%m-%d %H:%M}" for row in found[:4]] == [
        "03-10 09:00",
        "03-12 14:00",
        "03-24 09:00",
        "03-31 08:00",
    ]
    assert (
        found[-1].starts <= NOW + series.AHEAD and len(found) == 78 and len({row.uid for row in found}) == 78
    )
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
    assert len([row for row in found if row.starts > NOW + dt.timedelta(days=30)]) == series.MOST - 22
    assert len({row.starts for row in found}) == len(found)
    assert one(cast, weekly).next_id == rows(cast, weekly)[3].id


# --- by form ----------------------------------------------------------------------------------------------


def repeated(cast, **more):
    """Return what the form of a new event that repeats sends."""
    return events.form(
        cast, **{"repeat": "weekly", "ending": "times", "times": "4", "extra": "", "scope": "one", **more}
    )


def test_a_form_without_scripts_makes_a_series_and_its_page_says_so(cast):
    page = cast.chair.gets("/events/new").text
    assert "Every month on the same weekday, such as the second Tuesday" in page and "Further days" in page
    sent = repeated(cast, day="2027-03-09", repeat="weekday", ending="never", extra="2027-04-02\n2027-05-07")
    answer = cast.chair.posts("/events/new", sent)
    assert answer.status_code == 303, answer.text
    found = rows(cast, 1)
    assert [f"{row.starts:%m-%d}" for row in found[:5]] == ["03-09", "04-02", "04-13", "05-07", "05-11"]
    page = cast.neighbour.gets(f"/events/{found[1].id}", follow_redirects=True).text
    assert "Every second Tuesday of the month, also on 2 April 2027, 7 May 2027" in page
    assert f'/events/{found[0].id}-housing-meeting" rel="prev">Tue 9 March 2027' in page
    assert f'/events/{found[2].id}-housing-meeting" rel="next">Tue 13 April 2027' in page
    tell(cast.app)
    text = cast.neighbour.gets("/").text
    assert "put an event that repeats into the calendar" in text
    assert set(FOUND.findall(cast.neighbour.gets("/search?q=housing").text)) == {str(found[0].id)}
    assert cast.neighbour.gets("/calendar/2027-04").text.count('class="ev ') == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"repeat": "hourly"}, "Choose one from the list."),
        ({"times": "many"}, "Write a number of times"),
        ({"times": "1"}, "Write a number of times"),
        ({"times": "100000"}, "Write a number of times"),
        ({"ending": "day", "until": "2027-03-10"}, "Choose a day after the first one."),
        ({"ending": "day", "until": ""}, "Choose a day after the first one."),
        ({"extra": "soon"}, "Write one day a line"),
        ({"extra": "2027-03-21 " * 51}, "Write one day a line"),
        ({"repeat": "last"}, "This day is not the last of its weekday"),
        ({"repeat": "weekday", "day": "2027-03-31"}, "Not every month has a fifth"),
    ],
)
def test_what_is_wrong_with_how_it_repeats_is_explained(cast, wrong, words):
    answer = cast.chair.posts("/events/new", repeated(cast, **wrong))
    assert answer.status_code == 422 and words in answer.text and "We *talk*." in answer.text
    assert not facts(cast, "calendar.added")


def numbers(cast, number):
    """Return the numbers of the times of a series."""
    return [row.id for row in rows(cast, number)]


def test_one_time_is_changed_by_itself(cast):
    first, second, *_rest = numbers(cast, begun(cast, cast.chair, "FREQ=WEEKLY;COUNT=4"))
    page = cast.chair.gets(f"/events/{second}/edit").text
    assert "This one only" in page and "This one and all that follow" in page and 'value="4"' in page
    sent = repeated(cast, day="2027-03-18", title="Housing on Thursday")
    assert cast.chair.posts(f"/events/{second}/edit", sent).status_code == 303
    moved = events.event(cast, second)
    assert (moved.starts.day, moved.recurrence.day, moved.apart) == (18, 17, True)
    assert events.event(cast, first).title == "Housing meeting"
    tell(cast.app)
    assert set(FOUND.findall(cast.neighbour.gets("/search?q=housing").text)) == {str(first), str(second)}
    page = cast.chair.gets(f"/events/{second}", follow_redirects=True).text
    assert "This time was changed by itself." in page
    assert "This one and all that follow" not in cast.chair.gets(f"/events/{second}/edit").text


def test_this_and_following_become_a_series_of_their_own(cast):
    number = begun(cast, cast.chair, "FREQ=WEEKLY;COUNT=6", exdates=["2027-04-07T10:00"])
    found = numbers(cast, number)
    cast.neighbour.posts(f"/events/{found[0]}/follow")
    cast.outsider.posts(f"/events/{found[3]}/answer", {"word": "going", "way": "here"})
    sent = repeated(cast, day="2027-03-25", times="6", scope="following", place="Library")
    assert cast.chair.posts(f"/events/{found[2]}/edit", sent).status_code == 303
    old, new = one(cast, number), one(cast, number + 1)
    assert old.rule == "FREQ=WEEKLY;UNTIL=20270324T085959Z" and new.rule == "FREQ=WEEKLY;COUNT=4"
    assert new.begins == "2027-03-25T10:00:00" and new.uid != old.uid and old.made is None
    assert numbers(cast, number) == found[:2] and numbers(cast, number + 1) == found[2:]
    days = [f"{row.starts:%m-%d %H:%M} {row.place}" for row in rows(cast, number + 1)]
    assert days == ["03-25 09:00 Library", "04-01 08:00 Library", "04-15 08:00 Library"]
    april = cast.outsider.gets("/calendar/2027-04").text
    assert (
        april.count("You are going") == 1 and "You are going" in cast.outsider.gets("/calendar/agenda").text
    )
    assert "You are going" not in cast.neighbour.gets("/calendar/2027-04").text
    assert "1 comes in person" in cast.chair.gets(f"/events/{found[3]}", follow_redirects=True).text
    (fact,) = facts(cast, "calendar.moved")
    assert fact.data["what"] == ["when", "where"] and fact.data["events"] == found[2:]
    tell(cast.app)
    for who in (cast.neighbour, cast.outsider):  # who follows the series, who comes to one of its times
        assert "changed when or where" in who.gets("/notifications").text, who.name
    assert "Housing meeting" in cast.neighbour.gets("/settings/following").text


def test_all_that_come_are_changed_and_what_is_over_stays(cast):
    number = begun(cast, cast.chair, "FREQ=WEEKLY")
    found = numbers(cast, number)
    with clock.at(NOW + dt.timedelta(days=17)):  # two of them are over
        sent = repeated(cast, day="2027-03-31", title="Housing talk", ending="never", times="", scope="all")
        assert cast.chair.posts(f"/events/{found[3]}/edit", sent).status_code == 303
        assert [events.event(cast, n).title for n in found[1:4]] == [
            "Housing meeting",
            "Housing talk",
            "Housing talk",
        ]
        assert one(cast, number + 1) is None  # other words alone: one series still
        sent = repeated(
            cast, day="2027-03-31", title="Housing talk", repeat="fortnight", ending="never", scope="all"
        )
        cast.outsider.posts(f"/events/{found[3]}/answer", {"word": "going", "way": "here"})
        assert cast.chair.posts(f"/events/{found[2]}/edit", {**sent, "day": "2027-03-24"}).status_code == 303
        days = [f"{row.starts:%m-%d}" for row in rows(cast, number + 1)[:3]]
        assert days == ["03-24", "04-07", "04-21"] and rows(cast, number + 1)[0].id == found[2]
        let_go = events.event(cast, found[3])  # somebody comes to it: it says that it does not take place
        assert let_go.cancelled and let_go.series_id is None
        assert events.event(cast, found[5]).removed
        assert cast.chair.gets(f"/events/{found[5]}").status_code == 410
        assert [f"{row.starts:%m-%d}" for row in rows(cast, number)] == ["03-10", "03-17"]


def test_some_are_cancelled_and_some_removed(cast):
    number = begun(cast, cast.chair, "FREQ=WEEKLY;COUNT=6")
    found = numbers(cast, number)
    assert "This one and all that follow" in cast.chair.gets(f"/events/{found[4]}/cancel").text
    assert (
        cast.chair.posts(f"/events/{found[4]}/cancel", {"reason": "", "scope": "following"}).status_code
        == 422
    )
    cast.chair.posts(f"/events/{found[4]}/cancel", {"reason": "No hall.", "scope": "following"})
    assert [bool(row.cancelled) for row in rows(cast, number)] == [False] * 4 + [True] * 2
    cast.chair.posts(f"/events/{found[4]}/reinstate", {"scope": "following"})
    assert not any(row.cancelled for row in rows(cast, number))
    assert facts(cast, "calendar.cancelled")[0].excerpt == ""
    cast.chair.posts(f"/events/{found[0]}/remove", {"scope": "one"})
    assert (
        one(cast, number).left_out == ["2027-03-10T09:00:00+00:00"] and one(cast, number).next_id == found[1]
    )
    cast.chair.posts(f"/events/{found[3]}/remove", {"scope": "following"})
    assert numbers(cast, number) == found[1:3] and "UNTIL=20270331T075959Z" in one(cast, number).rule
    cast.chair.posts(f"/events/{found[1]}/remove", {"scope": "all"})
    assert numbers(cast, number) == [] and one(cast, number).next_id is None
    tell(cast.app)
    assert not FOUND.findall(cast.neighbour.gets("/search?q=housing").text)


def test_an_event_begins_to_repeat_and_keeps_its_name(cast):
    number = events.added(cast, cast.chair)
    uid = events.event(cast, number).uid
    assert cast.chair.posts(f"/events/{number}/edit", repeated(cast)).status_code == 303
    assert one(cast, 1).uid == uid and len(rows(cast, 1)) == 4 and rows(cast, 1)[0].id == number
    page = cast.chair.gets(f"/events/new?from={number}&what=body&weeks=1").text
    assert 'value="2027-03-17"' in page and "It does not repeat" in page


# --- in other calendars -----------------------------------------------------------------------------------


def expanded(data):
    """Return when a calendar has its events, as another program counts them: begins, and what is said of the time."""
    parts = icalendar.Calendar.from_ical(data).walk("VEVENT")
    apart = {part["recurrence-id"].dt: part for part in parts if "recurrence-id" in part}
    found = []
    for part in parts:
        if "recurrence-id" in part:
            continue
        rule, start = part.get("rrule"), part["dtstart"].dt
        found_here = {start}
        if rule:
            local = rrulestr(
                rule.to_ical().decode() + ("" if {"COUNT", "UNTIL"} & rule.keys() else ";COUNT=60"),
                dtstart=start,
            )
            found_here |= set(local)
        for name, change in (("rdate", found_here.update), ("exdate", found_here.difference_update)):
            given = part.get(name) or []
            change([one.dt for many in (given if isinstance(given, list) else [given]) for one in many.dts])
        found += [
            (apart[hour]["dtstart"].dt if hour in apart else hour, apart.get(hour, part))
            for hour in found_here
        ]
    return sorted(found, key=lambda pair: pair[0])


def test_other_calendars_get_one_series_with_what_is_otherwise(cast):
    number = begun(
        cast, cast.chair, "FREQ=WEEKLY", audience="public", space="africa", zone="Europe/Vienna",
        starts=dt.datetime(2027, 1, 5, 8, tzinfo=dt.UTC), rdates=["2027-04-02T11:00"], exdates=["2027-03-16T09:00"],
    )  # fmt: skip
    found = {f"{row.starts:%m-%d}": row.id for row in rows(cast, number) if row.starts.year == 2027}
    third, last = found["03-23"], found["04-06"]
    later = {"starts": NOW + dt.timedelta(days=23), "ends": NOW + dt.timedelta(days=23, hours=1)}
    events.acted(cast, cast.chair, series_changes.change, third, later, "one")
    cast.chair.posts(f"/events/{last}/cancel", {"reason": "No hall.", "scope": "one"})
    cast.chair.posts(f"/events/{found['04-13']}/remove", {"scope": "one"})
    feed = cast.visitor.gets("/calendar/public.ics")
    parts = icalendar.Calendar.from_ical(feed.data).walk("VEVENT")
    assert {str(part["uid"]) for part in parts} == {one(cast, number).uid} and len(parts) == 3
    assert (
        b"RRULE:FREQ=WEEKLY\r\n" in feed.data and b"DTSTART;TZID=Europe/Vienna:20270105T090000" in feed.data
    )
    assert (
        b"RECURRENCE-ID;TZID=Europe/Vienna:20270323T090000" in feed.data and b"BEGIN:VTIMEZONE" in feed.data
    )
    ours = [(row.starts, row.cancelled is not None) for row in rows(cast, number)]
    theirs = [(begin, part["status"] == "CANCELLED") for begin, part in expanded(feed.data)]
    assert theirs[: len(ours)][:55] == ours[:55] and sum(gone for _begin, gone in ours) == 1
    again = cast.visitor.gets("/calendar/public.ics", headers={"If-None-Match": feed.headers["ETag"]})
    assert again.status_code == 304
    alone = cast.visitor.gets(f"/events/{third}/invite.ics")
    assert expanded(alone.data)[:55] and b"RRULE" in alone.data
    with cast.app.test_request_context():
        (part,) = ics.components(db.session.get(Event, third), VISITOR, False, only=True)
        assert part["recurrence-id"].dt == dt.datetime(2027, 3, 23, 8, tzinfo=dt.UTC) and "rrule" not in part


def test_whole_days_that_repeat_are_days_in_other_calendars(cast):
    day = dt.datetime(2027, 3, 20, tzinfo=dt.UTC)
    number = begun(
        cast, cast.chair, "FREQ=YEARLY;UNTIL=20300401", all_day=True, starts=day, ends=day + dt.timedelta(days=1),
        exdates=[dt.date(2028, 3, 20)], rdates=[dt.date(2027, 3, 25)],
    )  # fmt: skip
    assert [f"{row.starts:%Y-%m-%d}" for row in rows(cast, number)] == ["2027-03-20", "2027-03-25"]
    data = cast.chair.gets(f"/events/{rows(cast, number)[0].id}/invite.ics").data
    for line in (
        b"RRULE:FREQ=YEARLY;UNTIL=20300401",
        b"EXDATE;VALUE=DATE:20280320",
        b"RDATE;VALUE=DATE:20270325",
    ):
        assert line in data


# --- copied -----------------------------------------------------------------------------------------------


def copied(cast, number, **more):
    """Return the fields of the form that a copy begins with."""
    query = "&".join(f"{name}={value}" for name, value in more.items())
    text = cast.chair.gets(f"/events/new?from={number}&{query}").text
    chosen = re.search(r'<select[^>]*name="repeat".*?</select>', text, re.DOTALL)[0]
    return {
        **{name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)[1] for name in ("day", "hour", "until", "times")},
        "repeat": re.search(r'<option selected value="(\w*)"', chosen)[1],
        "extra": re.search(r'name="extra"[^>]*>\s*([^<]*)<', text)[1].split(),
        "ending": re.search(r'<input checked[^>]*name="ending"[^>]*value="(\w+)"', text)[1],
    }  # fmt: skip


def test_a_series_is_copied_alone_or_whole(cast):
    rule = "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270612"  # March to June
    first, second, *_rest = numbers(cast, begun(cast, cast.chair, rule, rdates=[dt.date(2027, 3, 16)]))
    assert "The whole series" in cast.chair.gets(f"/events/{first}/copy").text
    assert "The whole series" not in cast.chair.gets(f"/events/{events.added(cast, cast.chair)}/copy").text
    alone = copied(cast, first, weeks=4, scope="one")
    assert (alone["day"], alone["repeat"], alone["extra"]) == ("2027-04-07", "", [])
    whole = copied(cast, first, weeks=52, scope="all")
    # 52 weeks later it is the 8th, a Wednesday: the second Tuesday of that month is the 14th
    assert whole == {
        "day": "2028-03-14", "hour": "10:00", "repeat": "weekday", "ending": "day", "until": "2028-06-16", "times": "",
        "extra": ["2028-03-20"],
    }  # fmt: skip
    sent = {**events.form(cast), **whole, "last_day": "2028-03-14", "end_hour": "11:30", "copied": first}
    answer = cast.chair.posts("/events/new", {**sent, "extra": "\n".join(whole["extra"])})
    assert answer.status_code == 303
    made = rows(cast, 2)
    days = [row.starts.date().isoformat() for row in made]
    assert days == ["2028-03-14", "2028-03-20", "2028-04-11", "2028-05-09", "2028-06-13"]
    assert second not in [row.id for row in made]


def test_a_series_of_a_rule_from_elsewhere_is_copied_whole(cast):
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"  # the last working day: the form cannot say it
    (first, *_rest) = numbers(cast, begun(cast, cast.chair, rule))
    whole = copied(cast, first, weeks=1, scope="all")
    assert (whole["day"], whole["repeat"], whole["ending"], whole["times"]) == (
        "2027-03-31",
        "kept",
        "times",
        "3",
    )
    sent = {**events.form(cast), **whole, "extra": "", "last_day": "", "copied": first}
    assert cast.chair.posts("/events/new", sent).status_code == 303
    made = [row.starts.date().isoformat() for row in rows(cast, 2)]
    assert made == ["2027-03-31", "2027-04-30", "2027-05-31"]


def test_a_series_on_several_weekdays_is_copied_whole(cast):
    (first, *_rest) = numbers(cast, begun(cast, cast.chair, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=5"))
    whole = copied(cast, first, weeks=1, scope="all")
    assert (whole["day"], whole["repeat"], whole["ending"], whole["times"]) == (
        "2027-03-18",
        "custom",
        "times",
        "5",
    )
    parts = {"every": "2", "frequency": "WEEKLY", "weekdays": ["1", "3"]}
    sent = {**events.form(cast), **whole, **parts, "extra": "", "last_day": "", "copied": first}
    assert cast.chair.posts("/events/new", sent).status_code == 303
    made = [row.starts.date().isoformat() for row in rows(cast, 2)]
    assert made == ["2027-03-18", "2027-03-30", "2027-04-01", "2027-04-13", "2027-04-15"]


# --- put together -----------------------------------------------------------------------------------------

PUT_TOGETHER = [
    ({"frequency": "DAILY", "every": "3"}, "FREQ=DAILY;INTERVAL=3", "Every 3 days", "03-10 03-13 03-16"),
    ({"frequency": "DAILY", "weekdays": ["0", "2"]}, "FREQ=DAILY;BYDAY=MO,WE", "Every day on Monday, Wednesday",
     "03-10 03-15 03-17"),
    ({"every": "3", "weekdays": ["4", "2"]}, "FREQ=WEEKLY;INTERVAL=3;BYDAY=WE,FR", "Every 3 weeks on Wednesday, Friday",
     "03-10 03-12 03-31"),
    ({"every": "6"}, "FREQ=WEEKLY;INTERVAL=6", "Every 6 weeks on Wednesday", "03-10 04-21 06-02"),
    ({"frequency": "MONTHLY", "every": "2", "nth": "2"}, "FREQ=MONTHLY;INTERVAL=2;BYDAY=2WE",
     "Every 2 months on the second Wednesday of the month", "03-10 05-12 07-14"),
    ({"frequency": "MONTHLY", "nth": "-1", "weekdays": ["2", "4"], "day": "2027-03-31"}, "FREQ=MONTHLY;BYDAY=-1WE,-1FR",
     "Every month on the last Wednesday, Friday of the month", "03-31 04-28 04-30"),
    ({"frequency": "MONTHLY", "nth": "day", "month_day": "-1", "day": "2027-03-31"}, "FREQ=MONTHLY;BYMONTHDAY=-1",
     "Every month on the last day of the month", "03-31 04-30 05-31"),
    ({"frequency": "YEARLY", "every": "2"}, "FREQ=YEARLY;INTERVAL=2", "Every 2 years on 10 March", "03-10"),
    ({"frequency": "YEARLY", "nth": "2"}, "FREQ=YEARLY;BYDAY=2WE;BYMONTH=3",
     "Every year in March on the second Wednesday of the month", "03-10 03-08"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "rule", "said", "days"), PUT_TOGETHER)
def test_a_rule_is_put_together_said_and_read_back(cast, parts, rule, said, days):
    sent = repeated(cast, **{"repeat": "custom", "ending": "never", **parts})
    answer = cast.chair.posts("/events/new", sent)
    assert answer.status_code == 303, answer.text
    made = rows(cast, 1)
    assert one(cast, 1).rule == rule
    assert " ".join(f"{row.starts:%m-%d}" for row in made[:3]).startswith(days)
    assert said in cast.neighbour.gets(f"/events/{made[0].id}", follow_redirects=True).text
    page = cast.chair.gets(f"/events/{made[0].id}/edit").text
    for name in ("every", "frequency", "nth", "month_day", "repeat"):
        chosen = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)[0]
        default = {"every": "1", "frequency": "WEEKLY", "repeat": "custom"}.get(name, "")
        assert re.search(r'<option selected value="([^"]*)"', chosen)[1] == parts.get(name, default), name
    ticked = re.findall(r'<input checked[^>]*name="weekdays"[^>]*value="(\d)"', page)
    if parts.get("weekdays"):
        assert ticked == sorted(parts["weekdays"])
    # Sent back as it stands, with other words alone, nothing is counted anew.
    again = {**sent, "weekdays": ticked, "title": "Other words", "scope": "all"}
    assert cast.chair.posts(f"/events/{made[0].id}/edit", again).status_code == 303
    assert one(cast, 1).rule == rule and one(cast, 1).sequence == 0
    assert [row.starts for row in rows(cast, 1)] == [row.starts for row in made]


def test_the_order_of_a_rule_from_elsewhere_is_kept(cast):
    """What the form says in another order is the same rule: no time is made anew for it."""
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU;COUNT=6;WKST=MO"
    (first, *_rest) = numbers(cast, begun(cast, cast.chair, rule))
    before = one(cast, 1).rule
    sent = repeated(
        cast, repeat="custom", every="2", weekdays=["1", "3"], times="6", title="Other words", scope="all"
    )
    assert cast.chair.posts(f"/events/{first}/edit", sent).status_code == 303
    assert one(cast, 1).rule == before and one(cast, 1).sequence == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"every": "0"}, "Choose one from the list."),
        ({"every": "100000"}, "Choose one from the list."),
        ({"frequency": "SECONDLY"}, "Choose one from the list."),
        ({"nth": "7"}, "Choose one from the list."),
        ({"frequency": "MONTHLY", "nth": "day"}, "Choose a day of the month."),
        ({"frequency": "MONTHLY", "nth": "day", "month_day": "32"}, "Choose one from the list."),
        ({"weekdays": ["0"]}, "The first day is none of those on which it repeats."),
        ({"frequency": "MONTHLY", "nth": "-1"}, "The first day is none of those on which it repeats."),
        ({"repeat": "weekly", "weekdays": ["0", "2"]}, "Another way is put together below."),
        ({"repeat": "", "every": "2"}, "Another way is put together below."),
    ],
)
def test_what_is_wrong_with_a_rule_that_is_put_together_is_explained(cast, wrong, words):
    answer = cast.chair.posts("/events/new", repeated(cast, **{"repeat": "custom", **wrong}))
    assert answer.status_code == 422 and words in answer.text and "We *talk*." in answer.text
    assert not facts(cast, "calendar.added")


# --- another group ----------------------------------------------------------------------------------------


def test_who_follows_hears_that_it_stands_in_another_group(cast):
    number = begun(cast, cast.chair, "FREQ=WEEKLY;COUNT=3", space="africa", audience="members")
    first, second, _third = numbers(cast, number)
    cast.neighbour.posts(f"/events/{second}/answer", {"word": "going", "way": "here"})
    cast.steward.posts(f"/events/{first}/follow")
    cast.outsider.posts(f"/events/{first}/answer", {"word": "going", "way": "here"})
    path, circle = f"/events/{first}/move", cast.spaces.circle
    sent = {"space": cast.spaces.africa, "audience": "public", "confirm": f"{cast.spaces.africa}-public"}
    assert cast.chair.posts(path, sent).status_code == 303
    tell(cast.app)
    assert "to another group" not in cast.neighbour.gets("/notifications").text  # it stands where it stood
    sent = {"space": circle, "audience": "space", "confirm": f"{circle}-space"}
    assert cast.chair.posts(path, sent).status_code == 303
    tell(cast.app)
    for who, hears in (
        (cast.neighbour, True),
        (cast.steward, False),  # who no longer sees it
        (cast.outsider, False),
        (cast.chair, False),
    ):
        assert ("to another group" in who.gets("/notifications").text) is hears, who.name


def test_a_series_is_moved_and_who_loses_sight_of_it_hears_of_nothing_else(cast):
    number = begun(cast, cast.chair, "FREQ=WEEKLY;COUNT=3", space="africa", audience="public")
    found = numbers(cast, number)
    path, circle = f"/events/{found[1]}/move", cast.spaces.circle
    tell(cast.app)
    assert cast.neighbour.gets(path).status_code == 403
    page = cast.chair.gets(path).text
    assert "All times of the series are moved." in page
    wrong = cast.chair.posts(path, {"space": circle, "audience": "public"})
    assert wrong.status_code == 422 and "can be seen by fewer people" in wrong.text
    asked = cast.chair.posts(path, {"space": circle, "audience": "space"})
    assert (
        asked.status_code == 200
        and "Yes, let them see it" in asked.text
        and not facts(cast, "calendar.placed")
    )
    sent = {"space": circle, "audience": "space", "confirm": f"{circle}-space"}
    assert cast.chair.posts(path, sent).status_code == 303
    tell(cast.app)
    for one_of in found:
        assert cast.visitor.gets(f"/events/{one_of}").status_code == 404
        assert cast.outsider.gets(f"/events/{one_of}").status_code == 404
    for path in (
        "/",
        "/search?q=housing",
        "/calendar/2027-03",
        "/calendar/public.ics",
        "/calendar/feed.atom",
    ):
        assert "Housing meeting" not in re.sub("</?mark>", "", cast.outsider.gets(path).text), path
    assert "Housing meeting" in cast.chair.gets("/calendar/2027-03").text
    assert (
        len(facts(cast, "calendar.placed")) == 1
        and facts(cast, "thing.gone")[0].data["refs"][0] == f"event:{found[0]}"
    )
