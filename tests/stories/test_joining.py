"""Requests to join: asked by anybody, proved by mail, answered by one, passed on after silence, without a trace."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.arrivals import asked, asking, codes
from app.arrivals.models import Invitation, JoinRequest
from app.core import clock
from app.core.activity import Activity
from app.core.audience import NOBODY, audience_of
from app.core.database import atomic
from app.extensions import db
from app.members.models import Organisation, Person, Seat
from app.notifications.models import Notice
from app.spaces.models import Membership, Space
from tests.doors import count, mailed_path, mails
from tests.rules.world import JOINING
from tests.seat import Visitor, tell

FORM = {
    **JOINING,
    "email": "Youth@Town.example",
    "title": "Youth officer",
    "words": "I would like to read along.",
}


@pytest.fixture
def coalitions(cast):
    """The spaces of the cast, under the keys that organisations name."""
    with cast.app.app_context(), atomic():
        for key, name in (("AFRICA", "africa"), ("ECCAR", "europe")):
            number = getattr(cast.spaces, name)
            db.session.execute(sa.update(Space).where(Space.id == number).values(key=key))
    return cast


def asks(cast, **more):
    """Send the form and open the mailed link; return the secret address."""
    answer = Visitor(cast.app).posts("/join", {**FORM, **more})
    assert answer.status_code == 200, answer.text
    path = mailed_path(cast.app, "join")
    assert Visitor(cast.app).posts(path).location == path
    return path


def for_neighbour(cast):
    return {"pick": str(cast.organisations.neighbour)}


def one(cast):
    with cast.app.app_context():
        row = db.session.scalar(sa.select(JoinRequest).order_by(JoinRequest.id.desc()))
        db.session.expunge(row)
        return row


def days(number):
    return clock.at(clock.now() + dt.timedelta(days=number))


def told(cast):
    """Return who has a notice of a request."""
    tell(cast.app)
    with cast.app.app_context():
        return set(db.session.scalars(sa.select(Notice.person_id).where(Notice.verb == "arrivals.asked")))


# --- asking ---------------------------------------------------------------------------------------------------


def test_the_door_is_found(cast):
    assert "/join" in cast.visitor.gets("/").text and "/join" in cast.visitor.gets("/sign-in").text
    page = cast.visitor.gets(f"/members/{cast.organisations.neighbour}", follow_redirects=True).text
    assert f"/join?for={cast.organisations.neighbour}" in page
    assert "City of Nairobi" in cast.visitor.gets(f"/join?for={cast.organisations.neighbour}").text
    for strange in ("0", "x", "99999999999999999999", "²"):
        assert cast.visitor.gets(f"/join?for={strange}").status_code == 200


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"organisation": ""}, "Write the name of your organisation"),
        ({"email": "nobody"}, "Write one e-mail address"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "Write one e-mail address"),
        ({"agreed": ""}, "Tick that the request may be kept"),
        ({"form": "secretariat"}, "Choose one from the list"),
        ({"country": "ZZ"}, "Choose one from the list"),
        ({"coalition": "MOON"}, "Choose one from the list"),
        ({"name": ""}, "Write your name"),
        ({"organisation": "City of Nairobi%\\"}, "Say whether it is one of these members"),
        ({"organisation": "nairobi"}, "Say whether it is one of these members"),
    ],
)
def test_a_wrong_request_is_explained(cast, more, words):
    answer = cast.visitor.posts("/join", {**FORM, **more})
    assert answer.status_code == 422 and words in answer.text
    assert mails(cast.app) == []


def test_nothing_is_read_before_the_address_is_proved(cast):
    cast.visitor.posts("/join", {**FORM, **for_neighbour(cast)})
    path = mailed_path(cast.app, "join")
    assert told(cast) == set() and "No request waits" in cast.neighbour.gets("/requests").text
    assert (
        "Yes, the address is mine" in Visitor(cast.app).gets(path).text
    )  # a scanner that opens it changes nothing
    assert (
        one(cast).state == "unproved" and cast.neighbour.gets(f"/requests/{one(cast).id}").status_code == 404
    )
    for _ in range(2):
        Visitor(cast.app).posts(path)
    assert one(cast).state == "waiting"
    assert "The first contact of the organisation reads it" in Visitor(cast.app).gets(path).text
    assert told(cast) == {cast.neighbour.id}


def test_known_and_unknown_addresses_get_the_same_page(cast):
    said = []
    for address in ("outsider@cast.example", "nobody@town.example"):
        answer = Visitor(cast.app).posts("/join", {**FORM, "email": address})
        said.append((answer.status_code, answer.text.replace(address, "…")))
    assert said[0][0] == said[1][0] == 200
    assert [mail.kind for mail in mails(cast.app)] == ["join_known", "join"]
    assert count(cast.app, JoinRequest) == 1
    first, second = (text.split('id="main"')[1].split("</main>")[0] for _code, text in said)
    assert first == second


def test_nobody_is_flooded_with_mails_by_strangers(cast):
    for _ in range(5):
        cast.visitor.posts("/join", FORM)
    assert len(mails(cast.app)) == asking.MAILS_A_DAY


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(cast):
    """The field is for nobody: neither seen, nor read out, nor reached by keyboard."""
    page = cast.visitor.gets("/join").text
    assert '<div class="vh" aria-hidden="true"><label for="homepage">' in page and 'tabindex="-1"' in page
    answer = Visitor(cast.app).posts("/join", {**FORM, "homepage": "https://spam.example"})
    assert answer.status_code == 200 and FORM["email"] in answer.text
    with cast.app.app_context():
        assert not db.session.scalars(sa.select(JoinRequest)).all()
    assert not mails(cast.app)


def test_a_form_sent_twice_is_one_request(cast):
    for _ in range(2):
        cast.visitor.posts("/join", {**FORM, "idempotency_key": "k1"})
    assert count(cast.app, JoinRequest) == 1


def test_a_secret_address_is_not_to_be_guessed(cast):
    asks(cast)
    assert cast.visitor.gets("/join/1").status_code == 404
    assert cast.visitor.posts("/join/1").status_code == 404
    assert "There is no request here" in cast.visitor.gets("/join/MQ.wrong").text


# --- the answer -----------------------------------------------------------------------------------------------


def test_the_first_contact_says_yes(cast):
    path = asks(cast, **for_neighbour(cast))
    assert told(cast) == {cast.neighbour.id}
    assert "1 waits for an answer" in cast.neighbour.gets("/").text
    page = cast.neighbour.gets(f"/requests/{one(cast).id}").text
    assert "youth@town.example" in page and "I would like to read along" in page
    answer = cast.neighbour.posts(
        f"/requests/{one(cast).id}/approve", {"role": "member", "title": "Youth officer"}
    )
    assert answer.location == f"/requests/{one(cast).id}"
    assert "The answer is yes" in Visitor(cast.app).gets(path).text
    visitor = Visitor(cast.app)
    assert visitor.posts(
        mailed_path(cast.app, "invite"), {"name": "Youth desk", "language": "en", "password": "four quiet tables here"}
    ).location == "/"  # fmt: skip
    with cast.app.app_context():
        seat = db.session.scalar(sa.select(Seat).join(Person).where(Person.email == "youth@town.example"))
        assert (seat.organisation_id, seat.title, seat.primary) == (
            cast.organisations.neighbour,
            "Youth officer",
            False,
        )
    assert "1 waits" not in cast.neighbour.gets("/").text
    with cast.app.app_context():
        assert (
            db.session.scalar(sa.select(Notice.read).where(Notice.person_id == cast.neighbour.id)) is not None
        )


def test_who_is_not_asked_sees_nothing(cast, coalitions):
    asks(cast, **for_neighbour(cast))
    path = f"/requests/{one(cast).id}"
    for who in (cast.outsider, cast.chair):  # chair looks after the coalition, and is not asked yet
        assert who.gets(path).status_code == 404
        assert who.posts(f"{path}/approve", {"role": "member"}).status_code == 404
        assert who.posts(f"{path}/decline", {"reason": "x"}).status_code == 404
        assert "City of Nairobi" not in who.gets("/requests").text
    assert cast.steward.gets(path).status_code == 200
    assert "/sign-in" in Visitor(cast.app).gets(path).location


def test_a_no_has_a_reason_and_leaves_no_trace(cast):
    path = asks(cast, organisation="Harbour of Nowhere")
    number = one(cast).id
    wrong = cast.steward.posts(f"/requests/{number}/decline", {"reason": ""})
    assert wrong.status_code == 422 and "Write a reason" in wrong.text
    assert cast.steward.posts(f"/requests/{number}/decline", {"reason": "It is no city."}).status_code == 303
    assert "It is no city." in Visitor(cast.app).gets(path).text
    assert "It is no city." in mails(cast.app, "join_declined")[-1].text
    tell(cast.app)
    for who in (cast.visitor, cast.outsider, cast.neighbour):
        for page in ("/", "/members?q=harbour", "/search?q=harbour", "/feed.atom", "/sitemap.xml"):
            assert "Harbour of Nowhere" not in who.gets(page).text
    with cast.app.app_context():
        rooms = {
            fact.audience_id for fact in db.session.scalars(sa.select(Activity).where(Activity.title != ""))
        }
        assert rooms and count(cast.app, Organisation) == 4 and count(cast.app, Person) == 4
        with days(91):
            asking.escalate()
        assert count(cast.app, JoinRequest) == 0
        assert db.session.scalars(
            sa.select(Activity.title).where(Activity.verb == "arrivals.asked")
        ).all() == [""]
    assert Visitor(cast.app).gets(path).status_code == 404


def test_only_the_first_answer_counts(cast):
    asks(cast, **for_neighbour(cast))
    number = one(cast).id
    cast.neighbour.posts(f"/requests/{number}/decline", {"reason": "Not now."})
    late = cast.steward.posts(f"/requests/{number}/approve", {"role": "member"})
    assert late.location == f"/requests/{number}?late=1"
    assert "Somebody answered while you read" in cast.steward.gets(late.location).text
    assert count(cast.app, Invitation) == 0


def test_the_applicant_takes_it_back(cast):
    path = asks(cast, **for_neighbour(cast))
    assert Visitor(cast.app).posts(path, {"deed": "withdraw"}).location == path
    assert "You took the request back" in Visitor(cast.app).gets(path).text
    assert one(cast).words == "" and "No request waits" in cast.neighbour.gets("/requests").text


# --- silence --------------------------------------------------------------------------------------------------


def test_silence_passes_it_on_to_the_coalition_and_then_to_the_secretariat(cast, coalitions):
    asks(cast, **for_neighbour(cast))
    assert told(cast) == {cast.neighbour.id}
    with days(6), cast.app.app_context():
        asking.escalate()
    assert one(cast).stage == "contact"
    with days(8):
        with cast.app.app_context():
            asking.escalate()
        assert told(cast) == {cast.neighbour.id, cast.chair.id}
        assert (
            one(cast).stage == "coalition" and cast.chair.gets(f"/requests/{one(cast).id}").status_code == 200
        )
        assert (
            cast.outsider.gets(f"/requests/{one(cast).id}").status_code == 404
        )  # facilitator of another coalition
    with days(16):
        with cast.app.app_context():
            asking.escalate()
            asking.escalate()
        assert told(cast) == {cast.neighbour.id, cast.chair.id, cast.steward.id}
    assert (one(cast).stage, one(cast).due) == ("secretariat", None)


def test_without_a_first_contact_the_coalition_is_asked_at_once(cast, coalitions):
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(Seat).where(Seat.person_id == cast.neighbour.id).values(primary=False))
    asks(cast, **for_neighbour(cast))
    assert one(cast).stage == "coalition" and told(cast) == {cast.chair.id}
    assert cast.neighbour.gets("/requests").status_code == 403


def test_a_new_member_is_its_coalitions_and_then_the_secretariats(cast, coalitions):
    asks(cast, coalition="AFRICA", organisation="Harbour of Nowhere")
    assert one(cast).stage == "coalition" and told(cast) == {cast.chair.id}
    page = cast.chair.gets(f"/requests/{one(cast).id}").text
    assert "Not a member yet" in page and 'value="HAR"' in page
    form = {
        "member": "City of Harbour", "kind": "city", "code": "har", "country": "KE", "region": "Africa",
        "coalition": "AFRICA", "role": "focal point", "primary": "y",
    }  # fmt: skip
    wrong = cast.chair.posts(f"/requests/{one(cast).id}/approve", {**form, "code": "PRC"})
    assert wrong.status_code == 422 and "Another member has this code" in wrong.text
    for _ in range(2):
        answer = cast.chair.posts(f"/requests/{one(cast).id}/approve", {**form, "idempotency_key": "k"})
        assert answer.status_code == 303
    with cast.app.app_context():
        home = db.session.scalar(sa.select(Organisation).where(Organisation.code == "HAR"))
        assert (home.name, home.sort_name, home.coalition, home.region) == (
            "City of Harbour",
            "Harbour",
            "AFRICA",
            "Africa",
        )
        invitation = db.session.scalar(sa.select(Invitation))
        assert (invitation.organisation_id, invitation.primary, invitation.by_id) == (home.id, True, None)
    assert Visitor(cast.app).gets(mailed_path(cast.app, "invite")).status_code == 200


def test_without_a_coalition_the_secretariat_is_asked(cast, coalitions):
    asks(cast, organisation="Harbour of Nowhere")
    assert one(cast).stage == "secretariat" and told(cast) == {cast.steward.id}


def test_without_facilitators_nobody_waits_for_them(cast, coalitions):
    with cast.app.app_context(), atomic():
        db.session.execute(sa.delete(Membership).where(Membership.space_id == cast.spaces.africa))
    asks(cast, coalition="AFRICA", organisation="Harbour of Nowhere")
    assert one(cast).stage == "secretariat"


def test_what_nobody_proved_is_forgotten(cast):
    cast.visitor.posts("/join", FORM)
    path = mailed_path(cast.app, "join")
    with days(4):
        with cast.app.app_context():
            asking.escalate()
        assert Visitor(cast.app).gets(path).status_code == 404
    assert count(cast.app, JoinRequest) == 0


def test_codes_are_made_from_names(app, cast):
    assert codes.free("City of Graz", set()) == "GRA" and codes.free("City of Graz", {"GRA"}) == "GAZ"
    assert codes.free("بنغازي", set()) == "XXX" and codes.free("Òs", {"OSX"}) not in ("OSX", "")
    used = set()
    for _ in range(200):
        used.add(codes.free("City of Graz", used))
    assert len(used) == 200
    assert codes.wellformed(" ab1 ") == "AB1" and not codes.wellformed("abcd") and not codes.wellformed("é12")


def test_the_number_is_asked_for_nobody_who_answers_nothing(app, cast):
    with app.app_context():
        assert not asked.answers(cast.visitor.me()) and asked.answers(cast.steward.me())


def test_the_address_of_a_forgotten_request_opens_no_later_one(cast):
    """SQLite gives the number of a deleted last row again: the old link must not prove somebody else's address."""
    Visitor(cast.app).posts("/join", FORM)
    old, number = mailed_path(cast.app, "join"), one(cast).id
    with days(4), cast.app.app_context():
        asking.escalate()
        assert count(cast.app, JoinRequest) == 0
        with atomic() as session:
            session.add(
                JoinRequest(
                    id=number, email="mayor@harbour.example", name="Mayor", language="en", form="city",
                    organisation="Harbour of Nowhere", at=clock.now(),
                )
            )  # fmt: skip
        assert "mayor@harbour.example" not in Visitor(cast.app).gets(old).text
        assert Visitor(cast.app).posts(old).status_code == 404
        assert one(cast).state == "unproved"


