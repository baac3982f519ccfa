"""What people do with the minutes of an event. The event's row is held first, so that one text comes after the other."""

import typing as t

import sqlalchemy as sa

from app.calendar import minutes_points
from app.calendar.acts import Shut
from app.calendar.attendance import GOING, MAYBE, Attendance
from app.calendar.minutes_models import (
    APPROVED,
    DECLINED,
    DRAFT,
    OPEN,
    SHARED,
    TAKEN,
    MinutesAmendment,
    MinutesPart,
    MinutesPoint,
    MinutesVersion,
)
from app.calendar.models import Event
from app.core import agreed, clock, merging
from app.core.activity import record
from app.core.audience import is_apart
from app.core.database import atomic
from app.core.policy import Me
from app.extensions import db

_v = MinutesVersion.__table__


class Frozen(Shut):
    """The minutes were approved while somebody worked on them."""


class Unsettled(Exception):
    """Minutes cannot be approved yet: `amendments` wait, or two `texts` stand in one place."""


def hold(event: Event) -> None:
    """Take the event's row for this transaction, and look at it as it is now."""
    db.session.refresh(event, with_for_update=True)
    if event.removed or is_apart(event.audience_id):
        raise Shut(event.ref)
    if event.minutes == APPROVED:
        raise Frozen(event.ref)


def part_of(event: Event, row_id: int) -> MinutesPart:
    """Return the part of a row; where nothing is written yet, a new one that is in no database."""
    mine = sa.select(MinutesPart).where(MinutesPart.event_id == event.id, MinutesPart.row_id == row_id)
    found = db.session.scalars(mine.execution_options(populate_existing=True)).first()
    return found or MinutesPart(event_id=event.id, row_id=row_id, text="", version=0, at=clock.now())


def save(
    author: Me, event: Event, row_id: int, text: str, base: int, *, own: bool = False, typing: str | None = None
) -> MinutesPart:  # fmt: skip
    """Write a row of the minutes: `base` is the version that the writer began from (`own`: what they sent for it).

    What others wrote meanwhile stays. `typing` is the line that the writer is still in."""
    with atomic():
        hold(event)
        part = part_of(event, row_id)
        _write(author, author.id, author.byline(author.org), event, part, text, _said(part, base, own))
        minutes_points.settle(author, event, part, typing)
        return part


def _voice(author: Me, event: Event) -> t.Any:
    return author.voice(event.organisation_id) if event.organisation_id else None


def _said(part: MinutesPart, number: int, own: bool) -> str:
    """Return the text that somebody began from; of one that there never was, nothing: so nothing is lost."""
    wanted = sa.select(_v.c.text, _v.c.sent).where(_v.c.part_id == part.id, _v.c.number == number)
    row = db.session.execute(wanted).first() if part.id else None
    return "" if row is None else row.sent if own and row.sent is not None else row.text


def _write(
    actor: Me, by_id: int, by: dict[str, str], event: Event, part: MinutesPart, text: str, base: str
) -> None:
    """Let a part say what follows from the text that it has and the one that comes."""
    result = merging.merged(base, part.text, text, (_last_writer(part), by.get("name", "")))
    if result.text == part.text and part.version:
        return
    now = clock.now()
    part.text, part.version, part.at = result.text, part.version + 1, now
    db.session.add(part)
    db.session.flush()
    sent = text if text != result.text else None
    row = MinutesVersion(
        part_id=part.id, number=part.version, text=result.text, sent=sent, by_id=by_id, by=by, at=now
    )
    db.session.add(row)
    if not event.minutes:
        event.minutes, event.minutes_at = DRAFT, now
    db.session.flush()
    record("calendar.minuted", actor=actor, subject=part.ref, root=event, space_id=event.space_id)


def _last_writer(part: MinutesPart) -> str:
    wanted = sa.select(_v.c.by).where(_v.c.part_id == part.id).order_by(_v.c.number.desc()).limit(1)
    by = db.session.execute(wanted).scalar() if part.id else None
    return by.get("name", "") if by else ""


# --- from a draft to what is approved -----------------------------------------------------------------------------


