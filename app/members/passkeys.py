"""Passkeys (WebAuthn): made, and asked, as a second step and as a way in of their own."""

import base64
import hashlib
import hmac
import ipaddress
import json
import secrets
import struct
import time
import typing as t
from urllib.parse import urlsplit

import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic, setting, upsert
from app.core.once import Once
from app.extensions import db
from app.members import factors
from app.members.factors import PASSKEY, Factor
from app.members.models import Person

LASTS = 600  # seconds that a question to a passkey may wait for its answer
# What a hostile answer can make the library and its parsers raise: it is CBOR, DER and JSON of a stranger.
BAD = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


def _library() -> t.Any:
    from app.members import authenticators  # at the first passkey, see there

    return authenticators


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(found: bytes) -> str:
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


def work() -> bool:
    """Say whether browsers allow passkeys at this address: a name, over https or on this machine."""
    parts = urlsplit(setting("BASE_URL"))
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost"
    return False


def _host() -> str:
    return urlsplit(setting("BASE_URL")).hostname or ""


# --- questions: signed by us, good for some minutes, for one purpose and person, once ------------------------


def question(purpose: str, person_id: int) -> bytes:
    """Return a challenge that needs no place to be kept: chance, time, and our seal over both and its purpose."""
    free = secrets.token_bytes(16) + struct.pack(">Q", int(time.time()))
    return free + _seal(free, purpose, person_id)


def _seal(free: bytes, purpose: str, person_id: int) -> bytes:
    key = setting("SECRET_KEY").encode()
    return hmac.new(key, b"passkey\0" + f"{purpose}:{person_id}".encode() + free, hashlib.sha256).digest()


def _asked(answer: t.Any, purpose: str, person_id: int) -> bytes:
    """Return the challenge that an answer speaks of, if it is one of ours and not too old; raises ValueError."""
    said = json.loads(_bytes(answer["response"]["clientDataJSON"]))
    challenge = _bytes(said["challenge"])
    free, seal = challenge[:24], challenge[24:]
    if len(free) != 24 or not hmac.compare_digest(seal, _seal(free, purpose, person_id)):
        raise ValueError("not our question")
    if not 0 <= time.time() - struct.unpack(">Q", free[16:])[0] <= LASTS:
        raise ValueError("too old")
    return challenge


def _answered(challenge: bytes) -> bool:
    """Write down that a question was answered, inside atomic(); False where it was before."""
    key = "passkey:" + hashlib.sha256(challenge).hexdigest()
    row = upsert(Once).values(
        person_id=0, key=key, act="members.passkey", print="", answer="", at=clock.now()
    )
    return db.session.execute(row.on_conflict_do_nothing().returning(Once.key)).scalar() is not None


def _read(text: str) -> t.Any:
    answer = json.loads(text)
    if not isinstance(answer, dict) or not isinstance(answer.get("response"), dict):
        raise ValueError("not an answer of a passkey")
    return answer


# --- making ---------------------------------------------------------------------------------------------------


def to_make(person: t.Any) -> dict[str, t.Any]:
    """Return what the browser is asked in order to make a passkey."""
    known = [row.credential for row in factors.of(person.id, PASSKEY)]
    asked: dict[str, t.Any] = _library().to_make(
        _host(), setting("SITE_TITLE"), person, question("make", person.id), known
    )
    return asked


def made(person_id: int, text: str) -> tuple[t.Any, bytes] | None:
    """Return a new passkey and the question that it answers, None where the answer is not good."""
    try:
        answer = _read(text)
        challenge = _asked(answer, "make", person_id)
        found = _library().made(answer, challenge, _host(), setting("BASE_URL"))
    except BAD:
        return None
    return found, challenge


def keep(person_id: int, found: t.Any, challenge: bytes, name: str) -> bool:
    """Keep a new passkey, inside atomic(); False where its question was answered before or it is known already."""
    number = _number(found.credential_id)
    known = db.session.scalar(sa.select(Factor.id).where(Factor.credential == number))
    if known is not None or len(number) > 400 or not _answered(challenge):
        return False
    public = base64.b64encode(found.credential_public_key).decode()
    row = Factor(
        person_id=person_id, kind=PASSKEY, name=name, secret=public, credential=number, counter=found.sign_count,
        at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    return True


# --- asking ---------------------------------------------------------------------------------------------------


def to_ask(purpose: str, person_id: int = 0) -> dict[str, t.Any]:
    """Return what the browser is asked: for a passkey of this person, or of whoever signs in with one."""
    known = [row.credential for row in factors.of(person_id, PASSKEY)] if person_id else []
    asked: dict[str, t.Any] = _library().to_ask(
        _host(), question(purpose, person_id), known, owner=not person_id
    )
    return asked


def use(purpose: str, text: str, person_id: int = 0) -> int:
    """Return whose passkey gave this answer, 0 where it is not good. As a way in it must have asked for its owner."""
    try:
        answer = _read(text)
        challenge = _asked(answer, purpose, person_id)
        row = _known(str(answer.get("id", ""))[:400])
        if row is None or (person_id and row.person_id != person_id):
            return 0
        counter = _library().used(
            answer, challenge, _host(), setting("BASE_URL"), base64.b64decode(row.secret), row.counter,
            owner=not person_id,
        )  # fmt: skip
    except BAD:
        return 0
    with atomic():
        good = _answered(challenge) and factors.mark_used(row.id, counter, row.counter)
    return int(row.person_id) if good else 0


def _known(number: str) -> t.Any:
    mine = (Factor.credential == number, Factor.kind == PASSKEY, Person.state == "active")
    columns = (Factor.id, Factor.person_id, Factor.secret, Factor.counter)
    return db.session.execute(
        sa.select(*columns).join(Person, Person.id == Factor.person_id).where(*mine)
    ).first()
