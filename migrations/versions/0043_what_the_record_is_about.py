"""what else a line of the record of changes is about; when a seat is going to end"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 1000


def upgrade():
    op.create_table(
        "audit_mention",
        sa.Column("entry_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("ref", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "ref", name="pk_audit_mention"),
    )
    op.create_index("ix_audit_mention_ref", "audit_mention", ["ref"])
    op.add_column("seat", sa.Column("ends", sa.Date(), nullable=True))
    op.add_column("seat", sa.Column("told", NUMBER, nullable=False, server_default="0"))
    op.create_index("ix_seat_ends", "seat", ["ends"])
    _fill(op.get_bind())


def _fill(line):
    """Find the lines of before under their person, their organisation and their case too."""
    entry = sa.table("audit_entry", sa.column("id"), sa.column("ref"), sa.column("data", sa.JSON))
    case = sa.table("moderation_case", sa.column("id"), sa.column("author_id"))
    mention = sa.table("audit_mention", sa.column("entry_id"), sa.column("ref"))
    authors = dict(list(line.execute(sa.select(case.c.id, case.c.author_id))))
    after = 0
    while rows := line.execute(
        sa.select(entry.c.id, entry.c.ref, entry.c.data).where(entry.c.id > after).order_by(entry.c.id).limit(AT_ONCE)
    ).all():
        after = rows[-1].id
        found = [{"entry_id": row.id, "ref": ref} for row in rows for ref in sorted(_about(row, authors))]
        if found:
            line.execute(sa.insert(mention), found)


def _about(row, authors):
    data = json.loads(row.data) if isinstance(row.data, str) else row.data or {}
    about = {f"{kind}:{data[f'{kind}_id']}" for kind in ("person", "organisation") if data.get(f"{kind}_id")}
    if data.get("case") in authors:
        about.add(f"case:{data['case']}")
        if authors[data["case"]]:
            about.add(f"person:{authors[data['case']]}")
    return {ref for ref in about if len(ref) <= 60} - {row.ref}


def downgrade():
    op.drop_index("ix_seat_ends", table_name="seat")
    with op.batch_alter_table("seat") as table:
        table.drop_column("told")
        table.drop_column("ends")
    op.drop_index("ix_audit_mention_ref", table_name="audit_mention")
    op.drop_table("audit_mention")
