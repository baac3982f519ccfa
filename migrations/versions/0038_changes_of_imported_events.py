"""which change of an event a file said last"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("event_item", sa.Column("sequence", NUMBER, nullable=False, server_default="0"))


def downgrade():
    op.drop_column("event_item", "sequence")
