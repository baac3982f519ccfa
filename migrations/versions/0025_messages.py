"""conversations between a few people, and who may write to whom"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0029"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "conversation",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=220)),
        sa.Column("messages", NUMBER, nullable=False),
        sa.Column("last_id", NUMBER, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_conversation_audience_id_audience")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("key", name=op.f("uq_conversation_key")),
    )
    op.create_index(op.f("ix_conversation_last_id"), "conversation", ["last_id"])
    op.create_table(
        "conversation_person",
        sa.Column("conversation_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("newest", NUMBER, nullable=False),
        sa.Column("read", NUMBER, nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("left_at", WHEN),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_conversation_person_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_conversation_person_person_id_person")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "person_id", name=op.f("pk_conversation_person")),
    )
    op.create_index("ix_conversation_person_person_id", "conversation_person", ["person_id"])
    unread = {f"{name}_where": sa.text("newest > read") for name in ("sqlite", "postgresql")}
    op.create_index("ix_conversation_person_unread", "conversation_person", ["person_id"], **unread)
    op.create_table(
        "message",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("conversation_id", NUMBER, nullable=False),
        sa.Column("root", sa.String(length=60), nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("by", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", NUMBER, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("removed_by", sa.String(length=12), nullable=False),
        sa.Column("files", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_message_audience_id_audience")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_message_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("conversation_id", "number", name=op.f("uq_message_conversation_id_number")),
    )
    for name in ("root", "audience_id", "author_id"):
        op.create_index(op.f(f"ix_message_{name}"), "message", [name])
    op.create_table(
        "message_choice",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("who", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_message_choice_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_message_choice")),
    )
    op.create_table(
        "message_block",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("other_id", NUMBER, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_block_person_id_person")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_message_block_other_id_person")),
        sa.PrimaryKeyConstraint("person_id", "other_id", name=op.f("pk_message_block")),
    )
    op.create_index(op.f("ix_message_block_other_id"), "message_block", ["other_id"])


def downgrade():
    """What hangs on conversations goes with them: nobody may find it through anything else."""
    op.execute("DELETE FROM apart WHERE ref LIKE 'message:%'")
    for table in ("notice", "attachment", "search_entry", "outbox_mail", "activity"):
        op.execute(f"DELETE FROM {table} WHERE root LIKE 'conversation:%' OR root LIKE 'message:%'")
    for table in ("message_block", "message_choice", "message", "conversation_person", "conversation"):
        op.drop_table(table)
