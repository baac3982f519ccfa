"""Bring the database to where it can be served: the migrations, the demo network, the first steward's link.

The slow part of prepare.py, which calls it when there may be something to do.
"""

import contextlib
import fcntl
import io
import logging
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from config import SettingError


def build() -> None:
    """Do what is left to do, one start at a time."""
    app = create_app()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context(), alone(app):
        bring_up_to_date(app)
        if not somebody():
            fill(app)
        elif not somebody("active"):
            invite(app)


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
