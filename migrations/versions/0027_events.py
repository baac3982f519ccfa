"""the calendar: events of groups"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "event",
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
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("languages", sa.String(length=120), nullable=False),
        sa.Column("access", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("cancelled", sa.DateTime(timezone=True)),
        sa.Column("cancelled_why", sa.String(length=300), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("files", NUMBER, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_event_space_id_space")),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_event_audience_id_audience")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_event_author_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_event_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_uid")),
    )
    op.create_index("ix_event_starts_id", "event", ["starts", "id"])
    for name in ("space_id", "author_id", "organisation_id"):
        op.create_index(op.f(f"ix_event_{name}"), "event", [name])


def downgrade():
    op.drop_table("event")
    op.execute("DELETE FROM search_entry WHERE kind = 'event'")
