"""Events of the small network, and how their forms are sent."""

import datetime as dt
import io

from app.calendar import acts, borrowed, imports, subscribing
from app.calendar.models import Event
from app.core import clock
from app.core.audience import audience_of, readdress
from app.core.database import atomic
from app.extensions import db
from app.spaces.models import Space

EVENTS = {
    "open_event": ("africa", "public"),
    "inner_event": ("network", "members"),
    "hidden_event": ("circle", "space"),
}
SPARE = ("to_cancel", "cancelled_event", "to_remove")
SOON = dt.timedelta(days=2)


def fields(name, days=0):
    """Return the fields of an event whose words bear its name, some days from now."""
    word = "Quagga" if name in SPARE else "Zebra"  # of the spare ones no list says a name
    starts = clock.now().replace(minute=0, second=0, microsecond=0) + SOON + dt.timedelta(days=days)
    return {
        "title": f"{word} {name} meeting", "form": "conference", "place": "Hall", "link": "https://meet.example/x",
        "body": f"{word} {name} words.", "languages": "en", "theme": "", "access": "", "language": "en", "starts": starts,
        "ends": starts + dt.timedelta(hours=1), "zone": "Europe/Vienna", "all_day": False,
    }  # fmt: skip


def put(author, space, name, audience, days=0):
    """Put an event into the calendar of a space."""
    return acts.add(author, space, fields(name, days), audience=audience, organisation=author.seats[0])


def build(cast, numbers):
    """Events of the chair, seen by everybody, by members, and by a hidden group; return their numbers by name."""
    chair, found = cast.chair.me(), {}
    for name, (space, audience) in EVENTS.items():
        event = put(chair, db.session.get(Space, getattr(cast.spaces, space)), name, audience)
        acts.put_paper(chair, event, f"document:{numbers['doc_paper']}")
        found[name] = event.id
    place = db.session.get(Space, cast.spaces.network)
    for name in SPARE:
        found[name] = put(chair, place, name, "members", days=400).id
    acts.cancel(chair, db.session.get(Event, found["cancelled_event"]), "The hall is closed.")
    found |= _files(chair, db.session.get(Space, cast.spaces.africa))
    found["borrowed"] = borrowed.borrow(
        chair, db.session.get(Space, cast.spaces.circle), NOWHERE, "Elsewhere"
    ).id
    found["subscription"] = subscribing.make(chair, due=True).id
    found["feed_token"] = db.session.get(subscribing.Subscription, found["subscription"]).token
    return found


BATCHES = {"events_read": "ready", "events_drop": "ready", "events_run": "ready", "events_done": "done"}
NOWHERE = "http://127.0.0.1:9/calendar.ics"  # is never asked: it is no public address
FILE = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def _files(author, space):
    """Files of events in each state: to look at, to forget, to take in, to take back."""
    found = {}
    with atomic():
        for name, state in BATCHES.items():
            batch = imports.begin(author, space, "club.ics", FILE, "space")
            found[name], batch.state = batch.id, state
    return found


def said_to(w, name, rooms, author, number):
    """Put an event into the calendar of the network whose audience is this set of rooms."""
    event = put(author, db.session.get(Space, w.cast.spaces.network), name, "members", days=number + 1)
    with atomic():
        event.audience_id = audience_of(*rooms)
        readdress(event.ref, event.audience_id)
    w.things[name] = event.ref
    w.in_network.add(name)


def sent(w, **more):
    """Return what the form of an event sends."""
    day = (clock.now() + SOON).date().isoformat()
    return {
        "title": "Quite another meeting", "form": "meeting", "day": day, "hour": "10:00", "last_day": day, "end_hour": "11:00",
        "zone": "UTC", "place": "Hall", "link": "", "body": "Words.", "language": "en", "theme": "", "access": "",
        "space": w.cast.spaces.network, "audience": "members", "organisation": "0", **more,
    }  # fmt: skip


