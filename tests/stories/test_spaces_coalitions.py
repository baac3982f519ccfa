"""Coalitions: the secretariat founds and archives them; who looks after one keeps what is known of it and its plan."""

import pytest
import sqlalchemy as sa

from app.core.activity import Activity
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.extensions import db
from app.spaces import coalition_facts, shelf
from app.spaces.models import Space
from tests.seat import tell

NEW = {"name": "Okra Coalition of Cities", "key": "okra", "summary": "Cities for okra.", "region": "Africa", "founded": "2011-04",
       "founded_place": "Okra town", "countries": "Kenya; UG", "languages": ["en", "fr"], "former_names": "Okra league",
       "language": "en"}  # fmt: skip
FACTS = {"founded": "2006-09-20", "founded_place": "Okra hall", "region": "Africa", "language": "en"}
LEAD = {
    "lead_0_city": "Okra town",
    "lead_0_office": "lead city",
    "lead_0_from": "2011",
    "lead_0_to": "2013-05",
}


def okra(app):
    with app.app_context():
        return db.session.scalar(sa.select(Space.id).where(Space.key == "OKRA"))


def facts_of(app, number):
    with app.app_context():
        return db.session.get(Space, number).facts


def test_the_secretariat_founds_a_coalition_that_lists_can_name(app, cast):
    assert "/groups/new-coalition" in cast.steward.gets("/groups").text
    assert "/groups/new-coalition" in cast.steward.gets("/admin/groups").text
    assert "/groups/new-coalition" not in cast.chair.gets("/groups").text
    assert cast.steward.gets("/groups/new-coalition").status_code == 200
    for seat in (cast.chair, cast.neighbour):
        assert seat.gets("/groups/new-coalition").status_code == 403
        assert seat.posts("/groups/new-coalition", NEW).status_code == 403
    answer = cast.steward.posts("/groups/new-coalition", NEW)
    number = okra(app)
    assert (answer.status_code, answer.location) == (303, f"/groups/{number}/people")
    page = cast.visitor.client.get(f"/groups/{number}", follow_redirects=True).text
    for words in (
        "Cities for okra.",
        "April 2011",
        "Okra town",
        "Kenya",
        "Uganda",
        "French",
        "Okra league",
        "/regions/africa",
    ):
        assert words in page
    with app.app_context():
        space = db.session.get(Space, number)
        assert (space.form, space.sight, space.joining, space.parent_id) == (
            "coalition",
            "public",
            "request",
            cast.spaces.network,
        )
    assert f"/groups/{number}-" in cast.visitor.gets("/regions/africa").text
    assert 'value="OKRA"' in cast.steward.gets(f"/members/{cast.organisations.chair}/edit").text
    tell(app)
    assert f"/groups/{number}-" in cast.visitor.gets("/search?q=okra+league").text
    assert cast.visitor.client.get("/groups/okra-league").status_code == 301


def test_a_coalition_that_cannot_be_is_explained_with_the_words_kept(app, cast):
    for wrong in ({"key": "A"}, {"key": "africa"}, {"key": "Ä B"}, {"name": ""}, {"founded": "last year"},
                  {"countries": "Atlantis"}, {"region": "Moon"}, {"former_names": "x" * 201}, {"language": "xx"}):  # fmt: skip
        refused = cast.steward.posts("/groups/new-coalition", {**NEW, **wrong})
        assert refused.status_code == 422 and 'class="err"' in refused.text, wrong
        assert "Cities for okra." in refused.text
    assert okra(app) is None


def test_two_who_found_one_coalition_at_the_same_moment_are_told(app, cast, monkeypatch):
    monkeypatch.setattr(coalition_facts, "keys", set)  # nobody had it when the form was looked at
    refused = cast.steward.posts("/groups/new-coalition", {**NEW, "key": "TWICE"})
    assert refused.status_code == 303
    refused = cast.steward.posts("/groups/new-coalition", {**NEW, "key": "TWICE"})
    assert refused.status_code == 422 and "Another group has this abbreviation." in refused.text


def test_the_secretariat_archives_a_coalition_and_opens_it_again(app, cast):
    path = f"/groups/{cast.spaces.africa}"
    assert cast.chair.posts(f"{path}/archive").status_code == 403
    assert cast.steward.posts(f"/groups/{cast.spaces.network}/archive").status_code == 403
    assert ">Archive<" in cast.steward.gets(f"{path}-africa").text.replace("</svg> Archive", ">Archive")
    assert cast.steward.posts(f"{path}/archive").status_code == 303
    with app.app_context():
        assert shelf.archived() == {cast.spaces.africa}
    assert cast.chair.posts(f"{path}/facts", FACTS).status_code == 403
    assert cast.steward.posts(f"{path}/reopen").status_code == 303
    assert cast.chair.posts(f"{path}/facts", FACTS).status_code == 303


