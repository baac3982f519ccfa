"""A few sample conversations: some read, one that waits to be read."""

import datetime as dt

from app.demo import content
from app.messages import acts, queries

UNREAD = dt.timedelta(days=2)  # what is younger nobody has looked at yet


def plan(talk):
    """Let the accounts write to each other, each message at its own time."""
    for one in content.texts("messages.toml")["conversation"]:
        begun = talk.now - dt.timedelta(days=one["age_days"])
        for message in one["message"]:
            talk.at(begun + dt.timedelta(hours=message.get("after", 0)), _say, talk, one["people"], message)


def _say(talk, people, message):
    actors = talk.cast.actors
    others = [actors[name].id for name in people if name != message["by"]]
    acts.start(actors[message["by"]], others, acts.written(message["body"]))


def catch_up(talk):
    """What is older was read by those who are in it."""
    for one in content.texts("messages.toml")["conversation"]:
        if one["age_days"] > UNREAD.days:
            people = [talk.cast.actors[name] for name in one["people"]]
            number = queries.between([person.id for person in people])
            for person in people:
                it = queries.one(number, person.id)
                acts.mark_read(person, it, it.messages)
