"""Puts meetings and conferences that the facts name into the calendar, long over, each with its source; nobody hears of it."""

import datetime as dt

from app.calendar import acts, spans
from app.core.database import atomic
from app.demo import content
from app.extensions import db

DAY = dt.timedelta(days=1)
# What the words of the sources mean in the lists of this site, the first that fits.
SCALES = {
    "sub-regional conference": "regional",
    "general conference": "general",
    "general assembly": "general",
}


def known():
    """The conferences of coalitions that a source states with their days: key of the space, scale, fact."""
    return [
        (coalition["id"], scale, one)
        for coalition in content.facts("coalitions.json")["coalitions"]
        for one in coalition["events"]
        if one["verification"] == "verified"
        and len(one["start"]) == len("2009-11-19")
        and (scale := _scale(one["what"]))
    ]


def _scale(what):
    return next((scale for words, scale in SCALES.items() if words in what.lower()), "")


def enter(author, space, one, *, form="conference", scale=""):
    """Put one of them in, as days that are over; where a source names no end it was one day."""
    first = dt.date.fromisoformat(one["start"])
    last = dt.date.fromisoformat(one["end"] or one["start"])
    fields = {
        "title": one["what"], "form": form, "scale": scale, "place": one["place"] or "", "language": "en", "zone": "UTC",
        "body": f"Source: {one['source']}.", "all_day": True, "starts": spans.midnight(first), "ends": spans.midnight(last + DAY),
    }  # fmt: skip
    word = "public" if "public" in space.offers() else space.offers()[-1]
    with atomic():
        event = acts.drafted(author, space, fields, word, None)
        db.session.add(event)
        db.session.flush()
        acts.tell_quietly(event)
        return event
