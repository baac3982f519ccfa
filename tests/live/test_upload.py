"""A large file on its way in: the web process stays small, holds nobody up, and loses nothing when it is killed."""

import hashlib
import http.client
import json
import os
import pathlib
import threading
import time

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.library.models import Upload
from tests.live.server import SECRET, Outsider, Server, Wire, serving

MB = 1024 * 1024
SIZE = int(os.environ.get("UPLOAD_MB", "200")) * MB
PIECE = MB
LONGEST, MOST_MEMORY = 0.1, 150 * MB
KILLED_AFTER = (0.05, 0.15, 0.3, 0.02, 0.4, 0.6)  # seconds


@pytest.fixture
def settings():
    return {"SECRET_KEY": SECRET}


def pieces(size):
    """Return the pieces of a file of this size, and its hash."""
    block = os.urandom(PIECE)
    parts = [number.to_bytes(8, "big") + block[8:] for number in range(size // PIECE)]
    parts[0] = b"%PDF-1.4" + parts[0][8:]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return parts, digest.hexdigest()


def rest(parts, at):
    """Return what is left of the piece at a place; nothing behind the last one."""
    return parts[at // PIECE][at % PIECE :] if at < len(parts) * PIECE else b""


def announces(person, size, name="large.pdf"):
    """Announce a file; return what the server says."""
    status, _headers, body = person.posts(
        "/library/uploads", {"name": name, "size": str(size), "print": name}
    )
    assert status == 200, body
    return json.loads(body)


def sends(person, key, offset, part):
    """Send one piece; return what the server says."""
    edge = "edge-of-a-piece"
    fields = {"csrf_token": person.token, "offset": str(offset), "sum": hashlib.sha256(part).hexdigest()}
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()
    )
    head += f'--{edge}\r\nContent-Disposition: form-data; name="piece"; filename="p"\r\n\r\n'
    body = head.encode() + part + f"\r\n--{edge}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    status, _headers, answer = person.asks("POST", f"/library/uploads/{key}", body, kind)
    assert status in (200, 409), answer[:200]
    return json.loads(answer)


def memory_of(server):
    """Return the bytes that the web worker holds in memory now."""
    master = server.processes[0].pid
    workers = pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split()
    found = 0
    for worker in workers:
        lines = pathlib.Path(f"/proc/{worker}/status").read_text().splitlines()
        found += next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))
    return found


class Probe(threading.Thread):
    """Asks the server for a sign of life again and again, and measures how long each took."""

    def __init__(self, person):
        super().__init__()
        self.person, self.done, self.took = person, threading.Event(), []

    def run(self):
        while not self.done.wait(0.01):
            begin = time.perf_counter()
            assert self.person.gets("/healthz")[0] == 200
            self.took.append(time.perf_counter() - begin)
        self.person.hangs_up()

    def ends(self):
        """Stop asking; return the times, shortest first."""
        self.done.set()
        self.join(30)
        return sorted(self.took)


@pytest.mark.own_database
def test_a_large_file_takes_little_memory_and_delays_no_socket(cast, database_url, tmp_path):
    parts, digest = pieces(SIZE)
    with serving(database_url, tmp_path, wsgi="tests.live.watched:app") as server:
        sender = Outsider(cast.chair, server.port)
        wire = Wire(server.port, Outsider(cast.neighbour, server.port).cookie, timeout=30)
        wire.reads_until("ready")
        key = announces(sender, SIZE)["key"]
        for _turn in range(2):  # the first one begins to watch
            sender.gets("/test/stall")
        probe, highest, began = Probe(Outsider(cast.outsider, server.port)), 0, time.perf_counter()
        probe.start()
        for number, part in enumerate(parts):
            said = sends(sender, key, number * PIECE, part)
            highest = max(highest, memory_of(server))
        took, probes = time.perf_counter() - began, probe.ends()
        stall = json.loads(sender.gets("/test/stall")[2])
        wire.closes()
        sender.hangs_up()
    print(
        f"{SIZE // MB} MB in {took:.1f} s; web worker at most {highest / MB:.0f} MB; worst stall {stall['worst'] * 1000:.0f} ms; "
        f"{len(probes)} probes, median {probes[len(probes) // 2] * 1000:.0f} ms, worst {probes[-1] * 1000:.0f} ms"
    )
    assert said["state"] == "whole" and stall["switches"] > 100
    with cast.app.app_context():
        assert db.session.scalar(sa.select(Upload.hash)) == digest
    assert highest < MOST_MEMORY
    assert stall["worst"] < LONGEST


@pytest.mark.own_database
def test_killed_at_any_moment_no_piece_that_was_answered_is_lost(cast, database_url, tmp_path):
    """The server is killed while pieces come, several times, also at the last one; the file is whole and the same at the end."""
    parts, digest = pieces(12 * MB)
    server = Server(database_url, tmp_path)
    server.start()
    try:
        person = Outsider(cast.chair, server.port)
        state, answered = announces(person, len(parts) * PIECE), 0
        for turn in range(len(KILLED_AFTER) + 1):
            killer = threading.Timer(KILLED_AFTER[turn], server.kill) if turn < len(KILLED_AFTER) else None
            if killer:
                killer.start()
            try:
                state = json.loads(person.gets(f"/library/uploads/{state['key']}")[2])
                assert state["got"] >= answered
                while state["state"] == "open":
                    state = sends(person, state["key"], state["got"], rest(parts, state["got"]))
                    answered = state["got"]
            except (OSError, ValueError, http.client.HTTPException):
                pass
            if killer:
                killer.join()
                server.start()
        person.hangs_up()
        assert state["state"] == "whole"
    finally:
        server.stop()
    with cast.app.app_context():
        rows = list(db.session.scalars(sa.select(Upload)))
        assert [(row.state, row.hash) for row in rows] == [("whole", digest)]
