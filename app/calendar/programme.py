"""The programme of an event as its readers see it: by days on their clocks, the host's time beside it, with speakers and papers."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.calendar import choices, ordering, spans
from app.calendar.agenda_models import PAPER, ROWS, SESSION, AgendaRow, Speaker
from app.calendar.models import Event
from app.core import links, when
from app.core.audience import Viewer, may_see
from app.core.database import run, several
from app.core.languages import zone
from app.core.links import Link
from app.members import names
from app.members.models import Organisation, Person, Seat

_l, _o, _p, _s, _seat = (one.__table__ for one in (Link, Organisation, Person, Speaker, Seat))
_SPEAK = (
    sa.select(
        _s.c.id, _s.c.row_id, _s.c.name, _s.c.house, _p.c.id.label("person"), _p.c.name.label("own"), _p.c.handle,
        _p.c.audience_id, _o.c.name.label("seat"),
    )
    .outerjoin(_p, _p.c.id == _s.c.person_id)
    .outerjoin(_seat, sa.and_(_seat.c.person_id == _p.c.id, _seat.c.ended.is_(None)))
    .outerjoin(_o, _o.c.id == _seat.c.organisation_id)
    .where(several(_s.c.row_id, "rows", sa.BigInteger))
    .order_by(_s.c.row_id, _s.c.position, _s.c.id, _seat.c.id)
)  # fmt: skip
_PAPERS = (
    sa.select(_l.c.source, _l.c.target)
    .where(several(_l.c.source, "refs", sa.String), _l.c.kind == PAPER)
    .order_by(_l.c.at)
)
_HOUSES = sa.select(_o.c.id, _o.c.name, _o.c.audience_id).where(several(_o.c.id, "houses", sa.BigInteger))


class Speaks(t.NamedTuple):
    """Who speaks, as far as the reader may know them."""

    name: str
    url: str
    house: str


class Line(t.NamedTuple):
    """One row, in words."""

    row: AgendaRow
    hours: str  # on the reader's clocks
    theirs: str  # on the host's, where these show another time
    word: str
    languages: list[tuple[str, str]]
    speakers: list[Speaks]
    house: Speaks | None
    papers: list[t.Any]


class Day(t.NamedTuple):
    """The rows of one day; of no day, as long as no row has a time."""

    day: dt.date | None
    lines: list[Line]


class Programme(t.NamedTuple):
    """What is shown of a programme."""

    days: list[Day]
    tracks: list[str]
    lang: str
    my_zone: str
    their_zone: str  # where it differs

    @property
    def lines(self) -> list[Line]:
        """All rows in their order."""
        return [line for day in self.days for line in day.lines]


def of(event: Event, viewer: Viewer, track: str = "") -> Programme:
    """Return a programme; of one track, with what belongs to no track."""
    rows = ordering.rows_of(event.id)
    shown = [row for row in rows if not track or row.track in ("", track)]
    lines = _lines(event, shown, viewer)
    differs = any(line.theirs for line in lines)
    return Programme(
        _by_day(lines), list(dict.fromkeys(row.track for row in rows if row.track)), event.language,
        choices.place_of(zone()), choices.place_of(event.zone) if differs else "",
    )  # fmt: skip


def clocks(event: Event) -> dt.tzinfo:
    """Return the clocks on which a programme is written: those of who hosts the event."""
    return spans.zone_of(event.zone)


def zone_words(event: Event) -> str:
    """Return these clocks in words."""
    return names.zone_words(event.zone, event.starts)


def _by_day(lines: list[Line]) -> list[Day]:
    days: list[Day] = []
    for line in lines:
        day = when.local(line.row.starts).date() if line.row.starts else (days[-1].day if days else None)
        if not days or day != days[-1].day:
            days.append(Day(day, []))
        days[-1].lines.append(line)
    return days


def _lines(event: Event, rows: list[AgendaRow], viewer: Viewer) -> list[Line]:
    if not rows:
        return []
    speakers, papers, houses = _speakers(rows, viewer), _papers(rows, viewer), _houses(rows, viewer)
    return [
        Line(
            row, _hours(row, when.reader_zone()), _theirs(event, row),
            "" if row.form != SESSION else str(ROWS[SESSION]),
            [(code, choices.tongue(code)) for code in row.languages.split()], speakers.get(row.id, []),
            houses.get(row.organisation_id or 0), papers.get(row.ref, []),
        )
        for row in rows
    ]  # fmt: skip


def _hours(row: AgendaRow, there: dt.tzinfo) -> str:
    if row.starts is None:
        return ""
    begins = when.time(row.starts.astimezone(there))
    return f"{begins}–{when.time(row.ends.astimezone(there))}" if row.ends else begins


def _theirs(event: Event, row: AgendaRow) -> str:
    """Return the hours where it takes place, if the clocks there show others."""
    there, own = clocks(event), when.reader_zone()
    if row.starts is None or row.starts.astimezone(there).replace(tzinfo=None) == row.starts.astimezone(
        own
    ).replace(tzinfo=None):
        return ""
    other = row.starts.astimezone(there).date()
    day = "" if other == row.starts.astimezone(own).date() else when.date(other, "EEE d") + " "
    return day + _hours(row, there)


def _speakers(rows: list[AgendaRow], viewer: Viewer) -> dict[int, list[Speaks]]:
    found: dict[int, dict[int, Speaks]] = {}
    for one in run(_SPEAK, {"rows": [row.id for row in rows]}):
        found.setdefault(one.row_id, {}).setdefault(one.id, _speaks(one, viewer))
    return {number: list(some.values()) for number, some in found.items()}


def _speaks(one: t.Any, viewer: Viewer) -> Speaks:
    """Name a speaker; of somebody of the network whom the reader does not see, the organisation alone."""
    if one.person is None:
        return Speaks(one.name, "", one.house)
    if not may_see(viewer, one.audience_id):
        return Speaks(one.seat or "", "", "")
    return Speaks(one.own, f"/people/{one.person}-{one.handle}", one.seat or "")


def _papers(rows: list[AgendaRow], viewer: Viewer) -> dict[str, list[t.Any]]:
    """Return the documents of rows that a viewer may see; the others are not named."""
    ties = run(_PAPERS, {"refs": [row.ref for row in rows]}).all()
    seen = {thing.ref: thing for thing in links.seen([tie.target for tie in ties], viewer)}
    found: dict[str, list[t.Any]] = {}
    for tie in ties:
        if tie.target in seen:
            found.setdefault(tie.source, []).append(seen[tie.target])
    return found


def _houses(rows: list[AgendaRow], viewer: Viewer) -> dict[int, Speaks]:
    numbers = sorted({row.organisation_id for row in rows if row.organisation_id})
    found = run(_HOUSES, {"houses": numbers}) if numbers else ()
    return {
        one.id: Speaks(one.name, f"/members/{one.id}", "")
        for one in found if may_see(viewer, one.audience_id)
    }  # fmt: skip


def told(event: Event) -> str:
    """Return a programme as lines of text, on the clocks where it takes place: for other calendars."""
    there = clocks(event)
    lines = [" ".join(filter(None, [_hours(row, there), row.title])) for row in ordering.rows_of(event.id)]
    return "\n".join(lines)
