"""While a backup runs, no bytes are swept away: it reads files that its snapshot still knows. And when the last was made."""

import datetime as dt
import json
import secrets
import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic, upsert
from app.core.site import SiteValue, read
from app.extensions import db

MARK = "backup-runs:"
LAST = "backup"
SILENT = dt.timedelta(hours=1)  # a backup that was killed does not stop the sweep for ever
AGAIN = dt.timedelta(minutes=5)


class Running:
    """The sign that a backup runs, renewed now and then."""

    def __init__(self) -> None:
        self.name, self.said = MARK + secrets.token_hex(8), clock.now() - SILENT

    def say(self) -> None:
        """Say that it still runs; cheap enough to be called for each file."""
        if clock.now() - self.said > AGAIN:
            self.said = clock.now()
            with atomic():
                _write(self.name, self.said.isoformat())

    def end(self) -> None:
        """Take the sign away."""
        with atomic() as session:
            session.execute(sa.delete(SiteValue).where(SiteValue.name == self.name))


def is_running() -> bool:
    """Say whether a backup runs now."""
    said = db.session.scalars(sa.select(SiteValue.value).where(SiteValue.name.startswith(MARK)))
    return any(clock.now() - dt.datetime.fromisoformat(value) < SILENT for value in said)


def remember(what: dict[str, t.Any]) -> None:
    """Keep when the last backup was made and what was in it."""
    with atomic():
        _write(LAST, json.dumps(what))


def _write(name: str, value: str) -> None:
    """Set a value that no other process waits for."""
    statement = upsert(SiteValue).values(name=name, value=value)
    db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def last() -> dict[str, t.Any]:
    """Return what is known of the last backup; nothing when there was none."""
    return t.cast("dict[str, t.Any]", json.loads(read(LAST) or "{}"))
