"""Invitations: bound to an address and a seat, sent again, taken back, too old; offers to who is here already."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.arrivals import acts, queries
from app.arrivals.models import Invitation
from app.core import clock
from app.core.audience import VISITOR, may_see
from app.core.database import atomic
from app.extensions import db
from app.members import seats
from app.members.models import DoorKey, Organisation, Person, Seat
from tests import seat as chairs
from tests.doors import count, mailed_path, mails
from tests.seat import Visitor, tell

NEW = "Officer@town.example"
FORM = {"email": NEW, "name": "Equality desk", "role": "focal point", "title": "Equality office", "language": "fr",
        "may_publish": "y"}  # fmt: skip
JOIN = {"name": "Bureau de l’égalité", "language": "fr", "password": "quatre tables vertes au port"}


def here(cast, name="neighbour"):
    return f"/members/{getattr(cast.organisations, name)}/invitations"


def row(cast, **more):
    """Return an invitation of the address."""
    with cast.app.app_context():
        found = db.session.scalar(sa.select(Invitation).order_by(Invitation.id.desc()).limit(1))
        db.session.expunge(found)
        return found


def seats_of(cast, email):
    with cast.app.app_context():
        mine = sa.select(Seat).join(Person, Person.id == Seat.person_id).where(Person.email == email)
        return [
            (s.organisation_id, s.role, s.title, s.primary, s.may_publish) for s in db.session.scalars(mine)
        ]


def late(cast, days):
    return clock.at(clock.now() + dt.timedelta(days=days))


def test_an_invitation_leads_to_its_seat(cast):
    answer = cast.neighbour.posts(here(cast), FORM)
    assert answer.location == here(cast)
    page = cast.neighbour.gets(here(cast)).text
    assert "officer@town.example" in page and "Waits for an answer" in page and "is on its way" in page
    mail = mails(cast.app, "invite")[-1]
    assert (mail.to, mail.language) == ("officer@town.example", "fr")
    assert seats_of(cast, "officer@town.example") == []  # nothing is open before they come
    path, visitor = mailed_path(cast.app, "invite"), Visitor(cast.app)
    door = visitor.gets(path).text
    assert "City of Nairobi" in door and "Neighbour desk" in door and "Equality office" in door
    assert visitor.posts(path, JOIN).location == "/"
    assert seats_of(cast, "officer@town.example") == [
        (cast.organisations.neighbour, "focal point", "Equality office", False, True)
    ]
    with cast.app.app_context():
        person = db.session.scalar(sa.select(Person).where(Person.email == "officer@town.example"))
        assert (person.state, person.name, person.handle) == ("active", JOIN["name"], "bureau-de-l-egalite")
    assert visitor.gets(here(cast)).status_code == 403  # no first contact
    assert Visitor(cast.app).gets(path).status_code == 404
    assert "Taken up" in cast.neighbour.gets(here(cast)).text
    tell(cast.app)
    assert "took up the invitation to" in cast.neighbour.gets("/notifications").text


def test_who_looks_after_an_organisation_invites_and_nobody_else(cast):
    for who in (cast.chair, cast.outsider):
        assert who.gets(here(cast)).status_code == 403
        assert who.posts(here(cast), FORM).status_code == 403
    assert cast.steward.posts(here(cast), FORM).status_code == 303
    number = row(cast).id
    assert cast.outsider.posts(f"{here(cast)}/{number}/again").status_code == 403
    assert cast.outsider.posts(f"{here(cast, 'outsider')}/{number}/withdraw").status_code == 404
    assert "/sign-in" in Visitor(cast.app).gets(here(cast)).location
    for who in (cast.chair, cast.neighbour):
        assert who.gets("/admin/invitations").status_code == 403


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"email": "nobody"}, "Write one e-mail address"),
        ({"email": "a@b.example, c@d.example"}, "Write one e-mail address"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "Write one e-mail address"),
        ({"email": "NEIGHBOUR@cast.example"}, "acts for the organisation already"),
        ({"role": "queen"}, "Choose one from the list"),
        ({"language": "xx"}, "Choose one from the list"),
        ({"title": "x" * 121}, "at most 120"),
    ],
)
def test_a_wrong_invitation_is_explained(cast, more, words):
    answer = cast.neighbour.posts(here(cast), {**FORM, **more})
    assert answer.status_code == 422 and words in answer.text
    assert mails(cast.app) == [] and count(cast.app, Invitation) == 0


def test_nobody_is_invited_twice(cast):
    cast.neighbour.posts(here(cast), FORM)
    answer = cast.neighbour.posts(here(cast), FORM)
    assert answer.status_code == 422 and "Send it again from the list" in answer.text
    assert len(mails(cast.app, "invite")) == 1


def test_sent_again_only_the_newest_mail_opens(cast):
    cast.neighbour.posts(here(cast), FORM)
    old = mailed_path(cast.app, "invite")
    with late(cast, 20):
        assert "Too old" in cast.neighbour.gets(here(cast)).text
        assert Visitor(cast.app).gets(old).status_code == 404
        assert cast.neighbour.posts(f"{here(cast)}/{row(cast).id}/again").location == here(cast)
        new = mailed_path(cast.app, "invite")
        assert new != old and Visitor(cast.app).gets(old).status_code == 404
        assert Visitor(cast.app).gets(new).status_code == 200
        assert row(cast).sent == 2


def test_withdrawn_it_opens_nothing_and_nothing_is_kept_of_them(cast):
    cast.neighbour.posts(here(cast), FORM)
    path, number = mailed_path(cast.app, "invite"), row(cast).id
    ask = cast.neighbour.gets(f"{here(cast)}/{number}/withdraw").text
    assert "officer@town.example" in ask and "Keep it" in ask
    assert cast.neighbour.posts(f"{here(cast)}/{number}/withdraw").location == here(cast)
    assert Visitor(cast.app).gets(path).status_code == 404
    assert Visitor(cast.app).posts(path, JOIN).status_code == 404
    assert count(cast.app, Person, Person.email == "officer@town.example") == 0
    assert count(cast.app, DoorKey) == 0
    with cast.app.app_context():
        left = db.session.scalars(sa.select(Person).order_by(Person.id.desc()).limit(1)).one()
        assert (
            left.state == "erased" and left.name == "Former member" and not may_see(VISITOR, left.audience_id)
        )
    assert cast.neighbour.posts(here(cast), FORM).status_code == 303  # and can be invited anew


def test_what_was_withdrawn_stays_withdrawn(cast):
    cast.neighbour.posts(here(cast), FORM)
    number = row(cast).id
    cast.neighbour.posts(f"{here(cast)}/{number}/withdraw")
    cast.neighbour.posts(f"{here(cast)}/{number}/again")
    assert row(cast).state == "withdrawn" and len(mails(cast.app, "invite")) == 1


def test_it_holds_only_while_who_sent_it_could_send_it(cast):
    cast.neighbour.posts(here(cast), FORM)
    path = mailed_path(cast.app, "invite")
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(Seat).where(Seat.person_id == cast.neighbour.id).values(primary=False))
    assert Visitor(cast.app).gets(path).status_code == 404
    assert Visitor(cast.app).posts(path, JOIN).status_code == 404
    assert seats_of(cast, "officer@town.example") == []


def test_the_key_of_one_seat_opens_no_other(cast):
    cast.neighbour.posts(here(cast), FORM)
    first = mailed_path(cast.app, "invite")
    cast.outsider.posts(here(cast, "outsider"), {**FORM, "primary": "y"})
    visitor = Visitor(cast.app)
    visitor.posts(first, JOIN)
    assert [one[0] for one in seats_of(cast, "officer@town.example")] == [cast.organisations.neighbour]
    offer = mailed_path(cast.app, "offer")  # the other one waits for a yes
    assert "City of Graz" in visitor.gets(offer).text
    assert visitor.posts(f"{offer}/accept").status_code == 303
    assert {one[0] for one in seats_of(cast, "officer@town.example")} == {
        cast.organisations.neighbour, cast.organisations.outsider,
    }  # fmt: skip


def test_who_is_here_already_is_offered_the_seat(cast):
    cast.neighbour.posts(here(cast), {**FORM, "email": "outsider@cast.example"})
    assert mails(cast.app, "invite") == []
    offer = mailed_path(cast.app, "offer")
    for who in (cast.chair, cast.steward, cast.neighbour):
        assert who.gets(offer).status_code == 404
        assert who.posts(f"{offer}/accept").status_code == 404
    assert "/sign-in" in Visitor(cast.app).gets(offer).location
    assert "Take the seat" in cast.outsider.gets(offer).text
    own = cast.outsider.gets(f"/people/{cast.outsider.id}", follow_redirects=True).text
    assert f'href="{offer}"' in own and "A seat at City of Nairobi" in own
    for who in (cast.steward, cast.neighbour):
        assert offer not in who.gets(f"/people/{cast.outsider.id}", follow_redirects=True).text
    for _ in range(2):
        assert cast.outsider.posts(f"{offer}/accept", {"idempotency_key": "k"}).location.startswith(
            "/members/"
        )
    assert len(seats_of(cast, "outsider@cast.example")) == 2
    assert "You have taken this seat" in cast.outsider.gets(offer).text


def test_a_seat_can_be_turned_down(cast):
    cast.neighbour.posts(here(cast), {**FORM, "email": "outsider@cast.example"})
    offer = mailed_path(cast.app, "offer")
    assert cast.outsider.posts(f"{offer}/decline").location == "/"
    assert "This offer is over" in cast.outsider.gets(offer).text
    cast.outsider.posts(f"{offer}/accept")
    assert len(seats_of(cast, "outsider@cast.example")) == 1
    assert "Turned down" in cast.neighbour.gets(here(cast)).text


def test_who_has_left_comes_back_by_an_invitation(cast):
    with cast.app.app_context():
        number = db.session.scalar(sa.select(Seat.id).where(Seat.person_id == cast.outsider.id))
        seats.end(None, db.session.get(Seat, number))
    cast.neighbour.posts(here(cast), {**FORM, "email": "outsider@cast.example"})
    with cast.app.app_context():
        assert db.session.get(Person, cast.outsider.id).state == "invited"
    cast.neighbour.posts(f"{here(cast)}/{row(cast).id}/withdraw")
    with cast.app.app_context():
        assert db.session.get(Person, cast.outsider.id).state == "left"  # what they wrote keeps its author
    cast.neighbour.posts(here(cast), {**FORM, "email": "outsider@cast.example"})
    visitor = Visitor(cast.app)
    assert visitor.posts(mailed_path(cast.app, "invite"), JOIN).location == "/"
    with cast.app.app_context():
        person = db.session.get(Person, cast.outsider.id)
        assert (person.state, person.handle) == ("active", "outsider")


def test_a_mail_alone_opens_no_account_with_a_second_step(cast):
    with cast.app.app_context():
        number = db.session.scalar(sa.select(Seat.id).where(Seat.person_id == cast.outsider.id))
        seats.end(None, db.session.get(Seat, number))
        with atomic():
            db.session.execute(sa.update(Person).where(Person.id == cast.outsider.id).values(second=True))
    cast.neighbour.posts(here(cast), {**FORM, "email": "outsider@cast.example"})
    answer = Visitor(cast.app).posts(mailed_path(cast.app, "invite"), JOIN)
    assert answer.location == "/sign-in/second"


def test_a_seat_that_is_handed_over_invites_the_next_holder(cast):
    with cast.app.app_context():
        old = db.session.scalar(sa.select(Seat.id).where(Seat.person_id == cast.neighbour.id))
    path = f"/members/{cast.organisations.neighbour}/seats/{old}/hand-over"
    assert 'name="email"' in cast.neighbour.gets(path).text
    cast.neighbour.posts(path, {"email": NEW, "name": "Next desk", "language": "en", "sure": "y"})
    assert "Invited" in cast.steward.gets("/admin/seats").text
    visitor = Visitor(cast.app)
    assert visitor.posts(mailed_path(cast.app, "invite"), JOIN).location == "/"
    with cast.app.app_context():
        seat = db.session.scalar(sa.select(Seat).where(Seat.before_id == old))
        assert (seat.role, seat.primary, seat.title) == ("focal point", True, "Equality office")
        me = chairs.signed_in.as_person(seat.person_id)
        assert f"space:{cast.spaces.circle}" in me.rooms


def test_the_secretariat_sees_all_by_state(cast):
    cast.neighbour.posts(here(cast), FORM)
    answer = cast.steward.posts("/admin/invitations", {**FORM, "member": "grz", "email": "two@town.example"})
    assert answer.location == "/admin/invitations"
    page = cast.steward.gets("/admin/invitations").text
    assert "officer@town.example" in page and "two@town.example" in page and "City of Graz" in page
    assert "No invitation here" in cast.steward.gets("/admin/invitations?state=expired").text
    with late(cast, 20):
        assert "two@town.example" in cast.steward.gets("/admin/invitations?state=expired").text
    wrong = cast.steward.posts("/admin/invitations", {**FORM, "member": "Atlantis"})
    assert wrong.status_code == 422 and "no member with this" in wrong.text
    twice = cast.steward.posts(
        "/admin/invitations", {**FORM, "member": "@outsider-office", "email": "two@town.example"}
    )
    assert twice.status_code == 422 and "Send it again from the list" in twice.text
    back = cast.steward.posts(f"{here(cast, 'outsider')}/{row(cast).id}/again", {"from": "all"})
    assert back.location == "/admin/invitations"


def test_the_secretariats_list_goes_on_by_cursor(cast):
    with cast.app.app_context(), atomic():
        home = db.session.get(Organisation, cast.organisations.neighbour)
        for number in range(queries.PAGE + 2):
            acts.invite(None, home, email=f"n{number:02}@town.example", role="member")
    first = cast.steward.gets("/admin/invitations").text
    assert "n51@town.example" in first and "n01@town.example" not in first
    second = cast.steward.gets(re.search(r"/admin/invitations\?before=\d+", first)[0]).text
    assert "n01@town.example" in second and "n51@town.example" not in second


class TestLimits:
    @pytest.fixture
    def settings(self):
        return {"INVITATIONS_PER_HOUR": 2}

    def test_nobody_sends_more_than_so_many_in_an_hour(self, cast):
        codes = [
            cast.neighbour.posts(here(cast), {**FORM, "email": f"n{n}@town.example"}).status_code
            for n in range(3)
        ]
        assert codes == [303, 303, 429]
        assert len(mails(cast.app, "invite")) == 2


def test_what_is_long_over_is_forgotten(cast):
    cast.neighbour.posts(here(cast), FORM)
    with cast.app.app_context():
        with late(cast, 200):
            acts.sweep()
            assert row(cast).state == "withdrawn"
        assert count(cast.app, Person, Person.email == "officer@town.example") == 0
        with late(cast, 400):
            acts.sweep()
    assert count(cast.app, Invitation) == 0


def test_the_record_says_who_invited_and_holds_no_address(cast):
    cast.neighbour.posts(here(cast), FORM)
    page = cast.steward.gets("/admin/audit?act=arrivals").text
    assert "Invited somebody" in page and "officer@town" not in page


def test_a_number_of_a_key_that_is_given_again_opens_the_new_invitation(cast):
    """Keys are swept before invitations, and SQLite gives the number of a deleted last row again."""
    cast.neighbour.posts(here(cast), FORM)
    old = row(cast)
    cast.neighbour.posts(f"{here(cast)}/{old.id}/withdraw")
    cast.neighbour.posts(here(cast), {**FORM, "email": "second@town.example"})
    with cast.app.app_context():
        with atomic():
            new = db.session.get(Invitation, row(cast).id)
            db.session.execute(sa.update(Invitation).where(Invitation.id == old.id).values(key_id=new.key_id))
            acts._only_mine(new)
        assert acts.good(new.key_id)
    assert Visitor(cast.app).gets(mailed_path(cast.app, "invite")).status_code == 200


def test_nobody_learns_who_is_invited_by_reporting_them(cast):
    cast.neighbour.posts(here(cast), FORM)
    with cast.app.app_context():
        guest = db.session.scalars(sa.select(Person.id).where(Person.state == "invited")).one()
    answer = cast.outsider.gets(f"/report?ref=person:{guest}")
    assert answer.status_code == 404 and "Equality desk" not in answer.text
