"""The record of changes: who did what to which thing. Only ever added to, and each line is sealed to the one before.

A line's seal is a hash over its own content and the seal before it, made in the order of the commits, so that a
line that was changed, taken away or put in between is found. What stands in `data` is sealed by its own hash: it
can be emptied when a person is erased, which every check counts and shows, and can never be changed.
"""

import datetime as dt
import hashlib
import json
import secrets
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import clock, database
from app.core.database import BigId, UtcDateTime
from app.extensions import Model, db

LOCK = 7302  # taken before the lock that numbers facts, never after it
FIRST = "0" * 64  # what stands before the first line
BATCH = 1000


class AuditEntry(Model):
    """One line of the record of changes. The database itself refuses to change or delete it."""

    __tablename__ = "audit_entry"
    __table_args__ = {"sqlite_autoincrement": True}
    id: so.Mapped[int] = so.mapped_column(BigId, primary_key=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime, index=True)
    actor_id: so.Mapped[int | None] = so.mapped_column(index=True)
    act: so.Mapped[str] = so.mapped_column(sa.String(60))
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    data: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)
    salt: so.Mapped[str] = so.mapped_column(
        sa.String(32)
    )  # so that emptied data cannot be guessed; empty: emptied
    data_seal: so.Mapped[str] = so.mapped_column(sa.String(64))
    seal: so.Mapped[str] = so.mapped_column(sa.String(64))


class AuditMention(Model):
    """What else a line is about than what it names: the person of a seat, a request, a case. To find it, not to prove it."""

    __tablename__ = "audit_mention"
    entry_id: so.Mapped[int] = so.mapped_column(BigId, primary_key=True, autoincrement=False)
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), primary_key=True, index=True)


_table: t.Any = AuditEntry.__table__
_mention: t.Any = AuditMention.__table__
_LAST = sa.select(_table.c.id, _table.c.seal).order_by(_table.c.id.desc()).limit(1)
_NEXT = sa.select(_table).where(_table.c.id > sa.bindparam("after")).order_by(_table.c.id).limit(BATCH)


def note(actor: t.Any, act: str, ref: str, /, *, also: t.Iterable[str | None] = (), **data: t.Any) -> None:
    """Add a line to the record in the open transaction. No texts of members, no secrets.

    It is found under what it names, the person and the organisation of its data, and what it is `also` about.
    Raises RuntimeError outside atomic().
    """
    if not database.in_transaction():
        raise RuntimeError("the record of changes is written inside atomic()")
    actor_id = actor.id if actor else None
    line = {
        "at": clock.now(),
        "actor_id": actor_id,
        "act": act,
        "ref": ref,
        "data": data,
        "also": _about(ref, data, also),
    }
    db.session().info["audit"].append(line)


def _about(ref: str, data: dict[str, t.Any], also: t.Iterable[str | None]) -> set[str]:
    named = {f"{kind}:{data[f'{kind}_id']}" for kind in ("person", "organisation") if data.get(f"{kind}_id")}
    return {one for one in (*named, *also) if one and len(one) <= 60} - {ref}


def tie(ref: str, other: str) -> None:
    """Let all that was noted about a thing be found under another too, inside atomic(): a request under who asked it."""
    for line in db.session().info["audit"]:
        if line["ref"] == ref:
            line["also"].add(other)
    stored = sa.select(_table.c.id, sa.literal(other, sa.String(60))).where(_table.c.ref == ref)
    ties = database.upsert(AuditMention).from_select(["entry_id", "ref"], stored)
    db.session.execute(ties.on_conflict_do_nothing())


def about(ref: str) -> t.Any:
    """Return the condition for lines that are about a thing, whatever they name."""
    return sa.or_(
        _table.c.ref == ref, _table.c.id.in_(sa.select(_mention.c.entry_id).where(_mention.c.ref == ref))
    )


@database.last_step_before_facts
def _write(session: so.Session) -> None:
    """Number and seal the lines of this transaction, one transaction after the other."""
    lines = session.info["audit"]
    if not lines:
        return
    if not database.is_sqlite():
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    last = session.execute(_LAST).first()
    top, before = (last.id, last.seal) if last else (0, FIRST)
    for number, line in enumerate(lines, top + 1):
        also = line.pop("also")
        salt = secrets.token_hex(16)
        row = {**line, "id": number, "salt": salt, "data_seal": sealed_data(line["data"], salt)}
        row["seal"] = before = sealed(row, before)
        session.execute(sa.insert(_table), row)
        if also:
            session.execute(sa.insert(_mention), [{"entry_id": number, "ref": ref} for ref in sorted(also)])


def sealed_data(data: t.Any, salt: str) -> str:
    """Return the hash over a line's data."""
    return _hash(salt, data)


def sealed(row: t.Any, before: str) -> str:
    """Return the seal of a line: the hash over its content and the seal before it."""
    at = row["at"].astimezone(dt.UTC).isoformat()
    return _hash(before, row["id"], at, row["actor_id"], row["act"], row["ref"], row["data_seal"])


def _hash(*parts: t.Any) -> str:
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Checked(t.NamedTuple):
    """What a check of the whole record found."""

    lines: int
    emptied: int  # lines whose data went with an erased person
    broken: int  # the number of the first line that does not fit, 0 where all do
    seal: str  # of the last line that fits
    holds: bool  # a seal that was written down earlier still stands in the record


def check(earlier: str = "") -> Checked:
    """Walk the whole record; `earlier` is a seal that somebody wrote down, so that a cut end is found too."""
    number, before, emptied, holds = 0, FIRST, 0, earlier in ("", FIRST)
    while rows := _page(number):
        for row in rows:
            if row["id"] != number + 1 or not _fits(row, before):
                return Checked(number, emptied, number + 1, before, holds)
            number, before = row["id"], row["seal"]
            emptied += not row["salt"]
            holds = holds or before == earlier
    return Checked(number, emptied, 0, before, holds)


def _page(after: int) -> t.Any:
    rows = db.session.execute(_NEXT, {"after": after}).mappings().all()
    db.session.rollback()  # a long walk holds no snapshot
    return rows


def _fits(row: t.Any, before: str) -> bool:
    data = not row["data"] if not row["salt"] else sealed_data(row["data"], row["salt"]) == row["data_seal"]
    return data and row["seal"] == sealed(row, before)


def empty(*which: t.Any) -> int:
    """Empty the data of lines, inside atomic(): for the erasure of a person alone. Their seals stay."""
    rows = sa.update(_table).where(_table.c.salt != "", *which).values(data={}, salt="")
    return int(t.cast(t.Any, db.session.execute(rows)).rowcount)
