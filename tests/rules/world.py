"""A small network with one of everything, and how to fill in every form: for tests that walk all routes.

A route that sends something and is not in FORMS fails these tests: whoever adds one says here how it is used.
"""

import dataclasses
import io
import typing as t

import sqlalchemy as sa

from app.board import acts as board
from app.board.models import Post, Thread
from app.core import clock, files
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.feed import acts as feed
from app.members import doorkeys
from app.members.models import Login, Person
from app.notifications.models import Notice
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests.seat import Seat, tell

PASSWORD = "four quiet tables here"


@dataclasses.dataclass
class World:
    """The cast, and the numbers of things by name."""

    app: t.Any
    cast: t.Any
    numbers: dict[str, t.Any]

    def __getattr__(self, name):
        return self.numbers[name]


def build(cast):
    """Let the cast do one of everything; return the world."""
    app, numbers = cast.app, {}
    with app.app_context():
        chair, neighbour, outsider = (seat.me() for seat in (cast.chair, cast.neighbour, cast.outsider))
        place = {name: db.session.get(Space, number) for name, number in vars(cast.spaces).items()}
        common = {"topic": "housing", "language": "en"}
        for name, author, space, audience in (
            ("open", chair, "africa", "public"),
            ("inner", chair, "network", "members"),
            ("hidden", chair, "circle", "space"),
            ("regional", neighbour, "africa", "space"),
            ("other", outsider, "europe", "public"),
        ):
            kept = files.keep(io.BytesIO(f"paper of {name}".encode()), f"paper-{name}.txt")
            thread = board.start_thread(
                author, place[space], title=f"Zebra {name} question", body=f"Zebra {name} words. @neighbour", audience=audience,
                files=[kept], organisation=author.seats[0], **common,
            )  # fmt: skip
            numbers[name] = thread.id
        for name in ("open", "inner", "hidden"):
            thread = db.session.get(Thread, numbers[name])
            board.post_reply(neighbour, thread, f"Zebra {name} answer.", reply_to=1)
            board.edit_post(neighbour, _post(thread.id, 2), f"Zebra {name} answer, changed.")
            board.conclude(chair, thread, f"Zebra {name} outcome.")
        updates = (
            ("update", "members", None),
            ("public_update", "public", None),
            ("hidden_update", "space", "circle"),
        )
        for name, audience, space in updates:
            numbers[name] = feed.share_update(
                chair, body=f"Zebra {name}.", language="en", audience=audience, space=space and place[space]
            ).id
        numbers |= _beside(cast, place)
    tell(app)
    with app.app_context():
        numbers["notice"] = db.session.scalar(
            sa.select(Notice.id).where(
                Notice.person_id == cast.neighbour.id, Notice.root == f"thread:{numbers['open']}"
            )
        )
        rows = db.session.execute(
            sa.select(files.Attachment.id, files.Attachment.root, files.Attachment.name)
        )
        numbers["files"] = {row.root: (row.id, row.name) for row in rows}
    cast.leaver = Seat(app, numbers["leaver_id"], "leaver")
    return World(app, cast, numbers)


def client_of(w, who):
    """Return the client of one of the cast; a visitor's is new each time, for doors let visitors in."""
    return w.app.test_client() if who == "visitor" else getattr(w.cast, who).client


def _post(thread_id, nth):
    return db.session.scalar(sa.select(Post).where(Post.thread_id == thread_id, Post.number == nth))


def _beside(cast, place):
    """What is not said by anybody: a group that asks, a waiting request, a failed mail, keys, a second device."""
    found = {}
    with atomic():
        knock = spaces.add_space(
            None, form="group", key="knock", name="Knock", parent=place["network"], joining="request"
        )
        found["knock"] = knock.id
    spaces.join(cast.chair.me(), knock, role="facilitator")
    spaces.ask(cast.outsider.me(), knock)
    with atomic():
        now = clock.now()
        mail = OutboxMail(
            kind="link", to="a@cast.example", language="en", subject="s", text="t", html="h", state="failed", tries=9,
            next_at=now, at=now,
        )  # fmt: skip
        device = Login(token="f" * 64, person_id=cast.neighbour.id, device="Other", at=now, seen=now)
        db.session.add_all([mail, device])
        db.session.flush()
        found["mail"], found["device"] = mail.id, device.id
        guest = Person(
            audience_id=db.session.get(Person, cast.chair.id).audience_id, email="guest@cast.example", handle="guest",
            name="Guest", state="invited", at=now,
        )  # fmt: skip
        db.session.add(guest)
        db.session.flush()
        found["guest"] = guest.id
        found["link"] = doorkeys.make(cast.chair.id, "link")
        leaver = Person(
            audience_id=guest.audience_id, email="leaver@cast.example", handle="leaver", name="Leaver", at=now
        )
        db.session.add(leaver)
        db.session.flush()
        found["leaver_id"] = leaver.id
        found["reset"] = doorkeys.make(leaver.id, "reset")
        found["invite"] = doorkeys.make(guest.id, "invite")
    return found


