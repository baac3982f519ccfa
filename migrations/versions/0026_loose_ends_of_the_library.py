"""room for all languages of a document; how often in a row its address on the web was not found"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("document", sa.Column("link_missed", NUMBER, nullable=False, server_default="0"))
    _languages(sa.Text(), "languages")
    op.execute(  # people are described with their members: the job process does it, a few at a time
        "INSERT INTO site_value (name, value) SELECT 'search_index', '2' WHERE EXISTS (SELECT 1 FROM search_entry) "
        "AND NOT EXISTS (SELECT 1 FROM site_value WHERE name = 'search_index')"
    )


def downgrade():
    _languages(sa.String(length=80), "substr(languages, 1, 80)")
    op.drop_column("document", "link_missed")


def _languages(type_, value):
    """Give the column another type. It is made anew: on SQLite, a table that others point to cannot be built again."""
    op.add_column("document", sa.Column("tongues", type_, nullable=False, server_default=""))
    op.execute(f"UPDATE document SET tongues = {value}")
    op.drop_column("document", "languages")
    op.execute("ALTER TABLE document RENAME COLUMN tongues TO languages")
