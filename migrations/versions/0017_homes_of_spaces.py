"""homes of spaces: what is pinned, and since when a space is archived"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("space", sa.Column("archived", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "space_pin",
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_space_pin_space_id_space")),
        sa.PrimaryKeyConstraint("space_id", "ref", name=op.f("pk_space_pin")),
    )


def downgrade():
    op.drop_table("space_pin")
    op.execute("DELETE FROM site_value WHERE name = 'archived_spaces'")
    with op.batch_alter_table("space", recreate="never") as batch_op:
        batch_op.drop_column("archived")
