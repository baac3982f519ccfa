"""the member city in which an event takes place, so that it stands on the map"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("event", sa.Column("city_id", sa.Integer(), nullable=True))


def downgrade():
    op.drop_column("event", "city_id")
