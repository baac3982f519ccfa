"""Hostile sockets against the real server: lines are closed, others are answered within two seconds, nothing falls over."""

import contextlib
import json
import socket
import time

import pytest
import websocket

from app import create_app
from app.core import audience, live
from app.core.activity import highest, record
from app.core.audience import MEMBERS, audience_of
from app.core.database import atomic
from app.extensions import db
from app.members import logins
from tests import cast as casting
from tests.live.server import HOST, SECRET, Outsider, Wire, serving, until

GONE = (OSError, websocket.WebSocketException)


@pytest.fixture(scope="module")
def server(template, tmp_path_factory):
    """The web process alone, on the cast, for all tests here; somebody inside, and somebody who watches."""
    folder = tmp_path_factory.mktemp("frames")
    audience.forget()
    with template.copy(folder) as url:
        app = create_app(
            DATABASE_URL=url,
            INSTANCE_DIR=str(folder / "instance"),
            TESTING=True,
            SECRET_KEY=SECRET,
            JOBS_AT_ONCE=True,
        )
        cast = casting.make(app)
        with serving(url, folder, jobs=False) as running:
            running.cast = cast
            running.chair = Outsider(cast.chair, running.port)
            running.other = Outsider(cast.outsider, running.port)
            running.allowed = 0.0
            running.allowed = 2 + 4 * answers_after(
                running
            )  # two seconds, on a machine that has nothing else to do
            yield running
            running.chair.hangs_up()
            running.other.hangs_up()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def inside(server, person=None):
    """Return a socket that was let in."""
    wire = Wire(server.port, (person or server.chair).cookie)
    wire.reads_until("ready")
    return wire


def answers_after(server):
    """Return how long a page takes for somebody else, one that asks the database; a new socket is let in as well."""
    begin = time.monotonic()
    assert server.other.gets("/menu")[0] == 200
    took = time.monotonic() - begin
    wire = Wire(server.port, server.other.cookie)
    wire.reads_until("ready")
    wire.closes()
    return took


def answers_soon(server):
    """Say whether others are answered."""
    return answers_after(server) < server.allowed


def is_closed(wire, seconds=5):
    """Say whether the server closes this line."""
    wire.line.settimeout(seconds)
    try:
        while wire.line.recv():
            pass
    except websocket.WebSocketTimeoutException:
        return False
    except GONE:
        pass
    wire.closes()
    return True


def record_something(cast):
    with cast.app.app_context():
        with atomic():
            record("test.happened", actor=None, subject="test:1", audience_id=audience_of(MEMBERS))
        return highest()


class TestDoor:
    def test_only_websockets(self, server):
        for path in (
            "?EIO=4&transport=polling",
            "?EIO=4",
            "?transport=polling",
            "?EIO=3&transport=websocket",
            "",
        ):
            assert server.chair.gets(f"/socket.io/{path}")[0] == 400, path
        status, _headers, _body = server.chair.asks(
            "POST", "/socket.io/?EIO=4&transport=polling&sid=x", b"4" * 100, {"Content-Type": "text/plain"}
        )
        assert status == 400

    @pytest.mark.parametrize(
        "origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1.evil.example"]
    )
    def test_no_other_origin(self, server, origin):
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            Wire(server.port, server.chair.cookie, origin=origin)
        assert refused.value.status_code == 400

    @pytest.mark.parametrize(
        "cookie", ["", "session=x", "session=eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", "session=%00"]
    )
    def test_nobody_without_a_session(self, server, cookie):
        wire = Wire(server.port, cookie)
        assert wire.reads()[0] == "refused"
        assert is_closed(wire)

    @pytest.mark.parametrize(
        "after", ["5", 2.5, True, [1], {"a": 1}, -1, 2**70, 1e308, None, "\0", 2**63],
    )  # fmt: skip
    def test_a_strange_bookmark_counts_as_none(self, server, after):
        record_something(server.cast)
        wire = Wire(server.port, server.chair.cookie, after=after)
        assert [name for name, _data in wire.reads_until("ready") if name == "fact"] == []
        wire.closes()

    @pytest.mark.parametrize(
        "enter", ["40[]", "401", '40"x"', "40null", '40{"after":{"after":1}}', "40/admin,", "40/,{}"]
    )
    def test_a_strange_entry_harms_nobody(self, server, enter):
        wire = Wire(server.port, server.chair.cookie, enter=False)
        wire.line.send(enter)
        with contextlib.suppress(*GONE):
            wire.reads(1)
        wire.closes()
        assert answers_soon(server)


