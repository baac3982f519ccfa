"""Taking a thing out of sight for a time, and putting it back with everything that hangs on it.

A thing that is set apart gets an audience of its own, marked with the room APART. What hangs on a larger thing (a
post on its discussion) is cut off from it meanwhile: its rows hang on itself, so whatever happens to the larger
thing does not bring it back. No list asks whether something is apart: the rule for sight alone keeps it from them.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import audience, clock
from app.core.activity import record
from app.core.database import UtcDateTime, upsert
from app.extensions import Model, db

CHANGED = "thing.hidden"  # open pages and readers look anew at what left sight or came back
Rehung = t.Callable[[str, str, str, int], None]


class Apart(Model):
    """A thing that is out of sight: where it hung and who saw it, and what its author reads about it."""

    __tablename__ = "apart"
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), primary_key=True)
    root: so.Mapped[str] = so.mapped_column(sa.String(60))  # before
    audience_id: so.Mapped[int]  # before
    why: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    url: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # the page that says more
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


_rehung: list[Rehung] = []


def on_rehang(fn: Rehung) -> None:
    """Register what follows when rows about a thing hang on another root: (ref, old root, new root, audience)."""
    if fn not in _rehung:
        _rehung.append(fn)


def of(ref: str) -> Apart | None:
    """Return why a thing is out of sight, None where it is not."""
    return db.session.get(Apart, ref)


def take_away(thing: t.Any, rooms: t.Collection[str], *, why: str, url: str) -> None:
    """Take a thing out of everybody's sight but these rooms', inside atomic(); open pages hear it at once."""
    before, root = thing.audience_id, getattr(thing, "root", thing.ref)
    after = audience.audience_of(audience.APART, *rooms)
    values = {
        "ref": thing.ref,
        "root": root,
        "audience_id": before,
        "why": why,
        "url": url,
        "at": clock.now(),
    }
    db.session.execute(upsert(Apart).values(**values).on_conflict_do_nothing())
    _hang(thing, root, thing.ref, after)
    gone = {"refs": [thing.ref], "kept": sorted(audience.rooms_of(after))}
    record(audience.GONE, actor=None, subject=thing.ref, audience_id=before, data=gone)
    record(CHANGED, actor=None, subject=thing.ref, audience_id=after)


def put_back(thing: t.Any, audience_id: int | None = None) -> None:
    """Put a thing back where it was, inside atomic(); with `audience_id`, to who sees its root by now."""
    kept = db.session.get_one(Apart, thing.ref)
    after = kept.audience_id if audience_id is None else audience_id
    _hang(thing, thing.ref, kept.root, after)
    record(CHANGED, actor=None, subject=thing.ref, root=kept.root, audience_id=after)
    db.session.delete(kept)


def _hang(thing: t.Any, old: str, new: str, audience_id: int) -> None:
    thing.audience_id = audience_id
    if hasattr(thing, "root"):
        thing.root = new
    db.session.flush()
    if old == new:
        audience.readdress(new, audience_id)
        return
    audience.rehang(thing.ref, old, new, audience_id)
    for fn in _rehung:
        fn(thing.ref, old, new, audience_id)
