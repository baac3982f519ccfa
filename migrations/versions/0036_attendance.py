"""questions to those who come to an event, who was there, and finding a date"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "event_question",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("hint", sa.String(length=300), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("after_id", NUMBER, nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_question_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_question")),
    )
    op.create_index(op.f("ix_event_question_event_id"), "event_question", ["event_id"])
    op.create_table(
        "event_reply",
        sa.Column("question_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("asked", sa.String(length=300), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_reply_event_id_event")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_reply_person_id_person")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["event_question.id"], name=op.f("fk_event_reply_question_id_event_question")
        ),
        sa.PrimaryKeyConstraint("question_id", "person_id", name=op.f("pk_event_reply")),
    )
    op.create_index(op.f("ix_event_reply_event_id"), "event_reply", ["event_id"])
    op.create_index(op.f("ix_event_reply_person_id"), "event_reply", ["person_id"])
    op.add_column("event", sa.Column("published", sa.String(length=12), nullable=False, server_default="readers"))
    op.add_column("event_answer", sa.Column("came", sa.DateTime(timezone=True)))
    op.create_table(
        "event_guest",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("house", sa.String(length=120), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_event_guest_by_id_person")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_guest_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_guest")),
    )
    op.create_index(op.f("ix_event_guest_by_id"), "event_guest", ["by_id"])
    op.create_index(op.f("ix_event_guest_event_id"), "event_guest", ["event_id"])
    op.create_table(
        "time_poll",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER),
        sa.Column("by", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", NUMBER, nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("minutes", NUMBER, nullable=False),
        sa.Column("closes", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", NUMBER),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_time_poll_audience_id_audience")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_time_poll_author_id_person")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_time_poll_event_id_event")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_time_poll_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_time_poll_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_poll")),
    )
    for name in ("author_id", "closes", "space_id"):
        op.create_index(op.f(f"ix_time_poll_{name}"), "time_poll", [name])
    op.create_table(
        "time_option",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("poll_id", NUMBER, nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["time_poll.id"], name=op.f("fk_time_option_poll_id_time_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_option")),
    )
    op.create_index(op.f("ix_time_option_poll_id"), "time_option", ["poll_id"])
    op.create_table(
        "time_vote",
        sa.Column("option_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("poll_id", NUMBER, nullable=False),
        sa.Column("word", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["option_id"], ["time_option.id"], name=op.f("fk_time_vote_option_id_time_option")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_time_vote_person_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["time_poll.id"], name=op.f("fk_time_vote_poll_id_time_poll")),
        sa.PrimaryKeyConstraint("option_id", "person_id", name=op.f("pk_time_vote")),
    )
    op.create_index(op.f("ix_time_vote_person_id"), "time_vote", ["person_id"])
    op.create_index(op.f("ix_time_vote_poll_id"), "time_vote", ["poll_id"])


def downgrade():
    op.drop_table("time_vote")
    op.drop_table("time_option")
    op.drop_table("time_poll")
    op.drop_table("event_guest")
    op.drop_column("event_answer", "came")
    op.drop_column("event", "published")
    op.drop_table("event_reply")
    op.drop_table("event_question")
