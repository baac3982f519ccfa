"""A small network with one of everything, and how to fill in every form: for tests that walk all routes.

A route that sends something and is not in FORMS fails these tests: whoever adds one says here how it is used.
"""

import base64
import dataclasses
import io
import typing as t
from urllib.parse import urlsplit

import sqlalchemy as sa

from app.arrivals import acts as arrivals
from app.arrivals import asking, importing
from app.arrivals.models import JoinRequest
from app.board import acts as board
from app.board.models import Post, Thread
from app.core import clock, files
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.feed import acts as feed
from app.home import feedback as accessibility
from app.members import addresses, doorkeys, profile, suspensions
from app.members.factors import Factor
from app.members.models import Login, Organisation, Person
from app.members.models import Seat as Place
from app.moderation import acts as moderation
from app.mydata.models import DataCopy
from app.notifications import unsubscribe
from app.notifications.models import Notice
from app.spaces import acts as spaces
from app.spaces.models import Space
from app.terms.models import Edition
from tests.rules import (
    library_world,
    world_actions,
    world_calendar,
    world_messages,
    world_past,
    world_search,
    world_shelves,
    world_uploads,
)
from tests.seat import Seat, tell

JOINING = {
    "form": "city", "organisation": "Quite Elsewhere", "name": "Desk", "email": "a@elsewhere.example", "language": "en",
    "agreed": "y",
}  # fmt: skip
HOW = {"encoding": "cp1252", "delimiter": ";", "form": "city"}
PASSWORD = "four quiet tables here"


@dataclasses.dataclass
class World:
    """The cast, and the numbers of things by name."""

    app: t.Any
    cast: t.Any
    numbers: dict[str, t.Any]

    def __post_init__(self):
        self.cast.leaver = Seat(self.app, self.leaver_id, "leaver")

    def __getattr__(self, name):
        return self.numbers[name]


def build(cast):
    """Let the cast do one of everything, and go; return the numbers of what is there by name."""
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
        numbers |= library_world.build(cast, place)
        numbers |= world_shelves.build(cast, numbers)
        numbers |= world_calendar.build(cast, numbers)
        numbers |= world_actions.build(cast, place, numbers)
        numbers |= _beside(cast, place)
        numbers |= _judged(cast, place)
        numbers |= _invited(cast)
        numbers |= world_messages.build(cast)
        numbers |= world_uploads.build(cast) | world_search.build(cast) | world_past.build(cast)
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
        with atomic():
            db.session.execute(sa.delete(Login).where(Login.device == "Test"))
    return numbers


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
        found["barn"] = spaces.add_space(
            None, form="group", key="barn", name="Barn", parent=place["network"]
        ).id
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
        found["theme"] = profile.themes()[0].key
        found["mail"], found["device"] = mail.id, device.id
        found["feedback"] = accessibility.tell(words="The map has no names.").id
        guest = Person(
            audience_id=db.session.get(Person, cast.chair.id).audience_id, email="guest@cast.example", handle="guest",
            name="Guest", state="invited", at=now,
        )  # fmt: skip
        db.session.add(guest)
        db.session.flush()
        found["guest"] = guest.id
        edition = Edition(at=now)
        db.session.add(edition)
        db.session.flush()
        found["edition"] = edition.id
        step = Factor(
            person_id=cast.outsider.id, kind="passkey", name="Key", secret="s", credential="c", at=now
        )
        db.session.add(step)
        db.session.flush()
        found["factor"] = step.id
        found["link"] = doorkeys.make(cast.chair.id, "link")
        found["summary"] = doorkeys.make(cast.chair.id, "summary")
        leaver = Person(
            audience_id=guest.audience_id, email="leaver@cast.example", handle="leaver", name="Leaver", at=now
        )
        db.session.add(leaver)
        db.session.flush()
        found["leaver_id"] = leaver.id
        gone = Person(
            audience_id=guest.audience_id, email="gone@cast.example", handle="gone", name="Gone", at=now
        )
        db.session.add(gone)
        db.session.flush()
        found["gone_id"] = gone.id
        for name in ("handing", "loud", "barred"):
            other = Person(
                audience_id=guest.audience_id,
                email=f"{name}@cast.example",
                handle=name,
                name=name.title(),
                at=now,
            )
            db.session.add(other)
            db.session.flush()
            found[name] = other.id
        place = Place(
            person_id=found["handing"], organisation_id=cast.organisations.neighbour, role="member", since=now
        )
        db.session.add(place)
        db.session.flush()
        found["handing_seat"] = place.id
        moderation.keep_out(cast.steward.me(), other, reason="spam", words="Letters.", days=7)
        found["reset"] = doorkeys.make(leaver.id, "reset")
        found["invite"] = doorkeys.make(guest.id, "invite")
        paper = files.keep(io.BytesIO(b"a copy"), "copy.txt")
        copy = DataCopy(
            person_id=cast.chair.id, state="ready", at=now, until=now, size=paper.size, hash=paper.hash
        )
        db.session.add(copy)
        db.session.flush()
        files.attach(paper, copy.ref, copy, None)
        found["copy"] = copy.id
        found["address"] = addresses.secret(
            db.session.get(Person, cast.outsider.id), "elsewhere@cast.example"
        )
    return found


