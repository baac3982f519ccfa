"""Joint actions: proposed, agreed, followed up; who may do what, and who reads what."""

import re

import pytest
import sqlalchemy as sa

from app.actions import acts, progress
from app.actions.models import Action, Milestone, Note, Partner, Step
from app.core import audience
from app.core.activity import Activity
from app.extensions import db
from app.spaces import shelf
from app.spaces.changes import change_space
from app.spaces.models import Space
from tests import papers
from tests.deeds import fields, proposed
from tests.seat import tell


def heading(answer):
    return re.search(r"<h1[^>]*>([^<]+)", answer.text)[1]


def verbs(app, kind="actions."):
    with app.app_context():
        return list(
            db.session.scalars(
                sa.select(Activity.verb).where(Activity.verb.startswith(kind)).order_by(Activity.id)
            )
        )


class TestEntering:
    def test_an_action_is_proposed_and_read(self, app, cast):
        number = proposed(
            cast,
            for_whom="Families",
            rhythm="every two years",
            form="data",
            themes=["housing"],
            funding="joint",
        )
        page = cast.neighbour.gets(f"/actions/{number}", follow_redirects=True)
        assert heading(page) == "Share housing figures"
        for words in ("<em>care</em>", "UNESCO Chair in Human Rights Education, Pretoria", "until May 2030", "Families",
                      "every two years", "Data", "To be raised together", "Proposed"):  # fmt: skip
            assert words in page.text
        assert cast.visitor.gets(f"/actions/{number}", follow_redirects=True).status_code == 404
        assert verbs(app) == ["actions.proposed"]

    def test_a_wrong_tail_leads_to_the_address(self, cast):
        number = proposed(cast)
        assert (
            cast.chair.gets(f"/actions/{number}-x?a=1")
            .headers["Location"]
            .endswith("-share-housing-figures?a=1")
        )

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"title": " "}, "Say in a line what is to be done."),
            ({"title": "x" * 161}, "at most 160 characters"),
            ({"ends": "soon"}, "Write a year, a month or a day"),
            ({"ends": "1200"}, "Write a year, a month or a day"),
            ({"begins": "2031", "ends": "2030"}, "The end lies before the beginning."),
            ({"lead": "Atlantis"}, "There is no member called Atlantis."),
            ({"builds": "/library/987654"}, "Nothing that you can read stands at this address"),
            (
                {"came_from": "https://elsewhere.example/library/x"},
                "Nothing that you can read stands at this address",
            ),
            ({"space": "0"}, "Choose one of the options."),
            ({"audience": "everybody"}, "Choose one of the options."),
            ({"form": "war"}, "Choose one from the list."),
            ({"origin": "77"}, "Choose one of the options."),
        ],
    )
    def test_bad_input_is_explained_and_the_words_kept(self, cast, more, words):
        answer = cast.chair.posts("/actions/new", fields(cast, **more))
        assert answer.status_code == 422 and words in answer.text and "With *care*." in answer.text

    def test_readers_are_those_that_the_group_allows(self, cast):
        wide = cast.chair.posts("/actions/new", fields(cast, space=cast.spaces.circle, audience="public"))
        assert wide.status_code == 422 and "fewer people" in wide.text
        number = proposed(cast, space=cast.spaces.circle, audience="space")
        assert cast.neighbour.gets(f"/actions/{number}", follow_redirects=True).status_code == 200
        assert cast.outsider.gets(f"/actions/{number}").status_code == 404

    def test_who_looks_after_a_group_names_any_member_others_their_own(self, app, cast):
        number = proposed(cast, partners="City of Graz\nNBO")
        with app.app_context():
            sharing = set(
                db.session.scalars(sa.select(Partner.organisation_id).where(Partner.action_id == number))
            )
        assert sharing == {cast.organisations.outsider, cast.organisations.neighbour}
        other = cast.neighbour.posts("/actions/new", fields(cast))
        assert other.status_code == 422 and "You can name members that you may answer for." in other.text
        assert proposed(cast, cast.neighbour, lead="@neighbour-office")

    def test_a_visitor_is_asked_to_sign_in(self, cast):
        assert "/sign-in" in cast.visitor.gets("/actions/new").headers["Location"]
        assert "/sign-in" in cast.visitor.posts("/actions/new", fields(cast)).headers["Location"]

    def test_nobody_proposes_where_nobody_writes(self, app, cast):
        with app.app_context():
            shelf.set_archived(cast.steward.me(), db.session.get(Space, cast.spaces.africa), True)
        assert cast.chair.posts("/actions/new", fields(cast)).status_code == 422


