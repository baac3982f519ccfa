"""Stories of the calendar: an event is put in, seen, changed, cancelled, copied and removed."""

import datetime as dt
import importlib.resources
import io
import re
import zoneinfo

import icalendar
import pytest

from app.calendar import acts, choices
from app.core import clock, watches
from app.core.database import atomic
from app.extensions import db
from app.members.models import Person
from app.notifications.models import Notice
from app.spaces import changes
from app.spaces.models import Space
from tests import events
from tests.counting import statements
from tests.deeds import entered
from tests.events import acted, added, event, facts, form
from tests.seat import tell

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def lives_in(cast, who, zone):
    """Give somebody a time zone."""
    with cast.app.app_context(), atomic():
        db.session.get(Person, who.id).timezone = zone


# --- put in -----------------------------------------------------------------------------------------------


def test_an_event_is_put_in_and_those_who_may_see_it(cast):
    cast.neighbour.opens_socket()
    answer = cast.chair.posts("/events/new", form(cast))
    assert answer.status_code == 303, answer.text
    page = cast.chair.gets(answer.location)
    assert "<em>talk</em>" in page.text and "Town hall" in page.text and "Visible to members" in page.text
    assert [f["verb"] for f in cast.neighbour.hears()] == ["calendar.added"]
    assert cast.visitor.gets(answer.location).status_code == 404
    for path in ("/calendar/2027-03", "/calendar/week/2027-W10", "/calendar/agenda"):
        assert "Housing meeting" in cast.neighbour.gets(path).text, path
        assert "Housing meeting" not in cast.visitor.gets(path).text, path
    assert "Housing meeting" not in cast.neighbour.gets("/calendar/2027-05").text
    it = event(cast, 1)
    assert (it.starts, it.ends, it.zone) == (events.START, events.START + 1.5 * events.HOUR, "Europe/Vienna")


def test_who_may_not_put_one_in(cast):
    assert cast.visitor.posts("/events/new", form(cast)).location.startswith("/sign-in")
    answer = cast.outsider.posts("/events/new", form(cast, space=cast.spaces.circle))
    assert answer.status_code == 422 and "We *talk*." in answer.text
    answer = cast.outsider.posts("/events/new", form(cast, space=cast.spaces.africa, audience="space"))
    assert answer.status_code == 422 and "You are not a member of this group" in answer.text
    answer = cast.chair.posts("/events/new", form(cast, space=cast.spaces.circle, audience="public"))
    assert answer.status_code == 422 and "can be seen by fewer people" in answer.text
    answer = cast.chair.posts("/events/new", form(cast, organisation=cast.organisations.outsider))
    assert answer.status_code == 422
    assert not facts(cast, "calendar.added")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "Write a title."),
        ({"day": ""}, "Choose a day."),
        ({"day": "tomorrow"}, "Write the day, like 2026-03-21."),
        ({"day": "1066-10-14"}, "Choose a year between"),
        ({"day": "9999-12-31", "all_day": "y"}, "Choose a year between"),
        ({"hour": "noon"}, "Write the hour, like 09:00."),
        ({"hour": ""}, "or choose “All day”"),
        ({"end_hour": "09:59"}, "It ends before it begins."),
        ({"last_day": "2027-03-09"}, "The last day is before the first one."),
        ({"last_day": "2028-03-09"}, "An event lasts 62 days at most."),
        ({"zone": "Mars/Olympus"}, "Choose one from the list."),
        ({"form": "party"}, "Choose one from the list."),
        ({"theme": "nonsense"}, "Choose one from the list."),
        ({"link": "javascript:alert(1)"}, "Write an address that begins with https://."),
        ({"link": "http://[::1"}, "Write an address that begins with https://."),
        ({"day": "2027-03-28", "hour": "02:30", "end_hour": "04:00"}, "There is no such hour on that day"),
        ({"day": "2011-12-30", "zone": "Pacific/Apia"}, "There is no such hour on that day"),
        ({"place": "x" * 201}, "This has at most 200 characters."),
    ],
)
def test_bad_input_is_explained_and_kept(cast, wrong, words):
    answer = cast.chair.posts("/events/new", form(cast, **wrong))
    assert answer.status_code == 422 and words in answer.text and "We *talk*." in answer.text
    assert "<title>Error:" in answer.text
    assert not facts(cast, "calendar.added")


def test_a_preview_puts_nothing_in(cast):
    answer = cast.chair.posts("/events/new", form(cast, preview="1"))
    assert answer.status_code == 200 and "<em>talk</em>" in answer.text
    assert not facts(cast, "calendar.added")


