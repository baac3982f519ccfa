"""What bin/serve finds wrong before it installs anything: one sentence, exit status 2, no traceback."""

import fcntl
import os
import socket
import subprocess
import sys

import pytest

from config import ROOT


def before(tmp_path, *, port="0", **environ):
    """bin/before.py as bin/serve runs it, in an environment of its own."""
    clean = {
        "PATH": os.environ["PATH"],
        "FLASK_SKIP_DOTENV": "1",
        "INSTANCE_DIR": str(tmp_path),
        "PORT": port,
    }
    command = [sys.executable, "-B", str(ROOT / "bin/before.py"), "serve"]
    return subprocess.run(command, env={**clean, **environ}, capture_output=True, text=True, timeout=20)


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    return str(port)


def refused(answer, word):
    return (
        answer.returncode == 2
        and not answer.stdout
        and word in answer.stderr
        and len(answer.stderr.splitlines()) == 1
    )


def test_a_plain_start_needs_the_plain_requirements(tmp_path, free_port):
    answer = before(tmp_path, port=free_port)
    assert (answer.returncode, answer.stdout.split(), answer.stderr) == (0, ["requirements.txt"], "")


def test_object_storage_needs_its_own(tmp_path, free_port):
    answer = before(tmp_path, port=free_port, FILES_URL="s3://files?endpoint=https://storage.example.org")
    assert answer.stdout.split() == ["requirements.txt", "requirements-s3.txt"]


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        answer = before(tmp_path, port=str(door.getsockname()[1]))
    assert refused(answer, "PORT")


def test_an_address_of_another_machine(tmp_path, free_port):
    assert refused(before(tmp_path, port=free_port, HOST="192.0.2.7"), "192.0.2.7")


def test_a_wrong_setting_is_named(tmp_path, free_port):
    assert refused(before(tmp_path, port=free_port, REDIS_URL="localhost"), "REDIS_URL")


def test_a_second_server_in_the_same_folder_needs_redis(tmp_path, free_port):
    with open(tmp_path / "web.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refused(before(tmp_path, port=free_port), "REDIS_URL")
        assert before(tmp_path, port=free_port, REDIS_URL="redis://127.0.0.1:6379").returncode == 0


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--port"], "--port"),
        (["--port", "many"], "PORT"),
        (["-w", "2"], "REDIS_URL"),
        (["--fast"], "--fast"),
    ],
)
def test_wrong_options_of_serve(tmp_path, options, word):
    clean = {"PATH": os.environ["PATH"], "FLASK_SKIP_DOTENV": "1", "INSTANCE_DIR": str(tmp_path)}
    answer = subprocess.run(
        [str(ROOT / "bin/serve"), *options], env=clean, capture_output=True, text=True, timeout=20
    )
    assert refused(answer, word)


def test_serve_explains_itself():
    answer = subprocess.run([str(ROOT / "bin/serve"), "--help"], capture_output=True, text=True, timeout=20)
    assert answer.returncode == 0
    assert all(option in answer.stdout for option in ("--port", "--empty", "-w"))
