"""Mailing lists and forums from before: their posts come in once with authors and dates, nobody is told, all can be taken back."""

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa

from app.board import acts as board
from app.board import care
from app.board.models import Post, ReadMark, Thread
from app.core import files, readers
from app.core.activity import Activity
from app.core.database import atomic
from app.core.watches import Watch
from app.extensions import db
from app.members.models import Person
from app.notifications.models import Notice
from app.past import acts, talks, who
from app.past.models import PastBatch, PastItem
from app.search.models import SearchEntry
from app.spaces import pins
from app.spaces.models import Space
from tests import past
from tests.counting import statements
from tests.doors import count
from tests.seat import tell, turn
from tests.stories.test_past_documents import batch_of, counts, faults, rows, send

FORUM = past.lines(
    {"thread": 1, "id": 1, "title": "Housing visits", "author": "Old hand", "date": "2012-01-02T10:00:00Z",
     "body": "Who **goes** along?"},
    {"thread": 1, "id": 2, "author": "Chair", "email": "CHAIR@cast.example", "date": "2012-01-03T10:00:00Z",
     "body": "We do. @chair", "reply_to": 1},
    {"thread": 2, "id": 3, "title": "أسئلة عن السكن", "author": "كاتب", "date": "2013-01-02T10:00:00Z",
     "body": "من يرافق شخصا رفض طلبه؟"},
    "broken",
)  # fmt: skip


def taken(cast, raw, name, space="network"):
    path = send(cast, raw, name, space)
    assert cast.steward.posts(f"{path}/run").status_code == 303
    return path


def ledger(cast):
    """How many there are of what hangs on discussions."""
    return [count(cast.app, model) for model in (Thread, Post, PastItem, Watch, ReadMark, files.Attachment)]


def test_a_forum_comes_in_with_its_authors_and_dates(cast):
    path = send(cast, FORUM, "forum.jsonl", "network")
    assert counts(cast, path) == {"talks": 2, "posts": 3, "known": 0, "writers": 3, "here": 1, "files": 0}
    assert faults(cast, path) == [(4, "json")]
    page = cast.steward.gets(path).text
    assert (
        "Housing visits" in page
        and "Written from 2012-01-02 to 2013-01-02." in page
        and "This line cannot be read." in page
    )
    before = count(cast.app, Activity)
    cast.steward.posts(f"{path}/run")
    assert (
        batch_of(cast, path)["made"] == {"talks": 2, "posts": 3} and count(cast.app, Activity) == before + 1
    )
    with cast.app.app_context():
        first, second, third = db.session.scalars(sa.select(Post).order_by(Post.id)).all()
        thread = first.thread
        assert (first.at, thread.at) == (dt.datetime(2012, 1, 2, 10, tzinfo=dt.UTC),) * 2
        assert thread.last_at == second.at and (thread.posts, thread.replies, thread.voices) == (2, 1, 2)
        assert first.by["name"] == "Old hand" and first.by["url"] == "" and "email" not in first.by
        assert second.author_id == cast.chair.id and second.reply_to == 1 and "<a" not in second.html
        assert third.language == "ar" and third.thread.title == "أسئلة عن السكن"
    page = cast.neighbour.gets("/discussions/1", follow_redirects=True).text
    assert "brought over from elsewhere" in page and "Old hand" in page and "<strong>goes</strong>" in page


def test_nobody_is_told_the_newsfeed_has_one_line_and_the_search_finds_all(cast):
    taken(cast, FORUM, "forum.jsonl", "africa")
    tell(cast.app)
    assert count(cast.app, Notice) == 0 and count(cast.app, Watch) == 0
    page = cast.neighbour.gets("/").text
    assert page.count("2 discussions were brought over to") == 1
    assert "Housing <mark>visits</mark>" in cast.neighbour.gets("/search?q=visits").text
    assert "Housing visits" in cast.neighbour.gets("/discussions").text
    for path in ("/search?q=visits", "/discussions", "/"):
        page = cast.outsider.gets(path).text
        assert "Housing visits" not in page and "<mark>visits" not in page and "brought over to" not in page


