"""Calendars that others made: read in the child process, handed on as what the calendar of a space knows of an event."""

import dataclasses
import datetime as dt
import json
import pathlib
import tempfile
import typing as t

from app.calendar import ics_reader, recurring, series
from app.calendar.models import EARLIEST, FORMS, LATEST, MOST_DAYS, Series
from app.core import child
from app.core.database import setting
from app.core.languages import lazy

LIMITS = child.Limits(seconds=90, wall=240)
KNOWN_WHY = {"time": "slow", "memory": "large", "died": "broken"}
REFUSED: dict[str, t.Any] = {
    "kind": lazy("This is no calendar. Save it as iCalendar, a file that ends in .ics."),
    "many": lazy("It holds more than 5,000 events. Send it in parts."),
    "slow": lazy("Reading it took too long. Send it in parts."),
    "large": lazy("It is too large to be read. Send it in parts."),
    "broken": lazy("It cannot be read. Save it anew, or send it in parts."),
}
FAULTS: dict[str, t.Any] = {
    "no_start": lazy("It does not say when it begins."),
    "bad_date": lazy("Its date cannot be read."),
    "bad_end": lazy("Its end cannot be read."),
    "backwards": lazy("It ends before it begins."),
    "long": lazy("It lasts more than 62 days."),
    "year": lazy("Its year is too far away."),
    "zone": lazy("Its time zone is not known here."),
    "untitled": lazy("It has no title."),
    "private": lazy("It is marked as private there."),
    "large": lazy("It is too large."),
    "broken": lazy("It is broken and cannot be read."),
    "rule": lazy("How it repeats cannot be read."),
    "many": lazy("Too many events of the file repeat: bring this one over in a file of its own."),
    "cancelled": lazy("It is cancelled there."),
    "twice": lazy("The same event stands in the file twice."),
    "removed": lazy("It was removed here. It stays away."),
    "older": lazy("A newer state of it came before. It stays as it is."),
    "edited": lazy("Somebody has changed it here since. It stays as it is."),
    "others": lazy("Others put it in, who alone change it. It stays as it is."),
    "series": lazy("It repeats now, or no longer: that is changed here by hand."),
    "of_series": lazy("It is one time of a series that is here: that is changed here by hand."),
}


class Unreadable(Exception):
    """It is no calendar, or none that can be read; the argument is a key of REFUSED."""


@dataclasses.dataclass(frozen=True)
class Foreign:
    """One event of somebody else's calendar."""

    uid: str
    time: str  # which time of a series, as a moment; nothing: the event itself
    stamp: str
    sequence: int  # which change of it this is
    title: str
    body: str
    place: str
    link: str
    words: list[str]
    starts: dt.datetime
    ends: dt.datetime
    all_day: bool
    zone: str
    cancelled: bool
    rule: str
    also: list[str]
    without: list[str]

    @property
    def repeats(self) -> bool:
        """Whether it is a series."""
        return bool(self.rule or self.also)

    def is_clear(self) -> bool:
        """Whether it can be read how it repeats."""
        try:
            return not self.rule or bool(recurring.read(self.rule))
        except recurring.BadRule:
            return False

    def series(self, alone: t.Iterable[str] = ()) -> Series:
        """Return how it repeats, as a row that is kept nowhere; times that stand `alone` are left out."""
        one = Series(rule=self.rule, zone=self.zone, all_day=self.all_day)
        one.begins = one.on_clocks(self.starts).isoformat(timespec="seconds")
        one.length = int((self.ends - self.starts).total_seconds())
        one.extra = series.moments(one, self.also)
        one.left_out = series.moments(one, [*self.without, *alone])
        return one

    def fields(self, language: str) -> dict[str, t.Any]:
        """Return what an event of a space says of it."""
        form = next((word for word in self.words if word in FORMS), "meeting")
        return {
            "title": self.title, "form": form, "place": self.place, "link": self.link, "body": self.body, "language": language,
            "starts": self.starts, "ends": self.ends, "zone": self.zone, "all_day": self.all_day, "languages": "", "theme": "",
            "access": "",
        }  # fmt: skip


class Read(t.NamedTuple):
    """What was found in a calendar: its own name, and in the order of the file events or the faults of those that are none."""

    name: str
    rows: list["Foreign | Broken"]


class Broken(t.NamedTuple):
    """An event that cannot be taken: a key of FAULTS, and its title as far as it has one."""

    key: str
    title: str


def read(raw: bytes, zone: str) -> Read:
    """Read a calendar; hours that name no zone are on the clocks of this one. Raises Unreadable."""
    place = pathlib.Path(setting("INSTANCE_DIR"), "work")
    place.mkdir(parents=True, exist_ok=True)
    bounds = ics_reader.Bounds(zone, EARLIEST, LATEST, MOST_DAYS, setting("TITLE_MAX"), setting("POST_MAX"))
    with tempfile.TemporaryDirectory(dir=place, prefix="calendar-") as name:
        folder = pathlib.Path(name).resolve()
        (folder / ics_reader.SOURCE).write_bytes(raw)
        try:
            child.run("app.calendar.ics_reader:read", folder, json.dumps(bounds._asdict()), limits=LIMITS)
        except child.Late:
            raise Unreadable("slow") from None
        except child.Failed as why:
            key = str(why).partition(":")[0]
            raise Unreadable(KNOWN_WHY.get(key, key)) from None
        with open(folder / ics_reader.PLAN, encoding="utf-8") as lines:
            head = json.loads(next(lines))
            return Read(head["name"], [_row(json.loads(line)) for line in lines])


def _row(values: list[t.Any]) -> "Foreign | Broken":
    if values[0] == "fault":
        return Broken(values[1], values[2])
    said = values[1]
    moments = {name: dt.datetime.fromisoformat(said[name]) for name in ("starts", "ends")}
    return Foreign(**{**said, **moments})
