"""Codes of organisations: three letters or digits on their mark, each once."""

import itertools
import string

import sqlalchemy as sa

from app.extensions import db
from app.members.models import Organisation
from app.members.names import fold

SIGNS = string.ascii_uppercase + string.digits
PLAIN = ("city of ", "unesco chair in ", "unesco chair on ", "unesco chair ", "ville de ", "the ")


def taken() -> set[str]:
    """Return the codes that are used."""
    return set(db.session.scalars(sa.select(Organisation.code)))


def wellformed(code: str) -> str:
    """Return a code as it is kept, nothing where it cannot be one."""
    code = code.strip().upper()
    return code if len(code) == 3 and all(sign in SIGNS for sign in code) else ""


def free(name: str, used: set[str]) -> str:
    """Return a code like the name that is not used yet: its first letters, else two of them and another sign."""
    plain = fold(name)
    plain = next((plain.removeprefix(start) for start in PLAIN if plain.startswith(start)), plain)
    letters = "".join(sign for sign in plain.upper() if sign in SIGNS) + "XXXX"
    first = [letters[:3], letters[0] + letters[2] + letters[3], *(letters[:2] + sign for sign in SIGNS)]
    more = (a + b + c for a in letters[0] + SIGNS for b in SIGNS for c in SIGNS)
    return next(code for code in itertools.chain(first, more) if code not in used)
