"""goals and commitments of events and joint actions"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None
WIDTHS = {"sdgs": 60, "commitments": 30}


def upgrade():
    for table in ("event", "joint_action"):
        for name, width in WIDTHS.items():
            op.add_column(table, sa.Column(name, sa.String(width), nullable=False, server_default=""))


def downgrade():
    for table in ("event", "joint_action"):
        for name in reversed(WIDTHS):
            op.drop_column(table, name)
