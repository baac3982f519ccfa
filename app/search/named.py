"""People, members and groups by their names: found through the index, so only those that the reader may see."""

import functools
import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer, bound, in_sight
from app.core.database import run, several
from app.members.models import Organisation, Person
from app.search import rows
from app.search.analyser import tag
from app.search.matching import Asked, Filter, simple
from app.spaces.models import Space

MOST = 20
TABLES: dict[str, t.Any] = {
    "person": Person.__table__,
    "organisation": Organisation.__table__,
    "space": Space.__table__,
}


class Name(t.NamedTuple):
    """One that was found: its name, and the handle by which it is typed."""

    kind: str
    number: int
    title: str
    value: str


def find(viewer: Viewer, kinds: t.Sequence[str], text: str, half: bool, most: int = MOST) -> list[Name]:
    """Return those that are called so; `half`: whose name begins so, perhaps in the middle of a word."""
    exact = [one for kind in kinds for one in _by_handle(viewer, kind, text.removeprefix("@"))]
    if exact and not half:
        return exact
    terms, tags = simple(text, half), tuple(tag("type", kind) for kind in kinds)
    asked = Asked(terms=terms, filters=(Filter("type", text, tags),))
    if not (terms or half):
        return exact
    found = rows.newest(asked, viewer, most, titles=bool(terms))
    numbers: dict[str, list[int]] = {}
    for row in found:
        kind, _colon, number = row.ref.partition(":")
        numbers.setdefault(kind, []).append(int(number))
    known = {one: None for kind, some in numbers.items() for one in _by_number(viewer, kind, some)}
    return list(dict.fromkeys([*exact, *known]))[:most]


def _by_handle(viewer: Viewer, kind: str, handle: str) -> list[Name]:
    return _read(viewer, kind, True, {"handle": handle, "code": handle.upper()})


def _by_number(viewer: Viewer, kind: str, numbers: list[int]) -> list[Name]:
    return _read(viewer, kind, False, {"numbers": numbers})


def _read(viewer: Viewer, kind: str, by_handle: bool, values: dict[str, t.Any]) -> list[Name]:
    found = run(_statement(kind, by_handle), {**values, **bound(viewer)})
    return [Name(kind, row.id, row.name, row.handle) for row in found]


@functools.cache
def _statement(kind: str, by_handle: bool) -> t.Any:
    table = TABLES[kind]
    which: t.Any = several(table.c.id, "numbers", sa.BigInteger)
    if by_handle:
        which = table.c.handle == sa.bindparam("handle")
        if "code" in table.c:
            which = sa.or_(which, table.c.code == sa.bindparam("code"))
    seen = sa.select(table.c.id, table.c.name, table.c.handle).where(which, in_sight(table.c.audience_id))
    return seen.order_by(table.c.name, table.c.id).limit(MOST)