def test_a_coalition_takes_members_into_itself_alone(cast, coalitions):
    asks(cast, coalition="AFRICA", organisation="Harbour of Nowhere")
    path = f"/requests/{one(cast).id}"
    page = cast.chair.gets(path).text
    assert 'value="AFRICA"' in page and 'value="ECCAR"' not in page
    yes = {"member": "Harbour of Nowhere", "kind": "city", "code": "HRN", "role": "focal point"}
    assert cast.chair.posts(f"{path}/approve", {**yes, "coalition": "ECCAR"}).status_code == 422
    assert 'value="ECCAR"' in cast.steward.gets(path).text
    assert cast.chair.posts(f"{path}/approve", {**yes, "coalition": "AFRICA"}).status_code == 303


def test_two_members_taken_in_with_one_code_are_one(cast, coalitions, monkeypatch):
    """Both forms were right when they were read: the database keeps one, the other one is told to look again."""
    asks(cast, coalition="AFRICA", organisation="Harbour of Nowhere")
    monkeypatch.setattr(codes, "taken", set)
    yes = {
        "member": "Harbour of Nowhere",
        "kind": "city",
        "code": "NBO",
        "role": "member",
        "coalition": "AFRICA",
    }
    answer = cast.steward.posts(f"/requests/{one(cast).id}/approve", yes)
    assert answer.status_code == 409 and "Load the page again" in answer.text
    assert one(cast).state == "waiting" and mails(cast.app, "invite") == []


