"""Stories of calendars that hear by mail: invitation, change and cancellation, as other programs read them (iMIP)."""

import datetime as dt

import icalendar
import pytest
import sqlalchemy as sa
import vobject

from app.calendar import acts, series, series_changes, series_ends, series_scopes, subscribing
from app.calendar.models import Event
from app.core import clock, jobs
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members.models import Person
from app.notifications import invitations
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests.events import START, acted, added, event, fields
from tests.stories.test_notice_mail import chooses
from tests.test_mail import box  # noqa: F401  a real SMTP server

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)
HALL = {"place": "Another hall"}
DAY = dt.datetime(2027, 3, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


@pytest.fixture
def post(cast, box):  # noqa: F811
    """Let what is due be written and sent; return what the server heard since: who, method, the event, the mail."""
    cast.app.config["MAIL_URL"] = f"smtp://127.0.0.1:{box.port}"
    cast.app.config["JOBS_AT_ONCE"] = False

    def sent():
        before = len(box.messages)
        with cast.app.app_context():
            invitations.send_due()
            invitations.send_due()
            jobs.sweep_waiting()
        return [read(mail) for mail in box.messages[before:] if mail.get_content_type() == "multipart/mixed"]

    return sent


def read(mail):
    """Return whom a mail goes to, its method, the event in it and the mail, read by other libraries."""
    words, file = mail.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    text, html, part = words.iter_parts()
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert part.get_content_type() == "text/calendar" and part.get_param("charset") == "utf-8"
    assert file.get_content_type() == "application/ics" and file.get_filename() == "invite.ics"
    raw = part.get_payload(decode=True)
    assert raw.replace(b"\r\n", b"\n") == file.get_payload(decode=True).replace(b"\r\n", b"\n")
    made = icalendar.Calendar.from_ical(raw)
    assert str(made["method"]) == part.get_param("method")
    (one,) = made.walk("VEVENT")
    return str(mail["To"]), str(made["method"]), one, mail


def answers(who, number, word="going", **more):
    assert who.posts(f"/events/{number}/answer", {"word": word, "way": "here", **more}).status_code == 303


def told(post):
    return [(to, method, int(one["sequence"])) for to, method, one, _mail in post()]


def test_an_event_comes_into_calendars_changes_there_and_goes_by_mail(cast, post):
    number = added(cast, cast.chair, title="Ordinary; \u00e9t\u00e9, meeting", official=True)
    uid = event(cast, number).uid
    answers(cast.neighbour, number)
    ((to, method, one, mail),) = post()
    assert (to, method, str(one["uid"]), int(one["sequence"])) == (
        "neighbour@cast.example",
        "REQUEST",
        uid,
        0,
    )
    assert (one["organizer"], one["attendee"]) == (
        "mailto:convivio@127.0.0.1",
        "mailto:neighbour@cast.example",
    )
    assert one["attendee"].params["PARTSTAT"] == "ACCEPTED" and one["dtstart"].dt == START
    assert (
        str(one["status"]) == "CONFIRMED"
        and "été" in mail["Subject"]
        and str(one["summary"]) == "Ordinary; été, meeting"
    )
    assert str(event(cast, number).by["name"]) in one["organizer"].params["CN"]
    answers(cast.neighbour, number, shown="y")
    answers(cast.outsider, number, "maybe")
    answers(cast.steward, number)
    assert told(post) == [("steward@cast.example", "REQUEST", 0)]

    acted(cast, cast.chair, acts.change, number, {"title": "Other words"})
    assert post() == []  # other words are no other time
    acted(cast, cast.chair, acts.change, number, HALL)
    acted(cast, cast.chair, acts.change, number, {"starts": START + dt.timedelta(minutes=30)})
    sent = post()
    assert sorted((to, int(one["sequence"]), str(one["uid"])) for to, _method, one, _mail in sent) == [
        (f"{name}@cast.example", 2, uid) for name in ("neighbour", "outsider", "steward")
    ]
    for to, _method, one, mail in sent:
        assert str(one["location"]) == "Another hall"
        assert one["attendee"].params["PARTSTAT"] == ("TENTATIVE" if "outsider" in to else "ACCEPTED")
        assert sum(f"{name}@cast" in mail.as_string() for name in ("neighbour", "outsider", "steward")) == 1

    answers(cast.neighbour, number, "no")
    ((to, method, one, _mail),) = post()
    assert (method, int(one["sequence"]), str(one["status"])) == (
        "CANCEL",
        3,
        "CANCELLED",
    ) and "neighbour" in to
    answers(cast.neighbour, number)
    assert told(post) == [("neighbour@cast.example", "REQUEST", 4)]  # higher than that by which it went
    answers(cast.steward, number, "no")
    assert told(post) == [("steward@cast.example", "CANCEL", 3)]

    acted(cast, cast.chair, acts.cancel, number, "No hall.")
    sent = post()
    assert sorted((to, method, int(one["sequence"])) for to, method, one, _mail in sent) == [
        ("neighbour@cast.example", "CANCEL", 5), ("outsider@cast.example", "CANCEL", 3),
    ]  # fmt: skip
    assert all("No hall." in mail.get_body(("plain",)).get_content() for *_rest, mail in sent)
    acted(cast, cast.chair, acts.reinstate, number)
    assert sorted(told(post))[0] == ("neighbour@cast.example", "REQUEST", 6)
    acted(cast, cast.chair, acts.remove, number)
    assert {method for _to, method, _sequence in told(post)} == {"CANCEL"}
    assert post() == []


def named(one):
    """Return the name of an event in other calendars: its own, and which time of a series it is."""
    time = one.get("recurrence-id")
    return str(one["uid"]), time and time.dt.astimezone(dt.UTC)


def test_of_a_series_each_answered_time_is_told_by_itself(cast, post):
    with cast.app.app_context():
        place = db.session.get(Space, cast.spaces.network)
        one = series.begin(cast.chair.me(), place, fields(), "FREQ=WEEKLY;COUNT=4", audience="members")
        uid, mine = one.uid, sa.select(Event.id).where(Event.series_id == one.id).order_by(Event.starts)
        first, second, third, _fourth = db.session.scalars(mine)
    for number in (first, third):
        answers(cast.neighbour, number)
    before = {named(one): one for _to, _method, one, _mail in post()}
    assert [*before] == [(uid, START), (uid, START + dt.timedelta(days=14))]
    assert not any("rrule" in one for one in before.values())
    with cast.app.app_context():
        event = db.session.get(Event, second)
        hour = {"starts": event.starts + dt.timedelta(hours=1), "ends": event.ends + dt.timedelta(hours=1)}
        series_changes.change(cast.chair.me(), event, {**fields(), **hour}, series_scopes.FOLLOWING)
        assert db.session.get(Event, third).series.uid != uid  # the series became two
    ((_to, method, one, _mail),) = post()
    was = before[named(one)]  # and their calendar has it under the name by which it came
    zones = [it["recurrence-id"].params.get("tzid") for it in (was, one)]  # on the same clocks as it begins
    assert zones == [it["dtstart"].params.get("tzid") for it in (was, one)] == ["Europe/Vienna"] * 2
    assert method == "REQUEST" and one["dtstart"].dt - was["dtstart"].dt == dt.timedelta(hours=1)
    assert one["sequence"] > was["sequence"]
    with cast.app.app_context():
        series_ends.cancel(cast.chair.me(), db.session.get(Event, first), "No hall.", series_scopes.ALL)
    assert [(method, named(one)) for _to, method, one, _mail in post()] == [("CANCEL", (uid, START))]
    answers(cast.neighbour, third, "no")
    answers(cast.neighbour, third)
    with cast.app.app_context():
        other = db.session.get(Event, third).series.uid
    assert [(method, named(one)[0]) for _to, method, one, _mail in post()] == [("REQUEST", uid)]
    answers(cast.neighbour, third, "no")
    assert [(method, named(one)[0]) for _to, method, one, _mail in post()] == [("CANCEL", uid)]
    answers(cast.neighbour, third)  # what comes anew has the name that files and subscriptions give it now
    assert [(method, named(one)[0]) for _to, method, one, _mail in post()] == [("REQUEST", other)]


def test_mails_files_and_subscriptions_name_an_event_alike(cast, post):
    number = added(cast, cast.chair)
    with cast.app.app_context():
        place = db.session.get(Space, cast.spaces.network)
        one = series.begin(cast.chair.me(), place, fields(), "FREQ=WEEKLY;COUNT=4", audience="members")
        days = fields(starts=DAY, ends=DAY + dt.timedelta(days=1), all_day=True)
        whole = series.begin(cast.chair.me(), place, days, "FREQ=DAILY;COUNT=3", audience="members")
        times = [
            db.session.scalars(
                sa.select(Event.id).where(Event.series_id == it.id).order_by(Event.starts)
            ).all()[1]
            for it in (one, whole)
        ]
        token = subscribing.make(cast.neighbour.me()).token
    feed = icalendar.Calendar.from_ical(cast.visitor.gets(f"/calendar/feed/{token}.ics").data).walk("VEVENT")
    for which in (number, *times):
        answers(cast.neighbour, which)
        ((_to, _method, mailed, _mail),) = post()
        (file,) = icalendar.Calendar.from_ical(cast.neighbour.gets(f"/events/{which}/invite.ics").data).walk(
            "VEVENT"
        )
        (fed,) = [it for it in feed if str(it["uid"]) == str(mailed["uid"])]
        assert str(file["uid"]) == str(fed["uid"])
        assert ("rrule" in file, "rrule" in fed) == ("recurrence-id" in mailed, "recurrence-id" in mailed)
        if "recurrence-id" in mailed:  # a time that the rule of the others has, in the same form
            begin, time = fed["dtstart"].dt, mailed["recurrence-id"].dt
            step = dt.timedelta(days=7 if isinstance(begin, dt.datetime) else 1)
            assert type(time) is type(begin) and time - begin == step


def test_another_library_reads_what_the_mails_say(cast, post):
    """RFC 5546 and 6047: the method, the name and a higher number, who invites and who is invited, which time it is."""
    with cast.app.app_context():
        place = db.session.get(Space, cast.spaces.network)
        one = series.begin(cast.chair.me(), place, fields(), "FREQ=WEEKLY;COUNT=4", audience="members")
        uid = one.uid
        _first, second = db.session.scalars(sa.select(Event.id).order_by(Event.starts).limit(2))
    answers(cast.neighbour, second)
    acts_on = ((None, ""), (acts.change, HALL), (acts.cancel, "No hall."))
    methods, numbers, stamps = [], [], []
    for deed, given in acts_on:
        if deed is not None:
            acted(cast, cast.chair, deed, second, given)
        ((to, _method, _one, mail),) = post()
        part = next(each for each in mail.walk() if each.get_content_type() == "text/calendar")
        read = vobject.readOne(part.get_payload(decode=True).decode("utf-8"))
        assert read.method.value == part.get_param("method") and read.version.value == "2.0"
        assert [child.name for child in read.components()].count("VEVENT") == 1
        event_ = read.vevent
        methods.append(read.method.value)
        numbers.append(int(event_.sequence.value))
        stamps.append(event_.dtstamp.value)
        assert event_.uid.value == uid
        assert event_.recurrence_id.value.astimezone(dt.UTC) == START + dt.timedelta(days=7)
        assert event_.organizer.value == "mailto:convivio@127.0.0.1"
        assert [each.value for each in event_.contents["attendee"]] == [f"mailto:{to}"]
        assert event_.attendee.params["PARTSTAT"] == ["ACCEPTED"]
        assert event_.dtstart.value.astimezone(dt.UTC) == START + dt.timedelta(days=7)
        assert event_.status.value == ("CANCELLED" if read.method.value == "CANCEL" else "CONFIRMED")
        assert "rrule" not in event_.contents
    assert methods == ["REQUEST", "REQUEST", "CANCEL"] and numbers == sorted(set(numbers))
    assert stamps == sorted(stamps)


def test_words_and_hours_are_the_readers(cast, post):
    number = added(cast, cast.chair)
    with cast.app.app_context(), atomic():
        person = db.session.get(Person, cast.neighbour.id)
        person.language, person.timezone = "fr", "America/New_York"
    answers(cast.neighbour, number)
    ((_to, _method, _one, mail),) = post()
    text = mail.get_body(("plain",)).get_content()
    assert "mercredi 10 mars 2027, 04:00–05:30" in text and "10:00–11:30" in text
    assert mail["List-Unsubscribe"].strip().startswith("<http") and "/unsubscribe/" in text


def test_who_lost_sight_waits_sleeps_or_wants_none_is_not_written_to(cast, post):
    number = added(cast, cast.chair, space="circle", audience="space", seats_here=1, place="Hall")
    answers(cast.neighbour, number)
    answers(cast.chair, number)  # waits for a place: nothing for a calendar yet
    assert told(post) == [("neighbour@cast.example", "REQUEST", 0)]
    chooses(cast, cast.chair, **{"way-date": "web"})
    with cast.app.app_context():
        spaces.leave(cast.neighbour.me(), db.session.get(Space, cast.spaces.circle))
    acted(cast, cast.chair, acts.change, number, HALL)
    assert post() == []

    late = added(cast, cast.chair)
    answers(cast.outsider, late)
    assert len(post()) == 1
    chooses(cast, cast.outsider, quiet="y", quiet_from="7", quiet_to="17", timezone="UTC")
    acted(cast, cast.chair, acts.change, late, HALL)
    acted(cast, cast.chair, acts.change, late, {"place": "A third hall"})
    assert post() == []
    with clock.at(NOW + dt.timedelta(hours=12)):
        assert told(post) == [("outsider@cast.example", "REQUEST", 2)]  # both changes are one mail
    acted(cast, cast.chair, acts.change, late, HALL)
    with clock.at(NOW + dt.timedelta(hours=36)), cast.app.app_context():
        invitations.send_due()
        waits = db.session.query(OutboxMail).filter_by(kind="event", state="waiting").one()
        assert waits.invitation and waits.root == f"event:{late}"
        with atomic():
            db.session.get(Person, cast.outsider.id).state = "left"
        jobs.sweep_waiting()
        db.session.expire_all()
        assert db.session.get(OutboxMail, waits.id).state == "stopped"
