"""Events of the small network, and how their forms are sent."""

import datetime as dt
import io

import sqlalchemy as sa

from app.calendar import (
    acts,
    answering,
    borrowed,
    door,
    imports,
    minutes,
    polling,
    programme_acts,
    questioning,
    subscribing,
)
from app.calendar.models import Event
from app.core import clock
from app.core.audience import audience_of, readdress
from app.core.database import atomic
from app.extensions import db
from app.members.models import Organisation
from app.spaces.models import Space

EVENTS = {
    "open_event": ("africa", "public"),
    "inner_event": ("network", "members"),
    "hidden_event": ("circle", "space"),
}
DATES = {"inner_dates": ("network", "members"), "hidden_dates": ("circle", "space")}
SPARE = ("to_cancel", "cancelled_event", "to_remove", "to_approve")
SOON = dt.timedelta(days=2)
ROW = {"form": "item", "starts": None, "minutes": None, "room": "", "track": "", "languages": "", "access": "", "body": "",
       "organisation_id": None}  # fmt: skip


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
    """Put an event into the calendar of a space; all take place in one member city, which stands on the map."""
    city = db.session.scalar(
        sa.select(Organisation).where(Organisation.form == "city").order_by(Organisation.id)
    )
    city.lat, city.lon = -1.28, 36.81
    here = {**fields(name, days), "city_id": city.id}
    return acts.add(author, space, here, audience=audience, organisation=author.seats[0])


def minuted(author, event, name):
    """Let an event have minutes that bear its name, for everybody who sees it."""
    minutes.save(author, event, 0, f"{'Quagga' if name in SPARE else 'Zebra'} {name} minutes.", 0)
    minutes.share(author, event)


def build(cast, numbers):
    """Events of the chair, seen by everybody, by members, and by a hidden group; return their numbers by name."""
    chair, found = cast.chair.me(), {}
    for name, (space, audience) in EVENTS.items():
        event = put(chair, db.session.get(Space, getattr(cast.spaces, space)), name, audience)
        acts.put_paper(chair, event, f"document:{numbers['doc_paper']}")
        minuted(chair, event, name)
        found[name] = event.id
    place = db.session.get(Space, cast.spaces.network)
    for name in SPARE:
        found[name] = put(chair, place, name, "members", days=400).id
    minuted(chair, db.session.get(Event, found["to_approve"]), "to_approve")
    open_event, neighbour = db.session.get(Event, found["open_event"]), cast.neighbour.me()
    for name in ("to_take", "to_decline"):
        found[name] = minutes.amend(neighbour, open_event, 0, f"{name} instead.", 1, "").id
    for title in ("first", "second"):
        row = programme_acts.add_row(
            chair, db.session.get(Event, found["open_event"]), {**ROW, "title": title}
        )
        found[f"{title}_row"] = row.id
    programme_acts.put_paper(
        chair, db.session.get(Event, found["open_event"]), row, f"document:{numbers['doc_paper']}"
    )
    acts.cancel(chair, db.session.get(Event, found["cancelled_event"]), "The hall is closed.")
    for name in ("first_question", "question"):
        found[name] = questioning.add(chair, db.session.get(Event, found["open_event"]), asked(name)).id
    opened = db.session.get(Event, found["open_event"])
    answering.answer(cast.neighbour.me(), opened, "going", "here")
    door.welcome(chair, opened, "Quagga guest", "")
    found["guest"] = door.guests(opened.id)[0].id
    found["code"] = door.code_of(opened, cast.neighbour.id)
    times = [clock.now() + SOON, clock.now() + 2 * SOON]
    for name, (where, audience) in DATES.items():
        group = db.session.get(Space, getattr(cast.spaces, where))
        found[name] = polling.ask(chair, group, sought(name, "Zebra"), times, audience=audience).id
    for name in ("sought", "to_close", "sought_to_remove"):
        found[name] = polling.ask(chair, place, sought(name), times, audience="members").id
    found |= _files(chair, db.session.get(Space, cast.spaces.africa))
    found["borrowed"] = borrowed.borrow(
        chair, db.session.get(Space, cast.spaces.circle), NOWHERE, "Elsewhere"
    ).id
    found["subscription"] = subscribing.make(chair, due=True).id
    found["feed_token"] = db.session.get(subscribing.Subscription, found["subscription"]).token
    return found


