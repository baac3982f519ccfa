"""Meetings that actions come from: entered, changed, followed up; their milestones on the roadmap and in the calendar."""

import datetime as dt
import io
import re

import pypdf
import pytest
import sqlalchemy as sa

from app.actions import deadlines, meeting_routes, meetings, progress
from app.actions.models import Action, Milestone, Origin
from app.core import clock
from app.core.database import atomic
from app.core.languages import in_language
from app.extensions import db
from app.spaces import shelf
from app.spaces.models import Space
from tests import deeds, events, papers
from tests.counting import statements
from tests.deeds import proposed


def fields(cast, **more):
    """The form of a meeting, filled in."""
    return {
        "title": "Meeting of chairs", "short": "Pretoria 2017", "language": "en", "space": cast.spaces.africa,
        "audience": "public", "begins": "2017-06-21", "ends": "2017-06-22", "place": "Town hall", "convened": "A city",
        "detail": "With *care*.", "aims": "Advice on the mandate\nA partnership", "attended": "Chairs\nCities", "event": "",
        "papers": "", "source": "A report", **more,
    }  # fmt: skip


def entered(cast, who=None, **more):
    """Enter a meeting by its form; return its number."""
    answer = (who or cast.chair).posts("/actions/from/new", fields(cast, **more))
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/actions/from/(\d+)-", answer.headers["Location"])[1])


def page(seat, number):
    return seat.gets(f"/actions/from/{number}", follow_redirects=True).text


class TestEntering:
    def test_all_that_is_said_of_it_stands_on_its_page(self, cast):
        paper = papers.published(cast, cast.chair, title="Its report")
        event = events.added(cast, cast.chair, audience="public", title="The meeting itself")
        found = page(
            cast.visitor,
            entered(cast, event=f"/events/{event}", papers=f"/library/{paper}"),
        )
        for words in ("What became of Pretoria 2017?", "Meeting of chairs", "21 Jun 2017", "Town hall", "A city", "<em>care</em>",
                      "Advice on the mandate", "A partnership", "Chairs", "The meeting itself", "A report"):  # fmt: skip
            assert words in found, words
        assert "Its report" in page(cast.chair, 1)
        assert "/actions/from/1/edit" not in found and "/actions/from/1/edit" in page(cast.chair, 1)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"title": " "}, "Write a title."),
            ({"begins": "soon"}, "Write a year, a month or a day"),
            ({"begins": "2018", "ends": "2017"}, "The end lies before the beginning."),
            ({"event": "/library/1"}, "Nothing that fits and that you can read stands at this address"),
            ({"papers": "/events/77"}, "Nothing that fits and that you can read stands at this address"),
            ({"space": "0"}, "Choose one of the options."),
            ({"audience": "everybody"}, "Choose one of the options."),
            ({"aims": "x" * 3001}, "at most 3000 characters"),
        ],
    )
    def test_bad_input_is_explained_and_the_words_kept(self, cast, more, words):
        answer = cast.chair.posts("/actions/from/new", fields(cast, **more))
        assert answer.status_code == 422 and words in answer.text and "With *care*." in answer.text

    def test_who_looks_after_a_group_enters_meetings_there_and_nobody_else(self, app, cast):
        assert cast.neighbour.gets("/actions/from/new").status_code == 403
        assert cast.neighbour.posts("/actions/from/new", fields(cast)).status_code == 403
        assert cast.outsider.posts("/actions/from/new", fields(cast)).status_code == 422
        assert "/sign-in" in cast.visitor.gets("/actions/from/new").headers["Location"]
        assert (
            cast.chair.posts("/actions/from/new", fields(cast, space=cast.spaces.network)).status_code == 422
        )
        assert entered(cast, cast.steward, space=cast.spaces.network)
        number = entered(cast)
        for path in ("edit", "remove"):
            assert cast.neighbour.gets(f"/actions/from/{number}/{path}").status_code == 403
        assert cast.neighbour.posts(f"/actions/from/{number}/edit", fields(cast)).status_code == 403
        with app.app_context():
            shelf.set_archived(cast.steward.me(), db.session.get(Space, cast.spaces.africa), True)
        assert cast.chair.posts(f"/actions/from/{number}/edit", fields(cast)).status_code == 403

    def test_who_may_not_read_it_finds_nothing(self, cast):
        number = entered(cast, space=cast.spaces.circle, audience="space")
        assert cast.visitor.gets(f"/actions/from/{number}").status_code == 404
        assert cast.outsider.gets(f"/actions/from/{number}/edit").status_code == 404
        assert "Pretoria 2017" not in cast.outsider.gets("/actions/roadmap").text
        assert "Pretoria 2017" in cast.chair.gets("/actions/roadmap").text

    def test_the_lists_lead_to_it_and_to_a_further_one(self, cast):
        entered(cast)
        proposed(cast, audience="public")
        found = cast.chair.gets("/actions").text
        assert "Pretoria 2017" in found and 'href="/actions/from/new"' in found
        assert 'href="/actions/from/new"' not in cast.neighbour.gets("/actions").text

    def test_it_is_changed_and_taken_away(self, cast):
        number = entered(cast)
        action = proposed(cast, origin=number, audience="public")
        cast.chair.posts(f"/actions/from/{number}/milestones", {"title": "A draft", "day": "2030"})
        assert (
            cast.chair.posts(f"/actions/from/{number}/edit", fields(cast, short="Nairobi 2017")).status_code
            == 303
        )
        assert "What became of Nairobi 2017?" in page(cast.visitor, number)
        assert "Take the meeting Nairobi 2017 away?" in cast.chair.gets(f"/actions/from/{number}/remove").text
        assert cast.chair.posts(f"/actions/from/{number}/remove", {}).status_code == 303
        assert cast.chair.gets(f"/actions/from/{number}").status_code == 404
        assert "Nairobi" not in cast.chair.gets("/actions").text
        assert "Nairobi" not in cast.chair.gets(f"/actions/{action}", follow_redirects=True).text
        assert "A draft" not in cast.chair.gets("/actions/roadmap").text


