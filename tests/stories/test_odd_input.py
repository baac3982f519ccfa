"""What the database cannot hold is a bad request, whoever sends it; nothing of it breaks a page."""

import base64
import json

import pytest

ODD_NUMBERS = ("\0", "\ud800", 5, None, {"a": 1}, "x" * 5000)


@pytest.mark.parametrize("kind", ["country", "theme", "region", "topic"])
def test_an_address_with_a_nul_byte(cast, kind):
    assert cast.neighbour.posts(f"/following/{kind}/%00/follow").status_code in (400, 404)


@pytest.mark.parametrize("settings", [{"BASE_URL": "http://localhost"}])
def test_the_number_of_a_passkey_that_is_none(cast, settings):
    """The question is anybody's for the asking, so the answer comes from anybody too."""
    question = cast.visitor.gets("/sign-in/passkey").json["challenge"]
    said = {"challenge": question, "type": "webauthn.get", "origin": "http://localhost"}
    client = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    for number in ODD_NUMBERS:
        answer = {"clientDataJSON": client, "authenticatorData": "AA", "signature": "AA"}
        sent = json.dumps({"id": number, "rawId": number, "type": "public-key", "response": answer})
        assert 400 <= cast.visitor.posts("/sign-in/passkey", {"credential": sent}).status_code < 500
