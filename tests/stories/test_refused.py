"""An address that a server refuses for good: notices to it stop, its owner and the secretariat read so, and can try again."""

import smtplib

import pytest
import sqlalchemy as sa

from app.core import clock, mail
from app.core.mail import OutboxMail, RefusedAddress
from app.extensions import db
from app.notifications import digests
from tests.stories.test_digests import HOUR, MONDAY, hears
from tests.stories.test_notice_mail import called, mails

ADDRESS = "neighbour@cast.example"
NOBODY = smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"5.1.1 no such user here")})


def sends(cast, monkeypatch, error):
    """Let all mails go out to a server that says this."""

    def deliver(_row):
        if error:
            raise error

    monkeypatch.setattr(mail, "_deliver", deliver)
    with cast.app.app_context(), clock.at(clock.now() + HOUR):
        for number in mail.due():
            mail.send(number)


def states(cast):
    with cast.app.app_context():
        return list(db.session.scalars(sa.select(OutboxMail.state).order_by(OutboxMail.id)))


@pytest.mark.parametrize(
    ("error", "for_good"),
    [
        (NOBODY, True),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (450, b"4.2.1 try later")}), False),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (554, b"5.7.1 relay access denied")}), False),
        (smtplib.SMTPDataError(550, b"5.1.1 unknown"), True),
        (smtplib.SMTPDataError(554, b"looks like spam"), False),
        (smtplib.SMTPDataError(451, b"later"), False),
        (smtplib.SMTPSenderRefused(550, b"who are you", "x@y"), False),
        (smtplib.SMTPAuthenticationError(535, b"no"), False),
        (ConnectionRefusedError(), False),
    ],
)
def test_what_is_refused_for_good(cast, monkeypatch, error, for_good):
    called(cast)
    mails(cast)
    sends(cast, monkeypatch, error)
    assert states(cast) == ["refused" if for_good else "waiting"]
    with cast.app.app_context():
        assert (mail.refusal(ADDRESS) is not None) == for_good


def test_notices_stop_and_wait_in_the_list(cast, monkeypatch):
    called(cast)
    called(cast, title="A second one?")
    mails(cast)
    sends(cast, monkeypatch, NOBODY)
    assert states(cast) == ["refused", "stopped"]
    called(cast, title="A third one?")
    assert len(mails(cast)) == 2
    assert "A third one?" in cast.neighbour.gets("/notifications").text


def test_summaries_stop_too(cast, monkeypatch):
    hears(cast)
    with cast.app.app_context(), mail.atomic() as session:
        session.add(RefusedAddress(address=ADDRESS, why="550", at=clock.now()))
    with cast.app.app_context(), clock.at(MONDAY):
        digests.send_due()
    assert states(cast) == []


def test_its_owner_and_the_secretariat_read_so_and_it_is_tried_again(cast, monkeypatch):
    assert "No notices come by mail" not in cast.neighbour.gets("/settings/notices").text
    called(cast)
    mails(cast)
    sends(cast, monkeypatch, NOBODY)
    text = cast.neighbour.gets("/settings/notices").text
    assert "No notices come by mail" in text and "no such user here" in text
    assert "No notices come by mail" not in cast.chair.gets("/settings/notices").text
    assert ADDRESS in cast.steward.gets("/admin/mail?state=refused").text
    assert cast.neighbour.posts("/settings/notices/mail").status_code == 303
    sends(cast, monkeypatch, NOBODY)  # still nobody there
    assert "No notices come by mail" in cast.neighbour.gets("/settings/notices").text
    cast.neighbour.posts("/settings/notices/mail")
    sends(cast, monkeypatch, None)
    assert "No notices come by mail" not in cast.neighbour.gets("/settings/notices").text
    called(cast, title="Again?")
    assert len(mails(cast)) == 2


def test_trying_is_counted(cast):
    codes = [cast.neighbour.posts("/settings/notices/mail").status_code for _ in range(6)]
    assert codes == [303] * 5 + [429]
