"""Everybody with an account on one page, and a member taken in by hand; both for the secretariat alone."""

from urllib.parse import quote

import sqlalchemy as sa

from app.core import clock
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.core.mail import RefusedAddress
from app.extensions import db
from app.members.models import Organisation, Person
from tests.stories.test_joining import asks

PEOPLE, NEW = "/admin/people", "/admin/members/new"
NEWHAVEN = {"member": "City of Newhaven", "kind": "city", "code": "", "standing": "member", "country": "GB"}


def finds(cast, words, state=""):
    return cast.steward.gets(f"{PEOPLE}?q={quote(words)}&state={state}").text


def test_only_the_secretariat_sees_everybody(cast):
    for path in (PEOPLE, NEW):
        assert cast.steward.gets(path).status_code == 200
        assert cast.chair.gets(path).status_code == 403
        assert cast.visitor.gets(path).status_code == 303
    assert cast.chair.posts(NEW, NEWHAVEN).status_code == 403


def test_people_are_found_by_name_address_and_member(cast):
    for words in ("chair desk", "chair@cast.example", "CHAIR@", "@chair", "Pretoria"):
        page = finds(cast, words)
        assert "chair@cast.example" in page and "neighbour@" not in page, words
    for words in ("nobody is called so", "%", "_"):
        page = finds(cast, words)
        assert "Nobody here" in page and "@cast.example" not in page, words


def test_states_are_told_apart_and_who_was_erased_is_nowhere(cast):
    with cast.app.app_context(), atomic() as session:
        session.get_one(Person, cast.outsider.id).state = "left"
        session.get_one(Person, cast.neighbour.id).state = "erased"
        session.add(RefusedAddress(address="chair@cast.example", why="no box", at=clock.now()))
    page = cast.steward.gets(f"{PEOPLE}?state=odd").text
    assert "outsider@" in page and "neighbour@" not in page and "Its server refuses mail." in page
    left = cast.steward.gets(f"{PEOPLE}?state=left").text
    assert "outsider@" in left and "Without a seat" in left and "chair@" not in left


def test_the_list_goes_on_by_cursor(cast):
    with cast.app.app_context(), atomic() as session:
        first = session.get_one(Person, cast.chair.id)
        session.add_all(
            Person(
                audience_id=first.audience_id, email=f"p{n}@crowd.example", handle=f"p{n}", name=f"P {n}", at=clock.now()
            )
            for n in range(60)
        )  # fmt: skip
    page = cast.steward.gets(f"{PEOPLE}?q=crowd").text
    older = next(link for link in page.split('"') if "before=" in link).replace("&amp;", "&")
    assert page.count("@crowd.example") == 50 and "q=crowd" in older
    assert cast.steward.gets(older).text.count("@crowd.example") == 10
    assert cast.steward.gets(f"{PEOPLE}?before={2**80}").status_code == 200


def test_a_member_is_taken_in_and_led_to_its_first_invitation(cast):
    answer = cast.steward.posts(NEW, {**NEWHAVEN, "lat": "50.79", "lon": "0.05", "idempotency_key": "one"})
    with cast.app.app_context():
        one = db.session.scalars(sa.select(Organisation).where(Organisation.name == "City of Newhaven")).one()
        assert (one.code, one.place, one.country, one.lat) == ("NEW", "Newhaven", "GB", 50.79)
        assert db.session.scalar(sa.select(AuditEntry.ref).order_by(AuditEntry.id.desc())) == one.ref
        number = one.id
    assert answer.headers["Location"].endswith(f"/members/{number}/invitations")
    again = cast.steward.posts(NEW, {**NEWHAVEN, "lat": "50.79", "lon": "0.05", "idempotency_key": "one"})
    assert again.headers["Location"] == answer.headers["Location"]
    assert "City of Newhaven" in cast.visitor.gets("/members?q=newhaven").text


def test_a_name_like_anothers_is_asked_about(cast):
    likewise = {**NEWHAVEN, "member": "Nairobi", "code": "NAX"}
    page = cast.steward.posts(NEW, likewise)
    assert page.status_code == 422 and "Say whether it is one of these members." in page.text
    assert cast.steward.posts(NEW, {**likewise, "sure": "y"}).status_code == 303


def test_a_wrong_member_is_explained(cast):
    page = cast.steward.posts(
        NEW, {"member": "", "kind": "city", "code": "NBO", "standing": "member", "lat": "91"}
    )
    assert page.status_code == 422
    for words in ("Write the name.", "Another member has this code.", "A latitude lies between"):
        assert words in page.text, words


def test_the_overview_says_what_waits_and_what_came_back(cast):
    asks(cast)
    with cast.app.app_context(), atomic() as session:
        session.add(RefusedAddress(address="chair@cast.example", why="no box", at=clock.now()))
    page = cast.steward.gets("/admin").text
    assert "Mail to 1 address came back." in page and "Requests to join" in page and "1 waits" in page
