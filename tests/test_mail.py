"""Mail: from the outbox over a real SMTP server; what must not pass, what is tried again."""

import datetime as dt
import email
import email.policy
import pathlib
import re
import socket
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller

from app.core import clock, jobs, mail
from app.core.database import atomic
from app.core.languages import lazy
from app.core.mail import OutboxMail, one_address, post
from app.extensions import db
from app.members import acts, doorkeys
from app.moderation import words
from app.notifications.digests import by_thing
from app.notifications.unsubscribe import WORDS
from app.notifications.words import in_mail, in_summary
from tests import doors

ROOT = pathlib.Path(__file__).parents[1]

AT = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
STOP = "http://127.0.0.1:8000/unsubscribe/x"
TOLD = SimpleNamespace(
    root="thread:1", verb="board.replied", reason="reply", title="A & <b>?", lang="", by={"name": "A & B"}, excerpt="A & <b>",
    count=2, url="/d/1",
)  # fmt: skip
REPORT = SimpleNamespace(
    root="report:1", verb="moderation.received", reason="moderation", title="#1", lang="", by={}, excerpt="", count=1,
    url="/reports",
)  # fmt: skip
KINDS = {
    "link": {"url": "http://127.0.0.1:8000/sign-in/link/x?next=/a&b=1", "minutes": 15},
    "reset": {"url": "http://127.0.0.1:8000/reset/x", "minutes": 60},
    "invite": {"url": "http://127.0.0.1:8000/invite/x", "days": 14, "organisation": "City of A & B <i>"},
    "join": {"url": "http://127.0.0.1:8000/join/x", "days": 3, "organisation": "City of A & B <i>"},
    "join_known": {"url": "http://127.0.0.1:8000/sign-in", "organisation": "City of A & B <i>"},
    "join_declined": {
        "url": "http://127.0.0.1:8000/join/x",
        "organisation": "City of A & B <i>",
        "reason": "A & <b>",
    },
    "offer": {"url": "http://127.0.0.1:8000/offers/7", "days": 14, "organisation": "City of A & B <i>"},
    "password_changed": {"at": AT, "zone": "Europe/Vienna", "timezone": "Europe/Vienna"},
    "address_changed": {"at": AT, "zone": "Europe/Vienna", "timezone": "Europe/Vienna"},
    "second_step": {"what": "app_on", "at": AT, "zone": "Europe/Vienna"},
    "new_address": {"url": "http://127.0.0.1:8000/settings/address/x", "minutes": 60},
    "mail_check": {"url": "http://127.0.0.1:8000/settings/notices"},
    "copy_ready": {"until": AT},
    "erasure_asked": {"due": AT},
    "seat_ended": {"organisation": "City of A & B <i>", "at": AT},
    "suspended": {"until": AT, "why": "A & <b>", "url": "http://127.0.0.1:8000/appeals/x"},
    "accessibility": {
        "said": SimpleNamespace(words="A & <b>", page="/a", means="A", email="a@b.c"),
        "url": "http://127.0.0.1:8000/admin/accessibility",
    },
    "statement": {
        "decision": SimpleNamespace(answer="", until=AT, words="A & <b>"),
        "case": SimpleNamespace(title="#1"), "kind_word": lazy("a post"), "told": words.TOLD["hide"],
        "rule": words.REASONS["hate"], "may": True, "url": "http://127.0.0.1:8000/appeals/x",
    },
    "notice": {"notice": TOLD, "said": in_mail, "url": "http://127.0.0.1:8000/d/1", "stop": STOP, "kind_words": WORDS["reply"]},
    "event": {
        "it": SimpleNamespace(title="A & <b>", language="en", place="A & B", cancelled_why="A & <b>"), "what": "changed",
        "times": lambda _it: SimpleNamespace(day="A & B", mine="10:00", my_zone="", theirs="", their_zone=""), "day_of": str,
        "url": "http://127.0.0.1:8000/events/7", "stop": STOP, "kind_words": WORDS["date"],
    },
    "digest": {
        "things": by_thing([TOLD, REPORT]), "left": 2, "said": in_summary, "stop": STOP, "kind_words": WORDS["digest"], "at": AT,
    },
}  # fmt: skip
LINKS = {  # of mails that are told none
    "address_changed": "/about", "copy_ready": "/settings/data", "erasure_asked": "/settings/data", "seat_ended": "",
    "digest": "/d/1",
}  # fmt: skip


class Box:
    """Keeps what a server hears; refuses as many mails as it is told."""

    def __init__(self):
        self.messages, self.envelopes, self.refuse = [], [], 0

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            self.refuse -= 1
            return "451 Try again later"
        self.envelopes.append(envelope)
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def box():
    kept = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        kept.port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=kept.port)
    server.start()
    yield kept
    server.stop()


@pytest.fixture
def sends(app, box):
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{box.port}"
    with app.app_context():
        yield jobs.sweep_waiting


def put(kind, to="somebody@cast.example", language="en", **more):
    with atomic():
        post(kind, to, language, **KINDS[kind], **more)


def rows():
    db.session.rollback()
    return db.session.query(OutboxMail).order_by(OutboxMail.id).all()


@pytest.mark.parametrize("language", ["en", "fr", "ar", "en_XA"])
def test_each_kind_arrives_as_text_and_html(sends, box, language):
    for kind in KINDS:
        put(kind, language=language)
        sends()
        looked_through(box.messages[-1], kind, language)
    assert len(box.messages) == len(KINDS) and {row.state for row in rows()} == {"sent"}