def test_a_new_member_comes_onto_the_map_with_its_request(cast):
    asks(cast)
    number = one(cast).id
    page = cast.steward.gets(f"/requests/{number}").text
    assert "Place on the map" in page and "In degrees" in page
    yes = {
        "member": "City of Quite Elsewhere",
        "kind": "city",
        "code": "QEL",
        "role": "focal point",
        "country": "GB",
    }
    half = cast.steward.posts(f"/requests/{number}/approve", {**yes, "lat": "50.8"})
    assert (
        half.status_code == 422 and "needs both, latitude and longitude" in half.text and "50.8" in half.text
    )
    odd = cast.steward.posts(f"/requests/{number}/approve", {**yes, "lat": "950", "lon": "0"})
    assert odd.status_code == 422 and "A latitude lies between" in odd.text
    assert (
        cast.steward.posts(f"/requests/{number}/approve", {**yes, "lat": "50.79", "lon": "0.05"}).status_code
        == 303
    )
    with cast.app.app_context():
        home = db.session.scalars(sa.select(Organisation).where(Organisation.code == "QEL")).one()
        assert (home.lat, home.lon) == (50.79, 0.05)
    assert "Quite Elsewhere" not in cast.steward.gets("/admin/unplaced").text


def test_without_a_place_it_stands_on_the_list_of_those_that_are_not_on_the_map(cast):
    asks(cast)
    yes = {"member": "Chair of Quite", "kind": "chair", "code": "QEL", "role": "focal point", "town": "Quite"}
    assert cast.steward.posts(f"/requests/{one(cast).id}/approve", yes).status_code == 303
    assert "Chair of Quite" in cast.steward.gets("/admin/unplaced").text
    assert cast.chair.gets("/admin/unplaced").status_code == 403
    with cast.app.app_context():
        home = db.session.scalars(sa.select(Organisation).where(Organisation.code == "QEL")).one()
        assert home.facts["city"] == "Quite"


def test_the_place_of_a_member_in_the_same_town_is_offered(cast):
    with cast.app.app_context(), atomic() as session:
        graz = session.get(Organisation, cast.organisations.outsider)
        graz.sort_key, graz.country, graz.lat, graz.lon = "quite elsewhere", "AT", 47.07, 15.44
    asks(cast, country="AT")
    page = cast.steward.gets(f"/requests/{one(cast).id}").text
    assert 'value="47.07"' in page and "Taken from City of Graz" in page
    with cast.app.app_context(), atomic() as session:  # nor is it offered from a member that is out of sight
        session.get(Organisation, cast.organisations.outsider).audience_id = audience_of(NOBODY)
    hidden = cast.steward.gets(f"/requests/{one(cast).id}").text
    assert 'value="47.07"' not in hidden and "Taken from City of Graz" not in hidden
