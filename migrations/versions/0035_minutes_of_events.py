"""minutes of events: texts with their versions, what was decided, amendments"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)


def _columns():
    return (
        sa.Column("minutes", sa.String(length=10), nullable=False, server_default=""),
        sa.Column("minutes_at", WHEN),
        sa.Column("minutes_by_id", NUMBER),
        sa.Column("minutes_by", sa.JSON()),
    )


def upgrade():
    for column in _columns():
        op.add_column("event", column)
    op.create_table(
        "minutes_part",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("row_id", NUMBER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_minutes_part_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_part")),
        sa.UniqueConstraint("event_id", "row_id", name=op.f("uq_minutes_part_event_id_row_id")),
    )
    op.create_table(
        "minutes_version",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("part_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent", sa.Text()),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("by", sa.JSON(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["part_id"], ["minutes_part.id"], name=op.f("fk_minutes_version_part_id_minutes_part")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_version")),
        sa.UniqueConstraint("part_id", "number", name=op.f("uq_minutes_version_part_id_number")),
    )
    op.create_table(
        "minutes_point",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("part_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_minutes_point_event_id_event")),
        sa.ForeignKeyConstraint(
            ["part_id"], ["minutes_part.id"], name=op.f("fk_minutes_point_part_id_minutes_part")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_point")),
    )
    for name in ("event_id", "part_id", "ref"):
        op.create_index(op.f(f"ix_minutes_point_{name}"), "minutes_point", [name])
    op.create_table(
        "minutes_amendment",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("part_id", NUMBER, nullable=False),
        sa.Column("base", NUMBER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("by", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("answered_by_id", NUMBER),
        sa.Column("answered_at", WHEN),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_minutes_amendment_event_id_event")),
        sa.ForeignKeyConstraint(
            ["part_id"], ["minutes_part.id"], name=op.f("fk_minutes_amendment_part_id_minutes_part")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_minutes_amendment_author_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_amendment")),
    )
    for name in ("event_id", "author_id"):
        op.create_index(op.f(f"ix_minutes_amendment_{name}"), "minutes_amendment", [name])


def downgrade():
    for table in ("minutes_amendment", "minutes_point", "minutes_version", "minutes_part"):
        op.drop_table(table)
    for column in reversed(_columns()):
        op.drop_column("event", column.name)
