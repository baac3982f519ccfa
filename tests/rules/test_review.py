"""What a review found: leaks, races and doors that stood open, each held shut by a test."""

import datetime as dt
import io
import os
import unicodedata

import pytest
import sqlalchemy as sa

from app.board import acts as board
from app.board.models import Post, Thread
from app.core import clock, files, mail, pictures, presence
from app.core.audience import MEMBERS, audience_of
from app.core.database import atomic
from app.extensions import db
from app.members import passwords
from app.members.models import Person
from app.notifications.models import Notice
from app.search.models import SearchEntry
from app.spaces import acts as spaces
from app.spaces.models import Membership, Space
from tests import talk
from tests.seat import tell, turn

# --- who sees what ----------------------------------------------------------------------------------------


def test_what_a_reader_wrote_too_late_follows_the_move(cast):
    """On PostgreSQL a reader may write an entry with the audience of a moment ago, just after a move."""
    number = talk.starts(cast, cast.chair, "Quince jam", audience="members", body="For @outsider")
    talk.replies(cast, cast.neighbour, number, "Persimmon syrup")
    tell(cast.app)
    with cast.app.app_context():
        thread, space = db.session.get(Thread, number), db.session.get(Space, cast.spaces.africa)
        board.move(cast.chair.me(), thread, space, "space")
        with atomic():
            for table in (SearchEntry, Notice):
                late = sa.update(table).where(table.root == thread.ref)
                db.session.execute(late.values(audience_id=audience_of(MEMBERS)))
    tell(cast.app)
    assert " jam" not in cast.outsider.gets("/search?q=quince").text
    assert "syrup" not in cast.outsider.gets("/search?q=persimmon").text
    assert "Quince" not in cast.outsider.gets("/notifications").text
    assert "syrup" in cast.neighbour.gets("/search?q=persimmon").text


def test_answers_are_private_unless_they_say_otherwise(cast):
    """A redirect holds a title in its address; kept by a browser, a changed title would lead in a circle."""
    number = talk.starts(cast, cast.chair, "Secret", audience="space")
    for path in (f"/discussions/{number}", "/groups/1", "/discussions"):
        answer = cast.chair.gets(path)
        assert "private" in answer.headers["Cache-Control"], path


def test_an_observer_writes_nothing_to_those_inside(cast):
    with cast.app.app_context():
        with atomic():
            group = spaces.add_space(None, form="group", key="watched", name="Watched", sight="members")
            spaces.join(cast.outsider.me(), group, "observer")
        number = group.id
    form = {"space": number, "audience": "space", "title": "Hello there", "topic": "housing", "body": "Words.",
            "language": "en", "organisation": "0"}  # fmt: skip
    assert cast.outsider.posts("/discussions/new", form).status_code == 422
    with cast.app.app_context():
        assert db.session.scalar(sa.select(Thread.id).where(Thread.space_id == number)) is None


def test_a_private_group_is_entered_not_joined(cast):
    """The secretariat sees that it exists; coming in is kept in the record, whatever its joining says."""
    assert cast.steward.posts(f"/groups/{cast.spaces.circle}/join").status_code == 403
    with cast.app.app_context():
        inside = sa.select(Membership.role).where(
            Membership.space_id == cast.spaces.circle, Membership.person_id == cast.steward.id
        )
        assert db.session.scalar(inside) is None


def test_who_hides_is_hidden_at_once(cast, app):
    number = talk.starts(cast, cast.chair, audience="members")
    socket = cast.chair.opens_socket()
    socket.emit("here", {"root": f"thread:{number}"})
    with app.app_context():
        assert presence._list(f"thread:{number}")
    cast.chair.posts("/settings/notices", {})
    turn(app)
    with app.app_context():
        assert not presence._list(f"thread:{number}")


# --- versions and counters --------------------------------------------------------------------------------


def test_a_new_office_changes_every_page(cast):
    """Who was made a moderator or left the secretariat must not be shown pages that the browser kept."""
    with cast.app.app_context():
        before = cast.chair.me().version
        with atomic():
            db.session.get(Person, cast.chair.id).moderator = True
        middle = cast.chair.me().version
        with atomic():
            db.session.get(Person, cast.chair.id).steward = True
        assert len({before, middle, cast.chair.me().version}) == 3


def test_the_number_beside_discussions_is_that_of_its_list(cast):
    """A mention in a discussion that one does not follow is a notice, not an unread followed discussion."""
    talk.starts(cast, cast.chair, body="What does @neighbour think?")
    tell(cast.app)
    with cast.app.app_context():
        who = cast.neighbour.me()
        assert (who.unread, who.unread_threads) == (1, 0)


