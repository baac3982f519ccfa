"""Groups whose members follow from an attribute of their organisations: in, out again, and never against somebody's wish."""

import pytest
import sqlalchemy as sa

from app.core.activity import Activity
from app.core.database import atomic
from app.extensions import db
from app.members import acts as members
from app.members import profile, seats
from app.members.models import Organisation, Seat
from app.spaces import acts, automatic
from app.spaces.models import Membership, Space
from tests.seat import tell


@pytest.fixture
def group(app, cast):
    """An automatic group for the cities of the African coalition: neighbour's is one, chair's is none."""
    with app.app_context():
        africa = db.session.get(Space, cast.spaces.africa)
        made = acts.found_group(
            cast.steward.me(), name="Cities", parent=africa, summary="x", sight="private", joining="automatic",
            rule={"coalition": "AFRICA", "kind": "city"},
        )  # fmt: skip
        return made.id


def inside(app, number):
    with app.app_context():
        rows = db.session.scalars(
            sa.select(Membership.person_id).where(Membership.space_id == number, Membership.state == "in")
        )
        people = set(rows)
        assert db.session.get(Space, number).members == len(people)
        return people


def change(app, cast, name, **values):
    with app.app_context():
        one = db.session.get(Organisation, getattr(cast.organisations, name))
        themes = values.pop("themes", [])
        members.change_organisation(cast.steward.me(), one, themes=themes, languages=[], **values)
    tell(app)


def test_who_is_meant_is_in_at_once_and_nobody_else(app, cast, group):
    assert inside(app, group) == {cast.steward.id, cast.neighbour.id}
    tell(app)
    assert inside(app, group) == {cast.steward.id, cast.neighbour.id}
    assert cast.neighbour.gets(f"/groups/{group}-cities").status_code == 200
    with app.app_context():
        told = db.session.scalars(sa.select(Activity.actor_id).where(Activity.verb == "spaces.joined"))
        assert cast.neighbour.id not in set(told)  # nobody did it, so nobody is told


def test_an_organisation_that_changes_takes_its_people_along(app, cast, group):
    change(app, cast, "outsider", coalition="AFRICA")
    assert cast.outsider.id in inside(app, group)
    change(app, cast, "outsider", coalition="ECCAR")
    assert cast.outsider.id not in inside(app, group)
    assert cast.outsider.gets(f"/groups/{group}").status_code == 403
    change(app, cast, "outsider", coalition="AFRICA")
    assert cast.outsider.id in inside(app, group)


def test_a_seat_that_is_given_or_ends_counts(app, cast, group):
    with app.app_context():
        town = db.session.get(Organisation, cast.organisations.neighbour)
        seat = members.give_seat(cast.steward.me(), cast.chair.me(), town, role="member")
        number = seat.id
    tell(app)
    assert cast.chair.id in inside(app, group)
    with app.app_context():
        seats.end(cast.steward.me(), db.session.get(Seat, number))
    tell(app)
    assert cast.chair.id not in inside(app, group)


def test_who_left_or_was_taken_out_stays_out(app, cast, group):
    assert cast.neighbour.posts(f"/groups/{group}/leave").status_code == 303
    change(app, cast, "neighbour", website="https://a.example.org")
    with app.app_context():
        automatic.settle_all()
    assert inside(app, group) == {cast.steward.id}
    change(app, cast, "outsider", coalition="AFRICA")
    assert cast.steward.posts(f"/groups/{group}/people/{cast.outsider.id}/remove").status_code == 303
    change(app, cast, "outsider", website="https://b.example.org")
    assert inside(app, group) == {cast.steward.id}
    assert cast.steward.posts(f"/groups/{group}/people", {"handle": "neighbour"}).status_code == 303
    assert cast.neighbour.id in inside(app, group)
    change(app, cast, "neighbour", coalition="ECCAR")  # added by hand: no rule takes that away
    assert cast.neighbour.id in inside(app, group)


