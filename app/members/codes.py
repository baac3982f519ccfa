"""Codes of the second step: six digits from an app (each once), and recovery codes (each once, kept hashed)."""

import base64
import functools
import hmac
import re
import secrets
import typing as t

import pyotp
import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from markupsafe import Markup

from app.core import clock, qr
from app.core.database import atomic, setting
from app.core.languages import _
from app.extensions import db
from app.members import factors, passwords
from app.members.factors import APP, RecoveryCode

STEP = 30  # seconds that one code of an app lasts; the one before and the one after are taken too
SHEET = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


@functools.cache
def _box(key: str) -> Fernet:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"second step").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(made))


def sealed(secret: str) -> str:
    """Return an app's secret as the database keeps it: readable with this installation's SECRET_KEY alone."""
    return _box(setting("SECRET_KEY")).encrypt(secret.encode()).decode()


def opened(kept: str, most_seconds: int | None = None) -> str:
    """Return a sealed secret, nothing where the key is another one or the seal is older than that."""
    try:
        return _box(setting("SECRET_KEY")).decrypt(kept.encode("utf-8", "replace"), most_seconds).decode()
    except InvalidToken:
        return ""


def new_secret() -> str:
    """Return the secret that an app and this site are to share."""
    return pyotp.random_base32()


def in_fours(secret: str) -> str:
    """Return a secret as people type it."""
    return " ".join(re.findall(".{1,4}", secret))


def drawn(secret: str, name: str) -> Markup:
    """Return the code that an app scans."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=setting("SITE_TITLE"))
    return qr.drawn(uri, _("Code to scan with the app"))


def step_of(secret: str, typed: str) -> int:
    """Return the step that a typed code belongs to, 0 where it fits none of the three that are taken."""
    code, now = digits(typed), int(clock.now().timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(totp.at(step * STEP), code):
            return step
    return 0


def digits(typed: str) -> str:
    """Return what was typed as plain digits, whatever blanks and numerals the keyboard gave."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())[:12]


def use_app(person_id: int, typed: str) -> bool:
    """Take a code from the person's app. The same code a second time is refused, in whatever process."""
    for row in factors.of(person_id, APP):
        secret = opened(row.secret)
        step = step_of(secret, typed) if secret else 0
        if step > row.counter:
            with atomic():
                return factors.mark_used(row.id, step, row.counter)
    return False


# --- recovery codes -------------------------------------------------------------------------------------------


def new_sheet() -> list[str]:
    """Return ten new recovery codes, as they are shown once."""
    return [
        "-".join("".join(secrets.choice(LETTERS) for _n in range(5)) for _m in range(2))
        for _o in range(SHEET)
    ]


def plain(code: str) -> str:
    """Return a code as it is compared: without blanks, lines and capitals."""
    return re.sub(r"[^a-z0-9]", "", code.lower())[:40]


def hashes(sheet: t.Sequence[str]) -> list[tuple[str, str]]:
    """Return salt and hash of each code. Takes long on purpose: never call it inside atomic()."""
    salt = secrets.token_hex(16)
    return [(salt, passwords.stretched(plain(code), salt)) for code in sheet]


def keep_sheet(person_id: int, made: t.Sequence[tuple[str, str]]) -> None:
    """Keep new codes in place of the old ones, inside atomic()."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.add_all(
        RecoveryCode(person_id=person_id, salt=salt, hash=made_hash) for salt, made_hash in made
    )


def use_recovery(person_id: int, typed: str) -> bool:
    """Use a recovery code up; False where it is none of the person's, or was used."""
    mine = sa.select(RecoveryCode.salt).where(RecoveryCode.person_id == person_id).limit(1)
    salt = db.session.scalar(mine)
    if salt is None:
        return False
    made = passwords.stretched(plain(typed), salt)
    with atomic() as session:
        fits = (RecoveryCode.person_id == person_id, RecoveryCode.hash == made)
        done = t.cast(t.Any, session.execute(sa.delete(RecoveryCode).where(*fits)))
        return bool(done.rowcount)
