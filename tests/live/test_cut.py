"""Sockets cut a hundred times under a thousand posts: each listener hears what it may see, all of it, in order, once.

Ten listeners of three people sit behind a proxy that cuts them all every ten posts. One reads the rows afterwards
and compares. Once with one web process; once with two and a Redis that goes away in the middle and comes back.
"""

import contextlib
import itertools
import os
import shutil
import subprocess
import threading

import pytest
import redis
import websocket

from app.board import acts
from app.core import activity, relay
from app.extensions import db
from app.members import signed_in
from app.spaces.models import Space
from tests.live.server import HOST, PAUSE, SECRET, Outsider, Proxy, Wire, free_port, serving, until

POSTS = int(os.environ.get("CUT_POSTS", "1000"))
CUTS = 100
WRITERS = 4


@pytest.fixture
def settings():
    return {"SECRET_KEY": SECRET}


@pytest.fixture
def talks(cast):
    """Discussions of three audiences: all members, the private circle, the African coalition alone."""
    with cast.app.app_context():
        author, numbers = signed_in.as_person(cast.chair.id), []
        for name, audience in (("network", "members"), ("circle", "space"), ("africa", "space")):
            space = db.session.get(Space, getattr(cast.spaces, name))
            thread = acts.start_thread(
                author, space, topic="housing", title=name, body="Begin.", language="en", audience=audience
            )
            numbers.append(thread.id)
        return numbers


class Listener(threading.Thread):
    """A page as it behaves: connects, keeps its last number, ignores what is not newer, comes back when cut."""

    def __init__(self, person, port, last):
        super().__init__(daemon=True)
        self.person, self.port, self.last = person, port, last
        self.log, self.other, self.again, self.cuts = [], [], 0, 0
        self.stopping = threading.Event()

    def run(self):
        while not self.stopping.is_set():
            with contextlib.suppress(OSError, websocket.WebSocketException):
                wire = Wire(self.port, self.person.cookie, after=self.last, timeout=5)
                try:
                    self.listen(wire)
                finally:
                    wire.closes()
            self.cuts += 1
            PAUSE.wait(0.01)

    def listen(self, wire):
        while not self.stopping.is_set():
            try:
                name, data = wire.reads(1)
            except websocket.WebSocketTimeoutException:
                continue
            if name == "closed":
                return
            if name == "fact":
                self.page(data)
            elif name not in ("connect", "ready"):
                self.other.append((name, data))

    def page(self, data):
        """What static/js/live.js does with a fact."""
        if data["id"] <= self.last:
            self.again += 1
            return
        self.last = data["id"]
        self.log.append((data["id"], data["verb"], data["ref"], data["root"]))


class Redis:
    """A Redis of one's own, that can be stopped and started."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        self.url = f"redis://{HOST}:{self.port}/0"

    def start(self):
        """Start and wait for its answer."""
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            HOST,
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        until(self.answers, 20, why="Redis")

    def answers(self):
        """Say whether it answers."""
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.url) as line:
            return line.ping()
        return False

    def stop(self):
        """End it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


def post_all(person, talks, numbers, codes):
    """A writer: takes the next number and posts it."""
    for number in numbers:
        answer = person.posts(
            f"/discussions/{talks[number % len(talks)]}/replies", {"body": f"Post {number}"}, f"k{number}"
        )
        codes.append(answer[0])
    person.hangs_up()


def run(cast, talks, server, at_half=lambda: None):
    """Post, cut, and compare."""
    people = [Outsider(seat, server.port) for seat in (cast.chair, cast.neighbour, cast.outsider)]
    with cast.app.app_context():
        begin = activity.highest()
    proxy = Proxy(server.port)
    owners = [*[people[0]] * 4, *[people[1]] * 3, *[people[2]] * 3]
    listeners = [Listener(person, proxy.port, begin) for person in owners]
    codes = []
    shares = [itertools.islice(range(POSTS), n, None, WRITERS) for n in range(WRITERS)]
    writers = [
        threading.Thread(target=post_all, args=(people[n % 2].copy(), talks, share, codes), daemon=True)
        for n, share in enumerate(shares)
    ]
    for thread in (*listeners, *writers):
        thread.start()
    cut = 0
    try:
        for turn in range(1, CUTS + 1):
            until(lambda turn=turn: len(codes) >= turn * POSTS // (CUTS + 1), 300, 0.005, "posts")
            cut += proxy.cut()
            if turn == CUTS // 2:
                at_half()
        for writer in writers:
            writer.join(300)
        wanted = {person.id: may_see(cast.app, person.id, begin) for person in people}
        for listener in listeners:
            top = wanted[listener.person.id][-1][0]
            until(lambda ear=listener, top=top: ear.last >= top, 30, 0.05, f"number {top}")
    finally:
        for listener in listeners:
            listener.stopping.set()
        proxy.close()
        for listener in listeners:
            listener.join(15)
    print(
        f"{len(codes)} posts, {CUTS} cuts of {cut} connections; heard {[len(ear.log) for ear in listeners]}; "
        f"sent twice {[ear.again for ear in listeners]}"
    )
    assert codes == [303] * POSTS
    assert cut > CUTS * 5
    for listener in listeners:
        assert listener.other == []
        assert listener.log == wanted[listener.person.id]
    heard = {listener.person.name: len(listener.log) for listener in listeners}
    assert heard["chair"] == heard["neighbour"] == POSTS
    assert 0 < heard["outsider"] < POSTS / 2


def may_see(app, person_id, begin):
    """Return what this person may see of what happened since, in order, by the rule."""
    with app.app_context():
        rooms = signed_in.as_person(person_id).rooms
        facts = activity.facts_after(begin, 10 * POSTS, rooms=rooms)
        return [(f.id, f.verb, f.subject, f.root) for f in facts if f.verb not in relay.quiet_verbs()]


@pytest.mark.own_database
def test_cut_a_hundred_times_with_one_web_process(cast, talks, database_url, tmp_path):
    with serving(database_url, tmp_path, jobs=False) as server:
        run(cast, talks, server)


@pytest.mark.own_database
def test_cut_a_hundred_times_with_two_web_processes_and_a_redis_that_restarts(
    cast, talks, database_url, tmp_path
):
    if not shutil.which("redis-server"):
        pytest.skip("two web processes: no redis-server is installed")
    store = Redis(tmp_path)
    store.start()

    def restart():
        store.stop()
        threading.Timer(1.5, store.start).start()

    try:
        with serving(database_url, tmp_path, jobs=False, REDIS_URL=store.url, WEB_CONCURRENCY="2") as server:
            run(cast, talks, server, restart)
            until(store.answers, 20)
    finally:
        store.stop()
