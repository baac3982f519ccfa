"""What happens to a seat is told to whoever holds it and to the first contacts; nobody else hears of it."""

import sqlalchemy as sa

from app.extensions import db
from app.members import acts, seats
from app.members.models import Organisation, Person, Seat
from app.notifications.models import Notice
from tests.seat import tell


def heard(cast, seat):
    tell(cast.app)
    with cast.app.app_context():
        rows = db.session.scalars(
            sa.select(Notice.verb).where(Notice.person_id == seat.id, Notice.verb.startswith("seats."))
        )
        return sorted(rows)


def test_given_made_first_contact_and_ended(cast):
    with cast.app.app_context():
        town = db.session.get_one(Organisation, cast.organisations.neighbour)
        person = db.session.get_one(Person, cast.outsider.id)
        number = acts.give_seat(cast.steward.me(), person, town, role="member").id
    assert heard(cast, cast.outsider) == ["seats.got"]
    assert heard(cast, cast.neighbour) == ["seats.given"]
    assert heard(cast, cast.chair) == [] == heard(cast, cast.steward)
    page = cast.outsider.gets("/notifications").text
    assert "You have a seat in" in page
    with cast.app.app_context():
        seats.change(cast.steward.me(), db.session.get_one(Seat, number), primary=True)
    assert "seats.contact" in heard(cast, cast.outsider)
    assert "first contacts of" in cast.neighbour.gets("/notifications").text
    with cast.app.app_context():
        seats.end(cast.neighbour.me(), db.session.get_one(Seat, number))
    assert "seats.lost" in heard(cast, cast.outsider)
    assert "Your seat in" in cast.outsider.gets("/notifications").text


def test_what_the_house_does_by_itself_is_told_to_nobody(cast):
    with cast.app.app_context():
        town = db.session.get_one(Organisation, cast.organisations.neighbour)
        acts.give_seat(None, db.session.get_one(Person, cast.outsider.id), town, role="member")
    assert heard(cast, cast.outsider) == [] == heard(cast, cast.neighbour)
