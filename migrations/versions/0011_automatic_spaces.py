"""spaces whose members follow from their organisations: the rule, and how somebody came in"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("space", sa.Column("rule", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("membership", sa.Column("how", sa.String(length=8), nullable=False, server_default=""))


def downgrade():
    op.execute("DELETE FROM membership WHERE state = 'out'")
    with op.batch_alter_table("membership", recreate="never") as batch_op:
        batch_op.drop_column("how")
    with op.batch_alter_table("space", recreate="never") as batch_op:
        batch_op.drop_column("rule")
