"""Killed at any moment: what was acknowledged is there exactly once, and every reader has told it exactly once.

Fifty times the whole process group (web and jobs) gets signal 9 at a random moment while six clients outside write
replies, each with a key of its own, and keep what was acknowledged. After a restart they send again what was not,
with the same key; now and then they give up, and now and then they send again what was acknowledged long ago.
"""

import collections
import http.client
import os
import random
import statistics
import threading
import time

import pytest
import sqlalchemy as sa

from app.board import acts
from app.board.models import Post, Thread
from app.core import files, readers
from app.core.activity import Activity
from app.core.database import atomic
from app.core.watches import Watch
from app.extensions import db
from app.members import signed_in
from app.notifications.models import Notice
from app.search.models import SearchEntry
from app.spaces.models import Space
from tests.live.server import PAUSE, SECRET, Outsider, Server, until

CYCLES = int(os.environ.get("KILL_CYCLES", "50"))
WRITERS = 6
LONGEST_START = 6.0
SEED = int(os.environ.get("KILL_SEED", "0")) or random.SystemRandom().randrange(10**9)
CUT = (OSError, http.client.HTTPException)


class Writer(threading.Thread):
    """One client outside: writes replies one after the other, and keeps its own record of what it was told."""

    def __init__(self, number, person, threads, random):
        super().__init__(daemon=True)
        self.number, self.person, self.threads, self.random = number, person, threads, random
        self.acknowledged, self.given_up, self.odd = {}, set(), []
        self.resent = self.cuts = 0
        self.stopping = threading.Event()
        self.error = None

    def run(self):
        try:
            turn = 0
            while not self.stopping.is_set():
                turn += 1
                self.write(f"word-{self.number}-{turn}")
                if self.acknowledged and self.random.random() < 0.1:
                    self.again()
        except BaseException as error:
            self.error = error
        finally:
            self.person.hangs_up()

    def write(self, word):
        """Write one reply until it is acknowledged, or give up after a cut."""
        thread, with_file = self.random.choice(self.threads), self.random.random() < 0.15
        while True:
            answer = self.send(word, thread, with_file)
            if answer is not None:
                self.acknowledged[word] = (thread, answer, with_file)
                return
            if self.stopping.is_set() or self.random.random() < 0.05:
                self.given_up.add(word)
                return

    def again(self):
        """Send again what was acknowledged: the answer must be the same."""
        word = self.random.choice(list(self.acknowledged))
        thread, before, with_file = self.acknowledged[word]
        answer = self.send(word, thread, with_file)
        if answer is not None:
            self.resent += 1
            if answer != before:
                self.odd.append((word, before, answer))

    def send(self, word, thread, with_file):
        """Send one form; return the address that was answered, None when the line was cut."""
        path, fields = f"/discussions/{thread}/replies", {"body": f"Here is {word}."}
        try:
            if with_file:
                answer = self.person.posts_file(path, fields, f"{word}.txt", word.encode() * 999, word)
            else:
                answer = self.person.posts(path, fields, word)
        except CUT:
            self.cuts += 1
            PAUSE.wait(0.1)  # nobody listens; do not turn too fast
            return None
        if answer[0] != 303:
            self.odd.append((word, answer[0]))
            return None
        return answer[1]["Location"]


@pytest.fixture
def settings():
    return {"SECRET_KEY": SECRET}


def start_talk(cast):
    """Start discussions whose followers are known, and return their numbers."""
    with cast.app.app_context():
        space = db.session.get(Space, cast.spaces.network)
        numbers = []
        for name in ("chair", "neighbour", "outsider"):
            author = signed_in.as_person(getattr(cast, name).id)
            thread = acts.start_thread(
                author, space, topic="housing", title=f"Started by {name}", body="Begin.", language="en", audience="members"
            )  # fmt: skip
            for other in (cast.chair, cast.neighbour, cast.outsider, cast.steward):
                with atomic():
                    acts.follow(signed_in.as_person(other.id), thread)
            numbers.append(thread.id)
        return numbers


@pytest.mark.own_database
@pytest.mark.timeout(1200)  # fifty starts: minutes beside other work
def test_killed_fifty_times_nothing_acknowledged_is_lost_and_nothing_is_twice(cast, database_url, tmp_path):
    print(f"KILL_SEED={SEED}")
    dice = random.Random(SEED)
    threads = start_talk(cast)
    server = Server(database_url, tmp_path)
    seats = [cast.chair, cast.neighbour, cast.outsider, cast.steward, cast.chair, cast.outsider]
    writers = [
        Writer(n, Outsider(seat, server.port).copy(), threads, random.Random(SEED + n))
        for n, seat in zip(range(WRITERS), seats, strict=True)
    ]
    for writer in writers:
        writer.start()
    starts = []
    try:
        for _ in range(CYCLES):
            if dice.random() < 0.1:
                server.start(wait=False)  # killed while it starts, or just when it answers
            else:
                starts.append(back(server))
                at_work(writers)
            PAUSE.wait(dice.uniform(0.02, 1.2))
            server.kill()
            assert not [w.error for w in writers if w.error]
        server.start()
        until(lambda: heard(writers) > 2 * CYCLES, 120, 0.1, "enough to look at")
        for writer in writers:
            writer.stopping.set()
        for writer in writers:
            writer.join(30)
        until(lambda: all_told(cast.app), 60, 0.1, "readers at the end of the facts")
    finally:
        for writer in writers:
            writer.stopping.set()
        server.stop()
    with cast.app.app_context():
        said = {}
        for writer in writers:
            said.update(writer.acknowledged)
        given_up = set().union(*(writer.given_up for writer in writers))
        print(
            f"{CYCLES} kills: {len(said)} acknowledged, {sum(w.resent for w in writers)} sent again, "
            f"{sum(w.cuts for w in writers)} cut, {len(given_up)} given up; "
            f"back after {statistics.median(starts):.1f} s (median), {max(starts):.1f} s (worst)"
        )
        assert not [odd for writer in writers for odd in writer.odd]
        assert len(said) > CYCLES
        check_posts(said, given_up)
        check_counters(threads)
        check_facts()
        check_files(said)
        check_notices(threads)
        check_index()