def test_who_stands_behind_writers_from_outside_is_shown_nowhere(cast):
    taken(cast, FORUM, "forum.jsonl")
    tell(cast.app)
    with cast.app.app_context():
        number = who.outside()
        assert db.session.get_one(Person, number).state == "erased"
    for seat in (cast.chair, cast.steward):
        assert seat.gets(f"/people/{number}-outside-writers").status_code == 404
    for path in ("/members?who=people", "/admin/people", "/search?q=outside-writers"):
        assert "outside-writers@" not in cast.steward.gets(path).text
    with cast.app.app_context():
        post = db.session.scalars(sa.select(Post).where(Post.number == 1).limit(1)).one()
        care.thank(cast.chair.me(), post)
        thread = db.session.get_one(Thread, post.thread_id)
        board.post_reply(cast.chair.me(), thread, "An answer, years later.", reply_to=1)
    tell(cast.app)
    assert count(cast.app, Notice) == 0


def test_the_same_again_adds_nothing_and_more_of_it_adds_the_rest(cast):
    taken(cast, past.mailing_list(40, 8), "list.mbox")
    before = ledger(cast)
    again = send(cast, past.mailing_list(40, 8), "list.mbox", "network")
    assert counts(cast, again)["posts"] == 0 and "nothing to take in" in cast.steward.gets(again).text
    cast.steward.posts(f"{again}/run")
    assert ledger(cast) == before
    more = taken(cast, past.mailing_list(50, 8), "list.mbox")
    assert batch_of(cast, more)["made"]["posts"] == 10 and batch_of(cast, more)["made"].get("talks", 0) == 0
    assert count(cast.app, Thread) == 8 and count(cast.app, Post) == 50
    assert len(rows(cast, Post.number)) == 50
    with cast.app.app_context():
        for thread in db.session.scalars(sa.select(Thread)):
            numbers = db.session.scalars(
                sa.select(Post.number).where(Post.thread_id == thread.id).order_by(Post.number)
            )
            assert list(numbers) == list(range(1, thread.posts + 1)) and thread.replies == thread.posts - 1


def test_what_a_later_batch_added_to_stays_until_that_one_is_taken_back(cast):
    before = ledger(cast)
    first = taken(cast, past.mailing_list(40, 8), "list.mbox")
    between = ledger(cast)
    second = taken(cast, past.mailing_list(50, 8), "list.mbox")
    cast.steward.posts(f"{first}/undo")
    assert batch_of(cast, first)["said"]["stays"] == 8 and count(cast.app, Post) == 50
    cast.steward.posts(f"{second}/undo")
    assert batch_of(cast, second)["said"]["stays"] == 0 and ledger(cast) == between
    assert "Try again" in cast.steward.gets(first).text
    cast.steward.posts(f"{first}/undo")
    assert batch_of(cast, first)["said"]["stays"] == 0 and ledger(cast) == before


def test_a_batch_is_taken_back_whole(cast):
    before = ledger(cast)
    path = taken(cast, past.mailing_list(40, 8), "list.mbox")
    tell(cast.app)
    cast.chair.gets("/discussions/1")
    cast.chair.posts("/discussions/1/read", {"number": 3})
    cast.chair.posts("/discussions/1/follow")
    cast.chair.opens_socket()
    for _ in range(2):
        assert cast.steward.posts(f"{path}/undo").status_code == 303
    tell(cast.app)
    assert ledger(cast) == before and count(cast.app, SearchEntry, SearchEntry.kind == "thread") == 0
    assert batch_of(cast, path)["state"] == "undone" and "It was taken back." in cast.steward.gets(path).text
    turn(cast.app)
    assert "gone" in {event["name"] for event in cast.chair.socket.get_received()}
    page = cast.neighbour.gets("/").text
    assert "brought over to" not in page and cast.chair.gets("/discussions/1").status_code == 404
    with cast.app.app_context():
        assert db.session.get_one(Person, cast.chair.id).unread_threads == 0


