"""Tells people of what a search that they keep finds anew: only of what they may see, once for each thing.

Each minute the entries that came since the last look are held against the kept searches, by the model in Python. Whom
it concerns hears it as a notice of their own: its name and a number, no words of what was found. The page that it leads
to asks the rule for sight, as ever.
"""

import datetime as dt
import logging
import typing as t

import sqlalchemy as sa

from app.core import audience, clock, jobs, switches
from app.core.activity import record
from app.core.database import atomic
from app.core.languages import in_language
from app.extensions import db
from app.members.models import Person
from app.members.signed_in import as_person
from app.search import matching, saved
from app.search.models import SavedSearch, SearchEntry

log = logging.getLogger(__name__)
SETTLED = dt.timedelta(seconds=10)  # a transaction may show its entries a little after their time
MOST_NEW, MOST_SEARCHES, MOST_OLD = 2000, 500, 300
_e: t.Any = SearchEntry.__table__
_s: t.Any = SavedSearch.__table__
_WORDS = (_e.c.id, _e.c.ref, _e.c.root, _e.c.audience_id, _e.c.author_id, _e.c.came)
_HELD = (*_WORDS, _e.c.title_tokens, _e.c.body_tokens, _e.c.tags)


class New(t.NamedTuple):
    """An entry that came, as searches are held against it."""

    row: t.Any
    held: matching.Held


def look() -> int:
    """Look through what came since the last time; return how many people were told of something."""
    until = clock.now() - SETTLED
    last = db.session.scalar(sa.select(sa.func.max(_e.c.came)).where(_e.c.came <= until))
    if last is None:
        return 0
    return sum(_looked(person_id, searches, last) for person_id, searches in _waiting(last).items())


def _waiting(last: dt.datetime) -> dict[int, list[t.Any]]:
    """Return the searches that have not been looked at since something came, by person."""
    rows = (
        sa.select(_s)
        .join_from(_s, Person.__table__, Person.id == _s.c.person_id)
        .where(_s.c.told, _s.c.looked < last, Person.state == "active")
        .order_by(_s.c.looked, _s.c.person_id)
        .limit(MOST_SEARCHES)
    )
    found: dict[int, list[t.Any]] = {}
    for row in db.session.execute(rows):
        found.setdefault(row.person_id, []).append(row)
    return found


def _looked(person_id: int, searches: list[t.Any], last: dt.datetime) -> int:
    """Look through one person's searches; what fails keeps nobody else waiting."""
    try:
        who = as_person(person_id)
        with in_language(who.language):
            found = {one.id: found_anew(one, who.viewer, last) for one in searches}
        return _tell(person_id, searches, found, last)
    except Exception:
        db.session.rollback()
        log.exception("kept searches of person %s were not looked through", person_id)
        return 0


def found_anew(one: t.Any, viewer: audience.Viewer, last: dt.datetime) -> set[str]:
    """Return the things that a search finds now and did not find before."""
    asked = saved.asked(one, viewer)
    if not asked:
        return set()
    roots: dict[str, bool] = {}
    for new in _news(one.looked, last):
        mine = new.row.author_id == viewer.person_id
        if not mine and audience.may_see(viewer, new.row.audience_id) and matching.holds(new.held, asked):
            roots[new.row.root] = roots.get(new.row.root, False) or new.row.ref == new.row.root
    return {root for root, whole in roots.items() if whole or not _before(root, one.looked, asked)}


def _news(since: dt.datetime, until: dt.datetime) -> list[New]:
    shown = _e.c.kind.not_in(switches.hidden_kinds())  # rooms that are switched off are silent
    rows = sa.select(*_HELD).where(_e.c.came > since, _e.c.came <= until, shown).order_by(_e.c.came, _e.c.id)
    return [New(row, _held(row)) for row in db.session.execute(rows.limit(MOST_NEW))]


def _held(row: t.Any) -> matching.Held:
    return matching.held(row.id, row.title_tokens, row.body_tokens, row.tags)


def _before(root: str, looked: dt.datetime, asked: matching.Asked) -> bool:
    """Say whether a thing of which a part is new was found already."""
    old = sa.or_(_e.c.came.is_(None), _e.c.came <= looked)
    rows = sa.select(*_HELD).where(_e.c.root == root, old).order_by(_e.c.id.desc()).limit(MOST_OLD)
    return any(matching.holds(_held(row), asked) for row in db.session.execute(rows))


def _tell(person_id: int, searches: list[t.Any], found: dict[int, set[str]], last: dt.datetime) -> int:
    """Record what was found and how far it was looked, in one transaction: so nothing is told twice or not at all."""
    told = 0
    with atomic() as session:
        for one in searches:
            same = sa.and_(_s.c.id == one.id, _s.c.looked == one.looked)
            if not t.cast(t.Any, session.execute(sa.update(_s).where(same).values(looked=last))).rowcount:
                continue  # somebody else looked, or it was dropped
            if found[one.id]:
                kept = session.get_one(SavedSearch, one.id)
                session.refresh(kept)
                data = {"to": [person_id], "number": len(found[one.id])}
                record("search.found", actor=None, subject=kept, data=data)
                told += 1
    return min(told, 1)


@jobs.minutely
def look_each_minute() -> None:
    """Look through what came."""
    look()