class TestChanging:
    def test_the_lead_changes_it_and_strangers_do_not(self, app, cast):
        number = proposed(cast, cast.neighbour, lead="NBO")
        changed = fields(cast, lead="NBO", title="Share all figures", partners="")
        assert cast.outsider.posts(f"/actions/{number}/edit", changed).status_code == 403
        assert cast.outsider.gets(f"/actions/{number}/edit").status_code == 403
        assert cast.neighbour.posts(f"/actions/{number}/edit", changed).status_code == 303
        assert heading(cast.chair.gets(f"/actions/{number}", follow_redirects=True)) == "Share all figures"

    def test_the_form_holds_what_stands(self, cast):
        number = proposed(cast, partners="GRZ", begins="2029")
        form = cast.chair.gets(f"/actions/{number}/edit").text
        for words in (
            "City of Graz (GRZ)",
            "UNESCO Chair in Human Rights Education, Pretoria (PRC)",
            'value="2029"',
            "With *care*.",
        ):
            assert words in form

    def test_what_its_writer_does_not_see_stays(self, app, cast):
        number = proposed(cast, partners="GRZ")
        with app.app_context():
            from app.members.models import Organisation

            db.session.get(Organisation, cast.organisations.outsider).audience_id = audience.audience_of(
                "person:9999"
            )
            db.session.commit()
        assert cast.chair.posts(f"/actions/{number}/edit", fields(cast, partners="NBO")).status_code == 303
        with app.app_context():
            sharing = set(
                db.session.scalars(sa.select(Partner.organisation_id).where(Partner.action_id == number))
            )
        assert sharing == {cast.organisations.outsider, cast.organisations.neighbour}

    def test_a_seat_that_may_not_answer_carries_nothing(self, app, cast):
        number = proposed(cast, cast.neighbour, lead="NBO")
        with app.app_context():
            from app.members.models import Seat

            db.session.execute(
                sa.update(Seat).where(Seat.person_id == cast.neighbour.id).values(may_answer=False)
            )
            db.session.commit()
        assert cast.neighbour.posts(f"/actions/{number}/state", {"state": "going"}).status_code == 403

    def test_a_narrower_audience_takes_sight_from_others(self, app, cast):
        number = proposed(cast)
        assert cast.outsider.gets(f"/actions/{number}", follow_redirects=True).status_code == 200
        cast.chair.posts(f"/actions/{number}/edit", fields(cast, audience="space"))
        assert cast.outsider.gets(f"/actions/{number}").status_code == 404
        assert "thing.gone" in verbs(app, "thing.")

    def test_a_group_that_fewer_see_takes_its_actions_along(self, app, cast):
        number = proposed(cast, audience="public")
        with app.app_context():
            change_space(cast.steward.me(), db.session.get(Space, cast.spaces.africa), sight="private")
        assert cast.outsider.gets(f"/actions/{number}").status_code == 404
        assert "Share housing figures" not in cast.visitor.gets("/actions").text
        assert cast.neighbour.gets(f"/actions/{number}", follow_redirects=True).status_code == 200

    def test_taken_away_it_leaves_no_words(self, app, cast):
        number = proposed(cast, audience="public")
        tell(app)
        assert "Share housing figures" in cast.outsider.gets("/search?q=housing+figures").text.replace(
            "<mark>", ""
        ).replace("</mark>", "")
        assert cast.outsider.posts(f"/actions/{number}/remove").status_code == 403
        assert "Take the action" in cast.chair.gets(f"/actions/{number}/remove").text
        assert cast.chair.posts(f"/actions/{number}/remove").status_code == 303
        tell(app)
        assert cast.chair.gets(f"/actions/{number}").status_code == 404
        with app.app_context():
            assert not db.session.scalar(
                sa.select(Activity.id).where(Activity.title.contains("housing figures"))
            )
        assert "housing figures</a>" not in cast.outsider.gets("/search?q=housing+figures").text


