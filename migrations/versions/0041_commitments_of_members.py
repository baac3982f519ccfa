"""which commitments of a plan of action people and organisations work on"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None
TABLES = ("person", "organisation")


def upgrade():
    for table in TABLES:
        op.add_column(table, sa.Column("commitments", sa.String(30), nullable=False, server_default=""))


def downgrade():
    for table in TABLES:
        op.drop_column(table, "commitments")