def back(server):
    """Start; return after how many seconds it answered. On a busy machine it is killed while it starts, too."""
    begin = time.monotonic()
    server.start(wait=False)
    while not server.answers() and time.monotonic() - begin < LONGEST_START:
        PAUSE.wait(0.02)
    return time.monotonic() - begin


def at_work(writers):
    """Wait until somebody was answered, so that the kill comes into the middle of the work."""
    before, end = heard(writers), time.monotonic() + 3
    while heard(writers) == before and time.monotonic() < end:
        PAUSE.wait(0.01)


def heard(writers):
    return sum(len(writer.acknowledged) for writer in writers)


def all_told(app):
    with app.app_context():
        told = set(readers.lag().values()) <= {0}
        return told and not db.session.scalar(sa.select(sa.func.count()).select_from(readers.Untold))


def word_of(body):
    return body.removeprefix("Here is ").removesuffix(".")


def check_posts(said, given_up):
    """Acknowledged once, at the address that was answered; the rest at most once; nothing that nobody sent."""
    rows = db.session.execute(sa.select(Post.thread_id, Post.number, Post.body).where(Post.number > 1)).all()
    there = collections.Counter(word_of(row.body) for row in rows)
    assert {word: there[word] for word in said if there[word] != 1} == {}
    assert {word: there[word] for word in given_up if there[word] > 1} == {}
    assert set(there) <= set(said) | given_up
    at = {word_of(row.body): f"/discussions/{row.thread_id}/posts/{row.number}" for row in rows}
    wrong = {word: (at[word], said[word][1]) for word in said if said[word][1].split("?")[0] != at[word]}
    assert wrong == {}


def check_counters(threads):
    for number in threads:
        thread = db.session.get(Thread, number)
        numbers = sorted(db.session.scalars(sa.select(Post.number).where(Post.thread_id == number)))
        assert numbers == list(range(1, len(numbers) + 1))
        assert (thread.posts, thread.replies) == (len(numbers), len(numbers) - 1)
        wrote = sa.select(sa.func.count(sa.distinct(Post.author_id))).where(Post.thread_id == number)
        assert thread.voices == db.session.scalar(wrote)


def check_facts():
    """One fact for each post, one post for each fact."""
    facts = collections.Counter(
        db.session.scalars(sa.select(Activity.subject).where(Activity.verb == "board.replied"))
    )
    posts = [f"post:{number}" for number in db.session.scalars(sa.select(Post.id).where(Post.number > 1))]
    assert facts == collections.Counter(posts)


def check_files(said):
    """Every file that was acknowledged is attached once, and its bytes are there, whole."""
    rows = db.session.execute(sa.select(files.Attachment.name, files.Attachment.hash)).all()
    names = collections.Counter(row.name for row in rows)
    wanted = {f"{word}.txt" for word, (_t, _a, with_file) in said.items() if with_file}
    assert wanted
    assert {name for name in wanted if names[name] != 1} == set()
    for row in rows:
        with files.store().open(row.hash) as body:
            assert body.read() == row.name.removesuffix(".txt").encode() * 999


def check_notices(threads):
    """Each follower's lines of a discussion count every fact of somebody else exactly once."""
    facts = db.session.execute(
        sa.select(Activity.id, Activity.root, Activity.actor_id).where(Activity.verb == "board.replied")
    ).all()
    checked = 0
    for number in threads:
        root = f"thread:{number}"
        followers = db.session.scalars(sa.select(Watch.person_id).where(Watch.ref == root)).all()
        for person in followers:
            wanted = sum(fact.root == root and fact.actor_id != person for fact in facts)
            lines = sa.select(sa.func.coalesce(sa.func.sum(Notice.count), 0))
            found = db.session.scalar(lines.where(Notice.root == root, Notice.person_id == person))
            assert (person, root, found) == (person, root, wanted)
            checked += 1
    assert checked == 12


def check_index():
    """One entry for each post and discussion, each with its words."""
    entries = collections.Counter(db.session.scalars(sa.select(SearchEntry.ref)))
    assert set(entries.values()) == {1}
    posts = {f"post:{n}" for n in db.session.scalars(sa.select(Post.id).where(Post.number > 1))}
    assert posts <= set(entries)
