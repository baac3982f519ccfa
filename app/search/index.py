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

BATCH = 20
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


def rebuild() -> int:
    """Describe everything anew, batch by batch, while it is found; return the number of entries."""
    kept: set[str] = set()
    for kind in database.kinds():
        kept |= _rebuild_kind(kind)
    _drop_others(kept)
    with atomic():
        site.write(NAME, VERSION, told=False)
    return db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) or 0


def _rebuild_kind(kind: str) -> set[str]:
    model, kept = database.model_of(kind), set[str]()
    if model.findable is Thing.findable:
        return kept
    last = 0
    while rows := db.session.scalars(
        sa.select(model).where(model.id > last).order_by(model.id).limit(BATCH)
    ).all():
        if parts.whole_of(rows[0]):  # these are described with what they are part of
            return kept
        begun = time.monotonic()
        with atomic():
            for thing in rows:
                kept |= _again(thing)
        last = rows[-1].id
        for thing in rows:
            if parts.has_parts(thing):
                kept |= parts.describe(thing.ref)
        db.session.expunge_all()
        time.sleep(min(0.2, time.monotonic() - begun))  # on SQLite others want to write too
    return kept


def _again(thing: t.Any) -> set[str]:
    found = thing.findable()
    if found is None:
        return set()
    write(thing, found)
    if parts.has_parts(thing):
        parts.wait(thing.ref, 0)
    return {thing.ref}


def _drop_others(kept: set[str]) -> None:
    last = -1
    while rows := db.session.execute(
        sa.select(_e.c.id, _e.c.ref).where(_e.c.id > last).order_by(_e.c.id).limit(1000)
    ).all():
        lost = [row.id for row in rows if row.ref not in kept]
        if lost:
            with atomic():
                db.session.execute(sa.delete(_e).where(_e.c.id.in_(lost)))
        last = rows[-1].id


@jobs.minutely
def renew() -> None:
    """Describe everything anew after an update that changed how entries are described: migrations say so."""
    if site.read(NAME) not in ("", VERSION):
        rebuild()
