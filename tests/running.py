"""The app as the tests run it."""

import contextlib
import pathlib

import sqlalchemy as sa

from app import create_app
from app.core import audience
from app.extensions import db
from tests import compiled


@contextlib.contextmanager
def running(url, folder, waits=False, **settings):
    """An app as in production on this database, with cheap passwords and jobs run at once.

    On SQLite its commits wait for the disk only with `waits`; on PostgreSQL the database says it (see databases.py).
    """
    audience.forget()
    made = create_app(
        **{
            "DATABASE_URL": url,
            "INSTANCE_DIR": str(pathlib.Path(folder, "instance")),
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "JOBS_AT_ONCE": True,
            "ARGON2_TIME": 1,
            "ARGON2_MEMORY": 8,
            "SECRET_KEY": "for-tests-only-not-a-secret",
            "ROLE": "cli",
            **settings,
        }
    )
    made.jinja_env.bytecode_cache = compiled.COMPILED
    if not waits and url.startswith("sqlite"):
        with made.app_context():
            sa.event.listen(db.engine, "connect", without_waiting)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def without_waiting(connection, _record):
    """No test in this process cuts the power."""
    connection.execute("PRAGMA synchronous=OFF").close()