def _invited(cast):
    """The neighbour has invited three people; the outsider is offered two seats."""
    neighbour, found = cast.neighbour.me(), {}
    home = db.session.get(Organisation, cast.organisations.neighbour)
    for name in ("first", "second", "third"):
        found[f"invited_{name}"] = arrivals.invite(
            neighbour, home, email=f"{name}@cast.example", role="member"
        ).id
    for name in ("neighbour", "chair"):
        elsewhere = db.session.get(Organisation, getattr(cast.organisations, name))
        offer = arrivals.invite(None, elsewhere, email="outsider@cast.example", role="member")
        found[f"offer_of_{name}"] = offer.id
    for name in ("first", "second", "third", "fourth", "fifth"):
        batch = importing.begin(
            cast.steward.me(), f"{name}.csv", f"name;email\nCity {name};{name}@list.example\n".encode()
        )
        found[f"list_{name}"] = batch.id
    importing.LISTS.start(cast.steward.me(), batch, {"sent": False}, send=False)
    for name in ("yes", "no", "mine"):
        with atomic():
            asked = JoinRequest(
                email=f"{name}@asks.example", name="Asking desk", language="en", form="city", organisation=home.name,
                organisation_id=home.id, state="unproved", at=clock.now(),
            )  # fmt: skip
            db.session.add(asked)
            db.session.flush()
            found[f"request_{name}"], found["join_path"] = asked.id, asking.path(asked)
        if name != "mine":
            asking.prove(asked)
    return found


def _judged(cast, place):
    """Updates of neighbour: one was reported, one is hidden, one is to be looked at again, one will be reported."""
    found, outsider = {}, cast.outsider.me()
    for name in ("case", "hidden_case", "appeal_case", "mailed_case", "other_case"):
        update = feed.share_update(
            cast.neighbour.me(),
            body=f"Quince {name}.",
            language="en",
            audience="members",
            space=place["africa"],
        )
        found[name] = update.id
        if name == "other_case":
            continue
        case = moderation.report(outsider, update, "hate", "")
        found[name] = case.id
        if name != "case":
            decision = moderation.decide(cast.chair.me(), case, "hide", reason="hate", words="It insults.")
            found["appeal_path" if name == "mailed_case" else "decision"] = (
                suspensions.appeal_path(decision.id) if name == "mailed_case" else decision.id
            )
        if name == "hidden_case":
            found["decision_of_hidden"] = decision.id
        if name == "appeal_case":
            moderation.appeal(decision, "I quoted it.")
    found["decision"] = found.pop("decision_of_hidden")
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


def listed():
    """A list as a browser sends it."""
    return (io.BytesIO(b"name,email\nCity of Lists,list@list.example\n"), "list.csv")


def pictured():
    """A picture as a browser sends it: one white point."""
    return (io.BytesIO(base64.b64decode(POINT)), "point.png")


POINT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII="


def seat_path(w, name):
    """Where the seat of one of the cast is looked after."""
    with w.app.app_context():
        person = getattr(w.cast, name).id
        number = db.session.scalar(sa.select(Place.id).where(Place.person_id == person).order_by(Place.id))
    return f"/members/{getattr(w.cast.organisations, name)}/seats/{number}"