def test_losing_the_last_seat_is_not_leaving_for_good(app, cast, group):
    with app.app_context():
        seat = db.session.scalar(sa.select(Seat).where(Seat.person_id == cast.neighbour.id))
        seats.end(cast.steward.me(), seat)
    tell(app)
    assert cast.neighbour.id not in inside(app, group)
    with app.app_context():
        town, who = db.session.get(Organisation, cast.organisations.neighbour), cast.neighbour.me()
        members.give_seat(cast.steward.me(), who, town, role="member")
    tell(app)
    assert cast.neighbour.id in inside(app, group)


def test_a_theme_or_a_country_can_be_asked_for(app, cast, group):
    with app.app_context():
        key = profile.themes()[0].key
        space = db.session.get(Space, group)
        with atomic():
            space.rule = {"theme": key, "country": "AT"}
        assert automatic.meant(space.rule) == 0
    change(app, cast, "chair", country="AT", themes=[key])
    assert inside(app, group) == {cast.steward.id, cast.chair.id}
    with app.app_context():
        assert automatic.meant(db.session.get(Space, group).rule) == 1


def test_the_rule_is_written_into_the_form(app, cast, group):
    page = cast.steward.gets(f"/groups/{group}/edit").text
    assert 'name="rule_country"' in page and "The rule means 1 person now." in page
    any_of = dict.fromkeys(
        [f"rule_{name}" for name in ("coalition", "kind", "region", "country", "theme")], ""
    )
    words = {"name": "Cities", "summary": "x", "sight": "private", "joining": "automatic", **any_of}
    assert "Choose below whose" in cast.steward.posts(f"/groups/{group}/edit", words).text
    odd = cast.steward.posts(f"/groups/{group}/edit", {**words, "rule_kind": "king"})
    assert odd.status_code == 422
    with app.app_context():
        theme = {"rule_kind": "chair", "rule_theme": profile.themes()[0].key}
    refused = cast.steward.posts(f"/groups/{group}/edit", {**words, **theme})
    assert refused.status_code == 422 and "choose their themes themselves" in refused.text
    answer = cast.steward.posts(f"/groups/{group}/edit", {**words, "rule_kind": "chair"})
    assert answer.status_code == 303
    assert inside(app, group) == {cast.steward.id, cast.chair.id}
    assert cast.steward.posts(f"/groups/{group}/edit", {**words, "joining": "invite"}).status_code == 303
    change(app, cast, "outsider", form="chair")
    assert inside(app, group) == {cast.steward.id, cast.chair.id}


def test_facilitators_take_in_people_of_their_own_coalition_only(app, cast):
    words = {"name": "All", "summary": "x", "sight": "members", "joining": "automatic", "form": "group",
             "parent": cast.spaces.africa}  # fmt: skip
    with app.app_context(), atomic():
        db.session.get(Space, cast.spaces.africa).key = "AFRICA"
        db.session.get(Space, cast.spaces.europe).key = "ECCAR"
    refused = cast.chair.posts("/groups/new", {**words, "rule_coalition": "ECCAR"})
    assert refused.status_code == 422
    answer = cast.chair.posts("/groups/new", {**words, "rule_kind": "city"})
    number = int(answer.location.split("/")[2].partition("-")[0])
    with app.app_context():
        assert db.session.get(Space, number).rule == {"coalition": "AFRICA", "kind": "city"}
    assert inside(app, number) == {cast.chair.id, cast.neighbour.id}
    with app.app_context(), atomic():
        circle = db.session.get(Space, cast.spaces.circle)
        circle.parent_id = None
    refused = cast.chair.posts("/groups/new", {**words, "parent": cast.spaces.circle, "rule_kind": "city"})
    assert refused.status_code == 422 and "only the secretariat" in refused.text


def test_a_rule_that_says_nothing_means_nobody(app, cast, group):
    with app.app_context():
        with atomic():
            db.session.get(Space, group).rule = {}
        automatic.settle_space(group)
        automatic.settle_space(10**6)
        assert automatic.meant({}) == 0
    assert inside(app, group) == {cast.steward.id, cast.neighbour.id}
