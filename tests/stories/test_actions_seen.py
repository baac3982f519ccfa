"""Joint actions as others meet them: who hears of them, lists, the roadmap, panels, what became of a meeting."""

import csv
import datetime as dt
import io
import re

import openpyxl
import pypdf
import pytest
import sqlalchemy as sa

from app.actions import acts, lists, meetings, progress, reminding, roadmap, tables
from app.actions.models import Action, Milestone
from app.core import clock, panels, watches
from app.core.activity import Activity
from app.core.languages import in_language
from app.extensions import db
from app.notifications.models import Notice
from app.spaces.models import Space
from tests.counting import statements
from tests.deeds import entered, proposed
from tests.seat import tell


def titles(answer):
    return re.findall(r'<h3 class="h-s"><a [^>]*>([^<]+)', answer.text)


def verbs(app, kind="actions."):
    with app.app_context():
        return list(
            db.session.scalars(
                sa.select(Activity.verb).where(Activity.verb.startswith(kind)).order_by(Activity.id)
            )
        )


def notices(app, seat):
    tell(app)
    with app.app_context():
        mine = sa.select(Notice.verb).where(Notice.person_id == seat.id).order_by(Notice.id)
        return [verb for verb in db.session.scalars(mine) if verb.startswith("actions.")]


class TestHearing:
    def test_followers_hear_how_it_goes(self, app, cast):
        number = proposed(cast)
        assert cast.outsider.posts(f"/actions/{number}/follow").status_code == 303
        with app.app_context():
            assert watches.level(cast.outsider.id, f"action:{number}") == watches.FOLLOW
        cast.chair.posts(f"/actions/{number}/state", {"state": "going"})
        assert notices(app, cast.outsider) == ["actions.state"]
        assert "changed the status of" in cast.outsider.gets("/notifications").text
        assert notices(app, cast.chair) == []  # who acted hears nothing
        cast.outsider.posts(f"/actions/{number}/unfollow")
        cast.chair.posts(f"/actions/{number}/notes", {"body": "It goes.", "readers": "all", "language": "en"})
        assert notices(app, cast.outsider) == ["actions.state"]

    def test_internal_notes_reach_those_who_may_read_them(self, app, cast):
        number = proposed(cast, partners="NBO")
        for seat in (cast.neighbour, cast.outsider):
            seat.posts(f"/actions/{number}/follow")
        cast.chair.posts(
            f"/actions/{number}/notes", {"body": "Inside.", "readers": "inside", "language": "en"}
        )
        assert "actions.noted" in notices(app, cast.neighbour)
        assert "actions.noted" not in notices(app, cast.outsider)

    def test_whoever_is_named_is_told(self, app, cast):
        proposed(cast, partners="NBO")
        assert notices(app, cast.neighbour) == ["actions.named"]
        assert "named your organisation for the joint action" in cast.neighbour.gets("/notifications").text
        assert notices(app, cast.outsider) == []

    def test_the_newsfeed_tells_it_in_words(self, app, cast):
        number = proposed(cast)
        cast.chair.posts(f"/actions/{number}/state", {"state": "agreed", "why": "All want it."})
        feed = cast.outsider.gets("/?show=actions").text
        assert "proposed a joint action in" in feed and "noted that a joint action is agreed" in feed


