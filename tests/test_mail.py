"""Mail: from the outbox over a real SMTP server; what must not pass, what is tried again."""

import datetime as dt
import email
import email.policy
import pathlib
import re
import socket

import pytest
from aiosmtpd.controller import Controller

from app.core import clock, jobs, mail
from app.core.database import atomic
from app.core.mail import OutboxMail, one_address, post
from app.extensions import db
from app.members import acts, doorkeys
from tests import doors
from tests.mails import KINDS, LINKS

ROOT = pathlib.Path(__file__).parents[1]


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