class TestStatus:
    def test_its_history_keeps_when_who_and_why(self, app, cast):
        number = proposed(cast)
        for state, why in (
            ("agreed", "All want it."),
            ("going", ""),
            ("held", "No means."),
            ("done", "Published."),
        ):
            assert (
                cast.chair.posts(f"/actions/{number}/state", {"state": state, "why": why}).status_code == 303
            )
        page = cast.neighbour.gets(f"/actions/{number}", follow_redirects=True).text
        history = page[page.index('id="history"') :]
        assert [history.index(word) for word in ("Published.", "No means.", "All want it.")] == sorted(
            history.index(word) for word in ("Published.", "No means.", "All want it.")
        )
        with app.app_context():
            assert list(db.session.scalars(sa.select(Step.state).order_by(Step.id))) == [
                "proposed", "agreed", "going", "held", "done"
            ]  # fmt: skip

    @pytest.mark.parametrize("state", ["held", "dropped"])
    def test_waiting_and_giving_up_need_a_reason(self, cast, state):
        number = proposed(cast)
        answer = cast.chair.posts(f"/actions/{number}/state", {"state": state, "why": " "})
        assert answer.status_code == 422 and "Say in a sentence why." in answer.text

    def test_so_does_taking_up_what_was_over(self, app, cast):
        number = proposed(cast)
        cast.chair.posts(f"/actions/{number}/state", {"state": "done"})
        assert cast.chair.posts(f"/actions/{number}/state", {"state": "going"}).status_code == 422
        assert (
            cast.chair.posts(f"/actions/{number}/state", {"state": "going", "why": "Again."}).status_code
            == 303
        )
        with app.app_context(), pytest.raises(acts.NeedsReason):
            acts.set_state(cast.chair.me(), db.session.get(Action, number), "dropped")

    def test_an_unknown_status_is_none(self, cast):
        number = proposed(cast)
        assert cast.chair.posts(f"/actions/{number}/state", {"state": "burning"}).status_code == 422
        assert cast.outsider.posts(f"/actions/{number}/state", {"state": "done"}).status_code == 403
        assert cast.chair.posts("/actions/99999/state", {"state": "done"}).status_code == 404
        assert cast.chair.posts(f"/actions/{'9' * 30}/state", {"state": "done"}).status_code == 404


class TestNotes:
    def test_the_public_view_hides_internal_notes(self, app, cast):
        number = proposed(cast, audience="public", partners="NBO")
        for body, readers in (("Said to all.", "all"), ("Said inside.", "inside")):
            sent = {"body": body, "readers": readers, "language": "en"}
            assert cast.neighbour.posts(f"/actions/{number}/notes", sent).status_code == 303
        for seat, inside in ((cast.chair, True), (cast.neighbour, True), (cast.steward, True), (cast.outsider, False),
                             (cast.visitor, False)):  # fmt: skip
            page = seat.gets(f"/actions/{number}", follow_redirects=True).text
            assert "Said to all." in page and ("Said inside." in page) == inside
        tell(app)
        assert (
            "Said inside." not in cast.outsider.gets("/").text and "Said inside." in cast.chair.gets("/").text
        )
        assert "Said inside." not in cast.visitor.gets("/feed.atom").text
        found = cast.outsider.gets("/search?q=said+inside").text
        assert "Said inside." not in re.sub("</?mark>", "", found)

    def test_they_follow_who_takes_part(self, app, cast):
        number = proposed(cast, audience="public", partners="NBO")
        cast.chair.posts(
            f"/actions/{number}/notes", {"body": "Said inside.", "readers": "inside", "language": "en"}
        )
        cast.chair.posts(f"/actions/{number}/edit", fields(cast, audience="public", partners="GRZ"))
        assert "Said inside." not in cast.neighbour.gets(f"/actions/{number}", follow_redirects=True).text
        assert "Said inside." in cast.outsider.gets(f"/actions/{number}", follow_redirects=True).text

    def test_widening_the_action_never_widens_them(self, app, cast):
        number = proposed(cast, audience="space")
        cast.chair.posts(
            f"/actions/{number}/notes", {"body": "Said inside.", "readers": "inside", "language": "en"}
        )
        cast.chair.posts(f"/actions/{number}/edit", fields(cast, audience="public"))
        assert "Said inside." not in cast.visitor.gets(f"/actions/{number}", follow_redirects=True).text
        with app.app_context():
            fact = db.session.scalars(sa.select(Activity).where(Activity.verb == "actions.noted")).one()
            assert "public" not in audience.rooms_of(fact.audience_id)

    def test_strangers_write_none(self, cast):
        number = proposed(cast)
        assert (
            cast.outsider.posts(f"/actions/{number}/notes", {"body": "x", "readers": "all"}).status_code
            == 403
        )
        empty = cast.chair.posts(
            f"/actions/{number}/notes", {"body": " ", "readers": "all", "language": "en"}
        )
        assert empty.status_code == 422 and "Write a few words." in empty.text

    def test_a_note_is_taken_away_by_its_writer_and_the_lead(self, app, cast):
        number = proposed(cast, partners="NBO")
        cast.neighbour.posts(
            f"/actions/{number}/notes", {"body": "Gone soon.", "readers": "all", "language": "en"}
        )
        with app.app_context():
            note = db.session.scalar(sa.select(Note.id))
        assert cast.outsider.posts(f"/actions/{number}/notes/{note}/remove").status_code == 403
        assert cast.chair.posts(f"/actions/{number}/notes/{note + 9}/remove").status_code == 404
        assert "Take the note away?" in cast.chair.gets(f"/actions/{number}/notes/{note}/remove").text
        assert cast.chair.posts(f"/actions/{number}/notes/{note}/remove").status_code == 303
        assert "Gone soon." not in cast.chair.gets(f"/actions/{number}", follow_redirects=True).text
        with app.app_context():
            assert not db.session.scalar(sa.select(Activity.id).where(Activity.excerpt.contains("Gone soon")))


