"""the words of the search index: FTS5 on SQLite, a tsvector on PostgreSQL"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = "title_tokens, body_tokens"
SQLITE = (
    f"CREATE VIRTUAL TABLE search_fts USING fts5({COLUMNS}, content='search_entry', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    f"CREATE TRIGGER search_fts_in AFTER INSERT ON search_entry BEGIN INSERT INTO search_fts(rowid, {COLUMNS}) "
    "VALUES (new.id, new.title_tokens, new.body_tokens); END",
    f"CREATE TRIGGER search_fts_out AFTER DELETE ON search_entry BEGIN INSERT INTO search_fts(search_fts, rowid, "
    f"{COLUMNS}) VALUES ('delete', old.id, old.title_tokens, old.body_tokens); END",
    f"CREATE TRIGGER search_fts_new AFTER UPDATE OF {COLUMNS} ON search_entry BEGIN "
    f"INSERT INTO search_fts(search_fts, rowid, {COLUMNS}) VALUES ('delete', old.id, old.title_tokens, "
    f"old.body_tokens); INSERT INTO search_fts(rowid, {COLUMNS}) VALUES (new.id, new.title_tokens, "
    "new.body_tokens); END",
)
POSTGRESQL = (
    "ALTER TABLE search_entry ADD COLUMN tsv tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple', title_tokens), 'A') || setweight(to_tsvector('simple', body_tokens), 'B')"
    ") STORED",
    "CREATE INDEX ix_search_tsv ON search_entry USING gin (tsv)",
)


def upgrade():
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_fts")
        for name in ("in", "out", "new"):
            op.execute(f"DROP TRIGGER IF EXISTS search_fts_{name}")
    else:
        op.execute("DROP INDEX ix_search_tsv")
        op.execute("ALTER TABLE search_entry DROP COLUMN tsv")
