"""Keeps the index: a durable reader that describes anew whatever a fact is about. Parts of a thing, see parts.py."""

import time
import typing as t

import sqlalchemy as sa

from app.core import database, jobs, readers, site
from app.core.audience import Thing
from app.core.database import atomic
from app.extensions import db
from app.search import parts
from app.search.entries import write as write
from app.search.models import SearchEntry

BATCH, LOOKED = 20, 500  # things described, and entries looked at, at a time
Say = t.Callable[[str, int, int], None]
VERSION, NAME = "3", "search_index"  # grows when entries are described in another way; see renew()
_e: t.Any = SearchEntry.__table__


@readers.reader("search")
def index_fact(fact: t.Any) -> None:
    """Bring the entries of what a fact is about up to date. Bears facts late, twice and out of order."""
    for ref in sorted({fact.subject, fact.root}):
        index(ref, fact.id)


def index(ref: str, fact_id: int = 0) -> None:
    """Describe one thing as it is now; what is gone or has no words loses its entry."""
    if database.split_ref(ref) is None:
        return
    thing = database.locate(ref)
    whole = parts.whole_of(thing)
    if whole:  # a part is described with what it is part of
        index(whole, fact_id)
        return
    found = thing.findable() if isinstance(thing, Thing) else None
    if isinstance(thing, Thing):
        _follow(ref, thing.audience_id)
    if found is None:
        lost = _e.c.root == ref if parts.has_parts(thing) else _e.c.ref == ref
        db.session.execute(sa.delete(_e).where(lost))
        return
    changed = write(t.cast(Thing, thing), found, fact_id)
    if parts.has_parts(thing):
        parts.look(t.cast(Thing, thing), changed, fact_id)


def _follow(root: str, audience_id: int) -> None:
    """Give all that hangs on a thing its audience: on PostgreSQL one was perhaps described while the thing moved."""
    late = sa.update(SearchEntry).where(SearchEntry.root == root, SearchEntry.audience_id != audience_id)
    db.session.execute(late.values(audience_id=audience_id).execution_options(synchronize_session=False))


# --- all of it anew -----------------------------------------------------------------------------------------------


def rebuild(say: Say | None = None) -> int:
    """Describe everything anew, batch by batch, while it is found; return the number of entries.

    `say` hears after each batch of a kind how many of its things are described, and how many there are."""
    for kind in database.kinds():
        _rebuild_kind(kind, say or (lambda *_said: None))
    _drop_lost()
    with atomic():
        site.write(NAME, VERSION, told=False)
    return db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) or 0


def _rebuild_kind(kind: str, say: Say) -> None:
    model = database.model_of(kind)
    if model.findable is Thing.findable:
        return
    last = done = 0
    total = db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
    while rows := db.session.scalars(
        sa.select(model).where(model.id > last).order_by(model.id).limit(BATCH)
    ).all():
        if parts.whole_of(rows[0]):  # these are described with what they are part of
            return
        begun = time.monotonic()
        with atomic():
            for thing in rows:
                _again(thing)
        last, wholes = rows[-1].id, [thing.ref for thing in rows if parts.has_parts(thing)]
        done += len(rows)
        for ref in wholes:
            parts.describe(ref)
        db.session.expunge_all()
        say(kind, done, total)
        time.sleep(min(0.2, time.monotonic() - begun))  # on SQLite others want to write too


def _again(thing: t.Any) -> None:
    found = thing.findable()
    if found is None:
        _forget(thing)
        return
    write(thing, found)
    if parts.has_parts(thing):
        parts.wait(thing.ref, 0)


def _forget(thing: t.Any) -> None:
    """Take the entries of a thing out that is not found any longer."""
    lost = _e.c.root == thing.ref if parts.has_parts(thing) else _e.c.ref == thing.ref
    db.session.execute(sa.delete(_e).where(lost))


def _drop_lost() -> None:
    """Drop the entries of things that are gone, some at a time: what is there was described, or lost its entry, just now."""
    last = -1
    while rows := db.session.execute(
        sa.select(_e.c.id, _e.c.ref).where(_e.c.id > last).order_by(_e.c.id).limit(LOOKED)
    ).all():
        there = _there([row.ref for row in rows])
        lost = [row.id for row in rows if row.ref not in there]
        if lost:
            with atomic():
                db.session.execute(sa.delete(_e).where(_e.c.id.in_(lost)))
        last = rows[-1].id


def _there(refs: list[str]) -> set[str]:
    """Return those of some references that name a thing which can be found."""
    numbers: dict[str, list[int]] = {}
    for kind, number in filter(None, map(database.split_ref, refs)):
        numbers.setdefault(kind, []).append(number)
    found: set[str] = set()
    for kind, some in numbers.items():
        model = database.model_of(kind)
        if model.findable is not Thing.findable:
            known = db.session.scalars(sa.select(model.id).where(model.id.in_(some)))
            found |= {f"{kind}:{number}" for number in known}
    return found


@jobs.minutely
def renew() -> None:
    """Describe everything anew after an update that changed how entries are described: migrations say so."""
    if site.read(NAME) not in ("", VERSION):
        rebuild()
