"""Following: who wants to hear of a thing. Kept in the kernel, because every room's things can be followed."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import clock
from app.core.database import UtcDateTime, built, run, upsert
from app.extensions import Model, db

# Of a thing one follows it or has muted it. Of a group there are four levels: everything, what is new, one's own name, nothing.
ALL, FOLLOW, CALLS, MUTE = "all", "follow", "calls", "mute"
LEVELS = (ALL, FOLLOW, CALLS, MUTE)


class Watch(Model):
    """A person follows a thing, or has muted it."""

    __tablename__ = "watch"
    person_id: so.Mapped[int] = so.mapped_column(primary_key=True, autoincrement=False)
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), primary_key=True, index=True)
    level: so.Mapped[str] = so.mapped_column(sa.String(8))
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


_watch: t.Any = Watch.__table__
FOLLOWS = sa.or_(*(_watch.c.level == sa.literal_column(f"'{word}'") for word in (FOLLOW, ALL)))


@built
def _unless_chosen() -> t.Any:
    return upsert(_watch).on_conflict_do_nothing()


@built
def _chosen() -> t.Any:
    row = upsert(_watch)
    new = {"level": row.excluded.level, "at": row.excluded.at}
    return row.on_conflict_do_update(index_elements=["person_id", "ref"], set_=new)


def watch(person_id: int, ref: str, level: str, *, softly: bool = False) -> None:
    """Follow or mute a thing, inside atomic(). `softly` leaves a choice alone that was made before."""
    row = {"person_id": person_id, "ref": ref, "level": level, "at": clock.now()}
    run(_unless_chosen() if softly else _chosen(), row)


def unwatch(person_id: int, ref: str) -> None:
    """Neither follow nor mute a thing any longer, inside atomic()."""
    db.session.execute(sa.delete(Watch).where(Watch.person_id == person_id, Watch.ref == ref))


def hand_on(from_id: int, to_id: int) -> None:
    """Let the next holder of a seat follow what the old one followed, people aside, inside atomic()."""
    mine = sa.select(Watch.ref, Watch.level).where(
        Watch.person_id == from_id, FOLLOWS, ~Watch.ref.startswith("person:")
    )
    for ref, how in db.session.execute(mine).all():
        watch(to_id, ref, how, softly=True)


def rename(old: str, new: str) -> None:
    """Let who follows one reference follow another in its place, inside atomic()."""
    already = sa.select(_watch.c.person_id).where(_watch.c.ref == new)
    theirs = sa.and_(_watch.c.ref == old, _watch.c.person_id.not_in(already))
    db.session.execute(sa.update(_watch).where(theirs).values(ref=new))
    db.session.execute(sa.delete(_watch).where(_watch.c.ref == old))


def drop(person_id: int) -> None:
    """Forget what a person follows and has muted, inside atomic()."""
    db.session.execute(sa.delete(Watch).where(Watch.person_id == person_id))


def level(person_id: int | None, ref: str) -> str:
    """Return one of LEVELS, or nothing."""
    found = db.session.scalar(sa.select(Watch.level).where(Watch.person_id == person_id, Watch.ref == ref))
    return found or ""


def followers(ref: str) -> list[int]:
    """Return the people who follow a thing."""
    return list(db.session.scalars(sa.select(Watch.person_id).where(Watch.ref == ref, FOLLOWS)))


# Who wants to know that somebody saw a thing: the notices, which are read with it.
_on_seen: list[t.Callable[[int, str], None]] = []


def on_seen(fn: t.Callable[[int, str], None]) -> None:
    """Register what happens when a person has a thing on the screen: called with person and reference."""
    if fn not in _on_seen:
        _on_seen.append(fn)


def seen(person_id: int, ref: str) -> None:
    """Say that a person has seen a thing, inside atomic(). For the acts that keep how far somebody has read."""
    for fn in _on_seen:
        fn(person_id, ref)
