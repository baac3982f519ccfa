"""calendars elsewhere: mails that tell them of an event, events from files, calendars that a space shows"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("outbox_mail", sa.Column("invitation", sa.Text(), nullable=False, server_default=""))
    op.add_column("event_answer", sa.Column("mail_at", sa.DateTime(timezone=True)))
    op.add_column("event_answer", sa.Column("mailed", NUMBER))
    op.add_column("event_answer", sa.Column("holds", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_event_answer_mail_at", "event_answer", ["mail_at"])
    _batches()
    _borrowed()


def _batches():
    op.create_table(
        "event_batch",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("readers", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("done", NUMBER, nullable=False),
        sa.Column("total", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_event_batch_audience_id_audience")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_batch_person_id_person")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_event_batch_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_batch")),
    )
    for name in ("person_id", "space_id", "state"):
        op.create_index(op.f(f"ix_event_batch_{name}"), "event_batch", [name])
    op.create_table(
        "event_item",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("batch_id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=40), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("before", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["event_batch.id"], name=op.f("fk_event_item_batch_id_event_batch")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_item_event_id_event")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_event_item_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_item")),
    )
    for name in ("batch_id", "event_id"):
        op.create_index(op.f(f"ix_event_item_{name}"), "event_item", [name])
    op.create_index("ix_event_item_space_id_key", "event_item", ["space_id", "key"])


def _borrowed():
    op.create_table(
        "outside_calendar",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("modified", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("misses", NUMBER, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched", sa.DateTime(timezone=True)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_outside_calendar_audience_id_audience")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_outside_calendar_person_id_person")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_outside_calendar_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_calendar")),
    )
    for name in ("next_at", "person_id", "space_id"):
        op.create_index(op.f(f"ix_outside_calendar_{name}"), "outside_calendar", [name])
    op.create_table(
        "outside_event",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("calendar_id", NUMBER, nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["outside_calendar.id"],
            name=op.f("fk_outside_event_calendar_id_outside_calendar"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_event")),
    )
    op.create_index(op.f("ix_outside_event_calendar_id"), "outside_event", ["calendar_id"])
    op.create_index("ix_outside_event_starts_id", "outside_event", ["starts", "id"])


def downgrade():
    op.drop_table("outside_event")
    op.drop_table("outside_calendar")
    op.drop_table("event_item")
    op.drop_table("event_batch")
    op.drop_index("ix_event_answer_mail_at", "event_answer")
    for name in ("holds", "mailed", "mail_at"):
        op.drop_column("event_answer", name)
    op.drop_column("outbox_mail", "invitation")
