"""Uploads away: what did not come whole, what nobody described, bytes that belong to nothing; and what was cut, gone on with."""

import datetime as dt

import sqlalchemy as sa

from app.core import clock, files, jobs
from app.core.database import atomic
from app.extensions import db
from app.library import pieces
from app.library.models import Upload, UploadBatch
from app.library.uploads import drop, finish

KEPT = dt.timedelta(days=7)  # of what has not come whole, since its last piece
WAITING = dt.timedelta(days=30)  # of what came and was not described


@jobs.minutely
def go_on() -> None:
    """Store what came as a whole and was cut before it was stored."""
    for upload in db.session.scalars(sa.select(Upload).where(Upload.state == "open")).all():
        come = pieces.got(upload.key) == upload.size
        if come and clock.now().timestamp() - pieces.moved(upload.key) > 60:
            finish(upload.id)


@jobs.hourly
def sweep() -> None:
    """Forget what did not come whole in a week, what nobody described in a month, and bytes that belong to nothing."""
    now = clock.now()
    for upload in db.session.scalars(sa.select(Upload).where(_old(now))).all():
        if upload.state != "open" or pieces.moved(upload.key) < (now - KEPT).timestamp():
            drop(upload)
    keys = set(db.session.scalars(sa.select(Upload.key).where(Upload.state == "open")))
    pieces.unknown(keys, 24 * 3600)
    _sweep_files()
    empty = ~sa.exists().where(Upload.batch_id == UploadBatch.id)
    with atomic() as session:
        session.execute(sa.delete(UploadBatch).where(empty, UploadBatch.at < now - KEPT))


def _old(now: dt.datetime) -> sa.ColumnElement[bool]:
    """What nothing has happened to for too long; a ZIP that cannot be unpacked waits as long as what nobody described."""
    return sa.or_(
        sa.and_(Upload.state.in_(("open", "refused")), Upload.moved < now - KEPT),
        sa.and_(Upload.state.in_(("whole", "unpacking")), Upload.moved < now - WAITING),
    )


def _sweep_files() -> None:
    """Take away files of uploads whose person is gone; their bytes go with the next sweep of files."""
    its = sa.literal(f"{Upload.kind}:") + sa.cast(Upload.id, sa.String)
    lonely = files.Attachment.root.startswith(f"{Upload.kind}:") & files.Attachment.root.not_in(
        sa.select(its)
    )
    with atomic() as session:
        session.execute(
            sa.delete(files.Attachment).where(lonely).execution_options(synchronize_session=False)
        )
