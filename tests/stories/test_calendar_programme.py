"""The programme of an event: its rows in order and in time, who speaks, which papers, on whose clocks."""

import datetime as dt
import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from app.actions import acts as actions
from app.calendar import acts, ordering
from app.calendar.agenda_models import AgendaRow
from app.calendar.models import Event
from app.core import clock
from app.extensions import db
from app.spaces.models import Space
from tests import events, papers
from tests.events import acted, added, facts
from tests.seat import tell

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def rows(cast, number):
    """Return the rows of a programme: title and time on the clocks of the host."""
    with cast.app.app_context():
        db.session.expire_all()
        event = db.session.get(Event, number)
        found = ordering.rows_of(number)
        return [
            (row.title, row.starts.astimezone(event.there).strftime("%H:%M") if row.starts else "")
            for row in found
        ]


def row(cast, number, title):
    """Return the number of a row."""
    with cast.app.app_context():
        return db.session.scalar(
            sa.select(AgendaRow.id).where(AgendaRow.event_id == number, AgendaRow.title == title)
        )


def sent(title, hour="", minutes="", **more):
    """What the form of a row sends."""
    return {"title": title, "form": "item", "day": "2027-03-10", "hour": hour, "minutes": minutes, **more}


def handle(who):
    """Return the handle of a seat's person."""
    return who.me().handle


def filled(cast, number):
    """A welcome, figures, a pause, and a closing without an hour; return the address of the programme."""
    base = f"/events/{number}/programme"
    rows_sent = [
        sent("Welcome", "10:00", "15", speakers="Ana Doe, House of Letters"),
        sent("Pause", "10:45", "15", form="break"),
        sent("Closing"),
        sent("Figures of rents", "10:15", "30", room="Blue room", track="Data", spoken="fr", access="Live captions",
             body="Which *quokka* figures do we trust?"),
    ]  # fmt: skip
    for one in rows_sent:
        assert cast.chair.posts(base, one).status_code == 303
    return base


def test_rows_are_put_in_order_moved_shifted_and_move_along_with_their_event(cast):
    number = added(cast, cast.chair, audience="public", space="africa")
    base = filled(cast, number)
    assert rows(cast, number) == [
        ("Welcome", "10:00"),
        ("Figures of rents", "10:15"),
        ("Pause", "10:45"),
        ("Closing", ""),
    ]
    figures = row(cast, number, "Figures of rents")
    cast.chair.posts(f"{base}/{figures}/up", {})
    assert rows(cast, number)[:3] == [("Figures of rents", "10:00"), ("Welcome", "10:30"), ("Pause", "10:45")]
    cast.chair.posts(f"{base}/{figures}/down", {})
    cast.chair.posts(f"{base}/{figures}/shift", {"minutes": "15"})
    assert rows(cast, number)[:3] == [("Welcome", "10:00"), ("Figures of rents", "10:30"), ("Pause", "11:00")]
    cast.chair.posts(f"{base}/{figures}", sent("Figures we trust", "09:30", "20"))
    assert rows(cast, number)[0] == ("Figures we trust", "09:30")
    # another day, after the clocks went forward: the same hours on the host's clocks
    later = {
        "starts": dt.datetime(2027, 4, 10, 9, 0, tzinfo=dt.UTC),
        "ends": dt.datetime(2027, 4, 10, 10, 0, tzinfo=dt.UTC),
    }
    acted(cast, cast.chair, acts.change, number, later)
    assert rows(cast, number)[0] == ("Figures we trust", "10:30")
    cast.chair.posts(f"{base}/{figures}/remove", {})
    assert [title for title, _hour in rows(cast, number)] == ["Welcome", "Pause", "Closing"]
    for act in ("", f"/{figures}", f"/{figures}/up", f"/{figures}/papers"):  # taken off, or not theirs
        assert cast.neighbour.posts(base + act, sent("Mine")).status_code in (403, 404)
    page = cast.chair.posts(base, sent("", "25:00", "x", speakers="@nobody-at-all", house="Nowhere"))
    assert page.status_code == 422 and "nobody-at-all" in page.text
    for words in (
        "Write a title.",
        "Write the hour, like 09:00.",
        "Write a number of minutes",
        "There is no member with",
    ):
        assert words in page.text
    acted(cast, cast.chair, acts.remove, number)
    with cast.app.app_context():
        assert set(db.session.scalars(sa.select(AgendaRow.title))) == {""}


