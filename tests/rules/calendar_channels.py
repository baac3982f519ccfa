"""The ways in which an event, or a trace of one, reaches somebody; and the routes of the calendar that show none."""

import datetime as dt
import re

from app.calendar import subscribing
from app.core import clock
from app.core.database import locate
from tests.rules.world import client_of
from tests.rules.world_calendar import SOON

EVENTS = ("event",)
MARK = re.compile(r"zebra[ -](\w+)", re.IGNORECASE)


def opened(tail="", kind="event", place="/events/"):
    """Each event, or search for a date, at an address of its own: those that answer."""

    def ask(w, who):
        client, found = client_of(w, who), set()
        for name, ref in w.things.items():
            if ref.startswith(f"{kind}:"):
                answer = client.get(f"{place}{ref.partition(':')[2]}{tail}", follow_redirects=True)
                found |= {name} if answer.status_code == 200 else set()
                answer.close()
        return found

    return ask


def all_of(*paths):
    """Several pages together, for what stands in several months or weeks."""

    def ask(w, who):
        found = set()
        for path in dict.fromkeys(one() for one in paths):
            answer = client_of(w, who).get(path)
            found |= set(MARK.findall(answer.text)) if answer.status_code == 200 else set()
            answer.close()
        return found

    return ask


def month(number):
    """The month of so many days from now."""
    return lambda: f"/calendar/{clock.now() + SOON + dt.timedelta(days=number):%Y-%m}"


def week(number):
    """The week of so many days from now."""

    def path():
        year, nth, _day = (clock.now() + SOON + dt.timedelta(days=number)).isocalendar()
        return f"/calendar/week/{year}-W{nth:02}"

    return path


def year(number):
    """The year of so many days from now."""
    return lambda: f"/calendar/year/{(clock.now() + SOON + dt.timedelta(days=number)).year}"


def subscribed(w, who):
    """What an address of one's own gives out."""
    with w.app.app_context():
        token = subscribing.make(getattr(w.cast, who).me()).token
    return set(MARK.findall(w.app.test_client().get(f"/calendar/feed/{token}.ics").text.replace("\r\n ", "")))


def in_groups(w, who, name):
    """Those that stand in the calendar of one of one's groups."""
    with w.app.app_context():
        return getattr(w.cast, who).me().role_in(locate(w.things[name]).space_id) is not None


def in_network(w, _who, name):
    """Those that stand in the calendar of the network."""
    return name in w.in_network


def table(channel, listing):
    """Return the channels; the shape of one and the way to read a list are the registry's own."""
    return {
        "page of an event": channel(EVENTS, ("events.show",), opened()),
        "minutes of an event": channel(EVENTS, ("events.minutes_of", "events.minutes_file"), opened("/minutes")),
        "searches for a date": channel(("times",), ("dates.index",), listing("/dates"), who="members"),
        "page of a search for a date": channel(("times",), ("dates.show",), opened("", "times", "/dates/"), who="members"),
        "who can when": channel(
            ("times",), ("dates.table",), opened("/table?fragment=1", "times", "/dates/"), who="members"
        ),
        "programme of an event": channel(EVENTS, ("events.programme_page",), opened("/programme")),
        "event to take along": channel(EVENTS, ("events.pack",), opened("/pack.zip")),
        "card of an event": channel(EVENTS, ("events.card",), opened("/card?fragment=1")),
        "who comes to an event, counted": channel(EVENTS, ("events.counts",), opened("/counts?fragment=1")),
        "event for other calendars": channel(EVENTS, ("events.invite",), opened("/invite.ics")),
        "discussions about an event": channel(
            EVENTS, (), lambda w, who: {
                name for name, ref in w.things.items() if ref.startswith("event:")
                and client_of(w, who).get(f"/discussions/about?ref={ref}&fragment=1").status_code < 400
            },
        ),
        "months": channel(EVENTS, ("calendar.month",), all_of(month(0), month(12))),
        "weeks": channel(EVENTS, ("calendar.week",), all_of(week(0), week(7), week(12))),
        "agenda": channel(EVENTS, ("calendar.agenda",), listing("/calendar/agenda")),
        "conferences of a year": channel(EVENTS, ("calendar.year",), all_of(year(0), year(12))),
        "agenda of a group": channel(
            EVENTS, (), listing(lambda w: f"/calendar/agenda?group={w.cast.spaces.network}"), also=in_network
        ),
        "what comes in a group": channel(
            EVENTS, (), listing(lambda w: f"/groups/{w.cast.spaces.network}"), also=in_network, most=4
        ),
        "what comes, for an organisation": channel(
            EVENTS, (), listing(lambda w: f"/members/{w.cast.organisations.chair}"),
            also=lambda w, who, name: name in w.by_chair, most=4,
        ),
        "events that come, as Atom": channel(EVENTS, ("calendar.feed",), listing("/calendar/feed.atom"), public_only=True),
        "events that come, as JSON": channel(EVENTS, ("calendar.table",), listing("/calendar/events.json"), public_only=True),
        "events that come, in a frame": channel(EVENTS, ("calendar.embed",), listing("/calendar/embed"), public_only=True),
        "public events for other calendars": channel(
            EVENTS, ("calendar.public_calendar",), listing("/calendar/public.ics"), public_only=True
        ),
        "subscribed calendar": channel(
            EVENTS, ("calendar.calendar_feed",), subscribed, who="members", also=in_groups
        ),
        "events in the sitemap": channel(EVENTS, (), listing("/sitemap.xml"), public_only=True),
        "events on the map": channel(EVENTS, (), listing("/members?view=map&layer=events")),
        "points of events on the map": channel(EVENTS, (), listing("/members?view=points&layer=events")),
        "event as a card of the map": channel(EVENTS, (), opened("", "event", "/members/cards?event=")),
        "followed events": channel(EVENTS, (), listing("/settings/following"), who="members"),
    }  # fmt: skip


QUIET_ROUTES = {
    "calendar": {
        "index",
        "subscribe",
        "subscribed",
        "end_subscription",
        "imported",
        "send_events",
        "batch",
        "take_events",
        "undo_events",
        "drop_events",
        "borrowings",
        "borrow",
        "borrowing",
        "end_borrowing",
    },  # leads to a month; addresses and files of one's own; calendars from elsewhere: tests/stories/test_calendar_borrowed.py
    "dates": {"new", "hearers"},  # a form; numbers, counted by the rule for sight
    "events": {"new", "hearers", "choose"},  # forms; numbers, counted by the rule for sight
}
ACTS = {
    "dates": {"vote", "follow", "close", "remove"},
    "events": {
        "edit",
        "copying",
        "move",
        "cancel",
        "reinstate",
        "remove",
        "follow",
        "put_paper",
        "take_paper",
        "answer",
        "answers",
        "list_of",
        "write_minutes",
        "minutes_part",
        "save_minutes",
        "minutes_history",
        "close_minutes",
        "amend_minutes",
        "take_amendment",
        "decline_amendment",
        "asking",
        "question",
        "question_deed",
        "at_door",
        "noted",
        "code",
        "guest",
        "guest_gone",
        "programme_work",
        "add_row",
        "change_row",
        "move_row",
        "put_row_paper",
        "take_row_paper",
    },
}
