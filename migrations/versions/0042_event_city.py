"""the member city in which an event takes place, so that it stands on the map"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("event", sa.Column("city_id", NUMBER, nullable=True))


def downgrade():
    op.drop_column("event", "city_id")