def test_what_is_shown_of_a_programme_to_whom_and_on_which_clocks(cast):
    number = added(cast, cast.chair, audience="public", space="africa")
    base = filled(cast, number)
    with cast.app.app_context():
        own = handle(cast.neighbour)
    figures = row(cast, number, "Figures of rents")
    cast.chair.posts(
        f"{base}/{figures}",
        sent("Figures of rents", "10:15", "30", room="Blue room", track="Data", spoken="fr", access="Live captions",
             speakers=f"@{own}\nBo Roe, Office of Rents", body="Which *quokka* figures do we trust?"),
    )  # fmt: skip
    paper = papers.published(cast, cast.chair, title="Rents in ten streets", sight="members")
    cast.chair.posts(f"{base}/{figures}/papers", {"address": f"/library/{paper}"})
    page = cast.neighbour.gets(f"/events/{number}/programme", follow_redirects=True).text
    for words in (
        "Welcome",
        "Ana Doe",
        "Bo Roe",
        "Office of Rents",
        "Blue room",
        "Live captions",
        "quokka</em>",
        "Rents in ten",
    ):
        assert words in page
    assert (
        "09:15–09:45" in page and "10:15–10:45" in page
    )  # the reader's clocks are UTC, the host is in Vienna
    outside = cast.visitor.gets(f"/events/{number}", follow_redirects=True).text
    assert (
        "Figures of rents" in outside and "Rents in ten streets" not in outside
    )  # that paper is for members
    tracks = cast.visitor.gets(f"/events/{number}/programme?track=Other", follow_redirects=True).text
    assert "Welcome" in tracks and "Blue room" not in tracks
    # once an hour in the newsfeed, and a notice for who is named
    assert len(facts(cast, "calendar.programme")) == 1 and len(facts(cast, "calendar.changed")) >= 5
    tell(cast.app)
    assert "named you as a speaker" in cast.neighbour.gets("/notifications", follow_redirects=True).text
    assert "worked on the programme of an event" in cast.outsider.gets("/?show=events").text
    assert "Housing meeting" in cast.outsider.gets("/search?q=quokka").text
    assert b"10:15" in cast.visitor.gets(f"/events/{number}/invite.ics").data
    # a copy takes the programme along, so many days later
    copied = cast.chair.posts(
        "/events/new", events.form(cast, title="Again", day="2027-06-10", copied=str(number), programme="1")
    )
    assert copied.status_code == 303
    with cast.app.app_context():
        again = db.session.scalar(sa.select(Event.id).where(Event.title == "Again"))
    assert rows(cast, again)[1] == ("Figures of rents", "10:15")
    bare = cast.neighbour.gets(f"/events/{again}/programme", follow_redirects=True).text
    assert "Rents in ten streets" not in bare
    # and with the papers the papers of its rows, for those who may read them
    asked = cast.chair.gets(f"/events/new?from={number}&what=programme&what=papers").text
    assert "with the papers of its parts" in asked and 'name="papers" value="1"' in asked
    more = {"copied": str(number), "programme": "1", "papers": "1", "audience": "public"}
    made = cast.chair.posts("/events/new", events.form(cast, title="Whole", day="2027-06-11", **more))
    assert made.status_code == 303
    with cast.app.app_context():
        whole = db.session.scalar(sa.select(Event.id).where(Event.title == "Whole"))
    assert (
        "Rents in ten streets"
        in cast.neighbour.gets(f"/events/{whole}/programme", follow_redirects=True).text
    )
    assert (
        "Rents in ten streets"
        not in cast.visitor.gets(f"/events/{whole}/programme", follow_redirects=True).text
    )
    with clock.at(clock.now() + dt.timedelta(hours=2)):
        cast.chair.posts(f"{base}/{figures}/shift", {"minutes": "-5"})
    assert len(facts(cast, "calendar.programme")) == 2


