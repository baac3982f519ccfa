"""Goals of the 2030 Agenda and commitments of a plan: on joint actions and events, in lists, files and the search."""

import pytest

from app.calendar.models import Event
from app.core.database import locate
from app.extensions import db
from app.search import index
from tests import events
from tests.deeds import fields, proposed

GOAL, COMMITMENT = "Sustainable cities and communities", "Commitment 3"


def added(cast, **more):
    answer = cast.chair.posts("/events/new", events.form(cast, **more))
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].partition("/events/")[2].partition("-")[0])


class TestActions:
    def test_they_stand_on_the_page_in_the_form_and_in_the_table(self, cast):
        number = proposed(cast, sdgs=["11", "4"], commitments=["3"])
        page = cast.neighbour.gets(f"/actions/{number}", follow_redirects=True).text
        assert f'href="/actions?sdg=11">11: {GOAL}</a>' in page and COMMITMENT in page
        form = cast.chair.gets(f"/actions/{number}/edit").text
        assert f"4. Quality education, 11. {GOAL}" in form
        assert ',"4, 11",3,' in cast.chair.gets("/actions.csv").text
        assert '"4, 11"' in cast.chair.gets(f"/actions/{number}/action.csv").text

    def test_what_is_no_goal_is_not_taken(self, cast):
        number = proposed(cast, sdgs=["18", "x", "5"], commitments=["11"])
        page = cast.chair.gets(f"/actions/{number}", follow_redirects=True).text
        assert "sdg=5" in page and "sdg=18" not in page and "commitment=11" not in page

    def test_a_change_takes_them_off(self, cast):
        number = proposed(cast, sdgs=["11"])
        assert cast.chair.posts(f"/actions/{number}/edit", fields(cast)).status_code == 303
        assert "sdg=11" not in cast.chair.gets(f"/actions/{number}", follow_redirects=True).text

    def test_the_list_is_filtered_by_them(self, cast):
        proposed(cast, sdgs=["11"], commitments=["3"])
        proposed(cast, title="Read contracts", sdgs=["8"])
        found = cast.chair.gets("/actions?sdg=11").text
        assert "Share housing figures" in found and "Read contracts" not in found
        assert f"11: {GOAL}" in found and "Take off:" in found
        found = cast.chair.gets("/actions/roadmap?commitment=3").text
        assert "Share housing figures" in found and "Read contracts" not in found
        assert "Read contracts" in cast.chair.gets("/actions?sdg=99").text


class TestEvents:
    def test_they_stand_on_the_page_and_are_changed(self, cast):
        number = added(cast, sdgs=["11"], commitments=["3"])
        page = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
        assert f'href="/calendar/agenda?sdg=11">11: {GOAL}</a>' in page and COMMITMENT in page
        changed = events.form(cast, sdgs=["4"])
        assert cast.chair.posts(f"/events/{number}/edit", changed).status_code == 303
        page = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
        assert "sdg=4" in page and "sdg=11" not in page and COMMITMENT not in page

    def test_a_copy_takes_them_along(self, cast):
        number = added(cast, sdgs=["11"], commitments=["3"])
        form = cast.chair.gets(f"/events/new?from={number}").text
        assert f"<summary>11. {GOAL}</summary>" in form and f"<summary>{COMMITMENT}</summary>" in form

    @pytest.mark.parametrize(
        "view", ["/calendar/2027-03", "/calendar/week/2027-W10", "/calendar/agenda?from=2027-03-01"]
    )
    def test_each_view_is_filtered_by_them(self, cast, view):
        added(cast, title="On cities", sdgs=["11"], commitments=["3"])
        added(cast, title="On work", sdgs=["8"])
        mark = "&" if "?" in view else "?"
        for query in ("sdg=11", "commitment=3"):
            found = cast.neighbour.gets(f"{view}{mark}{query}").text
            assert "On cities" in found and "On work" not in found
        assert "On work" in cast.neighbour.gets(f"{view}{mark}sdg=99").text

    def test_days_by_which_actions_are_due_are_filtered_too(self, cast):
        proposed(cast, title="Count the flats", sdgs=["11"], commitments=["3"], ends="2027-03-20")
        proposed(cast, title="Read contracts", sdgs=["8"], ends="2027-03-20")
        for query in ("sdg=11", "commitment=3"):
            found = cast.neighbour.gets(f"/calendar/2027-03?{query}").text
            assert "Count the flats" in found and "Read contracts" not in found

    def test_all_times_of_a_series_have_them(self, cast):
        number = added(cast, sdgs=["11"], repeat="weekly", ending="times", times="3", extra="")
        with cast.app.app_context():
            rows = (
                db.session.query(Event)
                .where(Event.series_id == db.session.get(Event, number).series_id)
                .all()
            )
            assert len(rows) == 3 and {row.sdgs for row in rows} == {"11"}

    def test_other_sites_are_told_of_them(self, cast):
        events.added(cast, cast.chair, audience="public", sdgs="11 16", commitments="3", starts=events.START)
        with_goal = cast.visitor.gets("/calendar/events.json?sdg=16").json["events"]
        assert [(one["sdgs"], one["commitments"]) for one in with_goal] == [(["11", "16"], ["3"])]
        assert cast.visitor.gets("/calendar/events.json?sdg=4").json["events"] == []


def test_both_are_found_by_goal(app, cast):
    number, other = proposed(cast, sdgs=["11"]), added(cast, sdgs=["11"])
    with app.app_context():
        for ref in (f"action:{number}", f"event:{other}"):
            assert locate(ref).findable()["tags"]["sdg"] == ["11"]
            index.index(ref)
        db.session.commit()
    for asked in ("sdg:11", 'sdg:"sustainable cities and communities"'):
        found = cast.neighbour.gets("/search", query_string={"q": asked}).text
        assert "Share housing figures" in found and "Housing meeting" in found
    assert "Housing meeting" not in cast.neighbour.gets("/search?q=sdg:4").text
