"""themes that became others: their addresses lead on"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("theme", sa.Column("into_id", NUMBER, nullable=True))


def downgrade():
    with op.batch_alter_table("theme", recreate="never") as batch_op:
        batch_op.drop_column("into_id")