def share(actor: Me, event: Event) -> None:
    """Let everybody who sees the event read the draft, and propose amendments."""
    with atomic():
        hold(event)
        if event.minutes != DRAFT:
            return
        _settle_all(actor, event)
        event.minutes, event.minutes_at = SHARED, clock.now()
        _told("calendar.minutes_shared", actor, event, to=comers(event))


def approve(actor: Me, event: Event) -> None:
    """Let the minutes stand as they are: nobody changes them any more, and what was proposed in them is agreed."""
    with atomic():
        hold(event)
        if event.minutes != SHARED:
            return
        if any(one.state == OPEN for one in amendments(event)):
            raise Unsettled("amendments")
        if any(any(merging.contested(part.text.split("\n"))) for part in parts(event)):
            raise Unsettled("texts")
        _settle_all(actor, event)
        event.minutes, event.minutes_at = APPROVED, clock.now()
        event.minutes_by_id, event.minutes_by = actor.id, actor.byline(_voice(actor, event))
        sure = minutes_points.may_name(actor, event) is None
        mine = sa.select(MinutesPoint.ref).where(MinutesPoint.event_id == event.id, MinutesPoint.ref != "")
        for ref in db.session.scalars(mine).all():
            agreed.taker().agree(actor, ref, sure)
        _told("calendar.minutes_approved", actor, event, to=comers(event))


def _settle_all(actor: Me, event: Event) -> None:
    for part in parts(event):
        minutes_points.settle(actor, event, part)


def parts(event: Event) -> list[MinutesPart]:
    """Return all parts of the minutes in which something was written."""
    mine = sa.select(MinutesPart).where(MinutesPart.event_id == event.id).order_by(MinutesPart.id)
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def comers(event: Event) -> list[int]:
    """Return those who said that they come, or may come."""
    mine = sa.select(Attendance.person_id).where(
        Attendance.event_id == event.id, Attendance.word.in_((GOING, MAYBE))
    )
    return list(db.session.scalars(mine.order_by(Attendance.person_id)))


def _told(verb: str, actor: Me, event: Event, excerpt: str = "", **data: t.Any) -> None:
    db.session.flush()
    record(
        verb, actor=actor, subject=event, organisation=_voice(actor, event), space_id=event.space_id, excerpt=excerpt,
        url=f"/events/{event.id}/minutes", data=data,
    )  # fmt: skip


# --- amendments -----------------------------------------------------------------------------------------------


def amendments(event: Event) -> list[MinutesAmendment]:
    """Return what was proposed, the oldest first."""
    mine = sa.select(MinutesAmendment).where(MinutesAmendment.event_id == event.id)
    return list(
        db.session.scalars(mine.order_by(MinutesAmendment.id).execution_options(populate_existing=True))
    )


def amend(author: Me, event: Event, row_id: int, text: str, base: int, why: str) -> MinutesAmendment | None:
    """Propose another text for a row; one that says the same is none."""
    with atomic():
        hold(event)
        part = part_of(event, row_id)
        if event.minutes != SHARED or text == _said(part, base, False):
            return None
        db.session.add(part)
        db.session.flush()
        one = MinutesAmendment(
            event_id=event.id, part_id=part.id, base=base, text=text, why=why, author_id=author.id,
            by=author.byline(author.org), state=OPEN, at=clock.now(),
        )  # fmt: skip
        db.session.add(one)
        _told("calendar.amendment", author, event, to=[event.author_id])
        return one


def answer(actor: Me, event: Event, one: MinutesAmendment, taken: bool, why: str = "") -> None:
    """Take an amendment into the minutes, in the name of who proposed it; or decline it, and say why."""
    with atomic():
        hold(event)
        db.session.refresh(one)
        if one.state != OPEN:
            return
        one.state, one.answer = TAKEN if taken else DECLINED, why
        one.answered_by_id, one.answered_at = actor.id, clock.now()
        if taken:
            part = db.session.get_one(MinutesPart, one.part_id, populate_existing=True)
            _write(actor, one.author_id, one.by, event, part, one.text, _said(part, one.base, False))
            minutes_points.settle(actor, event, part)
        _told("calendar.amendment_answered", actor, event, to=[one.author_id], taken=taken)