FRAMES = [
    "42" + "[" * 5000, "42" + "[" * 5000 + "]" * 5000, "42" + '{"a":' * 2000, "42", "42[]", "42[1]", "42[null]",
    '42{"a":1}', '42"here"', "42[[]]", '42["here"', '42["here",null]', '42["here",{"root":1}]',
    '42["here",{"root":["thread:1"]}]', '42["here",{"root":"thread:99999999999999999999"}]',
    '42["here",{"root":"thread:-1"}]', '42["here",{"root":"thread:1\\u0000"}]', '42["here",{"root":"\\ud800"}]',
    '42["here",{"root":"' + "x" * 9000 + '"}]', '42["join","space:1"]', '42["writing",{"root":"thread:1"}]',
    '42["' + "e" * 15000 + '",1]', '42["*"]', '42["message"]', '42["__disconnect_final"]', "43[]", "431[]", '44{"a":1}',
    '451-["here",{"_placeholder":true,"num":0}]', "45999999999-[1]", "46", "47", "4", "49", "5", "6", "7", "9", "x", "\x00",
    "3", "2probe", "3probe", "0", "4" * 9000, "42999999999999999999999999[\"here\"]", "42/other,[\"here\"]",
    "1e400", "42[1e400]", "42[NaN]",
]  # fmt: skip


class TestFrames:
    @pytest.mark.parametrize("part", range(4))
    def test_odd_frames_harm_nobody(self, server, part):
        for frame in FRAMES[part::4]:
            wire = inside(server)
            with contextlib.suppress(*GONE):
                wire.line.send(frame)
                wire.line.settimeout(0.05)
                wire.line.recv()
            wire.closes()
        for raw in (b"\xff\xfe", b"4", b"", b"\x00" * 5000):
            wire = inside(server)
            with contextlib.suppress(*GONE):
                wire.line.send_binary(raw)
                wire.line.send(raw, 1)  # text that is no UTF-8
            wire.closes()
        assert answers_soon(server)

    @pytest.mark.parametrize("size", [20_000, 60_000, 2_000_000])
    def test_a_frame_that_is_too_large_closes_its_line(self, server, size):
        for frame in ('42["' + "e" * size + '",1]', '42["here",{"root":"' + "x" * size + '"}]'):
            wire = inside(server)
            with contextlib.suppress(*GONE):
                wire.line.send(frame)
            assert is_closed(wire)
        assert answers_soon(server)

    @pytest.mark.parametrize("event", ["nothing", "here", "connect"])
    def test_two_thousand_events_at_once_close_the_line(self, server, event):
        wire = inside(server)
        with contextlib.suppress(*GONE):
            for _ in range(2000):
                wire.says(event, {"root": "thread:1"})
        assert answers_soon(server)
        assert is_closed(wire)

    def test_a_few_events_are_nothing_special(self, server):
        wire = inside(server)
        for _ in range(live.EVENTS_ALLOWED - 1):
            wire.says("nothing")
        assert not is_closed(wire, 0.5)
        wire.closes()


class TestForgedEvents:
    """The library lets a client send events with the names of its own: they must not steer the relay."""

    def test_a_forged_disconnect_does_not_outlive_the_session(self, server):
        cast = server.cast
        wire = inside(server, Outsider(cast.neighbour, server.port))
        wire.says("disconnect")
        wire.says("disconnect", "transport close")
        with cast.app.app_context():
            me = cast.neighbour.me()
            logins.end(me, logins.of(me.id))
        record_something(server.cast)
        heard = []
        with contextlib.suppress(*GONE):
            while True:
                heard.append(wire.reads(2.5))
                if heard[-1][0] == "closed":
                    break
        wire.closes()
        assert "fact" not in [name for name, _data in heard]

    def test_a_forged_connect_brings_nothing_twice(self, server):
        wire = inside(server)
        for _ in range(5):
            wire.says("connect", {"after": 0})
        record_something(server.cast)
        heard = []
        with contextlib.suppress(*GONE):
            while len(heard) < 3:
                heard.append(wire.reads(2))
        wire.closes()
        assert [name for name, _data in heard].count("fact") <= 1
        assert "ready" not in [name for name, _data in heard]


class TestCrowds:
    def test_unfinished_handshakes_and_slow_senders(self, server):
        """200 lines that never come in, 100 that send half a request, 50 that never end their form."""
        lines = [Wire(server.port, "", enter=False) for _ in range(200)]
        half = [socket.create_connection((HOST, server.port), 5) for _ in range(150)]
        for line in half[:100]:
            line.sendall(b"GET /menu HTTP/1.1\r\nHost: x\r\nCoo")
        for line in half[100:]:
            line.sendall(
                b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=a"
            )
        try:
            assert answers_soon(server)
        finally:
            for line in half:
                line.close()
            for wire in lines:
                wire.closes()
        until(lambda: answers_soon(server), 10)

    def test_nothing_of_all_this_is_an_error_of_ours(self, server):
        for frame in FRAMES:
            wire = inside(server)
            with contextlib.suppress(*GONE):
                wire.line.send(frame)
            wire.closes()
        assert answers_soon(server)
        assert " 500 " not in server.log
        ours = [line for line in server.log.splitlines() if " ERROR app." in line]
        assert ours == []


def test_frames_are_as_many_as_promised():
    assert len(FRAMES) >= 50
    assert len({json.dumps(frame) for frame in FRAMES}) == len(FRAMES)
