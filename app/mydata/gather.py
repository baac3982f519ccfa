"""Reads what is kept about one person, table by table: what the columns' table says belongs to the copy."""

import typing as t

import sqlalchemy as sa

from app.core.audience import bound, in_sight
from app.extensions import db
from app.members.signed_in import as_person
from app.mydata import columns

BATCH = 500
TOLD = {"notice"}  # rows with words of others: only those of things that the person still sees
WITH_OTHERS = {"message"}  # what others wrote there too, as far as the person sees it: it was said to them
OF_OTHERS = {
    "thread": {"outcome", "outcome_by", "outcome_at"}
}  # in rows of one's own, while one sees the thing


def tables() -> list[sa.Table]:
    """Return the tables that hold something of a person, the profile first."""
    named = {name.partition(".")[0] for name, column in columns.COLUMNS.items() if column.copied}
    order = list(columns.TABLES)
    known = [table for table in db.metadata.sorted_tables if table.name in named]
    return sorted(
        known, key=lambda table: (order.index(table.name) if table.name in order else 99, table.name)
    )


def shown(table: sa.Table) -> list[sa.Column[t.Any]]:
    """Return the columns of a table that the copy shows: no secrets, no bookkeeping, nobody else's number."""
    mine = columns.copied(table.name)
    return [column for column in table.c if column.name in mine or column.name not in columns.KEPT_BACK]


def rows(table: sa.Table, person_id: int) -> t.Iterator[dict[str, t.Any]]:
    """Return the rows of a table that are about a person, in batches, in the order of their keys."""
    about = sa.or_(*(_is_mine(table.c[name], person_id) for name in columns.copied(table.name)))
    if table.name in WITH_OTHERS:
        about = sa.or_(about, in_sight(table.c.audience_id))
    keys = list(table.primary_key.columns)
    wanted = sa.select(*_in_sight(table)).where(about).order_by(*keys)
    if table.name in TOLD:
        wanted = wanted.where(in_sight(table.c.audience_id))
    offset, seen = 0, bound(as_person(person_id).viewer)
    while True:
        found = db.session.execute(wanted.limit(BATCH).offset(offset), seen).mappings().all()
        yield from (dict(row) for row in found)
        if len(found) < BATCH:
            return
        offset += BATCH


def _in_sight(table: sa.Table) -> list[sa.ColumnElement[t.Any]]:
    """Return the columns that the copy shows; what others wrote there stays out once the person lost sight of it."""
    theirs = OF_OTHERS.get(table.name, set())
    return [
        sa.case((in_sight(table.c.audience_id), column)).label(column.name)
        if column.name in theirs
        else column
        for column in shown(table)
    ]


def _is_mine(column: sa.Column[t.Any], person_id: int) -> sa.ColumnElement[bool]:
    return column == (f"person:{person_id}" if isinstance(column.type, sa.String) else person_id)
