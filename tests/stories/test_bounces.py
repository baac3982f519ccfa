"""Mails that come back later: believed only about a mail of ours, and only where the address is gone for good."""

import email.policy
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from app.core import bounces, mail
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from tests.stories.test_notice_mail import called, mails

ADDRESS = "neighbour@cast.example"
REPORT = """\
From: MAILER-DAEMON@relay.example
To: convivio@127.0.0.1
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver this.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; neighbour@cast.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such box here

--b
Content-Type: {held}

{head}
--b--
"""


def sent(cast):
    """Let a mail to neighbour go out; return its name in its header."""
    called(cast)
    row = mails(cast)[0]
    with cast.app.app_context(), atomic() as session:
        session.get_one(OutboxMail, row.id).state = "sent"
        return mail.message_id(row.id)


def comes_back(cast, name, action="failed", status="5.1.1", held="message/rfc822"):
    head = f"Subject: x\nMessage-ID: {name}\n\nwords"
    raw = REPORT.format(action=action, status=status, held=held, head=head).encode()
    with cast.app.app_context():
        return bounces.take(raw)


@pytest.mark.parametrize("held", ["message/rfc822", "text/rfc822-headers"])
def test_notices_to_an_address_that_is_gone_stop(cast, held):
    name = sent(cast)
    assert comes_back(cast, name, held=held) == ADDRESS
    with cast.app.app_context():
        assert "550 no such box here" in mail.refusal(ADDRESS).why
        assert db.session.scalars(sa.select(OutboxMail.state)).all() == ["refused"]
    assert "No notices come by mail." in cast.neighbour.gets("/settings/notices").text


@pytest.mark.parametrize(
    ("action", "status"),
    [("delayed", "4.4.7"), ("failed", "4.2.2"), ("failed", "5.7.1"), ("delivered", "2.0.0")],
)
def test_a_delay_or_a_policy_is_no_end(cast, action, status):
    assert comes_back(cast, sent(cast), action, status) == ""
    with cast.app.app_context():
        assert mail.refusal(ADDRESS) is None


def test_nobody_stops_the_mail_of_another(cast):
    name = sent(cast)
    number, _dot, rest = name.partition(".")
    for other in (
        f"{number}@127.0.0.1>",
        f"{number}.{'0' * 16}@127.0.0.1>",
        f"<mail-99999.{rest}",
        "",
        "<mail-x.y@z>",
    ):
        assert comes_back(cast, other) == "", other
    with cast.app.app_context():
        assert mail.refusal(ADDRESS) is None


def test_what_is_no_report_changes_nothing(cast):
    name = sent(cast)
    away = EmailMessage(policy=email.policy.SMTP)
    away["Subject"], away["In-Reply-To"], away["Message-ID"] = "I am away until Monday", name, name
    away.set_content("Back on Monday. Status: 5.1.1 Action: failed")
    with cast.app.app_context():
        for raw in (
            away.as_bytes(),
            b"",
            b"\xff\xfe\x00",
            REPORT.encode(),
            b"Content-Type: message/delivery-status\n\nx",
        ):
            assert bounces.take(raw) == ""


def test_the_command_says_what_it_did(cast):
    name = sent(cast)
    run = cast.app.test_cli_runner().invoke
    raw = REPORT.format(
        action="failed", status="5.1.1", held="message/rfc822", head=f"Message-ID: {name}\n\nx"
    )
    assert ADDRESS in run(args=["bounce"], input=raw).output
    assert "Nothing in it" in run(args=["bounce"], input="hello").output
