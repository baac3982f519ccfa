"""What bin/bench computes: ratios, verdicts, frames, requests. Measuring itself is not a test."""

import importlib
import pathlib
import sqlite3
import sys

import pytest

FOLDER = pathlib.Path(__file__).parent.parent / "bin" / "benchmark"


@pytest.fixture
def module(monkeypatch):
    """Import a module of bin/benchmark as the command does, and forget it afterwards."""
    monkeypatch.syspath_prepend(str(FOLDER))
    known = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - known:
        if pathlib.Path(getattr(sys.modules[name], "__file__", None) or "/").parent == FOLDER:
            del sys.modules[name]


def test_a_ratio_is_the_median_of_the_rounds(module):
    table = module("table")
    assert table.ratio([10, 40, 6], [2, 4, 3]) == 5


def test_a_line_says_whether_its_target_is_met(module):
    table = module("table")
    over = table.Line("a", 3.0, "CPU-ms", "rows", 5.1, 5.0)
    text = table.text([over, table.Line("b", 90.0, "MB", target=120), table.Line("c", 1.0)])
    assert (over.reached, "over" in text, "ok" in text) == (False, True, True)
    assert "5.10 x rows" in text and "<= 120 MB" in text


def test_frames_are_taken_apart_where_they_end(module):
    sockets = module("sockets")
    short, long = b"\x81\x03abc", b"\x81\x7e\x01\x00" + b"x" * 256
    assert sockets.whole(short + long) == (2, 5)
    assert sockets.whole(long) == (4, 260)
    assert sockets.whole(long[:-1]) is None
    assert sockets.whole(b"\x81") is None


def test_requests_say_how_long_they_are(module):
    client = module("client")
    sent = client.post("/x", {"a": "b c", "d": ""})
    assert b"\r\nContent-Length: 8\r\n" in sent and sent.endswith(b"\r\n\r\na=b+c&d=")
    assert client.get("/x", "k=v", If_None_Match="t").endswith(b"Cookie: k=v\r\nIf-None-Match: t\r\n\r\n")
    assert client.length_of(b"HTTP/1.1 200 OK\r\nContent-Length: 12") == 12


def test_a_multiplied_network_keeps_its_things_together(module, tmp_path):
    multiply = module("multiply")
    source, target = tmp_path / "one.db", tmp_path / "three.db"
    one = sqlite3.connect(source)
    one.execute("CREATE TABLE thread (id INTEGER PRIMARY KEY, title TEXT)")
    one.execute("CREATE TABLE post (id INTEGER PRIMARY KEY, thread_id INTEGER, root TEXT)")
    one.execute("CREATE TABLE activity (id INTEGER PRIMARY KEY, subject TEXT, root TEXT)")
    one.execute("INSERT INTO thread VALUES (1, 'a'), (2, 'b')")
    one.execute("INSERT INTO post VALUES (1, 1, 'thread:1'), (2, 2, 'thread:2')")
    one.execute("INSERT INTO activity VALUES (1, 'post:2', 'thread:2'), (2, 'person:1', 'person:1')")
    one.commit()
    one.close()
    multiply.multiply(source, target, 3)
    three = sqlite3.connect(target)
    assert three.execute(
        "SELECT count(*) FROM post JOIN thread ON root = 'thread:' || thread.id"
    ).fetchone() == (6,)
    facts = three.execute("SELECT subject, root FROM activity ORDER BY id").fetchall()
    assert facts == [
        ("post:2", "thread:2"),
        ("person:1", "person:1"),
        ("post:4", "thread:4"),
        ("post:6", "thread:6"),
    ]
    three.close()


def test_a_crowd_of_members_keeps_seats_with_their_people(module, tmp_path):
    multiply = module("multiply")
    source, target = tmp_path / "one.db", tmp_path / "many.db"
    one = sqlite3.connect(source)
    one.execute(
        "CREATE TABLE organisation (id INTEGER PRIMARY KEY, name TEXT, handle TEXT UNIQUE, code TEXT UNIQUE, sort_key TEXT,"
        " found_by TEXT)"
    )
    one.execute(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, handle TEXT UNIQUE, email TEXT UNIQUE)"
    )
    one.execute("CREATE TABLE seat (id INTEGER PRIMARY KEY, person_id INTEGER, organisation_id INTEGER)")
    for name in ("organisation_theme", "organisation_language", "person_theme", "person_language"):
        one.execute(f"CREATE TABLE {name} ({name.partition('_')[0]}_id INTEGER, value TEXT)")
    one.execute(
        "INSERT INTO organisation VALUES (1, 'A', 'a', 'AAA', 'a', 'a'), (2, 'B', 'b', 'BBB', 'b', 'b')"
    )
    one.execute("INSERT INTO person VALUES (1, 'P', 'p', 'p@x'), (2, 'Q', 'q', 'q@x')")
    one.execute("INSERT INTO seat VALUES (1, 1, 2)")
    one.execute("INSERT INTO person_language VALUES (2, 'fr')")
    one.commit()
    one.close()
    multiply.members(source, target, 50)
    many = sqlite3.connect(target)
    assert many.execute("SELECT count(*) FROM organisation").fetchone()[0] >= 50
    assert (
        many.execute(
            "SELECT count(*) FROM person WHERE id % 2 = 0 AND id IN (SELECT person_id FROM person_language)"
        ).fetchone()[0]
        >= 25
    )
    assert many.execute("SELECT count(*) FROM seat WHERE organisation_id - person_id != 1").fetchone() == (0,)
    many.close()