class Form(t.NamedTuple):
    """How to send one form: who, where, what."""

    who: str
    path: str
    fields: dict[str, t.Any]
    method: str = "POST"


def attached():
    """A file as a browser sends it."""
    return (io.BytesIO(b"Figures of the year."), "figures.txt")


def forms(w):
    """Return for every route that sends something how it is sent; (endpoint, marker) → Form."""
    space, people, cast = w.cast.spaces, w.cast, w.cast
    thread, post = f"/discussions/{w.open}", f"/discussions/{w.open}/posts/2"
    group = f"/groups/{w.knock}"
    start = {
        "title": "Quite another matter", "topic": "rights", "body": "Words.", "space": space.network,
        "audience": "members", "language": "en", "organisation": "0",
    }  # fmt: skip
    profile = {"name": "New name", "about": "x", "language": "en", "timezone": "UTC", "theme": ""}
    found = {
        "board.reply": Form("outsider", f"{thread}/replies", {"body": "A reply.", "files": attached}),
        "board.new": Form("neighbour", "/discussions/new", {**start, "files": attached}),
        "board.preview": Form("chair", "/preview", {"body": "*x*"}),
        "board.edit": Form("neighbour", f"{post}/edit", {"body": "Changed once more."}),
        "board.remove": Form("neighbour", f"/discussions/{w.inner}/posts/2/remove", {}),
        "board.thank": Form("outsider", f"{post}/thank", {}),
        "board.unthank": Form("outsider", f"{post}/unthank", {}),
        "board.read": Form("outsider", f"{thread}/read", {"number": "2"}),
        "board.conclude": Form("chair", f"{thread}/conclude", {"body": "So it stands."}),
        "board.move": Form("chair", f"{thread}/move", {"space": space.africa, "audience": "members"}),
        "doors.sign_in_now": Form("visitor", "/sign-in", {"email": "nobody@cast.example", "password": "wrong"}),
        "doors.link_sent": Form("visitor", "/sign-in/link", {"email": "chair@cast.example"}),
        "doors.by_link_now": Form("visitor", f"/sign-in/link/{w.link}", {}),
        "doors.sign_out": Form("leaver", "/sign-out", {}),
        "ways_back.reset_sent": Form("visitor", "/reset", {"email": "chair@cast.example"}),
        "ways_back.chosen": Form("visitor", f"/reset/{w.reset}", {"password": PASSWORD}),
        "ways_back.joined": Form(
            "visitor", f"/invite/{w.invite}", {"name": "Guest", "language": "en", "password": PASSWORD}
        ),
        "feed.seen": Form("chair", "/feed/seen", {"last": "3", "upto": "3", "number": "3", "fact": "3"}),
        "updates.share": Form(
            "chair", "/updates/new", {"body": "News.", "language": "en", "audience": "members", "voice": "person"}
        ),
        "updates.read": Form("outsider", f"/updates/{w.update}/read", {}),
        "updates.remove": Form("chair", f"/updates/{w.update}/remove", {}),
        "notifications.read_all": Form("neighbour", "/notifications/read", {"upto": "999"}),
        "notifications.read_one": Form("neighbour", f"/notifications/{w.notice}/read", {}),
        "mails.retry": Form("steward", f"/admin/mail/{w.mail}/retry", {}),
        "mails.retry_all": Form("steward", "/admin/mail/retry", {}),
        "settings.profile_saved": Form("outsider", "/settings", profile),
        "settings.language": Form("outsider", "/language", {"language": "fr"}),
        "settings.end_device": Form("neighbour", f"/settings/devices/{w.device}/end", {}),
        "settings.end_others": Form("neighbour", "/settings/devices/end-others", {}),
        "settings.password_saved": Form("chair", "/settings/password", {"current": "wrong", "password": PASSWORD}),
        "settings.notices_saved": Form("outsider", "/settings/notices", {}),
        "space_founding.create": Form(
            "steward", "/groups/new",
            {"name": "Open air", "summary": "What for.", "parent": space.network, "sight": "members", "joining": "open"},
        ),
        "space_people.add": Form("chair", f"{group}/people", {"handle": "neighbour"}),
        "space_people.accept": Form("chair", f"{group}/people/{people.outsider.id}/accept", {}),
        "space_people.decline": Form("chair", f"{group}/people/{people.outsider.id}/decline", {}),
        "space_people.role": Form(
            "chair", f"/groups/{space.circle}/people/{people.neighbour.id}/role", {"role": "librarian"}
        ),
        "space_people.remove": Form("chair", f"/groups/{space.circle}/people/{people.neighbour.id}/remove", {}),
        "spaces.ask": Form("neighbour", f"{group}/ask", {}),
        "spaces.withdraw": Form("outsider", f"{group}/withdraw", {}),
        "spaces.join": Form("outsider", f"/groups/{space.africa}/join", {}),
        "spaces.leave": Form("neighbour", f"/groups/{space.africa}/leave", {}),
        "spaces.enter": Form("steward", f"/groups/{space.circle}/enter", {}),
        "spaces.follow": Form("outsider", f"/groups/{space.africa}/follow", {}),
        "spaces.unfollow": Form("outsider", f"/groups/{space.africa}/unfollow", {}),
    }  # fmt: skip
    rows = {(endpoint, ""): form for endpoint, form in found.items()}
    for deed in ("follow", "unfollow", "mute"):
        rows["board.watch", deed] = Form("outsider", f"{thread}/{deed}", {})
    for deed in ("pin", "unpin", "close", "reopen", "lock", "unlock"):
        rows["board.switch", deed] = Form("chair", f"{thread}/{deed}", {})
    for deed in ("follow", "unfollow"):
        path = f"/members/{cast.organisations.neighbour}/{deed}"
        rows["members.follow_organisation", deed] = Form("outsider", path, {})
        rows["members.follow_person", deed] = Form("outsider", f"/people/{cast.neighbour.id}/{deed}", {})
    return rows