def test_files_come_along_and_go_with_their_event(cast):
    import io

    answer = cast.chair.posts("/events/new", form(cast, files=(io.BytesIO(b"Bring figures."), "agenda.txt")))
    page = cast.chair.gets(answer.location).text
    path = re.search(r'href="(/files/\d+/agenda.txt)"', page)[1]
    assert cast.neighbour.gets(path).status_code == 200
    assert cast.visitor.gets(path).status_code == 404
    acted(cast, cast.chair, acts.remove, 1)
    assert cast.neighbour.gets(path).status_code == 404


# --- clocks -----------------------------------------------------------------------------------------------


def test_each_reader_has_their_own_time_first(cast):
    number = added(cast, cast.chair)
    lives_in(cast, cast.neighbour, "Africa/Nairobi")
    lives_in(cast, cast.outsider, "Europe/Rome")
    page = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
    assert re.search(r"Your time.*<strong>12:00–13:30</strong><br>Nairobi \(UTC\+3\)", page, re.DOTALL)
    assert re.search(r"Host time.*10:00–11:30<br>Vienna \(UTC\+1\)", page, re.DOTALL)
    page = cast.outsider.gets(f"/events/{number}", follow_redirects=True).text
    assert "Host time" not in page and "<strong>10:00–11:30</strong><br>Rome (UTC+1)" in page
    assert "12:00 Housing meeting" in cast.neighbour.gets("/calendar/2027-03").text
    assert "10:00 in Vienna" in cast.neighbour.gets("/calendar/2027-03").text


@pytest.mark.parametrize(
    ("zone", "first", "second"),
    [
        ("Europe/Vienna", "09:00", "09:00"),  # the host's clocks: the same hour on both
        ("Africa/Nairobi", "11:00", "10:00"),  # no summer time: it moves
        ("Australia/Lord_Howe", "19:00", "18:00"),  # half an hour of summer time, still on in March
        ("America/Montevideo", "05:00", "04:00"),
        (
            "Africa/Casablanca",
            "08:00",
            "07:00",
        ),  # on UTC all year since September 2026: before, but in Ramadan, an hour ahead
    ],
)
def test_right_across_a_change_of_clocks(cast, zone, first, second):
    lives_in(cast, cast.neighbour, zone)
    for number, day in enumerate(("2027-03-24", "2027-03-31")):
        hours = {"hour": "09:00", "end_hour": "10:00", "title": f"Round {number}"}
        assert cast.chair.posts("/events/new", form(cast, day=day, **hours)).status_code == 303
    text = cast.neighbour.gets("/calendar/2027-03").text
    assert f"{first} Round 0" in text and f"{second} Round 1" in text


def test_on_which_clocks_and_when_they_change(cast):
    lives_in(cast, cast.neighbour, "Europe/Vienna")
    assert (
        "Times are shown for Vienna (UTC+1). Clocks change on 28 March: then it is Vienna (UTC+2)."
        in cast.neighbour.gets("/calendar/2027-03").text
    )
    assert "Times are shown for Vienna (UTC+2)." in cast.neighbour.gets("/calendar/2027-07").text
    assert "Times are shown for UTC." in cast.visitor.gets("/calendar/2027-07").text


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Casablanca", "Asia/Kathmandu"]
)
def test_whole_days_are_the_same_days_for_everybody(cast, zone):
    whole = {"all_day": "y", "day": "2027-03-20", "last_day": "2027-03-21", "hour": "", "end_hour": ""}
    assert cast.chair.posts("/events/new", form(cast, **whole)).status_code == 303
    lives_in(cast, cast.neighbour, zone)
    page = cast.neighbour.gets("/events/1", follow_redirects=True).text
    assert "Saturday 20 March 2027" in page and "All day, until Sunday 21 March 2027" in page
    text = cast.neighbour.gets("/calendar/2027-03").text
    assert set(re.findall(r'id="d(2027-03-\d\d)"', text)) == {"2027-03-20", "2027-03-21"}


def test_the_day_that_samoa_left_out(cast):
    """Apia had no 30 December 2011; what lasts over it is there on the days around it."""
    span = {
        "day": "2011-12-29",
        "hour": "23:00",
        "last_day": "2011-12-31",
        "end_hour": "01:00",
        "zone": "Pacific/Apia",
    }
    assert cast.chair.posts("/events/new", form(cast, **span)).status_code == 303
    it = event(cast, 1)
    assert it.ends - it.starts == 2 * events.HOUR
    lives_in(cast, cast.neighbour, "Pacific/Apia")
    assert 'id="d2011-12-29"' in cast.neighbour.gets("/calendar/2011-12").text


def test_an_event_over_midnight_stands_on_both_days(cast):
    added(
        cast,
        cast.chair,
        starts=dt.datetime(2027, 3, 10, 21, tzinfo=dt.UTC),
        ends=dt.datetime(2027, 3, 11, 2, tzinfo=dt.UTC),
    )
    assert "Housing meeting" not in cast.visitor.gets("/calendar/2027-03").text
    text = cast.chair.gets("/calendar/2027-03").text
    assert {"2027-03-10", "2027-03-11"} == set(re.findall(r'id="d(2027-03-\d\d)"', text))
    assert text.count("21:00 Housing meeting") == 1 and "goes on" in text


