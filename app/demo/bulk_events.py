"""Makes the events of the large demo in memory: 10,000 over three years, in all groups, and 500 series beside them.

Nothing here asks the database."""

import datetime as dt
import random

from app.calendar import series
from app.calendar.models import FORMS, Series
from app.search.entries import entry

EVENTS, SERIES, BEFORE, DAYS = 10_000, 500, 730, 1095
RULES = {"FREQ=MONTHLY": 6, "FREQ=WEEKLY;INTERVAL=2": 3, "FREQ=WEEKLY": 1}
ZONES = (
    "Europe/Vienna",
    "Africa/Nairobi",
    "America/Toronto",
    "Pacific/Auckland",
    "Africa/Casablanca",
    "America/Montevideo",
)
TABLES = ("event_series", "event", "search_entry")


class Dates:
    """All rows of the events."""

    def __init__(self, crowd, pools, themes, now, first, first_series, seed=2006):
        self.dice, self.crowd, self.pools = random.Random(seed), crowd, pools
        self.themes, self.now, self.first, self.first_series = themes, now, first, first_series

    def rows(self, audiences):
        """Rows by table; `audiences` tells the audience of a space and a word."""
        found = {name: [] for name in TABLES}
        for place in range(EVENTS):
            one = self.event(place, audiences)
            found["event"].append(one)
            found["search_entry"].append(self.entry(one))
        for place in range(SERIES):
            one, times = self.series(
                place, self.event(EVENTS + place, audiences), self.first + len(found["event"])
            )
            found["event_series"].append(one)
            found["event"] += times
            found["search_entry"] += [self.entry(row) for row in times if row["id"] == one["next_id"]]
        return found

    def entry(self, one):
        """What is found of an event."""
        ref, url = f"event:{one['id']}", f"/events/{one['id']}"
        return entry(ref, ref, one["audience_id"], "event", url, self.said(one))

    def series(self, place, first, number):
        """A series that begins with an event, and its times, numbered from a number on."""
        rule = self.dice.choices(list(RULES), list(RULES.values()))[0]
        one = Series(
            id=self.first_series + place, uid=first["uid"], sequence=0, rule=rule, zone=first["zone"], all_day=first["all_day"],
            length=int((first["ends"] - first["starts"]).total_seconds()), extra=[], left_out=[], at=first["at"],
        )  # fmt: skip
        one.begins = one.on_clocks(first["starts"]).isoformat(timespec="seconds")
        until = self.now + series.AHEAD
        times = [
            {**first, "id": number + nth, "uid": f"{nth}-{first['uid']}", "starts": moment, "recurrence": moment,
             "ends": moment + dt.timedelta(seconds=one.length), "series_id": one.id}
            for nth, moment in enumerate(series.times(one, until)[: series.MOST])
        ]  # fmt: skip
        coming = [row["id"] for row in times if row["ends"] > self.now]
        shown = coming[0] if coming else times[-1]["id"]
        row = {column.name: getattr(one, column.name) for column in Series.__table__.columns}
        return {**row, "made": until, "next_id": shown}, times

    def event(self, place, audiences):
        """One event: a meeting of some hours, or whole days."""
        dice = self.dice
        pool = self.pools[dice.choices(list(self.pools), [6, 2, 2])[0]]
        space = dice.choice(self.crowd.spaces)
        author = dice.choice(self.crowd.inside[space.id] or list(self.crowd.actors))
        organisation, by = dice.choice(self.crowd.lines[author])
        day = self.now.replace(minute=0, second=0) + dt.timedelta(days=dice.randrange(DAYS) - BEFORE)
        all_day = dice.random() < 0.15
        starts = day.replace(hour=0 if all_day else dice.randrange(6, 18))
        ends = starts + (
            dt.timedelta(days=dice.randrange(1, 4)) if all_day else dt.timedelta(hours=dice.randrange(1, 4))
        )
        at = min(starts, self.now) - dt.timedelta(days=dice.randrange(5, 30))
        _topic, title = dice.choice(pool.titles)
        body = dice.choice(pool.bodies)
        return {
            "id": self.first + place, "space_id": space.id, "audience_id": audiences[space.id, dice.choice(space.offers())],
            "author_id": author, "organisation_id": organisation, "by": by, "title": f"{title} – {place + 1}",
            "language": pool.language, "body": body.plain, "html": f"<p>{body.excerpt}</p>", "renderer": 1,
            "form": dice.choice(list(FORMS)), "theme": dice.choice(["", *self.themes]), "languages": pool.language, "access": "",
            "place": "", "link": "https://meet.example/large", "all_day": all_day, "starts": starts, "ends": ends,
            "zone": dice.choice(ZONES), "uid": f"large-{place}@demo", "sequence": 0, "cancelled": None, "cancelled_why": "",
            "removed": False, "files": 0, "version": 1, "at": at, "changed": at, "answered": 0, "seats_here": None,
            "seats_online": None, "per_house": None, "series_id": None, "recurrence": None, "apart": False,
        }  # fmt: skip

    def said(self, one):
        """What the event says of itself to the search."""
        return {
            "title": one["title"], "also": "", "body": one["html"][3:-4], "lang": one["language"], "by": one["by"]["name"],
            "author": one["author_id"], "at": one["at"],
            "tags": {"in": [one["space_id"]], "theme": [one["theme"]], "by": [one["author_id"]], "org": [one["organisation_id"]],
                     "country": [self.crowd.countries.get(one["organisation_id"])]},
            "more": {"day": one["starts"].date().isoformat(), "cancelled": False},
        }  # fmt: skip
