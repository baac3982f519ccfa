"""Is it alive, and is it ready: the database, the readers' lag, the job process."""

import datetime as dt
import pathlib
import shutil
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import Blueprint, Response, jsonify

from app.core import clock, readers
from app.core.backup import running
from app.core.database import UtcDateTime, atomic, setting, upsert
from app.core.policy import public, ungated
from app.extensions import Model, csrf, db

bp = Blueprint("health", __name__)
LAG_ALLOWED = 500
BACKUP_ALLOWED = dt.timedelta(hours=50)  # every night, and one that failed
ROOM_WANTED = 1024**3
SILENCE_ALLOWED = dt.timedelta(seconds=60)


class Beat(Model):
    """The last sign of life of the job process."""

    __tablename__ = "beat"
    name: so.Mapped[str] = so.mapped_column(sa.String(20), primary_key=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


def beat() -> None:
    """Leave a sign of life."""
    with atomic():
        statement = upsert(Beat).values(name="jobs", at=clock.now())
        db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": clock.now()}))


def state() -> dict[str, t.Any]:
    """Return what works and what does not, in words and numbers."""
    try:
        lag = readers.lag()
        last = db.session.scalar(sa.select(Beat.at).where(Beat.name == "jobs"))
        untold = db.session.scalar(sa.select(sa.func.count()).select_from(readers.Untold)) or 0
    except sa.exc.SQLAlchemyError:
        return {"ready": False, "database": "away", "readers": {}, "jobs": "unknown"}
    jobs_ok = last is not None and clock.now() - last < SILENCE_ALLOWED
    good = jobs_ok and all(behind <= LAG_ALLOWED for behind in lag.values())
    return {
        "ready": good,
        "database": "ok",
        "readers": lag,
        "untold": untold,
        "jobs": "ok" if jobs_ok else "silent",
    }


class Upkeep(t.NamedTuple):
    """What an operator looks after: when the last backup was made, and how much room is left."""

    backup: dt.datetime | None
    backup_good: bool
    missing: int  # files that the last backup did not find
    room: int
    room_good: bool


def upkeep() -> Upkeep:
    """Return the age of the last backup and the room where the installation writes."""
    last = running.last()
    made = dt.datetime.fromisoformat(last["at"]) if last else None
    missing = last.get("missing", 0)
    folder = pathlib.Path(setting("INSTANCE_DIR"))
    disk = shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists()))
    fresh = made is not None and clock.now() - made < BACKUP_ALLOWED
    return Upkeep(
        made, fresh and not missing, missing, disk.free, disk.free > max(ROOM_WANTED, disk.total // 20)
    )


@bp.get("/healthz")
@public
@ungated
def alive() -> Response:
    """Answer as long as the web process turns. Asks nothing."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
@ungated
def ready() -> tuple[Response, int]:
    """Answer 200 when everything works, else 503, with the parts by name."""
    found = state()
    return jsonify(found), 200 if found["ready"] else 503


csrf.exempt(bp)
