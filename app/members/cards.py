"""The contacts of an organisation as vCards: for members, and of each person only what the reader may see."""

import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer, bound, in_sight
from app.core.database import setting
from app.extensions import db
from app.members import profile, sight
from app.members.models import Organisation, Person, Seat

MOST = 50
_p, _s = Person.__table__, Seat.__table__
_CONTACTS = (
    sa.select(
        _p.c.id, _p.c.handle, _p.c.name, _p.c.shown, _p.c.about, _p.c.pronouns, _p.c.timezone, _s.c.role, _s.c.title
    )
    .join_from(_s, _p, _p.c.id == _s.c.person_id)
    .where(
        _s.c.organisation_id == sa.bindparam("number"), _s.c.ended.is_(None), _p.c.state == "active",
        in_sight(_p.c.audience_id),
    )
    .order_by(_s.c.primary.desc(), _p.c.name, _p.c.id)
    .limit(MOST)
)  # fmt: skip


def of(viewer: Viewer, one: Organisation) -> str:
    """Return the vCards (RFC 6350) of the people of an organisation whom a viewer may see."""
    rows = list(db.session.execute(_CONTACTS, {"number": one.id, **bound(viewer)}))
    near = profile.near_to(viewer, [row.id for row in rows])
    return "".join(_card(row, one, sight.visible(viewer, row.id, row.shown, row.id in near)) for row in rows)


def _card(row: t.Any, one: Organisation, fields: t.Collection[str]) -> str:
    base = setting("BASE_URL")
    lines = [
        ("BEGIN", "VCARD"), ("VERSION", "4.0"), ("UID", f"{base}/people/{row.id}"), ("FN", _text(row.name)),
        ("ORG", _text(one.name)), ("TITLE", _text(row.title)), ("URL", f"{base}/people/{row.id}-{row.handle}"),
        ("NOTE", _text(row.about) if "about" in fields else ""),
        ("TZ", _text(row.timezone) if "timezone" in fields else ""), ("END", "VCARD"),
    ]  # fmt: skip
    return "".join(_folded(f"{name}:{value}") for name, value in lines if value)


def _text(value: str) -> str:
    """Return a text as a value: what separates values is escaped, so that nobody writes a line of their own."""
    for sign in ("\\", ",", ";"):
        value = value.replace(sign, f"\\{sign}")
    return "\\n".join(value.splitlines())


def _folded(line: str) -> str:
    """Return a line of 75 bytes at most, cut between characters, and its rest in lines that begin with a blank."""
    parts, now = [], ""
    for sign in line:
        if len((now + sign).encode()) > 75 - bool(parts):
            parts.append(now)
            now = ""
        now += sign
    return "\r\n ".join([*parts, now]) + "\r\n"