def test_who_looks_after_a_coalition_keeps_what_is_known_of_it(app, cast):
    path = f"/groups/{cast.spaces.africa}"
    assert f"{path}/facts" in cast.chair.gets(f"{path}-africa").text
    for seat, status in ((cast.neighbour, 403), (cast.outsider, 403)):
        assert seat.gets(f"{path}/facts").status_code == status
        assert seat.posts(f"{path}/facts", FACTS).status_code == status
    words = {**FACTS, **LEAD, "lead_1_city": "Pepper town", "lead_1_office": "co-lead city", "lead_1_current": "y",
             "former_names": "Older okra\n\nOldest okra", "languages": ["fr"]}  # fmt: skip
    assert cast.chair.posts(f"{path}/facts", words).status_code == 303
    page = cast.visitor.gets(f"{path}-africa").text
    for shown in (
        "Okra hall",
        "2011 to May 2013",
        "Pepper town",
        "Co-lead city",
        "Older okra",
        "Oldest okra",
        "French",
    ):
        assert shown in page
    form = cast.chair.gets(f"{path}/facts").text
    assert 'value="Pepper town"' in form and "lead_3_city" in form
    assert cast.visitor.client.get("/groups/oldest-okra").status_code == 301
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Activity.verb == "spaces.described")) == 1
        assert (
            "lead_cities"
            in db.session.scalars(sa.select(AuditEntry.data).where(AuditEntry.act == "space.describe")).one()[
                "fields"
            ]
        )
    assert "changed what is known of a coalition" in cast.neighbour.gets("/").text
    assert cast.chair.posts(f"{path}/facts", words).status_code == 303
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Activity.verb == "spaces.described")) == 1


def test_what_stays_keeps_where_it_is_from_and_a_row_without_a_city_goes(app, cast):
    number = cast.spaces.africa
    lead = {
        "city": "Okra town",
        "office": "lead city",
        "from": "2006",
        "to": None,
        "current": None,
        "verification": "verified",
    }
    with app.app_context(), atomic():
        space = db.session.get(Space, number)
        space.facts = {"lead_cities": [lead, {**lead, "city": "Pepper town"}], "events": [{"what": "Launch"}],
                       "languages": {"value": ["en"], "verification": "unverified"}, "scope": "regional"}  # fmt: skip
    form = {**FACTS, "lead_0_city": "Okra town", "lead_0_office": "lead city", "lead_0_from": "2006", "lead_1_city": "",
            "lead_1_from": "", "lead_1_office": "lead city", "languages": ["en"]}  # fmt: skip
    assert cast.chair.posts(f"/groups/{number}/facts", form).status_code == 303
    kept = facts_of(app, number)
    assert kept["lead_cities"] == [{**lead, "sub_region": None}]
    assert kept["events"] == [{"what": "Launch"}] and kept["languages"]["verification"] == "unverified"


@pytest.mark.parametrize("wrong", [
    {"lead_0_city": ""}, {"lead_0_from": "2014"}, {"lead_0_to": "soon"}, {"lead_0_office": "king"}, {"founded": "2004-13"},
    {"lead_0_city": "x" * 121}, {"region": "Moon"}, {"countries": "Atlantis"},
])  # fmt: skip
def test_facts_that_cannot_be_are_explained(app, cast, wrong):
    refused = cast.chair.posts(f"/groups/{cast.spaces.africa}/facts", {**FACTS, **LEAD, **wrong})
    assert refused.status_code == 422 and "There is a problem" in refused.text and "Okra hall" in refused.text
    assert not facts_of(app, cast.spaces.africa)


def test_a_coalition_adds_the_commitments_of_its_plan(app, cast):
    path = f"/groups/{cast.spaces.africa}"
    with app.app_context(), atomic():
        own = {"n": 1, "title": "Okra for all", "summary": "", "verification": "unverified"}
        db.session.get(Space, cast.spaces.africa).facts = {
            "plan": {"title": "Okra plan", "commitments": [own], "source": "A paper"}
        }
    form = cast.chair.gets(f"{path}/plan").text
    assert 'value="Okra for all"' in form and 'name="title_10"' in form
    assert cast.neighbour.posts(f"{path}/plan", {"title": "x"}).status_code == 403
    words = {"title": "Ten okra points", "adopted": "2006", "link": "/library/3", "language": "fr", "title_1": "Okra for all",
             "title_2": "Plus de gombo", "summary_2": "Partout."}  # fmt: skip
    assert cast.chair.posts(f"{path}/plan", words).status_code == 303
    page = cast.visitor.gets(f"{path}-africa").text
    assert (
        "Ten okra points" in page
        and "Plus de gombo" in page
        and 'href="/library/3"' in page
        and "Not confirmed" in page
    )
    plan = facts_of(app, cast.spaces.africa)["plan"]
    assert plan["source"] == "A paper" and plan["commitments"][0]["verification"] == "unverified"
    for wrong in (
        {"link": "javascript:alert(1)"},
        {"title": ""},
        {"adopted": "x"},
        {"title_2": "x" * 201},
        {"language": "xx"},
    ):
        assert cast.chair.posts(f"{path}/plan", {**words, **wrong}).status_code == 422, wrong
    assert cast.chair.posts(f"{path}/plan", dict.fromkeys(words, "") | {"language": "en"}).status_code == 303
    assert "Ten okra points" not in cast.visitor.gets(f"{path}-africa").text


def test_groups_have_no_such_forms_and_the_network_has(cast):
    assert cast.chair.gets(f"/groups/{cast.spaces.circle}/facts").status_code == 403
    assert cast.steward.gets(f"/groups/{cast.spaces.network}/facts").status_code == 200
    assert cast.chair.gets("/groups/99999/facts").status_code == 404