# --- views ------------------------------------------------------------------------------------------------


def test_months_and_weeks_that_are_none(cast):
    for path in ("/calendar/2027-13", "/calendar/2027-00", "/calendar/1066-10", "/calendar/0000-01", "/calendar/9999-12",
                 "/calendar/week/2027-W53", "/calendar/week/0001-W01", "/calendar/year/1066", "/calendar/27-3"):  # fmt: skip
        assert cast.chair.gets(path).status_code == 404, path
    for path in ("/calendar/1945-01", "/calendar/2100-12", "/calendar/week/2026-W53", "/calendar/year/2100"):
        assert cast.chair.gets(path).status_code == 200, path
    for query in (
        "from=x",
        "until=9999-99-99",
        "from=9999-12-31",
        "group=999999999999999999999",
        "coalition=x",
        "kind=x",
        "theme=%00",
    ):
        assert cast.chair.gets(f"/calendar/agenda?{query}").status_code == 200, query


def test_the_calendar_leads_to_today(cast):
    lives_in(cast, cast.neighbour, "Pacific/Kiritimati")
    with clock.at(dt.datetime(2027, 2, 28, 12, tzinfo=dt.UTC)):
        assert cast.visitor.gets("/calendar").location == "/calendar/2027-02"
        assert cast.neighbour.gets("/calendar?kind=meeting").location == "/calendar/2027-03?kind=meeting"
        phone = cast.visitor.gets("/calendar?kind=meeting", headers={"Sec-CH-UA-Mobile": "?1"})
        assert (
            phone.location == "/calendar/agenda?kind=meeting" and "Sec-CH-UA-Mobile" in phone.headers["Vary"]
        )


def test_ramadan_time(cast):
    """Clocks in Casablanca go back for a month, on days that are fixed by the moon."""
    lives_in(cast, cast.neighbour, "Africa/Casablanca")
    with clock.at(dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)):
        text = cast.neighbour.gets("/calendar/2026-03").text
    assert (
        "Times are shown for Casablanca (UTC). Clocks change on 22 March: then it is Casablanca (UTC+1)."
        in text
    )


def test_time_zones_are_those_of_the_locked_list(app):
    """And not of the machine, which may know older ones."""
    kept = importlib.resources.files("tzdata").joinpath("zoneinfo", "Africa", "Casablanca").read_bytes()
    with io.BytesIO(kept) as file:
        locked = zoneinfo.ZoneInfo.from_file(file, key="Africa/Casablanca")
    ours = zoneinfo.ZoneInfo("Africa/Casablanca")
    assert zoneinfo.TZPATH == ()
    for month in range(1, 13):
        there = dt.datetime(2027, month, 1, tzinfo=dt.UTC)
        assert there.astimezone(ours).utcoffset() == there.astimezone(locked).utcoffset()


def test_filters(cast):
    with cast.app.app_context():
        theme = next(iter(choices.themes()))
    added(cast, cast.chair, title="One", space="africa", audience="public", form="training", languages="fr")
    added(cast, cast.chair, title="Two", theme=theme, form="conference")
    found = {
        "": {"One", "Two"}, f"group={cast.spaces.africa}": {"One"}, f"coalition={cast.spaces.africa}": {"One"},
        f"coalition={cast.spaces.europe}": set(), f"theme={theme}": {"Two"}, "kind=training": {"One"},
        "language=fr": {"One", "Two"}, "language=ar": set(), "kind=due": set(),
    }  # fmt: skip
    acted(cast, cast.chair, acts.change, 2, {"languages": "en fr"})
    for query, right in found.items():
        for path in ("/calendar/2027-03", "/calendar/agenda"):
            text = cast.chair.gets(f"{path}?{query}").text
            assert {
                name for name in ("One", "Two") if f">{name}</a>" in text or f" {name}</a>" in text
            } == right, (path, query)
    assert ">Two</a>" in cast.chair.gets("/calendar/year/2027").text
    assert ">One</a>" not in cast.chair.gets("/calendar/year/2027").text
    assert "1 on" in cast.chair.gets("/calendar/2027-03?kind=training").text


def test_everybody_chooses_among_the_groups_that_they_see(cast):
    def offered(who):
        text = cast.__dict__[who].gets("/calendar/2027-03").text
        part = re.search(r'<select[^>]*name="group".*?</select>', text, re.DOTALL)[0]
        return [int(number) for number in re.findall(r'value="(\d+)"', part)]

    some = cast.spaces
    assert {some.network, some.africa, some.europe} == set(offered("visitor"))
    assert some.circle not in offered("outsider") and some.europe in offered("chair")
    assert set(offered("chair")[:3]) == {some.network, some.africa, some.circle}  # one's own come first


