"""A step of an erasure: author lines, mentions, links and addresses change wherever they stand."""

import typing as t

import sqlalchemy as sa

from app.board.models import Post, Thread
from app.calendar.models import Event
from app.calendar.poll_models import TimePoll
from app.core.activity import record
from app.core.database import atomic
from app.extensions import db
from app.feed.models import Update
from app.library import leaving
from app.mydata import scrub
from app.mydata.models import Erasure
from app.search import index
from app.search.models import SearchEntry

RENAMED = "thing.renamed"  # open pages and the index look anew at what an erased person wrote
_thread = Thread.__table__


def read_through(order: Erasure, traces: scrub.Traces) -> None:
    """Change author lines, mentions, links and addresses wherever they stand, and let open pages draw anew."""
    entries = SearchEntry.__table__
    for table in db.metadata.sorted_tables:
        keys = scrub.found(table, traces) if table is not entries else []
        db.session.rollback()
        for start in range(0, len(keys), scrub.BATCH):
            with atomic():
                for key in keys[start : start + scrub.BATCH]:
                    if scrub.clean(table, key, traces):
                        renamed(table.name, key[0])
    _describe_anew(scrub.found(t.cast(sa.Table, entries), traces))


def _describe_anew(keys: t.Sequence[t.Any]) -> None:
    """Describe things anew whose entries in the index hold something of the person."""
    for start in range(0, len(keys), scrub.BATCH):
        numbers = [key[0] for key in keys[start : start + scrub.BATCH]]
        with atomic() as session:
            for ref in session.scalars(sa.select(SearchEntry.ref).where(SearchEntry.id.in_(numbers))).all():
                index.index(ref)


_MODELS: t.Any = {
    "post": Post,
    "thread": Thread,
    "update_note": Update,
    "document": leaving.Document,
    "event": Event,
    "time_poll": TimePoll,
}


def renamed(table: str, number: t.Any) -> None:
    """Let pages and the index look anew at a thing, inside atomic()."""
    thing = db.session.get(_MODELS[table], number, populate_existing=True) if table in _MODELS else None
    if thing is None:
        return
    thread_id = getattr(thing, "thread_id", number if table == "thread" else None)
    if thread_id:
        grown = sa.update(_thread).where(_thread.c.id == thread_id).values(version=_thread.c.version + 1)
        db.session.execute(grown.execution_options(synchronize_session=False))
    root = str(getattr(thing, "root", thing.ref))
    record(RENAMED, actor=None, subject=thing.ref, root=root, audience_id=thing.audience_id)
    for ref in {thing.ref, root}:
        index.index(ref)
