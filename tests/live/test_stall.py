"""The loop of the web process never stands still, and a slow reader gets every frame whole and in order."""

import json
import socket
import threading
import time

import pytest

from app.board import acts
from app.core import frames
from app.core.activity import NUMBERING_LOCK, highest, record
from app.core.audience import MEMBERS, audience_of
from app.core.database import atomic
from app.extensions import db
from app.members import signed_in
from app.spaces.models import Space
from tests.live.server import PAUSE, SECRET, Outsider, Wire, serving, until

LONGEST = 0.2
POSTERS = 50


@pytest.fixture
def settings():
    return {"SECRET_KEY": SECRET}


@pytest.fixture
def talk(cast):
    """A discussion that everybody follows, so that the job process has much to write."""
    with cast.app.app_context():
        author = signed_in.as_person(cast.chair.id)
        space = db.session.get(Space, cast.spaces.network)
        thread = acts.start_thread(
            author, space, topic="housing", title="Busy", body="Begin.", language="en", audience="members"
        )
        for seat in (cast.neighbour, cast.outsider, cast.steward):
            acts.follow(signed_in.as_person(seat.id), thread)
        return thread.id


class TestSlowReader:
    EVENTS, WEIGHT = 400, 20_000

    @pytest.mark.own_database
    def test_all_frames_arrive_whole_and_in_order(self, cast, database_url, tmp_path):
        """A reader that pauses while 400 events of 20 kB come gets all of them, as sent."""
        with serving(database_url, tmp_path, jobs=False, wsgi="tests.live.heavy:app") as server:
            person = Outsider(cast.outsider, server.port)
            wire = Wire(server.port, person.cookie, timeout=30)
            wire.reads_until("ready")
            with cast.app.app_context():
                for turn in range(4):
                    with atomic():
                        for number in range(turn * 100, turn * 100 + 100):
                            record(
                                "test.heavy",
                                actor=None,
                                subject=f"heavy-{number}",
                                audience_id=audience_of(MEMBERS),
                            )
                last = highest()
            other = Wire(
                server.port, person.cookie, after=last - 1, timeout=30
            )  # the relay is through with it
            other.reads_until("ready")
            other.closes()
            found = [data for name, data in (wire.reads() for _ in range(self.EVENTS)) if name == "fact"]
            wire.closes()
        assert [data["ref"] for data in found] == [f"heavy-{number}" for number in range(self.EVENTS)]
        assert {len(data["load"]) for data in found} == {self.WEIGHT}

    def test_the_server_uses_our_socket(self):
        """Fails when the library takes its socket from elsewhere, or writes to it in another way."""
        import simple_websocket

        near, far = socket.socketpair()
        calls = []

        class Counting(frames.Whole):
            def send(self, data):
                calls.append(len(data))
                return super().send(data)

        environ = {
            "gunicorn.socket": near, "HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "Upgrade",
            "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==", "HTTP_SEC_WEBSOCKET_VERSION": "13",
            "HTTP_HOST": "x", "PATH_INFO": "/", "REQUEST_METHOD": "GET",
        }  # fmt: skip
        frames.send_whole(environ)
        assert isinstance(environ["gunicorn.socket"], frames.Whole)
        environ["gunicorn.socket"].__class__ = Counting
        server = simple_websocket.Server(environ)
        server.send("x" * 1000)
        assert calls[-1] == 1000 + 4  # the frame and its head, in one call
        server.close()
        far.close()
        server.thread.join(10)
        near.close()

    def test_a_short_send_is_completed(self):
        """The socket takes a few bytes at a time; nothing is lost, and two senders do not mix."""
        near, far = socket.socketpair()
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
        whole, got = frames.Whole(near), []
        senders = [threading.Thread(target=whole.send, args=(bytes([n]) * 300_000,)) for n in (1, 2, 3)]
        for sender in senders:
            sender.start()
        while sum(map(len, got)) < 900_000:
            got.append(far.recv(1000))
        for sender in senders:
            sender.join(10)
        near.close(), far.close()
        runs = b"".join(got)
        assert sorted({runs[n * 300_000 : (n + 1) * 300_000] for n in range(3)}) == [
            bytes([n]) * 300_000 for n in (1, 2, 3)
        ]

    def test_ordinary_requests_are_left_alone(self):
        environ = {"gunicorn.socket": object()}
        frames.send_whole(environ)
        assert not isinstance(environ["gunicorn.socket"], frames.Whole)


class TestLoop:
    """Fifty clients post while the job process writes and a third process holds the database for a second."""

    EACH = 6

    @pytest.mark.own_database
    def test_no_greenlet_holds_the_loop(self, cast, talk, database_url, tmp_path):
        seats = (cast.chair, cast.neighbour, cast.outsider, cast.steward)
        with serving(database_url, tmp_path, wsgi="tests.live.watched:app") as server:
            people = [Outsider(seat, server.port) for seat in seats]
            watcher = people[0].copy()
            assert json.loads(watcher.gets("/test/stall")[2])["switches"] == 0
            watcher.gets("/test/block")
            assert (
                json.loads(watcher.gets("/test/stall")[2])["worst"] > 0.25
            )  # the watch sees what it has to see
            codes, probes, done = [], [], threading.Event()
            posters = [
                threading.Thread(target=self.post, args=(people[n % 4].copy(), talk, n, codes))
                for n in range(POSTERS)
            ]
            prober = threading.Thread(target=self.probe, args=(watcher.copy(), done, probes))
            for thread in (prober, *posters):
                thread.start()
            until(lambda: len(codes) > POSTERS, 60)
            with cast.app.app_context():
                hold(1.2)
            for thread in posters:
                thread.join(120)
            done.set()
            prober.join(30)
            seen = json.loads(watcher.gets("/test/stall")[2])
            watcher.hangs_up()
        probes.sort()
        print(
            f"{len(codes)} posts, {seen['switches']} switches, worst stall {seen['worst'] * 1000:.0f} ms; "
            f"{len(probes)} probes, median {probes[len(probes) // 2] * 1000:.0f} ms, worst {probes[-1] * 1000:.0f} ms"
        )
        assert codes == [303] * POSTERS * self.EACH
        assert seen["switches"] > 1000
        assert seen["worst"] < LONGEST

    def post(self, person, talk, number, codes):
        for turn in range(self.EACH):
            answer = person.posts(
                f"/discussions/{talk}/replies", {"body": f"Post {number} {turn}"}, f"{number}-{turn}"
            )
            codes.append(answer[0])
        person.hangs_up()

    def probe(self, person, done, probes):
        while not done.wait(0.01):
            begin = time.perf_counter()
            assert person.gets("/healthz")[0] == 200
            probes.append(time.perf_counter() - begin)
        person.hangs_up()


def hold(seconds):
    """Hold the write lock of SQLite, or the lock of the numbers on PostgreSQL, as a stuck process would."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("pragma busy_timeout = 20000")
            connection.exec_driver_sql("begin immediate")
        else:
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({NUMBERING_LOCK})")
        PAUSE.wait(seconds)
        connection.exec_driver_sql("rollback")
