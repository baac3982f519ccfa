"""What an action needs, and what members offer: both sides hear of it, and see what is theirs to see."""

import re

import pytest
import sqlalchemy as sa

from app.actions import needed
from app.actions.models import Action
from app.actions.need_models import Need, Pledge
from app.core.activity import Activity
from app.extensions import db
from app.notifications.models import Notice
from tests.counting import statements
from tests.deeds import proposed
from tests.seat import tell

ROOM = {"form": "venue", "what": "A room for 40 people", "until": "2030-03"}


def asked(cast, number, **more):
    """Ask for something; return the number of the need."""
    assert cast.chair.posts(f"/actions/{number}/needs", {**ROOM, **more}).status_code == 303
    with cast.app.app_context():
        return db.session.scalar(sa.select(sa.func.max(Need.id)))


def offered(cast, seat, number, need, words="We have one."):
    """Offer something for the organisation of a seat; return the answer."""
    house = getattr(cast.organisations, seat.name)
    return seat.posts(f"/actions/{number}/needs/{need}/offers", {"organisation": house, "words": words})


def pledge(cast):
    with cast.app.app_context():
        return db.session.scalar(sa.select(sa.func.max(Pledge.id)))


def page(seat, number):
    return seat.gets(f"/actions/{number}", follow_redirects=True).text


def heard(app, seat):
    tell(app)
    with app.app_context():
        mine = sa.select(Notice.verb).where(Notice.person_id == seat.id, Notice.verb.startswith("actions."))
        return list(db.session.scalars(mine.order_by(Notice.id)))


@pytest.fixture
def number(cast):
    return proposed(cast, audience="public")


class TestAsking:
    def test_a_need_stands_on_the_page_and_in_the_list(self, app, cast, number):
        asked(cast, number)
        for text in (page(cast.visitor, number), cast.visitor.gets("/actions/needs").text):
            assert "A room for 40 people" in text and "until March 2030" in text and "A venue" in text
        assert "asks for something that a joint action needs" in cast.outsider.gets("/").text

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"what": ""}, "Say in a line what is needed."),
            ({"form": "x"}, "Choose one from the list."),
            ({"until": "soon"}, "Write a year"),
        ],
    )
    def test_bad_input_is_explained(self, cast, number, more, words):
        answer = cast.chair.posts(f"/actions/{number}/needs", {**ROOM, **more})
        assert answer.status_code == 422 and words in answer.text

    def test_only_who_leads_asks(self, cast, number):
        assert cast.outsider.posts(f"/actions/{number}/needs", ROOM).status_code == 403
        need = asked(cast, number)
        for state in ("met", "closed", "open"):
            assert cast.outsider.posts(f"/actions/{number}/needs/{need}/{state}").status_code == 403
            assert cast.chair.posts(f"/actions/{number}/needs/{need}/{state}").status_code == 303
        assert cast.chair.posts(f"/actions/{number}/needs/{need + 9}/met").status_code == 404

    def test_there_is_an_end(self, cast, number, monkeypatch):
        monkeypatch.setattr(needed, "MOST", 1)
        asked(cast, number)
        answer = cast.chair.posts(f"/actions/{number}/needs", ROOM)
        assert answer.status_code == 422 and "as many as fit" in answer.text

    def test_what_is_met_or_hidden_is_in_no_list(self, cast, number):
        need = asked(cast, number)
        hidden = proposed(cast, space=cast.spaces.circle, audience="space", title="Hidden deed")
        asked(cast, hidden, what="A secret room")
        assert "A secret room" in cast.neighbour.gets("/actions/needs").text
        assert "A secret room" not in cast.outsider.gets("/actions/needs").text
        cast.chair.posts(f"/actions/{number}/needs/{need}/met")
        assert "Nothing is asked for at the moment" in cast.visitor.gets("/actions/needs").text

    def test_as_many_questions_for_ten_as_for_one(self, app, cast, number):
        counts = []
        for many in (1, 9):
            for _ in range(many):
                need = asked(cast, number)
                offered(cast, cast.outsider, number, need)
            with app.app_context():
                engine = db.engine
            page(cast.chair, number)
            with statements(engine) as said:
                page(cast.chair, number)
            counts.append(len(said))
        assert counts[0] == counts[1], counts


