"""What who hosts an event asks those who come: questions are added, changed, moved and taken away; answers are kept for a time."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import acts
from app.calendar.models import Event
from app.calendar.question_models import EventQuestion, EventReply
from app.core import clock
from app.core.activity import record
from app.core.audience import NOBODY, audience_of
from app.core.database import atomic, run, setting
from app.core.jobs import hourly
from app.core.questions import MOST_QUESTIONS, Question, Value
from app.extensions import db

FIELDS = frozenset({"form", "words", "hint", "options", "required", "after_id", "value"})
_e, _q, _r = Event.__table__, EventQuestion.__table__, EventReply.__table__
_ALL = sa.select(_q).where(_q.c.event_id == sa.bindparam("event")).order_by(_q.c.place, _q.c.id)
_OWN = sa.select(_r.c.question_id, _r.c.said).where(
    _r.c.event_id == sa.bindparam("event"), _r.c.person_id == sa.bindparam("me")
)
_SAID = sa.select(_r.c.person_id, _r.c.question_id, _r.c.said).where(_r.c.event_id == sa.bindparam("event"))
BATCH = 50  # events whose answers are forgotten in one transaction


class Full(Exception):
    """An event has as many questions as it may have."""


def of(event_id: int) -> list[Question]:
    """Return the questions of an event in their order."""
    return [
        Question(row.id, row.form, row.words, row.hint, tuple(row.options), row.required, row.after_id, row.value)
        for row in run(_ALL, {"event": event_id})
    ]  # fmt: skip


def said_by(event_id: int, person_id: int) -> dict[int, Value]:
    """Return what one person said, by question."""
    return {row.question_id: row.said for row in run(_OWN, {"event": event_id, "me": person_id})}


def said_by_all(event_id: int) -> dict[int, dict[int, Value]]:
    """Return what everybody said, by person and question, for who hosts the event."""
    found: dict[int, dict[int, Value]] = {}
    for row in run(_SAID, {"event": event_id}):
        found.setdefault(row.person_id, {})[row.question_id] = row.said
    return found


def add(author: t.Any, event: Event, fields: dict[str, t.Any]) -> EventQuestion:
    """Ask one thing more, after all the others."""
    with atomic():
        acts.grown(event)
        there = of(event.id)
        if len(there) >= MOST_QUESTIONS:
            raise Full(event.ref)
        last = db.session.scalar(sa.select(sa.func.max(_q.c.place)).where(_q.c.event_id == event.id)) or 0
        made = EventQuestion(event_id=event.id, place=last + 1, **{name: fields[name] for name in FIELDS})
        db.session.add(made)
        _changed(author, event)
        return made


def change(author: t.Any, event: Event, question: EventQuestion, fields: dict[str, t.Any]) -> None:
    """Ask something in another way. What was said so far stays as long as it fits the kind of the question."""
    with atomic():
        acts.grown(event)
        if question.form != fields["form"]:
            db.session.execute(sa.delete(_r).where(_r.c.question_id == question.id))
        for name in FIELDS:
            setattr(question, name, fields[name])
        _changed(author, event)


def remove(author: t.Any, event: Event, question: EventQuestion) -> None:
    """Ask something no longer. What was said to it goes; what was asked only after it is asked always."""
    with atomic():
        acts.grown(event)
        db.session.execute(sa.update(_q).where(_q.c.after_id == question.id).values(after_id=0, value=""))
        db.session.execute(sa.delete(_r).where(_r.c.question_id == question.id))
        db.session.delete(question)
        _changed(author, event)


def move_up(author: t.Any, event: Event, question: EventQuestion) -> None:
    """Ask something one place earlier, but never before the question that it depends on."""
    with atomic():
        acts.grown(event)
        rows = db.session.scalars(
            sa.select(EventQuestion).where(EventQuestion.event_id == event.id).order_by(_q.c.place, _q.c.id)
        ).all()
        before = next((one for one in reversed(rows) if one.place < question.place), None)
        if before is None or before.id == question.after_id:
            return
        before.place, question.place = question.place, before.place
        _changed(author, event)


def copy(event: Event, source: Event) -> None:
    """Ask in one event what is asked in another, inside atomic()."""
    numbers = {0: 0}
    for place, one in enumerate(of(source.id), 1):
        made = EventQuestion(event_id=event.id, place=place, form=one.kind, words=one.words, hint=one.hint,
                             options=list(one.options), required=one.required, after_id=numbers.get(one.after, 0),
                             value=one.value if one.after else "")  # fmt: skip
        db.session.add(made)
        db.session.flush()
        numbers[one.id] = made.id


def _changed(author: t.Any, event: Event) -> None:
    """Note who changed what is asked; nobody has to hear of it."""
    db.session.flush()
    nobody = audience_of(NOBODY)
    record("calendar.asked", actor=author, subject=event, space_id=event.space_id, audience_id=nobody)


def keep(person: t.Any, event: Event, values: t.Mapping[int, Value]) -> None:
    """Keep what a person says in place of what they said before, inside atomic()."""
    forget(person, event)
    words = {one.id: one.words for one in of(event.id)}
    for number in words.keys() & values.keys():
        db.session.add(EventReply(question_id=number, person_id=person.id, event_id=event.id, asked=words[number],
                                  said=values[number], at=clock.now()))  # fmt: skip


def forget(person: t.Any, event: Event) -> None:
    """Forget what a person said, inside atomic()."""
    db.session.execute(sa.delete(_r).where(_r.c.event_id == event.id, _r.c.person_id == person.id))


@hourly
def sweep() -> None:
    """Forget what was said once an event has been over for EVENT_ANSWERS_DAYS."""
    over = clock.now() - dt.timedelta(days=setting("EVENT_ANSWERS_DAYS"))
    old = sa.select(_r.c.event_id).join(_e, _e.c.id == _r.c.event_id).where(_e.c.ends <= over)
    while numbers := list(db.session.scalars(old.distinct().limit(BATCH))):
        with atomic() as session:
            session.execute(sa.delete(_r).where(_r.c.event_id.in_(numbers)))
