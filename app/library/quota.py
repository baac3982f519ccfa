"""How much room the files of an organisation take, and whether there is room for more."""

import typing as t

import sqlalchemy as sa

from app.core.database import run, setting
from app.core.panels import panel
from app.core.policy import me
from app.library.models import Document, Version

_d, _v = Document.__table__, Version.__table__
_its = (
    sa.select(_v.c.hash, sa.func.max(_v.c.size).label("size"))
    .join_from(_v, _d, _d.c.id == _v.c.document_id)
    .where(_d.c.organisation_id == sa.bindparam("organisation"))
    .group_by(_v.c.hash)
    .subquery()
)
_USED = sa.select(sa.func.coalesce(sa.func.sum(_its.c.size), 0))


def used(organisation_id: int) -> int:
    """Return the bytes of all files, in all versions, that were put in for an organisation; equal files count once."""
    return int(run(_USED, {"organisation": organisation_id}).scalar_one())


def room_for(organisation_id: int | None, size: int) -> bool:
    """Say whether a file of this size still fits: always without a quota, and for what is put in personally."""
    most = setting("LIBRARY_QUOTA_MB") * 1024 * 1024
    return not most or not organisation_id or used(organisation_id) + size <= most


@panel("organisation", order=90, column="side")
def room(organisation: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """How much of its room an organisation uses, for its own people and the secretariat."""
    who = me()
    if not who.steward and all(seat.id != organisation.id for seat in who.seats):
        return None
    taken, most = used(organisation.id), setting("LIBRARY_QUOTA_MB") * 1024 * 1024
    return ("library/_quota.html", {"used": taken, "most": most}) if taken or most else None
