"""what was brought over from elsewhere: batches, and what each of them made"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "past_batch",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("how", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("done", NUMBER, nullable=False),
        sa.Column("total", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_past_batch_by_id_person")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_past_batch_space_id_space")),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_past_batch_audience_id_audience")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_batch")),
    )
    for name in ("by_id", "space_id", "state"):
        op.create_index(op.f(f"ix_past_batch_{name}"), "past_batch", [name])
    op.create_table(
        "past_item",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("batch_id", NUMBER, nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["past_batch.id"], name=op.f("fk_past_item_batch_id_past_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_item")),
        sa.UniqueConstraint("key", name=op.f("uq_past_item_key")),
    )
    for name in ("batch_id", "ref"):
        op.create_index(op.f(f"ix_past_item_{name}"), "past_item", [name])


def downgrade():
    op.drop_table("past_item")
    op.drop_table("past_batch")
