"""Our own server on the large demo network: its database, its members, their sessions."""

import hashlib
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import client
from multiply import members, multiply
from servers import ROOT, Server, gunicorn, plain_environ

KEPT = ROOT / ".cache" / "bench"
SECRET = "only-for-measuring-on-this-machine"
SOURCES = (
    "migrations/versions/*.py",
    "app/demo/*.py",
    "app/search/entries.py",
    "app/core/text.py",
    "app/board/models.py",
)


def environ(database, instance, **values):
    """The settings of a measured server."""
    return plain_environ(
        DATABASE_URL=f"sqlite:///{database}", INSTANCE_DIR=str(instance), SECRET_KEY=SECRET, LOG_LEVEL="WARNING",
        POSTS_PER_HOUR="1000000", DEMO="yes", FLASK_APP="wsgi:app", **values,
    )  # fmt: skip


def flask(settings, *words):
    """One of our commands, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words], cwd=ROOT, env=settings, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"flask {' '.join(words)} failed:\n{done.stderr[-2000:]}")


def large(times=1, crowd=0):
    """The path of the large demo's database, made once for each state of what makes it; with `crowd`, of so many members."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    more = f"-{crowd}m" if crowd else "" if times == 1 else f"-{times}"
    path = KEPT / f"large-{digest.hexdigest()[:12]}{more}.db"
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".draft-{os.getpid()}")  # another run may be making the same
        if crowd:
            members(large(), draft, crowd)
        elif times == 1:
            make(draft)
        else:
            multiply(large(), draft, times)
        draft.rename(path)
    return path


def make(path):
    """Fill a database with `flask demo large`."""
    print("Filling a database with the large demo network, this once", flush=True)
    path.unlink(missing_ok=True)
    instance = KEPT / f"instance-{os.getpid()}"
    settings = environ(path, instance)
    flask(settings, "db", "upgrade")
    flask(settings, "demo", "large")
    settle(path)
    shutil.rmtree(instance, ignore_errors=True)


def settle(path):
    """Let the file hold all and be known to the planner."""
    connection = sqlite3.connect(path)
    connection.execute("ANALYZE")
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


class House:
    """A copy of the large demo, a server on it, and members who are signed in."""

    def __init__(self, folder, times=1, send_buffer=0, crowd=0):
        self.folder = Path(folder, secrets.token_hex(4))
        self.folder.mkdir()
        self.database = self.folder / "bench.db"
        shutil.copy(large(times, crowd), self.database)
        self.settings = environ(self.database, self.folder, PORT="8000")
        self.people = people(self.database)
        self.tokens = sign_in(self.database, self.people)
        command = gunicorn("wsgi:app", "-c", "gunicorn.conf.py")
        self.server = Server(
            command,
            {**self.settings, "CONVIVIO_ROLE": "web"},
            self.folder / "web.log",
            send_buffer=send_buffer,
        )
        self.serializer = serializer()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.server.stop()

    def run(self, program, *words):
        """What a program beside this file prints, run with the settings of this house."""
        command = [sys.executable, str(Path(__file__).with_name(program)), *map(str, words)]
        done = subprocess.run(
            command, cwd=ROOT, env={**self.settings, "CONVIVIO_ROLE": "jobs"}, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"{program} failed:\n{done.stderr[-2000:]}")
        return done.stdout

    def link(self):
        """A connection to its server."""
        return client.Link(self.server.port)

    def cookie(self, number=0):
        """The session cookie of one member, as the server itself would sign it."""
        values = {"_user_id": self.tokens[number], "_fresh": True}
        return f"session={self.serializer.dumps(values)}"

    def member(self, path, number=0):
        """The cookie and the form token of a member who has seen a page of ours, as every browser has."""
        status, head, body = self.link().ask(client.get(path, self.cookie(number)))
        if status != 200:
            raise SystemExit(f"{path} answered {status} to a member.")
        set_cookie = re.search(r"(?i)\r\nset-cookie: (session=[^;]+)", head)
        token = re.search(rb'name="csrf_token" value="([^"]+)"', body)
        return (set_cookie[1] if set_cookie else self.cookie(number)), (token[1].decode() if token else "")

    def threads(self, most=50):
        """Numbers and addresses of open discussions of at least 20 posts that every member sees, newest first."""
        rows = ask(
            self.database,
            "SELECT t.id, t.title FROM thread t JOIN audience_room r ON r.audience_id = t.audience_id"
            " WHERE r.room IN ('public', 'members') AND t.posts >= 20 AND NOT t.closed AND NOT t.locked AND NOT t.removed"
            f" ORDER BY t.last_at DESC LIMIT {most}",
        )
        return [(number, quote(f"/discussions/{number}-{slug(title)}")) for number, title in rows]

    def room(self, number):
        """The name of one of the rooms that a discussion is said to."""
        return ask(
            self.database,
            "SELECT r.room FROM audience_room r JOIN thread t ON t.audience_id = r.audience_id WHERE t.id = ?",
            number,
        )[0][0]


def slug(title):
    """The readable tail of an address, by the project's own rule."""
    from app.core.text import slug as made

    return made(title)


def ask(database, statement, *values):
    """Rows of a database that a server may be using."""
    connection = sqlite3.connect(database, timeout=10)
    rows = connection.execute(statement, values).fetchall()
    connection.close()
    return rows


def people(database):
    """Ordinary members with a seat, who belong to a few groups, at most 500."""
    rows = ask(
        database,
        "SELECT p.id FROM person p WHERE p.state = 'active' AND NOT p.steward AND NOT p.moderator"
        " AND EXISTS (SELECT 1 FROM seat s WHERE s.person_id = p.id AND s.ended IS NULL)"
        " AND EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.id) ORDER BY p.id DESC LIMIT 500",
    )
    return [number for (number,) in rows]


def sign_in(database, people):
    """Give each a session that began now; return what their cookies name."""
    tokens = [hashlib.sha256(secrets.token_bytes(16)).hexdigest() for _person in people]
    connection = sqlite3.connect(database)
    connection.executemany(
        "INSERT INTO login (token, person_id, device, at, seen) VALUES (?, ?, 'bench', datetime('now'), datetime('now'))",
        list(zip(tokens, people, strict=True)),
    )
    connection.commit()
    connection.close()
    return tokens


def serializer():
    """Flask's own signer of session cookies, with the secret of the measured server."""
    from flask import Flask
    from flask.sessions import SecureCookieSessionInterface

    app = Flask("bench")
    app.secret_key = SECRET
    return SecureCookieSessionInterface().get_signing_serializer(app)
