"""One migration history for both databases: up, down, up; and the models say what the tables are."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from app import keep_out_of_migrations
from app.extensions import db


def tables(engine):
    """Names of the tables, without the shadows that FTS5 keeps."""
    found = set(sa.inspect(engine).get_table_names())
    return {name for name in found if not name.startswith("search_fts")} - {"alembic_version"}


def test_up_down_up(app):
    with app.app_context():
        before = tables(db.engine)
        assert "activity" in before
        downgrade(revision="base")
        db.engine.dispose()
        assert tables(db.engine) == set()
        upgrade()
        db.engine.dispose()
        assert tables(db.engine) == before


def test_one_step_back_and_forth(app):
    with app.app_context():
        downgrade(revision="-1")
        upgrade()
        db.engine.dispose()


def test_the_models_agree_with_the_tables(app):
    options = {"compare_type": True, "include_object": keep_out_of_migrations}
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []
