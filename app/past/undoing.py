"""A batch is taken back: what it made goes, but for what somebody has changed, answered or used since."""

import typing as t

import sqlalchemy as sa

from app.board import bringing
from app.board.models import Post, Thread
from app.core.batches import Stays, one_by_one
from app.core.database import locate
from app.core.links import Link
from app.extensions import db
from app.library import acts, sight
from app.library.models import Collection, CollectionItem, Document, Grant, GuestLink, Placement
from app.past import documents, shelves, talks
from app.past.models import PastBatch, PastItem
from app.search.models import SearchEntry

_item, _post = PastItem.__table__, Post.__table__
ORDER = ("document", "thread", "collection")  # posts go with their discussions


def take_back(actor: t.Any, batch: PastBatch) -> Stays:
    """Take back what a batch made, each thing in a transaction of its own; return what stays. Raises batches.Stopped."""
    made: list[t.Any] = []
    for kind in ORDER:
        mine = sa.select(_item.c.id, _item.c.ref).where(
            _item.c.batch_id == batch.id, _item.c.ref.startswith(f"{kind}:")
        )
        made += db.session.execute(mine.order_by(_item.c.id.desc())).all()

    def out(row: t.Any) -> Stays:
        thing = locate(row.ref)
        if thing is not None and not OUT[row.ref.partition(":")[0]](actor, batch, thing, row.id):
            return [{"title": thing.title, "url": thing.url}]
        db.session.execute(sa.delete(_item).where(_item.c.id == row.id))
        return []

    return one_by_one(batch, made, out)


def _stamp(item_id: int) -> str:
    return str(db.session.scalar(sa.select(_item.c.stamp).where(_item.c.id == item_id)))


# --- documents ------------------------------------------------------------------------------------------------


def _document(actor: t.Any, batch: PastBatch, document: Document, item_id: int) -> bool:
    db.session.refresh(document)
    if (
        document.state == "withdrawn"
        or documents.stamp(document) != _stamp(item_id)
        or _is_used(batch, document)
    ):
        return False
    own = sa.select(CollectionItem.collection_id).where(CollectionItem.document_id == document.id)
    inside = list(db.session.scalars(own))
    document.state, ref = "draft", document.ref
    sight.settle(document, actor)  # who saw it hears that it is gone
    acts.discard(actor, document)
    for number in inside:
        shelves.recount(number)
    db.session.execute(sa.delete(SearchEntry).where(SearchEntry.root == ref))
    return True


def _is_used(batch: PastBatch, document: Document) -> bool:
    """Say whether somebody has put it elsewhere since, opened it to others, or tied it to something."""
    theirs = sa.select(PastItem.ref).where(
        PastItem.batch_id == batch.id, PastItem.ref.startswith("collection:")
    )
    made = {int(ref.partition(":")[2]) for ref in db.session.scalars(theirs)}
    inside = sa.select(CollectionItem.collection_id).where(CollectionItem.document_id == document.id)
    uses = (
        sa.select(Placement.space_id).where(Placement.document_id == document.id),
        sa.select(Grant.person_id).where(Grant.document_id == document.id),
        sa.select(GuestLink.id).where(GuestLink.document_id == document.id),
        sa.select(Link.source).where(sa.or_(Link.source == document.ref, Link.target == document.ref)),
    )
    others = [number for number in db.session.scalars(inside) if number not in made and not _brought(number)]
    return bool(others) or any(db.session.scalar(used.limit(1)) is not None for used in uses)


def _brought(collection_id: int) -> bool:
    """Say whether a collection came in with some batch."""
    known = sa.select(_item.c.id).where(_item.c.ref == f"collection:{collection_id}").limit(1)
    return db.session.scalar(known) is not None


def _collection(_actor: t.Any, _batch: PastBatch, one: Collection, item_id: int) -> bool:
    """An empty collection goes, if it is still called as its folder was."""
    filled = sa.select(CollectionItem.document_id).where(CollectionItem.collection_id == one.id).limit(1)
    below = sa.select(Collection.id).where(Collection.parent_id == one.id).limit(1)
    if one.title != _stamp(item_id) or db.session.scalar(filled) or db.session.scalar(below):
        return False
    db.session.execute(sa.delete(SearchEntry).where(SearchEntry.root == one.ref))
    db.session.delete(one)
    db.session.flush()
    return True


# --- discussions ----------------------------------------------------------------------------------------------


def _thread(actor: t.Any, batch: PastBatch, thread: Thread, item_id: int) -> bool:
    db.session.refresh(thread)
    rows = db.session.execute(
        sa.select(_post.c.id, _post.c.number, _item.c.batch_id)
        .outerjoin(_item, _item.c.ref == sa.literal("post:") + sa.cast(_post.c.id, sa.String))
        .where(_post.c.thread_id == thread.id)
        .order_by(_post.c.number)
    ).all()
    mine = [row.id for row in rows if row.batch_id == batch.id]
    before = bringing.stamp(thread)
    if before != _stamp(item_id) or bringing.is_needed(thread, mine):
        return False
    refs = [f"post:{number}" for number in mine]
    if len(mine) == len(rows):
        root = thread.ref
        bringing.take_out(actor, thread)
        db.session.execute(sa.delete(SearchEntry).where(SearchEntry.root == root))
    elif all(row.batch_id == batch.id for row in rows[len(rows) - len(mine) :]):
        bringing.take_last(actor, thread, mine, talks.voices(thread.id))
        db.session.execute(sa.update(_item).where(_item.c.ref == thread.ref, _item.c.stamp == before).values(
            stamp=bringing.stamp(thread)
        ))  # fmt: skip
        for start in range(0, len(refs), 500):
            db.session.execute(sa.delete(SearchEntry).where(SearchEntry.ref.in_(refs[start : start + 500])))
    else:  # a later batch added to it: that one goes first
        return False
    for start in range(0, len(refs), 500):
        gone = _item.c.ref.in_(refs[start : start + 500])
        db.session.execute(sa.delete(_item).where(gone, _item.c.batch_id == batch.id))
    return True


OUT: dict[str, t.Callable[[t.Any, PastBatch, t.Any, int], bool]] = {
    "document": _document,
    "thread": _thread,
    "collection": _collection,
}
