"""The cast in a town of its own: one database and one server for all stories of a worker.

Each test starts its own discussions and, where it changes a person, brings its own person.
"""

import contextlib
import itertools

from app import create_app
from app.core import audience, clock
from app.core.database import atomic
from app.extensions import db
from app.members import acts as members
from app.members import passwords, signed_in
from app.members.models import Login, Organisation, Person
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests import cast as casting
from tests import talk
from tests.live.server import SECRET, Outsider

PASSWORD = "an orchard behind the tram"


class Guest:
    """Somebody who came for one test: an address, a password, a cookie."""

    def __init__(self, number, name, email, cookie):
        self.id, self.name, self.email, self.cookie = number, name, email, cookie

    def me(self):
        """Return the rooms and rules of this person. Needs an app context."""
        return signed_in.as_person(self.id)


class Town:
    """The cast, guests, and ready-made discussions."""

    site = None

    def __init__(self, url, folder):
        audience.forget()
        self.app = create_app(
            DATABASE_URL=url, INSTANCE_DIR=str(folder / "instance"), SECRET_KEY=SECRET, ROLE="cli", TESTING=True,
            WTF_CSRF_ENABLED=False, JOBS_AT_ONCE=True, ARGON2_TIME=1, ARGON2_MEMORY=8, LOG_LEVEL="WARNING",
        )  # fmt: skip
        self.cast = casting.make(self.app)
        self.numbers = itertools.count(1)

    def ends(self):
        """Give the database back."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def tab(self, who=None, **options):
        """Open a browser as a seat of the cast, a guest, or nobody."""
        cookie = getattr(who, "cookie", None)
        if who is not None and cookie is None:
            cookie = who.client.get_cookie("session").value
        return self.site.tab(cookie, **options)

    def outside(self, who):
        """Return a seat of the cast as a plain HTTP client."""
        return Outsider(who, self.site.server.port)

    def starts(self, who, title, **more):
        """Let somebody start a discussion; return its number."""
        return talk.starts(self.cast, who, title, **more)

    def replies(self, who, number, body, **more):
        """Let somebody reply from outside any browser."""
        return talk.replies(self.cast, who, number, body, **more)

    def shares(self, who, body, **more):
        """Let somebody share an update."""
        return talk.shares(self.cast, who, body, **more)

    def guest(self, name):
        """Take in a person with a password, a seat in the neighbour's city and a session."""
        number = next(self.numbers)
        email, token = f"guest{number}@cast.example", f"token-of-guest-{number}"
        with self.app.app_context():
            made = passwords.made(PASSWORD)
            with atomic():
                person = members.add_person(None, email=email, name=f"{name} {number}", password_hash=made)
                city = db.session.get(Organisation, self.cast.organisations.neighbour)
                members.give_seat(None, person, city, role="focal point", primary=True, may_publish=True)
                now = clock.now()
                login = Login(
                    token=signed_in.hashed(token),
                    person_id=person.id,
                    device="Test",
                    at=now,
                    seen=now,
                    proved=now,
                )
                db.session.add(login)
            spaces.join(signed_in.as_person(person.id), db.session.get(Space, self.cast.spaces.network))
            return Guest(person.id, person.name, email, self._cookie(token))

    def _cookie(self, token):
        serializer = self.app.session_interface.get_signing_serializer(self.app)
        return serializer.dumps({"_user_id": signed_in.hashed(token), "_fresh": True})

    def group(self, name, *people, sight="hidden"):
        """Found a group with people in it; return its key among the cast's spaces."""
        key = f"group{next(self.numbers)}"
        with self.app.app_context():
            group = spaces.add_space(None, form="group", key=key, name=name, sight=sight, joining="invite")
            for who in people:
                spaces.join(who.me(), group)
            setattr(self.cast.spaces, key, group.id)
        return key

    @contextlib.contextmanager
    def asked(self):
        """Ask the database."""
        with self.app.app_context():
            yield db.session

    def handle(self, who):
        """Return how somebody is mentioned."""
        with self.app.app_context():
            return db.session.get(Person, who.id).handle
