"""Spaces that are archived: they can be read, nobody writes in them, and the search puts them last.

Rules ask at every page, so the numbers are kept with the site's values, which each process remembers.
"""

import functools
import json
import typing as t

import sqlalchemy as sa

from app.core import audit, clock, site
from app.core.activity import record
from app.core.audience import NOBODY, audience_of
from app.core.database import atomic
from app.extensions import db
from app.spaces.models import Space

NAME = "archived_spaces"


def archived() -> frozenset[int]:
    """Return the numbers of the spaces that are archived."""
    return _read(site.kept(NAME))


@functools.lru_cache(16)
def _read(text: str) -> frozenset[int]:
    return frozenset(json.loads(text or "[]"))


def set_archived(actor: t.Any, space: Space, on: bool) -> bool:
    """Archive a space, or open it again. Says whether that changed anything."""
    with atomic() as session:
        session.refresh(space)
        if (space.archived is not None) == on:
            return False
        space.archived = clock.now() if on else None
        session.flush()
        numbers = db.session.scalars(
            sa.select(Space.id).where(Space.archived.is_not(None)).order_by(Space.id)
        )
        site.write(NAME, json.dumps(list(numbers)))
        nobody = audience_of(NOBODY)
        record("spaces.changed", actor=actor, subject=space, space_id=space.id, audience_id=nobody)
        audit.note(actor, "space.archive" if on else "space.reopen", space.ref)
    return True