def asked(name):
    """Return the fields of a question to those who come, whose words bear its name."""
    return {
        "words": f"Quagga {name}?",
        "hint": "",
        "form": "line",
        "options": [],
        "required": False,
        "after_id": 0,
        "value": "",
    }


def sought(name, word="Quagga"):
    """Return for what a date is sought, in words that bear its name."""
    return {"title": f"{word} {name} hour", "body": "", "language": "en", "zone": "Europe/Vienna", "minutes": 60,
            "closes": clock.now() + SOON}  # fmt: skip


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
        event.minutes = "shared"
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
    elsewhere = {"space": w.cast.spaces.africa, "audience": "members"}
    rows = {
        ("events.new", ""): form("outsider", "/events/new", sent(w)),
        ("events.edit", ""): form("chair", f"{base}/edit", sent(w)),
        ("events.move", ""): form("chair", f"/events/{w.cancelled_event}/move", elsewhere),
        ("events.cancel", ""): form("chair", f"/events/{w.to_cancel}/cancel", {"reason": "The hall is closed."}),
        ("events.reinstate", ""): form("chair", f"/events/{w.cancelled_event}/reinstate", {}),
        ("events.remove", ""): form("chair", f"/events/{w.to_remove}/remove", {}),
        ("events.put_paper", ""): form("chair", f"{base}/papers", {"address": f"/library/{paper}"}),
        ("events.choose", ""): form("chair", "/events/papers", {"document": paper, "event": w.open_event, "slot": "report"}),
        ("events.take_paper", ""): form("chair", f"{base}/papers/{w.numbers['doc_paper']}/remove", {}),
    }  # fmt: skip
    notes = f"{base}/minutes"
    rows |= {
        ("events.save_minutes", ""): form("chair", f"{notes}/0", {"text": "Other words.", "base": "1"}),
        ("events.close_minutes", ""): form("chair", f"/events/{w.to_approve}/minutes/approve", {}),
        ("events.amend_minutes", ""): form("neighbour", f"{notes}/0/amend", {"text": "Better.", "base": "1", "why": ""}),
        ("events.take_amendment", ""): form("chair", f"{notes}/amendments/{w.to_take}/take", {}),
        ("events.decline_amendment", ""): form("chair", f"{notes}/amendments/{w.to_decline}/decline", {"reason": "No."}),
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
    rows["events.asking", ""] = form(
        "chair", f"{base}/questions", {"words": "Which meal?", "form": "line", "after": ""}
    )
    one = f"{base}/questions/{w.question}"
    rows["events.question", ""] = form(
        "chair", one, {"words": "Which other meal?", "form": "line", "after": ""}
    )
    for deed in ("up", "remove"):
        rows["events.question_deed", deed] = form("chair", f"{one}/{deed}", {})
    rows["events.guest", ""] = form("chair", f"{base}/door/guests", {"name": "Quagga Smith", "house": ""})
    rows["events.guest_gone", ""] = form("chair", f"{base}/door/guests/{w.guest}/remove", {})
    day = (clock.now() + SOON).date().isoformat()
    rows["dates.new", ""] = form("outsider", "/dates/new", {
        "title": "Which hour?", "minutes": "60", "zone": "UTC", "closes": day, "space": w.cast.spaces.network,
        "audience": "members", "language": "en", "organisation": "0", "day_0": day, "hour_0": "10:00", "day_1": day,
        "hour_1": "11:00",
    })  # fmt: skip
    rows["dates.vote", ""] = form(
        "outsider", f"/dates/{w.sought}/answers", {f"t-{n}": "yes" for n in range(1, 20)}
    )
    for deed in ("follow", "unfollow"):
        rows["dates.follow", deed] = form("outsider", f"/dates/{w.sought}/{deed}", {})
    rows["dates.close", ""] = form("chair", f"/dates/{w.to_close}/close", {})
    rows["dates.remove", ""] = form("chair", f"/dates/{w.sought_to_remove}/remove", {})
    for deed in ("came", "uncame"):
        rows["events.noted", deed] = form("chair", f"{base}/door/{w.cast.neighbour.id}/{deed}", {})
    there, row = f"{base}/programme", f"{base}/programme/{w.second_row}"
    rows["events.add_row", ""] = form("chair", there, {"title": "A row", "form": "item"})
    rows["events.change_row", ""] = form("chair", row, {"title": "Another title", "form": "break"})
    rows["events.put_row_paper", ""] = form("chair", f"{row}/papers", {"address": f"/library/{paper}"})
    rows["events.take_row_paper", ""] = form("chair", f"{row}/papers/{w.numbers['doc_paper']}/remove", {})
    for deed in ("up", "down", "remove", "shift"):
        moved = w.first_row if deed in ("remove", "down") else w.second_row
        rows["events.move_row", deed] = form("chair", f"{there}/{moved}/{deed}", {"minutes": "15"})
    for deed in ("follow", "unfollow"):
        rows["events.follow", deed] = form("outsider", f"{base}/{deed}", {})
    return rows


def pages(w):
    """Return for every route that shows something an address that answers it."""
    base, now = f"/events/{w.open_event}", clock.now()
    year, week, _day = now.isocalendar()
    return {
        "events.show": ("visitor", base), "events.card": ("visitor", f"{base}/card?fragment=1"),
        "events.counts": ("visitor", f"{base}/counts?fragment=1"),
        "events.invite": ("visitor", f"{base}/invite.ics"), "events.new": ("chair", "/events/new"),
        "events.hearers": ("chair", f"/events/new/hearers?space={w.cast.spaces.africa}&audience=public"),
        "events.edit": ("chair", f"{base}/edit"), "events.copying": ("outsider", f"{base}/copy"),
        "events.choose": ("chair", f"/events/papers?document={w.numbers['doc_paper']}"),
        "events.move": ("chair", f"{base}/move"),
        "events.cancel": ("chair", f"{base}/cancel"), "events.remove": ("chair", f"{base}/remove"),
        "events.minutes_of": ("visitor", f"{base}/minutes"), "events.minutes_file": ("visitor", f"{base}/minutes.md"),
        "events.write_minutes": ("chair", f"{base}/minutes/write"), "events.minutes_part": ("chair", f"{base}/minutes/0"),
        "events.minutes_history": ("chair", f"{base}/minutes/0/history"),
        "events.amend_minutes": ("neighbour", f"{base}/minutes/0/amend"),
        "events.decline_amendment": ("chair", f"{base}/minutes/amendments/{w.to_decline}/decline"),
        "events.programme_page": ("visitor", f"{base}/programme"),
        "events.pack": ("visitor", f"{base}/pack.zip"),
        "events.programme_work": ("chair", f"{base}/programme/edit"),
        "events.change_row": ("chair", f"{base}/programme/{w.second_row}"),
        "events.answers": ("chair", f"{base}/answers"), "events.list_of": ("chair", f"{base}/answers.csv"),
        "events.at_door": ("chair", f"{base}/door"), "events.code": ("chair", f"{base}/door/code?code={w.code}"),
        "dates.hearers": ("outsider", f"/dates/new/hearers?space={w.cast.spaces.network}&audience=members"),
        "dates.index": ("outsider", "/dates"), "dates.new": ("outsider", "/dates/new"),
        "dates.show": ("outsider", f"/dates/{w.sought}"), "dates.table": ("outsider", f"/dates/{w.sought}/table?fragment=1"),
        "dates.remove": ("chair", f"/dates/{w.sought}/remove"),
        "events.asking": ("chair", f"{base}/questions"), "events.question": ("chair", f"{base}/questions/{w.question}"),
        "calendar.imported": ("chair", "/calendar/import"), "calendar.batch": ("chair", f"/calendar/import/{w.events_read}"),
        "calendar.borrowings": ("chair", f"/calendar/from?group={w.cast.spaces.circle}"),
        "calendar.borrowing": ("neighbour", f"/calendar/from/{w.borrowed}"),
        "calendar.subscribe": ("visitor", "/calendar/subscribe"), "calendar.public_calendar": ("visitor", "/calendar/public.ics"),
        "calendar.calendar_feed": ("visitor", f"/calendar/feed/{w.feed_token}.ics"),
        "calendar.index": ("visitor", "/calendar"), "calendar.month": ("visitor", f"/calendar/{now:%Y-%m}"),
        "calendar.week": ("visitor", f"/calendar/week/{year}-W{week:02}"), "calendar.agenda": ("visitor", "/calendar/agenda"),
        "calendar.year": ("visitor", f"/calendar/year/{now.year}"), "calendar.feed": ("visitor", "/calendar/feed.atom"),
        "calendar.table": ("visitor", "/calendar/events.json"), "calendar.embed": ("visitor", "/calendar/embed"),
    }  # fmt: skip
