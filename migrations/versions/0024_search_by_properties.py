"""the index knows properties, parts and times of things; synonyms and kept searches"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "ix_search_entry_came": ["came"],
    "ix_search_entry_waits_id": ["waits_id"],
    "ix_search_entry_id_audience_id": ["id", "audience_id"],
}
NEW, OLD = ("title_tokens", "body_tokens", "tags"), ("title_tokens", "body_tokens")


def _columns():
    return (
        sa.Column("author_id", NUMBER),
        sa.Column("waits_id", NUMBER),
        sa.Column("part", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("more", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("tags", sa.Text(), nullable=False, server_default=""),
        sa.Column("came", sa.DateTime(timezone=True)),
    )


def upgrade():
    _unread()
    for column in _columns():
        op.add_column("search_entry", column)
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "search_entry", columns)
    _read(NEW, "2 3 4")
    _described_anew("1")
    op.create_table(
        "synonym",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym")),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("looked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_search_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("token", name=op.f("uq_saved_search_token")),
    )
    op.create_index(op.f("ix_saved_search_person_id"), "saved_search", ["person_id"])


def downgrade():
    op.drop_table("saved_search")
    op.drop_table("synonym")
    op.execute("DELETE FROM site_value WHERE name IN ('search_index', 'search_words')")
    op.execute("DELETE FROM search_entry")  # `flask reindex` describes everything as it was
    _unread()
    for name in INDEXES:
        op.drop_index(op.f(name), table_name="search_entry")
    for column in reversed(_columns()):
        op.drop_column("search_entry", column.name)
    _read(OLD, "2 3")


def _is_sqlite():
    return op.get_bind().dialect.name == "sqlite"


def _unread():
    """Without the words: nothing follows the rows while the table changes."""
    if _is_sqlite():
        for name in ("in", "out", "new"):
            op.execute(f"DROP TRIGGER search_fts_{name}")
        op.execute("DROP TABLE search_fts")
    else:
        op.execute("DROP INDEX ix_search_tsv")
        op.execute("ALTER TABLE search_entry DROP COLUMN tsv")


def _read(names, prefixes):
    bind = op.get_bind()
    for statement in _for_sqlite(names, prefixes) if _is_sqlite() else _for_postgresql(names):
        bind.exec_driver_sql(statement)


def _for_sqlite(names, prefixes):
    columns = ", ".join(names)
    new, old = (", ".join(f"{row}.{name}" for name in names) for row in ("new", "old"))
    put = f"INSERT INTO search_fts(rowid, {columns}) VALUES (new.id, {new});"
    take = f"INSERT INTO search_fts(search_fts, rowid, {columns}) VALUES ('delete', old.id, {old});"
    return (
        f"CREATE VIRTUAL TABLE search_fts USING fts5({columns}, content='search_entry', content_rowid='id', "
        f"tokenize='unicode61 remove_diacritics 2', prefix='{prefixes}')",
        f"CREATE TRIGGER search_fts_in AFTER INSERT ON search_entry BEGIN {put} END",
        f"CREATE TRIGGER search_fts_out AFTER DELETE ON search_entry BEGIN {take} END",
        f"CREATE TRIGGER search_fts_new AFTER UPDATE OF id, {columns} ON search_entry BEGIN {take} {put} END",
        "INSERT INTO search_fts(search_fts) VALUES ('rebuild')",
    )


def _for_postgresql(names):
    if names == OLD:
        words = (
            "setweight(to_tsvector('simple', title_tokens), 'A') || "
            "setweight(to_tsvector('simple', body_tokens), 'B')"
        )
    else:  # what stands between keeps words of two texts from being a phrase
        words = "to_tsvector('simple', title_tokens || ' ß ' || body_tokens || ' ß ' || tags)"
    return (
        f"ALTER TABLE search_entry ADD COLUMN tsv tsvector GENERATED ALWAYS AS ({words}) STORED",
        "CREATE INDEX ix_search_tsv ON search_entry USING gin (tsv)",
    )


def _described_anew(version):
    """The job process describes what is there in the new way, a few at a time."""
    op.execute(
        f"INSERT INTO site_value (name, value) SELECT 'search_index', '{version}' "
        "WHERE EXISTS (SELECT 1 FROM search_entry)"
    )
