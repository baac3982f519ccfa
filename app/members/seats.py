"""What happens to seats: given, changed, ended, handed over. What belongs to a seat stays with the organisation."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.core import audit, clock, watches
from app.core.activity import record
from app.core.database import atomic
from app.core.mail import post
from app.extensions import db
from app.members import doorkeys, logins, offices, seat_notices
from app.members.models import Organisation, Person, Seat

_left: list[t.Callable[[int], None]] = []
_followed: list[t.Callable[[int, int], None]] = []
_inviting: list[t.Callable[..., t.Any]] = []


def on_left(fn: t.Callable[[int], None]) -> None:
    """Let another room act when a person has no seat any longer, in the same transaction."""
    if fn not in _left:
        _left.append(fn)


def on_succession(fn: t.Callable[[int, int], None]) -> None:
    """Let another room move what goes with a seat from its old holder to the new one, in the same transaction."""
    if fn not in _followed:
        _followed.append(fn)


def invites_with(fn: t.Callable[..., t.Any]) -> None:
    """Name the act that invites the next holder: fn(actor, organisation, email=…, language=…, role=…, …)."""
    if fn not in _inviting:
        _inviting.append(fn)


def can_invite() -> bool:
    """Say whether there is an act that invites the next holder."""
    return bool(_inviting)


def reseat(actor: t.Any, person_id: int) -> None:
    """Tell every process that what a person may see has changed: open pages and sockets follow within a second."""
    record("seat.changed", actor=actor, subject=f"person:{person_id}", data={"person_id": person_id})


def give(
    actor: t.Any,
    person: t.Any,
    organisation: t.Any,
    *,
    role: str,
    title: str = "",
    primary: bool = False,
    may_publish: bool = False,
    may_answer: bool = False,
) -> Seat:
    """Seat a person in an organisation; open pages hear what it hears from now on.

    Where a seat with this role was handed over and waits, this is it: follows and groups come with it.
    """
    with atomic() as session:
        _begin_anew(person.id, organisation.id)
        before = _waiting(organisation.id, role)
        seat = Seat(
            person_id=person.id, organisation_id=organisation.id, role=role, title=title, primary=primary,
            may_publish=may_publish, may_answer=may_answer, since=clock.now(), before_id=before.id if before else None,
        )  # fmt: skip
        session.add(seat)
        session.flush()
        if before is not None:
            _succeed(before, person.id)
        reseat(actor, person.id)
        seat_notices.given(actor, seat)
        audit.note(actor, "members.give_seat", f"person:{person.id}", organisation_id=organisation.id)
    return seat


def _waiting(organisation_id: int, role: str) -> Seat | None:
    """Return the seat of this role that was handed over first and that nobody has taken over yet."""
    taken = sa.select(Seat.before_id).where(Seat.before_id.is_not(None))
    kept = sa.select(Seat).where(
        Seat.organisation_id == organisation_id, Seat.role == role, Seat.handed, Seat.id.not_in(taken)
    )
    return db.session.scalar(kept.order_by(Seat.id).limit(1))


def _begin_anew(person_id: int, organisation_id: int) -> None:
    """Somebody who comes back for another organisation brings nothing along that is kept for the old one's next."""
    kept = sa.select(Seat.id).where(
        Seat.person_id == person_id, Seat.handed, Seat.organisation_id != organisation_id
    )
    if _holds_none(person_id) and db.session.scalar(kept.limit(1)) is not None:
        leave(person_id)
    back = (Person.id == person_id, Person.state == "left")
    db.session.execute(sa.update(Person).where(*back).values(state="active"))


def _succeed(before: Seat, person_id: int) -> None:
    watches.hand_on(before.person_id, person_id)
    before.handed = False
    if _holds_none(before.person_id) and before.person_id != person_id:
        for fn in _followed:
            fn(before.person_id, person_id)
        leave(before.person_id)


def _holds_none(person_id: int) -> bool:
    held = sa.select(Seat.id).where(Seat.person_id == person_id, Seat.ended.is_(None))
    return db.session.scalar(held.limit(1)) is None


def state_back(person: Person) -> str:
    """Return the state of somebody who is let in again: without a seat `left`, or `invited` where there never was one."""
    if person.steward or person.moderator or not _holds_none(person.id):
        return "active"
    return "left" if lost_all(person) else "invited"


def lost_all(person: Person) -> bool:
    """Say whether somebody had a seat and has none any longer."""
    had = sa.select(Seat.id).where(Seat.person_id == person.id).limit(1)
    return _holds_none(person.id) and db.session.scalar(had) is not None


def leave(person_id: int) -> None:
    """Take somebody out of everything that goes with a seat, inside atomic()."""
    watches.drop(person_id)
    for fn in _left:
        fn(person_id)


def change(actor: t.Any, seat: Seat, **values: t.Any) -> None:
    """Change what a seat is called and what it allows."""
    with atomic():
        before = seat.primary
        for name, value in values.items():
            setattr(seat, name, value)
        reseat(actor, seat.person_id)
        if seat.primary != before:
            db.session.flush()
            seat_notices.contact(actor, seat)
        audit.note(
            actor, "members.change_seat", f"person:{seat.person_id}", organisation_id=seat.organisation_id,
            primary=seat.primary, may_publish=seat.may_publish, may_answer=seat.may_answer,
        )  # fmt: skip