def forms(w, form):
    """Return how each of these forms is sent."""
    base, paper = f"/events/{w.open_event}", w.numbers["doc_inner_paper"]
    rows = {
        ("events.new", ""): form("outsider", "/events/new", sent(w)),
        ("events.edit", ""): form("chair", f"{base}/edit", sent(w)),
        ("events.cancel", ""): form("chair", f"/events/{w.to_cancel}/cancel", {"reason": "The hall is closed."}),
        ("events.reinstate", ""): form("chair", f"/events/{w.cancelled_event}/reinstate", {}),
        ("events.remove", ""): form("chair", f"/events/{w.to_remove}/remove", {}),
        ("events.put_paper", ""): form("chair", f"{base}/papers", {"address": f"/library/{paper}"}),
        ("events.take_paper", ""): form("chair", f"{base}/papers/{w.numbers['doc_paper']}/remove", {}),
    }  # fmt: skip
    rows["calendar.subscribed", ""] = form(
        "outsider", "/calendar/subscribe", {"what": "mine", "alarm": "60", "due": "y"}
    )
    rows["calendar.end_subscription", ""] = form("chair", f"/calendar/subscribe/{w.subscription}/end", {})
    base_of_file, spaces = "/calendar/import", w.cast.spaces
    file = {"space": spaces.africa, "audience": "members", "file": lambda: (io.BytesIO(FILE), "club.ics")}
    rows |= {
        ("calendar.borrow", ""): form(
            "chair",
            "/calendar/from",
            {"group": spaces.circle, "address": "https://127.0.0.1.example/x", "name": "More"},
        ),
        ("calendar.end_borrowing", ""): form("chair", f"/calendar/from/{w.borrowed}/end", {}),
        ("calendar.send_events", ""): form("chair", base_of_file, file),
        ("calendar.take_events", ""): form("chair", f"{base_of_file}/{w.events_run}/run", {}),
        ("calendar.undo_events", ""): form("chair", f"{base_of_file}/{w.events_done}/undo", {}),
        ("calendar.drop_events", ""): form("chair", f"{base_of_file}/{w.events_drop}/drop", {}),
    }
    rows["events.answer", ""] = form(
        "outsider", f"{base}/answer", {"word": "going", "way": "online", "shown": "y"}
    )
    for deed in ("follow", "unfollow"):
        rows["events.follow", deed] = form("outsider", f"{base}/{deed}", {})
    return rows


def pages(w):
    """Return for every route that shows something an address that answers it."""
    base, now = f"/events/{w.open_event}", clock.now()
    year, week, _day = now.isocalendar()
    return {
        "events.show": ("visitor", base), "events.card": ("visitor", f"{base}/card?fragment=1"),
        "events.invite": ("visitor", f"{base}/invite.ics"), "events.new": ("chair", "/events/new"),
        "events.hearers": ("chair", f"/events/new/hearers?space={w.cast.spaces.africa}&audience=public"),
        "events.edit": ("chair", f"{base}/edit"), "events.copying": ("outsider", f"{base}/copy"),
        "events.cancel": ("chair", f"{base}/cancel"), "events.remove": ("chair", f"{base}/remove"),
        "events.answers": ("chair", f"{base}/answers"), "events.list_of": ("chair", f"{base}/answers.csv"),
        "calendar.imported": ("chair", "/calendar/import"), "calendar.batch": ("chair", f"/calendar/import/{w.events_read}"),
        "calendar.borrowings": ("chair", f"/calendar/from?group={w.cast.spaces.circle}"),
        "calendar.borrowing": ("neighbour", f"/calendar/from/{w.borrowed}"),
        "calendar.subscribe": ("visitor", "/calendar/subscribe"), "calendar.public_calendar": ("visitor", "/calendar/public.ics"),
        "calendar.calendar_feed": ("visitor", f"/calendar/feed/{w.feed_token}.ics"),
        "calendar.index": ("visitor", "/calendar"), "calendar.month": ("visitor", f"/calendar/{now:%Y-%m}"),
        "calendar.week": ("visitor", f"/calendar/week/{year}-W{week:02}"), "calendar.agenda": ("visitor", "/calendar/agenda"),
        "calendar.year": ("visitor", f"/calendar/year/{now.year}"), "calendar.feed": ("visitor", "/calendar/feed.atom"),
        "calendar.table": ("visitor", "/calendar/events.json"),
    }  # fmt: skip
