"""Who can be mentioned: people, organisations, and what other rooms add; found by the rule for sight."""

import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer, bound, in_sight
from app.extensions import db
from app.members.models import Organisation, Person, Seat
from app.members.names import country, fold, kind_word

MOST = 8


class Found(t.NamedTuple):
    """One that can be mentioned, as the composer shows it."""

    handle: str
    name: str
    note: str
    kind: str
    code: str


Source = t.Callable[[Viewer, str], list[Found]]
_sources: list[Source] = []


def add_source(fn: Source) -> None:
    """Let things of a room be mentioned: fn(viewer, start) returns MOST at most, only what the viewer may see."""
    if fn not in _sources:
        _sources.append(fn)


def find(viewer: Viewer, words: str) -> list[Found]:
    """Return what this viewer may mention: its handle, or a word of its name, begins so."""
    start = fold(words)[:40]
    found = [hit for source in _sources for hit in source(viewer, start)]
    return sorted(found, key=lambda hit: (not hit.handle.startswith(start), fold(hit.name)))[:MOST]


def begins(table: t.Any) -> sa.ColumnElement[bool]:
    """Return the condition on a table with handle and name; bind it with `starts`."""
    likely = [
        table.c.handle.like(sa.bindparam("h1"), escape="/"),
        table.c.handle.like(sa.bindparam("h2"), escape="/"),
    ]
    for name in ("n1", "n2"):
        likely.append(sa.func.lower(table.c.name).like(sa.bindparam(name), escape="/"))
    return sa.or_(*likely)


def starts(viewer: Viewer, start: str) -> dict[str, t.Any]:
    """Return what a statement with begins() and in_sight() has to be run with."""
    plain = start.replace("/", "//").replace("%", "/%").replace("_", "/_")
    dashed = plain.replace(" ", "-")
    likely = {"h1": f"{dashed}%", "h2": f"%-{dashed}%", "n1": f"{plain}%", "n2": f"% {plain}%"}
    return {**likely, **bound(viewer)}


_o, _p, _s = Organisation.__table__, Person.__table__, Seat.__table__
_ORGANISATIONS = (
    sa.select(_o.c.handle, _o.c.name, _o.c.form, _o.c.code, _o.c.country)
    .where(begins(_o), in_sight(_o.c.audience_id))
    .order_by(_o.c.sort_key)
    .limit(MOST)
)
_first_seat = (
    sa.select(sa.func.min(_s.c.id))
    .where(_s.c.person_id == _p.c.id, _s.c.ended.is_(None))
    .correlate(_p)
    .scalar_subquery()
)
_PEOPLE = (
    sa.select(_p.c.handle, _p.c.name, _o.c.name.label("at"), _o.c.form, _o.c.code)
    .select_from(_p.outerjoin(_s, _s.c.id == _first_seat).outerjoin(_o, _o.c.id == _s.c.organisation_id))
    .where(begins(_p), in_sight(_p.c.audience_id), _p.c.state == "active")
    .order_by(_p.c.handle)
    .limit(MOST)
)


def _organisations(viewer: Viewer, start: str) -> list[Found]:
    rows = db.session.execute(_ORGANISATIONS, starts(viewer, start))
    return [Found(r.handle, r.name, _note(r.form, r.country), r.form, r.code) for r in rows]


def _note(form: str, where: str) -> str:
    return ", ".join(filter(None, [str(kind_word(form)), country(where)]))


def _people(viewer: Viewer, start: str) -> list[Found]:
    rows = db.session.execute(_PEOPLE, starts(viewer, start))
    return [Found(r.handle, r.name, r.at or "", r.form or "partner", r.code or "") for r in rows]


def people(viewer: Viewer, words: str) -> list[Found]:
    """Return people alone who may be named: for what is said to people and to nobody else."""
    return _people(viewer, fold(words)[:40])


def register() -> None:
    """Let people and organisations be mentioned."""
    add_source(_organisations)
    add_source(_people)
