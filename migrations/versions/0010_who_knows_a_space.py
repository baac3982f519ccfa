"""spaces: who knows them by name; what only those inside saw is called hidden"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("space", sa.Column("known_id", NUMBER, nullable=True))
    # Nobody outside knew of a private space: that is now the word "hidden", and "private" says a little more.
    op.execute("UPDATE space SET sight = 'hidden' WHERE sight = 'private'")


def downgrade():
    op.execute("UPDATE space SET sight = 'private' WHERE sight IN ('hidden', 'coalition')")
    op.execute("UPDATE space SET joining = 'invite' WHERE joining = 'automatic'")
    op.execute("UPDATE space SET form = 'group' WHERE form = 'chapter'")
    op.drop_column("space", "known_id")
