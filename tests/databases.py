"""A migrated database of its own for each test, on SQLite or PostgreSQL.

A copy of a migrated template, not a rollback: a rollback would hide commits from readers, relay and other processes.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import uuid

import sqlalchemy as sa

ROOT = pathlib.Path(__file__).parent.parent
ON_POSTGRES = os.environ.get("TEST_DATABASE") == "postgresql"
SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql://root@127.0.0.1/postgres")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


def server_url(name: str) -> str:
    """Return the address of a database on the test server."""
    return sa.make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def _admin() -> sa.Engine:
    url = sa.make_url(SERVER).set(drivername="postgresql+psycopg")
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


def on_server(*statements: str) -> None:
    """Run statements on the test server, outside any transaction."""
    with _admin().connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def migrated(url: str, folder: pathlib.Path) -> None:
    """Bring an empty database to the newest step, in a process of its own."""
    environ = {**os.environ, "FLASK_SKIP_DOTENV": "1", "DATABASE_URL": url, "INSTANCE_DIR": str(folder)}
    environ |= {"FLASK_APP": "wsgi:app", "LOG_LEVEL": "WARNING", "REDIS_URL": ""}
    command = [sys.executable, "-m", "flask", "db", "upgrade"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Template:
    """The migrated database that the tests of one worker are copied from."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self.name = folder, f"convivio_test_{WORKER}_{uuid.uuid4().hex[:6]}"
        self.url = server_url(self.name) if ON_POSTGRES else f"sqlite:///{folder}/template.db"
        if ON_POSTGRES:
            on_server(f'CREATE DATABASE "{self.name}"')
        migrated(self.url, folder)

    @contextlib.contextmanager
    def copy(self, folder: pathlib.Path):
        """Lend a copy: its address."""
        if not ON_POSTGRES:
            shutil.copy(self.folder / "template.db", folder / "test.db")
            yield f"sqlite:///{folder}/test.db"
            return
        name = f"{self.name}_{uuid.uuid4().hex[:8]}"
        on_server(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
        try:
            yield server_url(name)
        finally:
            on_server(f'DROP DATABASE "{name}" WITH (FORCE)')

    def drop(self) -> None:
        """Remove the template."""
        if ON_POSTGRES:
            on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
