"""What lines of minutes become: decisions, and joint actions of the room that keeps these."""

import typing as t

import sqlalchemy as sa

from app.calendar import minutes_lines as lines
from app.calendar.agenda_models import AgendaRow
from app.calendar.attendance import GOING, Attendance
from app.calendar.minutes_lines import ACTION, DECISION, Mark
from app.calendar.minutes_models import GENERAL, MinutesPart, MinutesPoint
from app.calendar.models import Event
from app.core import agreed, merging
from app.core.agreed import Wish
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import Me, allowed
from app.extensions import db
from app.spaces.models import Space

MOST_POINTS = 60  # of one part


class Made(t.NamedTuple):
    """A line made out: who leads it and takes part, what it says, and what is wrong with it."""

    mark: Mark
    lead_id: int | None
    partner_ids: tuple[int, ...]
    text: str
    fault: str


def marks_of(event: Event, text: str) -> tuple[list[Mark], set[str]]:
    """Return the lines of a text that say something, and those between two texts that are still to be settled."""
    every = text.split("\n")
    flags = merging.contested(every)
    read = (lines.read(line, event.first_day) for line, flag in zip(every, flags, strict=True) if not flag)
    found = [mark for mark in read if mark is not None][:MOST_POINTS]
    return found, {line.strip() for line, flag in zip(every, flags, strict=True) if flag}


def may_name(who: Me, event: Event) -> set[int] | None:
    """Return whom somebody may name as who leads an action: those that come, and one's own; None: every member."""
    if allowed(who, "minutes.name", event):
        return None
    coming = sa.select(Attendance.organisation_id).where(
        Attendance.event_id == event.id, Attendance.word == GOING, Attendance.organisation_id.is_not(None)
    )
    own = {seat.id for seat in who.seats if seat.may_answer}
    return own | {number for number in db.session.scalars(coming) if number is not None}


def made_out(who: Me, event: Event, mark: Mark, named: set[int] | None) -> Made:
    """Make a line out: whom its names mean, and whether it can become what it says."""
    if mark.fault or mark.kind == DECISION:
        return Made(mark, None, (), mark.text, mark.fault)
    text, names = mark.text, [f"@{handle}" for handle in mark.handles]
    numbers, wrong = agreed.taker().named(names or [mark.name] * bool(mark.name), who.viewer)
    if mark.name and wrong:  # no name after all
        numbers, wrong, text = [], [], mark.otherwise
    lead, *partners = numbers or [None]
    fault = "who" if wrong else ""
    if named is not None and not named.issuperset(numbers):
        fault = "name"
    space = get_or_none(Space, event.space_id)
    if space is None or not allowed(who, "actions.propose", space):
        fault = "may"
    return Made(mark, lead, tuple(filter(None, partners)), text, fault)


def fault_words(made: Made) -> t.Any:
    """Say what is wrong with a line."""
    who = ", ".join(f"@{handle}" for handle in made.mark.handles)
    said = {
        "empty": lambda: _("This line does not say what."),
        "day": lambda: _("There is no such day. Write it like 15 Dec or 2026-12-15."),
        "who": lambda: _(
            "There is no member called %(names)s. Type @ and choose one, or write the name as on its page.", names=who
        ),
        "name": lambda: _("Here you can name members that come to this event, and those that you may answer for."),
        "may": lambda: _("Only who is in the group can propose its joint actions."),
    }  # fmt: skip
    return said[made.fault]()


def settle(who: Me, event: Event, part: MinutesPart, typing: str | None = None) -> None:
    """Bring decisions and actions to what a part says now, inside atomic().

    While somebody writes, the line that they are in is left as it was, and nothing is taken back."""
    marks, contested = marks_of(event, part.text)
    named = may_name(who, event)
    left = {point.id: point for point in points_of_part(part)}
    for kind in (DECISION, ACTION):
        own = [(place, mark) for place, mark in enumerate(marks) if mark.kind == kind]
        before = [point for point in left.values() if point.kind == kind]
        pairs = lines.paired([point.line for point in before], [mark.line for _place, mark in own])
        for (place, mark), number in zip(own, pairs, strict=True):
            point = None if number is None else left.pop(before[number].id)
            if typing is not None and mark.line == typing.strip():
                continue
            _become(who, event, part, place, made_out(who, event, mark, named), point)
    for point in left.values() if typing is None else ():
        if point.line not in contested and (not point.ref or agreed.taker().withdraw(who, point.ref)):
            db.session.delete(point)
    db.session.flush()


def _become(
    who: Me, event: Event, part: MinutesPart, place: int, made: Made, point: MinutesPoint | None
) -> None:
    """Let a line be a point: a new one, or one that says something else now. One that has a fault stays as it was."""
    if made.fault:
        return
    changed = point is None or point.line != made.mark.line
    if point is None:
        point = MinutesPoint(event_id=event.id, part_id=part.id, kind=made.mark.kind, ref="", position=place)
        db.session.add(point)
    point.position, point.line, point.text = place, made.mark.line, made.text
    if changed and made.mark.kind == ACTION:
        point.ref = agreed.taker().put(who, event, _wish(event, part, made), point.ref)


def _wish(event: Event, part: MinutesPart, made: Made) -> Wish:
    text = made.text[:1].upper() + made.text[1:]
    title = lines.short(text)
    row = get_or_none(AgendaRow, part.row_id) if part.row_id != GENERAL else None
    detail = text if title != text else ""
    return Wish(title, detail, made.lead_id, made.partner_ids, made.mark.day, row.title[:120] if row else "")


def points_of_part(part: MinutesPart) -> list[MinutesPoint]:
    """Return the points of one part in order."""
    mine = sa.select(MinutesPoint).where(MinutesPoint.part_id == part.id)
    return list(db.session.scalars(mine.order_by(MinutesPoint.position, MinutesPoint.id)))
