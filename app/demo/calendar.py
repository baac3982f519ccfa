"""Puts the sample events into the calendar of the demo network, through the ordinary acts, some time before they take place."""

import datetime as dt

from app.calendar import acts, answering, programme_acts, spans
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
    "scale": "",
    "outside": "",
    "page": "",
    "papers": [],
    "programme": [],
}
USUAL_ROW = {"day": 0, "form": "item", "body": "", "room": "", "track": "", "languages": "", "access": ""}


def events():
    """All sample events, with what is left out in the file filled in."""
    return [{**USUAL, **one} for one in content.texts("events.toml")["event"]]


class Dates:
    """Everything that is put into the calendar, as moments of what happens in the demo network."""

    def __init__(self, talk, library):
        self.library = library
        self.talk, self.cast, self.now = talk, talk.cast, talk.now
        self.known = {}
        self.themes = {row.key for row in profile.themes()}
        for number, one in enumerate(events()):
            told = min(self.now + one["day"] * DAY - AHEAD, self.now - (number % 9 + 1) * DAY)
            told = max(told, self.now - 60 * DAY) + dt.timedelta(minutes=7 * number)
            talk.at(told, self.enter, one)
            for nth, (who, word) in enumerate(one["answers"], 1):
                talk.at(told + nth * dt.timedelta(hours=2), self.answer, one, who, word)
            if one["programme"]:
                talk.at(
                    max(told, self.now - 20 * dt.timedelta(hours=1)) + dt.timedelta(minutes=number),
                    self.arrange,
                    one,
                )
            if one["cancelled"]:
                talk.at(self.now - dt.timedelta(hours=30), self.cancel, one)

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
            "scale",
            "outside",
            "page",
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
        event = acts.add(author, space, fields, audience=word, organisation=voice)
        self.known[one["key"]] = event.id

    def arrange(self, one):
        """Say what happens when, who speaks, and which papers belong to it."""
        who, event = self.cast.actors[one["by"]], db.session.get(Event, self.known[one["key"]])
        for slot, key in one["papers"]:
            acts.put_paper(who, event, f"document:{self.library.known[key]}", slot)
        for row in one["programme"]:
            said = {**USUAL_ROW, **row}
            names = [{"person_id": self.cast.actors[name[1:]].id} for name in said.pop("speakers", ())]
            papers, day = said.pop("papers", ()), event.first_day + said.pop("day") * DAY
            said["starts"] = moment(day, dt.time.fromisoformat(said.pop("hour")), event.zone)
            made = programme_acts.add_row(who, event, said, names)
            for key in papers:
                programme_acts.put_paper(who, event, made, f"document:{self.library.known[key]}")

    def cancel(self, one):
        """Say that it does not take place, and why."""
        acts.cancel(
            self.cast.actors[one["by"]], db.session.get(Event, self.known[one["key"]]), one["cancelled"]
        )

    def answer(self, one, who, word):
        """Say whether somebody comes; every second one shows their name."""
        event = db.session.get(Event, self.known[one["key"]])
        answering.answer(self.cast.actors[who], event, word, shown=word == "going" and len(who) % 2 == 0)
