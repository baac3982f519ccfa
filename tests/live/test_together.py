"""The web server and the jobs, as bin/serve runs them: one start, one end."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request

import pytest

from config import ROOT
from tests.databases import ON_POSTGRES
from tests.live.server import until

pytestmark = pytest.mark.skipif(ON_POSTGRES, reason="runs on a file of its own")
ASK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url):
    with contextlib.suppress(OSError):
        return ASK.open(url, timeout=5).status == 200


def children(pid):
    """The processes that a process has started, with their commands."""
    rows = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True
    ).stdout
    return {line.split(None, 1)[1]: int(line.split()[0]) for line in rows.splitlines()}


def one(started, word):
    """The child whose command has a word in it."""
    return next(pid for command, pid in children(started.pid).items() if word in command)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """An instance folder with a network in which somebody has an account, so that a start finds nothing to do."""
    folder = tmp_path_factory.mktemp("instance")
    clean = {"PATH": os.environ["PATH"], "FLASK_SKIP_DOTENV": "1", "INSTANCE_DIR": str(folder), "DEMO": "no"}
    subprocess.run([sys.executable, ROOT / "bin/prepare.py"], env=clean, check=True, capture_output=True)
    with contextlib.closing(sqlite3.connect(folder / "convivio.db")) as database, database:
        database.execute("update person set state = 'active'")
    return folder


@pytest.fixture
def environ(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = str(door.getsockname()[1])
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "PYTHONDONTWRITEBYTECODE") if name in os.environ
    }
    return {**kept, "FLASK_SKIP_DOTENV": "1", "INSTANCE_DIR": str(tmp_path), "DEMO": "no", "PORT": port}


def _hear_ctrl_c():
    """As in a terminal: what runs in the background of a script is started deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def started(environ):
    """bin/together in a group of its own, answering."""
    together = subprocess.Popen(
        [ROOT / "bin/together"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hear_ctrl_c,
    )
    try:
        until(
            lambda: together.poll() is not None or answers(f"http://127.0.0.1:{environ['PORT']}/healthz"), 90
        )
        yield together
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(together.pid, signal.SIGKILL)
        together.communicate()


def test_it_serves_until_it_is_asked_to_stop_and_then_says_nothing(started, environ):
    until(lambda: answers(f"http://127.0.0.1:{environ['PORT']}/readyz"), 90)
    left = children(started.pid)
    started.send_signal(signal.SIGTERM)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 0
    assert err == ""
    assert f"http://127.0.0.1:{environ['PORT']}" in out
    assert not any(os.path.exists(f"/proc/{pid}") for command, pid in left.items() if "python" in command)


def test_ctrl_c_is_quiet(started):
    os.killpg(started.pid, signal.SIGINT)
    assert started.wait(60) == 0
    assert started.stderr.read() == ""


@pytest.mark.parametrize("word", ["app.work", "gunicorn"])
def test_when_one_dies_the_other_is_stopped_too(started, word):
    victim = one(started, word)
    others = [pid for command, pid in children(started.pid).items() if pid != victim and "python" in command]
    os.kill(victim, signal.SIGKILL)
    assert started.wait(60) == 137
    assert "has stopped" in started.stderr.read()
    assert not any(os.path.exists(f"/proc/{pid}") for pid in others)


def test_a_second_server_on_the_same_instance_is_refused(started, environ):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = str(door.getsockname()[1])
    command = [ROOT / ".venv/bin/python", "-m", "gunicorn", "wsgi:app"]
    second = subprocess.run(
        command, cwd=ROOT, env={**environ, "PORT": port}, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 2
    assert "REDIS_URL" in second.stderr and len(second.stderr.splitlines()) == 1
