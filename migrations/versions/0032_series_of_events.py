"""series of events: how they repeat, and which events are times of one; deadlines of the calendar are found by their days"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0025"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "event_series",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("begins", sa.String(length=19), nullable=False),
        sa.Column("length", NUMBER, nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True)),
        sa.Column("next_id", NUMBER),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_series")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_series_uid")),
    )
    op.create_index(op.f("ix_event_series_made"), "event_series", ["made"])
    op.add_column("event", sa.Column("series_id", NUMBER))
    op.add_column("event", sa.Column("recurrence", sa.DateTime(timezone=True)))
    op.add_column("event", sa.Column("apart", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_event_series_id_recurrence", "event", ["series_id", "recurrence"])
    op.create_index(op.f("ix_document_review_by"), "document", ["review_by"])
    op.create_index(op.f("ix_action_milestone_due"), "action_milestone", ["due"])


def downgrade():
    """Each time of a series stays as an event of its own."""
    op.drop_index(op.f("ix_action_milestone_due"), "action_milestone")
    op.drop_index(op.f("ix_document_review_by"), "document")
    op.drop_index("ix_event_series_id_recurrence", "event")
    for name in ("apart", "recurrence", "series_id"):
        op.drop_column("event", name)
    op.execute("DELETE FROM watch WHERE ref LIKE 'series:%'")
    op.drop_table("event_series")
