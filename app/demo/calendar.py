"""Puts the sample events into the calendar of the demo network, through the ordinary acts, some time before they take place."""

import datetime as dt

import sqlalchemy as sa

from app.calendar import acts, answering, recurring, series, series_changes, spans
from app.calendar.models import Event
from app.core.when import moment
from app.demo import content
from app.extensions import db
from app.members import profile

DAY = dt.timedelta(days=1)
AHEAD = 21 * DAY  # an event is announced so long before
USUAL = {
    "hours": 1.5,
    "language": "en",
    "place": "",
    "link": "",
    "access": "",
    "theme": "",
    "sight": "",
    "cancelled": "",
    "answers": [],
    "seats_online": None,
    "rule": "",
    "moved": 0,
    "skipped": 0,
}


def events():
    """All sample events, with what is left out in the file filled in."""
    return [{**USUAL, **one} for one in content.texts("events.toml")["event"]]


def weekday_of(moment):
    """Return which weekday of its month a moment is on, as rules say it: 2TU; the fifth is the last."""
    nth = (moment.day - 1) // 7 + 1
    return f"{nth if nth < 5 else -1}{recurring.DAYS[moment.weekday()]}"


class Dates:
    """Everything that is put into the calendar, as moments of what happens in the demo network."""

    def __init__(self, talk):
        self.talk, self.cast, self.now = talk, talk.cast, talk.now
        self.known = {}
        self.themes = {row.key for row in profile.themes()}
        for number, one in enumerate(events()):
            told = min(self.now + one["day"] * DAY - AHEAD, self.now - (number % 9 + 1) * DAY)
            told = max(told, self.now - 60 * DAY) + dt.timedelta(minutes=7 * number)
            talk.at(told, self.enter, one)
            for nth, (who, word) in enumerate(one["answers"], 1):
                talk.at(told + nth * dt.timedelta(hours=2), self.answer, one, who, word)
            if one["cancelled"]:
                talk.at(self.now - dt.timedelta(hours=30), self.cancel, one)
            if one["moved"] or one["skipped"]:
                talk.at(self.now - dt.timedelta(hours=26), self.depart, one)

    def span(self, one):
        """When it is, as it is kept."""
        day = self.now.date() + one["day"] * DAY
        if "days" in one:
            return spans.midnight(day), spans.midnight(day + one["days"] * DAY)
        start = moment(day, dt.time.fromisoformat(one["hour"]), one["zone"])
        return start, start + dt.timedelta(hours=one["hours"])

    def enter(self, one):
        """Put it in, in the name of the organisation of who does it where that is allowed."""
        author, space = self.cast.actors[one["by"]], self.cast.spaces[one["space"]]
        starts, ends = self.span(one)
        names = (
            "title",
            "form",
            "place",
            "link",
            "body",
            "languages",
            "access",
            "language",
            "zone",
            "seats_online",
        )
        fields = {name: one[name] for name in names} | {
            "starts": starts, "ends": ends, "all_day": "days" in one,
            "theme": one["theme"] if one["theme"] in self.themes else "",
        }  # fmt: skip
        word = (
            one["sight"]
            if one["sight"] in space.offers()
            else space.offers()[min(1, len(space.offers()) - 1)]
        )
        voice = author.voice(author.org.id) if author.org else None
        if one["rule"]:
            rule = one["rule"].format(weekday=weekday_of(starts.astimezone(spans.zone_of(one["zone"]))))
            kept = series.begin(author, space, fields, rule, audience=word, organisation=voice)
            self.known[one["key"]] = kept.next_id
            return
        event = acts.add(author, space, fields, audience=word, organisation=voice)
        self.known[one["key"]] = event.id

    def depart(self, one):
        """Let one time of a series be later, and another one not take place."""
        author, number = self.cast.actors[one["by"]], db.session.get(Event, self.known[one["key"]]).series_id
        mine = (
            sa.select(Event).where(Event.series_id == number, Event.starts > self.now).order_by(Event.starts)
        )
        coming = db.session.scalars(mine.limit(6)).all()
        if one["moved"]:
            event = coming[one["moved"]]
            hours = {name: getattr(event, name) + dt.timedelta(hours=2) for name in ("starts", "ends")}
            series_changes.change(author, event, hours, series_changes.ONE)
        if one["skipped"]:
            why = "Too many of us are away. We go on at the next time."
            series_changes.cancel(author, coming[one["skipped"]], why, series_changes.ONE)

    def cancel(self, one):
        """Say that it does not take place, and why."""
        acts.cancel(
            self.cast.actors[one["by"]], db.session.get(Event, self.known[one["key"]]), one["cancelled"]
        )

    def answer(self, one, who, word):
        """Say whether somebody comes; every second one shows their name."""
        event = db.session.get(Event, self.known[one["key"]])
        answering.answer(self.cast.actors[who], event, word, shown=word == "going" and len(who) % 2 == 0)