class TestEvents:
    def test_the_page_of_an_event_leads_to_the_form_and_then_to_the_page(self, cast):
        number = events.added(
            cast,
            cast.chair,
            space="africa",
            audience="public",
            starts=clock.now() - dt.timedelta(days=3),
            title="Talks",
        )
        where = f"/actions/from/new?event=/events/{number}-talks"
        assert where in cast.chair.gets(f"/events/{number}", follow_redirects=True).text
        assert where not in cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
        form = cast.chair.gets(where).text
        assert 'value="Talks"' in form and f'value="/events/{number}-talks"' in form
        entered(cast, event=f"/events/{number}")
        assert (
            "What became of Pretoria 2017?"
            in cast.visitor.gets(f"/events/{number}", follow_redirects=True).text
        )


class TestMilestones:
    def test_one_is_added_changed_reached_and_taken_off(self, cast):
        number = entered(cast)
        base = f"/actions/from/{number}/milestones"
        assert cast.chair.posts(base, {"title": "A draft", "day": "2019-02"}).status_code == 303
        assert "Nothing is noted here on whether it was reached." in page(cast.visitor, number)
        mark = int(re.search(rf"{base}/(\d+)", page(cast.chair, number))[1])
        said = {
            "title": "A first draft",
            "day": "2019-03",
            "reached": "y",
            "reached_on": "2019-04",
            "came": "It was read.",
        }
        assert cast.chair.posts(f"{base}/{mark}", said).status_code == 303
        found = page(cast.visitor, number)
        for words in ("A first draft", "March 2019", "Reached", "April 2019", "It was read."):
            assert words in found
        assert 'value="2019-04"' in cast.chair.gets(f"{base}/{mark}").text
        assert (
            cast.chair.posts(f"{base}/{mark}", {**said, "reached": "", "came": "It was put off."}).status_code
            == 303
        )
        found = page(cast.visitor, number)
        assert "Not reached" in found and "It was put off." in found and "April 2019" not in found
        assert cast.chair.posts(f"{base}/{mark}/remove", {}).status_code == 303
        assert "A first draft" not in page(cast.visitor, number)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"title": ""}, "Say in a line what is to be reached."),
            ({"day": ""}, "Write when."),
            ({"reached_on": "3000"}, "Write a year, a month or a day"),
            ({"reached_on": "2199"}, "This day is still to come."),
        ],
    )
    def test_bad_input_is_explained(self, cast, more, words):
        number = entered(cast)
        base = f"/actions/from/{number}/milestones"
        cast.chair.posts(base, {"title": "A draft", "day": "2019-02"})
        mark = int(re.search(rf"{base}/(\d+)", page(cast.chair, number))[1])
        answer = cast.chair.posts(
            f"{base}/{mark}", {"title": "A draft", "day": "2019", "reached": "y", **more}
        )
        assert answer.status_code == 422 and words in answer.text
        assert cast.chair.posts(base, {"title": "", "day": "x"}).status_code == 422

    def test_one_of_another_meeting_is_not_there(self, app, cast):
        number, other = entered(cast), entered(cast, cast.steward, space=cast.spaces.network)
        with app.app_context():
            mark = progress.add_milestone(
                cast.steward.me(), db.session.get(Origin, other), "A draft", "2019"
            ).id
        assert cast.chair.gets(f"/actions/from/{number}/milestones/{mark}").status_code == 404
        assert cast.chair.posts(f"/actions/from/{other}/milestones/{mark}/remove", {}).status_code == 403

    def test_as_many_as_fit_and_no_more(self, app, cast, monkeypatch):
        monkeypatch.setattr(progress, "MOST_MILESTONES", 1)
        number = entered(cast)
        base = f"/actions/from/{number}/milestones"
        assert cast.chair.posts(base, {"title": "A draft", "day": "2019-02"}).status_code == 303
        answer = cast.chair.posts(base, {"title": "Another", "day": "2019-02"})
        assert answer.status_code == 422 and "There are as many as fit here." in answer.text

    def test_they_stand_on_the_roadmap_and_follow_each_change(self, cast):
        number = entered(cast)
        cast.chair.posts(f"/actions/from/{number}/milestones", {"title": "A draft", "day": "2030-02"})
        assert "A draft" in cast.visitor.gets("/actions/roadmap").text
        cast.chair.posts(f"/actions/from/{number}/milestones", {"title": "The end", "day": "2031"})
        found = cast.visitor.gets("/actions/roadmap").text
        assert "The end" in found and f'href="/actions/from/{number}-pretoria-2017"' in found
        proposed(cast, audience="public", form="data")
        assert "A draft" not in cast.visitor.gets("/actions/roadmap?form=data").text
        proposed(cast, audience="public", form="data", origin=number)
        assert "A draft" in cast.visitor.gets("/actions/roadmap?form=data").text

    def test_what_is_not_reached_stands_in_the_calendar_for_who_reads_it(self, app, cast):
        number = entered(cast)
        hidden = entered(cast, space=cast.spaces.circle, audience="space", short="Hidden")
        for one, title in ((number, "A draft"), (number, "Done so far"), (hidden, "Secret draft")):
            cast.chair.posts(f"/actions/from/{one}/milestones", {"title": title, "day": "2027-03-10"})
        with app.app_context():
            mark = db.session.query(Milestone).filter_by(title="Done so far").one()
            progress.reach(cast.chair.me(), db.session.get(Origin, number), mark, True)
        for view in ("/calendar/2027-03", "/calendar/agenda?from=2027-03-01"):
            found = cast.visitor.gets(view).text
            assert f"/actions/from/{number}-pretoria-2017#milestones" in found and "A draft" in found
            assert "Secret draft" not in found and "Done so far" not in found
            assert "Secret draft" in cast.chair.gets(view).text

    def test_many_cost_the_calendar_and_the_roadmap_no_more_statements(self, app, cast):
        number = entered(cast)
        days = dt.date(2027, 3, 1), dt.date(2027, 3, 31)

        def asked():
            with app.app_context(), in_language("en", "UTC"), statements() as seen:
                deadlines.of_actions(cast.chair.me(), *days)
            return len(seen)

        few = asked()
        for title in "abcdefgh":
            other = entered(cast, short=title)
            cast.chair.posts(f"/actions/from/{other}/milestones", {"title": title, "day": "2027-03-10"})
        assert asked() == few and number


