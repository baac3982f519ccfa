"""A seat: one person with pages and a socket, as a test sees them.

Every page that is fetched is also checked as a page. Never hold an app context open round a client call:
Flask-Login keeps the person in it and hands them to the next client.
"""

import html.parser
import re

from app.core import clock, readers, relay
from app.core.database import atomic
from app.extensions import db, socketio
from app.members import signed_in
from app.members.models import Login

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NOT_IN_P = {"form", "div", "ul", "ol", "dl", "p", "section", "table", "details", "fieldset", "h1", "h2", "h3"}
VOID |= {"path", "use", "rect", "circle", "line", "polyline", "polygon", "ellipse"}


class Page(html.parser.HTMLParser):
    """Reads a page; finds what is wrong with it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.labels, self.fields, self.ids = [], [], set(), [], []
        self.title, self.h1s, self.links, self.forms = "", [], [], []
        self.feed(text)
        self.check()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in NOT_IN_P and "p" in self.open:
            self.faults.append(f"<{tag}> in <p>, which ends there for a browser")
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "h1":
            self.h1s.append("")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append(given)
        if tag == "label" and given.get("for"):
            self.labels.add(given["for"])
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden", "submit"):
            inside = "label" in self.open[:-1] or "label" in self.open
            self.fields.append((given.get("id"), given.get("aria-label") or inside))
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline style or script on <{tag}>")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, data):
        if "title" in self.open and "svg" not in self.open:
            self.title += data
        if "h1" in self.open:
            self.h1s[-1] += data

    def check(self):
        if self.open:
            self.faults.append(f"left open: {self.open}")
        if len(self.h1s) != 1:
            self.faults.append(f"{len(self.h1s)} h1")
        self.faults += [
            f"a field without a label: {i}" for i, ok in self.fields if not ok and i not in self.labels
        ]
        self.faults += [f"id twice: {i}" for i in {i for i in self.ids if self.ids.count(i) > 1}]
        self.faults += ["a form without a method or action"] * sum(
            not f.get("action") and not f.get("method") for f in self.forms
        )


class Visitor:
    """Somebody who is not signed in."""

    name = "visitor"
    id = None

    def __init__(self, app):
        self.app = app
        self.client = app.test_client()

    def gets(self, path, **more):
        """Fetch an address; check it as a page if it is one; return the answer."""
        answer = self.client.get(path, buffered=True, **more)
        self.checked(answer, path)
        return answer

    def posts(self, path, data=None, **more):
        """Send a form; return the answer."""
        answer = self.client.post(path, data=data or {}, buffered=True, **more)
        self.checked(answer, path)
        return answer

    def checked(self, answer, path):
        """A whole page must be well formed, have one h1, labels for its fields, and no inline style or script."""
        assert answer.status_code < 500 or answer.status_code == 503, f"{path}: {answer.status_code}"
        if (
            answer.status_code // 100 != 3
            and answer.mimetype == "text/html"
            and answer.text.startswith("<!doctype")
        ):
            faults = Page(answer.text).faults
            assert not faults, f"{path} as {self.name}: {faults}"

    def me(self):
        """Return the rooms and rules of this seat, as the kernel sees them. Needs an app context."""
        from app.core.policy import Visitor as Nobody

        return Nobody()


class Seat(Visitor):
    """A signed-in person."""

    def __init__(self, app, number, name):
        super().__init__(app)
        self.id, self.name = number, name
        self.token = f"token-of-{name}"
        self.socket = None
        with app.app_context(), atomic():
            now = clock.now()
            db.session.add(
                Login(
                    token=signed_in.hashed(self.token),
                    person_id=number,
                    device="Test",
                    at=now,
                    seen=now,
                    proved=now,
                )
            )
        with self.client.session_transaction() as session:
            session["_user_id"] = signed_in.hashed(self.token)
            session["_fresh"] = True

    def me(self):
        return signed_in.as_person(self.id)

    def opens_socket(self, after=None):
        """Connect a socket, through the real door; the relay turns when `turn()` is called."""
        auth = {} if after is None else {"after": after}
        self.socket = socketio.test_client(self.app, flask_test_client=self.client, auth=auth)
        turn(self.app)
        return self.socket

    def hears(self, event="fact"):
        """Return what this seat's socket received of one event since it was last asked."""
        turn(self.app)
        return [e["args"][0] for e in self.socket.get_received() if e["name"] == event]


def turn(app):
    """Let this process's relay do what it would do by itself."""
    if relay.relay.app is None:
        return
    with app.app_context():
        while relay.relay.turn():
            pass


def tell(app):
    """Let all durable readers read to the end."""
    with app.app_context():
        readers.tell_all()


def key_of(text):
    """Return the idempotency key that a page's form holds."""
    return re.search(r'name="idempotency_key" value="([^"]+)"', text)[1]
