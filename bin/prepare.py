"""Between the installation and the start, in one go: the settings, the database's state, the demo network.

Imports the app once, because a second start must take a few seconds only.
"""

import contextlib
import fcntl
import io
import logging
import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.core import site
from app.extensions import db
from config import SettingError


def main() -> None:
    """Bring the instance to where it can be served, one start at a time."""
    app = create_app()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context(), alone(app):
        bring_up_to_date(app)
        if not somebody():
            fill(app)
        elif not somebody("active"):
            invite(app)
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


def somebody(state: str = "") -> bool:
    """There is a person, or one in a certain state."""
    condition = "where state = :state" if state else ""
    return (
        db.session.execute(sa.text(f"select 1 from person {condition} limit 1"), {"state": state}).first()
        is not None
    )


def fill(app: Flask) -> None:
    """An empty database gets the demo network, or an invitation for its first steward."""
    if app.config["DEMO"] == "no":
        invite(app)
        return
    print("Filling the database with the demo network (up to a minute)", flush=True)
    with contextlib.redirect_stdout(io.StringIO()):
        run(app, "demo")  # it keeps the sign-ins in the instance folder


def invite(app: Flask) -> None:
    """Print a link that makes the first steward, again at each start until somebody has taken it up."""
    address = os.environ.get("CONVIVIO_STEWARD") or f"steward@{own_host(app)}"
    print(f"Nobody has an account yet. This link makes the first steward, {address}:", flush=True)
    run(app, "make-steward", address)


def own_host(app: Flask) -> str:
    """The host that people type, when it has a name; a mail address needs one."""
    host = urlsplit(app.config["BASE_URL"]).hostname or ""
    return host if re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}", host) else "example.org"


def run(app: Flask, command: str, *words: str) -> None:
    """One of our `flask` commands, in this process."""
    app.cli.commands[command].main(args=list(words), standalone_mode=False)


def tell(app: Flask) -> None:
    """The sign-ins again at every start, while the demo network stands."""
    kept = Path(app.config["INSTANCE_DIR"]) / "demo-sign-ins.txt"
    if site.is_demo() and kept.exists():
        print(kept.read_text(encoding="utf-8").strip(), flush=True)


if __name__ == "__main__":
    try:
        main()
    except SettingError as error:
        sys.exit(print(error, file=sys.stderr) or 2)
    except sa.exc.OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        sys.exit(print(f"DATABASE_URL: the database does not answer: {reason}", file=sys.stderr) or 2)
