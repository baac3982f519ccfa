"""The words for what is stored as a key: states, kinds, funding, and who reads a note."""

import datetime as dt
import typing as t

from app.core import clock, dates
from app.core.languages import _, lazy

STATES: dict[str, t.Any] = {
    "proposed": lazy("Proposed"),
    "agreed": lazy("Agreed"),
    "going": lazy("Under way"),
    "held": lazy("On hold"),
    "done": lazy("Done"),
    "dropped": lazy("Dropped"),
}
# The class of a state's tag: shape and word say it too.
TAGS = {"proposed": "", "agreed": "", "going": "tag--go", "held": "", "done": "tag--done", "dropped": ""}
ICONS = {
    "proposed": "lightbulb", "agreed": "handshake", "going": "arrow-up", "held": "clock", "done": "check", "dropped": "x",
}  # fmt: skip
FORMS: dict[str, t.Any] = {
    "advocacy": lazy("Advocacy and awareness"),
    "research": lazy("Research"),
    "conference": lazy("Conference or meeting"),
    "questionnaire": lazy("Questionnaire"),
    "data": lazy("Data"),
    "exchange": lazy("Exchange of experience"),
    "outreach": lazy("Outreach"),
    "training": lazy("Training"),
    "funding": lazy("Funding"),
    "other": lazy("Something else"),
}
FUNDING: dict[str, t.Any] = {
    "planned": lazy("Already planned"),
    "existing": lazy("From existing means"),
    "joint": lazy("To be raised together"),
}
DUE: dict[str, t.Any] = {
    "late": lazy("Overdue"),
    "soon": lazy("Due within three months"),
    "later": lazy("Due later"),
    "open": lazy("Without a date"),
}
SOON = dt.timedelta(days=92)


def due_of(
    state: str, due: dt.date | None, under_way: t.Collection[str], today: dt.date | None = None
) -> str:
    """Return how an action stands to its day: late, soon, later, open; empty for what is over or waits."""
    if state not in under_way:
        return ""
    if due is None:
        return "open"
    now = today or clock.now().date()
    return "late" if due < now else "soon" if due <= now + SOON else "later"


def frame(begins: str, ends: str) -> str:
    """Return a time frame in words: from when, until when, or between."""
    first, last = dates.words(begins), dates.words(ends)
    if first and last:
        return first if first == last else str(_("%(first)s to %(last)s", first=first, last=last))
    if last:
        return str(_("until %(date)s", date=last))
    return str(_("from %(date)s", date=first)) if first else ""


NEEDS: dict[str, t.Any] = {
    "venue": lazy("A venue"),
    "translator": lazy("Translation or interpretation"),
    "data": lazy("Data"),
    "means": lazy("Means"),
    "people": lazy("Hands or advice"),
    "other": lazy("Something else"),
}
NEED_STATES: dict[str, t.Any] = {
    "open": lazy("Wanted"),
    "met": lazy("Met"),
    "closed": lazy("No longer asked for"),
}
PLEDGES: dict[str, t.Any] = {
    "offered": lazy("Offered"),
    "accepted": lazy("Accepted"),
    "declined": lazy("Declined"),
    "delivered": lazy("Delivered"),
    "withdrawn": lazy("Taken back"),
}
