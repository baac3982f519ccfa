"""Seats: who looks after them, what the next holder gets, and what the old one no longer sees."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.admin import empty_seats
from app.core import clock, watches
from app.core.audience import organisation_room, space_room
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.library import acts as library
from app.members import acts, seats
from app.members.models import Organisation, Person, Seat
from app.spaces.models import Membership
from tests import events, papers, talk
from tests import seat as chairs
from tests.seat import turn

FORM = {
    "role": "focal point",
    "title": "Housing office",
    "since": "2024-05-01",
    "primary": "y",
    "may_publish": "y",
}
HAND = {"email": "", "name": "", "language": "fr", "sure": "y"}


def seat_of(cast, name):
    with cast.app.app_context():
        return db.session.scalar(
            sa.select(Seat.id).where(Seat.person_id == getattr(cast, name).id).order_by(Seat.id)
        )


def base(cast, name="neighbour"):
    return f"/members/{getattr(cast.organisations, name)}/seats"


def one_seat(cast, name="neighbour"):
    return f"{base(cast, name)}/{seat_of(cast, name)}"


@pytest.fixture
def colleague(cast):
    """A second person of the neighbour's organisation, without special rights."""
    with cast.app.app_context():
        person = acts.add_person(None, email="second@cast.example", name="Second desk")
        organisation = db.session.get(Organisation, cast.organisations.neighbour)
        acts.give_seat(None, person, organisation, role="member", title="Second office")
        number = person.id
    return chairs.Seat(cast.app, number, "second")


def newcomer(cast, role="focal point"):
    """Somebody who takes a seat of the neighbour's organisation."""
    with cast.app.app_context():
        person = acts.add_person(None, email="next@cast.example", name="Next desk")
        organisation = db.session.get(Organisation, cast.organisations.neighbour)
        acts.give_seat(None, person, organisation, role=role, primary=True)
        number = person.id
    return chairs.Seat(cast.app, number, "next")


# --- the list and the form ------------------------------------------------------------------------------------


def test_first_contacts_and_the_secretariat_see_the_seats_and_nobody_else(cast, colleague):
    for who in (cast.neighbour, cast.steward):
        page = who.gets(base(cast)).text
        assert "Neighbour desk" in page and "Second desk" in page and "First contact" in page
    for who in (cast.outsider, cast.chair, colleague):
        for path in (base(cast), one_seat(cast), f"{one_seat(cast)}/hand-over", f"{one_seat(cast)}/briefing"):
            assert who.gets(path).status_code == 403
        assert who.posts(one_seat(cast), FORM).status_code == 403
        assert who.posts(f"{one_seat(cast)}/hand-over", HAND).status_code == 403
    assert "/sign-in" in cast.visitor.gets(base(cast)).location


def test_a_seat_of_another_organisation_is_not_there(cast):
    elsewhere = f"{base(cast)}/{seat_of(cast, 'outsider')}"
    for path in (elsewhere, f"{elsewhere}/hand-over", f"{elsewhere}/briefing", f"{base(cast)}/99999"):
        assert cast.neighbour.gets(path).status_code == 404
    assert cast.neighbour.posts(elsewhere, FORM).status_code == 404


def test_a_seat_is_changed(cast):
    assert cast.neighbour.posts(one_seat(cast), FORM).location == base(cast)
    with cast.app.app_context():
        seat = db.session.get(Seat, seat_of(cast, "neighbour"))
        assert (seat.title, str(seat.since.date())) == ("Housing office", "2024-05-01")
        assert (seat.primary, seat.may_publish, seat.may_answer) == (True, True, False)
    assert "Housing office" in cast.outsider.gets(f"/people/{cast.neighbour.id}", follow_redirects=True).text


def test_what_a_seat_allows_counts_at_once(cast):
    cast.steward.posts(one_seat(cast), {**FORM, "may_publish": ""})
    with cast.app.app_context():
        assert cast.neighbour.me().voice(cast.organisations.neighbour) is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("role", "queen", "Choose one from the list"),
        ("title", "x" * 121, "at most 120"),
        ("since", "yesterday", "Write the day"),
        ("since", "2999-01-01", "still to come"),
        ("primary", "", "Name another first contact first"),
    ],
)
def test_a_wrong_seat_is_explained(cast, field, value, words):
    answer = cast.neighbour.posts(one_seat(cast), {**FORM, field: value})
    assert answer.status_code == 422 and words in answer.text and 'name="title"' in answer.text


