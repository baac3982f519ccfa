"""Counts the statements that are sent to the database."""

import contextlib

import sqlalchemy as sa

from app.extensions import db


@contextlib.contextmanager
def statements():
    """Collect the statements of the block. Needs an app context, for the engine."""
    said = []

    def heard(_connection, _cursor, statement, *_rest):
        said.append(statement)

    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", heard)
