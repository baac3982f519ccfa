"""Good practices of member cities, for the map: the documents that the library lists, by the same rule of sight."""

import typing as t

import sqlalchemy as sa

from app.core import dates
from app.core.audience import Viewer, bound, in_sight
from app.core.database import run, several
from app.core.panels import Placed
from app.core.text import slug
from app.library import lists, vocabularies
from app.library.few_panels import PRACTICE
from app.library.filters import Asked
from app.library.models import Document
from app.members.models import Organisation

MOST = 500
_d, _o = Document.__table__, Organisation.__table__
_OF_CITIES = (
    sa.select(_d.c.id, _d.c.title, _d.c.language, _d.c.organisation_id, _d.c.date, _d.c.sorted)
    .join_from(_d, _o, _o.c.id == _d.c.organisation_id)
    .where(
        several(_d.c.id, "numbers", sa.BigInteger), in_sight(_d.c.audience_id), _d.c.state == "published", _o.c.form == "city"
    )
    .order_by(_d.c.sorted.desc(), _d.c.id.desc())
)  # fmt: skip


def practices(viewer: Viewer, numbers: t.Collection[int] | None = None) -> list[Placed]:
    """Return the good practices of cities that a viewer may see, or those of some numbers among them."""
    found = lists.index().find(viewer, vocabularies.current(Asked(type=(PRACTICE,)))).ids
    wanted = [number for number in found if numbers is None or number in numbers][:MOST]
    rows = run(_OF_CITIES, {**bound(viewer), "numbers": wanted}) if wanted else ()
    return [_placed(row) for row in rows]


def _placed(row: t.Any) -> Placed:
    note = dates.words(row.date, row.sorted)
    return Placed(
        row.id, row.organisation_id, row.title, row.language, f"/library/{row.id}-{slug(row.title)}", note
    )