class TestMilestonesAndEvidence:
    def test_a_milestone_is_added_reached_and_taken_off(self, app, cast):
        number = proposed(cast)
        base = f"/actions/{number}/milestones"
        assert cast.chair.posts(base, {"title": "First draft", "day": "2019-02"}).status_code == 303
        page = cast.chair.gets(f"/actions/{number}", follow_redirects=True).text
        assert "First draft" in page and "February 2019" in page and "Not reached yet" in page
        with app.app_context():
            mark = db.session.scalar(sa.select(Milestone.id))
        assert cast.outsider.posts(f"{base}/{mark}/reached").status_code == 403
        assert cast.chair.posts(f"{base}/{mark}/reached").status_code == 303
        assert "actions.reached" in verbs(app)
        other = proposed(cast, title="Another")
        assert cast.chair.posts(f"/actions/{other}/milestones/{mark}/remove").status_code == 404
        assert cast.chair.posts(f"{base}/{mark}/remove").status_code == 303
        assert "First draft" not in cast.chair.gets(f"/actions/{number}", follow_redirects=True).text
        assert cast.chair.posts(base, {"title": "x", "day": "some day"}).status_code == 422

    def test_there_is_an_end_to_them(self, cast, monkeypatch):
        number = proposed(cast)
        monkeypatch.setattr(progress, "MOST_MILESTONES", 1)
        sent = {"title": "One", "day": "2030"}
        assert cast.chair.posts(f"/actions/{number}/milestones", sent).status_code == 303
        assert cast.chair.posts(f"/actions/{number}/milestones", sent).status_code == 422

    def test_what_shows_it_is_seen_by_who_may_read_it(self, app, cast):
        number = proposed(cast, audience="public", partners="NBO")
        hidden = proposed(cast, space=cast.spaces.circle, audience="space", title="A secret deed")
        sent = {"address": f"/actions/{hidden}"}
        assert cast.outsider.posts(f"/actions/{number}/evidence", sent).status_code == 403
        assert cast.neighbour.posts(f"/actions/{number}/evidence", sent).status_code == 303
        assert "A secret deed" in cast.chair.gets(f"/actions/{number}", follow_redirects=True).text
        assert "A secret deed" not in cast.outsider.gets(f"/actions/{number}", follow_redirects=True).text
        assert cast.chair.posts(f"/actions/{number}/evidence", {"address": "/library/9"}).status_code == 422
        cast.chair.posts(f"/actions/{number}/evidence/remove", {"ref": f"action:{hidden}"})
        assert "A secret deed" not in cast.chair.gets(f"/actions/{number}", follow_redirects=True).text

    def test_it_is_chosen_on_the_page_of_what_shows_it(self, cast):
        number, theirs = (
            proposed(cast, audience="public", partners="NBO"),
            proposed(cast, title="Quite another"),
        )
        paper = papers.published(cast, cast.chair, title="Ten figures")
        inner = papers.published(cast, cast.chair, space="circle", sight="space")
        path = f"/actions/evidence?of={papers.document(cast, paper).url}"
        assert path in cast.neighbour.gets(f"/library/{paper}", follow_redirects=True).text
        assert "/actions/evidence" not in cast.visitor.gets(f"/library/{paper}", follow_redirects=True).text
        page = cast.neighbour.gets(path).text
        assert "Share housing figures" in page and f'action="/actions/{number}/evidence"' in page
        assert f'action="/actions/{theirs}/evidence"' not in page  # a city that takes no part in it
        assert "No action that you carry" in cast.outsider.gets(path).text
        for wrong in ("", "x", "/library/999", f"/library/{inner}"):
            assert cast.outsider.gets(f"/actions/evidence?of={wrong}").status_code == 404
        address = re.search(r'name="address" value="([^"]+)"', page)[1]
        assert cast.neighbour.posts(f"/actions/{number}/evidence", {"address": address}).status_code == 303
        assert "Ten figures" in cast.chair.gets(f"/actions/{number}", follow_redirects=True).text

    def test_it_is_talked_about(self, cast):
        number = proposed(cast)
        about = f"action:{number}"
        assert "Share housing figures" in cast.neighbour.gets(f"/discussions/new?about={about}").text
        sent = {"title": "How do we begin?", "topic": "housing", "body": "Words.", "space": cast.spaces.africa,
                "audience": "members", "language": "en", "organisation": "0", "about": about}  # fmt: skip
        answer = cast.neighbour.posts("/discussions/new", sent)
        assert answer.status_code == 303
        assert "How do we begin?" in cast.chair.gets(f"/actions/{number}", follow_redirects=True).text
        assert (
            "Share housing figures" in cast.chair.gets(answer.headers["Location"], follow_redirects=True).text
        )


