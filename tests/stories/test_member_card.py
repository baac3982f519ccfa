"""The card of a member on the map: how far its actions are, the plan of its coalition, what is new, practices, contact."""

import pytest
import sqlalchemy as sa

from app.actions import acts as actions
from app.core.database import atomic
from app.extensions import db
from app.library import ending, vocabularies
from app.library.models import Term
from app.members.models import Organisation
from app.spaces.models import Space
from tests import deeds
from tests.counting import statements
from tests.papers import acted, published

CARD = "good-practice-card"


def card(cast, who):
    answer = who.client.get(f"/members/cards?id={cast.organisations.chair}")
    assert answer.status_code == 200
    return answer.text


def act(cast, state="", who="chair", **more):
    """Let the chair lead one more action, in a state."""
    with cast.app.app_context():
        one = deeds.entered(cast, who, **{"lead_id": cast.organisations.chair, **more})
        if state:
            actions.set_state(getattr(cast, who).me(), one, state, "Agreed so.")


def practice(cast, title, **more):
    return published(cast, cast.chair, title=title, type=CARD, official=True, **more)


class TestActions:
    def test_a_card_says_how_many_are_done(self, cast):
        for state in ("", "going", "done", "dropped"):
            act(cast, state)
        text = card(cast, cast.outsider)
        assert "1 of 3 are done" in text and '<progress value="1" max="3"' in text

    def test_those_that_it_takes_part_in_count_too(self, cast):
        act(cast, "done", lead_id=cast.organisations.neighbour, partner_ids=[cast.organisations.chair])
        assert "1 of 1 is done" in card(cast, cast.outsider)

    def test_each_reader_counts_what_is_in_sight(self, cast):
        act(cast, "done")
        act(cast, audience="space")
        assert "1 of 2 are done" in card(cast, cast.chair)
        assert "1 of 1 is done" in card(cast, cast.outsider)
        assert "done" not in card(cast, cast.visitor)


class TestPractices:
    def test_the_newest_two_stand_there(self, cast):
        for title in ("Oldest practice", "Second practice", "Newest practice"):
            practice(cast, title)
        published(cast, cast.chair, title="A report of ours", type="report", official=True)
        text = card(cast, cast.outsider)
        assert text.index("Newest practice") < text.index("Second practice")
        listed = text[text.index("Good practices") :]
        assert "Oldest practice" not in listed and "A report of ours" not in listed

    def test_only_what_its_reader_may_read(self, cast):
        practice(cast, "For everybody", sight="public")
        practice(cast, "For members")
        practice(cast, "For the group", space="africa", sight="space")
        assert "For the group" in card(cast, cast.chair)
        assert "For the group" not in card(cast, cast.outsider) and "For members" in card(cast, cast.outsider)
        text = card(cast, cast.visitor)
        assert "For everybody" in text and "For members" not in text

    def test_a_withdrawn_one_is_left_out(self, cast):
        number = practice(cast, "Taken back")
        acted(cast, cast.chair, ending.withdraw, number, "No longer true.")
        text = card(cast, cast.outsider)
        assert "Good practices" not in text

    def test_a_type_that_became_another_is_followed(self, app, cast):
        practice(cast, "Under its new type")
        with app.app_context():
            mine = sa.select(Term).where(Term.vocabulary == "type")
            old = db.session.scalar(mine.where(Term.key == CARD))
            new = vocabularies.add(cast.steward.me(), "type", {"en": "Practice"})
            vocabularies.merge(cast.steward.me(), old, new)
        assert "Good practices" in card(cast, cast.outsider)


class TestRest:
    def test_the_plan_of_its_coalition(self, app, cast):
        with app.app_context(), atomic():
            group = db.session.get(Space, cast.spaces.africa)
            group.facts = {**group.facts, "plan": {"title": "Ten-Point Plan of Action"}}
            key = group.key
            db.session.get(Organisation, cast.organisations.chair).coalition = key
        text = card(cast, cast.visitor)
        assert f'href="/groups/{cast.spaces.africa}-' in text and "Ten-Point Plan of Action" in text
        with app.app_context(), atomic():
            db.session.get(Space, cast.spaces.africa).facts = {"plan": ["of another shape"]}
        assert "<dt>Plan" not in card(cast, cast.visitor)

    def test_its_website_is_a_contact_for_everybody(self, app, cast):
        with app.app_context(), atomic():
            db.session.get(Organisation, cast.organisations.chair).website = "https://chair.example/"
        assert 'href="https://chair.example/"' in card(cast, cast.visitor)

    def test_what_there_is_not_has_no_line(self, cast):
        assert "<dt>" not in card(cast, cast.visitor) and "<progress" not in card(cast, cast.visitor)


@pytest.mark.parametrize("who", ["chair", "visitor"])
def test_ten_times_as_much_costs_no_more_statements(app, cast, who):
    with app.app_context():
        engine = db.engine
    counts = []
    for times in (1, 9):
        for number in range(times):
            act(cast, "done", title=f"Action {times} {number}")
            practice(cast, f"Practice {times} {number}", sight="public")
        card(cast, getattr(cast, who))
        with statements(engine) as said:
            card(cast, getattr(cast, who))
        counts.append(len(said))
    assert counts[0] == counts[1]
