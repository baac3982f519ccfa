"""Puts the sample events into the calendar of the demo network, through the ordinary acts, some time before they take place."""

import datetime as dt

import sqlalchemy as sa

from app.calendar import (
    acts,
    answering,
    door,
    polling,
    programme_acts,
    questioning,
    recurring,
    series,
    series_changes,
    series_ends,
    series_scopes,
    spans,
)
from app.calendar.models import Event
from app.calendar.poll_models import NEED, NO, YES, TimePoll
from app.core.database import atomic
from app.core.when import moment
from app.demo import conferences, content, minuted
from app.extensions import db
from app.members import profile

DAY = dt.timedelta(days=1)
AHEAD = 21 * DAY  # an event is announced so long before
USUAL = {
    "hours": 1.5,
    "language": "en",
    "place": "",
    "city": "",
    "link": "",
    "access": "",
    "theme": "",
    "sight": "",
    "cancelled": "",
    "answers": [],
    "seats_online": None,
    "asks": [],
    "came": [],
    "rule": "",
    "moved": 0,
    "skipped": 0,
    "scale": "",
    "outside": "",
    "page": "",
    "papers": [],
    "programme": [],
}
LETTERS = {"y": YES, "i": NEED, "n": NO}
USUAL_ROW = {"day": 0, "form": "item", "body": "", "room": "", "track": "", "languages": "", "access": ""}


def events():
    """All sample events, with what is left out in the file filled in."""
    return [{**USUAL, **one} for one in content.texts("events.toml")["event"]]


def weekday_of(moment):
    """Return which weekday of its month a moment is on, as rules say it: 2TU; the fifth is the last."""
    nth = (moment.day - 1) // 7 + 1
    return f"{nth if nth < 5 else -1}{recurring.DAYS[moment.weekday()]}"


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
            if one["asks"]:
                talk.at(told + dt.timedelta(minutes=30), self.ask, one)
            if one["came"]:
                talk.at(self.span(one)[0], self.note, one)
            if one["programme"]:
                talk.at(
                    max(told, self.now - 20 * dt.timedelta(hours=1)) + dt.timedelta(minutes=number),
                    self.arrange,
                    one,
                )
            if one["cancelled"]:
                talk.at(self.now - dt.timedelta(hours=30), self.cancel, one)
            if one["moved"] or one["skipped"]:
                talk.at(self.now - dt.timedelta(hours=26), self.depart, one)

        for nth, one in enumerate(conferences.known()):
            talk.at(self.now - dt.timedelta(hours=2) + nth * dt.timedelta(minutes=3), self.recall, *one)
        for one in content.texts("times.toml")["times"]:
            self.plan_times(one)
        minuted.Minutes(talk, self.known, {one["key"]: one["day"] for one in events()})

    def recall(self, space, scale, one):
        """A conference that was, as a source has it."""
        conferences.enter(self.cast.actors["secretariat"], self.cast.spaces[space], one, scale=scale)

    def plan_times(self, one):
        """Plan when a date is sought, who answers when, and when a time is chosen."""
        told = self.now + one["asked"] * DAY
        self.talk.at(told, self.seek, one)
        for nth, (who, words) in enumerate(one["answers"], 1):
            self.talk.at(told + nth * dt.timedelta(hours=5), self.say_times, one, who, words)
        if "becomes" in one:
            self.talk.at(self.now + one["closes"] * DAY + dt.timedelta(hours=2), self.choose, one)

    def seek(self, one):
        """Ask which of several times suits."""
        author, space = self.cast.actors[one["by"]], self.cast.spaces[one["space"]]
        day = self.now.date()
        times = [
            moment(day + ahead * DAY, dt.time.fromisoformat(hour), one["zone"])
            for ahead, hour in zip(one["days"], one["hours"], strict=True)
        ]
        fields = {name: one[name] for name in ("title", "body", "zone", "minutes")} | {
            "language": "en", "closes": spans.begin_of(day + (one["closes"] + 1) * DAY, spans.zone_of(one["zone"])),
        }  # fmt: skip
        voice = author.voice(author.org.id) if author.org else None
        poll = polling.ask(author, space, fields, times, audience="members", organisation=voice)
        self.known[one["key"]] = poll.id

    def say_times(self, one, who, words):
        """Say which times suit."""
        poll = db.session.get(TimePoll, self.known[one["key"]])
        said = {time.id: LETTERS[letter] for time, letter in zip(polling.times_of(poll), words, strict=True)}
        polling.vote(self.cast.actors[who], poll, said)

    def choose(self, one):
        """Let the time that was chosen become an event."""
        poll = db.session.get(TimePoll, self.known[one["key"]])
        time = polling.times_of(poll)[one["becomes"]]
        author, space = self.cast.actors[one["by"]], self.cast.spaces[one["space"]]
        fields = {name: one[name] for name in ("title", "body", "zone", "link")} | {
            "form": "meeting", "place": "", "languages": "en", "access": "", "language": "en", "theme": "", "all_day": False,
            "starts": time.starts, "ends": time.ends,
        }  # fmt: skip
        voice = author.voice(author.org.id) if author.org else None
        with atomic():
            event = acts.add(author, space, fields, audience="members", organisation=voice)
            polling.became(author, poll, event)

    def ask(self, one):
        """Ask something of those who come; `after` is the place of an earlier question and the answer to it."""
        author, event = self.cast.actors[one["by"]], db.session.get(Event, self.known[one["key"]])
        made = []
        for question in one["asks"]:
            place, value = question.get("after", [None, ""])
            fields = {
                "form": question["form"], "words": question["words"], "hint": question.get("hint", ""),
                "options": question.get("options", []), "required": question.get("required", False),
                "after_id": 0 if place is None else made[place], "value": value,
            }  # fmt: skip
            made.append(questioning.add(author, event, fields).id)

    def note(self, one):
        """Note who was there."""
        author, event = self.cast.actors[one["by"]], db.session.get(Event, self.known[one["key"]])
        for who in one["came"]:
            door.note(author, event, self.cast.actors[who].id, True)

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
            "city_id": self.cast.organisations[one["city"]].id if one["city"] else None,
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
            series_changes.change(author, event, hours, series_scopes.ONE)
        if one["skipped"]:
            why = "Too many of us are away. We go on at the next time."
            series_ends.cancel(author, coming[one["skipped"]], why, series_scopes.ONE)

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
