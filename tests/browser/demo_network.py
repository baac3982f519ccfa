"""Fills a database with the demo network and signs its people in, for tests that look at pages."""

import sqlalchemy as sa

from app import create_app
from app.core import audience, clock
from app.core.database import atomic
from app.demo import seed
from app.extensions import db
from app.members import signed_in
from app.members.models import Login, Person
from tests.live.server import SECRET
from tests.unread import unread


def fill(url, folder):
    """Fill the database; return the session cookies of active people by handle."""
    audience.forget()
    app = create_app(DATABASE_URL=url, INSTANCE_DIR=str(folder / "instance"), SECRET_KEY=SECRET, ROLE="cli",
                     DEMO="yes", JOBS_AT_ONCE=True, LOG_LEVEL="WARNING")  # fmt: skip
    with app.app_context():
        with unread():
            list(seed.fill(app))
        people = db.session.execute(sa.select(Person.id, Person.handle).where(Person.state == "active")).all()
        with atomic():
            now = clock.now()
            for number, handle in people:
                token = signed_in.hashed(f"browser-{handle}")
                db.session.add(Login(token=token, person_id=number, device="Browser", at=now, seen=now))
        db.session.remove()
        db.engine.dispose()
    return {handle: _cookie(app, handle) for _number, handle in people}


def _cookie(app, handle):
    serializer = app.session_interface.get_signing_serializer(app)
    return serializer.dumps({"_user_id": signed_in.hashed(f"browser-{handle}"), "_fresh": True})
