"""Collections of documents: put together and in order, or kept as filters. Each act is one transaction and records one fact."""

import typing as t

import sqlalchemy as sa

from app.core import clock, watches
from app.core.activity import record
from app.core.audience import (
    GONE,
    MEMBERS,
    NOBODY,
    PUBLIC,
    audience_of,
    is_apart,
    readdress,
    retitle,
    rooms_of,
    silence,
)
from app.core.database import atomic, upsert
from app.core.text import excerpt
from app.extensions import db
from app.library.models import Collection, CollectionItem, Document
from app.spaces.models import Space

DEEPEST = 5
MOST_AT_ONCE = 200
FIELDS = frozenset({"title", "about", "language", "texts", "smart", "parent_id"})
_c, _i = Collection.__table__, CollectionItem.__table__


class Gone(Exception):
    """The collection was removed while somebody worked on it."""


def grown(collection: Collection) -> None:
    """Take the row for this transaction, count the change, and look at it as it is now."""
    db.session.flush()
    changed = sa.update(_c).where(_c.c.id == collection.id).values(version=_c.c.version + 1)
    db.session.execute(changed)
    db.session.refresh(collection)
    if collection.removed:
        raise Gone(collection.ref)


def make(
    author: t.Any, space: Space, fields: dict[str, t.Any], audience: str, organisation: t.Any = None
) -> Collection:
    """Make an empty collection in a space, or one of all documents that some filters find."""
    with atomic():
        collection = Collection(
            space_id=space.id, audience_id=space.audience_named(audience), author_id=author.id,
            organisation_id=organisation and organisation.id, by=author.byline(organisation), texts={}, about="",
            smart="", at=clock.now(), title=fields["title"], language=fields["language"],
        )  # fmt: skip
        _say(collection, fields)
        db.session.add(collection)
        db.session.flush()
        watches.watch(author.id, collection.ref, watches.FOLLOW, softly=True)
        record(
            "library.collection", actor=author, subject=collection, organisation=organisation, space_id=space.id,
            excerpt=excerpt(collection.about),
        )  # fmt: skip
        return collection


def change(author: t.Any, collection: Collection, fields: dict[str, t.Any], audience: str = "") -> Collection:
    """Give a collection other words, another place among the others, or other readers."""
    with atomic():
        grown(collection)
        title, url = collection.title, collection.url
        _say(collection, fields)
        if collection.title != title:
            retitle(collection.ref, title, collection.title, (url, collection.url))
        if audience:
            space = db.session.get_one(Space, collection.space_id)
            seen_by(author, collection, space.audience_named(audience))
        record("library.changed", actor=author, subject=collection, audience_id=audience_of(NOBODY))
        return collection


