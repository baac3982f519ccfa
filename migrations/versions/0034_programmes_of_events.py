"""programmes of events with their speakers; hosts outside the network, and which conference it is"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None
WORDS = (("scale", 12), ("outside", 200), ("page", 500))
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "agenda_row",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", NUMBER, nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", NUMBER, nullable=False),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("track", sa.String(length=80), nullable=False),
        sa.Column("languages", sa.String(length=120), nullable=False),
        sa.Column("access", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_agenda_row_event_id_event")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_agenda_row_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_row")),
    )
    op.create_index("ix_agenda_row_event_id_position", "agenda_row", ["event_id", "position"])
    op.create_index(op.f("ix_agenda_row_organisation_id"), "agenda_row", ["organisation_id"])
    op.create_table(
        "agenda_speaker",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("row_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("house", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agenda_speaker_person_id_person")),
        sa.ForeignKeyConstraint(["row_id"], ["agenda_row.id"], name=op.f("fk_agenda_speaker_row_id_agenda_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_speaker")),
    )
    op.create_index(op.f("ix_agenda_speaker_person_id"), "agenda_speaker", ["person_id"])
    op.create_index(op.f("ix_agenda_speaker_row_id"), "agenda_speaker", ["row_id"])
    for name, length in WORDS:
        op.add_column("event", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))


def downgrade():
    for name, _length in WORDS:
        op.drop_column("event", name)
    op.drop_table("agenda_speaker")
    op.drop_table("agenda_row")