@pytest.mark.parametrize("role", ["secretariat", "moderator"])
def test_nobody_but_the_secretariat_calls_a_seat_its_own(cast, role):
    page, number = one_seat(cast), seat_of(cast, "neighbour")
    assert f'value="{role}"' not in cast.neighbour.gets(page).text
    wrong = cast.neighbour.posts(page, {**FORM, "role": role})
    assert wrong.status_code == 422 and "Choose one from the list." in wrong.text
    invited = {"email": "somebody@cast.example", "role": role, "language": "en"}
    door = f"/members/{cast.organisations.neighbour}/invitations"
    assert cast.neighbour.posts(door, invited).status_code == 422
    assert cast.steward.posts(page, {**FORM, "role": role}).status_code == 303
    assert cast.neighbour.posts(page, {**FORM, "role": role}).status_code == 303  # what it is stays possible
    with cast.app.app_context():
        assert db.session.get(Seat, number).role == role


def test_with_a_second_first_contact_the_first_may_step_back(cast, colleague):
    with cast.app.app_context():
        second = f"{base(cast)}/{db.session.scalar(sa.select(Seat.id).where(Seat.person_id == colleague.id))}"
    assert cast.neighbour.posts(second, {**FORM, "role": "member"}).status_code == 303
    assert cast.neighbour.posts(one_seat(cast), {**FORM, "primary": ""}).status_code == 303
    assert (
        cast.neighbour.gets(base(cast)).status_code == 403 and colleague.gets(base(cast)).status_code == 200
    )


# --- handing over ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"sure": ""}, "Tick that the seat ends now"),
        ({"email": "nobody"}, "Write one e-mail address"),
        ({"email": "NEIGHBOUR@cast.example"}, "who holds the seat now"),
        ({"language": "xx"}, "Choose one from the list"),
    ],
)
def test_a_seat_is_not_handed_over_by_mistake(cast, more, words):
    answer = cast.steward.posts(f"{one_seat(cast)}/hand-over", {**HAND, **more})
    assert answer.status_code == 422 and words in answer.text
    assert cast.neighbour.gets("/notifications").status_code == 200


def test_the_old_holder_sees_nothing_from_that_moment_on(cast):
    cast.neighbour.opens_socket()
    turn(cast.app)
    assert cast.steward.posts(f"{one_seat(cast)}/hand-over", HAND).status_code == 303
    turn(cast.app)
    assert not cast.neighbour.socket.is_connected()
    for path in ("/notifications", "/settings", f"/groups/{cast.spaces.circle}"):
        assert "/sign-in" in (cast.neighbour.gets(path).location or "/sign-in")
        assert "circle" not in cast.neighbour.gets(path).text.lower()
    with cast.app.app_context():
        person = db.session.get(Person, cast.neighbour.id)
        assert person.state == "left" and person.name == "Neighbour desk"
        mails = db.session.scalars(sa.select(OutboxMail.kind).where(OutboxMail.person_id == person.id)).all()
        assert mails == ["seat_ended"]
        rooms = cast.neighbour.me().rooms
        assert organisation_room(cast.organisations.neighbour) not in rooms
    assert "Not active now" in cast.chair.gets(f"/people/{cast.neighbour.id}", follow_redirects=True).text
    assert (
        "Neighbour desk"
        not in cast.chair.gets(f"/members/{cast.organisations.neighbour}", follow_redirects=True).text
    )


def test_what_belongs_to_the_seat_goes_to_the_next_holder(cast):
    form = {
        "title": "Who counts?", "topic": "rights", "body": "Words.", "space": cast.spaces.circle,
        "audience": "space", "language": "en", "organisation": str(cast.organisations.neighbour),
    }  # fmt: skip
    thread = cast.neighbour.posts("/discussions/new", form).location
    ref = "thread:" + re.search(r"/discussions/(\d+)", thread)[1]
    with cast.app.app_context(), atomic():
        watches.watch(cast.neighbour.id, f"person:{cast.chair.id}", watches.FOLLOW)
    cast.steward.posts(f"{one_seat(cast)}/hand-over", HAND)
    old = seat_of(cast, "neighbour")
    late = newcomer(cast)
    with cast.app.app_context():
        assert watches.level(late.id, ref) == watches.FOLLOW
        assert watches.level(late.id, f"person:{cast.chair.id}") == ""  # people are followed by people
        assert watches.level(cast.neighbour.id, ref) == ""
        assert space_room(cast.spaces.circle) in late.me().rooms
        places = sa.select(Membership.space_id).where(
            Membership.person_id == cast.neighbour.id, Membership.state == "in"
        )
        assert db.session.scalars(places).all() == []
        seat = db.session.scalar(sa.select(Seat).where(Seat.person_id == late.id))
        assert seat.before_id == old
    page = late.gets(thread, follow_redirects=True)
    assert page.status_code == 200 and "Neighbour desk" in page.text  # authorship stays
    brief = late.gets(f"{base(cast)}/{old}/briefing")
    assert brief.status_code == 200 and "Who counts?" in brief.text and "wait for an answer" in brief.text
    assert cast.outsider.gets(f"{base(cast)}/{old}/briefing").status_code == 403


