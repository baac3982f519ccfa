"""who reads a version at the moment, and what is known of its file beside its pages"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("document_version", sa.Column("claimed", sa.DateTime(timezone=True), nullable=True))
    op.add_column("document_version", sa.Column("found", sa.JSON(), nullable=False, server_default="{}"))


def downgrade():
    op.drop_column("document_version", "found")
    op.drop_column("document_version", "claimed")
