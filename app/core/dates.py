"""Dates that are as exact as they are known: a year, a month or a day, in the reader's words."""

import calendar
import datetime as dt
import re

from app.core import when

EXACT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
STYLES = {1: "y", 2: "MMMM y", 3: "d MMM y"}


def words(text: str, published: dt.datetime | None = None) -> str:
    """Return a date in words, such as June 2017; without one, the day on which the document was published."""
    parts = parts_of(text)
    if not parts:
        return when.date(published, STYLES[3]) if published else ""
    return when.date(dt.date(*(*parts, 1, 1)[:3]), STYLES[len(parts)])


def parts_of(text: str) -> tuple[int, ...]:
    """Return year, month and day as far as they are known; nothing for what is no date."""
    match = EXACT.fullmatch(text or "")
    parts = tuple(int(part) for part in match.groups() if part) if match else ()
    try:
        dt.date(*(*parts, 1, 1)[:3])
    except (TypeError, ValueError):
        return ()
    return parts


def first_day(text: str) -> dt.date | None:
    """Return the first day of a year, a month or a day; None for what is no date."""
    parts = parts_of(text)
    return dt.date(*(*parts, 1, 1)[:3]) if parts else None


def last_day(text: str) -> dt.date | None:
    """Return the last day of a year, a month or a day; None for what is no date."""
    parts = parts_of(text)
    if not parts:
        return None
    month = parts[1] if len(parts) > 1 else 12
    return dt.date(parts[0], month, parts[2] if len(parts) > 2 else calendar.monthrange(parts[0], month)[1])
