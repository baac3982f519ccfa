"""What a seat leaves open in the library, on the briefing for its next holder."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.core import clock, when
from app.core.audience import bound, in_sight
from app.core.database import run, several
from app.core.languages import _
from app.core.panels import panel
from app.core.policy import me
from app.core.text import slug
from app.library.models import Document, Review

AHEAD = dt.timedelta(days=183)  # how far ahead a document is near the day to look at it again
MOST = 30
_d, _r = Document.__table__, Review.__table__
_theirs = sa.or_(_d.c.organisation_id == sa.bindparam("house"), several(_d.c.author_id, "people", sa.Integer))
_COLUMNS = (_d.c.id, _d.c.title, _d.c.language, _d.c.state, _d.c.review_by, _d.c.publish_at)
_OPEN = (
    sa.select(*_COLUMNS)
    .where(
        _theirs, in_sight(_d.c.audience_id),
        sa.or_(
            _d.c.state.in_(("draft", "review", "planned")),
            sa.and_(_d.c.state == "published", _d.c.review_by <= sa.bindparam("until")),
        ),
    )
    .order_by(_d.c.review_by.is_(None), _d.c.review_by, _d.c.id.desc())
    .limit(MOST)
)  # fmt: skip
_ASKED = (
    sa.select(*_COLUMNS)
    .join_from(_r, _d, _d.c.id == _r.c.document_id)
    .where(
        several(_r.c.reviewer_id, "people", sa.Integer), _r.c.answer == "", _d.c.state.in_(("review", "planned")),
        in_sight(_d.c.audience_id),
    )
    .distinct()
    .order_by(_d.c.id.desc())
    .limit(MOST)
)  # fmt: skip


class Line(t.NamedTuple):
    """One document and what is open in it."""

    title: str
    lang: str
    url: str
    word: str


@panel("briefing", order=25)
def in_briefing(brief: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """Documents of the organisation, or of who held the seat, that are not finished or have to be looked at again."""
    given = {
        "house": brief.organisation.id,
        "people": list(brief.people),
        "until": clock.now().date() + AHEAD,
    }
    seen = {**given, **bound(me().viewer)}
    asked = [_line(row, str(_("Waits for a review by this seat"))) for row in run(_ASKED, seen)]
    lines = asked + [_line(row, _word(row)) for row in run(_OPEN, seen)]
    return ("library/_briefing.html", {"lines": lines}) if lines else None


def _word(row: t.Any) -> str:
    if row.state == "draft":
        return str(_("Draft"))
    if row.state == "review":
        return str(_("In review"))
    if row.state == "planned":
        return str(_("Comes out on %(date)s", date=when.date(row.publish_at)))
    return str(_("Does it still hold? To be looked at by %(date)s", date=when.date(row.review_by)))


def _line(row: t.Any, word: str) -> Line:
    return Line(row.title, row.language, f"/library/{row.id}-{slug(row.title)}", word)
