"""Spaces: joining and leaving, roles, who hears of it, and that leaving ends sight at once."""

import re

import pytest
import sqlalchemy as sa

from app.core.activity import Activity
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.core.watches import level
from app.extensions import db
from app.members import acts as members
from app.members.signed_in import as_person
from app.spaces import acts
from app.spaces.models import Membership, Space
from tests.seat import Visitor


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
        made = acts.add_space(None, form="group", key="hé", name="Chair", sight="hidden")
        assert made.handle == "chair-2" and made.rooms == {f"space:{made.id}", "stewards"}
        assert acts.add_space(None, form="group", key="x", name="住房").handle == "member"


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


# --- pages ----------------------------------------------------------------------------------------------------


def test_the_tree_shows_what_each_may_see(cast):
    assert "Circle" in cast.chair.gets("/groups").text
    assert "Circle" not in cast.outsider.gets("/groups").text
    page = cast.visitor.gets("/groups").text
    assert "Africa" in page and "Circle" not in page
    assert "New group" in cast.steward.gets("/groups").text and "New group" not in page


def test_a_private_space_is_not_there_for_others(cast):
    circle = cast.spaces.circle
    assert cast.chair.gets(f"/groups/{circle}-circle").status_code == 200
    for path in (
        f"/groups/{circle}-circle",
        f"/groups/{circle}/people",
        f"/groups/{circle}/leave",
        f"/groups/{circle}",
    ):
        assert cast.outsider.gets(path).status_code == 404
        assert cast.visitor.gets(path).status_code in (303, 404)
    for deed in ("join", "ask", "leave", "follow", "unfollow", "enter", "withdraw", "people"):
        assert cast.outsider.posts(f"/groups/{circle}/{deed}").status_code == 404


def test_the_number_decides_and_a_wrong_tail_leads_on(cast):
    africa = cast.spaces.africa
    for path in (f"/groups/{africa}", f"/groups/{africa}-x", f"/groups/{africa}-a/b"):
        answer = cast.outsider.gets(path)
        assert (answer.status_code, answer.location) == (301, f"/groups/{africa}-africa")
    for number in (0, 2**31, 2**40, 2**63 - 1, 2**63, 2**70):
        assert cast.outsider.gets(f"/groups/{number}-x").status_code == 404
        assert cast.outsider.gets(f"/groups/{africa}/people?after={number}").status_code == 200


def test_joining_an_open_space(app, cast):
    africa = cast.spaces.africa
    page = cast.outsider.gets(f"/groups/{africa}-africa").text
    assert "Join" in page and "Leave" not in page
    answer = cast.outsider.posts(f"/groups/{africa}/join")
    assert (answer.status_code, answer.location) == (303, f"/groups/{africa}-africa")
    assert "Member" in cast.outsider.gets(f"/groups/{africa}-africa").text
    assert role_of(cast, cast.outsider, africa) == "member"
    assert cast.visitor.posts(f"/groups/{africa}/join").status_code == 303


def test_a_space_with_requests(app, cast):
    africa = cast.spaces.africa
    with app.app_context(), atomic():
        space(africa).joining = "request"
    assert cast.outsider.posts(f"/groups/{africa}/join").status_code == 403
    assert cast.outsider.posts(f"/groups/{africa}/ask").status_code == 303
    assert "You asked to join" in cast.outsider.gets(f"/groups/{africa}-africa").text
    assert "1 person asks to join" in cast.chair.gets(f"/groups/{africa}-africa").text
    assert "asks to join" not in cast.neighbour.gets(f"/groups/{africa}-africa").text
    assert "Outsider desk" in cast.chair.gets(f"/groups/{africa}/people").text
    assert "Who asks" not in cast.neighbour.gets(f"/groups/{africa}/people").text
    people = f"/groups/{africa}/people/{cast.outsider.id}"
    assert cast.neighbour.posts(f"{people}/accept").status_code == 403
    assert cast.chair.posts(f"{people}/accept").status_code == 303
    assert role_of(cast, cast.outsider, africa) == "member"


