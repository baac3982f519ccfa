"""What the secretariat does with the list of people."""

import typing as t

from app.core import audit
from app.core.database import atomic


def export_people(actor: t.Any, count: int, filters: dict[str, t.Any]) -> None:
    """Keep in the record that somebody took out people as a table: how many, by which filters."""
    with atomic():
        audit.note(actor, "members.export", "people", count=count, **filters)