class TestWhatWasAgreed:
    def test_an_action_is_said_to_be_agreed_there_and_taken_off_again(self, app, cast):
        number, action = entered(cast), proposed(cast, audience="public")
        base = f"/actions/from/{number}/actions"
        given = {"address": f"/actions/{action}", "section": "A) Housing"}
        assert cast.neighbour.posts(base, given).status_code == 403
        assert cast.chair.posts(base, given).status_code == 303
        found = page(cast.visitor, number)
        assert "1 action was agreed or proposed there." in found and "A) Housing" in found
        assert "Pretoria 2017" in cast.visitor.gets(f"/actions/{action}", follow_redirects=True).text
        assert cast.chair.posts(f"{base}/{action}/remove", {}).status_code == 303
        with app.app_context():
            assert db.session.get(Action, action).origin_id is None
        assert cast.chair.posts(f"{base}/{action}/remove", {}).status_code == 404

    @pytest.mark.parametrize("address", ["", "/events/1", "/actions/99", "https://elsewhere.example/x"])
    def test_what_is_no_action_is_not_taken(self, cast, address):
        number = entered(cast)
        answer = cast.chair.posts(f"/actions/from/{number}/actions", {"address": address, "section": ""})
        assert (
            answer.status_code == 422
            and "stands at this address" in answer.text
            or "Write the address" in answer.text
        )

    def test_who_may_not_change_an_action_does_not_take_it_to_a_meeting(self, cast):
        number = entered(cast)
        action = proposed(cast, cast.steward, space=cast.spaces.network, lead="NBO")
        answer = cast.chair.posts(f"/actions/from/{number}/actions", {"address": f"/actions/{action}"})
        assert answer.status_code == 422 and "You may not change this action." in answer.text

    def test_a_new_action_is_proposed_for_it(self, cast):
        number = entered(cast)
        form = cast.chair.gets(f"/actions/new?origin={number}").text
        assert re.search(rf'<option selected value="{number}">Pretoria 2017', form)

    def test_who_does_not_see_the_meeting_of_an_action_does_not_take_it_off(self, app, cast):
        hidden = entered(cast, space=cast.spaces.circle, audience="space")
        given = {"space": cast.spaces.europe, "lead": "GRZ", "audience": "public"}
        action = proposed(cast, cast.outsider, **given)
        with app.app_context(), atomic():
            db.session.get(Action, action).origin_id = hidden
        assert "Pretoria 2017" not in cast.outsider.gets(f"/actions/{action}/edit").text
        answer = cast.outsider.posts(
            f"/actions/{action}/edit", deeds.fields(cast, **given, title="Other words")
        )
        assert answer.status_code == 303
        with app.app_context():
            kept = db.session.get(Action, action)
            assert (kept.title, kept.origin_id) == ("Other words", hidden)


