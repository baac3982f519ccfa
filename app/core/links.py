"""Ties between things of rooms that do not know each other: a discussion about a document, a document that another replaces.

A tie says nothing of sight: whoever shows the other end asks the rule first (`readable_by`, `visible_to`).
"""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import clock, switches
from app.core.audience import Viewer, is_apart
from app.core.database import UtcDateTime, model_of, split_ref, upsert
from app.extensions import Model, db


class Link(Model):
    """One thing is tied to another: `source` is about, replaces, belongs to … `target`."""

    __tablename__ = "link"
    source: so.Mapped[str] = so.mapped_column(sa.String(60), primary_key=True)
    kind: so.Mapped[str] = so.mapped_column(
        sa.String(20), primary_key=True
    )  # about, replaces, part_of, see_also …
    target: so.Mapped[str] = so.mapped_column(sa.String(60), primary_key=True, index=True)
    by_id: so.Mapped[int | None]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


_link = Link.__table__


def tie(source: str, kind: str, target: str, by_id: int | None = None) -> None:
    """Tie one thing to another, inside atomic(); twice is once."""
    values = {"source": source, "kind": kind, "target": target, "by_id": by_id, "at": clock.now()}
    db.session.execute(upsert(Link).values(**values).on_conflict_do_nothing())


def untie(source: str, kind: str, target: str | None = None) -> None:
    """Take a tie away, or all of a kind, inside atomic()."""
    ties = sa.delete(Link).where(Link.source == source, Link.kind == kind)
    db.session.execute(ties if target is None else ties.where(Link.target == target))


def from_(source: str, kind: str | None = None) -> list[t.Any]:
    """Return the ties that go out from a thing: rows with kind and target, oldest first."""
    rows = sa.select(_link.c.kind, _link.c.target).where(_link.c.source == source).order_by(_link.c.at)
    return list(db.session.execute(rows if kind is None else rows.where(_link.c.kind == kind)))


def to(target: str, kind: str | None = None) -> list[t.Any]:
    """Return the ties that lead to a thing: rows with kind and source, oldest first."""
    rows = sa.select(_link.c.kind, _link.c.source).where(_link.c.target == target).order_by(_link.c.at)
    return list(db.session.execute(rows if kind is None else rows.where(_link.c.kind == kind)))


def stands(thing: t.Any, viewer: Viewer) -> bool:
    """Say whether the other end of a tie is there for a viewer: neither gone, out of their sight, nor in a closed room."""
    gone = getattr(thing, "removed", False) or getattr(thing, "state", "") in ("withdrawn", "draft")
    gone = gone or thing.kind in switches.hidden_kinds()
    return not gone and not is_apart(thing.audience_id) and thing.readable_by(viewer)


def seen(refs: t.Sequence[str], viewer: Viewer) -> list[t.Any]:
    """Return the things of some references that a viewer may see, in this order: one statement for each kind."""
    of_kind: dict[str, list[int]] = {}
    for part in filter(None, map(split_ref, refs)):
        of_kind.setdefault(part[0], []).append(part[1])
    found: dict[str, t.Any] = {}
    for kind, numbers in of_kind.items():
        model = model_of(kind)
        for thing in db.session.scalars(
            sa.select(model).where(model.id.in_(numbers), model.visible_to(viewer))
        ):
            found[thing.ref] = thing
    return [found[ref] for ref in refs if ref in found and stands(found[ref], viewer)]