@pytest.mark.parametrize("deed", ["reply", "thank", "pin", "report"])
def test_what_somebody_used_since_stays_and_is_named(cast, deed):
    path = taken(cast, past.mailing_list(16, 4), "list.mbox")
    with cast.app.app_context():
        thread = db.session.get_one(Thread, 1)
        post = db.session.scalars(sa.select(Post).where(Post.thread_id == 1, Post.number == 2)).one()
        if deed == "reply":
            board.post_reply(cast.chair.me(), thread, "More.")
        elif deed == "thank":
            care.thank(cast.chair.me(), post)
        elif deed == "pin":
            pins.pin(None, db.session.get_one(Space, cast.spaces.network), thread)
    if deed == "report":
        answer = cast.chair.posts(
            "/report", {"ref": "post:2", "about": "post:2", "reason": "private", "words": "Look."}
        )
        assert answer.status_code == 303
    cast.steward.posts(f"{path}/undo")
    page = cast.steward.gets(path).text
    assert "1 stays" in page and "Question 0" in page
    assert count(cast.app, Thread) == 1 and count(cast.app, Post) == (5 if deed == "reply" else 4)


def test_files_of_mails_hang_on_their_posts(cast):
    body = (
        "--b\nContent-Type: text/plain\n\nSee the file.\n--b\nContent-Type: text/plain; name=a.txt\n"
        'Content-Disposition: attachment; filename="re\u0301sume\u0301.txt"\n\nInside.\n--b--\n'
    )
    raw = past.mail(1) + past.mail(2, "With a file", body=body, kind='multipart/mixed; boundary="b"')
    path = taken(cast, raw, "list.mbox", "africa")
    assert rows(cast, files.Attachment.name, files.Attachment.subject) == [("résumé.txt", "post:2")]
    page = cast.neighbour.gets("/discussions/2", follow_redirects=True).text
    assert "résumé.txt" in page
    with cast.app.app_context():
        url = db.session.scalars(sa.select(files.Attachment)).one().url
    assert cast.neighbour.gets(url).data == b"Inside.\n" or cast.neighbour.gets(url).status_code == 200
    assert cast.outsider.gets(url).status_code == 404
    cast.steward.posts(f"{path}/undo")
    assert count(cast.app, files.Attachment) == 0


def test_a_list_that_was_cut_off_goes_on_and_nothing_is_there_twice(cast, monkeypatch):
    path = send(cast, past.mailing_list(60, 6), "list.mbox", "network")
    number, ordinary, calls = int(path.rpartition("/")[2]), talks.Run.one, []

    def cut(self, *more):
        calls.append(1)
        if len(calls) == 31:
            raise RuntimeError("cut off")
        return ordinary(self, *more)

    monkeypatch.setattr(talks.Run, "one", cut)
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(PastBatch).where(PastBatch.id == number).values(state="running"))
    with cast.app.app_context(), pytest.raises(RuntimeError):
        acts.BROUGHT.run(number)
    done = batch_of(cast, path)["done"]
    assert done == count(cast.app, Post) <= 30
    with cast.app.app_context():
        acts.BROUGHT.run(number)
    assert (
        batch_of(cast, path)["state"] == "done"
        and count(cast.app, Post) == 60
        and count(cast.app, Thread) == 6
    )


def test_a_post_takes_few_statements_and_many_transactions_share_them(cast, monkeypatch):
    closed, ordinary, ticks = [], talks.Run.close, itertools.count(0, talks.LONG / 10)
    # A transaction is of ten posts, however busy we are.
    monkeypatch.setattr(talks.time, "thread_time", lambda: next(ticks))

    def close(self):
        ordinary(self)
        closed.append(1)

    monkeypatch.setattr(talks.Run, "close", close)
    path = send(cast, past.mailing_list(500, 50), "list.mbox", "network")
    with cast.app.app_context(), statements() as said:
        cast.steward.posts(f"{path}/run")
    print(f"500 posts: {len(said)} statements in {len(closed)} transactions")
    assert batch_of(cast, path)["made"] == {"talks": 50, "posts": 500}
    assert len(said) <= 7.5 * 500  # how long it takes is measured by bin/bench
    assert len(closed) > 10
    with cast.app.app_context():
        readers.tell_all()
        assert count(cast.app, SearchEntry, SearchEntry.kind == "thread") == 500
