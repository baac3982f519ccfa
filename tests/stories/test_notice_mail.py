"""How people hear of what: ways for kinds and groups, mail at once, quiet hours, a pause, ending it by one click."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from app.core import clock, mail
from app.core.audience import audience_of, person_room, readdress
from app.core.database import atomic, locate
from app.core.mail import OutboxMail
from app.extensions import db
from app.members.models import Person
from app.notifications import letters, plans
from app.notifications.models import Notice, NoticeChoice, NoticePlan
from app.notifications.quiet import quiet_until
from tests import talk
from tests.seat import tell
from tests.stories.test_notices import follows, told

MINUTES = dt.timedelta(minutes=5)
SUNDAY = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def chooses(cast, seat, **fields):
    answer = seat.posts("/settings/notices", {"shown": "y", **fields})
    assert answer.status_code == 303, answer.text


def mails(cast, after=MINUTES):
    """Let the readers read and the job write; return the mails of notices as rows."""
    tell(cast.app)
    with cast.app.app_context(), clock.at(clock.now() + after):
        letters.send_due()
    with cast.app.app_context():
        rows = sa.select(OutboxMail).where(OutboxMail.kind == "notice").order_by(OutboxMail.id)
        return list(db.session.scalars(rows))


def called(cast, **more):
    return talk.starts(cast, cast.chair, body="What does @neighbour think?", **more)


# --- which way ------------------------------------------------------------------------------------------------


def test_a_mention_is_mailed_once_and_a_reply_waits_for_the_summary(cast):
    thread = called(cast)
    follows(cast, cast.outsider, f"thread:{thread}")
    talk.replies(cast, cast.chair, thread)
    sent = mails(cast)
    assert [row.person_id for row in sent] == [cast.neighbour.id]
    assert mails(cast) and len(mails(cast)) == 1
    row = sent[0]
    assert (row.to, row.root, row.subject) == (
        "neighbour@cast.example",
        f"thread:{thread}",
        "How do you begin?",
    )
    assert "What does" in row.text and f"/discussions/{thread}" in row.text
    assert row.headers["References"] == f"<thread-{thread}@127.0.0.1>" == row.headers["In-Reply-To"]
    assert row.headers["List-Id"] == f"<group-{cast.spaces.africa}.127.0.0.1>"
    assert row.headers["Auto-Submitted"] == "auto-generated"


def test_what_was_read_here_is_not_mailed(cast):
    thread = called(cast)
    tell(cast.app)
    cast.neighbour.posts(f"/discussions/{thread}/read", {"number": "1"})
    assert mails(cast) == []


def test_a_mail_that_waited_while_its_reader_lost_sight_does_not_go(cast):
    """A mail server may be away for hours: what is sent then is for who sees the thing then."""
    with cast.app.app_context():
        cast.app.config["JOBS_AT_ONCE"] = False  # nothing is sent while it is written
    for number in (called(cast), called(cast, title="Another?")):
        gone = f"thread:{number}"
    first, second = mails(cast)
    assert (first.state, second.state, second.root) == ("waiting", "waiting", gone)
    with cast.app.app_context():
        with atomic():
            thread = locate(gone)
            thread.audience_id = audience_of(person_room(cast.chair.id))
            readdress(gone, thread.audience_id)
        for row in (first, second):
            mail.send(row.id)
        assert [db.session.get(OutboxMail, row.id).state for row in (first, second)] == ["sent", "stopped"]


def test_what_left_sight_or_was_removed_is_not_mailed(cast):
    gone, hidden = called(cast), called(cast, title="Another?")
    tell(cast.app)
    with cast.app.app_context():
        from app.board import acts as board

        post = db.session.scalar(sa.select(board.Post).where(board.Post.thread_id == gone))
        board.remove_post(cast.chair.me(), post)
        from app.core.audience import audience_of, person_room, readdress

        with atomic():
            thread = db.session.get(board.Thread, hidden)
            thread.audience_id = audience_of(person_room(cast.chair.id))
            readdress(thread.ref, thread.audience_id)
    assert mails(cast) == []


@pytest.mark.parametrize(
    ("way", "noticed", "mailed"), [("web", 1, 0), ("once", 1, 1), ("digest", 1, 0), ("off", 0, 0)]
)
def test_each_way_for_a_kind(cast, way, noticed, mailed):
    chooses(cast, cast.neighbour, **{"way-call": way})
    called(cast)
    assert len(mails(cast)) == mailed
    assert len(told(cast, cast.neighbour)) == noticed
    assert f'value="{way}" selected' in cast.neighbour.gets("/settings/notices").text


def test_a_group_has_a_way_of_its_own(cast):
    chooses(cast, cast.neighbour, **{f"group-{cast.spaces.africa}": "once"})
    follows(cast, cast.neighbour, f"space:{cast.spaces.africa}")
    follows(cast, cast.neighbour, f"space:{cast.spaces.network}")
    talk.starts(cast, cast.chair)
    talk.starts(cast, cast.chair, space="network", audience="members")
    assert [row.headers["List-Id"] for row in mails(cast)] == [f"<group-{cast.spaces.africa}.127.0.0.1>"]
    chooses(cast, cast.neighbour, **{f"group-{cast.spaces.africa}": ""})
    with cast.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(NoticeChoice)) == 0


def test_one_line_counted_up_is_one_mail(cast):
    chooses(cast, cast.chair, **{"way-reply": "once"})
    thread = talk.starts(cast, cast.chair)
    for _ in range(3):
        talk.replies(cast, cast.neighbour, thread)
    sent = mails(cast)
    assert len(sent) == 1 and "(3 new)" in sent[0].text and sent[0].subject == "Re: How do you begin?"
    talk.replies(cast, cast.neighbour, thread, "One more.")
    assert len(mails(cast)) == 2


def test_what_is_none_of_the_choices_is_refused(cast):
    for fields in ({"way-call": "loud"}, {"way-care": "off"}, {"hour": "25"}, {"every": "hourly"},
                   {f"group-{cast.spaces.africa}": "x"}, {"paused_until": "soon"}):  # fmt: skip
        answer = cast.neighbour.posts("/settings/notices", fields)
        assert answer.status_code == 422 and "There is a problem" in answer.text, fields
    with cast.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(NoticePlan)) == 0


def test_old_facts_are_for_the_summary(cast):
    with clock.at(clock.now() - dt.timedelta(days=3)):
        called(cast)
    assert mails(cast) == [] and told(cast, cast.neighbour) == [("mention", "board.started", 1)]


def test_one_who_shouts_causes_only_so_many_mails(cast):
    cast.app.config["MAILS_CAUSED_PER_HOUR"] = 2
    for number in range(4):
        called(cast, title=f"Question {number}?")
    assert len(mails(cast)) == 2
    talk.starts(cast, cast.outsider, body="@neighbour?", space="europe")
    assert len(mails(cast)) == 3  # others are heard


def test_no_mail_to_who_is_kept_out(cast):
    called(cast)
    tell(cast.app)
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).state = "suspended"
    assert mails(cast) == []


# --- quiet ----------------------------------------------------------------------------------------------------


def plan(**values):
    usual = {"quiet": False, "quiet_from": 20, "quiet_to": 7, "weekend": False, "paused_until": None}
    return NoticePlan(**{**usual, **values})


@pytest.mark.parametrize(
    ("values", "zone", "now", "until"),
    [
        ({}, "UTC", "2026-11-22T02:00", None),
        ({"quiet": True}, "UTC", "2026-11-23T12:00", None),
        ({"quiet": True}, "UTC", "2026-11-23T20:00", "2026-11-24T07:00"),
        ({"quiet": True}, "UTC", "2026-11-23T06:59", "2026-11-23T07:00"),
        ({"quiet": True}, "Europe/Vienna", "2026-11-23T06:30", None),
        ({"quiet": True}, "Asia/Tokyo", "2026-11-23T12:00", "2026-11-23T22:00"),
        ({"quiet": True, "quiet_from": 12, "quiet_to": 14}, "UTC", "2026-11-23T13:10", "2026-11-23T14:00"),
        ({"quiet": True, "quiet_from": 5, "quiet_to": 5}, "UTC", "2026-11-23T05:00", None),
        ({"weekend": True}, "UTC", "2026-11-22T12:00", "2026-11-23T00:00"),
        ({"weekend": True, "quiet": True}, "UTC", "2026-11-20T21:00", "2026-11-23T07:00"),
    ],
)
def test_when_quiet_ends(values, zone, now, until):
    said = quiet_until(plan(**values), at(now), plans.zone_of(zone))
    assert said == (at(until) if until else None)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_at_night_mail_waits_for_the_morning(cast):
    chooses(cast, cast.neighbour, quiet="y", quiet_from="0", quiet_to="23")
    with clock.at(SUNDAY):
        called(cast)
        assert mails(cast) == []
    with clock.at(SUNDAY + dt.timedelta(hours=11)):
        assert len(mails(cast)) == 1


def test_in_a_pause_nothing_is_mailed_at_once(cast):
    with clock.at(SUNDAY):
        chooses(cast, cast.neighbour, paused_until="2026-11-25")
        called(cast)
        assert mails(cast) == []
    with clock.at(SUNDAY + dt.timedelta(days=4)):
        assert mails(cast) == []  # the summary tells of it
    with cast.app.app_context():
        assert db.session.scalar(sa.select(Notice.mailed_id)) == 0


# --- ending it ------------------------------------------------------------------------------------------------


class TestOneClick:
    """RFC 8058: by a button on a page, or sent by the mail program; without signing in."""

    def link(self, row):
        return urlsplit(row.headers["List-Unsubscribe"].strip("<>"))

    def test_the_page_acts_only_by_its_button(self, cast):
        called(cast)
        row = mails(cast)[0]
        path = self.link(row).path
        assert path in row.text and path in row.html
        page = cast.visitor.gets(path)
        assert page.status_code == 200 and f'action="{path}"' in page.text
        assert self.way(cast) is None
        for _ in range(2):
            answer = cast.visitor.posts(path)
            assert answer.status_code == 200 and "This mail has ended" in answer.text
        assert self.way(cast) == "web"
        called(cast, title="Again?")
        assert len(mails(cast)) == 1

    def way(self, cast):
        with cast.app.app_context():
            return db.session.scalar(sa.select(NoticeChoice.way).where(NoticeChoice.kind == "call"))

    def test_a_mail_program_ends_it_without_page_or_token(self, cast):
        cast.app.config["WTF_CSRF_ENABLED"] = True
        called(cast)
        path = self.link(mails(cast)[0]).path
        answer = cast.visitor.posts(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "Location" not in answer.headers
        assert self.way(cast) == "web"

    def test_the_header_for_one_click_stands_only_with_https(self, cast):
        called(cast)
        assert "List-Unsubscribe-Post" not in mails(cast)[0].headers
        cast.app.config["BASE_URL"] = "https://cities.example"
        called(cast, title="Again?")
        row = mails(cast)[1]
        assert row.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert row.headers["List-Unsubscribe"].startswith("<https://cities.example/unsubscribe/")

    def test_behind_an_erased_account_nobody_chooses_any_more(self, cast):
        called(cast)
        path = self.link(mails(cast)[0]).path
        with cast.app.app_context(), atomic() as session:
            session.get_one(Person, cast.neighbour.id).state = "erased"
        assert cast.visitor.gets(path).status_code == 404
        assert cast.visitor.posts(path, {"List-Unsubscribe": "One-Click"}).status_code == 404
        assert self.way(cast) is None

    def test_somebody_elses_address_cannot_be_made_up(self, cast):
        called(cast)
        path = self.link(mails(cast)[0]).path
        head, _dot, tail = path.rpartition(".")
        for wrong in (f"{head}.{tail[::-1]}", f"{path}x", "/unsubscribe/x", "/unsubscribe/"):
            assert cast.visitor.posts(wrong).status_code == 404
        assert self.way(cast) is None


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_mail_as_it_arrives(cast, language):
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).language = language
    called(cast, title="A & B <i>?")
    row = mails(cast)[0]
    with cast.app.app_context():
        message = mail._message(row).message()
    assert re.fullmatch(rf"<mail-{row.id}\.[0-9a-f]{{16}}@127\.0\.0\.1>", message["Message-ID"])
    parts = {
        part.get_content_type(): part.get_payload(decode=True).decode()
        for part in message.walk()
        if not part.is_multipart()
    }
    assert set(parts) == {"text/plain", "text/html"}
    assert "A & B <i>?" in parts["text/plain"] and "A &amp; B &lt;i&gt;?" in parts["text/html"]
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in parts["text/html"]
    assert not re.search(r"&(amp|lt|gt|#)", parts["text/plain"])
    assert "style=" not in parts["text/html"] and "<img" not in parts["text/html"]
