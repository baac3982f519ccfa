"""where a copy of what lies on the web is kept, and of which day"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("document", sa.Column("archive", sa.String(500), nullable=False, server_default=""))
    op.add_column("document", sa.Column("archived_on", sa.Date()))


def downgrade():
    with op.batch_alter_table("document") as batch:
        batch.drop_column("archived_on")
        batch.drop_column("archive")
