"""Keeps the index: a durable reader that describes anew whatever a fact is about."""

import typing as t

import sqlalchemy as sa

from app.core import database, readers
from app.core.audience import Thing
from app.core.database import atomic, upsert
from app.extensions import db
from app.search.analyser import tokens
from app.search.models import SearchEntry

MOST_BODY = 200_000
BATCH = 200


@readers.reader("search")
def index_fact(fact: t.Any) -> None:
    """Bring the entries of what a fact is about up to date. Bears facts late, twice and out of order."""
    for ref in {fact.subject, fact.root}:
        index(ref)


def index(ref: str) -> None:
    """Describe one thing as it is now; what is gone or has no words loses its entry."""
    if database.split_ref(ref) is None:
        return
    thing = database.locate(ref)
    found = thing.findable() if isinstance(thing, Thing) else None
    if isinstance(thing, Thing):
        _follow(ref, thing.audience_id)
    if found is None:
        db.session.execute(sa.delete(SearchEntry).where(SearchEntry.ref == ref))
        return
    write(t.cast(Thing, thing), found)


def _follow(root: str, audience_id: int) -> None:
    """Give all that hangs on a thing its audience: on PostgreSQL one was perhaps described while the thing moved."""
    late = sa.update(SearchEntry).where(SearchEntry.root == root, SearchEntry.audience_id != audience_id)
    db.session.execute(late.values(audience_id=audience_id).execution_options(synchronize_session=False))


def write(thing: Thing, found: dict[str, t.Any]) -> None:
    """Insert or replace the entry of a thing from what it says of itself."""
    lang, title, body = found.get("lang", ""), found.get("title", ""), found.get("body", "")[:MOST_BODY]
    values = {
        "ref": thing.ref, "root": found.get("root", thing.ref), "audience_id": thing.audience_id,
        "kind": found.get("kind", thing.kind), "title": found.get("shown", title),
        "body": body, "lang": lang,
        "url": thing.url,
        "by": found.get("by", ""), "at": found["at"],
        "title_tokens": tokens(" ".join([title, found.get("also", "")]), lang), "body_tokens": tokens(body, lang),
    }  # fmt: skip
    statement = upsert(SearchEntry).values(**values)
    changed = {name: value for name, value in values.items() if name != "ref"}
    db.session.execute(statement.on_conflict_do_update(index_elements=["ref"], set_=changed))


def rebuild() -> int:
    """Make the whole index anew; return the number of entries."""
    with atomic():
        db.session.execute(sa.delete(SearchEntry))
    for kind in database.kinds():
        _rebuild_kind(kind)
    return db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) or 0


def _rebuild_kind(kind: str) -> None:
    model = database.model_of(kind)
    if model.findable is Thing.findable:
        return
    last = 0
    while True:
        rows = db.session.scalars(
            sa.select(model).where(model.id > last).order_by(model.id).limit(BATCH)
        ).all()
        if not rows:
            return
        with atomic():
            for thing in rows:
                found = thing.findable()
                if found is not None:
                    write(thing, found)
        last = rows[-1].id
        db.session.expunge_all()
