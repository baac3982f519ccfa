"""Tables and printed words on a real server: made by a child process, while the loop goes on."""

import pytest

from tests.deeds import proposed
from tests.live.server import SECRET, Outsider, serving


@pytest.fixture
def settings():
    return {"SECRET_KEY": SECRET}


@pytest.mark.own_database
def test_tables_and_prints_are_made_beside_the_loop(cast, database_url, tmp_path):
    number = proposed(cast)
    with serving(database_url, tmp_path) as server:
        person = Outsider(cast.chair, server.port)
        for path in ("/actions", f"/actions/{number}/action"):
            for form, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK\x03\x04"), ("pdf", b"%PDF-")):
                status, _headers, body = person.gets(f"{path}.{form}")
                assert status == 200 and body.startswith(begins), (path, form)
        person.hangs_up()
