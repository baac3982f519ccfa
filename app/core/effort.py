"""Proof of work for forms that everybody can send: a browser with scripts does a small sum while its person types.

Nobody has to: without it a form is taken as well, only fewer of them from one neighbourhood of addresses. The sum is
hashcash's: a number after which SHA-256 of challenge and number begins with BITS zero bits. No puzzle, no third party.
"""

import hashlib
import secrets

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.core import limits

BITS = 14  # some 16,000 tries: a second on a laptop, a few on a slow phone
HOURS = 4  # how long a page may stand open
FIELD = "effort"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="effort")


def challenge() -> str:
    """Return a new challenge, signed and dated, so that nothing has to be kept of it."""
    return str(_signer().dumps(secrets.token_urlsafe(9)))


def made() -> bool:
    """Say whether the form that was sent brings a sum of its own: a true one, not too old, used for the first time."""
    given, _, number = request.form.get(FIELD, "")[:200].rpartition(":")
    if not (number.isascii() and number.isdigit() and _fits(given, number)):
        return False
    try:
        _signer().loads(given, max_age=HOURS * 3600)
    except BadSignature:
        return False
    return limits.hit("effort", given, 1, HOURS * 60)


def _fits(given: str, number: str) -> bool:
    digest = hashlib.sha256(f"{given}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0


def within(name: str, plain: int, most: int) -> bool:
    """Count one form of this neighbourhood in this hour: `plain` are taken as they are, `most` with a sum done."""
    where = limits.neighbourhood()
    if made():
        return limits.hit(f"{name}-effort", where, most, 60)
    return limits.hit(name, where, plain, 60)
