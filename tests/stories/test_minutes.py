"""Stories of minutes: written together, amended, approved; from a line to what is done at the next meeting."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import g

from app.actions import from_minutes
from app.actions.models import Action, Partner
from app.calendar import acts, answering, minutes_shown
from app.calendar.agenda_models import AgendaRow
from app.calendar.minutes_models import MinutesAmendment, MinutesPart, MinutesPoint, MinutesVersion
from app.calendar.models import Event
from app.core import clock, links
from app.core.database import atomic
from app.extensions import db
from app.notifications.models import Notice
from tests.counting import statements
from tests.deeds import proposed
from tests.events import acted, added, event, facts
from tests.seat import tell

NOW = dt.datetime(2027, 3, 10, 9, 30, tzinfo=dt.UTC)  # the meeting of tests.events has begun
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def during_the_meeting():
    with clock.at(NOW):
        yield


def meeting(cast, *titles, **more):
    """Return a meeting of the African coalition, which the chair facilitates, and the rows of its programme."""
    number = added(cast, cast.chair, space="africa", audience="members", **more)
    rows = []
    with cast.app.app_context(), atomic():
        for position, title in enumerate(titles):
            row = AgendaRow(event_id=number, position=position, title=title, changed=clock.now(), version=1)
            db.session.add(row)
            db.session.flush()
            rows.append(row.id)
    return number, rows


def write(who, number, row, text, base=0, **more):
    return who.posts(f"/events/{number}/minutes/{row}", {"text": text, "base": base, **more})


def text_of(cast, number, row=0):
    with cast.app.app_context():
        one = db.session.scalar(
            sa.select(MinutesPart).where(MinutesPart.event_id == number, MinutesPart.row_id == row)
        )
        return one and (one.text, one.version)


def actions(cast):
    with cast.app.app_context():
        rows = db.session.scalars(sa.select(Action).order_by(Action.id)).all()
        return [(one.title, one.lead_id, one.ends, one.state, one.removed) for one in rows]


def read(who, number, tail=""):
    return who.gets(f"/events/{number}/minutes{tail}")


def notices(cast, who):
    tell(cast.app)
    with cast.app.app_context():
        rows = db.session.scalars(sa.select(Notice.verb).where(Notice.person_id == who.id))
        return list(rows)


class TestWriting:
    def test_rows_never_collide_and_one_row_is_merged_by_line(self, cast):
        number, (first, second) = meeting(cast, "Opening", "Budget")
        page = read(cast.chair, number, "/write").text
        assert "Opening" in page and "Budget" in page and f'id="t{first}"' in page
        assert write(cast.chair, number, first, "Welcome.\n\nWe begin.").status_code == 303
        assert write(cast.steward, number, second, "Nothing new.").status_code == 303
        assert write(cast.steward, number, first, "Welcome, all.\n\nWe begin.", 1).status_code == 303
        assert write(cast.chair, number, first, "Welcome.\n\nWe begin.\nTea.", 1).status_code == 303
        assert text_of(cast, number, first) == ("Welcome, all.\n\nWe begin.\nTea.", 3)
        assert text_of(cast, number, second) == ("Nothing new.", 1)
        write(cast.chair, number, first, "Welcome, friends.\n\nWe begin.\nTea.", 1)
        text, version = text_of(cast, number, first)
        assert (
            text.startswith("<<< ")
            and "Welcome, all." in text
            and "Welcome, friends." in text
            and version == 4
        )
        page = read(cast.chair, number, "/write").text
        assert "Two texts stand in one place" in page
        page = read(cast.chair, number, f"/{first}/history").text
        assert "<ins>" in page and "Welcome, friends." in page and "Secretariat" in page
        assert len(facts(cast, "calendar.minuted")) == 5

    def test_a_script_saves_while_somebody_types(self, cast):
        number, _rows = meeting(cast)
        live = {"live": "1", "typing": "action: @neighbour-off"}
        answer = write(cast.chair, number, 0, "Hello.\naction: @neighbour-off", **live)
        assert (
            answer.status_code == 200
            and 'data-version="1"' in answer.text
            and 'name="base" value="1"' in answer.text
        )
        assert actions(cast) == []
        write(cast.steward, number, 0, "Hello!\naction: @neighbour-off", 1)
        # what the chair sent is kept beside what came of it: the next words build on it
        answer = write(cast.chair, number, 0, "Hello.\naction: @neighbour-office send", 1, **live)
        assert text_of(cast, number) == ("Hello!\naction: @neighbour-office send", 3)
        answer = write(
            cast.chair, number, 0, "Hello.\naction: @neighbour-office send it", 3, own="1", live="1"
        )
        assert text_of(cast, number) == ("Hello!\naction: @neighbour-office send it", 4)
        assert [one[0] for one in actions(cast)] == ["Send it"]
        got = cast.chair.gets(f"/events/{number}/minutes/0?fragment=1").text
        assert got.lstrip().startswith("<section") and "Send it" in got

    def test_who_may_not(self, cast):
        number, (row,) = meeting(cast, "Opening")
        assert read(cast.outsider, number, "/write").status_code == 403
        assert write(cast.outsider, number, row, "x").status_code == 403
        assert read(cast.outsider, number).status_code == 403  # a draft is for those who write it
        assert write(cast.visitor, number, row, "x").status_code in (302, 303)
        assert read(cast.visitor, number).status_code == 404
        other, (strange,) = meeting(cast, "Another")
        assert write(cast.chair, number, strange, "x").status_code == 404
        assert write(cast.chair, number, row, "x" * 50_000).status_code == 422
        assert "x" * 50_000 in write(cast.chair, number, row, "x" * 50_000).text
        hidden = added(cast, cast.chair, space="circle", audience="space")
        assert read(cast.outsider, hidden).status_code == 404

    def test_words_go_with_the_event(self, cast):
        number, (row,) = meeting(cast, "Opening")
        write(cast.chair, number, row, "secretword\ndecision: otherword")
        acted(cast, cast.chair, acts.remove, number)
        with cast.app.app_context():
            for model in (MinutesPart, MinutesVersion, MinutesPoint):
                assert not any(one.text for one in db.session.scalars(sa.select(model)))
        assert write(cast.chair, number, row, "x", 1).status_code == 404


class TestLines:
    def test_a_line_becomes_an_action_once_and_follows_the_line(self, cast):
        number, (row,) = meeting(cast, "Budget")
        line = "action: @neighbour-office by 15 Dec send the list"
        write(cast.chair, number, row, f"We talked.\n\n{line}\n\ndecision: we go on")
        write(cast.chair, number, row, f"We talked.\n\n{line}\n\ndecision: we go on", 1)
        neighbour = cast.organisations.neighbour
        assert actions(cast) == [("Send the list", neighbour, "2027-12-15", "proposed", False)]
        with cast.app.app_context():
            action = db.session.scalar(sa.select(Action))
            assert [tie.target for tie in links.from_(action.ref, "comes_from")] == [f"event:{number}"]
            assert action.section == "Budget"
        assert "actions.named" in notices(cast, cast.neighbour)
        write(cast.chair, number, row, f"{line.replace('15 Dec', '1/2/2028')} and {{the}} map", 1)
        assert actions(cast) == [("Send the list and {the} map", neighbour, "2028-02-01", "proposed", False)]
        page = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
        assert "decision: we go on" not in page and "Send the list" not in page.replace(
            "Send the list and", ""
        )
        write(cast.chair, number, row, "Nothing after all.", 2)
        assert actions(cast)[0][4]  # a proposal that is no longer in the text is taken back

    def test_faults_are_said_at_the_line_and_nothing_is_lost(self, cast):
        number, _rows = meeting(cast)
        write(
            cast.chair,
            number,
            0,
            "action: @nobody-here send\naction: @chair-office by 31 Feb go\naction:\ndecision: yes",
        )
        assert actions(cast) == []
        page = read(cast.chair, number, "/write").text
        for words in (
            "There is no member called @nobody-here",
            "There is no such day",
            "This line does not say what",
        ):
            assert words in page
        assert "action: @nobody-here send\n" in page
        write(cast.chair, number, 0, "Action: City of Nairobi: send\nAction: speak to them: soon", 1)
        assert [one[:2] for one in actions(cast)] == [
            ("Send", cast.organisations.neighbour), ("Speak to them: soon", None)
        ]  # fmt: skip

    def test_whom_one_may_name(self, cast):
        number = added(cast, cast.neighbour)  # in the calendar of the network, which others look after
        write(cast.neighbour, number, 0, "action: @chair-office send")
        assert actions(cast) == []
        assert "members that come to this event" in read(cast.neighbour, number, "/write").text
        acted(cast, cast.chair, answering.answer, number, "going", "here")  # fmt: skip
        write(cast.neighbour, number, 0, "action: @chair-office send\n\nThen tea.", 1)
        assert [one[0] for one in actions(cast)] == ["Send"]

    def test_who_may_not_name_members_does_not_bind_them(self, cast):
        number = added(cast, cast.neighbour)
        with clock.at(NOW - DAY):
            acted(cast, cast.chair, answering.answer, number, "going", "here")
        write(cast.neighbour, number, 0, "action: @chair-office send\naction: @neighbour-office come")
        with cast.app.app_context():
            assert db.session.scalar(sa.select(Action.state)) == "proposed"
        for deed in ("share", "approve"):
            cast.neighbour.posts(f"/events/{number}/minutes/{deed}")
        assert {one[0]: one[3] for one in actions(cast)} == {"Send": "proposed", "Come": "agreed"}

    def test_between_two_texts_nothing_is_made(self, cast):
        number, _rows = meeting(cast)
        write(cast.chair, number, 0, "action: @chair-office send")
        write(cast.steward, number, 0, "action: @chair-office send it", 1)
        write(cast.chair, number, 0, "action: @chair-office send all", 1)
        assert text_of(cast, number)[0].startswith("<<<")
        assert [one[0] for one in actions(cast) if not one[4]] == ["Send it"]
        write(cast.chair, number, 0, "action: @chair-office send it all", 3)
        assert [one[0] for one in actions(cast) if not one[4]] == ["Send it all"]


class TestApproving:
    @pytest.mark.parametrize("settings", [{"POSTS_PER_HOUR": 2}])
    def test_nobody_floods_minutes_with_amendments(self, cast):
        with clock.at(NOW - DAY):
            number, _rows = meeting(cast)
        write(cast.chair, number, 0, "We have enough.")
        cast.chair.posts(f"/events/{number}/minutes/share")
        address = f"/events/{number}/minutes/0/amend"
        forms = [{"text": f"Proposal {n}.", "base": 1, "idempotency_key": f"k{n}"} for n in range(3)]
        answers = [cast.neighbour.posts(address, form) for form in forms]
        assert [one.status_code for one in answers] == [303, 303, 429]
        assert "Proposal 2." in answers[2].text and "Your text is kept" in answers[2].text
        assert cast.neighbour.posts(address, forms[0]).status_code == 303  # sent again it is the same one

    def test_from_a_draft_over_amendments_to_approved_minutes(self, cast):
        with clock.at(NOW - DAY):
            number, (row,) = meeting(cast, "Budget")
            acted(cast, cast.neighbour, answering.answer, number, "going", "here")
        write(cast.chair, number, row, "We have enough.\naction: @chair-office by 15 Dec count")
        assert "zebra" not in read(cast.chair, number).text
        assert cast.neighbour.posts(f"/events/{number}/minutes/share").status_code == 403
        assert cast.chair.posts(f"/events/{number}/minutes/approve").status_code == 303
        assert event(cast, number).minutes == "draft"  # others read it first
        cast.chair.posts(f"/events/{number}/minutes/share")
        assert "calendar.minutes_shared" in notices(cast, cast.neighbour)
        page = read(cast.neighbour, number).text
        assert "We have enough." in page and "Propose an amendment" in page
        address = f"/events/{number}/minutes/{row}/amend"
        form = {
            "text": "We have zebras enough.\naction: @chair-office by 15 Dec count",
            "base": 1,
            "why": "It was said.",
        }
        assert "We have enough." in cast.neighbour.gets(address).text
        assert cast.neighbour.posts(address, form).status_code == 303
        assert cast.neighbour.posts(address, {**form, "text": "No.", "why": "x" * 501}).status_code == 422
        cast.neighbour.posts(address, {**form, "text": "We have nothing."})
        assert "calendar.amendment" in notices(cast, cast.chair)
        answer = cast.chair.posts(f"/events/{number}/minutes/approve")
        assert answer.status_code == 422 and "wait for an answer" in answer.text
        with cast.app.app_context():
            first, second = db.session.scalars(
                sa.select(MinutesAmendment.id).order_by(MinutesAmendment.id)
            ).all()
        base = f"/events/{number}/minutes/amendments"
        assert cast.neighbour.posts(f"{base}/{first}/take").status_code == 403
        assert cast.chair.posts(f"{base}/{first}/take").status_code == 303
        assert cast.chair.posts(f"{base}/{second}/decline", {"reason": ""}).status_code == 422
        assert cast.chair.posts(f"{base}/{second}/decline", {"reason": "Nobody said so."}).status_code == 303
        assert "calendar.amendment_answered" in notices(cast, cast.neighbour)
        page = read(cast.neighbour, number).text
        assert "We have zebras enough." in page and "Nobody said so." in page
        with cast.app.app_context():
            last = db.session.scalars(sa.select(MinutesVersion).order_by(MinutesVersion.id.desc())).first()
            assert last.by_id == cast.neighbour.id
        assert cast.chair.posts(f"/events/{number}/minutes/approve").status_code == 303
        assert event(cast, number).minutes == "approved"
        assert [one[3] for one in actions(cast)] == ["agreed"]
        assert write(cast.chair, number, row, "Other words.", 2).status_code == 403
        assert cast.neighbour.gets(address).status_code == 403
        assert "calendar.minutes_approved" in notices(cast, cast.neighbour)
        assert "approved the minutes of an event" in cast.outsider.gets("/").text
        assert "Housing meeting" in cast.outsider.gets("/search?q=zebras").text
        text = read(cast.outsider, number, ".md")
        assert text.mimetype == "text/markdown" and "## Budget" in text.text and "zebras" in text.text
        with cast.app.test_request_context():
            g.me = cast.outsider.me()
            assert "zebras" in minutes_shown.as_html(db.session.get(Event, number))

    def test_two_texts_in_one_place_are_settled_first(self, cast):
        number, _rows = meeting(cast)
        write(cast.chair, number, 0, "a")
        write(cast.chair, number, 0, "b", 1)
        write(cast.steward, number, 0, "c", 1)
        cast.chair.posts(f"/events/{number}/minutes/share")
        answer = cast.chair.posts(f"/events/{number}/minutes/approve")
        assert answer.status_code == 422 and "two texts" in answer.text
        assert "Two texts stand in one place" in read(cast.neighbour, number).text


def test_from_a_line_of_minutes_to_done_on_the_next_agenda(cast):
    number, (row,) = meeting(cast, "Housing")
    write(
        cast.chair,
        number,
        row,
        "decision: we collect figures\naction: @neighbour-office by 15 March send the list\naction: @chair-office by 1 June report",
    )
    for deed in ("share", "approve"):
        cast.chair.posts(f"/events/{number}/minutes/{deed}")
    page = cast.outsider.gets(f"/events/{number}", follow_redirects=True).text
    assert "we collect figures" in page and "Send the list" in page and "Approved" in page
    with clock.at(NOW + 10 * DAY):
        after, _rows = meeting(cast, "Follow-up", starts=NOW + 30 * DAY)
        page = cast.neighbour.gets(f"/events/{after}", follow_redirects=True).text
        assert "From earlier meetings" in page and f"/events/{number}/minutes" in page
        assert "Overdue" in page and "City of Nairobi" in page and ">Report</a>" in page
        road = re.search(r'href="(/actions/roadmap\?space=\d+)"', page)[1]
        assert "Send the list" in cast.neighbour.gets(road).text
        own = re.findall(r'action="/actions/(\d+)/state"', page)
        assert len(own) == 1  # one's own, not the others'
        back = f"/events/{after}"
        sent = cast.neighbour.posts(
            f"/actions/{own[0]}/state", {"state": "done", "why": "Sent to all.", "next": back}
        )
        assert sent.location.endswith(back)
        page = cast.chair.gets(f"/events/{after}/minutes").text
        assert "Done" in page and "Send the list" in page
        page = cast.visitor.gets(f"/events/{after}", follow_redirects=True)
        assert page.status_code == 404
        assert "/actions/new?" not in cast.chair.gets(f"/events/{after}", follow_redirects=True).text
    with clock.at(NOW + 31 * DAY):
        write(cast.chair, after, 0, "All well.")
        page = cast.chair.gets(f"/events/{after}", follow_redirects=True).text
        new = re.search(r'href="(/actions/new\?[^"]+)"', page)[1].replace("&amp;", "&")
        assert (
            f"/events/{after}-" in re.search(r'name="came_from"[^>]*>([^<]*)<', cast.chair.gets(new).text)[1]
        )
        assert "/actions/new?" not in cast.visitor.gets(f"/events/{number}", follow_redirects=True).text
    with clock.at(NOW + 40 * DAY):
        last, _rows = meeting(cast, starts=NOW + 60 * DAY)
        page = cast.chair.gets(f"/events/{last}", follow_redirects=True).text
        assert (
            "Send the list" not in page and ">Report</a>" in page
        )  # what was done before the last meeting is past
    with cast.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Partner)) == 0


class TestNextAgenda:
    """What is open stands on the agenda of the next meeting, whether it came from minutes or was entered by hand."""

    def test_an_action_from_the_page_of_an_event_stands_there_with_its_state(self, cast):
        first, _rows = meeting(cast)
        number = proposed(cast, title="Count rooms", came_from=f"/events/{first}")
        after, _rows = meeting(cast, "Follow-up", starts=NOW + 30 * DAY)
        page = cast.neighbour.gets(f"/events/{after}", follow_redirects=True).text
        section = page.partition('id="open-points"')[2].partition("</section>")[0]
        assert "From earlier meetings" in page and "Count rooms" in section and "Proposed" in section
        assert f'action="/actions/{number}/state"' in cast.chair.gets(f"/events/{after}/minutes").text
        assert "Count rooms" not in cast.visitor.gets("/calendar", follow_redirects=True).text

    def test_what_else_is_open_in_the_group_stands_apart(self, cast):
        proposed(cast, title="Read contracts")
        proposed(cast, title="Hidden plan", space=cast.spaces.circle, audience="space")
        over = proposed(cast, title="Old plan")
        cast.chair.posts(f"/actions/{over}/state", {"state": "done", "why": "Done."})
        after, _rows = meeting(cast, "Follow-up", starts=NOW + 30 * DAY)
        page = cast.neighbour.gets(f"/events/{after}", follow_redirects=True).text
        others = page.partition('id="other-points"')[2].partition("</section>")[0]
        assert "Read contracts" in others and "From earlier meetings" not in page
        assert "Hidden plan" not in page and "Old plan" not in others

    def test_few_of_many_are_shown_and_what_is_no_meeting_shows_none(self, cast, monkeypatch):
        monkeypatch.setattr(from_minutes, "FEW", 2)
        for title in ("One", "Two", "Three"):
            proposed(cast, title=f"Plan {title}")
        after, _rows = meeting(cast, starts=NOW + 30 * DAY)
        page = cast.chair.gets(f"/events/{after}", follow_redirects=True).text
        assert page.count("Plan ") == 2 and "All 3 actions" in page
        other, _rows = meeting(cast, form="training", starts=NOW + 31 * DAY)
        assert "Plan " not in cast.chair.gets(f"/events/{other}", follow_redirects=True).text

    def test_it_stands_there_however_many_events_had_no_minutes_since(self, cast):
        first, _rows = meeting(cast)
        proposed(cast, title="Count rooms", came_from=f"/events/{first}")
        for nth in range(1, 43):
            added(cast, cast.chair, space="africa", form="training", starts=NOW + nth * DAY)
        after, _rows = meeting(cast, "Follow-up", starts=NOW + 60 * DAY)
        page = cast.neighbour.gets(f"/events/{after}", follow_redirects=True).text
        assert "Count rooms" in page.partition('id="open-points"')[2].partition("</section>")[0]

    def test_many_earlier_events_cost_no_more_statements(self, cast):
        def asked(number):
            with cast.app.test_request_context():
                g.me = cast.chair.me()
                one = db.session.get(Event, number)
                with statements() as seen:
                    minutes_shown.before(one, g.me.viewer, "/")
                return len(seen)

        first, _rows = meeting(cast)
        proposed(cast, title="Count rooms", came_from=f"/events/{first}")
        last, _rows = meeting(cast, starts=NOW + 90 * DAY)
        asked(last)
        few = asked(last)
        for nth in range(5):
            number, _rows = meeting(cast, starts=NOW + nth * DAY)
            proposed(cast, title=f"Count {nth}", came_from=f"/events/{number}")
        asked(last)
        assert asked(last) <= few
