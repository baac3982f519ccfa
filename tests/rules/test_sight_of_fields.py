"""Who sees which field of a person: as chosen, on every channel, and never more."""

import itertools

import pytest

from app.core.audience import MEMBERS, PUBLIC, VISITOR, Viewer
from app.core.database import atomic
from app.extensions import db
from app.members import profile, sight
from app.members.models import Person
from app.members.signed_in import as_person

NUMBER = 7
VIEWERS = {
    "visitor": (VISITOR, False),
    "member": (Viewer(8, frozenset({PUBLIC, MEMBERS})), False),
    "near": (Viewer(9, frozenset({PUBLIC, MEMBERS})), True),
    "owner": (Viewer(NUMBER, frozenset({PUBLIC, MEMBERS})), False),
}
SEES = {
    "public": {"visitor", "member", "near", "owner"},
    "members": {"member", "near", "owner"},
    "near": {"near", "owner"},
    "me": {"owner"},
    "a word of another version": {"owner"},
}


@pytest.mark.parametrize(("word", "who"), list(itertools.product(SEES, VIEWERS)))
def test_each_word_opens_to_those_it_names(word, who):
    viewer, near = VIEWERS[who]
    for field in sight.FIELDS:
        seen = sight.visible(viewer, NUMBER, {field: word}, near)
        assert (field in seen) == (who in SEES[word])


def test_who_chose_nothing_is_read_by_members():
    assert sight.visible(*VIEWERS["visitor"][:1], NUMBER, {}, False) == frozenset()
    assert sight.visible(VIEWERS["member"][0], NUMBER, {}, False) == frozenset(sight.FIELDS)


def test_near_are_those_of_a_common_organisation_or_group_but_not_of_the_whole_network(cast):
    people = [cast.chair.id, cast.neighbour.id, cast.outsider.id, cast.steward.id]
    with cast.app.app_context():
        assert profile.near_to(as_person(cast.chair.id).viewer, people) == {cast.chair.id, cast.neighbour.id}
        assert profile.near_to(as_person(cast.outsider.id).viewer, people) == {cast.outsider.id}
        assert profile.near_to(VISITOR, people) == set()


def test_the_search_keeps_what_all_who_find_the_person_may_read(cast):
    with cast.app.app_context():
        with atomic():
            person = db.session.get(Person, cast.chair.id)
            person.helps, person.seeks, person.about = "zebra forms", "okapi partners", "quagga law"
            person.shown = {"helps": "members", "seeks": "near", "about": "me", "themes": "me"}
            profile.set_themes(person, ["housing"])
        found = str(db.session.get(Person, cast.chair.id).findable())
        assert "zebra" in found
        assert not any(word in found for word in ("okapi", "quagga", "Housing"))
        with atomic():
            db.session.get(Person, cast.chair.id).audience_id = sight.audience_for("public")
        assert "zebra" not in str(db.session.get(Person, cast.chair.id).findable())
