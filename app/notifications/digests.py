"""Summaries: one mail with what a person has neither read nor been mailed, at the hour they chose, once for each period."""

import datetime as dt
import itertools
import logging
import time
import typing as t
from urllib.parse import quote

import sqlalchemy as sa
from werkzeug.urls import iri_to_uri

from app.core import clock, jobs, switches
from app.core.database import atomic, setting
from app.core.mail import OutboxMail, before_sending, post
from app.extensions import db
from app.members import doorkeys
from app.members.models import Person
from app.notifications import plans, unsubscribe, words
from app.notifications.kinds import DIGEST, ONCE, chosen_by, usual
from app.notifications.letters import MORE, READER, headers
from app.notifications.models import Notice, NoticePlan
from app.notifications.queries import COLUMNS
from app.notifications.quiet import is_paused
from app.notifications.sight import sees

log = logging.getLogger(__name__)
_n, _p, _plan = Notice.__table__, Person.__table__, NoticePlan.__table__
PEOPLE = 200  # in one look
SECONDS = 40.0  # of work in one turn: other jobs wait behind it
SHOWN, LOOKED_AT = 40, 300  # lines of a mail, and how many are looked through for them
OLDEST = dt.timedelta(days=31)
LATER = dt.timedelta(hours=1)
_DUE = (
    sa.select(_plan.c.person_id)
    .where(_plan.c.next_at <= sa.bindparam("now"))
    .order_by(_plan.c.next_at, _plan.c.person_id)
    .limit(PEOPLE)
)
_UNTOLD = (
    sa.select(*COLUMNS, *MORE)
    .join_from(_n, _p, _p.c.id == _n.c.person_id)
    .where(
        _n.c.person_id == sa.bindparam("person"), _n.c.read.is_(None), _n.c.mailed_id < _n.c.last_id, _n.c.mail_at.is_(None),
        _n.c.at > sa.bindparam("since"), _n.c.title != "", sees(_n.c.audience_id),
    )
    .order_by(_n.c.last_id.desc())
    .limit(LOOKED_AT)
)  # fmt: skip


@jobs.minutely
def send_due() -> int:
    """Write the summaries whose hour has come, person by person, for a while; return how many people were looked at."""
    plans.make_missing()
    ends, done = time.monotonic() + SECONDS, 0
    while time.monotonic() < ends:
        people = list(db.session.scalars(_DUE, {"now": clock.now()}))
        db.session.rollback()  # no reading stays open between two people
        for person_id in itertools.takewhile(lambda _n: time.monotonic() < ends, people):
            _tried(person_id)
            done += 1
        if not people:
            break
    return done


def _tried(person_id: int) -> None:
    """Write one summary; what fails is tried again in an hour, and keeps nobody else waiting."""
    try:
        write_to(person_id)
    except Exception:
        db.session.rollback()
        log.exception("the summary of person %s was not written", person_id)
        with atomic() as session:
            mine = sa.update(_plan).where(_plan.c.person_id == person_id)
            session.execute(mine.values(next_at=clock.now() + LATER))


def write_to(person_id: int) -> bool:
    """Write the summary of one person if its hour has come and there is something to say; say whether one was written.

    The plan's next moment moves on in the same transaction: however often and late this runs, each period has one.
    """
    with atomic() as session:
        now = clock.now()
        reader = session.execute(READER, {"person": person_id}).one()
        if reader.next_at is None or reader.next_at > now or not _moved_on(reader, now):
            return False
        silent = reader.every == "never" or is_paused(reader, now, plans.zone_of(reader.timezone))
        lines = [] if silent or reader.refused or reader.state != "active" else _lines(person_id, now)
        if lines:
            _write(reader, lines)
        session.expunge_all()
        return bool(lines)


def _moved_on(reader: t.Any, now: dt.datetime) -> bool:
    """Take this period for oneself: of two who look at once only one writes."""
    following = plans.next_of(reader, reader.timezone, now)
    mine = sa.update(_plan).where(_plan.c.person_id == reader.id, _plan.c.next_at == reader.next_at)
    return bool(db.session.execute(mine.values(next_at=following)).rowcount)


def _lines(person_id: int, now: dt.datetime) -> list[t.Any]:
    rows = db.session.execute(_UNTOLD, {"person": person_id, "since": now - OLDEST}).all()
    rows = [row for row in rows if not switches.is_silent(row.verb)]
    chosen = chosen_by(person_id) if rows else {}
    return [row for row in rows if usual(row.kind, row.space_id, chosen) in (ONCE, DIGEST)]


class About(t.NamedTuple):
    """What happened to one thing."""

    title: str
    lang: str
    url: str
    lines: list[t.Any]

    @property
    def named(self) -> bool:
        """Whether the thing has a name that tells something: a report is a number, and its sentence says all."""
        return any(words.has_short(line) for line in self.lines)


def by_thing(lines: t.Sequence[t.Any]) -> list[About]:
    """Return the lines by their thing, the thing with the newest first."""
    found: dict[str, About] = {}
    for line in lines:
        found.setdefault(line.root, About(line.title, line.lang, line.url, [])).lines.append(line)
    return list(found.values())


def _write(reader: t.Any, lines: list[t.Any]) -> None:
    shown, stop = lines[:SHOWN], unsubscribe.address(reader.id, unsubscribe.SUMMARY)
    things, key = by_thing(shown), f"digest-{reader.id}-{reader.next_at:%Y%m%dT%H%M%S%f}"
    post(
        "digest", reader.email, reader.language, timezone=reader.timezone, person_id=reader.id, key=key,
        headers=headers(stop), things=things, way=_way(reader), left=len(lines) - len(shown), said=words.in_summary, stop=stop,
        kind_words=unsubscribe.words_of(unsubscribe.SUMMARY), at=clock.now(),
    )  # fmt: skip
    written = db.session.scalar(sa.select(OutboxMail.at).where(OutboxMail.key == key))
    told = sa.update(_n).where(_n.c.id.in_([row.id for row in shown]))
    db.session.execute(told.values(mailed_id=_n.c.last_id, mailed_at=written))


def _way(reader: t.Any) -> t.Callable[[str], str]:
    """Return what makes the links of a summary: for who wants it they sign in, once; never who looks after others."""
    base = setting("BASE_URL")
    if reader.steward or reader.moderator or not reader.signs_in:
        return lambda url: base + url
    door = doorkeys.address("summary", doorkeys.make(reader.id, "summary"))
    return lambda url: f"{door}?next={quote(iri_to_uri(url), safe='/')}"


_LOST = (
    sa.select(sa.func.count())
    .select_from(_n)
    .join(_p, _p.c.id == _n.c.person_id)
    .where(
        _n.c.person_id == sa.bindparam("person"),
        _n.c.mailed_at == sa.bindparam("at"),
        ~sees(_n.c.audience_id),
    )
)


def may_go(row: OutboxMail) -> bool:
    """Say whether who a waiting summary is for sees still all that it tells of; else it is written anew, without the rest."""
    if row.kind != "digest" or not row.person_id:
        return True
    mine = {"person": row.person_id, "at": row.at}
    if not db.session.execute(_LOST, mine).scalar_one():
        return True
    with atomic() as session:
        untold = sa.update(_n).where(_n.c.person_id == row.person_id, _n.c.mailed_at == row.at)
        session.execute(untold.values(mailed_id=0, mailed_at=None))
        session.execute(
            sa.update(_plan).where(_plan.c.person_id == row.person_id).values(next_at=clock.now())
        )
    return False


before_sending(may_go)