class TestLists:
    def test_filters_order_and_words(self, app, cast):
        with app.app_context():
            entered(cast, title="Second", ends="2031", form="data")
            entered(cast, title="First", ends="2030", form="research", themes=["housing"])
            late = entered(cast, title="Late one", ends="2019")
            acts.set_state(cast.chair.me(), entered(cast, title="Over"), "done")
            assert late.due.year == 2019
        assert titles(cast.outsider.gets("/actions")) == ["Late one", "First", "Second", "Over"]
        assert titles(cast.outsider.gets("/actions?sort=title")) == ["First", "Late one", "Over", "Second"]
        assert titles(cast.outsider.gets("/actions?form=data&form=research")) == ["First", "Second"]
        assert titles(cast.outsider.gets("/actions?theme=housing")) == ["First"]
        assert titles(cast.outsider.gets("/actions?due=late")) == ["Late one"]
        assert titles(cast.outsider.gets("/actions?q=seco")) == ["Second"]
        assert "Overdue:" in cast.outsider.gets("/actions?due=late").text
        board = cast.outsider.gets("/actions/board").text
        assert board.index("Late one") < board.index("Over</a>") and "No action fits" not in board

    def test_odd_addresses_are_borne(self, cast):
        for query in (
            "state=x",
            "space=999",
            "organisation=٣",
            "after=abc",
            f"q={'x' * 5000}",
            "sort=zzz",
            "origin=1",
            "due=%00",
        ):
            for path in ("/actions", "/actions/board", "/actions/roadmap"):
                assert cast.outsider.gets(f"{path}?{query}").status_code == 200

    def test_an_empty_list_says_what_will_be_here(self, cast):
        assert "No actions here yet" in cast.visitor.gets("/actions").text
        assert "No actions here yet" in cast.visitor.gets("/actions/board").text

    def test_pages_by_cursor(self, app, cast, monkeypatch):
        monkeypatch.setattr(lists.page, "__defaults__", (2,))
        with app.app_context():
            for name in "ABCDE":
                entered(cast, title=f"Deed {name}")
        first = cast.outsider.gets("/actions?sort=title")
        assert titles(first) == ["Deed A", "Deed B"] and "5 actions" in first.text
        older = re.search(r'href="(/actions\?[^"]*after=\d+)"', first.text)[1].replace("&amp;", "&")
        second = cast.outsider.gets(older)
        assert titles(second) == ["Deed C", "Deed D"]
        newer = re.search(r'href="(/actions\?[^"]*before=\d+)"', second.text)[1].replace("&amp;", "&")
        assert titles(cast.outsider.gets(newer)) == ["Deed A", "Deed B"]

    def test_what_another_process_did_shows_at_once(self, app, cast):
        with app.app_context():
            action = entered(cast)
            lists.index()
            db.session.execute(sa.update(Action).values(title="Other words", version=Action.version + 1))
            db.session.commit()
            assert action.id
        assert titles(cast.outsider.gets("/actions")) == ["Other words"]

    def test_list_and_one_action_as_a_workbook_with_what_its_reader_sees(self, app, cast):
        with app.app_context():
            one = entered(cast, title="=Second", audience="public", lead_id=cast.organisations.chair)
            progress.note(cast.chair.me(), one, "@Said to all.")
            progress.note(cast.chair.me(), one, "Inside only.", internal=True)
            acts.set_state(cast.chair.me(), one, "held", "Waits.")
            number = one.id

        def cells(who, path):
            answer = who.gets(path)
            assert answer.status_code == 200 and answer.headers["Content-Disposition"].endswith('.xlsx"')
            sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
            assert not any(cell.data_type == "f" for row in sheet for cell in row)
            return [[cell.value for cell in row] for row in sheet]

        assert cells(cast.visitor, "/actions.xlsx")[1][2] == "'=Second"
        path = f"/actions/{number}/action"
        rows = cells(cast.outsider, f"{path}.xlsx")
        said = [cell for row in rows for cell in row]
        assert ["Title", "'=Second"] == rows[2][:2] and "'@Said to all." in said and "Waits." in said
        assert "Inside only." not in said and "Inside only." in cast.chair.gets(f"{path}.csv").text
        assert "Inside only." not in cast.visitor.gets(f"{path}.csv").text
        page = cast.visitor.gets(f"/actions/{number}", follow_redirects=True).text
        assert f"{path}.xlsx" in page and "/actions.xlsx" in cast.visitor.gets("/actions").text
        with app.app_context():
            hidden = entered(cast, title="Hidden", space="circle", audience="space").id
        assert cast.outsider.gets(f"/actions/{hidden}/action.csv").status_code == 404

    def test_list_and_one_action_as_a_pdf_with_what_its_reader_sees(self, app, cast):
        """Read back by another library, in three scripts; what has no letters in the fonts is said, and does no harm."""
        with app.app_context():
            one = entered(
                cast, title="Łódź, Жильё, إسكان, 住房", audience="public", lead_id=cast.organisations.chair
            )
            progress.note(cast.chair.me(), one, "Said to all.")
            progress.note(cast.chair.me(), one, "Inside only.", internal=True)
            hidden = entered(cast, title="Hidden", space="circle", audience="space").id
            path = f"/actions/{one.id}/action.pdf"

        def words(who, path):
            answer = who.gets(path)
            assert answer.status_code == 200 and answer.mimetype == "application/pdf"
            assert answer.headers["Content-Disposition"].endswith('.pdf"')
            return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)

        said, listed = words(cast.outsider, path), words(cast.visitor, "/actions.pdf?q=Жильё")
        assert "Łódź, Жильё" in said and "Said to all." in said and "Inside only." not in said
        assert "Some letters are not in the fonts" in said
        assert "Łódź, Жильё" in listed and "Hidden" not in listed
        assert "Inside only." in words(cast.chair, path)
        assert cast.outsider.gets(f"/actions/{hidden}/action.pdf").status_code == 404
        page = cast.visitor.gets(path.removesuffix("/action.pdf"), follow_redirects=True).text
        assert path in page and "/actions.pdf" in cast.visitor.gets("/actions").text

    def test_a_pdf_is_made_for_nobody_too_often(self, app, cast, monkeypatch):
        monkeypatch.setattr(tables, "PRINTS_AN_HOUR", 1)
        assert [cast.visitor.gets("/actions.pdf").status_code for _ in range(2)] == [200, 429]

    @pytest.mark.parametrize("path", ["/actions", "/actions/board", "/actions/roadmap"])
    def test_as_many_questions_for_ten_as_for_one(self, app, cast, path):
        counts = []
        for many in (1, 9):
            with app.app_context():
                for number in range(many):
                    entered(
                        cast,
                        title=f"Deed {many} {number}",
                        lead_id=cast.organisations.chair,
                        themes=["housing"],
                    )
            cast.outsider.gets(path)
            with app.app_context():
                engine = db.engine
            with statements(engine) as said:
                cast.outsider.gets(path)
            counts.append(len(said))
        assert counts[0] == counts[1], counts


