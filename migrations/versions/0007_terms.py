"""the terms: editions, their words, who accepted"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "terms_edition",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_edition")),
    )
    op.create_table(
        "terms_words",
        sa.Column("edition_id", NUMBER, nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("news", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["terms_edition.id"], name=op.f("fk_terms_words_edition_id_terms_edition")
        ),
        sa.PrimaryKeyConstraint("edition_id", "language", name=op.f("pk_terms_words")),
    )
    op.create_table(
        "terms_acceptance",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("edition_id", NUMBER, nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["terms_edition.id"], name=op.f("fk_terms_acceptance_edition_id_terms_edition")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_terms_acceptance_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "edition_id", name=op.f("pk_terms_acceptance")),
    )
    with op.batch_alter_table("terms_acceptance") as batch_op:
        batch_op.create_index(op.f("ix_terms_acceptance_edition_id"), ["edition_id"], unique=False)


def downgrade():
    with op.batch_alter_table("terms_acceptance") as batch_op:
        batch_op.drop_index(op.f("ix_terms_acceptance_edition_id"))
    op.drop_table("terms_acceptance")
    op.drop_table("terms_words")
    op.drop_table("terms_edition")