class TestTakingPart:
    def test_a_member_takes_part_and_leaves(self, app, cast):
        number = proposed(cast, audience="public")
        house = {"organisation": cast.organisations.outsider}
        assert (
            "City of Graz takes part" in cast.outsider.gets(f"/actions/{number}", follow_redirects=True).text
        )
        assert cast.outsider.posts(f"/actions/{number}/join", house).status_code == 303
        assert "City of Graz" in cast.visitor.gets(f"/actions/{number}", follow_redirects=True).text
        assert verbs(app) == ["actions.proposed", "actions.joined"]
        assert (
            cast.outsider.posts(
                f"/actions/{number}/join", {"organisation": cast.organisations.steward}
            ).status_code
            == 404
        )
        assert cast.outsider.posts(f"/actions/{number}/leave", house).status_code == 303
        with app.app_context():
            assert db.session.scalar(sa.select(sa.func.count()).select_from(Partner)) == 0

    def test_not_in_what_is_over(self, cast):
        number = proposed(cast)
        cast.chair.posts(f"/actions/{number}/state", {"state": "done"})
        house = {"organisation": cast.organisations.outsider}
        assert cast.outsider.posts(f"/actions/{number}/join", house).status_code == 403


class TestDecisions:
    def test_hidden_with_its_notes_and_put_back(self, app, cast):
        number = proposed(cast, audience="public")
        cast.chair.posts(
            f"/actions/{number}/notes", {"body": "Inside.", "readers": "inside", "language": "en"}
        )
        assert (
            cast.outsider.posts(
                "/report", {"ref": f"action:{number}", "reason": "hate", "words": "x"}
            ).status_code
            == 303
        )
        with app.app_context():
            from app.moderation.models import Case

            case = db.session.scalar(sa.select(Case.id))
        decided = {"deed": "hide", "reason": "hate", "words": "It insults.", "days": "7"}
        assert cast.steward.posts(f"/moderation/{case}", decided).status_code == 303
        assert cast.outsider.gets(f"/actions/{number}").status_code == 404
        assert "Share housing figures" not in cast.visitor.gets("/actions").text
        assert cast.chair.posts(f"/actions/{number}/state", {"state": "going"}).status_code == 403
        with app.app_context():
            note = db.session.scalars(sa.select(Note)).one()
            assert audience.is_apart(note.audience_id)
        assert (
            cast.steward.posts(f"/moderation/{case}/restore", {"words": "It was quoted."}).status_code == 303
        )
        assert cast.outsider.gets(f"/actions/{number}", follow_redirects=True).status_code == 200
        with app.app_context():
            assert not audience.is_apart(db.session.scalars(sa.select(Note)).one().audience_id)
