"""words are found by longer beginnings without gathering every word that begins so"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None
COLUMNS = "title_tokens, body_tokens, tags"


def upgrade():
    _read("2 3 4 5 6 7 8")


def downgrade():
    _read("2 3 4")


def _read(prefixes):
    """Make the index of words anew; its triggers stand on the entries and stay. PostgreSQL's needs no lengths."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    bind.exec_driver_sql("DROP TABLE search_fts")
    bind.exec_driver_sql(
        f"CREATE VIRTUAL TABLE search_fts USING fts5({COLUMNS}, content='search_entry', content_rowid='id', "
        f"tokenize='unicode61 remove_diacritics 2', prefix='{prefixes}')"
    )
    bind.exec_driver_sql("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")