class TestOffering:
    def test_from_the_offer_to_what_came(self, app, cast, number):
        need = asked(cast, number)
        assert offered(cast, cast.outsider, number, need).status_code == 303
        assert heard(app, cast.chair) == ["actions.pledged"]
        assert "City of Graz" not in page(cast.visitor, number)  # for both sides, until it is accepted
        assert "We have one." not in page(cast.neighbour, number)
        assert "We have one." in page(cast.outsider, number) and "We have one." in page(cast.chair, number)
        path = f"/actions/{number}/needs/{need}/offers/{pledge(cast)}"
        assert cast.outsider.posts(f"{path}/accepted").status_code == 403
        assert cast.chair.posts(f"{path}/accepted").status_code == 303
        assert heard(app, cast.outsider) == ["actions.answered"]
        assert "We have one." in page(cast.visitor, number)
        assert cast.chair.posts(f"{path}/delivered").status_code == 303
        text = page(cast.visitor, number)
        assert "Delivered" in text and "Met" in text
        assert "thanks for what a joint action needed and got" in cast.neighbour.gets("/").text

    def test_taken_back_and_made_anew(self, app, cast, number):
        need = asked(cast, number)
        offered(cast, cast.outsider, number, need)
        path = f"/actions/{number}/needs/{need}/offers/{pledge(cast)}"
        assert cast.neighbour.posts(f"{path}/withdrawn").status_code == 404
        assert cast.outsider.posts(f"{path}/withdrawn").status_code == 303
        assert cast.chair.posts(f"{path}/accepted").status_code == 422
        assert offered(cast, cast.outsider, number, need, "Another one.").status_code == 303
        with app.app_context():
            assert db.session.scalars(sa.select(Pledge.words)).all() == ["Another one."]

    def test_declined_it_is_seen_by_both_sides_alone(self, cast, number):
        need = asked(cast, number)
        offered(cast, cast.outsider, number, need)
        cast.chair.posts(f"/actions/{number}/needs/{need}/offers/{pledge(cast)}/declined")
        assert "Declined" in page(cast.outsider, number) and "We have one." not in page(
            cast.neighbour, number
        )

    def test_what_nobody_asks_for_is_not_offered(self, cast, number):
        need = asked(cast, number)
        cast.chair.posts(f"/actions/{number}/needs/{need}/closed")
        answer = offered(cast, cast.outsider, number, need)
        assert answer.status_code == 422 and "settled meanwhile" in answer.text

    def test_an_offer_needs_words_and_a_seat_that_may_answer(self, app, cast, number):
        need = asked(cast, number)
        empty = offered(cast, cast.outsider, number, need, " ")
        assert empty.status_code == 422 and "Say in a sentence what you offer." in empty.text
        sent = {"organisation": cast.organisations.chair, "words": "x"}
        assert cast.outsider.posts(f"/actions/{number}/needs/{need}/offers", sent).status_code == 404
        other = proposed(cast, title="Another")
        assert offered(cast, cast.outsider, other, need).status_code == 404
        cast.chair.posts(f"/actions/{number}/state", {"state": "done"})
        assert offered(cast, cast.outsider, number, need).status_code == 403

    def test_taken_away_the_action_takes_the_words_along(self, app, cast, number):
        need = asked(cast, number)
        offered(cast, cast.outsider, number, need)
        cast.chair.posts(f"/actions/{number}/remove")
        with app.app_context():
            assert db.session.get(Action, number).removed
            assert db.session.scalars(sa.select(Need.title)).all() == [""]
            assert db.session.scalars(sa.select(Pledge.words)).all() == [""]
            assert not db.session.scalar(sa.select(Activity.id).where(Activity.excerpt.contains("A room")))
        assert re.search("Nothing is asked for", cast.visitor.gets("/actions/needs").text)
