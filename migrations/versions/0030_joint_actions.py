"""joint actions, their partners, themes, history, notes and milestones, and the meetings they come from"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0027"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "action_origin",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("short", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("begins", sa.String(length=10), nullable=False),
        sa.Column("ends", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_action_origin_audience_id_audience")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_action_origin_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_origin")),
    )
    op.create_index(op.f("ix_action_origin_space_id"), "action_origin", ["space_id"])

    op.create_table(
        "joint_action",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=True),
        sa.Column("by", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", NUMBER, nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_id", NUMBER, nullable=True),
        sa.Column("asked", sa.String(length=300), nullable=False),
        sa.Column("for_whom", sa.String(length=300), nullable=False),
        sa.Column("begins", sa.String(length=10), nullable=False),
        sa.Column("ends", sa.String(length=10), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("rhythm", sa.String(length=200), nullable=False),
        sa.Column("funding", sa.String(length=12), nullable=False),
        sa.Column("means", sa.String(length=300), nullable=False),
        sa.Column("builds_on", sa.String(length=500), nullable=False),
        sa.Column("origin_id", NUMBER, nullable=True),
        sa.Column("section", sa.String(length=120), nullable=False),
        sa.Column("line", sa.String(length=60), nullable=False),
        sa.Column("reminded", sa.Date(), nullable=True),
        sa.Column("warned", sa.Date(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_joint_action_audience_id_audience")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_joint_action_author_id_person")),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["organisation.id"], name=op.f("fk_joint_action_lead_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_joint_action_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["action_origin.id"], name=op.f("fk_joint_action_origin_id_action_origin")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_joint_action_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_action")),
    )
    op.create_index(op.f("ix_joint_action_audience_id"), "joint_action", ["audience_id"])
    op.create_index(op.f("ix_joint_action_author_id"), "joint_action", ["author_id"])
    op.create_index(op.f("ix_joint_action_lead_id"), "joint_action", ["lead_id"])
    op.create_index(op.f("ix_joint_action_organisation_id"), "joint_action", ["organisation_id"])
    op.create_index(op.f("ix_joint_action_origin_id"), "joint_action", ["origin_id"])
    op.create_index(op.f("ix_joint_action_space_id"), "joint_action", ["space_id"])
    op.create_index(op.f("ix_joint_action_state_due"), "joint_action", ["state", "due"])

    op.create_table(
        "action_milestone",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("action_id", NUMBER, nullable=True),
        sa.Column("origin_id", NUMBER, nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("reached", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["joint_action.id"], name=op.f("fk_action_milestone_action_id_joint_action")
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["action_origin.id"], name=op.f("fk_action_milestone_origin_id_action_origin")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_milestone")),
    )
    op.create_index(op.f("ix_action_milestone_action_id"), "action_milestone", ["action_id"])
    op.create_index(op.f("ix_action_milestone_origin_id"), "action_milestone", ["origin_id"])

    op.create_table(
        "action_note",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("action_id", NUMBER, nullable=False),
        sa.Column("root", sa.String(length=60), nullable=False),
        sa.Column("audience_id", NUMBER, nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=True),
        sa.Column("by", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", NUMBER, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["joint_action.id"], name=op.f("fk_action_note_action_id_joint_action")
        ),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_action_note_audience_id_audience")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_action_note_author_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_action_note_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_note")),
    )
    op.create_index(op.f("ix_action_note_action_id"), "action_note", ["action_id"])
    op.create_index(op.f("ix_action_note_author_id"), "action_note", ["author_id"])
    op.create_index(op.f("ix_action_note_organisation_id"), "action_note", ["organisation_id"])
    op.create_index(op.f("ix_action_note_root"), "action_note", ["root"])

    op.create_table(
        "action_partner",
        sa.Column("action_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["joint_action.id"], name=op.f("fk_action_partner_action_id_joint_action")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_action_partner_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("action_id", "organisation_id", name=op.f("pk_action_partner")),
    )
    op.create_index(op.f("ix_action_partner_organisation_id"), "action_partner", ["organisation_id"])

    op.create_table(
        "action_step",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("action_id", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("by", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["joint_action.id"], name=op.f("fk_action_step_action_id_joint_action")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_step")),
    )
    op.create_index(op.f("ix_action_step_action_id"), "action_step", ["action_id"])

    op.create_table(
        "action_theme",
        sa.Column("action_id", NUMBER, nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["joint_action.id"], name=op.f("fk_action_theme_action_id_joint_action")
        ),
        sa.PrimaryKeyConstraint("action_id", "theme", name=op.f("pk_action_theme")),
    )
    op.create_index(op.f("ix_action_theme_theme"), "action_theme", ["theme"])


def downgrade():
    op.drop_index(op.f("ix_action_theme_theme"), table_name="action_theme")

    op.drop_table("action_theme")
    op.drop_index(op.f("ix_action_step_action_id"), table_name="action_step")

    op.drop_table("action_step")
    op.drop_index(op.f("ix_action_partner_organisation_id"), table_name="action_partner")

    op.drop_table("action_partner")
    op.drop_index(op.f("ix_action_note_root"), table_name="action_note")
    op.drop_index(op.f("ix_action_note_organisation_id"), table_name="action_note")
    op.drop_index(op.f("ix_action_note_author_id"), table_name="action_note")
    op.drop_index(op.f("ix_action_note_action_id"), table_name="action_note")

    op.drop_table("action_note")
    op.drop_index(op.f("ix_action_milestone_origin_id"), table_name="action_milestone")
    op.drop_index(op.f("ix_action_milestone_action_id"), table_name="action_milestone")

    op.drop_table("action_milestone")
    op.drop_index(op.f("ix_joint_action_state_due"), table_name="joint_action")
    op.drop_index(op.f("ix_joint_action_space_id"), table_name="joint_action")
    op.drop_index(op.f("ix_joint_action_origin_id"), table_name="joint_action")
    op.drop_index(op.f("ix_joint_action_organisation_id"), table_name="joint_action")
    op.drop_index(op.f("ix_joint_action_lead_id"), table_name="joint_action")
    op.drop_index(op.f("ix_joint_action_author_id"), table_name="joint_action")
    op.drop_index(op.f("ix_joint_action_audience_id"), table_name="joint_action")

    op.drop_table("joint_action")
    op.drop_index(op.f("ix_action_origin_space_id"), table_name="action_origin")

    op.drop_table("action_origin")
