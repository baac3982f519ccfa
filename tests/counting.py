"""Counts the statements that are sent to the database."""

import contextlib

import sqlalchemy as sa

from app.extensions import db


@contextlib.contextmanager
def statements(engine=None):
    """Collect the statements of the block. Without an engine it needs an app context."""
    said = []

    def heard(_connection, _cursor, statement, *_rest):
        said.append(statement)

    engine = engine or db.engine
    sa.event.listen(engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", heard)