def test_a_request_is_turned_down_or_taken_back(app, cast):
    africa = cast.spaces.africa
    with app.app_context(), atomic():
        space(africa).joining = "request"
    for deed, who in (("decline", cast.chair), ("withdraw", cast.outsider)):
        cast.outsider.posts(f"/groups/{africa}/ask")
        base = f"/groups/{africa}" + (f"/people/{cast.outsider.id}" if deed == "decline" else "")
        assert who.posts(f"{base}/{deed}").status_code == 303
        assert "Outsider desk" not in cast.chair.gets(f"/groups/{africa}/people").text


def test_leaving_by_the_page(app, cast):
    circle = cast.spaces.circle
    assert "no longer see" in cast.neighbour.gets(f"/groups/{circle}/leave").text
    answer = cast.neighbour.posts(f"/groups/{circle}/leave")
    assert answer.location == "/groups"
    assert cast.neighbour.gets(f"/groups/{circle}-circle").status_code == 404
    assert cast.neighbour.posts(f"/groups/{cast.spaces.network}/leave").status_code == 403


def test_facilitators_add_give_roles_and_take_out(app, cast):
    circle = cast.spaces.circle
    assert cast.chair.posts(f"/groups/{circle}/people", {"handle": "@Outsider"}).status_code == 303
    assert role_of(cast, cast.outsider, circle) == "member"
    refused = cast.chair.posts(f"/groups/{circle}/people", {"handle": "nobody"})
    assert refused.status_code == 422 and 'value="nobody"' in refused.text and "<title>Error:" in refused.text
    people = f"/groups/{circle}/people/{cast.outsider.id}"
    assert cast.chair.posts(f"{people}/role", {"role": "librarian"}).status_code == 303
    assert role_of(cast, cast.outsider, circle) == "librarian"
    assert cast.chair.posts(f"{people}/role", {"role": "king"}).status_code == 422
    assert cast.neighbour.posts(f"{people}/role", {"role": "facilitator"}).status_code == 403
    assert cast.neighbour.posts(f"{people}/remove").status_code == 403
    assert cast.chair.posts(f"{people}/remove").status_code == 303
    assert cast.outsider.gets(f"/groups/{circle}-circle").status_code == 404
    assert cast.chair.posts(f"/groups/{circle}/people/999999/remove").status_code == 404
    network = cast.spaces.network
    assert cast.steward.posts(f"/groups/{network}/people/{cast.outsider.id}/remove").status_code == 403


def test_the_secretariat_enters_a_private_space_and_is_seen(app, cast):
    circle = cast.spaces.circle
    page = cast.steward.gets(f"/groups/{circle}-circle").text
    assert "Enter as observer" in page and "Chair desk" not in page
    assert cast.steward.gets(f"/groups/{circle}/people").status_code == 403
    cast.chair.opens_socket()
    cast.chair.hears()
    assert cast.steward.posts(f"/groups/{circle}/enter").status_code == 303
    assert [f["verb"] for f in cast.chair.hears()] == ["spaces.entered"]
    assert role_of(cast, cast.steward, circle) == "observer"
    assert "Chair desk" in cast.steward.gets(f"/groups/{circle}/people").text
    assert "as observer" in cast.chair.gets("/").text and "as observer" not in cast.outsider.gets("/").text
    with app.app_context():
        assert "space.enter" in db.session.scalars(sa.select(AuditEntry.act)).all()
    assert cast.chair.posts(f"/groups/{circle}/enter").status_code == 403


def test_the_secretariat_founds_a_group(app, cast):
    words = {
        "name": "Housing",
        "summary": "How to rent.",
        "parent": cast.spaces.africa,
        "sight": "hidden",
        "form": "group",
    }
    assert cast.neighbour.gets("/groups/new").status_code == 403
    assert cast.neighbour.posts("/groups/new", words).status_code == 403
    assert 'name="name"' in cast.steward.gets("/groups/new").text
    refused = cast.steward.posts("/groups/new", {**words, "name": "", "joining": "open"})
    assert refused.status_code == 422 and "How to rent." in refused.text
    for odd in (
        {"parent": "x"},
        {"parent": "9" * 30},
        {"sight": "king"},
        {"joining": ""},
        {"name": "n" * 500},
    ):
        assert cast.steward.posts("/groups/new", {**words, "joining": "open", **odd}).status_code == 422
    answer = cast.steward.posts("/groups/new", {**words, "joining": "invite", "idempotency_key": "k"})
    again = cast.steward.posts("/groups/new", {**words, "joining": "invite", "idempotency_key": "k"})
    assert answer.status_code == 303 and answer.location == again.location
    page = cast.steward.gets(answer.location)
    assert "Housing" in page.text and "Facilitator" in page.text
    assert cast.outsider.gets(answer.location).status_code == 404


