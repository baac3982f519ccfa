"""The collections that somebody follows, in their list of what they follow; documents stand there already."""

import typing as t

import sqlalchemy as sa

from app.core.audience import bound, in_sight
from app.core.database import run
from app.core.panels import panel
from app.core.text import slug
from app.core.watches import MUTE, Watch
from app.library.models import Collection

MOST = 200
_w, _c = Watch.__table__, Collection.__table__


class Line(t.NamedTuple):
    """One followed thing."""

    ref: str
    title: str
    url: str
    lang: str
    muted: bool


def _followed(kind: str, table: t.Any) -> t.Any:
    number = sa.case(
        (_w.c.ref.startswith(f"{kind}:"), sa.cast(sa.func.substr(_w.c.ref, len(kind) + 2), sa.BigInteger))
    )
    return (
        sa.select(table.c.id, table.c.title, table.c.language, _w.c.level)
        .join_from(_w, table, table.c.id == number)
        .where(
            _w.c.person_id == sa.bindparam("me"),
            _w.c.ref.startswith(f"{kind}:"),
            in_sight(table.c.audience_id),
        )
        .order_by(table.c.id.desc())
        .limit(MOST)
    )


_COLLECTIONS = _followed("collection", _c).where(~_c.c.removed)


@panel("following", order=20)
def of_library(who: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """Collections, with a button that ends each."""
    values = {"me": who.id, **bound(who.viewer)}
    collections = [_line("collection", "/library/collections", row) for row in run(_COLLECTIONS, values)]
    return ("library/_followed.html", {"collections": collections}) if collections else None


def _line(kind: str, base: str, row: t.Any) -> Line:
    return Line(
        f"{kind}:{row.id}", row.title, f"{base}/{row.id}-{slug(row.title)}", row.language, row.level == MUTE
    )
