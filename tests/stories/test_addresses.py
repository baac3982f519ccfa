"""Another e-mail address: proved by a mailed link, told to the old one, and nothing learned about other accounts."""

import datetime as dt
import re

import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members.models import Login, Person

PAGE, NEW = "/settings/address", "new.address@cast.example"


def mails(cast, kind):
    with cast.app.app_context():
        return list(
            db.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id))
        )


def email(cast, seat):
    with cast.app.app_context():
        return db.session.get_one(Person, seat.id).email


def link(cast, seat, address=NEW):
    assert seat.posts(PAGE, {"email": address}).status_code == 303
    mail = mails(cast, "new_address")[-1]
    assert mail.to == address.lower()
    return re.search(rf"{PAGE}/\S+", mail.text)[0]


def test_the_mailed_link_changes_it_and_the_old_address_is_told(cast):
    who, old = cast.neighbour, email(cast, cast.neighbour)
    path = link(cast, who, "New.Address@cast.example")
    assert email(cast, who) == old
    page = who.gets(path)
    assert page.status_code == 200 and NEW in page.text
    assert email(cast, who) == old  # looking changes nothing
    assert who.posts(path).status_code == 303
    assert email(cast, who) == NEW
    assert [mail.to for mail in mails(cast, "address_changed")] == [old]
    assert who.gets("/settings").status_code == 200  # this device stays
    assert who.posts(path).status_code == 303  # sent again: the same answer
    assert who.gets(path).status_code == 404 and len(mails(cast, "address_changed")) == 1


def test_other_devices_and_mailed_keys_end(cast):
    who = cast.neighbour
    with cast.app.app_context(), atomic() as session:
        now = clock.now()
        session.add(Login(token="e" * 64, person_id=who.id, device="Other", at=now, seen=now))
    who.posts(link(cast, who))
    with cast.app.app_context():
        open_ones = sa.select(Login.token).where(Login.person_id == who.id, Login.ended.is_(None))
        assert len(db.session.scalars(open_ones).all()) == 1


def test_an_address_that_somebody_has_gets_no_mail_and_the_same_answer(cast):
    taken, free = (cast.neighbour.posts(PAGE, {"email": to}) for to in ("chair@cast.example", NEW))
    assert taken.status_code == free.status_code == 303
    assert [mail.to for mail in mails(cast, "new_address")] == [NEW]


def test_an_address_that_was_taken_meanwhile_is_refused(cast):
    path = link(cast, cast.neighbour)
    with cast.app.app_context(), atomic():
        db.session.get_one(Person, cast.outsider.id).email = NEW
    assert cast.neighbour.posts(path).status_code == 404
    assert email(cast, cast.neighbour) == "neighbour@cast.example"


def test_the_link_is_for_its_person_alone_and_for_a_time(cast):
    path = link(cast, cast.neighbour)
    assert cast.chair.gets(path).status_code == 404
    assert cast.chair.posts(path).status_code == 404
    assert cast.visitor.gets(path).headers["Location"].startswith("/sign-in?next=")
    assert cast.neighbour.gets(f"{PAGE}/guess").status_code == 404


def test_guesses_and_wishes_are_counted(cast):
    codes = [cast.neighbour.gets(f"{PAGE}/guess{n}").status_code for n in range(7)]
    assert codes[-1] == 429
    codes = [cast.chair.posts(PAGE, {"email": f"n{n}@cast.example"}).status_code for n in range(6)]
    assert codes == [303] * 5 + [429]


def test_a_fresh_proof_is_asked(cast):
    path = link(cast, cast.neighbour)
    with cast.app.app_context(), atomic():
        long_ago = clock.now() - dt.timedelta(hours=1)
        db.session.execute(sa.update(Login).values(proved=long_ago))
    for answer in (
        cast.neighbour.gets(PAGE),
        cast.neighbour.posts(PAGE, {"email": NEW}),
        cast.neighbour.posts(path),
    ):
        assert answer.headers["Location"].startswith("/settings/prove")


def test_what_is_no_other_address_is_said(cast):
    for wrong in ("", "nobody", "a@b@c", "neighbour@cast.example"):
        answer = cast.neighbour.posts(PAGE, {"email": wrong})
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
