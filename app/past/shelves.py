"""Folders become collections: one for each folder, nested as they were, under one that bears the name of what was brought."""

import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.database import upsert
from app.extensions import db
from app.library.models import Collection, CollectionItem
from app.past import keys
from app.past.models import PastBatch, PastItem
from app.past.sources import values
from app.spaces.models import Space

NARROWEST = "space"


def put(actor: t.Any, batch: PastBatch, folder: str, document_id: int) -> None:
    """Put a document into the collection of its folder, inside atomic(); collections are made as they are needed."""
    above = None
    for part in ["", *(folder.split("/") if folder else [])]:
        path = part if above is None else f"{above[1]}/{part}"
        if path or batch.how.get("collection"):
            above = _shelf(actor, batch, path, above[0] if above else None), path
    if above is None:
        return
    places = sa.select(sa.func.coalesce(sa.func.max(CollectionItem.place), 0)).where(
        CollectionItem.collection_id == above[0]
    )
    row = {"collection_id": above[0], "document_id": document_id, "place": (db.session.scalar(places) or 0) + 1,
           "by_id": actor.id, "at": clock.now()}  # fmt: skip
    db.session.execute(upsert(t.cast(t.Any, CollectionItem.__table__)).values(row).on_conflict_do_nothing())
    recount(above[0])


def _shelf(actor: t.Any, batch: PastBatch, path: str, parent: int | None) -> int:
    title = batch.how.get("collection", "") if not path else values.title_of(f"{path.rpartition('/')[2]}.")
    key = keys.key(batch.space_id, "shelf", batch.how.get("collection", ""), path)
    known = db.session.scalar(sa.select(PastItem.ref).where(PastItem.key == key))
    if known:
        return int(known.partition(":")[2])
    space = db.session.get_one(Space, batch.space_id)
    made = Collection(
        space_id=space.id, audience_id=audience_of(batch), parent_id=parent, author_id=actor.id, by=actor.byline(),
        language=batch.how["language"], title=title[:200], about="", texts={}, at=clock.now(), version=1,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.add(PastItem(batch_id=batch.id, ref=made.ref, key=key, stamp=made.title))
    return made.id


def audience_of(batch: PastBatch) -> int:
    """Return who sees what a batch makes: those who were chosen, as far as its group still allows it."""
    space, word = db.session.get_one(Space, batch.space_id), batch.how["sight"]
    return space.audience_named(word if word in space.offers() else NARROWEST)


def recount(collection_id: int) -> None:
    """Keep how many documents stand in a collection, inside atomic()."""
    inside = sa.select(sa.func.count()).where(CollectionItem.collection_id == collection_id).scalar_subquery()
    mine = sa.update(Collection).where(Collection.id == collection_id)
    db.session.execute(mine.values(count=inside, version=Collection.version + 1))