class TestRoadmap:
    def test_bars_and_milestones_stand_where_their_days_are(self, app, cast):
        with app.app_context(), clock.at(dt.datetime(2026, 7, 2, tzinfo=dt.UTC)):
            one = entered(cast, title="Long one", begins="2027", ends="2027-12")
            entered(cast, title="Without a day")
            progress.add_milestone(cast.chair.me(), one, "Half way", "2027-07-02")
            with in_language("en", "UTC"):
                by = roadmap.scale([dt.date(2027, 1, 1), dt.date(2027, 12, 31)])
                assert (by.first, by.last) == (dt.date(2026, 1, 1), dt.date(2028, 1, 1))
                assert by.years() == [(2026, 0), (2027, 500)]
                listed = {entry.title: entry for entry in lists.index().sieve.entries}
                drawn = roadmap.track(listed["long one"], [one_mark()], by)
                assert (drawn.x, drawn.width, drawn.marks) == (500, 500, [(749, False)])
        page = cast.outsider.gets("/actions/roadmap").text
        assert "Half way" in page and 'class="mile' in page
        assert page.index("Without a date") < page.index("Without a day")

    def test_from_right_to_left_time_goes_the_other_way(self):
        by = roadmap.Scale(dt.date(2026, 1, 1), dt.date(2028, 1, 1), True)
        assert by.at(dt.date(2026, 1, 1)) == 1000 and by.at(dt.date(2028, 1, 1)) == 0

    def test_far_days_are_borne(self, app, cast):
        with app.app_context():
            entered(cast, title="Far", begins="1945", ends="2200")
        page = cast.outsider.gets("/actions/roadmap").text
        assert "Far" in page and page.count("<text") <= roadmap.MOST_YEARS


def one_mark():
    return Milestone(title="Half way", due=dt.date(2027, 7, 2), day="2027-07-02", reached=None)


