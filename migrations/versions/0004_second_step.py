"""second steps: apps, passkeys, recovery codes; when a device last proved whose it is"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "factor",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("credential", sa.String(length=400), nullable=True),
        sa.Column("counter", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_factor_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor")),
        sa.UniqueConstraint("credential", name=op.f("uq_factor_credential")),
    )
    with op.batch_alter_table("factor") as batch_op:
        batch_op.create_index(op.f("ix_factor_person_id"), ["person_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code") as batch_op:
        batch_op.create_index(op.f("ix_recovery_code_person_id"), ["person_id"], unique=False)
    # Column by column, never the table anew: on SQLite other tables point to its rows.
    op.add_column("person", sa.Column("second", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("short", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("terms", NUMBER, nullable=False, server_default="0"))
    op.add_column("login", sa.Column("proved", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("login", "proved")
    for name in ("terms", "short", "second"):
        op.drop_column("person", name)
    with op.batch_alter_table("recovery_code") as batch_op:
        batch_op.drop_index(op.f("ix_recovery_code_person_id"))
    op.drop_table("recovery_code")
    with op.batch_alter_table("factor") as batch_op:
        batch_op.drop_index(op.f("ix_factor_person_id"))
    op.drop_table("factor")
