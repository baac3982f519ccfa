"""Minutes of sample events."""

import datetime as dt

import sqlalchemy as sa

from app.actions import acts as deeds
from app.actions.models import Action
from app.calendar import minutes, minutes_points
from app.calendar.minutes_models import GENERAL
from app.calendar.models import Event
from app.demo import content
from app.extensions import db
from app.members.models import Organisation

DAY = dt.timedelta(days=1)


class Minutes:
    """Some past events have minutes: written the day they took place, read by others, approved, and followed up."""

    def __init__(self, talk, known, days):
        """`known`: the numbers of events by their keys, once they are entered; `days`: when they take place."""
        self.talk, self.cast, self.now, self.known = talk, talk.cast, talk.now, known
        said = content.texts("minutes.toml")
        for one in said["minutes"]:
            at = self.now + (days[one["event"]] + 1) * DAY
            self.talk.at(at, self.minute, one)
            self.talk.at(at + one["shared_after"] * DAY, self.close, one, minutes.share)
            if "approved_after" in one:
                self.talk.at(at + one["approved_after"] * DAY, self.close, one, minutes.approve)
            if "done_after" in one:
                self.talk.at(at + one["done_after"] * DAY, self.follow_up, one)
        for one in said["amendment"]:
            self.talk.at(self.now + (days[one["event"]] + one["after"]) * DAY, self.amend, one)

    def minute(self, one):
        """Write the minutes of an event, with what was decided and is to be done."""
        author = self.cast.actors[one["by"]]
        own = db.session.scalar(sa.select(Organisation.handle).where(Organisation.id == author.org.id))
        due = (self.now + one["due_in"] * DAY).date().isoformat()
        text = one["text"].strip().format(own=own, due=due)
        minutes.save(author, self._event(one), GENERAL, text, 0)

    def close(self, one, deed):
        """Let others read the minutes, or approve them."""
        deed(self.cast.actors[one["by"]], self._event(one))

    def follow_up(self, one):
        """Say that the first thing that was to be done is done."""
        part = minutes.part_of(self._event(one), GENERAL)
        ref = next(point.ref for point in minutes_points.points_of_part(part) if point.ref)
        action = db.session.get(Action, int(ref.partition(":")[2]))
        deeds.set_state(self.cast.actors[one["by"]], action, "done", one["why"])

    def amend(self, one):
        """Propose one more sentence for the minutes."""
        event = self._event(one)
        part = minutes.part_of(event, GENERAL)
        text = f"{part.text}\n\n{one['add']}"
        minutes.amend(self.cast.actors[one["by"]], event, GENERAL, text, part.version, one["why"])

    def _event(self, one):
        return db.session.get(Event, self.known[one["event"]])
