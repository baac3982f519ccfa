"""Makes the events of the large demo in memory: 10,000 over three years, in all groups. Nothing here asks the database."""

import datetime as dt
import random

from app.calendar.models import FORMS
from app.search.entries import entry

EVENTS, BEFORE, DAYS = 10_000, 730, 1095
ZONES = (
    "Europe/Vienna",
    "Africa/Nairobi",
    "America/Toronto",
    "Pacific/Auckland",
    "Africa/Casablanca",
    "America/Montevideo",
)
TABLES = ("event", "search_entry")


class Dates:
    """All rows of the events."""

    def __init__(self, crowd, pools, themes, now, first, seed=2006):
        self.dice, self.crowd, self.pools = random.Random(seed), crowd, pools
        self.themes, self.now, self.first = themes, now, first

    def rows(self, audiences):
        """Rows by table; `audiences` tells the audience of a space and a word."""
        found = {name: [] for name in TABLES}
        for place in range(EVENTS):
            one = self.event(place, audiences)
            found["event"].append(one)
            ref, url = f"event:{one['id']}", f"/events/{one['id']}"
            found["search_entry"].append(entry(ref, ref, one["audience_id"], "event", url, self.said(one)))
        return found

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
            "seats_online": None, "per_house": None,
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