def test_filters_of_deadlines(cast):
    with cast.app.app_context():
        theme, other = [*choices.themes()][:2]
        entered(cast, title="Homes first", ends="2027-03", themes=[theme], language="fr")
    found = {
        "": 1, f"theme={theme}": 1, f"theme={other}": 0, "language=fr": 1, "language=en": 0, f"coalition={cast.spaces.africa}": 1,
        f"coalition={cast.spaces.europe}": 0, f"group={cast.spaces.africa}": 1, f"group={cast.spaces.europe}": 0,
        f"theme={theme}&kind=due": 1, "kind=training": 0,
    }  # fmt: skip
    for query, number in found.items():
        for path in ("/calendar/2027-03", "/calendar/agenda"):
            text = cast.chair.gets(f"{path}?{query}").text
            assert (">Homes first</a>" in text) == bool(number), (path, query)


def test_the_year_of_conferences_says_which_and_whose(cast):
    added(cast, cast.chair, title="All of us", form="conference", scale="general")
    added(cast, cast.chair, title="Theirs", form="conference", outside="A league of towns")
    text = cast.neighbour.gets("/calendar/year/2027").text
    ours, theirs = text.split(">Theirs</a>")
    assert "General conference" in ours and "Outside the network" not in ours
    assert "A league of towns" in theirs and "Outside the network" in theirs
    assert "General conference" in cast.neighbour.gets("/calendar/agenda").text


def test_a_coalition_shows_what_its_groups_do(cast):
    with cast.app.app_context():
        db.session.get(Space, cast.spaces.circle).parent_id = cast.spaces.africa
        db.session.commit()
    added(cast, cast.chair, space="circle", audience="space")
    assert "Housing meeting" in cast.chair.gets(f"/calendar/2027-03?coalition={cast.spaces.africa}").text
    assert (
        "Housing meeting" not in cast.outsider.gets(f"/calendar/2027-03?coalition={cast.spaces.africa}").text
    )


def test_the_agenda_leads_on_and_back(cast):
    for number in range(70):
        added(cast, cast.chair, title=f"Day {number:02}", starts=events.START + dt.timedelta(days=number))
    seen, path = [], "/calendar/agenda"
    while path:
        text = cast.chair.gets(path).text
        seen += re.findall(r">(Day \d\d)</a>", text)
        found = re.search(r'href="([^"]+)" rel="next"', text)
        path = found and found[1].replace("&amp;", "&")
    assert seen == [f"Day {number:02}" for number in range(70)]
    back = cast.chair.gets("/calendar/agenda?until=2027-05-18").text
    assert re.findall(r">(Day \d\d)</a>", back) == [f"Day {number}" for number in range(40, 70)]
    earlier = re.search(r'href="([^"]+)" rel="prev"', back)[1]
    assert re.findall(r">(Day \d\d)</a>", cast.chair.gets(earlier).text) == [
        f"Day {number:02}" for number in range(10, 40)
    ]


def test_a_full_day_says_how_many_more(cast):
    for number in range(9):
        added(cast, cast.chair, title=f"Talk {number}", starts=events.START + number * events.HOUR)
    text = cast.chair.gets("/calendar/2027-03").text
    assert "9 entries" in text and "6 more</a>" in text and "3 more on this day" in text
    assert '/calendar/agenda?from=2027-03-10"' in text


def test_what_changes_is_seen_at_once(cast):
    number = added(cast, cast.chair)
    assert "Housing meeting" in cast.neighbour.gets("/calendar/2027-03").text
    acted(cast, cast.chair, acts.change, number, {"title": "Other words"})
    assert "Other words" in cast.neighbour.gets("/calendar/2027-03").text
    with cast.app.app_context():
        changes.change_space(cast.steward.me(), db.session.get(Space, cast.spaces.network), name="Net")
    acted(cast, cast.chair, acts.remove, number)
    assert "Other words" not in cast.neighbour.gets("/calendar/2027-03").text


@pytest.mark.parametrize(
    "path", ["/calendar/2027-03", "/calendar/week/2027-W10", "/calendar/agenda", "/events/1-housing-meeting"]
)
def test_as_many_questions_for_one_event_as_for_ten(cast, path):
    added(cast, cast.chair)
    cast.neighbour.gets(path)
    counted = []
    for _round in range(2):
        with cast.app.app_context():
            cast.app.extensions.pop("calendar", None)
            engine = db.engine
        with statements(engine) as said:
            assert cast.neighbour.gets(path).status_code == 200
        counted.append(len(said))
        for number in range(9):
            added(cast, cast.chair, title=f"More {number}", starts=events.START + number * events.HOUR)
    assert counted[0] == counted[1] < 25


