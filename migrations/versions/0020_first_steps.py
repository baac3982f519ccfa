"""the first steps of who has just come in"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("person", sa.Column("welcome", sa.String(length=60), nullable=False, server_default=""))


def downgrade():
    op.drop_column("person", "welcome")
