"""The record of changes: who did what to which thing. Only ever added to."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core import clock
from app.core.database import BigId, UtcDateTime
from app.extensions import Model, db


class AuditEntry(Model):
    """One line of the record of changes."""

    __tablename__ = "audit_entry"
    __table_args__ = {"sqlite_autoincrement": True}
    id: so.Mapped[int] = so.mapped_column(BigId, primary_key=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime, index=True)
    actor_id: so.Mapped[int | None] = so.mapped_column(index=True)
    act: so.Mapped[str] = so.mapped_column(sa.String(60))
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    data: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)


def note(actor: t.Any, act: str, ref: str, **data: t.Any) -> None:
    """Add a line to the record in the open transaction. No texts of members, no secrets."""
    actor_id = actor.id if actor else None
    db.session.add(AuditEntry(at=clock.now(), actor_id=actor_id, act=act, ref=ref, data=data))
