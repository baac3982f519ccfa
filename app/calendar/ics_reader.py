"""Reading a calendar that somebody sent or that lies elsewhere: a work for the child process, it imports nothing of the app.

Each event is read for itself, so that a broken one is one fault and the others come in. What is written are lines of
JSON: a head, then `["event", fields]` or `["fault", key, title]` in the order of the file.
"""

import contextlib
import datetime as dt
import hashlib
import json
import pathlib
import re
import typing as t
import zoneinfo

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from app.core.child import Refused

SOURCE, PLAN = "calendar.ics", "events.jsonl"
MOST, LONGEST = 5000, 200_000  # events in a file, characters in one of them
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
CUT = "cut"  # stands for an event that has no end
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Fault(Exception):
    """This event cannot be taken; the argument is the key of a sentence."""


class Bounds(t.NamedTuple):
    """What an event of the calendar may be, told by who asks."""

    zone: str  # of hours that name none
    first_year: int
    last_year: int
    days: int
    title: int
    body: int


def read(asked: str) -> None:
    """Read the calendar in this folder. Raises Refused for what is none."""
    bounds = Bounds(**json.loads(asked))
    text = text_of(pathlib.Path(SOURCE).read_bytes())
    if "BEGIN:VCALENDAR" not in text.upper():
        raise Refused("kind")
    blocks, zones, head = split(text)
    if len(blocks) > MOST:
        raise Refused("many")
    zone = known_zone(head.get("X-WR-TIMEZONE", ""), {}) or bounds.zone
    bounds = bounds._replace(zone=zone)
    with open(PLAN, "w", encoding="utf-8", errors="replace") as out:
        out.write(
            json.dumps({"name": tidy(head.get("X-WR-CALNAME", ""))[:200], "events": len(blocks)}) + "\n"
        )
        for block in blocks:
            out.write(json.dumps(one(block, zones, bounds)) + "\n")


def text_of(raw: bytes) -> str:
    """Return the words of a file whose letters it does not say."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def split(text: str) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """Return the events as blocks, the places that the file's own zones name, and what it says of the whole."""
    blocks: list[str] = []
    zones: dict[str, str] = {}
    head: dict[str, str] = {}
    open_: list[str] = []
    inside, zone = "", ""
    for line in re.sub(r"\r?\n[ \t]", "", text.replace("\r\r\n", "\r\n")).splitlines():
        word = line.strip().upper()
        if not inside and word in ("BEGIN:VEVENT", "BEGIN:VTIMEZONE"):
            inside, open_, zone = word[6:], [line] * (word == "BEGIN:VEVENT"), ""
            continue
        name, _colon, value = line.partition(":")
        if inside == "VEVENT":
            if word == "BEGIN:VEVENT":  # the one before has no end
                blocks.append(CUT)
                open_ = []
            open_.append(line)
            if word == "END:VEVENT":
                blocks.append("\r\n".join(open_))
                inside = ""
        elif inside == "VTIMEZONE":
            if name.upper().startswith("TZID"):
                zone = value.strip()
            elif name.upper() == "X-LIC-LOCATION" and zone:
                zones[zone] = value.strip()
            inside = "" if word == "END:VTIMEZONE" else inside
        elif not inside:
            head.setdefault(name.partition(";")[0].strip().upper(), value.strip())
    if inside == "VEVENT":
        blocks.append(CUT)
    return blocks, zones, head


def tidy(value: t.Any) -> str:
    """Return words on one line."""
    return " ".join(CONTROLS.sub(" ", str(value)).split())


def one(block: str, zones: dict[str, str], bounds: Bounds) -> list[t.Any]:
    """Return what a block says, or what is wrong with it."""
    title = ""
    try:
        if len(block) > LONGEST:
            raise Fault("large")
        try:
            made = t.cast(icalendar.Event, icalendar.Event.from_ical(block + "\r\n"))
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
            raise Fault("broken") from None
        title = tidy(_first(made, "SUMMARY"))[: bounds.title]
        return ["event", fields(made, title, zones, bounds)]
    except Fault as why:
        return ["fault", str(why), title]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError):
        return ["fault", "broken", title]


