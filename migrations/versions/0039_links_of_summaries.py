"""whether the links of one's summary sign in"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("notice_plan", sa.Column("signs_in", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade():
    op.drop_column("notice_plan", "signs_in")
