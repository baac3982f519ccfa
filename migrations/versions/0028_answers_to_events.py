"""answers to events: who comes, with limits and a waiting list"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0031"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _columns():
    return (
        sa.Column("seats_here", NUMBER),
        sa.Column("seats_online", NUMBER),
        sa.Column("per_house", NUMBER),
        sa.Column("answered", NUMBER, nullable=False, server_default="0"),
    )


def upgrade():
    for column in _columns():
        op.add_column("event", column)
    op.create_table(
        "event_answer",
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER),
        sa.Column("word", sa.String(length=8), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("reminded", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_answer_event_id_event")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_answer_person_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_event_answer_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("event_id", "person_id", name=op.f("pk_event_answer")),
    )
    op.create_index("ix_event_answer_event_id_state_since", "event_answer", ["event_id", "state", "since"])
    op.create_index("ix_event_answer_until", "event_answer", ["until"])
    op.create_index(op.f("ix_event_answer_person_id"), "event_answer", ["person_id"])


def downgrade():
    op.drop_table("event_answer")
    for column in reversed(_columns()):
        op.drop_column("event", column.name)
