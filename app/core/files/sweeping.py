"""Files away: what hangs on nothing any longer, and what was stored and never hung on anything. Never under a backup."""

import datetime as dt
import pathlib
import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.backup import running
from app.core.database import atomic, setting
from app.core.files.models import Attachment, Blob
from app.core.files.stores import store
from app.extensions import db


def forget(subject: str) -> None:
    """Take the files of a thing away, inside its transaction. The bytes go with the next sweep."""
    db.session.execute(sa.delete(Attachment).where(Attachment.subject == subject))


def sweep(older_than: dt.timedelta = dt.timedelta(days=1)) -> int:
    """Remove bytes that nothing hangs on (a file taken away, an upload that was cut); return how many. Never under a backup."""
    if running.is_running():
        return 0
    limit = clock.now() - older_than
    unused = sa.select(Blob.hash).where(Blob.at < limit, ~_used)
    gone = sum(_swept(name, limit) for name in db.session.scalars(unused).all())
    for drafted in pathlib.Path(setting("INSTANCE_DIR"), "incoming").glob("*"):
        if drafted.stat().st_mtime < limit.timestamp():
            drafted.unlink(missing_ok=True)
    return gone + _sweep_rowless(limit)


_used = sa.exists().where(Attachment.hash == Blob.hash)


def _swept(name: str, limit: dt.datetime) -> bool:
    """Remove a row and its bytes. The bytes go first: who wants them again waits for the row, and then stores anew."""
    with atomic() as session:
        if running.is_running():
            return False
        mine = sa.delete(Blob).where(Blob.hash == name, Blob.at < limit, ~_used)
        done = t.cast(t.Any, session.execute(mine.execution_options(synchronize_session=False)))
        if not done.rowcount:
            return False
        store().delete(name)
        return True


def _sweep_rowless(limit: dt.datetime) -> int:
    """Remove bytes that were stored and then never hung on anything: their post was refused, or its process killed."""
    gone = 0
    for name in store().names(before=limit):
        if (
            db.session.scalar(sa.select(Blob.hash).where(Blob.hash == name)) is None
            and not running.is_running()
        ):
            store().delete(name)
            gone += 1
    return gone