def test_follow(app, cast):
    europe = cast.spaces.europe
    cast.neighbour.posts(f"/groups/{europe}/follow")
    with app.app_context():
        assert level(cast.neighbour.id, f"space:{europe}") == "follow"
    assert 'value="follow" aria-current="true"' in cast.neighbour.gets(f"/groups/{europe}-europe").text
    cast.neighbour.posts(f"/groups/{europe}/unfollow")
    with app.app_context():
        assert level(cast.neighbour.id, f"space:{europe}") == ""


def test_what_is_known_of_a_space_stands_on_its_home(app, cast):
    facts = {
        "founding": {"date": "2004-03", "place": "A"}, "former_names": ["Older name"],
        "lead_cities": [{"city": "B", "from": "2006", "to": None, "verification": "conflicting"}],
        "plan": {"title": "Ten", "adopted": "2006-06-21/2006-06-23", "complete": False,
                 "commitments": [{"n": 1, "title": "Watch"}]},
        "events": [{"start": "2010-03-22", "what": f"Event {n}"} for n in range(6)],
    }  # fmt: skip
    with app.app_context(), atomic():
        space(cast.spaces.europe).facts = facts
    page = cast.visitor.gets(f"/groups/{cast.spaces.europe}-europe").text
    for words in ("March 2004", "Older name", "from 2006, end not known", "Sources differ", "21 June 2006 to 23 June 2006", "Watch",
                  "2 earlier events"):  # fmt: skip
        assert words in page
    odd = {
        "founding": "x",
        "lead_cities": None,
        "plan": [],
        "events": {"a": 1},
    }
    with app.app_context(), atomic():
        space(cast.spaces.europe).facts = odd
    assert cast.visitor.gets(f"/groups/{cast.spaces.europe}-europe").status_code == 200


def test_names_stand_in_the_readers_language(app, cast):
    with app.app_context(), atomic():
        space(cast.spaces.europe).texts = {"fr": {"name": "L’Europe", "summary": "Résumé"}}
    path = f"/groups/{cast.spaces.europe}-europe"
    assert "L’Europe" in cast.visitor.gets(path, headers={"Accept-Language": "fr"}).text
    assert "L’Europe" not in cast.visitor.gets(path).text


def test_people_by_cursor(app, cast, monkeypatch):
    monkeypatch.setattr("app.spaces.queries.PEOPLE_PAGE", 3)
    path = f"/groups/{cast.spaces.network}/people"
    first = cast.outsider.gets(path).text
    assert "Chair desk" in first and "Steward desk" not in first
    number = re.search(r"people\?after=(\d+)", first)[1]
    second = cast.outsider.gets(f"{path}?after={number}").text
    assert "Steward desk" in second and "Chair desk" not in second
    for odd in ("x", "-1", "9" * 30, "٣"):
        assert cast.outsider.gets(path, query_string={"after": odd}).status_code == 200


def test_groups_can_be_mentioned_by_who_sees_them(cast):
    assert "circle" in [hit["handle"] for hit in cast.chair.gets("/mentions?q=cir").json]
    assert cast.outsider.gets("/mentions?q=cir").json == []


def test_a_new_person_belongs_to_the_network_and_the_first_makes_it(app):
    with app.app_context():
        with atomic():
            first = members.add_person(None, email="a@x.example", name="A")
            second = members.add_person(None, email="b@x.example", name="B")
            for one in (first, second):
                acts.arrive(one.id)
        assert [as_person(p.id).groups[0].role for p in (first, second)] == ["facilitator", "member"]


def test_a_real_network_begins_with_its_first_steward(app):
    with app.app_context():
        path = members.invite_steward("first@x.example", "First steward").partition("//")[2].partition("/")[2]
    seat = Visitor(app)
    form = {"name": "First steward", "language": "en", "password": "a long enough passphrase", "again": ""}
    assert seat.posts(f"/{path}", {**form, "again": form["password"]}).status_code == 303
    with app.app_context():
        only = db.session.scalars(sa.select(Space)).one()
        assert (only.form, only.sight, only.members) == ("network", "public", 1)
        assert as_person(1).groups[0].role == "facilitator"
