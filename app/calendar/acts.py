"""What people do with events. Each act is one transaction and records one fact; the first argument is who acts."""

import datetime as dt
import secrets
import typing as t
from urllib.parse import urlsplit

import sqlalchemy as sa

from app.calendar import answering, mailing, ordering, slots
from app.calendar.agenda_models import PAPER
from app.calendar.attendance import Guest
from app.calendar.minutes_models import empty_minutes
from app.calendar.models import Event
from app.calendar.question_models import EventQuestion, EventReply
from app.core import audience as audiences
from app.core import clock, links, text, watches
from app.core import files as filing
from app.core.activity import Activity, record
from app.core.audience import is_apart
from app.core.database import atomic, setting
from app.extensions import db
from app.spaces.models import Space

FIELDS = frozenset({
    "title", "form", "place", "link", "body", "languages", "theme", "access", "language", "starts", "ends", "zone", "all_day",
    "seats_here", "seats_online", "per_house", "published", "scale", "outside", "page", "sdgs", "commitments", "city_id",
})  # fmt: skip
WHEN = frozenset({"starts", "ends", "all_day"})
WHERE = frozenset({"place", "link"})
LIMITS = frozenset({"seats_here", "seats_online", "per_house"})
MOST_PAPERS = 100
_e, _fact, _tie = Event.__table__, Activity.__table__, links.Link.__table__


class Shut(Exception):
    """The event was removed, or taken out of sight, while somebody worked on it."""


def grown(event: Event) -> None:
    """Take the row for this transaction, count the change, and look at it as it is now."""
    db.session.flush()
    mine = sa.update(_e).where(_e.c.id == event.id)
    db.session.execute(mine.values(version=_e.c.version + 1, changed=clock.now()))
    db.session.refresh(event)
    if event.removed:
        raise Shut(event.ref)


def new_uid() -> str:
    """Return a name that no event in any calendar has."""
    host = urlsplit(setting("BASE_URL")).hostname or "convivio"
    return f"{secrets.token_hex(16)}@{host}"[:120]


def add(
    author: t.Any, space: Space, fields: dict[str, t.Any], *, audience: str, organisation: t.Any = None,
    files: t.Sequence[filing.Kept] = (), papers: t.Sequence[str] = (), programme: Event | None = None,
) -> Event:  # fmt: skip
    """Put an event into the calendar of a space; `programme`: with the programme of another one."""
    with atomic():
        event = drafted(author, space, fields, audience, organisation)
        db.session.add(event)
        db.session.flush()
        furnish(author, event, files, papers, programme)
        watches.watch(author.id, event.ref, watches.FOLLOW, softly=True)
        tell_added(author, event, organisation)
        return event


def drafted(
    author: t.Any, space: Space, fields: dict[str, t.Any], audience: str, organisation: t.Any
) -> Event:
    """Return an event before it is put in, inside atomic()."""
    now = clock.now()
    event = Event(
        space_id=space.id, audience_id=space.audience_named(audience), author_id=author.id,
        organisation_id=organisation and organisation.id, by=author.byline(organisation), uid=new_uid(), sequence=0,
        version=1, at=now, changed=now,
    )  # fmt: skip
    say(event, fields)
    return event


def furnish(
    author: t.Any, event: Event, files: t.Sequence[filing.Kept], papers: t.Sequence[str], programme: Event | None = None
) -> None:  # fmt: skip
    """Give a new event its files and papers, and the programme of another one, inside atomic()."""
    _attach(author, event, files)
    for ref in papers[:MOST_PAPERS]:
        links.tie(event.ref, PAPER, ref, author.id)
    if programme is not None:
        ordering.copy(programme, event)


def tell_added(author: t.Any, event: Event, organisation: t.Any, **data: t.Any) -> None:
    """Record that an event is in the calendar, inside atomic()."""
    words = text.excerpt(event.html)
    tell("calendar.added", author, event, organisation=organisation, excerpt=words, topic=event.theme, **data)


def tell_quietly(event: Event) -> None:
    """Record that an event is in the calendar as one of many: the lists and the search hear of it, nobody else."""
    quiet = audiences.audience_of(audiences.NOBODY)
    record("calendar.brought", actor=None, subject=event, space_id=event.space_id, audience_id=quiet)


