"""Sessions as rows: begun at a door, listed, ended at once and everywhere."""

import datetime as dt
import hashlib
import hmac
import secrets
import typing as t

import sqlalchemy as sa
from flask import current_app, request
from flask import session as cookie

from app.core import clock
from app.core.activity import record
from app.core.database import atomic, upsert
from app.core.languages import _
from app.extensions import db
from app.members.models import Login
from app.members.signed_in import hashed, oldest

_login = Login.__table__
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
HANDHELD = ("Android", "iOS", "iPadOS")


def begin(person_id: int, *, keep: bool, proved: bool = True) -> None:
    """Sign this browser in: a new row and an empty cookie, so that no session can be planted beforehand.

    With `keep` the cookie outlives the browser. The same form sent twice begins one session.
    """
    with atomic():
        token = _row(person_id, _token(person_id), proved)
    cookie.clear()
    cookie["_user_id"], cookie["_fresh"] = token, True
    cookie.permanent = keep


def begun(person_id: int) -> bool:
    """Say whether this very form has begun a session just now: a second sending of it changes nothing."""
    if not request.form.get("idempotency_key"):
        return False
    same = (_login.c.token == hashed(_token(person_id)), _login.c.ended.is_(None))
    at = db.session.scalar(sa.select(_login.c.at).where(*same))
    return at is not None and at > clock.now() - dt.timedelta(minutes=1)


def _token(person_id: int) -> str:
    """The secret of a new session: by chance, or from the form's own key so that a form sent twice is one."""
    key = request.form.get("idempotency_key", "")
    if not key:
        return secrets.token_urlsafe(32)
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(
        secret, f"login\0{person_id}\0{key}".encode("utf-8", "replace"), hashlib.sha256
    ).hexdigest()


def _row(person_id: int, secret: str, proved: bool) -> str:
    """Keep the session; one that was ended is never woken by its form sent again."""
    token, now = hashed(secret), clock.now()
    row = upsert(Login).values(
        token=token, person_id=person_id, device=device(), at=now, seen=now, proved=now if proved else None
    )
    db.session.execute(row.on_conflict_do_nothing())
    over = db.session.scalar(sa.select(_login.c.ended).where(_login.c.token == token))
    return token if over is None else _row(person_id, secrets.token_urlsafe(32), proved)


def device() -> str:
    """Return browser and system of the request, as far as it says, such as Firefox|Windows."""
    said = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in BROWSERS if sign in said), "")
    return f"{browser}|{next((name for sign, name in SYSTEMS if sign in said), '')}"


def device_words(kept: str) -> str:
    """Return a device as its owner reads it."""
    browser, _bar, system = kept.partition("|")
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("Unknown browser"))


def is_handheld(kept: str) -> bool:
    """Say whether a device is carried in a hand; for its picture."""
    return kept.partition("|")[2] in HANDHELD


def rows(person_id: int) -> list[sa.Row[t.Any]]:
    """Return a person's open sessions, the last used first."""
    mine = (_login.c.person_id == person_id, _login.c.ended.is_(None), _login.c.seen > oldest())
    columns = (_login.c.id, _login.c.device, _login.c.at, _login.c.seen)
    return list(
        db.session.execute(sa.select(*columns).where(*mine).order_by(_login.c.seen.desc()).limit(100))
    )


def last_seen(person_id: int) -> dt.datetime | None:
    """Return when somebody was last here, as far as their sessions are kept."""
    return db.session.scalar(sa.select(sa.func.max(_login.c.seen)).where(_login.c.person_id == person_id))


def of(person_id: int, *, only: int | None = None, but: str = "") -> sa.ColumnElement[bool]:
    """Return the condition for a person's open sessions: one by its number, or all but one by its token."""
    found = sa.and_(_login.c.person_id == person_id, _login.c.ended.is_(None), _login.c.token != but)
    return found if only is None else sa.and_(found, _login.c.id == only)


def end(who: t.Any, which: sa.ColumnElement[bool]) -> int:
    """End sessions: their cookies are dead with the commit, their sockets close within a second."""
    with atomic() as session:
        tokens = list(session.scalars(sa.select(_login.c.token).where(which)))
        if tokens:
            over = sa.update(Login).where(_login.c.token.in_(tokens)).values(ended=clock.now())
            session.execute(over.execution_options(synchronize_session=False))
            record("login.ended", actor=None, subject=f"person:{who.id}", data={"tokens": tokens})
    return len(tokens)


def sweep() -> None:
    """Forget sessions that ended, or were last used, three months ago."""
    with atomic():
        limit = clock.now() - dt.timedelta(days=90)
        db.session.execute(sa.delete(Login).where(_login.c.seen < limit))