def end(actor: t.Any, seat: Seat, *, handed: bool = False) -> bool:
    """End a seat: its holder sees none of it any longer, and without another seat nothing of the network.

    With `handed` its groups and follows are kept for the next holder. The offices that came with it end too; raises
    offices.Last where the secretariat would have nobody. Says whether it was still held.
    """
    with atomic() as session:
        offices.end_with(actor, seat)
        mine = sa.update(Seat).where(Seat.id == seat.id, Seat.ended.is_(None))
        done = session.execute(mine.values(ended=clock.now(), handed=handed, primary=False))
        if not t.cast(t.Any, done).rowcount:
            return False
        if _holds_none(seat.person_id):
            _close(seat, handed)
        reseat(actor, seat.person_id)
        seat_notices.ended(actor, seat, handed)
        audit.note(
            actor, "members.end_seat", f"person:{seat.person_id}", organisation_id=seat.organisation_id
        )
    return True


def _close(seat: Seat, handed: bool) -> None:
    """Close the account of somebody without a seat, until there is a new one. The secretariat needs no seat."""
    person = db.session.get(Person, seat.person_id)
    organisation = db.session.get(Organisation, seat.organisation_id)
    if not handed:
        leave(seat.person_id)
    if (
        person is None
        or organisation is None
        or person.state != "active"
        or person.steward
        or person.moderator
    ):
        return
    person.state = "left"
    doorkeys.drop(person.id)
    logins.end(person, logins.of(person.id))
    post(
        "seat_ended", person.email, person.language, timezone=person.timezone, person_id=person.id,
        organisation=organisation.name, at=seat.ended or clock.now(),
    )  # fmt: skip


def _without_office(_actor: t.Any, person_id: int, _office: str) -> None:
    """An account that an office kept open without a seat closes with the last one."""
    person = db.session.get(Person, person_id)
    held = sa.select(Seat).where(Seat.person_id == person_id, Seat.ended.is_not(None))
    last = db.session.scalar(held.order_by(Seat.ended.desc(), Seat.id.desc()).limit(1))
    if person is not None and last is not None and state_back(person) == "left":
        _close(last, last.handed)


offices.on_taken(_without_office)


class Next(t.NamedTuple):
    """Who comes next: an address, what it is called, and the language of the invitation."""

    email: str
    name: str
    language: str


def hand_over(actor: t.Any, seat: Seat, organisation: Organisation, successor: Next | None) -> None:
    """End a seat and invite who comes next to it, with the same role and rights. Without a next one it waits."""
    held = {
        "title": seat.title,
        "primary": seat.primary,
        "may_publish": seat.may_publish,
        "may_answer": seat.may_answer,
    }
    with atomic():
        if not end(actor, seat, handed=True):
            return
        audit.note(actor, "members.hand_over", f"person:{seat.person_id}", organisation_id=organisation.id)
        # Who hands over the own seat is gone when the invitation is taken up: then the house invites.
        host = None if actor is not None and actor.id == seat.person_id else actor
        for invite in _inviting if successor else ():
            invite(host, organisation, role=seat.role, **t.cast(Next, successor)._asdict(), **held)


# --- what pages show ------------------------------------------------------------------------------------------

_s, _p = Seat.__table__, Person.__table__
_next = _s.alias("next_seat")
_OF = (
    sa.select(*_s.c, _p.c.name, _p.c.handle, _p.c.state, _next.c.person_id.label("next_id"))
    .join_from(_s, _p, _p.c.id == _s.c.person_id)
    .outerjoin(_next, _next.c.before_id == _s.c.id)
    .where(_s.c.organisation_id == sa.bindparam("number"))
    .order_by(_s.c.ended.is_not(None), _s.c.primary.desc(), _s.c.ended.desc(), _p.c.name, _s.c.id)
    .limit(200)
)


def of(organisation_id: int) -> list[t.Any]:
    """Return the seats of an organisation, those that are held first, with holder and successor."""
    return list(db.session.execute(_OF, {"number": organisation_id}))


def working_in(seat: Seat) -> tuple[int, ...]:
    """Return the people whose follows and notices are those of a seat: its holder, or who left it, and its next holder.

    Nobody who acts for others by now: what they follow there is no matter of this seat.
    """
    after = sa.select(Seat.person_id).where(Seat.before_id == seat.id, Seat.ended.is_(None)).limit(1)
    following = db.session.scalar(after)
    held = seat.ended is None or seat.person_id == following or _holds_none(seat.person_id)
    return tuple(dict.fromkeys([*([seat.person_id] if held else []), *([following] if following else [])]))


def contacts(organisation_id: int, but: int = 0) -> int:
    """Return how many first contacts an organisation has, one seat aside."""
    held = sa.select(sa.func.count()).where(
        Seat.organisation_id == organisation_id, Seat.primary, Seat.ended.is_(None), Seat.id != but
    )
    return db.session.scalar(held) or 0


def moment(day: dt.date) -> dt.datetime:
    """Return the beginning of a day, as seats keep it."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
