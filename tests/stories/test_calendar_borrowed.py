"""Stories of calendars from elsewhere that a group shows to its members, fetched from a real server."""

import datetime as dt
import http.server
import re
import threading

import icalendar
import pytest

from app.calendar import borrowed
from app.calendar.borrowed import Borrowed, BorrowedEvent
from app.core import clock, outgoing
from app.extensions import db
from app.notifications.models import Notice
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests.kernel.test_outgoing import HERE, Quiet, fine, names
from tests.seat import tell
from tests.stories.test_calendar_import import calendar, vevent, words
from tests.stories.test_calendar_mail import NOW

HOUR = dt.timedelta(hours=1)


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Gives out one calendar, with tags; or whatever a test says."""

    def do_GET(self):
        server = self.server
        server.asked.append(
            (self.path, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since"))
        )
        if server.status == 200 and self.headers.get("If-None-Match") == server.etag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(server.status)
        self.send_header("ETag", server.etag)
        self.send_header("Last-Modified", "Mon, 01 Mar 2027 08:00:00 GMT")
        if server.leads:
            self.send_header("Location", server.leads)
        self.end_headers()
        self.wfile.write(server.body)

    def log_message(self, *_args):
        """Keep quiet."""


@pytest.fixture
def elsewhere():
    server = Quiet((HERE, 0), Elsewhere)
    server.asked, server.status, server.etag, server.leads, server.daemon_threads = [], 200, '"1"', "", True
    server.body = calendar(
        vevent("a@club"), vevent("s@club", "RRULE:FREQ=WEEKLY;COUNT=100", "EXDATE;TZID=Europe/Vienna:20270318T180000",
                                 start="DTSTART;TZID=Europe/Vienna:20270311T180000", title="Choir"),
        vevent("s@club", "RECURRENCE-ID;TZID=Europe/Vienna:20270325T180000", start="DTSTART;TZID=Europe/Vienna:20270326T180000",
               title="Moved choir"),
        vevent("p@club", "CLASS:PRIVATE"), vevent("broken", start="DTSTART:never"),
    )  # fmt: skip
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def borrows(cast, who, address, space="circle", name="The club"):
    cast.app.config["JOBS_AT_ONCE"] = False  # it is fetched when a test says so
    return who.posts(
        "/calendar/from", {"group": getattr(cast.spaces, space), "address": address, "name": name}
    )


def fetches(cast, at=NOW):
    """Let the job ask; return the calendar as it is then."""
    with cast.app.app_context(), clock.at(at):
        for number in list(db.session.scalars(db.select(Borrowed.id))):
            borrowed.fetch(number, resolve=names(), fine=fine)
        db.session.expire_all()
        return db.session.query(Borrowed).one()


def test_a_group_shows_a_calendar_from_elsewhere_to_its_members(cast, elsewhere):
    address = f"http://site.example:{elsewhere.server_port}/secret.ics"
    assert borrows(cast, cast.neighbour, address).status_code == 403
    assert borrows(cast, cast.outsider, address).status_code == 404
    assert borrows(cast, cast.chair, address).status_code == 303
    one = fetches(cast)
    page = f"/calendar/from?group={cast.spaces.circle}"
    assert one.state == "fine" and elsewhere.asked == [("/secret.ics", None, None)]
    text = cast.chair.gets(page).text
    assert "The club" in text and address in text and "It answers" in text
    assert (
        "Calendars from elsewhere"
        in cast.chair.gets(f"/groups/{cast.spaces.circle}", follow_redirects=True).text
    )
    for path in (
        "/calendar/2027-03",
        f"/calendar/2027-03?group={cast.spaces.circle}",
        "/calendar/agenda",
        "/calendar/week/2027-W10",
    ):
        text = cast.neighbour.gets(path).text
        assert "Meeting a@club" in text and "from The club" in text and one.url in text, path
        for who in (cast.outsider, cast.visitor):
            assert "a@club" not in who.gets(path).text
    text = cast.neighbour.gets("/calendar/2027-03").text
    listed = text.partition("All days with events")[2]
    assert listed.count(">Choir s@club") == 2 and listed.count(">Moved choir") == 1  # one left out, one moved
    text = cast.neighbour.gets(one.url).text
    assert "Meeting a@club" in text and "can only be read" in text and address not in text
    assert cast.neighbour.gets(page).status_code == 403 and cast.outsider.gets(one.url).status_code == 404
    cast.neighbour.posts("/calendar/subscribe", {"what": "mine", "alarm": "0"})
    feed = re.search(r"/calendar/feed/[\w-]+\.ics", cast.neighbour.gets("/calendar/subscribe").text)[0]
    assert icalendar.Calendar.from_ical(cast.visitor.gets(feed).data).walk("VEVENT") == []
    tell(cast.app)
    assert "a@club" not in cast.neighbour.gets("/").text + cast.neighbour.gets("/search?q=club").text
    with cast.app.app_context():
        assert db.session.query(Notice).count() == 0
        spaces.leave(cast.neighbour.me(), db.session.get(Space, cast.spaces.circle))
    assert (
        "a@club" not in cast.neighbour.gets("/calendar/2027-03").text
        and cast.neighbour.gets(one.url).status_code == 404
    )


def test_it_is_asked_again_each_hour_and_what_fails_is_said(cast, elsewhere):
    borrows(cast, cast.chair, f"http://site.example:{elsewhere.server_port}/a.ics")
    first = fetches(cast)
    assert fetches(cast, NOW + HOUR / 2).fetched == first.fetched and len(elsewhere.asked) == 1
    with cast.app.app_context():
        numbers = {row.stamp: row.id for row in db.session.query(BorrowedEvent)}
    one = fetches(cast, NOW + HOUR)
    assert (
        elsewhere.asked[1] == ("/a.ics", '"1"', "Mon, 01 Mar 2027 08:00:00 GMT") and one.fetched == NOW + HOUR
    )
    elsewhere.etag, elsewhere.body = '"2"', elsewhere.body.replace(b"Meeting a@club", b"Other words")
    one = fetches(cast, NOW + 2 * HOUR)
    text = cast.chair.gets("/calendar/2027-03").text
    assert "Other words" in text and "Meeting a@club" not in text
    with cast.app.app_context():
        after = {row.stamp: row.id for row in db.session.query(BorrowedEvent)}
    assert len(after) == len(numbers) and len(after.items() & numbers.items()) == len(numbers) - 1

    elsewhere.etag, at, pauses = '"3"', NOW + 3 * HOUR, []
    for status, leads, body, state in (
        (500, "", b"", "busy"), (404, "", b"", "missing"), (403, "", b"", "closed"), (200, "", b"<html>", "kind"),
        (200, "", b"x" * (outgoing.MOST + 1), "size"), (302, "http://10.0.0.1/", b"", "refused"),
        (302, "file:///etc/passwd", b"", "refused"), (302, "http://nowhere.example/", b"", "refused"),
    ):  # fmt: skip
        elsewhere.status, elsewhere.leads, elsewhere.body = status, leads, body
        one = fetches(cast, at)
        assert one.state == state, (status, leads, one.state)
        assert "Other words" in cast.chair.gets("/calendar/2027-03").text  # what is here stays
        with clock.at(at):
            assert (
                words(cast, borrowed.STATES[state])
                in cast.chair.gets(f"/calendar/from?group={cast.spaces.circle}").text
            )
        pauses.append(one.next_at - at)
        at = one.next_at
    assert pauses == [HOUR * n for n in (2, 4, 8, 16, 24, 24, 24, 24)]
    asked = len(elsewhere.asked)
    cast.app.config["DEMO"] = "yes"
    fetches(cast, at)
    assert (
        len(elsewhere.asked) == asked
        and "it fetches nothing" in cast.chair.gets(f"/calendar/from?group={cast.spaces.circle}").text
    )
    cast.app.config["DEMO"] = "no"
    assert (
        cast.outsider.posts(f"{one.url}/end").status_code == 404
        and cast.neighbour.posts(f"{one.url}/end").status_code == 403
    )
    assert cast.chair.posts(f"{one.url}/end").status_code == 303
    assert "Other words" not in cast.chair.gets("/calendar/2027-03").text
    with cast.app.app_context():
        assert db.session.query(BorrowedEvent).count() == 0


def test_bad_addresses_and_too_many(cast):
    for wrong in (
        "",
        "ftp://a.example/x",
        "http://127.0.0.1/x",
        "http://10.1.2.3/x",
        "https://",
        "not an address",
        "http://[::1",
        "http://local/x",
    ):
        assert borrows(cast, cast.chair, wrong).status_code == 422, wrong
    assert borrows(cast, cast.chair, "https://a.example/x", name="").status_code == 422
    for number in range(borrowed.MOST):
        assert borrows(cast, cast.chair, f"webcal://a.example/{number}.ics").status_code == 303
    answer = borrows(cast, cast.chair, "https://a.example/more.ics")
    assert (
        answer.status_code == 422
        and "10 calendars at most" in answer.text
        and "https://a.example/0.ics" in answer.text
    )


@pytest.mark.parametrize(("bound", "state"), [("MOST_TIMES", "many"), ("SECONDS", "slow")])
def test_a_calendar_that_would_be_counted_out_for_ever_is_left(cast, elsewhere, monkeypatch, bound, state):
    every_hour = "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24)))
    elsewhere.body = calendar(*[vevent(f"{number}@club", every_hour) for number in range(3)])
    monkeypatch.setattr(borrowed, bound, 0)
    borrows(cast, cast.chair, f"http://site.example:{elsewhere.server_port}/a.ics")
    assert fetches(cast).state == state
    with cast.app.app_context():
        assert db.session.query(BorrowedEvent).count() == 0