def unsubscribing(w):
    """The address by which neighbour ends mail of new things, as it stands in a mail."""
    with w.app.app_context():
        return urlsplit(unsubscribe.address(w.cast.neighbour.id, "news")).path


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
        "doors.by_summary_now": Form("visitor", f"/sign-in/summary/{w.summary}", {}),
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
        "atlas.people": Form("steward", "/members/people.csv", {"kind": "city"}),
        "moderation_reports.tell": Form(
            "outsider", "/report", {"ref": f"update:{w.other_case}", "reason": "hate", "words": "x"}
        ),
        "moderation.decide": Form("chair", f"/moderation/{w.case}", {"deed": "leave", "reason": "hate", "days": "7"}),
        "moderation.restore": Form("chair", f"/moderation/{w.hidden_case}/restore", {"words": "It was quoted."}),
        "moderation.answer": Form(
            "steward", f"/moderation/{w.appeal_case}/answer", {"answer": "kept", "words": "It stays."}
        ),
        "moderation_answers.appeal": Form("neighbour", f"/decisions/{w.decision}/appeal", {"words": "I quoted it."}),
        "moderation_answers.mailed_appeal": Form("visitor", w.appeal_path, {"words": "I quoted it."}),
        "feedback.send": Form("visitor", "/accessibility", {"words": "No focus.", "email": "a@b.example"}),
        "feedback.done": Form("steward", f"/admin/accessibility/{w.feedback}/done", {}),
        "vocabulary.add": Form("steward", "/admin/words/new", {"label_en": "Health"}),
        "vocabulary.rename": Form("steward", "/admin/words/2", {"label_en": "Other words"}),
        "vocabulary.merge": Form("steward", "/admin/words/3/merge", {"into": w.theme}),
        "duties.give": Form("steward", f"/admin/duties/{space.africa}", {"duty": "people"}),
        "notifications.read_all": Form("neighbour", "/notifications/read", {"upto": "999"}),
        "notifications.read_one": Form("neighbour", f"/notifications/{w.notice}/read", {}),
        "looks.save": Form(
            "steward", "/admin/settings", {"title": "A site", "main_colour": "#15367a", "second_colour": "#f7b538"}
        ),
        "looks.rooms": Form("steward", "/admin/settings/rooms", {"room": ["library", "calendar", "actions", "messages"]}),
        "mails.retry": Form("steward", f"/admin/mail/{w.mail}/retry", {}),
        "mails.retry_all": Form("steward", "/admin/mail/retry", {}),
        "audit.export": Form("steward", "/admin/audit/export", {}),
        "audit.check": Form("steward", "/admin/audit/check", {}),
        "terms.accepted": Form("outsider", "/terms/accept", {"yes": "y", "edition": "1"}),
        "terms_admin.export": Form("steward", f"/admin/terms/{w.edition}/export", {}),
        "second.answered": Form("visitor", "/sign-in/second", {"code": "123456"}),
        "second.by_passkey": Form("visitor", "/sign-in/passkey", {"credential": "{}"}),
        "second_settings.app_on": Form("chair", "/settings/second-step/app", {"seal": "old", "code": "123456"}),
        "second_settings.passkey_on": Form("chair", "/settings/second-step/passkey", {"name": "K", "credential": "{}"}),
        "second_settings.new_codes": Form("chair", "/settings/second-step/codes", {}),
        "second_settings.remove": Form("outsider", f"/settings/second-step/{w.factor}/remove", {}),
        "second_settings.proved": Form("chair", "/settings/prove", {"password": "wrong"}),
        "second_steps.ask": Form("steward", "/admin/sign-in", {"role": "moderators"}),
        "second_steps.reset": Form("steward", f"/admin/people/{cast.chair.id}/second-step", {}),
        "officers.edited": Form(
            "steward", f"/admin/people/{w.handing}/offices", {"moderator": "y", "why": "Reads every report."}
        ),
        "person_admin.link": Form("steward", f"/admin/people/{cast.chair.id}/link", {}),
        "moderation_accounts.suspend": Form(
            "steward", f"/admin/people/{w.loud}/suspend", {"reason": "spam", "days": "7", "words": "Letters."}
        ),
        "moderation_accounts.let_in": Form(
            "steward", f"/admin/people/{w.barred}/let-in", {"words": "It was a mistake."}
        ),
        "settings.profile_saved": Form("outsider", "/settings", profile),
        "settings.language": Form("outsider", "/language", {"language": "fr"}),
        "settings.end_device": Form("neighbour", f"/settings/devices/{w.device}/end", {}),
        "settings.end_others": Form("neighbour", "/settings/devices/end-others", {}),
        "settings.password_saved": Form("chair", "/settings/password", {"current": "wrong", "password": PASSWORD}),
        "settings.hide_hint": Form("neighbour", "/settings/hint/hide", {}),
        "portraits.photo_sent": Form("neighbour", "/settings/photo", {"picture": pictured}),
        "portraits.photo_cut": Form("neighbour", "/settings/photo/cut", {"square": "whole-5"}),
        "portraits.photo_removed": Form("neighbour", "/settings/photo/remove", {}),
        "portraits.logo_sent": Form("neighbour", f"/members/{cast.organisations.neighbour}/logo", {"picture": pictured}),
        "portraits.logo_cut": Form("neighbour", f"/members/{cast.organisations.neighbour}/logo/cut", {"square": "near-1"}),
        "portraits.logo_removed": Form("neighbour", f"/members/{cast.organisations.neighbour}/logo/remove", {}),
        "entries.edited": Form(
            "neighbour", f"/members/{cast.organisations.neighbour}/edit", {"about": "Quite new.", "timezone": "UTC"}
        ),
        "seats.edited": Form("steward", seat_path(w, "outsider"), {"role": "member", "since": "2026-01-01", "primary": "y"}),
        "seats.handed": Form(
            "steward", f"/members/{cast.organisations.neighbour}/seats/{w.handing_seat}/hand-over",
            {"email": "", "language": "en", "sure": "y"},
        ),
        "invitations.send": Form(
            "neighbour", f"/members/{cast.organisations.neighbour}/invitations",
            {"email": "new@cast.example", "role": "member", "language": "fr"},
        ),
        "invitations.again": Form(
            "neighbour", f"/members/{cast.organisations.neighbour}/invitations/{w.invited_first}/again", {}
        ),
        "invitations.withdraw": Form(
            "neighbour", f"/members/{cast.organisations.neighbour}/invitations/{w.invited_second}/withdraw", {}
        ),
        "invitations.send_anywhere": Form(
            "steward", "/admin/invitations",
            {"member": "GRZ", "email": "far@cast.example", "role": "focal point", "language": "en"},
        ),
        "many_invitations.again": Form("steward", "/admin/invitations/again", {"all": ""}),
        "many_invitations.withdraw": Form(
            "steward", "/admin/invitations/withdraw", {"which": str(w.invited_third), "sure": "y"}
        ),
        "imports.send": Form("steward", "/admin/import", {"file": listed}),
        "imports.change": Form("steward", f"/admin/import/{w.list_second}", HOW),
        "imports.run": Form("steward", f"/admin/import/{w.list_third}/run", {"send": "y"}),
        "imports.drop": Form("steward", f"/admin/import/{w.list_fourth}/drop", {}),
        "imports.undo": Form("steward", f"/admin/import/{w.list_fifth}/undo", {}),
        "welcome.kept": Form("outsider", "/welcome/photo", {}), "welcome.close": Form("neighbour", "/welcome/close", {}),
        "join.send": Form("visitor", "/join", JOINING),
        "join.deed": Form("visitor", w.join_path, {}),
        "taking_in.add": Form(
            "steward", "/admin/members/new", {"member": "City of Newhaven", "kind": "city", "code": "NWH", "standing": "member"}
        ),
        "requests.approve": Form("neighbour", f"/requests/{w.request_yes}/approve", {"role": "member"}),
        "requests.decline": Form("neighbour", f"/requests/{w.request_no}/decline", {"reason": "Not here."}),
        "offers.accept": Form("outsider", f"/offers/{w.offer_of_neighbour}/accept", {}),
        "offers.decline": Form("outsider", f"/offers/{w.offer_of_chair}/decline", {}),
        "notice_settings.saved": Form("outsider", "/settings/notices", {"way-news": "once", "every": "daily"}),
        "notice_settings.try_again": Form("outsider", "/settings/notices/mail", {}),
        "unsubscribe.end": Form("visitor", unsubscribing(w), {}),
        "space_founding.create": Form(
            "steward", "/groups/new",
            {"name": "Open air", "summary": "What for.", "parent": space.network, "sight": "members", "joining": "open",
             "form": "group"},
        ),
        "coalitions.create": Form(
            "steward", "/groups/new-coalition",
            {"name": "Coalition of the plain", "key": "PLAIN", "summary": "What for.", "region": "", "language": "en"},
        ),
        "coalitions.told": Form(
            "chair", f"/groups/{space.africa}/facts", {"founded": "2006", "region": "Africa", "language": "en"}
        ),
        "coalitions.planned": Form("chair", f"/groups/{space.africa}/plan", {"title": "Ten points", "language": "en"}),
        "space_homes.edited": Form("chair", f"{group}/home", {"welcome_en": "Come in.", "start_en": "- Read"}),
        "space_homes.pin": Form("chair", f"{group}/pins", {"address": f"/discussions/{w.open}"}),
        "space_homes.unpin": Form("chair", f"{group}/unpin", {"ref": f"thread:{w.open}"}),
        "space_homes.move": Form("steward", f"/groups/{w.barn}/move", {"parent": space.africa}),
        "space_homes.archive": Form("steward", f"/groups/{w.barn}/archive", {}),
        "space_homes.reopen": Form("steward", f"/groups/{w.barn}/reopen", {}),
        "space_founding.edited": Form(
            "chair", f"{group}/edit", {"name": "Knock", "summary": "Come.", "sight": "members", "joining": "request"}
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
        "spaces.level": Form("outsider", f"/groups/{space.africa}/level", {"level": "all"}),
        "addresses.asked": Form("neighbour", "/settings/address", {"email": "other@cast.example"}),
        "addresses.taken": Form("outsider", f"/settings/address/{w.address}", {}),
        "mydata.ask_copy": Form("neighbour", "/settings/data/copies", {}),
        "mydata.leave": Form("outsider", "/settings/data/erase", {"words": "keep", "sure": "y"}),
        "mydata.take_back": Form("outsider", "/settings/data/erase/take-back", {}),
        "mydata_admin.order": Form(
            "steward", f"/admin/people/{w.gone_id}/erase", {"words": "keep", "sure": "y", "reason": "Asked on paper."}
        ),
        "following.saved": Form("neighbour", "/settings/following", {"to_all": "1", "every": "follow"}),
        "following.drop": Form("neighbour", "/settings/following/drop", {"ref": f"thread:{w.open}"}),
    }  # fmt: skip
    found |= world_uploads.forms(w, Form)
    rows = {(endpoint, ""): form for endpoint, form in found.items()}
    rows |= library_world.forms(w) | world_shelves.forms(w, Form) | world_search.forms(w, Form)
    rows |= world_past.forms(w, Form) | world_calendar.forms(w, Form) | world_actions.forms(w, Form)
    rows |= world_messages.forms(w, Form)
    for deed in ("follow", "unfollow", "mute"):
        rows["board.watch", deed] = Form("outsider", f"{thread}/{deed}", {})
    for deed in ("follow", "unfollow"):
        rows["following.follow", deed] = Form("outsider", f"/following/topic/housing/{deed}", {})
    for deed in ("pin", "unpin", "close", "reopen", "lock", "unlock"):
        rows["board.switch", deed] = Form("chair", f"{thread}/{deed}", {})
    for deed in ("follow", "unfollow"):
        path = f"/members/{cast.organisations.neighbour}/{deed}"
        rows["members.follow_organisation", deed] = Form("outsider", path, {})
        rows["members.follow_person", deed] = Form("outsider", f"/people/{cast.neighbour.id}/{deed}", {})
    # The last one: afterwards everybody stands before the gate of the terms.
    rows["terms_admin.new", ""] = Form("steward", "/admin/terms/new", {"body_en": "One thing holds."})
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
    own = f"/members/{cast.organisations.neighbour}"
    beside = world_search.pages(w) | world_past.pages(w) | world_calendar.pages(w) | world_actions.pages(w)
    beside |= world_messages.pages(w)
    return library_world.pages(w) | world_shelves.pages(w) | world_uploads.pages(w) | beside | {
        "audit.index": ("steward", "/admin/audit"), "admin.overview": ("steward", "/admin"),
        "looks.index": ("steward", "/admin/settings"), "looks.style": ("visitor", "/site.css"),
        "looks.logo": ("visitor", "/site-logo.png"),
        "atom.feed": ("visitor", "/feed.atom"), "board.board": ("chair", "/discussions"),
        "board.conclude": ("chair", f"{thread}/conclude"), "board.edit": ("neighbour", f"{post}/edit"),
        "board.move": ("chair", f"{thread}/move"), "board.new": ("chair", "/discussions/new"),
        "board.past": ("chair", f"{post}/history"), "board.post": ("chair", post),
        "board.remove": ("neighbour", f"{post}/remove"),
        "board.replies": ("chair", f"{thread}/replies?after=0&fragment=1"), "board.row": ("chair", f"{thread}/row"),
        "board.similar": ("chair", "/discussions/similar?q=zebra"),
        "board.hearers": ("chair", f"/discussions/new/hearers?space={space.africa}&audience=public"),
        "board.reply_hearers": ("chair", f"{thread}/hearers"),
        "updates.hearers": ("chair", "/updates/new/hearers?audience=members"),
        "board.stand": ("chair", f"{thread}/stand?fragment=1"), "board.thread": ("chair", thread),
        "board.watching": ("chair", f"{thread}/watching?fragment=1"),
        "doors.by_summary": ("visitor", f"/sign-in/summary/{w.summary}"),
        "doors.by_link": ("visitor", f"/sign-in/link/{w.link}"), "doors.link": ("visitor", "/sign-in/link"),
        "doors.sign_in": ("visitor", "/sign-in"), "feed.item": ("chair", "/feed/2"),
        "person_admin.show": ("steward", f"/admin/people/{cast.chair.id}"), "officers.index": ("steward", "/admin/offices"),
        "officers.edit": ("steward", f"/admin/people/{cast.chair.id}/offices"),
        "moderation_accounts.suspending": ("steward", f"/admin/people/{cast.chair.id}/suspend"),
        "moderation_accounts.letting_in": ("steward", f"/admin/people/{w.barred}/let-in"),
        "unplaced.index": ("steward", "/admin/unplaced"),
        "people_admin.index": ("steward", "/admin/people"), "taking_in.new": ("steward", "/admin/members/new"),
        "empty_seats.index": ("steward", "/admin/seats"), "entries.edit": ("neighbour", f"{own}/edit"),
        "portraits.logo": ("neighbour", f"{own}/logo"), "portraits.photo": ("neighbour", "/settings/photo"),
        "seats.briefing": ("steward", f"{seat_path(w, 'neighbour')}/briefing"),
        "seats.edit": ("neighbour", seat_path(w, "neighbour")),
        "seats.handing": ("neighbour", f"{seat_path(w, 'neighbour')}/hand-over"), "seats.index": ("neighbour", f"{own}/seats"),
        "invitations.index": ("neighbour", f"{own}/invitations"),
        "invitations.withdrawing": ("neighbour", f"{own}/invitations/{w.invited_third}/withdraw"),
        "invitations.everywhere": ("steward", "/admin/invitations"),
        "many_invitations.result": ("steward", f"/admin/invitations/result?sent={w.invited_first}"),
        "imports.index": ("steward", "/admin/import"), "imports.one": ("steward", f"/admin/import/{w.list_first}"),
        "welcome.index": ("outsider", "/welcome"), "welcome.show": ("outsider", "/welcome/follow"),
        "join.ask": ("visitor", "/join"), "join.stands": ("visitor", w.join_path),
        "requests.index": ("neighbour", "/requests"), "requests.one": ("neighbour", f"/requests/{w.request_yes}"),
        "offers.offer": ("outsider", f"/offers/{w.offer_of_neighbour}"),
        "files.download": ("chair", f"/files/{number}/{name}"),
        "health.alive": ("visitor", "/healthz"), "health.ready": ("visitor", "/readyz"),
        "home.about": ("visitor", "/about"), "feedback.statement": ("visitor", "/accessibility"),
        "vocabulary.index": ("steward", "/admin/words"), "space_admin.index": ("steward", "/admin/groups"),
        "feedback.index": ("steward", "/admin/accessibility"),
        "home.front": ("chair", "/"), "home.help": ("visitor", "/help"), "home.menu": ("chair", "/menu"),
        "home.privacy": ("visitor", "/privacy"), "machines.favicon": ("visitor", "/favicon.ico"),
        "machines.robots": ("visitor", "/robots.txt"), "machines.sitemap": ("visitor", "/sitemap.xml"),
        "mails.index": ("steward", "/admin/mail"), "mails.one": ("steward", f"/admin/mail/{w.mail}"),
        "atlas.cards": ("chair", f"/members/cards?id={cast.organisations.neighbour}"), "atlas.index": ("chair", "/members"),
        "regions.region": ("visitor", "/regions/africa"), "members.mention": ("chair", "/mentions?q=ne"),
        "members.one_person": ("chair", f"/people/{cast.neighbour.id}"),
        "members.organisation": ("chair", f"/members/{cast.organisations.neighbour}"),
        "moderation.index": ("chair", "/moderation"), "moderation.count": ("chair", "/moderation/count"),
        "moderation.one": ("chair", f"/moderation/{w.case}"),
        "moderation_reports.ask": ("outsider", f"/report?ref=thread:{w.open}"),
        "moderation_reports.mine": ("outsider", "/reports"), "moderation_reports.waiting": ("neighbour", "/waiting"),
        "moderation_answers.show": ("neighbour", f"/decisions/{w.decision}"),
        "moderation_answers.mailed": ("visitor", w.appeal_path), "duties.index": ("steward", "/admin/duties"),
        "addresses.ask": ("chair", "/settings/address"),
        "addresses.opened": ("outsider", f"/settings/address/{w.address}"),
        "mydata.index": ("chair", "/settings/data"), "mydata.leaving": ("chair", "/settings/data/erase"),
        "mydata.fetch": ("chair", f"/settings/data/copies/{w.copy}"),
        "mydata_admin.asking": ("steward", f"/admin/people/{cast.chair.id}/erase"),
        "members.contacts": ("chair", f"/members/{cast.organisations.neighbour}/contacts.vcf"),
        "atom.of_space": ("visitor", f"/groups/{space.africa}/feed.atom"),
        "following.index": ("chair", "/settings/following"),
        "notifications.bell": ("chair", "/notifications/bell"), "notifications.index": ("chair", "/notifications"),
        "search.search": ("chair", "/search?q=zebra"), "settings.devices": ("chair", "/settings/devices"),
        "terms.show": ("visitor", "/terms"), "terms.ask": ("outsider", "/terms/accept"),
        "terms_admin.index": ("steward", "/admin/terms"), "terms_admin.new": ("steward", "/admin/terms/new"),
        "terms_admin.report": ("steward", f"/admin/terms/{w.edition}"),
        "second.ask": ("visitor", "/sign-in/second"), "second.ask_passkey": ("visitor", "/sign-in/second/passkey"),
        "second.ask_anybody": ("visitor", "/sign-in/passkey"),
        "second_settings.overview": ("chair", "/settings/second-step"),
        "second_settings.app": ("chair", "/settings/second-step/app"),
        "second_settings.passkey": ("chair", "/settings/second-step/passkey"),
        "second_settings.passkey_question": ("chair", "/settings/second-step/passkey/question"),
        "second_settings.sheet_of_codes": ("chair", "/settings/second-step/codes"),
        "second_settings.remove": ("outsider", f"/settings/second-step/{w.factor}/remove"),
        "second_settings.prove": ("chair", "/settings/prove"),
        "second_steps.index": ("steward", "/admin/sign-in"),
        "second_steps.reset": ("steward", f"/admin/people/{cast.chair.id}/second-step"),
        "notice_settings.index": ("chair", "/settings/notices"), "unsubscribe.ask": ("visitor", unsubscribing(w)),
        "settings.password": ("chair", "/settings/password"),
        "settings.profile": ("chair", "/settings"), "space_founding.new": ("steward", "/groups/new"),
        "space_homes.edit": ("chair", f"{f'/groups/{space.circle}'}/home"),
        "space_homes.moving": ("chair", f"/groups/{space.circle}/move"),
        "space_homes.by_name": ("chair", "/groups/africa"),
        "coalitions.new": ("steward", "/groups/new-coalition"), "coalitions.about": ("chair", f"/groups/{space.africa}/facts"),
        "coalitions.plan": ("chair", f"/groups/{space.africa}/plan"),
        "space_founding.edit": ("chair", f"/groups/{space.circle}/edit"),
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
