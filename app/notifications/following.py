"""What a person follows and has muted: the list of it, through the rule for sight, and choosing."""

import typing as t

import sqlalchemy as sa

from app.board.models import Thread
from app.core import watches
from app.core.audience import bound, in_sight
from app.core.database import LARGEST_ID, atomic, run
from app.core.policy import Me
from app.core.text import slug
from app.core.watches import CALLS, LEVELS, MUTE, Watch
from app.library.models import Document
from app.members.models import Organisation, Person
from app.notifications import subjects
from app.spaces import queries as spaces

_w, _t, _o, _p = Watch.__table__, Thread.__table__, Organisation.__table__, Person.__table__
_d = Document.__table__
PAGE, MOST = 50, 200
_me = sa.bindparam("me")


class Line(t.NamedTuple):
    """One followed thing in a list."""

    ref: str
    title: str
    url: str
    lang: str = ""
    muted: bool = False
    number: int = 0


def _number(kind: str) -> t.Any:
    number = sa.cast(sa.func.substr(_w.c.ref, len(kind) + 2), sa.BigInteger)
    return sa.case((_w.c.ref.startswith(f"{kind}:"), number))


def _things(kind: str, table: t.Any, *columns: t.Any) -> t.Any:
    return (
        sa.select(table.c.id, *columns, _w.c.level)
        .join_from(_w, table, table.c.id == _number(kind))
        .where(_w.c.person_id == _me, _w.c.ref.startswith(f"{kind}:"), in_sight(table.c.audience_id))
    )


_THREADS = (
    _things("thread", _t, _t.c.title, _t.c.language)
    .where(~_t.c.removed, _t.c.id < sa.bindparam("before"))
    .order_by(_t.c.id.desc())
    .limit(PAGE + 1)
)
_DOCUMENTS = (
    _things("document", _d, _d.c.title, _d.c.language)
    .order_by(_d.c.sorted.desc(), _d.c.id.desc())
    .limit(MOST)
)
_ORGANISATIONS = _things("organisation", _o, _o.c.name, _o.c.place).order_by(_o.c.sort_key).limit(MOST)
_PEOPLE = (
    _things("person", _p, _p.c.name, _p.c.handle)
    .where(_p.c.state == "active")
    .order_by(_p.c.name, _p.c.id)
    .limit(MOST)
)
_OTHERS = sa.select(_w.c.ref).where(
    _w.c.person_id == _me, sa.or_(*(_w.c.ref.startswith(f"{kind}:") for kind in subjects.KINDS))
)
_LEVELS = sa.select(_w.c.ref, _w.c.level).where(_w.c.person_id == _me, _w.c.ref.startswith("space:"))


def threads(who: Me, before: int | None) -> list[Line]:
    """Return the discussions that somebody follows or has muted, newest first; one more than a page holds."""
    rows = run(_THREADS, {"me": who.id, "before": before or LARGEST_ID, **bound(who.viewer)})
    return [
        Line(
            f"thread:{r.id}",
            r.title,
            f"/discussions/{r.id}-{slug(r.title)}",
            r.language,
            r.level == MUTE,
            r.id,
        )
        for r in rows
    ]


def documents(who: Me) -> list[Line]:
    """Return the documents that somebody follows, newest first."""
    rows = run(_DOCUMENTS, {"me": who.id, **bound(who.viewer)})
    return [
        Line(f"document:{r.id}", r.title, f"/library/{r.id}-{slug(r.title)}", r.language, r.level == MUTE)
        for r in rows
    ]


def members(who: Me) -> list[Line]:
    """Return the organisations that somebody follows."""
    rows = run(_ORGANISATIONS, {"me": who.id, **bound(who.viewer)})
    return [Line(f"organisation:{r.id}", r.name, f"/members/{r.id}-{slug(r.place or r.name)}") for r in rows]


def people(who: Me) -> list[Line]:
    """Return the people whom somebody follows."""
    rows = run(_PEOPLE, {"me": who.id, **bound(who.viewer)})
    return [Line(f"person:{r.id}", r.name, f"/people/{r.id}-{r.handle}") for r in rows]


def others(who: Me) -> list[subjects.Subject]:
    """Return the topics, themes, regions and countries that somebody follows."""
    return subjects.subjects(row.ref for row in run(_OTHERS, {"me": who.id}))


class Place(t.NamedTuple):
    """A group with the level of notice that somebody chose for it."""

    id: int
    name: str
    url: str
    level: str


def groups(who: Me) -> list[Place]:
    """Return the groups that somebody belongs to or follows, with their level."""
    chosen = {row.ref: row.level for row in run(_LEVELS, {"me": who.id})}
    own = {group.id for group in who.groups}
    wanted = [one for one in _flat(spaces.tree(who.viewer)) if one.id in own or f"space:{one.id}" in chosen]
    return [Place(one.id, one.name, one.url, chosen.get(f"space:{one.id}", CALLS)) for one in wanted]


def _flat(entries: t.Iterable[t.Any]) -> t.Iterator[t.Any]:
    for entry in entries:
        yield entry
        yield from _flat(entry.below)


# --- acts -------------------------------------------------------------------------------------------------


def follow(who: Me, ref: str, on: bool) -> None:
    """Follow something by its reference, or no longer."""
    with atomic():
        if on:
            watches.watch(who.id, ref, watches.FOLLOW)
        else:
            watches.unwatch(who.id, ref)


def set_levels(who: Me, levels: dict[int, str]) -> None:
    """Choose for some groups how much one wants to hear of them; what stays as it is keeps its date."""
    if any(level not in LEVELS for level in levels.values()):
        raise ValueError("level")
    with atomic():
        for number, level in sorted(levels.items()):
            if (watches.level(who.id, f"space:{number}") or CALLS) != level:
                watches.watch(who.id, f"space:{number}", level)
