"""Mail at once: a notice that was not seen here goes out as one mail, in the outbox, when its time has come."""

import datetime as dt
import logging
import typing as t
from urllib.parse import urlsplit

import sqlalchemy as sa

from app.core import clock, jobs, switches
from app.core.audience import Thing
from app.core.database import atomic, locate, setting
from app.core.mail import OutboxMail, RefusedAddress, before_sending, post
from app.extensions import db
from app.members.models import Person
from app.notifications import plans, unsubscribe, words
from app.notifications.kinds import ONCE, chosen_by, usual
from app.notifications.models import Notice, NoticePlan
from app.notifications.queries import COLUMNS
from app.notifications.quiet import is_paused, quiet_until
from app.notifications.sight import sees, who_may_see

log = logging.getLogger(__name__)
_n, _p, _plan = Notice.__table__, Person.__table__, NoticePlan.__table__
_refused = RefusedAddress.__table__
PEOPLE, LETTERS = 200, 20  # people in one turn, mails to one of them
HOUR = dt.timedelta(hours=1)
_due = sa.and_(_n.c.mail_at <= sa.bindparam("now"), _n.c.read.is_(None))
_WHO = sa.select(_n.c.person_id).where(_due).distinct().limit(PEOPLE)
READERS = (
    sa.select(
        _p.c.id, _p.c.name, _p.c.email, _p.c.language, _p.c.timezone, _p.c.state, _p.c.steward, _p.c.moderator,
        _refused.c.address.label("refused"),
        *(c for c in _plan.c if c.name != "person_id"),
    )
    .outerjoin_from(_p, _plan, _plan.c.person_id == _p.c.id)
    .outerjoin(_refused, _refused.c.address == _p.c.email)
)  # fmt: skip
READER = READERS.where(_p.c.id == sa.bindparam("person"))
_SEVERAL = READERS.where(_p.c.id.in_(sa.bindparam("people", expanding=True)), _p.c.state == "active")
MORE = (_n.c.kind, _n.c.space_id, _n.c.actor_id, _n.c.mailed_id)
_LETTERS = (
    sa.select(*COLUMNS, *MORE, sees(_n.c.audience_id).label("seen"))
    .join_from(_n, _p, _p.c.id == _n.c.person_id)
    .where(_due, _n.c.person_id == sa.bindparam("person"))
    .order_by(_n.c.last_id)
    .limit(LETTERS)
)
_CAUSED = (
    sa.select(_n.c.actor_id, sa.func.count())
    .where(_n.c.actor_id.in_(sa.bindparam("actors", expanding=True)), _n.c.mailed_at > sa.bindparam("since"))
    .group_by(_n.c.actor_id)
)


def readers(people: list[int]) -> list[tuple[t.Any, t.Any]]:
    """Return those of some people who are active, each with the plan of their mail."""
    rows = db.session.execute(_SEVERAL, {"people": people}).all() if people else []
    return [(row, _plan_of(row)) for row in rows]


def _plan_of(reader: t.Any) -> t.Any:
    return reader if reader.next_at is not None else plans.usual(reader.id, reader.timezone)


@jobs.minutely
def send_due() -> None:
    """Write the mails whose time has come, person by person, each in a transaction of its own."""
    while people := list(db.session.scalars(_WHO, {"now": clock.now()})):
        for person_id in people:
            _tried(person_id)


def _tried(person_id: int) -> None:
    """Write to one person; what fails is tried again in an hour, and keeps nobody else waiting."""
    try:
        write_to(person_id)
    except Exception:
        db.session.rollback()
        log.exception("notices of person %s were not mailed", person_id)
        with atomic() as session:
            mine = sa.update(_n).where(_n.c.person_id == person_id, _n.c.mail_at <= clock.now())
            session.execute(mine.values(mail_at=clock.now() + HOUR))


def write_to(person_id: int) -> None:
    """Write what is due to one person, or put it off: for quiet hours until they end, else for the digest."""
    with atomic() as session:
        now = clock.now()
        reader = session.execute(READER, {"person": person_id}).one()
        rows = session.execute(_LETTERS, {"person": person_id, "now": now}).all()
        numbers = [row.id for row in rows]
        zone = plans.zone_of(reader.timezone)
        plan = _plan_of(reader)
        if reader.state != "active" or reader.refused or is_paused(plan, now, zone):
            _put_off(numbers, None)
            return
        until = quiet_until(plan, now, zone)
        if until:
            _put_off(numbers, until)
            return
        _write(reader, rows)


def _put_off(numbers: list[int], until: dt.datetime | None) -> None:
    db.session.execute(sa.update(_n).where(_n.c.id.in_(numbers)).values(mail_at=until))


def _write(reader: t.Any, rows: t.Sequence[t.Any]) -> None:
    _put_off([row.id for row in rows], None)
    chosen, room = chosen_by(reader.id), _room(rows)
    for row in rows:
        wanted = usual(row.kind, row.space_id, chosen) == ONCE and not switches.is_silent(row.verb)
        if not (wanted and row.seen and row.title) or room.get(row.actor_id, 1) < 1:
            continue
        room[row.actor_id] = room.get(row.actor_id, 1) - (1 if row.actor_id else 0)
        _letter(reader, row)
        done = sa.update(_n).where(_n.c.id == row.id).values(mailed_id=row.last_id, mailed_at=clock.now())
        db.session.execute(done)


def _room(rows: t.Sequence[t.Any]) -> dict[int, int]:
    """Return how many mails each of those who act here may cause still in this hour."""
    actors = {row.actor_id for row in rows if row.actor_id}
    most = setting("MAILS_CAUSED_PER_HOUR")
    room = dict.fromkeys(actors, most)
    counts = db.session.execute(_CAUSED, {"actors": list(actors), "since": clock.now() - HOUR})
    room.update({actor: most - number for actor, number in counts})
    return room


def _letter(reader: t.Any, row: t.Any) -> None:
    base = setting("BASE_URL")
    stop = unsubscribe.address(reader.id, row.kind)
    post(
        "notice", reader.email, reader.language, timezone=reader.timezone, person_id=reader.id, root=row.root,
        key=f"notice-{row.id}-{row.last_id}", headers=headers(stop, row.root, row.space_id), notice=row,
        said=words.in_mail, url=base + row.url, stop=stop, kind_words=unsubscribe.words_of(row.kind),
    )  # fmt: skip


def may_go(row: OutboxMail) -> bool:
    """Say whether who a waiting mail tells of a thing sees the thing still."""
    thing = locate(row.root) if row.kind in ("notice", "event") and row.person_id else None
    return not isinstance(thing, Thing) or row.person_id in who_may_see(
        [row.person_id or 0], thing.audience_id
    )


before_sending(may_go)


def host() -> str:
    """Return the name of this site's host, for addresses in headers."""
    return urlsplit(setting("BASE_URL")).hostname or "localhost"


def headers(stop: str, root: str = "", space_id: int | None = None) -> dict[str, str]:
    """Return the headers of a mail that somebody can end: which list, which discussion, how to leave it."""
    found = {"List-Id": f"<{f'group-{space_id}' if space_id else 'notices'}.{host()}>"}
    found["List-Unsubscribe"] = f"<{stop}>"
    if stop.startswith("https:"):  # what RFC 8058 asks for; with http there is only the page
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if root:
        thread = f"<{root.replace(':', '-')}@{host()}>"
        found |= {"In-Reply-To": thread, "References": thread}
    return found
