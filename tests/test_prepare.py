"""bin/prepare.py: it builds what is missing, and a start that finds nothing to do is over at once."""

import contextlib
import os
import re
import sqlite3
import stat
import subprocess
import sys
import time

import pytest

from config import ROOT
from tests.databases import ON_POSTGRES

ONCE = pytest.mark.skipif(ON_POSTGRES, reason="the quick look is for SQLite")


def prepare(folder, **environ):
    clean = {"PATH": os.environ["PATH"], "FLASK_SKIP_DOTENV": "1", "INSTANCE_DIR": str(folder)}
    command = [sys.executable, str(ROOT / "bin/prepare.py")]
    return subprocess.run(command, env={**clean, **environ}, capture_output=True, text=True, timeout=120)


@ONCE
def test_the_demo_network_its_sign_ins_and_a_second_start(tmp_path):
    first = prepare(tmp_path)
    assert first.returncode == 0, first.stderr
    assert "Password of every account" in first.stdout
    assert stat.S_IMODE((tmp_path / "demo-sign-ins.txt").stat().st_mode) == 0o600
    begin = time.process_time() + sum(os.times()[2:4])
    second = prepare(tmp_path)
    assert time.process_time() + sum(os.times()[2:4]) - begin < 1, "it imported the app"
    assert second.stdout.splitlines() == first.stdout.splitlines()[2:]


@ONCE
def test_an_empty_network_invites_its_first_steward_until_somebody_comes(tmp_path):
    first = prepare(tmp_path, DEMO="no", BASE_URL="https://cities.example.org")
    assert first.returncode == 0, first.stderr
    assert re.search(
        r"steward@cities\.example\.org.*\nhttps://cities\.example\.org/invite/\S{20,}$", first.stdout.strip()
    )
    again = prepare(tmp_path, CONVIVIO_STEWARD="office@cities.example.org")  # without --empty: still no demo
    assert "office@cities.example.org" in again.stdout and "Password" not in again.stdout
    with contextlib.closing(sqlite3.connect(tmp_path / "convivio.db")) as database, database:
        database.execute("update person set state = 'active'")
    assert prepare(tmp_path).stdout == ""


@ONCE
def test_a_database_of_a_newer_version_is_refused(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "convivio.db")) as database, database:
        database.execute("create table alembic_version (version_num text)")
        database.execute("insert into alembic_version values ('9999')")
    answer = prepare(tmp_path)
    assert answer.returncode == 2
    assert "newer" in answer.stderr and len(answer.stderr.splitlines()) == 1


def test_a_database_that_does_not_answer_is_named_in_one_sentence(tmp_path):
    answer = prepare(tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:9/convivio")
    assert answer.returncode == 2
    assert answer.stderr.startswith("DATABASE_URL") and len(answer.stderr.splitlines()) == 1
