"""A new document on a real server: its text is taken out by the job process, and found by who may read it."""

import re

import pytest

from tests import past
from tests.live.server import SECRET, Outsider, Wire, serving, until


@pytest.fixture
def settings():
    return {"SECRET_KEY": SECRET}


def hears(wire, verb, ref):
    """Wait until a socket hears a fact about a thing."""
    while True:
        name, data = wire.reads(timeout=60)
        assert name != "closed", f"closed before {verb} of {ref}"
        if name == "fact" and (data["verb"], data["ref"]) == (verb, ref):
            return


@pytest.mark.own_database
def test_a_new_document_s_text_is_found(cast, database_url, tmp_path):
    with serving(database_url, tmp_path) as server:
        author, reader, stranger = (
            Outsider(seat, server.port) for seat in (cast.chair, cast.neighbour, cast.outsider)
        )
        wire = Wire(server.port, author.cookie)
        try:
            assert wire.reads_until("ready")
            fields = {
                "space": cast.spaces.africa, "organisation": "0", "sight": "space", "language": "en", "unpack": "y",
            }  # fmt: skip
            words = past.pdf("The quagga street has nine doors.")
            status, headers, _body = author.posts_file("/library/new", fields, "doors.pdf", words, "k1")
            assert status == 303
            number = int(re.search(r"/library/(\d+)/edit", headers["Location"])[1])
            said = {"title": "Doors", "language": "en", "sight": "space", "publish": "1"}
            assert author.posts(f"/library/{number}/edit", said, "k2")[0] == 303
            hears(wire, "library.read", f"document:{number}")
        finally:
            wire.closes()
        found = until(lambda: b"nine doors" in reader.gets("/search?q=quagga")[2], why="the search")
        assert found
        assert b"nine doors" not in stranger.gets("/search?q=quagga")[2].partition(b"<main")[2]
        for person in (author, reader, stranger):
            person.hangs_up()