def _say(collection: Collection, fields: dict[str, t.Any]) -> None:
    unknown = fields.keys() - FIELDS
    if unknown:
        raise KeyError(f"no fields of a collection: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(collection, name, value)


def seen_by(actor: t.Any, collection: Collection, after: int) -> None:
    """Let others see a collection, inside atomic(); who loses sight of it hears so."""
    before = collection.audience_id
    if after == before or is_apart(before):
        return
    collection.audience_id = after
    db.session.flush()
    readdress(collection.ref, after)
    old, new = rooms_of(before), rooms_of(after)
    if not (old <= new or PUBLIC in new or (MEMBERS in new and PUBLIC not in old)):
        gone = {"refs": [collection.ref], "kept": sorted(new)}
        record(GONE, actor=actor, subject=collection.ref, audience_id=before, data=gone)


def narrow(actor: t.Any, space: Space) -> None:
    """A space is seen by fewer people: its collections follow, inside atomic()."""
    offered = {space.audience_named(word) for word in space.offers()}
    last = space.audience_named(space.offers()[-1])
    here = sa.select(Collection).where(Collection.space_id == space.id, ~Collection.removed)
    for collection in db.session.scalars(here).all():
        if collection.audience_id not in offered:
            seen_by(actor, collection, last)


def put(author: t.Any, collection: Collection, numbers: t.Sequence[int]) -> int:
    """Put documents that who acts may see at the end of a collection; return how many were not in it yet."""
    with atomic() as session:
        grown(collection)
        wanted = sa.select(Document).where(
            Document.id.in_(list(numbers)[:MOST_AT_ONCE]), Document.visible_to(author.viewer)
        )
        found = {one.id: one for one in session.scalars(wanted)}
        place, added = _last(collection), []
        for number in dict.fromkeys(number for number in numbers if number in found):
            row = upsert(CollectionItem).values(
                collection_id=collection.id,
                document_id=number,
                place=place + 1,
                by_id=author.id,
                at=clock.now(),
            )
            if session.execute(row.on_conflict_do_nothing().returning(_i.c.document_id)).first():
                place += 1
                added.append(found[number])
        if not added:
            return 0
        collection.count = collection.count + len(added)
        _tell(author, collection, added)
        return len(added)


def _last(collection: Collection) -> int:
    last = sa.select(sa.func.max(_i.c.place)).where(_i.c.collection_id == collection.id)
    return int(db.session.scalar(last) or 0)


def _tell(author: t.Any, collection: Collection, added: list[Document]) -> None:
    """One fact for all that was put in. Titles are not said: who sees the collection may not see each document."""
    record(
        "library.collected", actor=author, subject=collection, space_id=collection.space_id,
        data={"count": len(added), "documents": [one.id for one in added][:20]},
    )  # fmt: skip


def take_off(author: t.Any, collection: Collection, number: int) -> bool:
    """Take a document off a collection. Says whether it was in it."""
    with atomic() as session:
        grown(collection)
        gone = sa.delete(_i).where(_i.c.collection_id == collection.id, _i.c.document_id == number)
        if not t.cast(t.Any, session.execute(gone)).rowcount:
            return False
        collection.count = collection.count - 1
        record("library.changed", actor=author, subject=collection, audience_id=audience_of(NOBODY))
        return True


def move(author: t.Any, collection: Collection, number: int, where: str) -> bool:
    """Let a document change places with its neighbour, or stand first or last: up, down, first, last."""
    with atomic() as session:
        grown(collection)
        order = sa.select(_i.c.document_id).where(_i.c.collection_id == collection.id)
        ids = list(session.scalars(order.order_by(_i.c.place, _i.c.document_id)))
        if number not in ids:
            return False
        at = ids.index(number)
        to = {"up": max(0, at - 1), "down": at + 1, "first": 0, "last": len(ids)}[where]
        ids.insert(to, ids.pop(at))
        for place, one in enumerate(ids, 1):
            mine = (_i.c.collection_id == collection.id, _i.c.document_id == one)
            session.execute(sa.update(_i).where(*mine, _i.c.place != place).values(place=place))
        record("library.changed", actor=author, subject=collection, audience_id=audience_of(NOBODY))
        return True


def remove(author: t.Any, collection: Collection) -> None:
    """Take a collection away; its documents stay, collections in it stand where it stood."""
    with atomic() as session:
        grown(collection)
        below = sa.update(_c).where(_c.c.parent_id == collection.id).values(parent_id=collection.parent_id)
        session.execute(below)
        session.execute(sa.delete(_i).where(_i.c.collection_id == collection.id))
        collection.removed, collection.title, collection.about, collection.texts = True, "", "", {}
        collection.smart, collection.count = "", 0
        session.flush()
        silence(collection.ref, url=f"/library/collections/{collection.id}")
        record("library.changed", actor=author, subject=collection, audience_id=audience_of(NOBODY))


def follow(actor: t.Any, collection: Collection, on: bool) -> None:
    """Hear of what is put into a collection, or no longer."""
    with atomic():
        if on:
            watches.watch(actor.id, collection.ref, watches.FOLLOW)
        else:
            watches.unwatch(actor.id, collection.ref)


def above(collection: Collection) -> list[Collection]:
    """Return the collections that this one lies in, the outermost first."""
    found: list[Collection] = []
    parent = collection.parent_id
    while parent and len(found) < DEEPEST + 1 and parent not in [one.id for one in found]:
        one = db.session.get(Collection, parent)
        if one is None:
            break
        found.insert(0, one)
        parent = one.parent_id
    return found