def fields(made: icalendar.Event, title: str, zones: dict[str, str], bounds: Bounds) -> dict[str, t.Any]:
    """Return the fields of an event as JSON keeps them. Raises Fault."""
    if tidy(_first(made, "CLASS")).upper() in ("PRIVATE", "CONFIDENTIAL"):
        raise Fault("private")
    if not title:
        raise Fault("untitled")
    if made.get("RRULE") is not None and not isinstance(made["RRULE"], icalendar.vRecur):
        raise Fault("rule")
    starts, ends, all_day, zone = span(made, zones, bounds)
    url = tidy(_first(made, "CONFERENCE") or _first(made, "URL"))[:500]
    found: dict[str, t.Any] = {
        "title": title, "body": CONTROLS.sub("", str(_first(made, "DESCRIPTION")))[: bounds.body].strip(),
        "place": tidy(_first(made, "LOCATION"))[:200], "link": url if re.match(r"https?://[^\s/]+", url) else "",
        "words": [tidy(word).lower()[:40] for word in _categories(made)][:10],
        "starts": starts.isoformat(), "ends": ends.isoformat(), "all_day": all_day, "zone": zone,
        "cancelled": tidy(_first(made, "STATUS")).upper() == "CANCELLED",
        "rule": made["RRULE"].to_ical().decode() if made.get("RRULE") is not None else "",
        "also": _moments(made, "RDATE", zones, bounds), "without": _moments(made, "EXDATE", zones, bounds),
    }  # fmt: skip
    stamp = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:40]
    uid = (
        tidy(_first(made, "UID"))[:255]
        or hashlib.sha256(f"{title}\0{starts.isoformat()}".encode()).hexdigest()
    )
    time = made.get("RECURRENCE-ID")
    again = _moment(time, zones, bounds)[0].isoformat() if time is not None else ""
    return {**found, "stamp": stamp, "uid": uid, "time": again, "sequence": _whole(_first(made, "SEQUENCE"))}


def _whole(value: t.Any) -> int:
    """Return which change of an event this is (SEQUENCE, RFC 5545), 0 where that is not said."""
    words = tidy(value)
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 0


def _first(made: icalendar.Event, name: str) -> t.Any:
    value = made.get(name, "")
    return value[0] if isinstance(value, list) else value


def _categories(made: icalendar.Event) -> list[t.Any]:
    value = _first(made, "CATEGORIES")
    return list(getattr(value, "cats", ()))


# --- time -------------------------------------------------------------------------------------------------------


def span(
    made: icalendar.Event, zones: dict[str, str], bounds: Bounds
) -> tuple[dt.datetime, dt.datetime, bool, str]:  # fmt: skip
    """Return beginning and end in UTC, whether it is whole days, and its zone. Raises Fault."""
    if made.get("DTSTART") is None:
        raise Fault("no_start")
    starts, all_day, zone = _moment(_first(made, "DTSTART"), zones, bounds)
    ends = starts + (DAY if all_day else HOUR)
    if made.get("DTEND") is not None:
        ends = _moment(_first(made, "DTEND"), zones, bounds)[0]
    elif made.get("DURATION") is not None:
        length = _value(_first(made, "DURATION"))
        if not isinstance(length, dt.timedelta):
            raise Fault("bad_end")
        ends = starts + length
    if ends < starts:
        raise Fault("backwards")
    if ends == starts:
        ends = starts + (DAY if all_day else HOUR)
    if ends - starts > bounds.days * DAY:
        raise Fault("long")
    if not bounds.first_year <= starts.year <= ends.year <= bounds.last_year:
        raise Fault("year")
    return starts, ends, all_day, zone


def _moment(prop: t.Any, zones: dict[str, str], bounds: Bounds) -> tuple[dt.datetime, bool, str]:
    """Return a moment in UTC, whether it is a whole day, and the zone on whose clocks it was said."""
    value = _value(prop)
    if isinstance(value, dt.datetime):
        named = str(prop.params.get("TZID", "")) if hasattr(prop, "params") else ""
        return _in_utc(value, named, zones, bounds)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time(), tzinfo=dt.UTC), True, bounds.zone
    raise Fault("bad_date")


def _value(prop: t.Any) -> t.Any:
    """Return the time that a property says; None where it is broken."""
    with contextlib.suppress(ValueError):
        return getattr(prop, "dt", None)
    return None


def _in_utc(
    value: dt.datetime, named: str, zones: dict[str, str], bounds: Bounds
) -> tuple[dt.datetime, bool, str]:  # fmt: skip
    if value.tzinfo is not None and named in ("", "UTC"):
        return value.astimezone(dt.UTC), False, bounds.zone
    zone = known_zone(named, zones) if named else bounds.zone
    if not zone:
        raise Fault("zone")
    return value.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(dt.UTC), False, zone


def known_zone(named: str, zones: dict[str, str]) -> str:
    """Return the zone that a name means: of the world's list, of Windows, or as the file itself explains it."""
    named = named.strip().strip('"')
    tries = [named, WINDOWS_TO_OLSON.get(named, ""), zones.get(named, ""), "/".join(named.split("/")[-2:])]
    for word in filter(None, tries):
        with contextlib.suppress(ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            zoneinfo.ZoneInfo(word)
            return word
    return ""


def _moments(made: icalendar.Event, name: str, zones: dict[str, str], bounds: Bounds) -> list[str]:
    """Return the moments of a list, in order; of more than a thousand the first ones."""
    value = made.get(name)
    found = set[str]()
    for some in value if isinstance(value, list) else [value]:
        for each in getattr(some, "dts", ()):
            if isinstance(each.dt, dt.date):
                named = str(some.params.get("TZID", "")) if hasattr(some, "params") else ""
                moment = (
                    _in_utc(each.dt, named, zones, bounds)[0] if isinstance(each.dt, dt.datetime) else each.dt
                )
                found.add(moment.isoformat())
    return sorted(found)[:1000]
