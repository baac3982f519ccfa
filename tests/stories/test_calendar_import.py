"""Stories of events from files: looked at, taken in, taken back; and calendars that are broken in every way."""

import io
import re

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.calendar import acts, foreign, ics_reader, imports
from app.calendar.import_models import EventBatch
from app.calendar.models import Event
from app.core import batches, clock
from app.core.languages import in_language
from app.extensions import db
from app.notifications.models import Notice
from app.spaces.models import Space
from tests.events import acted, added, event, facts
from tests.seat import tell
from tests.stories.test_calendar_mail import NOW

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nX-WR-CALNAME:Club\r\n"
END = "END:VCALENDAR\r\n"


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def vevent(uid, *lines, start="DTSTART;TZID=Europe/Vienna:20270310T100000", title="Meeting"):
    """Return one event of a calendar."""
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", start, f"SUMMARY:{title} {uid}", *lines, "END:VEVENT", ""]
    )


def calendar(*events, head=HEAD):
    return (head + "".join(events) + END).encode()


def sends(cast, who, raw, space="africa", audience="members", name="club.ics"):
    """Send a file; return the answer."""
    file = FileStorage(io.BytesIO(raw), name)
    form = {"space": str(getattr(cast.spaces, space)), "audience": audience, "file": file}
    edge, body = encode_multipart(form)  # as bytes: for large ones the client would leave a file open
    return who.posts("/calendar/import", body, content_type=f"multipart/form-data; boundary={edge}")


def looked(cast, who, raw, **more):
    """Send a file, let it be looked at; return its address and its page."""
    answer = sends(cast, who, raw, **more)
    assert answer.status_code == 303, answer.text
    path = answer.location
    return path, who.gets(path).text


def taken(cast, who, raw, **more):
    """Send a file and take it in; return its address and its page."""
    path, _page = looked(cast, who, raw, **more)
    assert who.posts(f"{path}/run").status_code == 303
    return path, who.gets(path).text


def counts(text):
    """Return the numbers that a page of a file says: new, changed, here already, left out."""
    return [int(n) for n in re.findall(r"<div><b>(\d+)</b>", text)]


def words(cast, sentence):
    with cast.app.app_context(), in_language("en", "UTC"):
        return str(sentence)


def titles(cast, space="africa"):
    with cast.app.app_context():
        db.session.expire_all()
        mine = sa.select(Event.title).where(Event.space_id == getattr(cast.spaces, space), ~Event.removed)
        return sorted(db.session.scalars(mine))


def there(cast, title):
    with cast.app.app_context():
        db.session.expire_all()
        return db.session.scalars(sa.select(Event).where(Event.title == title, ~Event.removed)).one()


FIRST = calendar(
    vevent("a@club", "DTEND;TZID=Europe/Vienna:20270310T113000", "LOCATION:Club house", "DESCRIPTION:We *talk*\\, then eat.",
           "CATEGORIES:training", "URL:https://club.example/a", "ATTENDEE:mailto:secret@club.example"),
    vevent("b@club", start="DTSTART;VALUE=DATE:20270312", title="Day"),
    vevent("c@club", "DURATION:PT45M", start="DTSTART:20270315T080000Z", title="Call"),
)  # fmt: skip


def test_a_file_is_looked_at_taken_in_and_adds_nothing_again(cast):
    path, text = looked(cast, cast.chair, FIRST)
    assert (
        counts(text) == [3, 0, 0, 0]
        and "Meeting a@club" in text
        and "12 March 2027" in text
        and titles(cast) == []
    )
    assert cast.neighbour.gets(path).status_code == 404
    assert cast.neighbour.posts(f"{path}/run").status_code == 404
    assert cast.chair.posts(f"{path}/run").status_code == 303
    assert counts(cast.chair.gets(path).text) == [3, 0, 0, 0]
    assert titles(cast) == ["Call c@club", "Day b@club", "Meeting a@club"]
    one, day, call = (there(cast, title) for title in ("Meeting a@club", "Day b@club", "Call c@club"))
    assert (one.uid, one.place, one.form, one.link, one.zone) == (
        "a@club",
        "Club house",
        "training",
        "https://club.example/a",
        "Europe/Vienna",
    )
    assert one.starts.isoformat() == "2027-03-10T09:00:00+00:00" and (one.ends - one.starts).seconds == 5400
    assert "<em>talk</em>, then eat." in one.html and "secret@" not in one.body + one.html
    assert day.all_day and (day.ends - day.starts).days == 1 and (call.ends - call.starts).seconds == 2700
    assert "Meeting a@club" in cast.neighbour.gets("/calendar/2027-03").text
    tell(cast.app)
    [fact] = facts(cast, "calendar.imported")
    assert fact.title == "3" and facts(cast, "calendar.added") == []
    assert "3 events came into the calendar" in cast.neighbour.gets("/").text
    assert one.url in cast.neighbour.gets("/search?q=Club+house").text
    with cast.app.app_context():
        assert db.session.query(Notice).count() == 0
    _path, text = looked(cast, cast.chair, FIRST)
    assert counts(text) == [0, 0, 3, 0] and "There is nothing in it to take in." in text
    _path, text = taken(cast, cast.chair, FIRST, space="network")  # another calendar: names are its own again
    assert counts(text) == [3, 0, 0, 0] and len(titles(cast, "network")) == 3 and there_many(cast) == 6