# --- change, cancel, remove -------------------------------------------------------------------------------


def test_another_hour_is_told_to_who_follows(cast):
    number = added(cast, cast.chair)
    cast.neighbour.posts(f"/events/{number}/follow")
    edited = form(cast, hour="14:00", end_hour="15:00")
    assert cast.chair.posts(f"/events/{number}/edit", edited).status_code == 303
    assert cast.chair.posts(f"/events/{number}/edit", {**edited, "body": "Other words."}).status_code == 303
    assert [f.data["what"] for f in facts(cast, "calendar.moved")] == [["when"]]
    assert len(facts(cast, "calendar.changed")) == 1
    assert event(cast, number).sequence == 1
    tell(cast.app)
    with cast.app.app_context():
        rows = db.session.query(Notice).filter_by(person_id=cast.neighbour.id).all()
        assert [row.verb for row in rows] == ["calendar.moved"]
    assert "changed when or where" in cast.neighbour.gets("/notifications").text


def test_nothing_changed_is_no_fact(cast):
    number = added(cast, cast.chair)
    acted(cast, cast.chair, acts.change, number, {"title": "Housing meeting"})
    assert not facts(cast, "calendar.changed")


def test_only_who_hosts_it_changes_it(cast):
    number = added(cast, cast.chair)
    for who, status in ((cast.neighbour, 403), (cast.visitor, 303), (cast.steward, 200)):
        assert who.gets(f"/events/{number}/edit").status_code == status, who.name
    for tail in ("edit", "cancel", "remove", "reinstate", "papers"):
        assert cast.neighbour.posts(f"/events/{number}/{tail}", form(cast)).status_code == 403
    with cast.app.app_context():
        from app.spaces.models import Membership

        db.session.get(Membership, (cast.spaces.network, cast.neighbour.id)).role = "events manager"
        db.session.commit()
    assert cast.neighbour.gets(f"/events/{number}/edit").status_code == 200


def test_a_cancelled_event_says_why_and_can_come_back(cast):
    number = added(cast, cast.chair)
    assert cast.chair.posts(f"/events/{number}/cancel", {"reason": ""}).status_code == 422
    assert cast.chair.posts(f"/events/{number}/cancel", {"reason": "The hall is closed."}).status_code == 303
    text = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
    assert "Cancelled on 1 March 2027." in text and "The hall is closed." in text
    assert "<s>Housing meeting</s>" in cast.neighbour.gets("/calendar/2027-03").text
    assert "Housing meeting" not in cast.neighbour.gets("/").text.partition("Coming up")[2][:800]
    assert b"STATUS:CANCELLED" in cast.neighbour.gets(f"/events/{number}/invite.ics").data
    assert cast.chair.posts(f"/events/{number}/reinstate").status_code == 303
    assert facts(cast, "calendar.cancelled")[0].excerpt == ""
    assert event(cast, number).sequence == 2


def test_a_removed_event_leaves_a_line_and_no_words(cast):
    number = added(cast, cast.chair)
    tell(cast.app)
    assert "Housing meeting" in re.sub("</?mark>", "", cast.neighbour.gets("/search?q=housing").text)
    assert cast.chair.posts(f"/events/{number}/remove").status_code == 303
    tell(cast.app)
    answer = cast.neighbour.gets(f"/events/{number}")
    assert answer.status_code == 410 and "This event was removed" in answer.text
    for path in ("/search?q=housing", "/", "/calendar/2027-03", "/notifications"):
        assert "Housing meeting" not in cast.neighbour.gets(path).text
    assert cast.neighbour.gets(f"/events/{number}/invite.ics").status_code == 404
    assert cast.chair.gets(f"/events/{number}/edit").status_code == 404


def test_a_copy_takes_over_what_was_chosen(cast):
    number = added(
        cast,
        cast.chair,
        starts=dt.datetime(2027, 3, 24, 8, tzinfo=dt.UTC),
        ends=dt.datetime(2027, 3, 24, 9, tzinfo=dt.UTC),
    )
    assert "What to take over" in cast.neighbour.gets(f"/events/{number}/copy").text
    text = cast.neighbour.gets(f"/events/new?from={number}&what=place&weeks=1").text
    assert 'value="Town hall"' in text and "We *talk*." not in text
    assert (
        'value="2027-03-31"' in text and 'value="09:00"' in text
    )  # the same hour there, after clocks have changed
    assert cast.visitor.gets(f"/events/new?from={number}").status_code == 303
    assert cast.outsider.gets("/events/new?from=999").status_code == 404