def filled(form, key=None, **more):
    """Return the fields as a client sends them; files anew each time."""
    fields = {name: value() if callable(value) else value for name, value in form.fields.items()}
    return {**fields, **({"idempotency_key": key} if key else {}), **more}


def pages(w):
    """Return for every route that shows something an address that answers it; endpoint → (who, path)."""
    space, cast = w.cast.spaces, w.cast
    thread, post = f"/discussions/{w.open}", f"/discussions/{w.open}/posts/2"
    number, name = w.files[f"thread:{w.open}"]
    return {
        "admin.audit": ("steward", "/admin/audit"), "admin.overview": ("steward", "/admin"),
        "atom.feed": ("visitor", "/feed.atom"), "board.board": ("chair", "/discussions"),
        "board.conclude": ("chair", f"{thread}/conclude"), "board.edit": ("neighbour", f"{post}/edit"),
        "board.move": ("chair", f"{thread}/move"), "board.new": ("chair", "/discussions/new"),
        "board.past": ("chair", f"{post}/history"), "board.post": ("chair", post),
        "board.remove": ("neighbour", f"{post}/remove"),
        "board.replies": ("chair", f"{thread}/replies?after=0&fragment=1"), "board.row": ("chair", f"{thread}/row"),
        "board.similar": ("chair", "/discussions/similar?q=zebra"),
        "board.stand": ("chair", f"{thread}/stand?fragment=1"), "board.thread": ("chair", thread),
        "board.watching": ("chair", f"{thread}/watching?fragment=1"),
        "doors.by_link": ("visitor", f"/sign-in/link/{w.link}"), "doors.link": ("visitor", "/sign-in/link"),
        "doors.sign_in": ("visitor", "/sign-in"), "feed.item": ("chair", "/feed/2"),
        "files.download": ("chair", f"/files/{number}/{name}"),
        "health.alive": ("visitor", "/healthz"), "health.ready": ("visitor", "/readyz"),
        "home.about": ("visitor", "/about"), "home.accessibility": ("visitor", "/accessibility"),
        "home.front": ("chair", "/"), "home.help": ("visitor", "/help"), "home.menu": ("chair", "/menu"),
        "home.privacy": ("visitor", "/privacy"), "machines.favicon": ("visitor", "/favicon.ico"),
        "machines.robots": ("visitor", "/robots.txt"), "machines.sitemap": ("visitor", "/sitemap.xml"),
        "mails.index": ("steward", "/admin/mail"), "mails.one": ("steward", f"/admin/mail/{w.mail}"),
        "members.index": ("chair", "/members"), "members.mention": ("chair", "/mentions?q=ne"),
        "members.one_person": ("chair", f"/people/{cast.neighbour.id}"),
        "members.organisation": ("chair", f"/members/{cast.organisations.neighbour}"),
        "notifications.bell": ("chair", "/notifications/bell"), "notifications.index": ("chair", "/notifications"),
        "search.search": ("chair", "/search?q=zebra"), "settings.devices": ("chair", "/settings/devices"),
        "settings.notices": ("chair", "/settings/notices"), "settings.password": ("chair", "/settings/password"),
        "settings.profile": ("chair", "/settings"), "space_founding.new": ("steward", "/groups/new"),
        "space_people.index": ("chair", f"/groups/{space.africa}/people"),
        "spaces.home": ("chair", f"/groups/{space.africa}"), "spaces.index": ("chair", "/groups"),
        "spaces.leaving": ("neighbour", f"/groups/{space.circle}/leave"), "updates.new": ("chair", "/updates/new"),
        "updates.removing": ("chair", f"/updates/{w.update}/remove"), "updates.show": ("chair", f"/updates/{w.update}"),
        "ways_back.choose": ("visitor", f"/reset/{w.reset}"), "ways_back.invited": ("visitor", f"/invite/{w.invite}"),
        "ways_back.reset": ("visitor", "/reset"),
    }  # fmt: skip


def endpoints(app, method):
    """Return the endpoints that answer a method."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if method in rule.methods} - {"static"}
