"""The real server for tests: gunicorn with its gevent worker, and the job process, in a process group of their own.

Also people from outside: an HTTP client and a raw socket that hold nothing but a cookie, and a proxy that cuts.
"""

import contextlib
import http.client
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

import websocket
from itsdangerous import URLSafeTimedSerializer

from tests.databases import ROOT

SECRET = "for-tests-only-not-a-secret"
HOST = "127.0.0.1"
PAUSE = threading.Event()  # never set: waiting on it is a pause between two looks


def until(true, seconds=60.0, pause=0.02, why="what was waited for"):
    """Look again and again until something is true; return it, or fail after a time."""
    end = time.monotonic() + seconds
    while True:
        found = true()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {why}"
        PAUSE.wait(pause)


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return taken.getsockname()[1]


class Server:
    """Web and jobs on a database, started and killed as one."""

    def __init__(self, url, folder, wsgi="wsgi:app", **settings):
        self.folder, self.port, self.wsgi = pathlib.Path(folder), free_port(), wsgi
        self.processes = []
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST"))},
            "FLASK_SKIP_DOTENV": "1", "DATABASE_URL": url, "INSTANCE_DIR": str(self.folder / "instance"),
            "SECRET_KEY": SECRET, "HOST": HOST, "PORT": str(self.port), "POSTS_PER_HOUR": "1000000",
            "LOG_LEVEL": "WARNING", "REDIS_URL": "", "DEMO": "no", "PYTHONPATH": str(ROOT), **settings,
        }  # fmt: skip

    @property
    def log(self):
        """What the processes wrote."""
        return (self.folder / "server.log").read_text(errors="replace")

    def start(self, wait=True, jobs=True):
        """Start web and jobs; with `wait` return when the web answers."""
        self.processes = [self._run(["-m", "gunicorn", self.wsgi], "web", 0)]
        self.group = self.processes[0].pid
        if jobs:
            self.processes.append(self._run(["-m", "app.work"], "jobs", self.group))
        if wait:
            until(self.answers, why="an answer of the server")
        return self

    def _run(self, command, role, group):
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env={**self.environ, "CONVIVIO_ROLE": role},
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, process_group=group,
            )  # fmt: skip

    def answers(self):
        """Say whether /healthz answers."""
        assert self.processes[0].poll() is None, f"the server ended: {self.log[-3000:]}"
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 5) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return line.recv(15) == b"HTTP/1.1 200 OK"
        return False

    def kill(self):
        """End the whole group with signal 9, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self):
        """End both as bin/together does."""
        if self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.group, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                for process in self.processes:
                    process.wait(15)
        self._end(signal.SIGKILL)

    def _end(self, number):
        if not self.processes:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.group, number)
        for process in self.processes:
            process.wait(30)
        self.processes = []


@contextlib.contextmanager
def serving(url, folder, jobs=True, **settings):
    """Lend a running server."""
    server = Server(url, folder, **settings)
    try:
        yield server.start(jobs=jobs)
    finally:
        server.stop()


class Outsider:
    """Somebody outside: knows an address, a cookie and a form's token; speaks plain HTTP."""

    def __init__(self, seat, port):
        with seat.client.session_transaction() as session:
            raw = session["csrf_token"] = session.get("csrf_token") or secrets.token_hex(20)
        self.id, self.name, self.port = seat.id, seat.name, port
        self.cookie = f"session={seat.client.get_cookie('session').value}"
        self.token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw)
        self.line = None

    def copy(self):
        """Return the same person with a connection of its own."""
        twin = object.__new__(Outsider)
        twin.__dict__.update(self.__dict__, line=None)
        return twin

    def asks(self, method, path, body=None, headers=None, timeout=60):
        """Send one request; return status, headers and body. Raises OSError or HTTPException when it is cut."""
        if self.line is None:
            self.line = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        try:
            self.line.request(method, path, body, {"Cookie": self.cookie, **(headers or {})})
            answer = self.line.getresponse()
            return answer.status, answer.headers, answer.read()
        except BaseException:
            self.hangs_up()
            raise

    def gets(self, path, **headers):
        """Fetch an address."""
        return self.asks("GET", path, headers=headers)

    def posts(self, path, fields, key=None):
        """Send a form with its token, and a key."""
        fields = {"csrf_token": self.token, **fields, **({"idempotency_key": key} if key else {})}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.asks("POST", path, urllib.parse.urlencode(fields), headers)

    def posts_file(self, path, fields, name, content, key):
        """Send a form with a file."""
        edge = "edge-" + secrets.token_hex(8)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode()
            for n, v in {"csrf_token": self.token, "idempotency_key": key, **fields}.items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        parts += [
            head.encode() + b"Content-Type: text/plain\r\n\r\n" + content,
            f"\r\n--{edge}--\r\n".encode(),
        ]
        return self.asks(
            "POST", path, b"".join(parts), {"Content-Type": f"multipart/form-data; boundary={edge}"}
        )

    def hangs_up(self):
        """Close the connection."""
        if self.line is not None:
            self.line.close()
            self.line = None


class Wire:
    """A raw socket that speaks Engine.IO 4 and Socket.IO 5 by hand."""

    def __init__(self, port, cookie="", after=None, origin=None, enter=True, timeout=10):
        url = f"ws://{HOST}:{port}/socket.io/?EIO=4&transport=websocket"
        origin = origin or f"http://{HOST}:{port}"
        self.line = websocket.create_connection(url, cookie=cookie, origin=origin, timeout=timeout)
        try:
            self.hello = self.line.recv()  # 0{"sid": …}
            if enter:
                self.line.send("40" + ("" if after is None else json.dumps({"after": after})))
        except BaseException:
            self.closes()
            raise

    def reads(self, timeout=None):
        """Return the next event as (name, data); ("connect" | "refused" | "closed", …) for what is no event."""
        if timeout is not None:
            self.line.settimeout(timeout)
        while True:
            text = self.line.recv()
            if text == "2":
                self.line.send("3")
            elif text.startswith("42"):
                name, *data = json.loads(text[2:])
                return name, data[0] if data else None
            elif text[:2] in ("40", "44", "41"):
                return {"40": "connect", "44": "refused", "41": "closed"}[text[:2]], text[2:]
            elif text == "":
                return "closed", ""

    def reads_until(self, name, timeout=10):
        """Return all events up to the first of a name."""
        found = []
        while not found or found[-1][0] != name:
            found.append(self.reads(timeout))
        return found

    def says(self, event, data=None):
        """Send an event."""
        self.line.send("42" + json.dumps([event, data]))

    def closes(self):
        """Close the line."""
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self.line.close(timeout=0)
        self.line.shutdown()


class Proxy:
    """A small TCP proxy that can cut all that passes through it, in the middle of whatever it is."""

    def __init__(self, *targets):
        self.targets, self.passing, self.number = targets, set(), 0
        self.door = socket.create_server((HOST, 0), backlog=256)
        self.port = self.door.getsockname()[1]
        self.open = True
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self):
        while self.open:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            self.number += 1
            try:
                far = socket.create_connection((HOST, self.targets[self.number % len(self.targets)]), 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self.passing.add((near, far))
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(a, b, (near, far)), daemon=True).start()

    def _pump(self, source, target, pair):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        self._drop(pair)

    def _drop(self, pair):
        self.passing.discard(pair)
        for end in pair:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self):
        """Cut every connection; return how many there were."""
        pairs = list(self.passing)
        for pair in pairs:
            self._drop(pair)
        return len(pairs)

    def close(self):
        """Cut all and let nobody in any more."""
        self.open = False
        with contextlib.suppress(OSError):
            self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        self.cut()