def there_many(cast):
    with cast.app.app_context():
        return len(set(db.session.scalars(sa.select(Event.uid))))


def test_what_changed_is_changed_and_all_of_it_can_be_taken_back(cast):
    first, _text = taken(cast, cast.chair, FIRST)
    number = there(cast, "Meeting a@club").id
    moved = FIRST.replace(b"20270310T10", b"20270310T09").replace(b"Club house", b"Garden")
    second, text = taken(cast, cast.chair, calendar()[: -len(END)] + moved[len(HEAD) :])
    assert counts(text) == [0, 1, 2, 0]
    one = event(cast, number)
    assert (one.place, one.starts.hour, one.sequence) == ("Garden", 8, 1)
    acted(cast, cast.chair, acts.change, there(cast, "Call c@club").id, {"title": "Call anew"})
    assert (
        cast.neighbour.posts(
            f"/events/{there(cast, 'Day b@club').id}/answer", {"word": "going", "way": "here"}
        ).status_code
        == 303
    )
    _path, text = looked(cast, cast.chair, moved.replace(b"DURATION:PT45M", b"DURATION:PT50M"))
    assert counts(text) == [0, 0, 2, 1] and "Somebody has changed it here since." in text

    assert cast.chair.posts(f"{second}/undo").status_code == 303
    one = event(cast, number)
    assert (one.place, one.starts.hour) == ("Club house", 9) and "It was taken back." in cast.chair.gets(
        second
    ).text
    assert cast.chair.posts(f"{first}/undo").status_code == 303
    text = cast.chair.gets(first).text
    assert (
        "2 stay" in text
        and "Call anew" in text
        and "Day b@club" in text
        and titles(cast) == ["Call anew", "Day b@club"]
    )
    assert "events came into the calendar" not in cast.neighbour.gets("/").text
    _path, text = taken(cast, cast.chair, FIRST)  # what was taken back can come again
    assert counts(text) == [1, 0, 2, 0] and there(cast, "Meeting a@club").uid == "a@club"
    acted(cast, cast.chair, acts.remove, there(cast, "Meeting a@club").id)
    _path, text = looked(cast, cast.chair, FIRST)
    assert counts(text) == [0, 0, 2, 1] and "It was removed here." in text


