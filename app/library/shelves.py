"""Lists of collections and of what is in them, as tuples, always through the rule for sight."""

import re
import typing as t

import sqlalchemy as sa

from app.core.audience import Viewer, bound, in_sight
from app.core.database import KeptJson, run
from app.core.languages import language
from app.core.text import slug
from app.extensions import db
from app.library import choices, lists
from app.library.models import Collection, CollectionItem, Document
from app.library.models.documents import OPEN

PAGE = 20
MOST = 1000
_c, _i, _d = Collection.__table__, CollectionItem.__table__, Document.__table__
_open = _d.c.state.in_(OPEN)


class Entry(t.NamedTuple):
    """A collection in a list, in the reader's language, with those in it that the reader sees."""

    id: int
    title: str
    lang: str
    url: str
    about: str
    smart: str
    count: int
    by: dict[str, str]
    space_id: int
    author_id: int
    below: list["Entry"]


_LISTED = (
    sa.select(
        _c.c.id, _c.c.parent_id, _c.c.title, _c.c.language, _c.c.about, sa.cast(_c.c.texts, KeptJson).label("texts"),
        sa.cast(_c.c.by, KeptJson).label("by"), _c.c.smart, _c.c.space_id, _c.c.author_id,
    )
    .where(in_sight(_c.c.audience_id), ~_c.c.removed)
    .order_by(_c.c.title, _c.c.id)
    .limit(MOST)
)  # fmt: skip
_COUNTS = (
    sa.select(_i.c.collection_id, sa.func.count().label("number"))
    .join_from(_i, _d, _d.c.id == _i.c.document_id)
    .where(in_sight(_d.c.audience_id), _open)
    .group_by(_i.c.collection_id)
)
_IN = (
    sa.select(_i.c.document_id, _i.c.place)
    .join_from(_i, _d, _d.c.id == _i.c.document_id)
    .where(_i.c.collection_id == sa.bindparam("collection"), in_sight(_d.c.audience_id), _open)
)
_NEXT = (
    _IN.where(
        sa.tuple_(_i.c.place, _i.c.document_id) > sa.tuple_(sa.bindparam("place"), sa.bindparam("number"))
    )
    .order_by(_i.c.place, _i.c.document_id)
    .limit(sa.bindparam("most"))
)
_BEFORE = (
    _IN.where(
        sa.tuple_(_i.c.place, _i.c.document_id) < sa.tuple_(sa.bindparam("place"), sa.bindparam("number"))
    )
    .order_by(_i.c.place.desc(), _i.c.document_id.desc())
    .limit(sa.bindparam("most"))
)
_COUNT = sa.select(sa.func.count()).select_from(_IN.subquery())
_HOLDING = (
    sa.select(_c.c.id, _c.c.title, _c.c.language, sa.cast(_c.c.texts, KeptJson).label("texts"))
    .join_from(_c, _i, _i.c.collection_id == _c.c.id)
    .where(_i.c.document_id == sa.bindparam("document"), in_sight(_c.c.audience_id), ~_c.c.removed)
    .order_by(_c.c.title)
    .limit(20)
)


def tree(viewer: Viewer) -> list[Entry]:
    """Return the collections that a viewer sees; one in another that is not seen stands at the top."""
    rows = run(_LISTED, bound(viewer)).all()
    counts = {row.collection_id: row.number for row in run(_COUNTS, bound(viewer))}
    entries = {row.id: _entry(row, _count(viewer, row, counts)) for row in rows}
    top: list[Entry] = []
    for row in rows:
        parent = entries.get(row.parent_id)
        (parent.below if parent else top).append(entries[row.id])
    return top


def flat(entries: list[Entry], depth: int = 0) -> list[tuple[Entry, int]]:
    """Return a tree as one list, each entry with how deep it lies."""
    return [found for one in entries for found in ((one, depth), *flat(one.below, depth + 1))]


def _count(viewer: Viewer, row: t.Any, counts: dict[int, int]) -> int:
    if row.smart:
        return len(_fitting(viewer, row.smart))
    return counts.get(row.id, 0)


def _fitting(viewer: Viewer, smart: str) -> list[int]:
    """Return the documents that kept filters find for a viewer, in their order."""
    asked = choices.kept(viewer, smart)
    return [] if asked is None else list(lists.index().find(viewer, asked).ids)


def _entry(row: t.Any, count: int) -> Entry:
    title, lang = titled(row)
    return Entry(
        row.id, title, lang, f"/library/collections/{row.id}-{slug(row.title)}", about(row),
        row.smart, count, row.by, row.space_id, row.author_id, [],
    )  # fmt: skip


def titled(row: t.Any) -> tuple[str, str]:
    """Return the name of a collection in the reader's language, else as it was first given, with its language."""
    own = row.texts.get(language(), {}).get("title") if language() != row.language else ""
    return (own, language()) if own else (row.title, row.language)


def about(row: t.Any) -> str:
    """Return what a collection is for in the reader's language, else as it was first said."""
    own = row.texts.get(language(), {}) if language() != row.language else {}
    return str(own.get("about") or row.about)


class Held(t.NamedTuple):
    """One page of what is in a collection, with the cursors of the pages beside it (empty: none)."""

    rows: list[t.Any]
    total: int
    after: str
    before: str


def held(viewer: Viewer, collection: Collection, after: str = "", before: str = "") -> Held:
    """Return one page of the documents of a collection in its order, as far as the viewer sees them."""
    place = _place(after or before)
    back = bool(before) and place != (-1, 0)
    given = {
        **bound(viewer), "collection": collection.id, "place": place[0], "number": place[1], "most": PAGE + 1,
    }  # fmt: skip
    found = list(run(_BEFORE if back else _NEXT, given).all())
    more, found = len(found) > PAGE, found[:PAGE]
    if back:
        found.reverse()
    total = int(run(_COUNT, {**bound(viewer), "collection": collection.id}).scalar_one())
    rows = lists.some(viewer, [row.document_id for row in found])
    older = _cursor(found[-1]) if found and (more or back) else ""
    newer = _cursor(found[0]) if found and (more if back else place != (-1, 0)) else ""
    return Held(rows, total, older, newer)


def _cursor(row: t.Any) -> str:
    return f"{row.place}-{row.document_id}"


def _place(cursor: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,9})-(\d{1,18})", cursor)
    return (int(match[1]), int(match[2])) if match else (-1, 0)


def numbers(viewer: Viewer, collection: Collection, most: int) -> list[int]:
    """Return the documents of a collection that a viewer sees, in its order."""
    if collection.smart:
        return _fitting(viewer, collection.smart)[:most]
    given = {**bound(viewer), "collection": collection.id, "place": -1, "number": 0, "most": most}
    return [row.document_id for row in run(_NEXT, given)]


def holding(viewer: Viewer, document_id: int) -> list[tuple[str, str, str]]:
    """Return the collections that a document is in and a viewer sees: address, name, its language."""
    rows = db.session.execute(_HOLDING, {**bound(viewer), "document": document_id})
    return [(f"/library/collections/{row.id}-{slug(row.title)}", *titled(row)) for row in rows]
