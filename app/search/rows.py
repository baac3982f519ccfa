"""Reads entries that match, newest first, through the rule for sight. The databases only choose: nothing is ranked here."""

import functools
import typing as t

import sqlalchemy as sa

from app.core import database, finding, switches
from app.core.audience import Viewer, bound, in_sight
from app.core.database import several
from app.search.analyser import tag
from app.search.matching import LAST, Asked, for_postgresql, for_sqlite
from app.search.models import SearchEntry

LEAD = 500  # letters of the words of an entry that its rank depends on
_e = SearchEntry.__table__
NARROW = (
    _e.c.id, _e.c.ref, _e.c.root, _e.c.kind, _e.c.lang, _e.c.title, _e.c.title_tokens, _e.c.tags,
    sa.func.substr(_e.c.body_tokens, 1, LEAD).label("lead"),
)  # fmt: skip
WHOLE = (
    _e.c.id, _e.c.ref, _e.c.root, _e.c.kind, _e.c.title, sa.func.substr(_e.c.body, 1, 20_000).label("body"), _e.c.lang,
    _e.c.url, _e.c.by, _e.c.at, _e.c.part, _e.c.more,
)  # fmt: skip


# PostgreSQL has one plan for a statement that comes often; for a rare word and for a common one they are worlds apart.
PLANNED_ANEW = sa.text("SET LOCAL plan_cache_mode = force_custom_plan")


def _within(number: t.Any) -> list[sa.ColumnElement[bool]]:
    since, until = (sa.bindparam(name, type_=sa.BigInteger) for name in ("since", "until"))
    return [number >= since, number < until]


@functools.cache
def _statement(sqlite: bool) -> t.Any:
    """The matching numbers first, by a narrow index: of what is not seen nothing else is read."""
    most, found = sa.bindparam("most", type_=sa.Integer), _e.alias("e")
    if sqlite:
        where = "search_fts AS f CROSS JOIN search_entry AS e INDEXED BY ix_search_entry_id_audience_id ON e.id = f.rowid"
        number: t.Any = sa.literal_column("f.rowid", sa.BigInteger)
        inner = sa.select(sa.literal_column("e.id", sa.BigInteger)).select_from(sa.text(where))
        audience: t.Any = sa.literal_column("e.audience_id", sa.Integer)
        match = sa.text("search_fts MATCH :match")
    else:
        number, audience = found.c.id, found.c.audience_id
        inner = sa.select(found.c.id).select_from(found)
        match = sa.text("e.tsv @@ to_tsquery('simple', :match)")
    inner = inner.where(match, in_sight(audience), *_within(number)).order_by(number.desc()).limit(most)
    return sa.select(*NARROW).where(_e.c.id.in_(inner)).order_by(_e.c.id.desc())


def newest(
    asked: Asked,
    viewer: Viewer,
    most: int,
    *,
    titles: bool = False,
    tags: t.Sequence[str] = (),
    before: int = LAST,
) -> list[t.Any]:
    """Return the newest entries that fit a question and that a viewer may see; with `tags` those of one of them.

    `before` is the number of an entry: only older ones are returned.
    """
    sqlite = database.is_sqlite()
    if not asked or asked.is_vain() or (titles and not asked.terms):
        return []
    hidden = switches.hidden_kinds()
    if hidden:  # rooms that are switched off are not found
        shown = [tag("type", kind.key) for kind in finding.kinds()]
        tags = [one for one in tags if one in shown] if tags else shown
        if not tags:
            return []
    if not sqlite:
        database.run(PLANNED_ANEW, {})
    match = (for_sqlite if sqlite else for_postgresql)(asked, titles, tags)
    until = min(asked.until, before)
    values = {"match": match, "most": most, "since": asked.since, "until": until, **bound(viewer)}
    return list(database.run(_statement(sqlite), values).all())


_WHOLE = sa.select(*WHOLE).where(several(_e.c.id, "numbers", sa.BigInteger), in_sight(_e.c.audience_id))


def whole(viewer: Viewer, numbers: t.Collection[int]) -> dict[int, t.Any]:
    """Return what is shown of some entries, by number; the rule for sight is asked once more."""
    if not numbers:
        return {}
    rows = database.run(_WHOLE, {"numbers": list(numbers), **bound(viewer)}).all()
    return {row.id: row for row in rows}
