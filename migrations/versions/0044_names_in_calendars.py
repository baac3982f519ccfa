"""under which name somebody's calendar has an event"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("event_answer", sa.Column("held_as", sa.JSON(), nullable=True))


def downgrade():
    op.drop_column("event_answer", "held_as")