def test_a_series_comes_as_a_series(cast):
    raw = calendar(
        vevent("s@club", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Vienna:20270317T100000"),
        vevent("t@club", "RRULE:FREQ=NEVER;COUNT=4"),
    )
    path, text = taken(cast, cast.chair, raw)
    assert counts(text)[0] == 1 and counts(text)[3] == 1
    with cast.app.app_context():
        days = [one.starts.day for one in db.session.scalars(sa.select(Event).order_by(Event.starts))]
    assert days == [10, 24, 31]
    assert counts(looked(cast, cast.chair, raw)[1])[2] == 1
    assert cast.chair.posts(f"{path}/undo").status_code == 303
    assert titles(cast) == []


def test_words_of_one_self_come_back_as_the_same(cast):
    taken(cast, cast.chair, FIRST, audience="members")
    for number in (there(cast, "Meeting a@club").id, added(cast, cast.chair, space="africa")):
        raw = cast.chair.gets(f"/events/{number}/invite.ics").data
        what = counts(looked(cast, cast.chair, raw)[1])
        assert what[0] == 0 and sum(what) == 1


BROKEN = {
    "no_start": vevent("x", start="X-A:1"),
    "bad_date": vevent("x", start="DTSTART:20271399T990000"),
    "bad_end": vevent("x", "DURATION:soon"),
    "backwards": vevent("x", "DTEND;TZID=Europe/Vienna:20270309T100000"),
    "long": vevent("x", "DTEND;TZID=Europe/Vienna:20271210T100000"),
    "year": vevent("x", start="DTSTART:00010101T000000Z"),
    "zone": vevent("x", start="DTSTART;TZID=Nowhere/Land:20270310T100000"),
    "untitled": vevent("x").replace("SUMMARY:Meeting x\r\n", ""),
    "private": vevent("x", "CLASS:PRIVATE"),
    "large": vevent("x", "DESCRIPTION:" + "y" * 300_000),
    "cancelled": vevent("x", "STATUS:CANCELLED"),
    "broken": "BEGIN:VEVENT\r\nUID:x\r\nSUMMARY:cut off\r\nBEGIN:VEVENT\r\n",
}
ODD = {
    "of Windows": (vevent("x", start='DTSTART;TZID="W. Europe Standard Time":20270310T100000'), 9),
    "of Mozilla": (vevent("x", start="DTSTART;TZID=/mozilla.org/20050126_1/Europe/Vienna:20270310T100000"), 9),
    "explained": ("BEGIN:VTIMEZONE\r\nTZID:Mine\r\nX-LIC-LOCATION:Asia/Kolkata\r\nEND:VTIMEZONE\r\n"
                  + vevent("x", start="DTSTART;TZID=Mine:20270310T143000"), 9),
    "floating": (vevent("x", start="DTSTART:20270310T100000"), 9),
}  # fmt: skip


def test_each_broken_event_has_its_sentence_and_the_others_come(cast):
    whole = calendar(
        *(raw.replace("UID:x", f"UID:{key}") for key, raw in BROKEN.items()), vevent("good"), vevent("good")
    )
    path, text = looked(cast, cast.chair, whole)
    for key in (*BROKEN, "twice"):
        assert words(cast, foreign.FAULTS[key]) in text, key
    assert counts(text)[0] == 1
    assert cast.chair.posts(f"{path}/run").status_code == 303 and titles(cast) == ["Meeting good"]
    with cast.app.app_context():
        for name, (raw, hour) in ODD.items():
            head = HEAD + "X-WR-TIMEZONE:Europe/Vienna\r\n" * (name == "floating")
            [row] = foreign.read(calendar(raw, head=head), "UTC").rows
            assert row.starts.hour == hour, name
        folded = calendar(vevent("été", title="Réunion")).replace(b"\r\n", b"\n")
        for raw in (
            folded,
            folded.decode().encode("utf-16"),
            b"\xef\xbb\xbf" + folded,
            folded.decode().encode("cp1252"),
        ):
            [row] = foreign.read(raw, "UTC").rows
            assert row.title == "Réunion été"
        none = "BEGIN:VEVENT\r\nDTSTART:20270310T100000Z\r\nSUMMARY:Nameless\r\nEND:VEVENT\r\n"
        assert (
            foreign.read(calendar(none), "UTC").rows[0].uid == foreign.read(calendar(none), "UTC").rows[0].uid
        )


def test_files_that_are_no_calendar_say_so(cast):
    many = calendar("".join(vevent(n) for n in range(ics_reader.MOST + 1)))
    for raw, key in (
        (b"\x00\xff\x13PK rubbish" * 400, "kind"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "kind"),
        (many, "many"),
    ):
        path, text = looked(cast, cast.chair, raw)
        assert words(cast, foreign.REFUSED[key]) in text
    assert (
        cast.chair.posts(f"{path}/drop").location == "/calendar/import"
        and cast.chair.gets(path).status_code == 404
    )
    assert "There is nothing in it" in looked(cast, cast.chair, calendar())[1]
    for wrong in (
        {"raw": b""},
        {"raw": b"x" * (5 * 1024 * 1024 + 1)},
        {"space": "circle", "audience": "members"},
    ):
        answer = sends(cast, cast.chair, **{"raw": FIRST, **wrong})
        assert answer.status_code == 422, wrong
    assert sends(cast, cast.outsider, FIRST, space="circle").status_code == 422
    assert sends(cast, cast.visitor, FIRST).location.startswith("/sign-in")
    with cast.app.app_context():
        old = db.session.query(EventBatch).count()
        with clock.at(NOW + batches.KEPT * 2):
            imports.FILES.tidy()
        assert old and db.session.query(EventBatch).count() == 0


def test_many_lines_stay_within_bounds(cast):
    """A thousand events and some hostile lines: nothing of it breaks the page."""
    hostile = vevent("h", "X-LONG:" + "z" * 100_000, "ATTACH;VALUE=BINARY:" + "A" * 50_000, title="<b>&amp;")
    raw = calendar(hostile, *(vevent(n) for n in range(1000)))
    _path, text = looked(cast, cast.chair, raw)
    assert counts(text)[0] == 1001 and "<b>&amp;amp;" not in text and "and 801 more" in text
    with cast.app.app_context():
        assert db.session.get(Space, cast.spaces.africa)


def test_only_so_many_events_of_a_file_may_repeat(cast, monkeypatch):
    monkeypatch.setattr(imports, "MOST_SERIES", 1)
    rule = "RRULE:FREQ=DAILY;COUNT=2"
    raw = calendar(vevent("a", rule), vevent("b", rule), vevent("c"))
    _path, page = looked(cast, cast.neighbour, raw)
    assert counts(page) == [2, 0, 0, 1] and words(cast, foreign.FAULTS["many"]) in page
    _path, page = taken(cast, cast.neighbour, raw)
    assert counts(page)[0] == 2
    with cast.app.app_context():
        assert db.session.query(Event).filter(Event.title.contains("Meeting b")).count() == 0
