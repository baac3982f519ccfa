"""Days of documents that stand in the calendar of who looks after them: when to look again, when something is published."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.core import when
from app.core.audience import bound, in_sight
from app.core.database import run, several
from app.core.languages import _
from app.core.panels import Due, dates
from app.core.text import slug
from app.library.models import Document, DocumentFacet

MOST = 100
_d = Document.__table__
_mine = sa.and_(
    sa.or_(_d.c.author_id == sa.bindparam("me"), several(_d.c.organisation_id, "houses", sa.Integer)),
    in_sight(_d.c.audience_id),
)
_f = DocumentFacet.__table__
_themes = (
    sa.select(sa.func.aggregate_strings(_f.c.value, " "))
    .where(_f.c.document_id == _d.c.id, _f.c.facet == "theme")
    .scalar_subquery()
    .label("themes")
)
_COLUMNS = (_d.c.id, _d.c.title, _d.c.language, _d.c.space_id, _d.c.review_by, _d.c.publish_at, _themes)
# Two questions, each answered from an index of its days; asked as one, all documents are looked at.
_REVIEWED = (
    sa.select(*_COLUMNS)
    .where(
        _d.c.state == "published", _d.c.review_by >= sa.bindparam("first"), _d.c.review_by <= sa.bindparam("last"), _mine
    )
    .order_by(_d.c.review_by, _d.c.id)
    .limit(MOST)
)  # fmt: skip
_PLANNED = (
    sa.select(*_COLUMNS)
    .where(
        _d.c.state == "planned", _d.c.publish_at >= sa.bindparam("since"), _d.c.publish_at < sa.bindparam("until"), _mine
    )
    .order_by(_d.c.publish_at, _d.c.id)
    .limit(MOST)
)  # fmt: skip


@dates
def of_documents(who: t.Any, first: dt.date, last: dt.date) -> t.Iterator[Due]:
    """The documents that somebody entered, or may publish for the organisation of: when to look again, when they come out."""
    if not who.is_authenticated:
        return
    zone = when.reader_zone()
    since, until = (
        dt.datetime.combine(day, dt.time(), tzinfo=zone) for day in (first, last + dt.timedelta(days=1))
    )
    asked = {
        "me": who.id, "houses": [seat.id for seat in who.seats if seat.may_publish], "first": first, "last": last,
        "since": since.astimezone(dt.UTC), "until": until.astimezone(dt.UTC), **bound(who.viewer),
    }  # fmt: skip
    for row in run(_REVIEWED, asked):
        yield _due(row, row.review_by, None, _("Does it still hold?"))
    for row in run(_PLANNED, asked):
        yield _due(row, when.local(row.publish_at).date(), row.publish_at, _("Published then"))


def _due(row: t.Any, day: dt.date, at: dt.datetime | None, word: t.Any) -> Due:
    url = f"/library/{row.id}-{slug(row.title)}"
    return Due(
        f"document:{row.id}", day, at, row.title, row.language, url, str(word), row.space_id, row.themes or ""
    )
