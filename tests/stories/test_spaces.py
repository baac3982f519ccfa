"""Spaces: joining and leaving, roles, who hears of it, and that leaving ends sight at once."""

import pytest
import sqlalchemy as sa

from app.core.activity import Activity
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.core.watches import level
from app.extensions import db
from app.members.signed_in import as_person
from app.spaces import acts
from app.spaces.models import Membership, Space


def space(number):
    return db.session.get(Space, number)


def role_of(cast, who, number):
    with cast.app.app_context():
        return as_person(who.id).role_in(number)


def verbs(app):
    with app.app_context():
        return list(db.session.scalars(sa.select(Activity.verb).order_by(Activity.id)))


def test_joining_and_leaving_count_once(app, cast):
    with app.app_context():
        neighbour, europe = as_person(cast.neighbour.id), space(cast.spaces.europe)
        assert acts.join(neighbour, europe) and not acts.join(neighbour, europe)
        assert europe.members == 2
        assert acts.leave(neighbour, europe) and not acts.leave(neighbour, europe)
        assert europe.members == 1
    assert verbs(app) == ["seat.changed", "spaces.joined", "seat.changed", "spaces.left"]


def test_a_space_is_founded_by_the_system_with_a_free_handle(app, cast):
    with app.app_context():
        made = acts.add_space(None, form="group", key="hé", name="Chair", sight="private")
        assert made.handle == "chair-2" and made.rooms == {f"space:{made.id}", "stewards"}
        assert acts.add_space(None, form="group", key="x", name="住房").handle == "group"


def test_who_asked_is_in_when_accepted(app, cast):
    with app.app_context():
        outsider, africa = as_person(cast.outsider.id), space(cast.spaces.africa)
        assert acts.ask(outsider, africa) and not acts.ask(outsider, africa)
        assert africa.members == 2 and as_person(outsider.id).role_in(africa.id) is None
        assert acts.accept(as_person(cast.chair.id), africa, outsider.id)
        assert not acts.accept(as_person(cast.chair.id), africa, outsider.id)
        assert africa.members == 3 and as_person(outsider.id).role_in(africa.id) == "member"
        assert db.session.scalars(sa.select(AuditEntry.act)).all() == ["space.admit"]


def test_leaving_ends_what_one_followed_and_what_one_hears(app, cast):
    circle = cast.spaces.circle
    cast.neighbour.opens_socket()
    cast.chair.opens_socket()
    cast.neighbour.hears()
    with app.app_context():
        acts.follow(as_person(cast.neighbour.id), space(circle), True)
        acts.enter(as_person(cast.steward.id), space(circle))
    assert [f["verb"] for f in cast.neighbour.hears()] == ["spaces.entered"]
    with app.app_context():
        acts.leave(as_person(cast.neighbour.id), space(circle))
        acts.set_role(as_person(cast.chair.id), space(circle), cast.steward.id, "member")
        with atomic():
            acts.remove(as_person(cast.chair.id), space(circle), cast.steward.id)
        assert level(cast.neighbour.id, f"space:{circle}") == ""
    assert cast.neighbour.hears() == []
    assert [f["verb"] for f in cast.chair.hears()] == ["spaces.entered", "spaces.left", "spaces.left"]


def test_a_role_that_there_is_not_is_refused(app, cast):
    with app.app_context(), pytest.raises(ValueError):
        acts.set_role(as_person(cast.chair.id), space(cast.spaces.africa), cast.neighbour.id, "king")
    with app.app_context():
        rows = sa.select(Membership.role).where(Membership.person_id == cast.neighbour.id)
        assert set(db.session.scalars(rows)) == {"member"}
