"""goals of events and joint actions, and what is said of meetings that actions come from"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None
WIDTHS = {"sdgs": 60, "commitments": 30}
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SAID = (("convened", sa.String(200)), ("detail", sa.Text()), ("html", sa.Text()), ("aims", sa.Text()), ("attended", sa.Text()))


def upgrade():
    for table in ("event", "joint_action"):
        for name, width in WIDTHS.items():
            op.add_column(table, sa.Column(name, sa.String(width), nullable=False, server_default=""))


    op.add_column("event", sa.Column("followed_up", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name, kind in SAID:
        op.add_column("action_origin", sa.Column(name, kind, nullable=False, server_default=""))
    for name in ("renderer", "version"):
        op.add_column("action_origin", sa.Column(name, NUMBER, nullable=False, server_default="0"))
    op.add_column("action_origin", sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name, width in (("reached_on", 10), ("said", 300)):
        op.add_column("action_milestone", sa.Column(name, sa.String(width), nullable=False, server_default=""))


def downgrade():
    for name in ("said", "reached_on"):
        op.drop_column("action_milestone", name)
    for name in ("removed", "version", "renderer", *(name for name, _kind in reversed(SAID))):
        op.drop_column("action_origin", name)
    op.drop_column("event", "followed_up")
    for table in ("event", "joint_action"):
        for name in reversed(WIDTHS):
            op.drop_column(table, name)
