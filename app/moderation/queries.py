"""What those who decide read: the queue, one case with what stands around it; and what authors and reporters read."""

import json
import typing as t

import sqlalchemy as sa

from app.board import queries as board
from app.core.audience import Viewer, bound, in_sight
from app.core.database import LARGEST_ID, locate
from app.core.policy import Me
from app.core.text import plain
from app.extensions import db
from app.members.models import Person
from app.moderation.models import Case, Decision, Report
from app.spaces.models import Space

PAGE = 30
_c, _r, _d, _p, _s = Case.__table__, Report.__table__, Decision.__table__, Person.__table__, Space.__table__
SHOWN: dict[str, t.Any] = {
    "": _c.c.state.in_(("open", "appeal")) & (_c.c.form == "report"),
    "first": _c.c.state.in_(("open", "appeal")) & (_c.c.form == "first"),
    "done": _c.c.state == "done",
}
_COLUMNS = (
    _c.c.id, _c.c.about, _c.c.form, _c.c.state, _c.c.by, _c.c.said, _c.c.language, _c.c.about_url, _c.c.reports, _c.c.at,
    _s.c.name.label("space"),
)  # fmt: skip
_QUEUE = {
    key: sa.select(*_COLUMNS)
    .outerjoin(_s, _s.c.id == _c.c.space_id)
    .where(in_sight(_c.c.audience_id), condition, _c.c.id < sa.bindparam("before"))
    .order_by(_c.c.id.desc())
    .limit(PAGE + 1)
    for key, condition in SHOWN.items()
}
_some = sa.bindparam("cases", expanding=True)
_REASONS = sa.select(_r.c.case_id, _r.c.reason).where(_r.c.case_id.in_(_some)).order_by(_r.c.id)
_DEEDS = sa.select(_d.c.case_id, _d.c.deed, _d.c.answer).where(_d.c.case_id.in_(_some)).order_by(_d.c.id)
_WAITING = sa.select(_c.c.form, sa.func.count().label("number")).where(
    in_sight(_c.c.audience_id), _c.c.state.in_(("open", "appeal"))
).group_by(_c.c.form)  # fmt: skip


def queue(viewer: Viewer, show: str, before: int | None) -> list[t.Any]:
    """Return the cases of one part of the queue, newest first, one more than a page where there are more."""
    return list(db.session.execute(_QUEUE[show], {**bound(viewer), "before": before or LARGEST_ID}))


def _grouped(statement: t.Any, cases: t.Sequence[t.Any]) -> dict[int, list[t.Any]]:
    found: dict[int, list[t.Any]] = {}
    for row in db.session.execute(statement, {"cases": [case.id for case in cases]}) if cases else ():
        found.setdefault(row.case_id, []).append(row)
    return found


def reasons(cases: t.Sequence[t.Any]) -> dict[int, list[str]]:
    """Return for each case the reasons that were given, each once."""
    return {
        key: list(dict.fromkeys(row.reason for row in rows))
        for key, rows in _grouped(_REASONS, cases).items()
    }


def ends(cases: t.Sequence[t.Any]) -> dict[int, t.Any]:
    """Return for each case its last decision."""
    return {key: rows[-1] for key, rows in _grouped(_DEEDS, cases).items()}


def waiting(viewer: Viewer) -> dict[str, int]:
    """Return how many cases wait for who looks, by form."""
    return {row.form: row.number for row in db.session.execute(_WAITING, bound(viewer))}


def reports(case: Case) -> list[t.Any]:
    """Return what was said in the reports of a case: never by whom."""
    said = sa.select(_r.c.reason, _r.c.words, _r.c.at).where(_r.c.case_id == case.id)
    return list(db.session.execute(said.order_by(_r.c.id).limit(50)))


def decisions(case: Case) -> list[t.Any]:
    """Return the decisions of a case, the first one first, with who decided."""
    by, again = _p.alias("decider"), _p.alias("answerer")
    rows = (
        sa.select(Decision, by.c.name.label("by"), again.c.name.label("again"))
        .join(by, by.c.id == _d.c.by_id)
        .outerjoin(again, again.c.id == _d.c.answer_by_id)
        .where(_d.c.case_id == case.id)
    )
    return list(db.session.execute(rows.order_by(_d.c.id)))


def earlier(case: Case, viewer: Viewer) -> list[t.Any]:
    """Return earlier decisions about the same thing and the same author, as far as who looks decides there too."""
    same = _c.c.about == case.about
    if case.author_id:
        same = sa.or_(same, _c.c.author_id == case.author_id)
    rows = sa.select(_d.c.deed, _d.c.reason, _d.c.at, _d.c.answer, _c.c.id, _c.c.about).join(
        _c, _c.c.id == _d.c.case_id
    )
    seen = rows.where(same, _c.c.id != case.id, in_sight(_c.c.audience_id)).order_by(_d.c.id.desc()).limit(10)
    return list(db.session.execute(seen, bound(viewer)))


class Around(t.NamedTuple):
    """What stands around something that was reported: as much as who looks may see there."""

    title: str
    language: str
    posts: list[tuple[str, str, str, str]]  # who, words, language, address


def around(case: Case, viewer: Viewer) -> Around | None:
    """Return the discussion of a reported post with the posts before and after it."""
    kind, _colon, _number = case.about.partition(":")
    thing = locate(case.about)
    number = (
        getattr(thing, "thread_id", None)
        if kind in ("post", "held")
        else getattr(thing, "id", 0) * (kind == "thread")
    )
    it = board.one(number or 0, viewer.person_id)
    if it is None or it.removed or not it.readable_by(viewer):
        return None
    nth = getattr(thing, "number", 1) if kind == "post" else max(1, it.posts)
    rows = board.posts(it, viewer, max(1, nth - 1), 3) if kind != "thread" else []
    shown = [
        (
            json.loads(row.by)["name"],
            plain(row.html)[:300],
            row.language,
            f"/discussions/{it.id}/posts/{row.number}",
        )
        for row in rows
        if row.number != getattr(thing, "number", 0) and not row.removed
    ]
    return Around(it.title, it.language, shown)


_MINE = (
    sa.select(_r.c.reason, _r.c.at, _c.c.id, _c.c.state, _c.c.about, _c.c.reports)
    .join(_c, _c.c.id == _r.c.case_id)
    .where(_r.c.person_id == sa.bindparam("me"), _r.c.id < sa.bindparam("before"))
    .order_by(_r.c.id.desc())
    .limit(100)
)


def mine(who: Me) -> list[t.Any]:
    """Return what this person reported, newest first."""
    return list(db.session.execute(_MINE, {"me": who.id, "before": LARGEST_ID}))


_ABOUT_ME = (
    sa.select(_d.c.id, _d.c.case_id, _d.c.deed, _d.c.at, _d.c.answer, _d.c.appeal_at, _c.c.about)
    .join(_c, _c.c.id == _d.c.case_id)
    .where(in_sight(_d.c.audience_id), _d.c.deed != "leave", _d.c.author_id == sa.bindparam("me"))
    .order_by(_d.c.id.desc())
    .limit(100)
)


def about_me(who: Me) -> list[t.Any]:
    """Return the decisions about what this person wrote, newest first."""
    return list(db.session.execute(_ABOUT_ME, {"me": who.id, **bound(who.viewer)}))


def is_about(refs: list[str]) -> bool:
    """Say whether a case is about one of some things, decided or not."""
    return db.session.scalar(sa.select(_c.c.id).where(_c.c.about.in_(refs)).limit(1)) is not None