class TestTable:
    def test_a_spreadsheet_gets_what_fits_and_no_formula(self, app, cast):
        with app.app_context():
            one = entered(
                cast, title="=Second", ends="2031", form="data", lead_id=cast.organisations.chair, themes=["housing"],
                partner_ids=[cast.organisations.neighbour], funding="joint",
            )  # fmt: skip
            progress.note(cast.chair.me(), one, "Said to all.")
            progress.note(cast.chair.me(), one, "Inside only.", internal=True)
            acts.set_state(cast.chair.me(), one, "held", "Waits.")
            entered(cast, title="Other kind", form="research")
        answer = cast.outsider.gets("/actions.csv?form=data")
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert answer.mimetype == "text/csv" and len(rows) == 2
        line = dict(zip(*rows, strict=True))
        assert line["Title"] == "'=Second" and line["Status"] == "On hold" and line["Why"] == "Waits."
        assert (
            line["Lead"] == "UNESCO Chair in Human Rights Education, Pretoria"
            and line["Partners"] == "City of Nairobi"
        )
        assert line["Last note"] == "Said to all." and line["Themes"] == "Housing" and line["Until"] == "2031"
        assert (
            "Inside only." not in answer.text
            and "/actions.csv?form=data" in cast.outsider.gets("/actions?form=data").text
        )

    def test_as_many_questions_for_ten_as_for_one(self, app, cast):
        counts = []
        for many in (1, 9):
            with app.app_context():
                for number in range(many):
                    entered(cast, title=f"Deed {many} {number}", lead_id=cast.organisations.chair)
                engine = db.engine
            cast.outsider.gets("/actions.csv")
            with statements(engine) as said:
                cast.outsider.gets("/actions.csv")
            counts.append(len(said))
        assert counts[0] == counts[1], counts


class TestDeadlines:
    def test_days_of_actions_and_milestones_are_lent_to_the_calendar(self, app, cast):
        with app.app_context():
            one = entered(cast, title="Long one", ends="2030-05-20")
            progress.add_milestone(cast.chair.me(), one, "Half way", "2030-05-02")
            hidden = entered(cast, "chair", "circle", audience="space", title="Hidden one", ends="2030-05-21")
            acts.set_state(cast.chair.me(), entered(cast, title="Over", ends="2030-05-22"), "done")
            assert hidden.due == dt.date(2030, 5, 21)
        with app.test_request_context():
            between = (dt.date(2030, 5, 1), dt.date(2030, 5, 31))
            seen = [(one.title, one.day.day) for one in panels.due(cast.outsider.me(), *between)]
            own = [one.title for one in panels.due(cast.chair.me(), *between)]
            none = panels.due(cast.visitor.me(), *between)
        assert seen == [("Half way", 2), ("Long one", 20)] and own == ["Half way", "Long one", "Hidden one"]
        assert none == []

    def test_the_calendar_shows_them(self, app, cast):
        with app.app_context():
            entered(cast, title="Long one", ends="2030-05-20")
        assert "Long one" in cast.outsider.gets("/calendar/2030-05").text


class TestPanels:
    def test_where_it_stands_beside_other_things(self, app, cast):
        number = proposed(cast, audience="public", partners="NBO")
        link = f"/actions/{number}-share-housing-figures"
        for seat, path in ((cast.visitor, f"/groups/{cast.spaces.africa}-africa"),
                           (cast.visitor, f"/members/{cast.organisations.neighbour}"),
                           (cast.neighbour, "/"), (cast.chair, "/")):  # fmt: skip
            assert link in seat.gets(path, follow_redirects=True).text, path
        assert "Your actions, due next" not in cast.outsider.gets("/").text

    def test_it_is_found_by_its_properties(self, app, cast):
        proposed(cast, audience="public")
        tell(app)
        for query in ("type:joint-action", "is:proposed housing", "org:PRC figures"):
            found = re.sub("</?mark>", "", cast.outsider.gets("/search", query_string={"q": query}).text)
            assert "Share housing figures" in found, query
        assert (
            "Share housing figures"
            not in cast.outsider.gets("/search", query_string={"q": "is:done housing"}).text
        )


class TestWhatBecame:
    def test_the_page_writes_itself(self, app, cast):
        with app.app_context():
            place = db.session.get(Space, cast.spaces.africa)
            origin = meetings.add_origin(
                cast.chair.me(), place, title="A meeting", short="Paris 2017", begins="2017-06-21", source="A report"
            )  # fmt: skip
            progress.add_milestone(cast.chair.me(), origin, "A draft", "2019-02")
            one = entered(cast, title="Meet again", audience="public", origin_id=origin.id, section="General")
            entered(cast, title="Not for all", audience="space", origin_id=origin.id)
            acts.set_state(cast.chair.me(), one, "held", "Waits for a place.")
            progress.note(cast.chair.me(), one, "Looked for a place.")
            progress.note(cast.chair.me(), one, "Inside only.", internal=True)
            path = origin.url
        page = cast.visitor.gets(path).text
        for words in ("What became of Paris 2017?", "21 Jun 2017", "A draft", "February 2019",
                      "1 action was agreed or proposed there.",
                      "1 is on hold", "Waits for a place.", "Looked for a place.", "A report", "General"):  # fmt: skip
            assert words in page, words
        assert "Not for all" not in page and "Inside only." not in page
        assert "2 actions were agreed or proposed there." in cast.chair.gets(path).text
        assert (
            cast.visitor.gets(path + "x").status_code == 301
            and cast.visitor.gets("/actions/from/999").status_code == 404
        )


