"""Rows as lines of text and back, with the types that the database itself names."""

import base64
import datetime as dt
import decimal
import json
import typing as t

import sqlalchemy as sa

LEFT_OUT = (
    "alembic_version",
    "search_fts",
)  # the step stands in the manifest; the words of the index follow their rows


class RawJson(sa.types.TypeDecorator[t.Any]):
    """A JSON column as the text that stands in it: nothing and the word null stay two things."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> t.Any:
        if value is None:
            return None
        found = json.loads(value)
        return sa.JSON.NULL if found is None else found


def tables(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables as they are in this database, those that others point to first."""
    found = sa.MetaData()
    found.reflect(connection, only=lambda name, _data: not name.startswith(LEFT_OUT))
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type = RawJson()
    return sorted(found.tables.values(), key=lambda table: table.name)


def columns(table: sa.Table) -> list[sa.Column[t.Any]]:
    """Return the columns that hold something of their own; computed ones come back by themselves."""
    return [column for column in table.columns if column.computed is None]


def reading(table: sa.Table) -> sa.Select[t.Any]:
    """Return the statement that reads a table in the order of its key."""
    shown = [sa.cast(c, sa.Text) if isinstance(c.type, RawJson) else c for c in columns(table)]
    return sa.select(*shown).order_by(*table.primary_key.columns)


def line(row: t.Sequence[t.Any]) -> bytes:
    """Return a row as one line."""
    return (
        json.dumps([_said(value) for value in row], ensure_ascii=False, separators=(",", ":")).encode()
        + b"\n"
    )


def _said(value: t.Any) -> t.Any:
    if isinstance(value, dt.datetime):
        value = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
        return value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value) if isinstance(value, decimal.Decimal) else value


def heard(column: sa.Column[t.Any]) -> t.Callable[[t.Any], t.Any]:
    """Return what turns a value of a line into what this column takes."""
    kind = column.type
    if isinstance(kind, sa.DateTime):
        return _aware if kind.timezone else _naive
    for of, fn in _BACK:
        if isinstance(kind, of):
            return fn
    return lambda value: value


def _aware(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _naive(text: str) -> dt.datetime:
    return _aware(text).replace(tzinfo=None)


_BACK: tuple[tuple[type, t.Callable[[t.Any], t.Any]], ...] = (
    (sa.Date, dt.date.fromisoformat),
    (sa.Time, dt.time.fromisoformat),
    (sa.LargeBinary, base64.b64decode),
    (sa.Numeric, lambda value: value if isinstance(value, float | int) else decimal.Decimal(value)),
)


def row_of(text: bytes, hears: dict[str, t.Callable[[t.Any], t.Any]]) -> dict[str, t.Any]:
    """Return a line as the values of a row."""
    values = zip(hears.items(), json.loads(text), strict=True)
    return {name: None if value is None else fn(value) for (name, fn), value in values}
