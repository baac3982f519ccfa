"""Types of columns that are ours, and a condition for any number of values."""

import datetime as dt
import functools
import json
import typing as t

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


def _in_utc(value: dt.datetime) -> dt.datetime:
    if value.tzinfo is None:
        raise ValueError("a datetime without a zone is not stored")
    return value.astimezone(dt.UTC)


def _as_text(value: dt.datetime | None) -> str | None:
    """Return a moment as SQLite keeps it."""
    return None if value is None else _in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


@functools.lru_cache(8192)
def _moment(text: str | None) -> dt.datetime | None:
    """Return the moment that SQLite keeps as text, read once for equal texts."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) if text else None


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """Aware UTC in Python on every database; SQLite would hand datetimes back naive."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> t.Any:
        """Return what prepares a value: on SQLite a text, as SQLAlchemy writes it, in a quarter of the time."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        return None if value is None else _in_utc(value)

    def result_processor(self, dialect: sa.Dialect, coltype: t.Any) -> t.Any:
        """Return what reads a value: on SQLite a text, which one moment of many rows shares."""
        return _moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC)


@functools.lru_cache(8192)
def known_json(text: str) -> t.Any:
    """Return what a JSON column says that was read as text, decoded once for equal texts. Nobody may change it."""
    return json.loads(text)


class KeptJson(sa.types.TypeDecorator[t.Any]):
    """JSON read as text, `sa.cast(column, KeptJson)`, decoded once for equal texts. Nobody may change what it gives."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> t.Any:
        return None if value is None else known_json(value)


def _as_json(values: t.Collection[t.Any]) -> str:
    """Return values as JSON; those that cannot change, such as the rooms of a viewer, are written once."""
    return _known_list(values) if isinstance(values, frozenset) else json.dumps(list(values))


@functools.lru_cache(2048)
def _known_list(values: frozenset[t.Any]) -> str:
    return json.dumps(list(values))


class Several(sa.types.TypeDecorator[t.Any]):
    """Any number of values as one: JSON on SQLite, an array on PostgreSQL. `several()` makes use of it."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[sa.types.TypeEngine[t.Any]]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[t.Any]:
        """Say how the values travel."""
        return sa.Text() if dialect.name == "sqlite" else sa.ARRAY(self.kind())

    def bind_processor(self, dialect: sa.Dialect) -> t.Any:
        """Return what gives the values, in any collection, their form for the way."""
        return _as_json if dialect.name == "sqlite" else list


class OneOf(FunctionElement[bool]):
    """A column is one of the values of a parameter."""

    inherit_cache = True
    type = sa.Boolean()

    def self_group(self, against: t.Any = None) -> t.Any:
        """Stand as it is: SQLAlchemy would write "= 1" after it, which no index answers."""
        return self


@compiles(OneOf, "sqlite")
def _in_json(element: t.Any, compiler: t.Any, **kw: t.Any) -> str:
    column, values = (compiler.process(one, **kw) for one in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"


@compiles(OneOf)
def _in_array(element: t.Any, compiler: t.Any, **kw: t.Any) -> str:
    column, values = (compiler.process(one, **kw) for one in element.clauses)
    return f"({column} = ANY ({values}))"


def several(column: t.Any, name: str, kind: type[sa.types.TypeEngine[t.Any]]) -> sa.ColumnElement[bool]:
    """Return the condition that a column is among the values bound as `name`.

    An "IN" whose list grows and shrinks is written anew at each use, which costs more than it takes to run it.
    """
    return OneOf(column, sa.bindparam(name, type_=Several(kind)))