def test_the_link_is_shown_from_a_quarter_of_an_hour_before_to_those_who_come(cast):
    number = added(
        cast,
        cast.chair,
        audience="public",
        space="africa",
        link="https://meet.example/x",
        place="",
        zone="UTC",
    )
    begins = events.START
    page = f"/events/{number}"

    def seen(who, moment):
        with clock.at(moment):
            return who.gets(page, follow_redirects=True).text

    early = begins - dt.timedelta(hours=3)
    with clock.at(early):
        cast.neighbour.posts(f"{page}/answer", {"word": "going", "way": "online"})
    assert "meet.example" not in seen(cast.neighbour, early)
    assert "The link will be shown here at 08:45." in seen(cast.neighbour, early)
    assert 'data-waits="3600"' in seen(cast.neighbour, early)
    assert "meet.example" in seen(cast.chair, early) and "from 08:45 on" in seen(cast.chair, early)
    soon, during, over = (begins + dt.timedelta(minutes=n) for n in (-10, 10, 100))
    assert "meet.example" in seen(cast.neighbour, soon) and "It begins soon." in seen(cast.neighbour, soon)
    assert "meet.example" in seen(cast.neighbour, during) and "It takes place now." in seen(
        cast.neighbour, during
    )
    assert "meet.example" not in seen(cast.neighbour, over) and "It is over." in seen(cast.neighbour, over)
    for moment in (early, soon, during):  # who did not answer, and who has no account
        assert "meet.example" not in seen(cast.outsider, moment) and "Going” or “Maybe”" in seen(
            cast.outsider, moment
        )
        assert "meet.example" not in seen(cast.visitor, moment) and "Members see the link." in seen(
            cast.visitor, moment
        )
    with clock.at(early):
        assert b"meet.example" in cast.neighbour.gets(f"{page}/invite.ics").data
        assert b"meet.example" not in cast.outsider.gets(f"{page}/invite.ics").data
        copied = cast.outsider.gets(f"/events/new?from={number}&what=link")
        assert copied.status_code == 200 and "meet.example" not in copied.text


def test_papers_have_a_name_and_who_looks_after_the_event_sees_which_are_awaited(cast):
    number = added(cast, cast.chair, audience="public", space="africa", form="conference")
    page = f"/events/{number}"
    first, second = (
        papers.published(cast, cast.chair, title=f"Concept {n}", sight="members") for n in (1, 2)
    )
    mine = cast.chair.gets(page, follow_redirects=True).text
    assert "Concept note" in mine and "Declaration" in mine and "Awaited" in mine
    assert "Awaited" not in cast.neighbour.gets(page, follow_redirects=True).text
    for paper in (first, second):  # the second takes the place of the first, which stays as a paper
        cast.chair.posts(f"{page}/papers", {"address": f"/library/{paper}", "slot": "concept"})
    shown = cast.neighbour.gets(page, follow_redirects=True).text
    assert (
        shown.index('id="slot-concept"')
        < shown.index("Concept 2")
        < shown.index("Other papers")
        < shown.index("Concept 1")
    )
    assert "Concept" not in cast.visitor.gets(page, follow_redirects=True).text  # not even that there is one
    cast.chair.posts(f"{page}/papers/{second}/remove", {})
    assert "Concept 2" not in cast.chair.gets(page, follow_redirects=True).text
    assert (
        cast.neighbour.posts(f"{page}/papers", {"address": f"/library/{first}", "slot": "report"}).status_code
        == 403
    )
    assert (
        cast.chair.posts(f"{page}/papers", {"address": f"/library/{first}", "slot": "x"}).status_code == 422
    )


