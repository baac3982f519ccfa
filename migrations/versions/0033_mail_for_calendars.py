"""mails that tell calendars of an event: invitation, change, cancellation"""

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


def downgrade():
    op.drop_index("ix_event_answer_mail_at", "event_answer")
    for name in ("holds", "mailed", "mail_at"):
        op.drop_column("event_answer", name)
    op.drop_column("outbox_mail", "invitation")
