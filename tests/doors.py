"""What tests of the doors share: a person with a password, and the key that a mail holds."""

import re

import sqlalchemy as sa

from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members import passwords
from app.members.models import Person
from tests.seat import Visitor

PASSWORD = "an orchard behind the tram"
OTHER = "seven kettles under a blue roof"


def give_password(app, seat, password=PASSWORD):
    """Let a person of the cast sign in; return the address."""
    with app.app_context():
        made = passwords.made(password)
        with atomic():
            db.session.execute(sa.update(Person).where(Person.id == seat.id).values(password=made))
        return db.session.scalar(sa.select(Person.email).where(Person.id == seat.id))


def signed_in(app, email, password=PASSWORD, **more):
    """Return a fresh browser after the sign-in form, and the answer."""
    browser = Visitor(app)
    return browser, browser.posts("/sign-in", {"email": email, "password": password, **more})


def is_in(browser):
    """Say whether a browser is signed in."""
    return browser.gets("/settings").status_code == 200


def mails(app, kind=None):
    """Return the mails of the outbox, oldest first."""
    with app.app_context():
        rows = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).all()
        return [row for row in rows if kind in (None, row.kind)]


def mailed_path(app, kind):
    """Return the path of the newest mailed link of a kind."""
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", mails(app, kind)[-1].text)[1]


def count(app, model, *which):
    """Count rows."""
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*which))
