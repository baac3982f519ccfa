"""how and when people hear by mail"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("notice_choice",
    sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column("kind", sa.String(length=8), nullable=False),
    sa.Column("way", sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id_person")),
    sa.PrimaryKeyConstraint("person_id", "space_id", "kind", name=op.f("pk_notice_choice"))
    )
    op.create_table("notice_plan",
    sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column("every", sa.String(length=8), nullable=False),
    sa.Column("weekday", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("hour", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("quiet", sa.Boolean(), nullable=False),
    sa.Column("quiet_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("quiet_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("weekend", sa.Boolean(), nullable=False),
    sa.Column("paused_until", sa.Date(), nullable=True),
    sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_plan_person_id_person")),
    sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_plan"))
    )
    with op.batch_alter_table("notice_plan") as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_plan_next_at"), ["next_at"], unique=False)

    with op.batch_alter_table("notice") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=8), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("mailed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_notice_actor_id_mailed_at", ["actor_id", "mailed_at"], unique=False)
        batch_op.create_index("ix_notice_mail_at", ["mail_at"], unique=False)
    op.execute("UPDATE notice SET mailed_id = last_id")  # what was there before is not mailed now
    with op.batch_alter_table("notice") as batch_op:
        batch_op.alter_column("kind", server_default=None)
        batch_op.alter_column("mailed_id", server_default=None)



def downgrade():
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_index("ix_notice_mail_at")
        batch_op.drop_index("ix_notice_actor_id_mailed_at")
        batch_op.drop_column("mailed_at")
        batch_op.drop_column("mailed_id")
        batch_op.drop_column("mail_at")
        batch_op.drop_column("actor_id")
        batch_op.drop_column("space_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("notice_plan") as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_plan_next_at"))

    op.drop_table("notice_plan")
    op.drop_table("notice_choice")