@pytest.mark.parametrize("what", ["milestone", "meeting"])
def test_what_somebody_took_away_in_the_same_moment_is_not_there(app, cast, monkeypatch, what):
    number = entered(cast)
    cast.chair.posts(f"/actions/from/{number}/milestones", {"title": "A draft", "day": "2019-02"})
    usual = meeting_routes._mark

    def slow(*which):
        one, mark = usual(*which)
        with db.engine.begin() as other:
            if what == "milestone":
                other.execute(sa.delete(Milestone))
            else:
                other.execute(sa.update(Origin).values(removed=True))
        return one, mark

    monkeypatch.setattr(meeting_routes, "_mark", slow)
    answer = cast.chair.posts(f"/actions/from/{number}/milestones/1", {"title": "Other words", "day": "2020"})
    assert answer.status_code == 404


def test_fewer_people_see_it_when_fewer_see_its_group(app, cast):
    with app.app_context():
        origin = meetings.add_origin(
            cast.steward.me(), db.session.get(Space, cast.spaces.africa), title="Talks", audience="public"
        )
        number = origin.id
        meetings.change_origin(cast.steward.me(), origin, {"title": "Talks"}, audience="members")
    assert cast.visitor.gets(f"/actions/from/{number}").status_code == 404
    assert "Talks" in page(cast.outsider, number)


def _printed(answer):
    return "\n".join(part.extract_text() for part in pypdf.PdfReader(io.BytesIO(answer.data)).pages)


def test_the_board_and_the_roadmap_are_printed_with_their_filters(cast):
    number = entered(cast)
    cast.chair.posts(f"/actions/from/{number}/milestones", {"title": "A draft", "day": "2030-02"})
    proposed(cast, audience="public", ends="2031", form="data")
    proposed(cast, title="Read contracts", audience="public", ends="", lead="")
    proposed(cast, title="Hidden plan", space=cast.spaces.circle, audience="space")
    for view, words in (("board", "Proposed (2)"), ("roadmap", "February 2030 · A draft")):
        link = f"/actions.pdf?view={view}"
        assert f'href="{link}"' in cast.visitor.gets(f"/actions/{view}").text
        found = _printed(cast.visitor.gets(link))
        assert words in found and "Share housing figures" in found and "Read contracts" in found
        assert "Hidden plan" not in found
        some = f"/actions.pdf?form=data&amp;view={view}"
        assert f'href="{some}"' in cast.visitor.gets(f"/actions/{view}?form=data").text
        assert "Read contracts" not in _printed(cast.visitor.gets(some.replace("&amp;", "&")))
