"""a seat that was handed over is kept for its next holder"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("seat", sa.Column("handed", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade():
    with op.batch_alter_table("seat", recreate="never") as batch_op:
        batch_op.drop_column("handed")
