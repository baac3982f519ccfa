"""A restored database is built beside the present one and takes its place in one step, when it is whole.

SQLite: a second file, renamed. PostgreSQL: a second schema, renamed. A restore that is killed or fails has changed
nothing; what it left behind is thrown away by the next one.
"""

import contextlib
import fcntl
import os
import pathlib
import typing as t

import sqlalchemy as sa
from alembic import command
from flask import current_app

from app.core.backup.archive import Refused
from app.core.database import is_sqlite, setting
from app.extensions import db

SCHEMA, OLD = "restoring", "before_restore"
PARTS = ("", "-wal", "-shm")


class Beside:
    """The database that is being built."""

    def __init__(self) -> None:
        url = db.engine.url
        self.path = pathlib.Path(url.database or "") if is_sqlite() else None
        if self.path:
            self.url = url.set(database=f"{self.path}.restoring")
        else:
            asked = str(url.query.get("options", ""))
            self.url = url.update_query_dict({"options": f"{asked} -csearch_path={SCHEMA}".strip()})

    def begin(self) -> None:
        """Make room, without what an earlier restore may have left."""
        self.throw_away()
        if self.path:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            _run(f"CREATE SCHEMA {SCHEMA}")

    def migrate(self, step: str) -> None:
        """Bring it to a step."""
        config = current_app.extensions["migrate"].migrate.get_config()
        with self.connection() as line:
            config.attributes["connection"] = line
            command.upgrade(config, step)

    @contextlib.contextmanager
    def connection(self) -> t.Iterator[sa.Connection]:
        """Lend a connection to it."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.connect() as line:
            yield line

    def take_place(self) -> None:
        """Put it where the present one is, which is gone then."""
        db.session.remove()
        if self.path:
            for lend in (
                self.connection,
                db.engine.connect,
            ):  # what still stands in their logs goes into the files
                with lend() as line:
                    line.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
            for part in PARTS[1:]:
                pathlib.Path(f"{self.path}{part}").unlink(missing_ok=True)
            os.replace(f"{self.path}.restoring", self.path)
        else:
            names = f"ALTER SCHEMA public RENAME TO {OLD}", f"ALTER SCHEMA {SCHEMA} RENAME TO public"
            _run(*names, f"DROP SCHEMA {OLD} CASCADE")
            db.engine.dispose()

    def throw_away(self) -> None:
        """Remove what was built."""
        if self.path:
            for part in PARTS:
                pathlib.Path(f"{self.path}.restoring{part}").unlink(missing_ok=True)
        else:
            _run(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def _run(*statements: str) -> None:
    """Run statements on the present PostgreSQL database, all or none."""
    db.session.remove()
    try:
        with db.engine.begin() as line:
            for statement in statements:
                line.exec_driver_sql(statement)
    except sa.exc.ProgrammingError as error:
        raise Refused(
            f"The role of DATABASE_URL has to own its database. Nothing was changed. ({error.orig})"
        ) from None


def nobody_else() -> None:
    """Refuse while the site runs on this database."""
    lock = pathlib.Path(setting("INSTANCE_DIR"), "web.lock")
    if lock.exists():
        with lock.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Refused("The site is running: stop it, restore, start it again.") from None
    if not is_sqlite():
        db.session.remove()
        db.engine.dispose()
        with db.engine.connect() as line:
            others = line.scalar(sa.text(_OTHERS))
        if others:
            raise Refused(
                f"The database is in use ({others} connections): stop the site, restore, start it again."
            )


_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
