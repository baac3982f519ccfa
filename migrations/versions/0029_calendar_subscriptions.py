"""addresses by which people have the calendar in their own"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "calendar_subscription",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("alarm", NUMBER, nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_subscription_person_id_person")),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_calendar_subscription_audience_id_audience")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_calendar_subscription_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_subscription")),
        sa.UniqueConstraint("token", name=op.f("uq_calendar_subscription_token")),
    )
    op.create_index(op.f("ix_calendar_subscription_person_id"), "calendar_subscription", ["person_id"])


def downgrade():
    op.drop_table("calendar_subscription")
