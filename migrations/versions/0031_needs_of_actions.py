"""what joint actions need, and what organisations offer for it"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "action_need",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("action_id", NUMBER, nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["joint_action.id"], name=op.f("fk_action_need_action_id_joint_action")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_action_need_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_need")),
    )
    op.create_index(op.f("ix_action_need_action_id"), "action_need", ["action_id"])
    op.create_index(op.f("ix_action_need_author_id"), "action_need", ["author_id"])
    op.create_index(op.f("ix_action_need_state"), "action_need", ["state"])
    op.create_table(
        "action_pledge",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("need_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("by", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_action_pledge_author_id_person")),
        sa.ForeignKeyConstraint(["need_id"], ["action_need.id"], name=op.f("fk_action_pledge_need_id_action_need")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_action_pledge_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_pledge")),
        sa.UniqueConstraint("need_id", "organisation_id", name=op.f("uq_action_pledge_need_id_organisation_id")),
    )
    op.create_index(op.f("ix_action_pledge_author_id"), "action_pledge", ["author_id"])
    op.create_index(op.f("ix_action_pledge_organisation_id"), "action_pledge", ["organisation_id"])


def downgrade():
    op.drop_table("action_pledge")
    op.drop_table("action_need")