# --- once, and never lost ---------------------------------------------------------------------------------


def test_a_mail_that_is_on_its_way_is_not_sent_by_a_second_worker(cast, monkeypatch):
    sent = []

    def slowly(row):
        sent.append(row.id)
        if len(sent) == 1:
            with cast.app.app_context():  # another thread of the job process looks meanwhile
                for number in mail.due():
                    mail.send(number)

    monkeypatch.setattr(mail, "_deliver", slowly)
    with cast.app.app_context():
        with atomic():
            mail.post("link", "a@cast.example", "en", url="http://x/y", minutes=15)
        for number in mail.due():
            mail.send(number)
        assert len(sent) == 1
        assert db.session.scalar(sa.select(mail.OutboxMail.state)) == "sent"


def test_a_store_that_is_away_breaks_no_picture(cast, monkeypatch):
    number = talk.starts(cast, cast.chair)
    with cast.app.app_context():
        kept = files.keep(io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 100), "a.png")._replace(type="image/png")
        with atomic():
            thread = db.session.get(Thread, number)
            row = files.attach(kept, thread.ref, thread, cast.chair.id)
        monkeypatch.setattr(
            files.FolderStore, "open", lambda self, name: (_ for _ in ()).throw(OSError("away"))
        )
        pictures.clean(row.id)
        assert db.session.get(files.Attachment, row.id).state == "waiting"


def test_bytes_that_come_again_are_not_swept_from_under_their_post(cast):
    """Equal bytes were once attached and taken away; somebody attaches them again just before the sweep."""
    number = talk.starts(cast, cast.chair)
    with cast.app.app_context():
        once = files.keep(io.BytesIO(b"minutes"), "minutes.txt")
        with atomic():
            db.session.add(files.Blob(hash=once.hash, size=7, at=clock.now() - dt.timedelta(days=3)))
        again = files.keep(io.BytesIO(b"minutes"), "minutes.txt")
        files.sweep()
        with atomic():
            thread = db.session.get(Thread, number)
            files.attach(again, thread.ref, thread, cast.chair.id)
        assert files.store().exists(again.hash)


def test_bytes_of_a_post_that_was_refused_are_swept(cast):
    with cast.app.app_context():
        old, new = (files.keep(io.BytesIO(words), "a.txt") for words in (b"refused", b"on its way"))
        long_ago = clock.now().timestamp() - 2 * 24 * 3600
        os.utime(files.store().path(old.hash), (long_ago, long_ago))
        assert files.sweep() == 1
        assert not files.store().exists(old.hash) and files.store().exists(new.hash)


# --- while one writes -------------------------------------------------------------------------------------


def test_who_lost_sight_while_writing_writes_nothing(cast):
    number = talk.starts(cast, cast.chair, audience="members")
    post = talk.replies(cast, cast.outsider, number)
    with cast.app.app_context():
        thread, mine = db.session.get(Thread, number), db.session.get(Post, post)
        board.move(cast.chair.me(), thread, db.session.get(Space, cast.spaces.africa), "space")
        with pytest.raises(board.Shut):
            board.post_reply(cast.outsider.me(), thread, "Too late.")
        with pytest.raises(board.Shut):
            board.edit_post(cast.outsider.me(), mine, "Too late.")
        assert thread.posts == 2


def test_nobody_edits_what_was_locked_meanwhile(cast):
    number = talk.starts(cast, cast.chair)
    with cast.app.app_context():
        thread = db.session.get(Thread, number)
        board.set_locked(cast.chair.me(), thread, True)
        first = db.session.scalar(sa.select(Post).where(Post.thread_id == number))
        with pytest.raises(board.Shut):
            board.edit_post(cast.chair.me(), first, "Too late.")


# --- doors ------------------------------------------------------------------------------------------------


def test_a_password_typed_in_parts_opens_the_door(cast):
    """Letters and their accents may come as two signs each: what counts is the password as it is kept."""
    typed = unicodedata.normalize("NFD", "éàüöñçêîôû" * 3 + "ǹéḿ sàw thé gréén hóúsé by ṕérsímmóns" * 2)
    assert len(typed) > passwords.LONGEST > len(unicodedata.normalize("NFKC", typed))
    with cast.app.app_context():
        assert not passwords.weakness(typed)
        assert passwords.fits(passwords.made(typed), typed)


def test_an_endless_cursor_is_no_error(cast):
    assert cast.chair.gets(f"/groups/{cast.spaces.africa}/people?after={'9' * 5000}").status_code == 200
    assert cast.chair.gets(f"/discussions/{'9' * 5000}").status_code in (400, 404)
