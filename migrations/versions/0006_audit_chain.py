"""the record of changes: each line sealed to the one before; the database refuses to change it"""

import datetime as dt
import hashlib
import json
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FIXED = ("id", "at", "act", "ref", "data_seal", "seal")
SQLITE = (
    "CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry WHEN NEW.data <> '{}' OR NEW.salt <> '' OR "
    + " OR ".join(f"NEW.{name} <> OLD.{name}" for name in FIXED)
    + " OR NEW.actor_id IS NOT OLD.actor_id "
    "BEGIN SELECT RAISE(ABORT, 'the record of changes is only added to'); END",
    "CREATE TRIGGER audit_entry_remains BEFORE DELETE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the record of changes is only added to'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' AND NEW.data::text = '{}' AND NEW.salt = '' AND NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id AND "
    + " AND ".join(f"NEW.{name} = OLD.{name}" for name in FIXED)
    + " THEN RETURN NEW; END IF; RAISE EXCEPTION 'the record of changes is only added to'; END $$",
    "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW "
    "EXECUTE FUNCTION audit_entry_stays()",
)


def upgrade():
    for name, length in (("salt", 32), ("data_seal", 64), ("seal", 64)):
        column = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column("audit_entry", column)
    seal_what_is_there()
    connection = op.get_bind()
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def downgrade():
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER audit_entry_stays")
        connection.exec_driver_sql("DROP TRIGGER audit_entry_remains")
    else:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_stays ON audit_entry")
        connection.exec_driver_sql("DROP FUNCTION audit_entry_stays()")
    for name in ("seal", "data_seal", "salt"):
        op.drop_column("audit_entry", name)


def seal_what_is_there():
    """The lines that were written before there were seals: numbered without gaps, in their order."""
    table = sa.table(
        "audit_entry", *map(sa.column, ("id", "actor_id", "act", "ref", "salt", "data_seal", "seal")),
        sa.column("at", sa.DateTime(timezone=True)), sa.column("data", sa.JSON()),
    )  # fmt: skip
    connection, before = op.get_bind(), "0" * 64
    rows = connection.execute(sa.select(table).order_by(table.c.id)).mappings().all()
    for number, row in enumerate(rows, 1):
        salt = secrets.token_hex(16)
        at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=dt.UTC)
        data_seal = hashed(salt, row["data"])
        before = hashed(
            before, number, at.astimezone(dt.UTC).isoformat(), row["actor_id"], row["act"], row["ref"], data_seal
        )
        values = {"id": number, "salt": salt, "data_seal": data_seal, "seal": before}
        connection.execute(sa.update(table).where(table.c.id == row["id"]).values(**values))


def hashed(*parts):
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
