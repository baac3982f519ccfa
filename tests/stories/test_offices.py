"""Offices: who gives and takes them, what ends with a seat, and what can be done about one account."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.arrivals import acts as invitations
from app.core import clock
from app.core.audience import STEWARDS, moderators_room
from app.core.audit import AuditEntry
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members import acts, offices, seats
from app.members.models import Login, Organisation, Person, Seat
from app.members.suspensions import Suspension
from app.notifications.models import Notice
from app.spaces import acts as spaces
from app.spaces.models import Membership, Space
from tests import seat as chairs
from tests import talk
from tests.seat import tell, turn

WHY = "New desk officer."
BOTH = {"steward": "y", "moderator": "y", "why": WHY}


def account(cast, name, tail=""):
    return f"/admin/people/{getattr(cast, name).id}{tail}"


def has(cast, name):
    with cast.app.app_context():
        return offices.of(db.session.get(Person, getattr(cast, name).id))


def records(cast, act):
    with cast.app.app_context():
        rows = sa.select(AuditEntry.ref, AuditEntry.data).where(AuditEntry.act == act).order_by(AuditEntry.id)
        return [(row.ref, row.data) for row in db.session.execute(rows)]


@pytest.fixture
def colleague(cast):
    """A second officer with a seat at the secretariat."""
    with cast.app.app_context():
        person = acts.add_person(None, email="second@cast.example", name="Second officer", steward=True)
        acts.give_seat(
            None, person, db.session.get(Organisation, cast.organisations.steward), role="secretariat"
        )
        number = person.id
    return chairs.Seat(cast.app, number, "second")


# --- giving and taking ----------------------------------------------------------------------------------------


def test_only_the_secretariat_opens_accounts_and_offices(cast):
    paths = ("/admin/offices", account(cast, "outsider"), account(cast, "outsider", "/offices"))
    for path in paths:
        assert cast.steward.gets(path).status_code == 200
        assert cast.chair.gets(path).status_code == 403
        assert cast.visitor.gets(path).status_code == 303
    for who in (cast.chair, cast.outsider):
        assert who.posts(account(cast, "outsider", "/offices"), BOTH).status_code == 403
        assert who.posts(account(cast, "chair", "/suspend"), {"words": "x"}).status_code == 403
        assert who.posts(account(cast, "chair", "/link"), {}).status_code == 403
    assert has(cast, "outsider") == []
    assert cast.steward.gets("/admin/people/999999").status_code == 404


def test_an_office_is_given_with_a_reason_and_holds_at_once(cast):
    assert cast.outsider.gets("/admin").status_code == 403
    answer = cast.steward.posts(account(cast, "outsider", "/offices"), BOTH)
    assert answer.status_code == 303 and has(cast, "outsider") == ["steward", "moderator"]
    assert cast.outsider.gets("/admin").status_code == 200
    assert records(cast, "members.office_given") == [
        (f"person:{cast.outsider.id}", {"office": office, "words": WHY}) for office in offices.OFFICES
    ]
    tell(cast.app)
    with cast.app.app_context():
        told = db.session.scalars(sa.select(Notice.verb).where(Notice.person_id == cast.outsider.id)).all()
    assert {"offices.steward_given", "offices.moderator_given"} <= set(told)
    assert WHY in cast.outsider.gets("/notifications").text


def test_an_office_is_taken_and_nothing_of_it_stays(cast, colleague):
    with cast.app.app_context(), atomic() as session:
        network = session.get(Space, cast.spaces.network)
        spaces.join(colleague.me(), network, "facilitator")
    cast.steward.posts(f"/admin/people/{colleague.id}/offices", {"why": "Works elsewhere."})
    assert colleague.gets("/admin").status_code == 403
    with cast.app.app_context():
        assert STEWARDS not in colleague.me().rooms
        assert colleague.me().role_in(cast.spaces.network) == "member"
    assert records(cast, "members.office_taken") == [
        (f"person:{colleague.id}", {"office": "steward", "words": "Works elsewhere."})
    ]


def test_somebody_of_the_secretariat_stays(cast):
    page = cast.steward.posts(account(cast, "steward", "/offices"), {"why": "Enough."})
    assert (
        page.status_code == 422
        and "Somebody of the secretariat has to stay" in page.text
        and "Enough." in page.text
    )
    assert has(cast, "steward") == ["steward"]
    with cast.app.app_context(), pytest.raises(offices.Last):
        offices.take(cast.steward.me(), db.session.get(Person, cast.steward.id), "steward", "Enough.")


def test_a_suspended_officer_is_nobody_who_stays(cast, colleague):
    with cast.app.app_context(), atomic() as session:
        session.get(Person, colleague.id).state = "suspended"
    assert cast.steward.posts(account(cast, "steward", "/offices"), {"why": "Enough."}).status_code == 422


def test_one_gives_up_the_own_office_where_another_stays(cast, colleague):
    assert "These are your own." in cast.steward.gets(account(cast, "steward", "/offices")).text
    answer = cast.steward.posts(account(cast, "steward", "/offices"), {"why": "I retire."})
    assert answer.location == "/" and cast.steward.gets("/admin").status_code == 403


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"moderator": "y", "why": ""}, "Say in a few words why."),
        ({"moderator": "y", "why": "x" * 301}, "300 characters"),
    ],
)
def test_a_missing_reason_is_explained(cast, fields, words):
    page = cast.steward.posts(account(cast, "outsider", "/offices"), fields)
    assert page.status_code == 422 and words in page.text and has(cast, "outsider") == []


def test_nobody_who_cannot_sign_in_is_given_an_office(cast):
    with cast.app.app_context(), atomic() as session:
        session.get(Person, cast.outsider.id).state = "invited"
    page = cast.steward.posts(account(cast, "outsider", "/offices"), BOTH)
    assert page.status_code == 422 and "Only who can sign in" in page.text and has(cast, "outsider") == []


def test_who_was_not_asked_lately_proves_it_first(cast):
    with cast.app.app_context(), atomic() as session:
        session.execute(sa.update(Login).values(proved=clock.now() - dt.timedelta(hours=1)))
    for answer in (
        cast.steward.gets(account(cast, "outsider", "/offices")),
        cast.steward.posts(account(cast, "outsider", "/offices"), BOTH),
    ):
        assert answer.status_code == 303 and answer.location.startswith("/settings/prove?next=/")
    assert has(cast, "outsider") == []


# --- with the seat --------------------------------------------------------------------------------------------


def seat_of(cast, number):
    with cast.app.app_context():
        return db.session.scalar(sa.select(Seat.id).where(Seat.person_id == number, Seat.ended.is_(None)))


def test_the_office_ends_with_the_seat_that_it_came_with(cast, colleague):
    path = f"/members/{cast.organisations.steward}/seats/{seat_of(cast, colleague.id)}/hand-over"
    page = cast.steward.gets(path).text
    assert "These offices end with it: Secretariat." in page and "the account closes with it" in page
    cast.steward.posts(path, {"email": "next@cast.example", "name": "Next", "language": "en", "sure": "y"})
    with cast.app.app_context():
        gone = db.session.get(Person, colleague.id)
        assert (gone.steward, gone.state) == (False, "left")
    assert colleague.gets("/admin").status_code == 303
    assert records(cast, "members.office_taken")[0][0] == f"person:{colleague.id}"


def test_the_next_holder_gets_no_office_by_the_seat(cast, colleague):
    with cast.app.app_context():
        person = acts.add_person(None, email="next@cast.example", name="Next")
        acts.give_seat(
            None, person, db.session.get(Organisation, cast.organisations.steward), role="secretariat"
        )
        assert offices.of(db.session.get(Person, person.id)) == []


def test_the_last_officer_cannot_hand_over_the_seat(cast):
    path = f"/members/{cast.organisations.steward}/seats/{seat_of(cast, cast.steward.id)}/hand-over"
    page = cast.steward.posts(path, {"email": "", "name": "", "language": "en", "sure": "y"})
    assert page.status_code == 422 and "Somebody of the secretariat has to stay" in page.text
    with cast.app.app_context(), pytest.raises(offices.Last):
        seats.end(None, db.session.get(Seat, seat_of(cast, cast.steward.id)))
    assert has(cast, "steward") == ["steward"] and seat_of(cast, cast.steward.id)


def test_a_seat_elsewhere_takes_no_office_along(cast, colleague):
    with cast.app.app_context():
        person = db.session.get(Person, colleague.id)
        acts.give_seat(None, person, db.session.get(Organisation, cast.organisations.outsider), role="member")
        elsewhere = sa.select(Seat).where(
            Seat.person_id == colleague.id, Seat.organisation_id == cast.organisations.outsider
        )
        seats.end(None, db.session.scalars(elsewhere).one())
    assert colleague.gets("/admin").status_code == 200


@pytest.mark.parametrize("handed", [False, True])
def test_an_account_that_an_office_kept_open_closes_with_the_last_one(cast, handed):
    cast.steward.posts(account(cast, "neighbour", "/offices"), BOTH)
    with cast.app.app_context():
        seats.end(None, db.session.get(Seat, seat_of(cast, cast.neighbour.id)), handed=handed)
    assert cast.neighbour.gets("/admin").status_code == 200
    said = "the account closes with the last office"
    assert said in cast.steward.gets(account(cast, "neighbour", "/offices")).text
    assert said not in cast.steward.gets(account(cast, "outsider", "/offices")).text
    cast.steward.posts(account(cast, "neighbour", "/offices"), {"moderator": "y", "why": "Moves on."})
    assert cast.neighbour.gets("/moderation").status_code == 200
    cast.steward.posts(account(cast, "neighbour", "/offices"), {"steward": "y", "why": "Comes back."})
    assert cast.neighbour.gets("/admin").status_code == 200
    cast.steward.posts(account(cast, "neighbour", "/offices"), {"why": "Has left."})
    with cast.app.app_context():
        assert db.session.get(Person, cast.neighbour.id).state == "left"
        mails = sa.select(OutboxMail.to).where(OutboxMail.kind == "seat_ended")
        assert list(db.session.scalars(mails)) == ["neighbour@cast.example"]
    assert cast.neighbour.gets("/notifications").status_code == 303


# --- moderators of a group ------------------------------------------------------------------------------------


def test_a_facilitator_names_a_moderator_who_decides_in_the_group_alone(cast):
    people = f"/groups/{cast.spaces.africa}/people/{cast.neighbour.id}/role"
    assert cast.outsider.posts(people, {"role": "moderator"}).status_code == 403
    assert cast.chair.posts(people, {"role": "moderator"}).status_code == 303
    with cast.app.app_context():
        me = cast.neighbour.me()
        assert (
            moderators_room(cast.spaces.africa) in me.rooms
            and f"keepers:{cast.spaces.africa}" not in me.rooms
        )
    tell(cast.app)
    with cast.app.app_context():
        assert (
            db.session.scalar(sa.select(Notice.verb).where(Notice.person_id == cast.neighbour.id))
            == "spaces.role"
        )
    here, there = (
        talk.shares(cast, cast.outsider, "It insults.", space=name) for name in ("africa", "europe")
    )
    for number in (here, there):
        cast.chair.posts("/report", {"ref": f"update:{number}", "reason": "hate", "words": ""})
    queue = cast.neighbour.gets("/moderation").text
    assert queue.count('href="/moderation/') >= 1 and cast.neighbour.gets("/moderation").status_code == 200
    assert cast.neighbour.gets("/moderation/1").status_code == 200
    assert cast.neighbour.gets("/moderation/2").status_code == 404
    sent = {"deed": "hide", "reason": "hate", "words": "It insults.", "days": "7"}
    assert cast.neighbour.posts("/moderation/1", sent).status_code == 303
    assert cast.neighbour.posts("/moderation/2", sent).status_code == 404


def test_a_moderator_of_a_group_looks_after_no_more_than_its_words(cast):
    with cast.app.app_context(), atomic() as session:
        mine = (Membership.space_id == cast.spaces.africa, Membership.person_id == cast.neighbour.id)
        session.execute(sa.update(Membership).where(*mine).values(role="moderator"))
    assert cast.neighbour.gets(f"/groups/{cast.spaces.africa}/edit").status_code == 403
    again = f"/groups/{cast.spaces.africa}/people/{cast.chair.id}"
    assert cast.neighbour.posts(f"{again}/role", {"role": "member"}).status_code == 403
    assert cast.neighbour.posts(f"{again}/remove", {}).status_code == 403
    assert cast.neighbour.gets("/admin").status_code == 403


# --- what can be done about one account -----------------------------------------------------------------------


def test_an_account_is_suspended_with_a_reason_and_let_in_again(cast):
    asked = cast.steward.gets(account(cast, "outsider", "/suspend")).text
    assert "For how long" in asked
    path = account(cast, "outsider", "/suspend")
    empty = cast.steward.posts(path, {"reason": "spam", "days": "7", "words": ""})
    assert empty.status_code == 422 and "Say in a few words why." in empty.text
    cast.steward.posts(path, {"reason": "spam", "days": "7", "words": "Letters to everybody."})
    page = cast.steward.gets(account(cast, "outsider")).text
    assert "Letters to everybody." in page and "Let in again" in page and "Suspended until" in page
    assert cast.outsider.gets("/settings").status_code == 303
    with cast.app.app_context():
        assert db.session.scalar(sa.select(OutboxMail.id).where(OutboxMail.kind == "statement"))
    assert cast.steward.posts(path, {"reason": "spam", "days": "7", "words": "Again."}).status_code == 303
    cast.steward.posts(account(cast, "outsider", "/let-in"), {"words": "It was a mistake."})
    with cast.app.app_context():
        assert db.session.get(Person, cast.outsider.id).state == "active"
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Suspension)) == 0
    assert (
        cast.steward.posts(account(cast, "outsider", "/let-in"), {"words": "Once more."}).status_code == 303
    )


def test_who_was_only_invited_is_only_invited_afterwards(cast):
    with cast.app.app_context():
        home = db.session.get(Organisation, cast.organisations.neighbour)
        guest = invitations.invite(
            cast.steward.me(), home, email="guest@cast.example", role="member"
        ).person_id
    page = f"/admin/people/{guest}"
    sent = {"reason": "other", "days": "7", "words": "Not the one that was meant."}
    assert cast.steward.posts(f"{page}/suspend", sent).status_code == 303
    assert cast.steward.posts(f"{page}/let-in", {"words": "A mistake."}).status_code == 303
    with cast.app.app_context():
        assert db.session.get(Person, guest).state == "invited"


def test_nobody_of_an_office_is_suspended_here(cast, colleague):
    for number in (cast.steward.id, colleague.id):
        assert cast.steward.gets(f"/admin/people/{number}/suspend").status_code == 403
        sent = {"reason": "spam", "days": "7", "words": "x"}
        assert cast.steward.posts(f"/admin/people/{number}/suspend", sent).status_code == 403


def test_a_link_to_sign_in_is_sent_once_for_a_form(cast):
    for _time in range(2):
        sent = cast.steward.posts(account(cast, "outsider", "/link"), {"idempotency_key": "one"})
        assert sent.status_code == 303
    turn(cast.app)
    with cast.app.app_context():
        mails = db.session.scalars(sa.select(OutboxMail.to).where(OutboxMail.kind == "link")).all()
    assert mails == ["outsider@cast.example"] and len(records(cast, "members.link_ordered")) == 1


def test_the_page_of_a_person_leads_the_secretariat_to_the_account(cast):
    path = f"/people/{cast.outsider.id}"
    assert f'href="{account(cast, "outsider")}"' in cast.steward.gets(path, follow_redirects=True).text
    assert "/admin/people/" not in cast.chair.gets(path, follow_redirects=True).text


def test_the_list_of_people_leads_to_each_account(cast):
    page = cast.steward.gets("/admin/people").text
    assert f'href="{account(cast, "outsider")}"' in page
    shown = cast.steward.gets(account(cast, "outsider")).text
    assert (
        "outsider@cast.example" in shown and "City of Graz" in shown and "No office of the network." in shown
    )
