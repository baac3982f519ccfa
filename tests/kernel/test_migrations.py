"""One migration history for both databases: up, down, up; and the models say what the tables are."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from app.cli import keep_out_of_migrations
from app.extensions import db


def tables(engine):
    """Names of the tables, without the shadows that FTS5 keeps."""
    found = set(sa.inspect(engine).get_table_names())
    return {name for name in found if not name.startswith("search_fts")} - {"alembic_version"}


@pytest.mark.own_database
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


@pytest.mark.own_database
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


def test_languages_that_people_spoke_before_levels_are_carried_over(app):
    with app.app_context():
        downgrade(revision="0002")
        with db.engine.begin() as connection:
            row = {
                "audience_id": 1,
                "email": "a@b.example",
                "handle": "a",
                "name": "A",
                "speaks": '["fr", "ar"]',
            }
            rest = dict.fromkeys(("password", "language", "timezone", "theme", "about"), "")
            rest |= {"state": "active", "unread": 0, "unread_threads": 0, "at": "2026-01-01"}
            rest |= dict.fromkeys(("shortcuts", "presence", "steward", "moderator"), False)
            values = {**row, **rest}
            connection.exec_driver_sql("INSERT INTO audience (id, key) VALUES (1, 'members')")
            names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
            connection.execute(sa.text(f"INSERT INTO person ({names}) VALUES ({marks})"), values)
        upgrade()
        spoken = sa.text("SELECT code, level, place FROM person_language ORDER BY place")
        with db.engine.connect() as connection:
            assert connection.execute(spoken).all() == [("fr", "", 0), ("ar", "", 1)]
        downgrade(revision="0002")
        with db.engine.connect() as connection:
            kept = connection.exec_driver_sql("SELECT speaks FROM person").scalar_one()
        assert kept in ('["fr", "ar"]', ["fr", "ar"])
        upgrade()
        db.engine.dispose()


def test_lines_of_before_are_found_under_their_person(app):
    with app.app_context():
        downgrade(revision="0038")
        with db.engine.begin() as connection:
            for number, data in ((1, '{"person_id": 7}'), (2, "{}")):
                connection.execute(
                    sa.text(
                        "INSERT INTO audit_entry (id, at, act, ref, data, salt, data_seal, seal)"
                        " VALUES (:id, '2026-01-01', 'space.role', 'space:1', :data, '', '', '')"
                    ),
                    {"id": number, "data": data},
                )
        upgrade()
        with db.engine.connect() as connection:
            found = connection.execute(sa.text("SELECT entry_id, ref FROM audit_mention")).all()
        db.engine.dispose()
        assert [tuple(row) for row in found] == [(1, "person:7")]