def test_a_copy_takes_over_its_numbers_of_places_by_choice(cast):
    number = added(cast, cast.chair, seats_here=137, per_house=205)
    text = cast.neighbour.gets(f"/events/new?from={number}&what=places").text
    assert 'value="137"' in text and 'value="205"' in text
    assert 'value="137"' not in cast.neighbour.gets(f"/events/new?from={number}&what=place").text


def test_a_hidden_event_is_copied_by_nobody_else(cast):
    number = added(cast, cast.chair, space="circle", audience="space")
    assert cast.outsider.gets(f"/events/new?from={number}").status_code == 404
    assert cast.outsider.posts("/events/new", form(cast, copied=number)).status_code == 404


def test_papers_are_documents_that_its_reader_sees(cast):
    from tests import papers

    number = added(cast, cast.chair, audience="public")
    paper = papers.published(cast, cast.chair, title="Figures for all")
    assert cast.chair.posts(f"/events/{number}/papers", {"address": "nonsense"}).status_code == 422
    assert (
        cast.chair.posts(
            f"/events/{number}/papers", {"address": f"https://x.example/library/{paper}-figures"}
        ).status_code
        == 303
    )
    assert "Figures for all" in cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
    assert "Figures for all" not in cast.visitor.gets(f"/events/{number}", follow_redirects=True).text
    text = cast.chair.gets(f"/events/new?from={number}&what=papers").text
    assert "Figures for all" in text and 'name="papers" value="1"' in text
    again = cast.chair.posts("/events/new", form(cast, copied=number, papers="1"))
    assert "Figures for all" in cast.chair.gets(again.location).text
    assert cast.chair.posts(f"/events/{number}/papers/{paper}/remove").status_code == 303
    assert "Figures for all" not in cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text


def test_a_discussion_about_an_event(cast):
    number = added(cast, cast.chair)
    text = cast.neighbour.gets(f"/discussions/new?about=event:{number}").text
    assert "Housing meeting" in text
    start = {"topic": "housing", "title": "What to bring?", "body": "Figures?", "space": cast.spaces.network,
             "audience": "members", "language": "en", "organisation": "0", "about": f"event:{number}"}  # fmt: skip
    page = cast.neighbour.posts("/discussions/new", start)
    assert "Housing meeting" in cast.chair.client.get(page.location, follow_redirects=True).text
    assert "What to bring?" in cast.chair.gets(f"/events/{number}", follow_redirects=True).text


# --- other places -----------------------------------------------------------------------------------------


def test_what_comes_stands_on_homes_and_on_the_desk(cast):
    added(cast, cast.chair, space="africa", audience="public", official=True)
    added(cast, cast.chair, space="circle", audience="space", title="Quiet meeting")
    for path in (f"/groups/{cast.spaces.africa}", f"/members/{cast.organisations.chair}"):
        text = cast.visitor.gets(path, follow_redirects=True).text
        assert "Coming up" in text and "Housing meeting" in text and "Quiet meeting" not in text, path
    assert "Quiet meeting" in cast.neighbour.gets("/").text
    assert "Quiet meeting" not in cast.outsider.gets("/").text
    assert "Housing meeting" in cast.visitor.gets("/").text
    with clock.at(NOW + dt.timedelta(days=20)):
        assert (
            "Housing meeting"
            not in cast.visitor.gets(f"/groups/{cast.spaces.africa}", follow_redirects=True).text
        )


def test_a_group_that_is_seen_by_fewer_takes_its_events_along(cast):
    added(cast, cast.chair, space="africa", audience="public")
    assert "Housing meeting" in cast.visitor.gets("/calendar/2027-03").text
    with cast.app.app_context():
        changes.change_space(cast.steward.me(), db.session.get(Space, cast.spaces.africa), sight="members")
    assert "Housing meeting" not in cast.visitor.gets("/calendar/2027-03").text
    assert "Housing meeting" in cast.outsider.gets("/calendar/2027-03").text


def test_deadlines_of_documents_stand_with_who_looks_after_them(cast):
    from tests import papers

    number = papers.published(cast, cast.chair, title="Old figures")
    with cast.app.app_context():
        from app.library.models import Document

        db.session.get(Document, number).review_by = dt.date(2027, 3, 15)
        db.session.commit()
    text = cast.chair.gets("/calendar/2027-03").text
    assert "Old figures" in text and "Deadline" in text and 'id="d2027-03-15"' in text
    assert "Old figures" not in cast.neighbour.gets("/calendar/2027-03").text
    assert "Old figures" in cast.chair.gets("/calendar/agenda?kind=due").text


def test_the_file_for_other_calendars(cast):
    number = added(
        cast,
        cast.chair,
        audience="public",
        title="A; B, C\\D",
        link="https://meet.example/x",
        place="",
        body="One\n\nTwo",
    )
    assert (
        b"meet.example" not in cast.neighbour.gets(f"/events/{number}/invite.ics").data
    )  # for those who come
    cast.neighbour.posts(f"/events/{number}/answer", {"word": "maybe", "way": "online"})
    answer = cast.neighbour.gets(f"/events/{number}/invite.ics")
    assert answer.mimetype == "text/calendar"
    (made,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(made["summary"]) == "A; B, C\\D"
    assert made["dtstart"].dt == events.START and made["dtstart"].params["TZID"] == "Europe/Vienna"
    assert str(made["location"]) == "https://meet.example/x"
    assert b"VTIMEZONE" in answer.data and b"\r\nSUMMARY:A\\; B\\, C\\\\D\r\n" in answer.data
    outside = cast.visitor.gets(f"/events/{number}/invite.ics")
    assert b"meet.example" not in outside.data  # nor for visitors
    assert "meet.example" not in cast.visitor.gets(f"/events/{number}", follow_redirects=True).text


def test_an_event_of_whole_days_for_other_calendars(cast):
    span = {
        "starts": dt.datetime(2027, 3, 20, tzinfo=dt.UTC),
        "ends": dt.datetime(2027, 3, 22, tzinfo=dt.UTC),
    }
    number = added(cast, cast.chair, all_day=True, **span)
    (made,) = icalendar.Calendar.from_ical(cast.chair.gets(f"/events/{number}/invite.ics").data).walk(
        "VEVENT"
    )
    assert (made["dtstart"].dt, made["dtend"].dt) == (dt.date(2027, 3, 20), dt.date(2027, 3, 22))


def test_lines_in_a_title_become_no_lines_of_the_file(cast):
    hostile = "x\r\nATTENDEE:mailto:a@b.example\r\nBEGIN:VEVENT"
    cast.chair.posts("/events/new", form(cast, title=hostile, body=hostile))
    data = cast.chair.gets("/events/1/invite.ics").data
    assert data.count(b"\r\nBEGIN:VEVENT\r\n") == 1 and b"\r\nATTENDEE" not in data


def test_public_events_for_other_programs(cast):
    added(
        cast, cast.chair, audience="public", space="africa", title="Open day", link="https://meet.example/x"
    )
    added(cast, cast.chair)
    answer = cast.visitor.gets("/calendar/events.json")
    (row,) = answer.json["events"]
    assert (
        row["title"] == "Open day"
        and row["starts"] == "2027-03-10T09:00:00+00:00"
        and "meet.example" not in answer.text
    )
    assert (
        cast.visitor.gets(
            "/calendar/events.json", headers={"If-None-Match": answer.headers["ETag"]}
        ).status_code
        == 304
    )
    assert [one["title"] for one in cast.chair.gets("/calendar/events.json").json["events"]] == ["Open day"]
    feed = cast.visitor.gets("/calendar/feed.atom")
    assert "Open day" in feed.text and "Housing meeting" not in feed.text
    assert (
        cast.visitor.gets("/calendar/feed.atom", headers={"If-None-Match": feed.headers["ETag"]}).status_code
        == 304
    )


def test_public_events_stand_in_a_frame_of_another_site(cast):
    added(
        cast,
        cast.chair,
        audience="public",
        space="africa",
        title="Open <day>",
        link="https://meet.example/x",
        place="",
    )
    added(cast, cast.chair)
    answer = cast.visitor.gets("/calendar/embed")
    assert "Open &lt;day&gt;" in answer.text and "10 March 2027" in answer.text and "Online" in answer.text
    assert not any(words in answer.text for words in ("Housing meeting", "meet.example", "<script", "<form"))
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "script-src" not in policy and "form-action 'none'" in policy
    assert (
        "frame-ancestors 'none'" in cast.visitor.gets("/calendar/agenda").headers["Content-Security-Policy"]
    )
    assert cast.chair.gets("/calendar/embed").text == answer.text  # whoever looks
    again = cast.visitor.gets("/calendar/embed", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.headers["Content-Security-Policy"] == policy
    french = cast.visitor.gets("/calendar/embed?lang=fr&kind=training").text
    assert '<html lang="fr"' in french and "Open" not in french and "kind=training" in french
    assert '<html lang="en"' in cast.visitor.gets("/calendar/embed?lang=xx").text
    assert "&lt;iframe src=" in cast.visitor.gets("/calendar/subscribe").text
    month = cast.visitor.gets("/calendar/2027-03?kind=training").text
    assert 'href="/calendar/embed?kind=training"' in month


def test_an_event_that_was_reported_and_hidden(cast):
    number = added(cast, cast.neighbour, space="africa", audience="public")
    assert (
        cast.outsider.posts("/report", {"ref": f"event:{number}", "reason": "hate", "words": "x"}).status_code
        == 303
    )
    assert "Housing meeting" in cast.chair.gets("/moderation").text
    from app.moderation import acts as moderation
    from app.moderation.models import Case

    with cast.app.app_context():
        case = db.session.query(Case).one()
        moderation.decide(cast.chair.me(), case, "hide", reason="hate", words="It insults.")
    assert cast.outsider.gets(f"/events/{number}").status_code == 404
    assert "Housing meeting" not in cast.outsider.gets("/calendar/2027-03").text
    assert "taken out of sight" in cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
    with cast.app.app_context():
        moderation.restore(cast.chair.me(), db.session.query(Case).one(), "It was a quotation.")
    assert "Housing meeting" in cast.outsider.gets("/calendar/2027-03").text


def test_who_follows_an_event_finds_it_in_the_list(cast):
    number = added(cast, cast.chair)
    cast.neighbour.posts(f"/events/{number}/follow")
    assert "Housing meeting" in cast.neighbour.gets("/settings/following").text
    with cast.app.app_context():
        assert watches.level(cast.neighbour.id, f"event:{number}") == watches.FOLLOW
    cast.neighbour.posts(f"/events/{number}/unfollow")
    assert "Housing meeting" not in cast.neighbour.gets("/settings/following").text


def test_a_wrong_tail_leads_to_the_event(cast):
    number = added(cast, cast.chair)
    answer = cast.chair.gets(f"/events/{number}-nonsense?x=1")
    assert (answer.status_code, answer.location) == (301, f"/events/{number}-housing-meeting?x=1")
    assert cast.chair.gets(f"/events/{2**70}").status_code == 404


def test_in_an_archived_group_nothing_is_done(cast):
    number = added(cast, cast.chair, space="circle", audience="space")
    with cast.app.app_context():
        from app.spaces import shelf

        shelf.set_archived(cast.steward.me(), db.session.get(Space, cast.spaces.circle), True)
    assert cast.chair.gets(f"/events/{number}/edit").status_code == 403
    assert (
        cast.chair.posts("/events/new", form(cast, space=cast.spaces.circle, audience="space")).status_code
        == 422
    )
    assert "Housing meeting" in cast.chair.gets("/calendar/2027-03").text


def test_a_document_is_put_to_an_event_from_its_own_page(cast):
    from tests import papers

    number = added(cast, cast.chair, audience="public")
    theirs = added(cast, cast.outsider, title="Theirs")
    paper = papers.published(cast, cast.chair)
    inner = papers.published(cast, cast.chair, space="circle", sight="space")
    path = f"/events/papers?document={paper}"
    assert path in cast.chair.gets(f"/library/{paper}", follow_redirects=True).text
    assert "/events/papers" not in cast.visitor.gets(f"/library/{paper}", follow_redirects=True).text
    offered = cast.chair.gets(path).text
    assert "Housing meeting" in offered and "Theirs" not in offered
    assert "No event that you look after" in cast.neighbour.gets(path).text
    assert cast.outsider.gets(f"/events/papers?document={inner}").status_code == 404
    for wrong in ("", "x", "9" * 30):
        assert cast.chair.gets(f"/events/papers?document={wrong}").status_code == 404
    sent = {"document": paper, "event": number, "slot": "concept"}
    assert cast.chair.posts("/events/papers", {**sent, "event": theirs}).status_code == 422
    assert cast.neighbour.posts("/events/papers", sent).status_code == 422
    assert cast.chair.posts("/events/papers", sent).location.endswith("#papers")
    text = cast.chair.gets(f"/events/{number}", follow_redirects=True).text
    assert 'id="slot-concept"' in text and f"/library/{paper}-" in text


def test_a_room_is_made_where_the_site_knows_of_rooms(cast):
    sent = form(cast, room="y")
    assert "Make a room" not in cast.chair.gets("/events/new").text  # off, until there is an address
    assert cast.chair.posts("/events/new", sent).status_code == 303 and event(cast, 1).link == ""
    cast.app.config["MEETING_ROOMS"] = "https://meet.example.org/"
    page = cast.chair.gets("/events/new").text
    assert "Make a room" in page and "meet.example.org" in page
    for more in ({"room": "y"}, {"room": "y"}, {}, {"room": "y", "link": "https://other.example/x"}):
        assert cast.chair.posts("/events/new", form(cast, **more)).status_code == 303
    made = [event(cast, number).link for number in (2, 3)]
    assert (
        all(re.fullmatch(r"https://meet\.example\.org/[\w-]{32}", link) for link in made)
        and made[0] != made[1]
    )
    assert [event(cast, number).link for number in (4, 5)] == ["", "https://other.example/x"]
    again = form(cast, room="y", link=made[0], place="Another hall")
    assert cast.chair.posts("/events/2/edit", again).status_code == 303
    assert event(cast, 2).link == made[0] and event(cast, 2).place == "Another hall"