def test_the_briefing_shows_to_each_reader_what_they_may_see(cast):
    form = {
        "title": "Among us", "topic": "rights", "body": "@neighbour, what about it?", "space": cast.spaces.circle,
        "audience": "space", "language": "en", "organisation": "0",
    }  # fmt: skip
    cast.chair.posts("/discussions/new", form)
    chairs.tell(cast.app)
    mine = cast.neighbour.gets(f"{one_seat(cast)}/briefing").text
    assert "mentioned you" in mine and "Among us" in mine and "Circle" in mine
    office = cast.steward.gets(f"{one_seat(cast)}/briefing").text
    assert "Among us" not in office and "Circle" not in office and "Africa" in office


def test_the_briefing_has_what_comes_in_the_calendar_and_what_is_open_in_the_library(cast):
    soon = clock.now() + dt.timedelta(days=9)
    own = {"starts": soon, "ends": soon + dt.timedelta(hours=1)}
    events.added(cast, cast.neighbour, official=True, title="Okra day", **own)
    events.added(
        cast, cast.neighbour, official=True, title="Okra circle", space="circle", audience="space", **own
    )
    events.added(cast, cast.outsider, official=True, title="Elsewhere", **own)
    papers.entered(cast, cast.neighbour, official=True, title="Okra draft")
    again = {"review_by": clock.now().date() + dt.timedelta(days=30)}
    papers.published(cast, cast.neighbour, official=True, title="Okra rule", **again)
    later = {"review_by": clock.now().date() + dt.timedelta(days=300)}
    papers.published(cast, cast.neighbour, official=True, title="Okra calm", **later)
    asks = papers.entered(cast, cast.chair, title="Okra ask")
    papers.acted(cast, cast.chair, library.ask_review, asks, [cast.neighbour.id])
    mine = cast.neighbour.gets(f"{one_seat(cast)}/briefing").text
    for shown in (
        "Okra day",
        "Okra circle",
        "Okra draft",
        "Okra rule",
        "To be looked at by",
        "Okra ask",
        "Waits for a review",
    ):
        assert shown in mine, shown
    assert "Okra calm" not in mine and "Elsewhere" not in mine
    office = cast.steward.gets(f"{one_seat(cast)}/briefing").text
    assert "Okra day" in office and "Okra rule" in office
    assert "Okra circle" not in office and "Okra draft" not in office and "Okra ask" not in office


def test_another_role_does_not_take_the_seat_over(cast):
    cast.steward.posts(f"{one_seat(cast)}/hand-over", HAND)
    late = newcomer(cast, role="scientific body member")
    with cast.app.app_context():
        assert space_room(cast.spaces.circle) not in late.me().rooms
    assert "Waits for the next holder" in cast.steward.gets(base(cast)).text
    assert cast.steward.gets(f"{one_seat(cast)}/briefing").status_code == 200


def test_who_has_another_seat_stays_and_keeps_the_groups(cast):
    with cast.app.app_context():
        person = db.session.get(Person, cast.neighbour.id)
        acts.give_seat(None, person, db.session.get(Organisation, cast.organisations.chair), role="member")
    cast.steward.posts(f"{one_seat(cast)}/hand-over", HAND)
    assert cast.neighbour.gets("/notifications").status_code == 200
    with cast.app.app_context():
        rooms = cast.neighbour.me().rooms
        assert (
            organisation_room(cast.organisations.neighbour) not in rooms
            and space_room(cast.spaces.circle) in rooms
        )
    late = newcomer(cast)
    with cast.app.app_context():
        assert space_room(cast.spaces.circle) not in late.me().rooms


