"""Who may do what with a space, and one rule for sight in every channel that names spaces."""

import pytest
import sqlalchemy as sa

from app.core.database import atomic
from app.core.languages import in_language
from app.core.policy import Visitor, allowed
from app.extensions import db
from app.members import mentions
from app.spaces import queries
from app.spaces.models import Space

# act → who may, by space. "inside" is checked by sight before, so a private space never comes to the rule for others.
MAY = {
    "space.join": {"africa": {"chair", "neighbour", "outsider", "steward"}, "circle": set()},
    "space.ask": {"africa": set(), "circle": set()},
    "space.leave": {"africa": {"chair", "neighbour", "outsider", "steward"}, "network": set()},
    "space.meet": {"africa": {"chair", "neighbour", "outsider", "steward"}, "circle": {"chair", "neighbour"}},
    "space.people": {"africa": {"chair", "steward"}, "circle": {"chair"}, "europe": {"outsider", "steward"}},
    "space.enter": {"africa": {"steward"}, "circle": {"steward"}},
    "space.create": {"africa": {"chair", "outsider", "steward"}},
    "space.found": {"africa": {"chair", "steward"}, "circle": {"chair"}, "europe": {"outsider", "steward"}},
    "space.edit": {"africa": {"chair", "steward"}, "circle": {"chair"}},
    "space.move": {"africa": set(), "circle": {"chair"}, "network": set()},
    "space.archive": {"africa": {"steward"}, "circle": {"chair"}, "network": set()},
    "space.unite": {"network": {"steward"}},
    "space.describe": {"africa": {"chair", "steward"}, "circle": set(), "network": {"steward"}},
    "space.knock": {"africa": {"chair", "neighbour", "outsider", "steward"}},
    "space.follow": {"africa": {"chair", "neighbour", "outsider", "steward"}},
}


def actors(cast):
    named = {seat.name: seat.me() for seat in (cast.chair, cast.neighbour, cast.outsider, cast.steward)}
    return {**named, "visitor": Visitor()}


@pytest.mark.parametrize("act", MAY)
def test_the_table_says_who_may(app, cast, act):
    with app.app_context():
        with atomic():
            db.session.get(Space, cast.spaces.circle).joining = "invite"
        for name, expected in MAY[act].items():
            space = db.session.get(Space, getattr(cast.spaces, name))
            assert {who for who, me in actors(cast).items() if allowed(me, act, space)} == expected, name


def test_who_asks_is_let_ask_only_where_requests_are_taken(app, cast):
    with app.app_context():
        space = db.session.get(Space, cast.spaces.africa)
        space.joining = "request"
        may = {who for who, me in actors(cast).items() if allowed(me, "space.ask", space)}
        assert may == {"chair", "neighbour", "outsider", "steward"}
        assert {who for who, me in actors(cast).items() if allowed(me, "space.join", space)} == {"steward"}


def test_one_rule_in_every_channel(app, cast):
    """A check on one space, a condition on a query, the tree, mentions and the page agree for everybody."""
    with app.app_context(), in_language("en"):
        names = {space.id: space.name for space in db.session.scalars(sa.select(Space))}
        seen = {}
        for seat in cast.everybody:
            viewer = seat.me().viewer
            spaces = db.session.scalars(sa.select(Space)).all()
            one = {space.id for space in spaces if space.readable_by(viewer)}
            many = set(db.session.scalars(sa.select(Space.id).where(Space.visible_to(viewer))))
            listed = {entry.id for top in queries.tree(viewer) for entry in (top, *top.below)}
            called = {hit.name for name in names.values() for hit in mentions.find(viewer, name)}
            assert one == many == listed
            assert called & set(names.values()) == {names[number] for number in one}
            seen[seat] = one
    for seat, expected in seen.items():
        pages = {
            number
            for number in names
            if seat.gets(f"/groups/{number}-{names[number].lower()}").status_code == 200
        }
        assert pages == expected, seat.name
        assert all(
            (name in seat.gets("/groups").text) == (number in expected) for number, name in names.items()
        )
