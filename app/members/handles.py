"""Handles: short names for @mentions, one for each across people, organisations and spaces."""

import re
import typing as t

import sqlalchemy as sa

from app.core.text import HANDLE
from app.extensions import db
from app.members.models import Organisation, Person
from app.members.names import fold

LONGEST = 36  # leaves room for -2, -3 … within the 40 characters that a mention may have
_columns: list[t.Any] = [Organisation.__table__.c.handle, Person.__table__.c.handle]


def share(column: t.Any) -> None:
    """Let another table's handles count as taken."""
    if column not in _columns:
        _columns.append(column)


def free(wish: str) -> str:
    """Return a handle like the wish that nobody has, with -2, -3 … where it is taken. Call inside atomic()."""
    wish = wellformed(wish)
    taken = _taken(wish)
    number, handle = 1, wish
    while handle in taken:
        number += 1
        handle = f"{wish}-{number}"
    return handle


def wellformed(wish: str) -> str:
    """Return the wish in the letters of a handle."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(wish))[:LONGEST].strip("-")
    return plain if HANDLE.fullmatch(f"@{plain}") else "member"


def _taken(wish: str) -> set[str]:
    each = [sa.select(column).where(column.startswith(wish, autoescape=True)) for column in _columns]
    return set(db.session.scalars(sa.union(*each)))