def test_who_comes_back_for_another_organisation_begins_anew(cast):
    cast.steward.posts(f"{one_seat(cast)}/hand-over", HAND)
    with cast.app.app_context():
        person = db.session.get(Person, cast.neighbour.id)
        acts.give_seat(None, person, db.session.get(Organisation, cast.organisations.outsider), role="member")
        assert db.session.get(Person, cast.neighbour.id).state == "active"
        assert space_room(cast.spaces.circle) not in cast.neighbour.me().rooms


def test_an_office_that_did_not_come_with_the_seat_keeps_the_account(cast):
    with cast.app.app_context(), atomic() as session:
        session.get(Person, cast.neighbour.id).moderator = True
    with cast.app.app_context():
        seats.end(None, db.session.get(Seat, seat_of(cast, "neighbour")))
        assert db.session.get(Person, cast.neighbour.id).state == "active"
    assert cast.neighbour.gets("/moderation").status_code == 200


def test_who_hands_over_the_own_seat_is_led_to_a_page_for_everybody(cast):
    page = cast.neighbour.gets(f"{one_seat(cast)}/hand-over").text
    assert "Hand over your seat" in page and "the account closes with it" in page
    answer = cast.neighbour.posts(f"{one_seat(cast)}/hand-over", {**HAND, "idempotency_key": "k1"})
    assert answer.location.startswith(f"/members/{cast.organisations.neighbour}-")
    assert cast.neighbour.gets(answer.location).status_code == 200


def test_the_next_holder_is_invited_to_the_same_seat(cast, monkeypatch):
    asked = []
    monkeypatch.setattr(seats, "_inviting", [lambda *who, **what: asked.append((who, what))])
    cast.steward.posts(
        f"{one_seat(cast)}/hand-over", {**HAND, "email": "Next@cast.example", "name": "Next desk"}
    )
    (host, organisation), values = asked[0]
    assert host.id == cast.steward.id and organisation.id == cast.organisations.neighbour
    assert (values["email"], values["role"], values["language"]) == ("next@cast.example", "focal point", "fr")
    assert (
        values["primary"]
        and values["may_publish"]
        and values["may_answer"]
        and values["title"] == "Equality office"
    )


# --- the secretariat's list -----------------------------------------------------------------------------------


def test_members_without_a_holder_stand_on_the_secretariats_list(cast):
    assert "Every member has a holder" in cast.steward.gets("/admin/seats").text
    cast.steward.posts(f"{one_seat(cast)}/hand-over", HAND)
    with cast.app.app_context():
        acts.add_organisation(None, form="city", code="NEW", name="City of Newcomers")
        person = acts.add_person(None, email="invited@cast.example", name="Invited", state="invited")
        organisation = db.session.get(Organisation, cast.organisations.outsider)
        seats.end(None, db.session.get(Seat, seat_of(cast, "outsider")))
        acts.give_seat(None, person, organisation, role="focal point")
    page = cast.steward.gets("/admin/seats").text
    assert (
        "City of Nairobi" in page and "Empty since" in page and "Nobody yet" in page and "3 members" in page
    )
    assert page.index("City of Graz") < page.index("City of Nairobi") < page.index("City of Newcomers")
    assert "Invited" in page
    for who in (cast.chair, cast.neighbour):
        assert who.gets("/admin/seats").status_code in (403, 303)


def test_the_list_goes_on_by_cursor(cast):
    with cast.app.app_context(), atomic():
        for number in range(empty_seats.PAGE + 3):
            acts.add_organisation(None, form="city", code=f"{number:03}", name=f"Place {number:03}")
    first = cast.steward.gets("/admin/seats").text
    assert "Place 049" in first and "Place 050" not in first
    after = re.search(r"/admin/seats\?after=\d+", first)[0]
    second = cast.steward.gets(after).text
    assert "Place 050" in second and "Place 049" not in second


def test_the_briefing_is_silent_about_who_acts_for_others_by_now(cast):
    """What somebody follows and was told since is no matter of the seat that they had."""
    old, place = seat_of(cast, "neighbour"), base(cast)
    thread = talk.starts(cast, cast.chair, "Who counts?")
    with cast.app.app_context():
        home = db.session.get(Organisation, cast.organisations.outsider)
        acts.give_seat(None, db.session.get(Person, cast.neighbour.id), home, role="member")
        seats.end(None, db.session.get(Seat, old))
        with atomic():
            watches.watch(cast.neighbour.id, f"thread:{thread}", "follow")
    page = cast.steward.gets(f"{place}/{old}/briefing").text
    assert "Who counts?" not in page and "Nothing is open." in page
