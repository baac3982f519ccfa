"""A database in the exact migrated state for each test, on SQLite or PostgreSQL.

Committed and then put back, not rolled back: a rollback would hide commits from readers, relay and other processes.
On SQLite each test has a copy of the template; on PostgreSQL the tests of a worker share one database (see
emptied.py), and a test marked `own_database` has a copy: it starts processes, or changes the tables themselves.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import typing as t
import uuid

import sqlalchemy as sa

from tests.emptied import Emptied, may_empty

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
    """A database that the tests of one worker are copied from: migrated and empty, or, from another one, filled.

    `fill` is given the address of the copy; what it returns is kept as `filled`.
    """

    def __init__(self, folder: pathlib.Path, other: "Template | None" = None, fill: t.Any = None) -> None:
        self.folder, self.name = folder, f"convivio_test_{WORKER}_{uuid.uuid4().hex[:6]}"
        self.url = server_url(self.name) if ON_POSTGRES else f"sqlite:///{folder}/template.db"
        if ON_POSTGRES:
            on_server(f'CREATE DATABASE "{self.name}"' + (f' TEMPLATE "{other.name}"' if other else ""))
        elif other:
            shutil.copy(other.folder / "template.db", folder / "template.db")
        if not other:
            migrated(self.url, folder)
        self.filled = fill(self.url) if fill else None
        self.shares = ON_POSTGRES and may_empty(self.url)
        self.shared: Emptied | None = None

    @contextlib.contextmanager
    def lend(self, folder: pathlib.Path):
        """Lend the worker's database in the template's state: its address."""
        if not self.shares:
            with self.copy(folder) as url:
                yield url
            return
        if self.shared and not self.shared.empty():
            self._drop_shared()
        if not self.shared:
            # No test cuts the power of the database server: its commits need not wait for the disk.
            on_server(
                f'CREATE DATABASE "{self.name}_shared" TEMPLATE "{self.name}"',
                f'ALTER DATABASE "{self.name}_shared" SET synchronous_commit = off',
            )
            self.shared = Emptied(server_url(f"{self.name}_shared"))
        yield self.shared.url

    def _drop_shared(self) -> None:
        if self.shared:
            self.shared.close()
            on_server(f'DROP DATABASE IF EXISTS "{self.name}_shared" WITH (FORCE)')
        self.shared = None

    @contextlib.contextmanager
    def copy(self, folder: pathlib.Path):
        """Lend a copy that nobody else has: its address."""
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
        """Remove the template and the shared database."""
        self._drop_shared()
        if ON_POSTGRES:
            on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
