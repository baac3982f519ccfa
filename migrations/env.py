"""Runs the migrations on the database that the app is set to, or on a connection that is handed over (a restore).

One history for SQLite and PostgreSQL.
"""

import contextlib

from alembic import context
from flask import current_app

from app.core.database import UtcDateTime

settings = current_app.extensions["migrate"]
database = settings.db


def render_item(kind, thing, _context):
    """Write our time type as what the database has, so that old steps do not depend on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


def leave_out_empty(_context, _revision, directives):
    """Make no file where nothing has changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run():
    """Apply the steps, each in its own transaction."""
    arguments = {**settings.configure_args, "render_item": render_item}
    arguments.setdefault("process_revision_directives", leave_out_empty)
    given = context.config.attributes.get("connection")
    with contextlib.nullcontext(given) if given is not None else database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=database.metadata, **arguments)
        with context.begin_transaction():
            context.run_migrations()


run()
