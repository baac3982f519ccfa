"""Things that are found by their parts as well, such as a document by its pages: described some at a time, by a job.

A thing whose `parts()` are its own to say has them all described when it changes; what is no part any more is dropped.
Which things wait stands in their entries, so a killed process loses nothing: the next minute finds them.
"""

import typing as t

import sqlalchemy as sa

from app.core import database, jobs
from app.core.audience import Thing
from app.core.database import atomic
from app.extensions import db
from app.search import entries
from app.search.models import SearchEntry

AT_ONCE = 10  # parts in one transaction: on SQLite nobody else writes meanwhile
SHARED = {"title", "tags", "by", "at", "id"}  # what parts have from the thing
_e: t.Any = SearchEntry.__table__


def has_parts(thing: t.Any) -> bool:
    """Say whether a thing is found by parts of its own."""
    return isinstance(thing, Thing) and type(thing).parts is not Thing.parts


def whole_of(thing: t.Any) -> str:
    """Return the reference of what a thing is a part of, nothing where it stands by itself."""
    root = getattr(thing, "root", "")
    known = database.split_ref(root) if root and root != thing.ref else None
    model = database.model_of(known[0]) if known else None
    return root if model is not None and model.parts is not Thing.parts else ""


def look(thing: Thing, changed: set[str], fact_id: int) -> None:
    """Let the parts be described where the thing changed for them, or where others are parts now. Inside atomic()."""
    wanted = set(thing.parts())
    known = set(db.session.scalars(sa.select(_e.c.ref).where(_e.c.root == thing.ref, _e.c.ref != thing.ref)))
    if wanted == known and not (wanted and changed & SHARED):
        return
    wait(thing.ref, fact_id)
    database.later(lambda: jobs.enqueue("search.parts", thing.ref))


def wait(ref: str, fact_id: int) -> None:
    """Say that the parts of a thing are to be described."""
    db.session.execute(sa.update(_e).where(_e.c.ref == ref).values(waits_id=fact_id))


def describe(ref: str) -> set[str]:
    """Describe the parts of a thing, some in each transaction; return their references."""
    while (since := db.session.scalar(sa.select(_e.c.waits_id).where(_e.c.ref == ref))) is not None:
        thing = database.locate(ref)
        wanted = list(thing.parts()) if isinstance(thing, Thing) else []
        for start in range(0, len(wanted), AT_ONCE):
            with atomic():
                _some(ref, wanted[start : start + AT_ONCE], since)
            db.session.expunge_all()
        with atomic():
            if _done(ref, set(wanted), since):
                return set(wanted)
    return set()


def _some(ref: str, some: list[str], fact_id: int) -> None:
    thing = database.locate(ref)
    whole = (thing.findable() if isinstance(thing, Thing) else None) or {}
    for part in map(database.locate, some) if whole else ():
        found = part.findable() if isinstance(part, Thing) else None
        if found is not None:
            entries.write(
                part, {**found, "tags": {**whole.get("tags", {}), **found.get("tags", {})}}, fact_id
            )


def _done(ref: str, wanted: set[str], since: int) -> bool:
    """Drop what is no part any more. False where the thing has changed meanwhile: its parts are described again."""
    own = sa.update(_e).where(_e.c.ref == ref, _e.c.waits_id == since).values(waits_id=None)
    if not t.cast(t.Any, db.session.execute(own)).rowcount:
        return False
    known = db.session.scalars(sa.select(_e.c.ref).where(_e.c.root == ref, _e.c.ref != ref)).all()
    lost = [one for one in known if one not in wanted]
    for start in range(0, len(lost), 500):
        db.session.execute(sa.delete(_e).where(_e.c.ref.in_(lost[start : start + 500])))
    return True


def _describe(ref: str) -> None:
    describe(ref)


jobs.task("search.parts")(_describe)


@jobs.minutely
def sweep() -> None:
    """Describe the parts that a killed process left."""
    for ref in db.session.scalars(sa.select(_e.c.ref).where(_e.c.waits_id.is_not(None)).limit(200)).all():
        describe(ref)