def test_an_event_is_taken_along_as_a_zip_with_what_its_reader_sees(cast):
    number = added(
        cast, cast.chair, audience="public", space="africa", form="conference", link="https://meet.example/x"
    )
    base = filled(cast, number)
    paper = papers.published(cast, cast.chair, title="Rents in ten streets", sight="members")
    cast.chair.posts(f"{base}/{row(cast, number, 'Pause')}/papers", {"address": f"/library/{paper}"})
    note = papers.published(cast, cast.chair, title="Why we meet", sight="members")
    cast.chair.posts(f"/events/{number}/papers", {"address": f"/library/{note}", "slot": "concept"})
    cast.neighbour.posts(f"/events/{number}/answer", {"word": "going", "way": "online", "shown": "y"})
    with cast.app.app_context():
        place = db.session.get(Space, cast.spaces.network)
        came = {actions.FROM: [f"event:{number}"]}
        actions.propose(cast.chair.me(), place, title="Count the rents", audience="members", ties=came)
        named = cast.neighbour.me().name

    def taken(who):
        answer = who.gets(f"/events/{number}/pack.zip")
        assert answer.mimetype == "application/zip" and int(answer.headers["Content-Length"]) == len(
            answer.data
        )
        return zipfile.ZipFile(io.BytesIO(answer.data))

    with taken(cast.outsider) as found:
        page, data = found.read("index.html").decode(), json.loads(found.read("event.json"))
        names = [name for name in found.namelist() if name.startswith("files/")]
        assert len(names) == 2 and all(found.read(name).startswith(b"%PDF") for name in names)
        for words in (
            "Figures of rents",
            "Ana Doe",
            "Rents in ten streets",
            "Concept note",
            "Why we meet",
            "Count the rents",
        ):
            assert words in page
        assert all(name in page for name in names) and "<script" not in page and 'href="/' not in page
        assert named in page and "meet.example" not in page
        assert [one["title"] for one in data["programme"]][:2] == ["Welcome", "Figures of rents"]
        assert b"10:15" in found.read("event.ics") and b"meet.example" not in found.read("event.ics")
    with taken(cast.visitor) as found:
        whole = found.read("index.html").decode() + found.read("event.json").decode()
        assert "Welcome" in whole and not [name for name in found.namelist() if name.startswith("files/")]
        for words in ("Rents in ten streets", "Why we meet", "Count the rents", named):
            assert words not in whole
    assert "Count the rents" in cast.outsider.gets(f"/events/{number}", follow_redirects=True).text


def test_a_conference_says_which_one_it_is_and_an_event_of_others_takes_no_answers(cast):
    more = {"form": "conference", "scale": "regional", "audience": "public", "space": cast.spaces.africa}
    cast.chair.posts("/events/new", events.form(cast, title="Rights nearby", **more))
    outside = {"outside": "House of Others", "page": "https://others.example/day"}
    cast.chair.posts("/events/new", events.form(cast, title="Day of others", **more, **outside))
    wrong = cast.chair.posts(
        "/events/new", events.form(cast, **{**more, "scale": "world", "page": "javascript:x"})
    )
    assert wrong.status_code == 422 and "Write an address that begins with https://." in wrong.text
    with cast.app.app_context():
        ours, others = db.session.scalars(sa.select(Event.id).order_by(Event.id)).all()
    page = cast.neighbour.gets(f"/events/{ours}", follow_redirects=True).text
    assert "Sub-regional conference" in page and "Will you come?" in page
    page = cast.neighbour.gets(f"/events/{others}", follow_redirects=True).text
    assert (
        "House of Others" in page
        and 'href="https://others.example/day"' in page
        and "Will you come?" not in page
    )
    assert (
        cast.neighbour.posts(f"/events/{others}/answer", {"word": "going", "way": "here"}).status_code == 403
    )
    year = cast.visitor.gets("/calendar/year/2027").text
    assert "Rights nearby" in year and "Day of others" in year
    assert "House of Others" in cast.chair.gets(f"/events/{others}/edit").text


def test_who_works_on_a_programme_of_two_days_sees_where_each_begins(cast):
    number = added(cast, cast.chair, ends=events.START + dt.timedelta(days=1))
    base = f"/events/{number}/programme"
    for one in (
        sent("Welcome", "10:00", "15"),
        sent("Late talk", "23:30", "60"),
        {**sent("Second", "09:00", "15"), "day": "2027-03-11"},
    ):
        assert cast.chair.posts(base, one).status_code == 303
    text = cast.chair.gets(f"{base}/edit").text
    first, welcome, late, second, row_of_second = map(
        text.index,
        (
            '<p class="h-s">Wednesday 10 March 2027',
            ">Welcome</a>",
            ">Late talk</a>",
            '<p class="h-s">Thursday 11 March 2027',
            ">Second</a>",
        ),
    )
    assert first < welcome < late < second < row_of_second
    alone = added(cast, cast.chair)
    cast.chair.posts(f"/events/{alone}/programme", sent("Welcome", "10:00", "15"))
    assert '<p class="h-s">' not in cast.chair.gets(f"/events/{alone}/programme/edit").text
