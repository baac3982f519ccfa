"""What the page of an event says: its time on the reader's clocks and on those of its host, its files and papers."""

import datetime as dt
import typing as t

from app.calendar import choices, slots, spans
from app.calendar.agenda_models import PAPER
from app.calendar.models import Event
from app.core import clock, links, panels, when
from app.core import files as filing
from app.core.audience import MEMBERS, PUBLIC, Viewer
from app.core.database import get_or_none, locate
from app.core.languages import _, language, zone
from app.core.policy import can, me
from app.members import names
from app.spaces.models import Space


class Times(t.NamedTuple):
    """When an event is: for who reads it, and where it takes place if the clocks there differ."""

    day: dt.date
    last: dt.date
    weekday: str
    month: str
    mine: str
    my_zone: str
    theirs: str
    their_zone: str
    several: bool


def times(event: Event) -> Times:
    """Return when an event is, in words."""
    there, own = when.reader_zone(), zone()
    first, last = spans.days(event, there)
    differs = not event.all_day and not spans.same_clock(event, event.zone, own)
    theirs = spans.zone_of(event.zone)
    other_day = differs and spans.days(event, theirs)[0] != first
    return Times(
        first, last, when.date(first, "EEEE"), when.date(first, "LLLL"), spans.hours(event, there),
        "" if event.all_day else names.zone_words(own, event.starts),
        (spans.whole(event, theirs) if other_day else spans.hours(event, theirs)) if differs else "",
        names.zone_words(event.zone, event.starts), first != last,
    )  # fmt: skip


def is_past(event: Event) -> bool:
    """Say whether an event is over; whole days are over when they are over everywhere."""
    rest = dt.timedelta(hours=12) if event.all_day else dt.timedelta()
    return event.ends + rest <= clock.now()


def may_answer(event: Event) -> bool:
    """Say whether the reader can answer an event now."""
    return event.cancelled is None and not is_past(event) and can("calendar.answer", event)


def space_of(event: Event, viewer: Viewer) -> tuple[str, str] | None:
    """Return the group that an event belongs to, address and name, as far as the reader sees it."""
    space = get_or_none(Space, event.space_id)
    return (
        (space.url, space.text("name", language()))
        if space is not None and space.readable_by(viewer)
        else None
    )


def readers(event: Event) -> t.Any:
    """Say in words who can see an event."""
    if PUBLIC in event.rooms:
        return _("Visible to everyone")
    return _("Visible to members") if MEMBERS in event.rooms else _("Visible to the group")


def files_of(event: Event) -> list[t.Any]:
    """Return the files of an event."""
    return filing.of(event.ref).get(event.ref, []) if event.files else []


class PaperCard(t.NamedTuple):
    """A paper of an event, as far as its reader sees it."""

    number: str
    html: t.Any
    title: str


def papers(event: Event) -> list[PaperCard]:
    """Return the documents of an event that the reader sees, in the order in which they were put there."""
    return _cards(tie.target for tie in links.from_(event.ref, PAPER))


def _cards(refs: t.Iterable[str]) -> list[PaperCard]:
    found, viewer = [], me().viewer
    for ref in refs:
        thing = locate(ref)
        html = panels.drawn("card", thing) if thing is not None and thing.readable_by(viewer) else []
        if html:
            found.append(PaperCard(ref.partition(":")[2], html[0], thing.title))
    return found


class Slot(t.NamedTuple):
    """A paper that has a name at this event: the document, or what is waited for."""

    key: str
    word: t.Any
    card: PaperCard | None
    awaited: t.Any


def named_papers(event: Event, may_fill: bool) -> list[Slot]:
    """Return the slots with a document that the reader sees; for who may fill them, the empty ones too."""
    there, waited = slots.filled(event), slots.waited_for(event) if may_fill else []
    found = []
    for key, word in slots.SLOTS.items():
        card = next(iter(_cards([there[key]])), None) if key in there else None
        if card is not None or key in waited:
            found.append(Slot(key, word, card, slots.AWAITED[key]))
    return found


def short(event: Event) -> dict[str, t.Any]:
    """Return what a card says of an event."""
    there = when.reader_zone()
    first, last = spans.days(event, there)
    return {
        "ref": event.ref, "id": event.id, "url": event.url, "title": event.title, "lang": event.language, "first": first,
        "hours": spans.hours(event, there), "form": choices.form_word(event.form), "place": event.place,
        "online": bool(event.link), "cancelled": event.cancelled is not None, "past": is_past(event),
        "zone": "" if event.all_day else names.zone_words(zone(), event.starts), "several": first != last,
    }  # fmt: skip