def say(event: Event, fields: dict[str, t.Any]) -> None:
    """Let an event say what these fields do."""
    unknown = fields.keys() - FIELDS
    if unknown:
        raise KeyError(f"no fields of an event: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(event, name, value)
    if "body" in fields:
        event.html, event.renderer = text.render(event.body) if event.body else "", text.RENDERER


def _attach(author: t.Any, event: Event, files: t.Sequence[filing.Kept]) -> None:
    for kept in files:
        filing.attach(kept, event.ref, event, author.id)
    event.files = (event.files or 0) + len(files)


def tell(
    verb: str, actor: t.Any, event: Event, *, organisation: t.Any = None, excerpt: str = "", **data: t.Any
) -> None:
    """Record a fact about an event, inside atomic(); one of a series tells whose time it is."""
    voice = organisation or (actor.voice(event.organisation_id) if actor and event.organisation_id else None)
    record(
        verb,
        actor=actor,
        subject=event,
        organisation=voice,
        space_id=event.space_id,
        excerpt=excerpt,
        data={**({"series": event.series_id} if event.series_id else {}), **data},
    )


def change(
    author: t.Any, event: Event, fields: dict[str, t.Any], files: t.Sequence[filing.Kept] = ()
) -> bool:
    """Change an event. Another time or place is told to who comes; other words are not. Says whether anything changed."""
    with atomic():
        grown(event)
        if is_apart(event.audience_id):
            raise Shut(event.ref)
        other = {name for name, value in fields.items() if getattr(event, name) != value}
        if not other and not files:
            return False
        was = ordering.before(event)
        say(event, fields)
        ordering.follow(event, was)
        _attach(author, event, files)
        moved = [word for word, names in (("when", WHEN), ("where", WHERE)) if other & names]
        event.sequence += bool(moved)
        event.apart = event.apart or event.series_id is not None
        db.session.flush()
        if moved:
            mailing.after_change(event)
        if other & LIMITS:
            answering.fill(event)
        tell("calendar.moved" if moved else "calendar.changed", author, event, what=moved)
        return True


def cancel(actor: t.Any, event: Event, why: str) -> None:
    """Say that an event does not take place. It stays where it stands, with the reason."""
    with atomic():
        grown(event)
        if event.cancelled is not None:
            return
        event.cancelled, event.cancelled_why = clock.now(), why
        event.sequence += 1
        db.session.flush()
        mailing.after_change(event)
        tell("calendar.cancelled", actor, event, excerpt=why)


def reinstate(actor: t.Any, event: Event) -> None:
    """Say that a cancelled event takes place after all."""
    with atomic():
        grown(event)
        if event.cancelled is None:
            return
        event.cancelled, event.cancelled_why = None, ""
        event.sequence += 1
        audiences.unsay(event.ref, "calendar.cancelled")
        db.session.flush()
        mailing.after_change(event)
        tell("calendar.reinstated", actor, event)


def remove(actor: t.Any, event: Event) -> None:
    """Take an event away with all its words, everywhere and at once; its number says that it was removed."""
    with atomic():
        grown(event)
        forget(event)
        tell("calendar.removed", actor, event, own=event.author_id == actor.id)


def forget(event: Event) -> None:
    """Take away what an event says and all that tells of it, and its time out of its series, inside atomic()."""
    filing.forget(event.ref)
    _untie(event)
    ordering.forget(event)
    empty_minutes(event.id)
    for model in (EventReply, EventQuestion, Guest):
        db.session.execute(sa.delete(model).where(model.event_id == event.id))
    mailing.after_change(event)
    _blank(event)
    db.session.flush()
    audiences.silence(event.ref, url=f"/events/{event.id}")


def _blank(event: Event) -> None:
    event.removed, event.files = True, 0
    event.title = event.body = event.html = event.place = event.link = event.access = ""
    event.outside = event.page = event.cancelled_why = ""
    if event.series is not None and event.recurrence is not None:
        event.series.left_out = sorted({*event.series.left_out, event.recurrence.isoformat()})


def forget_times(events: t.Sequence[Event]) -> None:
    """Take away times of a series, inside atomic(): most of them were never spoken of, and these cost nothing more."""
    refs = [event.ref for event in events]
    told = set(db.session.scalars(sa.select(_fact.c.root).where(_fact.c.root.in_(refs)).distinct()))
    told |= set(db.session.scalars(sa.select(_tie.c.source).where(_tie.c.source.in_(refs)).distinct()))
    for event in events:
        stands = event.apart or event.files or (event.series is not None and event.series.next_id == event.id)
        if stands or event.ref in told:
            forget(event)
        else:
            _blank(event)
    db.session.flush()


def put_paper(author: t.Any, event: Event, ref: str, slot: str = "") -> bool:
    """Let a document belong to an event, as the paper of a name; what had this name before is a paper as others are.

    Says whether anything changed."""
    with atomic():
        grown(event)
        kind = slots.tie_of(slot) if slot else PAPER
        known = [(tie.kind, tie.target) for tie in links.from_(event.ref)]
        if (kind, ref) in known or len(known) >= MOST_PAPERS:
            return False
        _untie(event, ref)
        if slot:
            for old in (target for own, target in known if own == kind):
                links.untie(event.ref, kind, old)
                links.tie(event.ref, PAPER, old, author.id)
        links.tie(event.ref, kind, ref, author.id)
        tell("calendar.changed", author, event, what=[])
        return True


def _untie(event: Event, ref: str | None = None) -> None:
    """Take a document off an event, whatever its name there; or all of them."""
    for kind in (PAPER, *map(slots.tie_of, slots.SLOTS)):
        links.untie(event.ref, kind, ref)


def take_paper(author: t.Any, event: Event, ref: str) -> None:
    """Let a document no longer belong to an event."""
    with atomic():
        grown(event)
        _untie(event, ref)
        tell("calendar.changed", author, event, what=[])


def follow(actor: t.Any, event: Event, on: bool) -> None:
    """Hear of what changes, or no longer; of a series one follows all its times at once."""
    with atomic():
        if on:
            watches.watch(actor.id, followed(event), watches.FOLLOW)
        else:
            for ref in {event.ref, followed(event)}:
                watches.unwatch(actor.id, ref)


def followed(event: Event) -> str:
    """Return the reference that who follows an event follows."""
    return event.ref if event.series is None else event.series.ref


def later_by(event: Event, weeks: int) -> tuple[dt.datetime, dt.datetime]:
    """Return when a copy of an event takes place so many weeks later: at the same hour on the clocks there."""
    there = event.there
    begin, end = (one.astimezone(there) + dt.timedelta(weeks=weeks) for one in (event.starts, event.ends))
    return begin.astimezone(dt.UTC), end.astimezone(dt.UTC)