class TestReminders:
    """Two weeks before and when the day has passed, to the lead's seats that answer for it, once each."""

    @pytest.fixture
    def due(self, app, cast):
        with app.app_context():
            day = clock.now().date() + dt.timedelta(days=20)
            return entered(
                cast, "steward", "network", ends=day.isoformat(), lead_id=cast.organisations.neighbour
            ).id

    def reminded(self, app, cast, seat, days, times=2):
        with app.app_context(), clock.at(clock.now() + dt.timedelta(days=days)):
            for _ in range(times):
                reminding.remind()
        return [verb for verb in notices(app, seat) if verb in ("actions.due", "actions.late")]

    def told(self, app):
        return [verb for verb in verbs(app) if verb in ("actions.due", "actions.late")]

    def test_the_lead_is_reminded_once_before_and_once_after(self, app, cast, due):
        assert self.reminded(app, cast, cast.neighbour, 3) == []
        self.reminded(app, cast, cast.neighbour, 6)
        assert self.told(app) == ["actions.due"]
        assert "is due within two weeks" in cast.neighbour.gets("/notifications").text
        self.reminded(app, cast, cast.neighbour, 12)
        self.reminded(app, cast, cast.neighbour, 21)
        assert self.told(app) == ["actions.due", "actions.late"]
        assert self.reminded(app, cast, cast.outsider, 30) == []
        assert self.told(app) == ["actions.due", "actions.late"]

    def test_put_off_it_is_reminded_anew(self, app, cast, due):
        self.reminded(app, cast, cast.neighbour, 10)
        with app.app_context():
            later = (clock.now().date() + dt.timedelta(days=40)).isoformat()
            acts.change(cast.steward.me(), db.session.get(Action, due), {"ends": later})
        self.reminded(app, cast, cast.neighbour, 25)
        self.reminded(app, cast, cast.neighbour, 30)
        assert self.told(app) == ["actions.due", "actions.due"]

    @pytest.mark.parametrize("state", ["held", "done", "dropped"])
    def test_what_waits_or_is_over_reminds_nobody(self, app, cast, due, state):
        with app.app_context():
            acts.set_state(cast.steward.me(), db.session.get(Action, due), state, "So it is.")
        self.reminded(app, cast, cast.neighbour, 10)
        self.reminded(app, cast, cast.neighbour, 30)
        assert self.told(app) == []

    def test_without_a_lead_who_looks_after_the_group_hears_it(self, app, cast):
        with app.app_context():
            entered(cast, "neighbour", ends=clock.now().date().isoformat())
        assert self.reminded(app, cast, cast.chair, 0) == ["actions.due"]

    def test_a_lead_that_does_not_see_it_hears_nothing(self, app, cast):
        with app.app_context():
            entered(
                cast, "chair", "circle", audience="space", ends="2019", lead_id=cast.organisations.outsider
            )
        assert self.reminded(app, cast, cast.outsider, 0) == []

    def test_one_that_fails_keeps_no_other(self, app, cast, monkeypatch):
        with app.app_context():
            for name in ("One", "Two"):
                entered(cast, title=name, ends="2019", lead_id=cast.organisations.neighbour)
        tell_one, calls = reminding.told, []

        def failing(verb, actor, action, **more):
            calls.append(action.title)
            if len(calls) == 1:
                raise RuntimeError
            tell_one(verb, actor, action, **more)

        monkeypatch.setattr(reminding, "told", failing)
        assert self.reminded(app, cast, cast.neighbour, 0, times=1) == ["actions.late"]
        monkeypatch.undo()
        self.reminded(app, cast, cast.neighbour, 0)
        assert len(self.told(app)) == 2
