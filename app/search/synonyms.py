"""Groups of words that mean the same, edited by the secretariat: applied when somebody asks, so no entry changes."""

import secrets
import typing as t

import sqlalchemy as sa

from app.core import audit, site
from app.core.database import atomic
from app.core.text import clean_line
from app.extensions import db
from app.search import vocabulary
from app.search.models import Synonym

MOST, MOST_NAMES, LONGEST = 500, 30, 60
Words = dict[str, list[str]]
_s = Synonym.__table__


def listed() -> list[t.Any]:
    """Return all groups, the newest first."""
    return list(db.session.execute(sa.select(_s).order_by(_s.c.id.desc()).limit(MOST)))


def names(text: str) -> list[str]:
    """Return the words of one language from a field: one on each line, or commas between."""
    parts = [clean_line(part)[:LONGEST] for line in (text or "").splitlines() for part in _split(line)]
    return list(dict.fromkeys(filter(None, parts)))[:MOST_NAMES]


def _split(line: str) -> list[str]:
    for mark in ("،", "、", "，", ";"):
        line = line.replace(mark, ",")
    return line.split(",")


def add(person: t.Any, words: Words) -> Synonym:
    """Put a new group on the list."""
    with atomic() as session:
        group = Synonym(words=words)
        session.add(group)
        session.flush()
        _changed()
        audit.note(person, "search.synonym_added", f"synonym:{group.id}", words=words)
    return group


def change(person: t.Any, group: Synonym, words: Words) -> bool:
    """Give a group other words. Says whether anything changed."""
    with atomic() as session:
        session.refresh(group)
        if group.words == words:
            return False
        group.words = words
        _changed()
        audit.note(person, "search.synonym_changed", f"synonym:{group.id}", words=words)
    return True


def drop(person: t.Any, group: Synonym) -> None:
    """Take a group off the list."""
    with atomic() as session:
        _changed()
        audit.note(person, "search.synonym_dropped", f"synonym:{group.id}", words=group.words)
        session.execute(sa.delete(Synonym).where(Synonym.id == group.id))


def _changed() -> None:
    """Let every process read the words anew."""
    site.write(vocabulary.VERSION, secrets.token_hex(6))
