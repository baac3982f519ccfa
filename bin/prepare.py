"""Between the installation and the start, in one go: the settings, the database's state, the demo network.

Imports the app once, because a second start must take a few seconds only.
"""

import contextlib
import fcntl
import io
import logging
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from config import SettingError


def main() -> None:
    """Bring the instance to where it can be served, one start at a time."""
    app = create_app()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context(), alone(app):
        bring_up_to_date(app)
        if is_empty():
            fill(app)
        tell(app)


@contextlib.contextmanager
def alone(app: Flask):
    """Two servers that start at once on one database do not both build it."""
    with open(Path(app.config["INSTANCE_DIR"]) / "prepare.lock", "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if db.engine.dialect.name == "sqlite":
            yield
            return
        with db.engine.connect() as connection:
            connection.execute(sa.text("select pg_advisory_lock(7300)"))
            connection.commit()
            yield
            connection.execute(sa.text("select pg_advisory_unlock(7300)"))


def bring_up_to_date(app: Flask) -> None:
    """Run the migrations, when there are any to run."""
    history = ScriptDirectory.from_config(app.extensions["migrate"].migrate.get_config())
    with db.engine.connect() as connection:
        now = set(MigrationContext.configure(connection).get_current_heads())
    known = {revision.revision for revision in history.walk_revisions()}
    if now - known:
        raise SettingError("DATABASE_URL leads to a database of a newer Convivio: update this copy first.")
    if now != set(history.get_heads()):
        print("Bringing the database up to date")
        upgrade()


def is_empty() -> bool:
    """Nobody has an account yet."""
    return db.session.execute(sa.text("select 1 from person limit 1")).first() is None


def fill(app: Flask) -> None:
    """An empty database gets the demo network, or a link for its first steward."""
    if app.config["DEMO"] == "no":
        print("A new network, empty. This link makes its first steward:")
        run(app, "make-steward")
        return
    print("Filling the database with the demo network (up to a minute)")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        run(app, "demo")
    keep(sign_ins(app), said.getvalue())


def run(app: Flask, command: str) -> None:
    """One of our `flask` commands, in this process."""
    app.cli.commands[command].main(args=[], standalone_mode=False)


def sign_ins(app: Flask) -> Path:
    """Where the sign-ins of the demo network are kept."""
    return Path(app.config["INSTANCE_DIR"]) / "demo-sign-ins.txt"


def keep(path: Path, text: str) -> None:
    """Write what only this user may read, unless the command has done so itself."""
    with contextlib.suppress(FileExistsError):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)


def tell(app: Flask) -> None:
    """The sign-ins again at every start, while the demo network stands."""
    if app.config["DEMO"] != "no" and sign_ins(app).exists():
        print(sign_ins(app).read_text().strip(), flush=True)


if __name__ == "__main__":
    try:
        main()
    except SettingError as error:
        sys.exit(print(error, file=sys.stderr) or 2)
    except sa.exc.OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        sys.exit(print(f"DATABASE_URL: the database does not answer: {reason}", file=sys.stderr) or 2)
