"""Events from a file: looked at, taken in as one batch, taken back as one. The work is the job process's."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import acts, foreign, recurring, series
from app.calendar.foreign import Broken, Foreign
from app.calendar.import_models import EventBatch, EventItem
from app.calendar.matching import CHANGED, NEW, SAME, WRONG, found, hashed, judged, key, newest
from app.calendar.models import Event, Series
from app.calendar.renewing import plan_of, renew
from app.core.activity import record
from app.core.audience import audience_of, is_apart, person_room
from app.core.batches import SHOWN, Stays, Turns, Values, counted, in_parts, one_by_one, what_stays
from app.core.database import atomic
from app.core.languages import in_language
from app.core.links import Link
from app.extensions import db
from app.members.signed_in import as_person
from app.spaces.models import Space

_item = EventItem.__table__
MOST_SERIES = 200  # in one file: each may become 200 events here


def begin(actor: t.Any, space: Space, name: str, raw: bytes, readers: str) -> EventBatch:
    """Keep a file that was sent, and let it be looked at. Nothing is taken in yet."""
    with atomic():
        batch = EventBatch(
            person_id=actor.id, space_id=space.id, audience_id=audience_of(person_room(actor.id)), name=name, raw=raw,
            readers=readers,
        )  # fmt: skip
        return FILES.keep(actor, batch)


class Files(Turns[EventBatch]):
    """How a file of events goes from turn to turn."""

    model, work, noted, fact = EventBatch, "events", "calendar.file_", "events"
    unreadable = foreign.Unreadable

    def looked(self, batch: EventBatch) -> Values:
        """Read it and say what each of its events would become; those with something wrong first."""
        actor = as_person(batch.person_id)
        with in_language(actor.language, actor.timezone):
            rows = _read(batch, actor)
            said = _looked(actor, batch.space_id, rows)
        return {"said": said, "total": len(rows)}

    def take_in(self, batch: EventBatch) -> None:
        """Take its events in; in one space one file comes in after the other."""
        actor, space = as_person(batch.person_id), db.session.get_one(Space, batch.space_id)
        rows = _read(batch, actor)
        seen = {key(row) for row in rows[: batch.done] if isinstance(row, Foreign)}
        alone = sa.select(Space.id).where(Space.id == space.id).with_for_update()
        in_parts(
            batch, rows, lambda row: _take(actor, batch, space, row, seen), lambda: db.session.execute(alone)
        )

    def over(self, batch: EventBatch) -> Values:
        """The bytes that were sent are needed no longer."""
        return {"raw": b""}

    def tell(self, batch: EventBatch) -> None:
        """The newsfeed hears of all of it once."""
        count = int(batch.made.get(NEW, 0))
        if count:
            space = db.session.get_one(Space, batch.space_id)
            record(
                "calendar.imported", actor=as_person(batch.person_id), subject=self.fact_of(batch), title=str(count),
                space_id=space.id, url=f"/calendar/agenda?group={space.id}", data={"count": count},
                audience_id=space.audience_named(_readers(batch, space)),
            )  # fmt: skip

    def out(self, batch: EventBatch) -> Values:
        """Take out what it made and put back what it changed; what somebody changed or used stays, and is named."""
        actor = as_person(batch.person_id)
        items = sa.select(_item.c.id).where(_item.c.batch_id == batch.id).order_by(_item.c.id.desc())
        stay = one_by_one(batch, list(db.session.scalars(items)), lambda number: _stays(actor, number))
        return what_stays(batch, stay)


FILES = Files()


def _read(batch: EventBatch, actor: t.Any) -> list[Foreign | Broken]:
    """Return the events of a file; of those that repeat so many as can be taken in."""
    rows, series_so_far = foreign.read(batch.raw, actor.timezone).rows, 0
    for n, row in enumerate(rows):
        if isinstance(row, Foreign) and row.repeats:
            series_so_far += 1
            if series_so_far > MOST_SERIES:
                rows[n] = Broken("many", row.title)
    return rows


# --- looking --------------------------------------------------------------------------------------------------


def _looked(actor: t.Any, space_id: int, rows: t.Sequence[Foreign | Broken]) -> Values:
    seen, lines, counts = set[str](), [], {NEW: 0, SAME: 0, CHANGED: 0, WRONG: 0}
    for row in rows:
        what, why = judged(actor, space_id, row, seen)
        counts[what] += 1
        day = row.starts.isoformat() if isinstance(row, Foreign) else ""
        all_day = isinstance(row, Foreign) and row.all_day
        lines.append([what, row.title, day, all_day, isinstance(row, Foreign) and row.repeats, why])
    lines.sort(key=lambda line: line[0] != WRONG)
    return {"counts": counts, "lines": lines[:SHOWN], "total": len(rows)}


# --- taking in ------------------------------------------------------------------------------------------------


def _take(actor: t.Any, batch: EventBatch, space: Space, row: Foreign | Broken, seen: set[str]) -> None:
    if isinstance(row, Broken) or key(row) in seen:
        counted(batch, WRONG)
        return
    seen.add(key(row))
    what, _why, event = found(actor, space.id, row)
    if what == NEW:
        event = _added(actor, batch, space, row)
        what = NEW if event else WRONG
        if event:
            _remember(batch, row, event, None)
    elif what == CHANGED and event is not None:
        what = CHANGED if _changed(actor, batch, row, event) else WRONG
    counted(batch, what)


def _changed(actor: t.Any, batch: EventBatch, row: Foreign, event: Event) -> bool:
    """Let an event or a series say what the file says of it now, as an ordinary change; say whether that could be read."""
    said = {name: value for name, value in row.fields(event.language).items() if name in KEEPS}
    if event.series is None:
        before = {name: _plain(getattr(event, name)) for name in said}
        acts.change(actor, event, said)
        _remember(batch, row, event, before)
        return True
    words, old = {name: said[name] for name in WORDS}, event.series
    before = {**{name: getattr(event, name) for name in words}, "plan": plan_of(old)}
    try:
        after = renew(actor, event, words, {**plan_of(row.series()), "rule": _rule(row)})
    except (recurring.BadRule, ValueError, OverflowError):
        return False
    _remember(batch, row, after, before)
    if after.series_id != old.id:
        _remember_past(batch, row, old)
    return True


def _rule(row: Foreign) -> str:
    return recurring.read(row.rule).text() if row.rule else ""


def _remember_past(batch: EventBatch, row: Foreign, old: Series) -> None:
    """Times that are over are a series of their own from now on: it still belongs to the file that brought it."""
    mine = sa.select(EventItem).where(EventItem.space_id == batch.space_id, EventItem.key == key(row))
    first = next((item for item in db.session.scalars(mine) if item.before is None), None)
    last = series.sample(old)
    if first is not None and last is not None:
        db.session.add(EventItem(
            batch_id=first.batch_id, event_id=last.id, space_id=batch.space_id, key=hashed(row.uid, f"before {last.id}"),
            stamp="", version=last.version, before=None,
        ))  # fmt: skip


# What a file says anew of an event that is here: how it is read and sorted here stays.
WORDS = frozenset({"title", "place", "link", "body"})
KEEPS = WORDS | {"starts", "ends", "zone", "all_day"}


def _plain(value: t.Any) -> t.Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _remember(batch: EventBatch, row: Foreign, event: Event, before: dict[str, t.Any] | None) -> None:
    db.session.add(EventItem(
        batch_id=batch.id, event_id=event.id, space_id=batch.space_id, key=key(row), stamp=row.stamp, version=event.version,
        sequence=row.sequence, before=before,
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


# --- taking back ----------------------------------------------------------------------------------------------


def _stays(actor: t.Any, number: int) -> Stays:
    """Take one event back, as far as it can be; what is gone already is."""
    item = db.session.get_one(EventItem, number)
    last = newest(item.space_id, item.key) or item
    event = db.session.get_one(Event, last.event_id, populate_existing=True)
    if event.removed or (
        last is item and _out(actor, item, event)
    ):  # what a later file changed waits for that one
        db.session.delete(item)
        return []
    return [{"title": event.title, "url": event.url}]


def _out(actor: t.Any, item: EventItem, event: Event) -> bool:
    """Take an event out, or put back what it said before; say whether it could be."""
    if event.version != item.version or is_apart(event.audience_id):
        return False
    if item.before is not None:
        _put_back(actor, item, event, item.before)
        return True
    times = _times(event)
    if any(_is_used(one) for one in times):
        return False
    for one in times:
        acts.remove(actor, one)
        one.uid = acts.new_uid()  # else the same file could not bring it again
    _end(event)
    return True


def _put_back(actor: t.Any, item: EventItem, event: Event, before: dict[str, t.Any]) -> None:
    """Let an event or a series be as it was before a file changed it, for earlier files too."""
    if "plan" in before:
        event = renew(actor, event, {name: before[name] for name in WORDS}, before["plan"])
    else:
        moments = {name: dt.datetime.fromisoformat(before[name]) for name in ("starts", "ends")}
        acts.change(actor, event, {**before, **moments})
    earlier = sa.update(_item).where(
        _item.c.space_id == item.space_id, _item.c.key == item.key, _item.c.id < item.id
    )
    db.session.execute(earlier.values(event_id=event.id, version=event.version))


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