def test_every_kind_is_looked_through():
    folders = {path.name for path in pathlib.Path(ROOT, "templates", "mail").iterdir() if path.is_dir()}
    assert folders == set(KINDS)


def looked_through(message, kind, language):
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert message["To"] == "somebody@cast.example" and message["From"] == "convivio@127.0.0.1"
    assert message["Message-ID"] and message["Date"] and message["Auto-Submitted"] == "auto-generated"
    assert "\n" not in message["Subject"] and message["Subject"].strip()
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html and f'lang="{language}"' in html
    assert "style=" not in html and "<script" not in html and "<img" not in html
    assert "&amp;" not in text and "&lt;" not in text and "Markup" not in text
    link = KINDS[kind].get("url", f"http://127.0.0.1:8000{LINKS.get(kind, '/reset')}")
    assert link in text and link.replace("&", "&amp;") in html
    if kind == "invite":
        assert "City of A & B <i>" in text and "City of A &amp; B &lt;i&gt;" in html


def test_a_pseudo_language_leaves_no_plain_word(sends, box):
    for kind in KINDS:
        put(kind, language="en_XA")
    sends()
    for message in box.messages:
        text = message.get_body(("plain",)).get_content()
        left = re.sub(r"https?://\S+|-- |Convivio", "", f"{message['Subject']}\n{text}")
        while "⟦" in left:  # words of ours may stand in words of ours
            left = re.sub(r"⟦[^⟦⟧]*⟧", "", left)
        assert not re.search(r"[A-Za-z]{3}", left), left


BAD = [
    "a@b\r\nBcc: c@d", "a@b\nX: y", "a@b, c@d", "a@b;c@d", "<a@b>", "a@b@c", "nobody", "", "a@b\x00", "x" * 260 + "@b",
]  # fmt: skip


def test_two_addresses_in_one_are_refused(app):
    with app.app_context():
        for bad in BAD:
            with pytest.raises(ValueError, match="address"):
                one_address(bad)
            with pytest.raises(ValueError, match="address"):
                put("reset", to=bad)
        with pytest.raises(ValueError, match="address"):
            acts.add_person(None, email="a@b\r\nBcc: c@d", name="Somebody")
        assert not rows()


def test_a_name_with_a_line_break_adds_no_header(app, sends, box):
    app.config["SITE_TITLE"] = "A site\r\nBcc: thief@evil.example\r\n\r\nbody"
    put("reset")
    sends()
    (message,) = box.messages
    assert message["Bcc"] is None and box.envelopes[0].rcpt_tos == ["somebody@cast.example"]


def test_a_mail_that_failed_is_tried_again_later(sends, box):
    put("reset")
    box.refuse = 1
    sends()
    (row,) = rows()
    assert (row.state, row.tries) == ("waiting", 1) and "451" in row.error and row.next_at > clock.now()
    sends()
    assert not box.messages  # not before its time
    with clock.at(clock.now() + dt.timedelta(minutes=5)):
        sends()
    (row,) = rows()
    assert row.state == "sent" and row.sent_at and not row.error and len(box.messages) == 1


def test_after_eight_tries_it_is_left_for_the_secretariat(app, sends, box):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:1"
    put("reset")
    moment = clock.now()
    for _ in range(mail.MOST_TRIES):
        moment += dt.timedelta(days=1)
        with clock.at(moment):
            sends()
    (row,) = rows()
    assert (row.state, row.tries) == ("failed", mail.MOST_TRIES) and "ConnectionRefusedError" in row.error
    with clock.at(moment + dt.timedelta(days=9)):
        assert not mail.due()


def test_one_cause_mails_once(sends, box):
    for _ in range(2):
        put("reset", key="reset:1")
    sends()
    sends()
    assert len(box.messages) == 1


def test_without_a_server_and_on_a_demo_network_mail_goes_to_a_folder(app, sends, box, tmp_path):
    app.config["MAIL_URL"] = ""
    put("reset")
    sends()
    app.config["MAIL_URL"], app.config["DEMO"] = f"smtp://127.0.0.1:{box.port}", "yes"
    put("reset")
    sends()
    kept = sorted((tmp_path / "instance" / "mail").glob("*.eml"))
    assert len(kept) == 2 and not box.messages
    demo = email.message_from_bytes(kept[1].read_bytes(), policy=email.policy.default)
    for part in ("plain", "html"):
        assert "Sample content. It does not report real activity" in demo.get_body((part,)).get_content()
    assert "Sample content" not in kept[0].read_text()


def test_the_invitation_link_of_a_mail_opens(app, cast, sends, box):
    link = acts.invite_steward("third@cast.example", "Third desk")
    with atomic():
        post(
            "invite",
            "third@cast.example",
            "en",
            url=link,
            days=doorkeys.lasts("invite").days,
            organisation="Secretariat",
        )
    sends()
    assert link in box.messages[0].get_body(("plain",)).get_content()


def test_a_reset_goes_all_the_way(app, cast, box):
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{box.port}"
    doors.give_password(app, cast.chair)
    cast.visitor.posts("/reset", {"email": "chair@cast.example"})
    with app.app_context():
        jobs.sweep_waiting()
    (message,) = box.messages
    assert message["To"] == "chair@cast.example" and "/reset/" in message.get_body(("plain",)).get_content()
