"""Events from a file: looked at, taken in as one batch, taken back as one. The work is the job process's."""

import datetime as dt
import hashlib
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.calendar import acts, foreign, recurring, series
from app.calendar.foreign import Broken, Foreign
from app.calendar.models import Event, Series
from app.core import audience as audiences
from app.core import audit, clock, database, jobs
from app.core.activity import record
from app.core.audience import NOBODY, Thing, audience_of, person_room
from app.core.database import UtcDateTime, atomic, known_as
from app.core.languages import in_language
from app.core.links import Link
from app.extensions import Model, db
from app.members.models import Person
from app.members.signed_in import as_person
from app.spaces.models import Space

PART, SHOWN = 10, 200  # events in one transaction, lines on the page
KEPT, STUCK = dt.timedelta(days=7), dt.timedelta(minutes=10)
NEW, SAME, CHANGED, WRONG = "new", "same", "changed", "wrong"


class EventBatch(Thing, Model):
    """A file of events that somebody sent, for the calendar of one space."""

    __tablename__ = "event_batch"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))  # who sent it, alone
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    moved: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)  # when anything last happened to it
    name: so.Mapped[str] = so.mapped_column(sa.String(200))  # of the file
    raw: so.Mapped[bytes] = so.mapped_column(
        sa.LargeBinary, default=b"", deferred=True
    )  # emptied when it is over
    readers: so.Mapped[str] = so.mapped_column(sa.String(12))  # who sees its events: public, members, space
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="reading", index=True
    )  # reading, ready, unreadable, running, done, undoing, undone
    said: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)  # what looking at it found
    made: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)  # how many of what
    done: so.Mapped[int] = so.mapped_column(default=0)
    total: so.Mapped[int] = so.mapped_column(default=0)

    kind = "event_batch"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The name of its file."""
        return self.name

    @property
    def url(self) -> str:
        """Its page."""
        return f"/calendar/import/{self.id}"


class EventItem(Model):
    """An event that came in with a batch or was changed by it, and by which it is known again."""

    __tablename__ = "event_item"
    __table_args__ = (sa.Index("ix_event_item_space_id_key", "space_id", "key"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    batch_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event_batch.id"), index=True)
    event_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("event.id"), index=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"))
    key: so.Mapped[str] = so.mapped_column(sa.String(64))  # hash of its name in the source
    stamp: so.Mapped[str] = so.mapped_column(sa.String(40))  # of what the source says
    version: so.Mapped[int]  # of the event, as the batch left it: else somebody changed it
    before: so.Mapped[dict[str, t.Any] | None] = so.mapped_column(sa.JSON)  # what a changed event said


known_as("event_batch", EventBatch)
_item = EventItem.__table__


class Stopped(Exception):
    """The batch was stopped, or another process works on it."""


def begin(actor: t.Any, space: Space, name: str, raw: bytes, readers: str) -> EventBatch:
    """Keep a file that was sent, and let it be looked at. Nothing is taken in yet."""
    with atomic() as session:
        batch = EventBatch(
            person_id=actor.id, space_id=space.id, audience_id=audience_of(person_room(actor.id)), at=clock.now(),
            moved=clock.now(), name=name[:200], raw=raw, readers=readers, state="reading", said={}, made={}, done=0, total=0,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        audit.note(actor, "calendar.file_sent", batch.ref)
        _later("read-events", batch.id)
    return batch


def _later(task: str, number: int) -> None:
    database.later(lambda: jobs.enqueue(task, number))


def _turn(batch: EventBatch, before: t.Sequence[str], after: str, **values: t.Any) -> bool:
    """Let a batch go from one state to the next; False where somebody was faster."""
    mine = sa.update(EventBatch).where(EventBatch.id == batch.id, EventBatch.state.in_(before))
    done = db.session.execute(mine.values(state=after, moved=clock.now(), **values))
    db.session.refresh(batch)
    return bool(t.cast(t.Any, done).rowcount)


def drop(actor: t.Any, batch: EventBatch) -> None:
    """Forget what was not taken in."""
    with atomic() as session:
        if _turn(batch, ("ready", "unreadable"), "undone"):
            audit.note(actor, "calendar.file_dropped", batch.ref)
            session.delete(batch)


# --- looking --------------------------------------------------------------------------------------------------


@jobs.task("read-events")
def look(number: int) -> None:
    """Read a file and say what it would do: the dry run."""
    batch = db.session.get(EventBatch, number)
    if batch is None or batch.state != "reading":
        return
    person = db.session.get_one(Person, batch.person_id)
    try:
        with in_language(person.language, person.timezone):
            said, state = _looked(batch, person), "ready"
    except foreign.Unreadable as why:
        said, state = {"reason": str(why)}, "unreadable"
    with atomic():
        _turn(batch, ("reading",), state, said=said, total=said.get("total", 0))


def _looked(batch: EventBatch, person: Person) -> dict[str, t.Any]:
    """Return what each event of the file would become; those with something wrong first."""
    rows = foreign.read(batch.raw, person.timezone).rows
    seen, lines, counts = set[str](), [], {NEW: 0, SAME: 0, CHANGED: 0, WRONG: 0}
    for row in rows:
        what, why = _of(batch.space_id, row, seen)
        counts[what] += 1
        day = row.starts.isoformat() if isinstance(row, Foreign) else ""
        all_day = isinstance(row, Foreign) and row.all_day
        lines.append([what, row.title, day, all_day, isinstance(row, Foreign) and row.repeats, why])
    lines.sort(key=lambda line: line[0] != WRONG)
    return {"counts": counts, "lines": lines[:SHOWN], "total": len(rows)}


def _of(space_id: int, row: Foreign | Broken, seen: set[str]) -> tuple[str, str]:
    """Say what becomes of an event, and why it is left out where it is."""
    if isinstance(row, Broken):
        return WRONG, row.key
    mine = key(row)
    if mine in seen:
        return WRONG, "twice"
    seen.add(mine)
    what, why, _item, _event = found(space_id, row)
    return (WRONG, "rule") if what == NEW and not row.is_clear() else (what, why)


def key(row: Foreign) -> str:
    """Return by what an event of a source is known again."""
    return hashlib.sha256(f"{row.uid}\0{row.time}".encode("utf-8", "replace")).hexdigest()


def found(space_id: int, row: Foreign) -> tuple[str, str, EventItem | None, Event | None]:
    """Say whether an event is new here, the same or changed, or why it stays as it is; with what is here of it."""
    item = _newest(space_id, key(row))
    if item is None:
        return _of_our_own(space_id, row)
    event = db.session.get_one(Event, item.event_id)
    if event.removed:
        return WRONG, "removed", item, event
    if item.stamp == row.stamp:
        return SAME, "", item, event
    if event.series_id is not None or row.repeats:
        return WRONG, "series", item, event
    if event.version != item.version:
        return WRONG, "edited", item, event
    return (WRONG, "cancelled", item, event) if row.cancelled else (CHANGED, "", item, event)


def _newest(space_id: int, mine: str) -> EventItem | None:
    items = sa.select(EventItem).where(EventItem.space_id == space_id, EventItem.key == mine)
    return db.session.scalars(items.order_by(EventItem.id.desc()).limit(1)).first()


def _of_our_own(space_id: int, row: Foreign) -> tuple[str, str, EventItem | None, Event | None]:
    """Say what becomes of an event that no file brought: what this calendar gave out itself is here."""
    own = sa.select(Event).outerjoin(Series, Series.id == Event.series_id)
    named = sa.or_(Event.uid == row.uid, Series.uid == row.uid)
    event = db.session.scalars(own.where(named, Event.space_id == space_id).limit(1)).first()
    if event is not None:
        return SAME, "", None, event
    if row.cancelled:
        return WRONG, "cancelled", None, None
    if row.time and _newest(space_id, hashlib.sha256(f"{row.uid}\0".encode("utf-8", "replace")).hexdigest()):
        return WRONG, "of_series", None, None
    return NEW, "", None, None


# --- taking in ------------------------------------------------------------------------------------------------


def start(actor: t.Any, batch: EventBatch) -> bool:
    """Take it in. Says whether it was ready."""
    with atomic():
        if not _turn(batch, ("ready",), "running", done=0, made={}):
            return False
        audit.note(actor, "calendar.file_taken", batch.ref, events=batch.total)
        _later("run-events", batch.id)
    return True


@jobs.task("run-events")
def run(number: int) -> None:
    """Take a batch in, some events at a time; begun again after a stop it goes on where it was."""
    batch = db.session.get(EventBatch, number)
    if batch is None or batch.state != "running":
        return
    actor, space = as_person(batch.person_id), db.session.get_one(Space, batch.space_id)
    rows = foreign.read(batch.raw, actor.timezone).rows
    seen = {key(row) for row in rows[: batch.done] if isinstance(row, Foreign)}
    try:
        while batch.done < len(rows):
            with atomic():
                _step(batch, "running", space)
                part = rows[batch.done : batch.done + PART]
                for row in part:
                    _take(actor, batch, space, row, seen)
                batch.done = batch.done + len(part)
    except Stopped:
        return
    _finish(actor, batch)


def _step(batch: EventBatch, state: str, space: Space | None = None) -> None:
    """Begin a step inside atomic(); in one space one file comes in after the other."""
    done = batch.done
    if space is not None:
        db.session.execute(sa.select(Space.id).where(Space.id == space.id).with_for_update())
    db.session.refresh(batch, ["state", "done", "made", "moved"], with_for_update=True)
    if batch.state != state or batch.done != done:
        raise Stopped
    batch.moved = clock.now()


def _counted(batch: EventBatch, name: str) -> None:
    batch.made = {**batch.made, name: batch.made.get(name, 0) + 1}


def _take(actor: t.Any, batch: EventBatch, space: Space, row: Foreign | Broken, seen: set[str]) -> None:
    if isinstance(row, Broken) or key(row) in seen:
        _counted(batch, WRONG)
        return
    seen.add(key(row))
    what, _why, _known, event = found(space.id, row)
    if what == NEW:
        event = _added(actor, batch, space, row)
        what = NEW if event else WRONG
        if event:
            _remember(batch, row, event, None)
    elif what == CHANGED and event is not None:
        said = {name: value for name, value in row.fields(event.language).items() if name in KEEPS}
        before = {name: _plain(getattr(event, name)) for name in said}
        acts.change(actor, event, said)
        _remember(batch, row, event, before)
    _counted(batch, what)


# What a file says anew of an event that is here: how it is read and sorted here stays.
KEEPS = frozenset({"title", "place", "link", "body", "starts", "ends", "zone", "all_day"})


def _plain(value: t.Any) -> t.Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _remember(batch: EventBatch, row: Foreign, event: Event, before: dict[str, t.Any] | None) -> None:
    db.session.add(EventItem(
        batch_id=batch.id, event_id=event.id, space_id=batch.space_id, key=key(row), stamp=row.stamp, version=event.version,
        before=before,
    ))  # fmt: skip
    db.session.flush()


def _added(actor: t.Any, batch: EventBatch, space: Space, row: Foreign) -> Event | None:
    """Put an event or a series into the calendar, without a word to anybody; None where its rule cannot be read."""
    fields = row.fields(actor.language)
    if row.repeats:
        try:
            one = series.begin(
                actor, space, fields, row.rule, audience=_readers(batch, space), rdates=row.also, exdates=row.without,
                uid=_free(row.uid, of_series=True), quiet=True,
            )  # fmt: skip
        except (recurring.BadRule, ValueError):
            return None
        return series.sample(one)
    event = acts.drafted(actor, space, fields, _readers(batch, space), None)
    event.uid = event.uid if row.time else _free(row.uid) or event.uid
    db.session.add(event)
    db.session.flush()
    acts.tell_quietly(event)
    return event


def _readers(batch: EventBatch, space: Space) -> str:
    """Return who sees the events: as it was said, unless the space is for fewer people by now."""
    return batch.readers if batch.readers in space.offers() else space.offers()[-1]


def _free(uid: str, of_series: bool = False) -> str:
    """Return the name of an event in other calendars where it can bear it here too; nothing where it is taken."""
    model: t.Any = Series if of_series else Event
    taken = db.session.scalar(sa.select(model.id).where(model.uid == uid).limit(1))
    return "" if taken is not None or len(uid) > (255 if of_series else 120) else uid


def _finish(actor: t.Any, batch: EventBatch) -> None:
    """The newsfeed hears of all of it once; the bytes that were sent are needed no longer."""
    with atomic():
        if not _turn(batch, ("running",), "done", raw=b""):
            return
        count = int(batch.made.get(NEW, 0))
        if count:
            space = db.session.get_one(Space, batch.space_id)
            record(
                "calendar.imported", actor=actor, subject=fact_of(batch), title=str(count), space_id=space.id,
                url=f"/calendar/agenda?group={space.id}", data={"count": count},
                audience_id=space.audience_named(_readers(batch, space)),
            )  # fmt: skip


def fact_of(batch: EventBatch) -> str:
    """Return the reference under which the newsfeed tells of a batch."""
    return f"events:{batch.id}"


# --- taking back ----------------------------------------------------------------------------------------------


def undo(actor: t.Any, batch: EventBatch) -> bool:
    """Take a batch back: what nobody has used since goes. Says whether there was something to take back."""
    with atomic():
        if not _turn(batch, ("done",), "undoing", done=0):
            return False
        audit.note(actor, "calendar.file_undone", batch.ref)
        _later("undo-events", batch.id)
    return True


@jobs.task("undo-events")
def take_back(number: int) -> None:
    """Take out what a batch made and put back what it changed; what somebody changed or used stays, and is named."""
    batch = db.session.get(EventBatch, number)
    if batch is None or batch.state != "undoing":
        return
    actor, stay = as_person(batch.person_id), list[dict[str, str]]()
    items = sa.select(_item.c.id).where(_item.c.batch_id == batch.id).order_by(_item.c.id.desc())
    try:
        for item_id in list(db.session.scalars(items)):
            with atomic() as session:
                _step(batch, "undoing")
                item = session.get_one(EventItem, item_id)
                event = session.get_one(Event, item.event_id, populate_existing=True)
                if not _out(actor, item, event):
                    stay.append({"title": event.title, "url": event.url})
                batch.done = batch.done + 1
    except Stopped:
        return
    with atomic():
        audiences.readdress(fact_of(batch), audience_of(NOBODY))
        _turn(batch, ("undoing",), "undone", said={**batch.said, "stay": stay[:SHOWN], "stays": len(stay)})


def _out(actor: t.Any, item: EventItem, event: Event) -> bool:
    """Take one event back; say whether it could be. What is gone already is."""
    if event.removed:
        db.session.delete(item)
        return True
    times = _times(event)
    if event.version != item.version or any(_is_used(one) for one in times):
        return False
    if item.before is None:
        for one in times:
            acts.remove(actor, one)
            one.uid = acts.new_uid()  # else the same file could not bring it again
        _end(event)
    else:
        moments = {name: dt.datetime.fromisoformat(item.before[name]) for name in ("starts", "ends")}
        acts.change(actor, event, {**item.before, **moments})
        earlier = sa.update(_item).where(_item.c.event_id == event.id, _item.c.id < item.id)
        db.session.execute(earlier.values(version=event.version))
    db.session.delete(item)
    return True


def _times(event: Event) -> list[Event]:
    """Return an event, or all times of its series."""
    if event.series_id is None:
        return [event]
    return list(
        db.session.scalars(sa.select(Event).where(Event.series_id == event.series_id, ~Event.removed))
    )


def _end(event: Event) -> None:
    """Let a series whose times are gone go on no further, and bear its name no longer."""
    if event.series_id is not None:
        one = db.session.get_one(Series, event.series_id)
        one.made, one.uid = None, acts.new_uid()
        series.point(one)


def _is_used(event: Event) -> bool:
    """Say whether somebody has answered it, put something to it, or changed it alone."""
    ties = sa.select(Link.source).where(sa.or_(Link.source == event.ref, Link.target == event.ref)).limit(1)
    return bool(event.answered or event.files or event.apart or db.session.scalar(ties) is not None)


@jobs.hourly
def tidy() -> None:
    """Forget what nobody took in; go on with what was cut off."""
    old = (EventBatch.state.in_(("reading", "ready", "unreadable")), EventBatch.moved < clock.now() - KEPT)
    for batch in db.session.scalars(sa.select(EventBatch).where(*old)).all():
        with atomic() as session:
            session.delete(batch)
    stuck = sa.select(EventBatch.id, EventBatch.state).where(
        EventBatch.state.in_(("reading", "running", "undoing")), EventBatch.moved < clock.now() - STUCK
    )
    for row in db.session.execute(stuck).all():
        {"reading": look, "running": run, "undoing": take_back}[row.state](row.id)
