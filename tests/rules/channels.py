"""The registry of channels: every way in which a thing, or a trace of it, reaches somebody.

A channel is a function of the world and a seat that returns the names of the things it showed. Every route and every
event of the socket stands in one of the tables here; one that does not fails the tests of tests/rules/test_channels.py.
"""

import re
import typing as t

import sqlalchemy as sa

from app.core import live
from app.core.activity import Activity, record
from app.core.database import atomic, locate
from app.extensions import db
from tests.rules.world import client_of
from tests.seat import turn

MARK = re.compile(r"zebra[ -](\w+)", re.IGNORECASE)


class Channel(t.NamedTuple):
    """What it carries (kinds of things), its routes or events, who may ask, and how."""

    carries: tuple[str, ...]
    routes: tuple[str, ...]
    ask: t.Callable[[t.Any, str], set[str]]
    who: str = "all"  # all, members, visitors
    public_only: bool = False  # shows the same to everybody: what visitors may see
    also: t.Callable[[t.Any, str, str], bool] | None = None  # a second condition, besides the rule for sight
    most: int = 1000  # it shows only the newest few


def text_of(answer):
    """Return the text of an answer that shows something, nothing else."""
    text = (
        answer.text
        if answer.status_code == 200 and answer.mimetype.startswith(("text/", "application/"))
        else ""
    )
    answer.close()
    return re.sub("</?mark>", "", text)  # search marks the words that were asked for


def listing(path):
    """A page that shows many things: those whose mark stands on it."""

    def ask(w, who):
        answer = client_of(w, who).get(path(w) if callable(path) else path, follow_redirects=True)
        return set(MARK.findall(text_of(answer)))

    return ask


def each(kind, path):
    """An address of its own for each thing: those that answer."""

    def ask(w, who):
        client, found = client_of(w, who), set()
        for name, ref in w.things.items():
            if ref.startswith(f"{kind}:"):
                answer = client.get(path(w, name, ref.partition(":")[2]))
                shown = MARK.findall(
                    answer.text if answer.status_code == 200 else answer.headers.get("Location", "")
                )
                answer.close()
                found |= (
                    {name}
                    if answer.status_code < 400 and "/sign-in" not in answer.headers.get("Location", "")
                    else set()
                )
                found |= set(shown)
        return found

    return ask


def counted(w, who):
    """The number above the list, as that many things: the right ones if it is right, too many if not."""
    found = re.search(r"(\d+) discussions?\b", text_of(client_of(w, who).get("/discussions")))
    number = int(found[1]) if found else 0
    right = [name for name in w.things if w.things[name].startswith("thread:") and w.truth(name, who)]
    wrong = [name for name in w.things if w.things[name].startswith("thread:") and name not in right]
    return set((right + wrong)[:number])


def facts_of(w):
    """Return thing → number of the fact that it began with."""
    rows = db.session.execute(
        sa.select(Activity.id, Activity.root).where(Activity.verb.in_(["board.started", "feed.shared"]))
    ).all()
    by_root = {row.root: row.id for row in rows}
    return {name: by_root[ref] for name, ref in w.things.items() if ref in by_root}


def items(w, who):
    """Each item of the newsfeed at its own address."""
    with w.app.app_context():
        numbers = facts_of(w)
    client = client_of(w, who)
    return {name for name, number in numbers.items() if client.get(f"/feed/{number}").status_code == 200}


def downloads(w, who):
    """The file of each discussion."""
    client, found = client_of(w, who), set()
    for name, ref in w.things.items():
        if ref in w.files:
            number, title = w.files[ref]
            answer = client.get(f"/files/{number}/{title}")
            found |= {name} if answer.status_code == 200 else set()
            answer.close()
    return found


def names_of(w, refs):
    return {name for name, ref in w.things.items() if ref in refs}


def pushed(w, who):
    """What is pushed to an open socket while something happens to every thing."""
    seat = getattr(w.cast, who)
    seat.opens_socket()
    seat.hears()
    with w.app.app_context():
        for ref in w.things.values():
            with atomic():
                record("test.pushed", actor=None, subject=locate(ref))
    heard = {data["root"] for data in seat.hears()}
    seat.socket.disconnect()
    return names_of(w, heard)


def caught_up(w, who):
    """What a socket is sent that was away since the beginning."""
    seat = getattr(w.cast, who)
    seat.opens_socket(after=0)
    heard = {data["root"] for data in seat.hears()}
    seat.socket.disconnect()
    return names_of(w, heard)


def met(w, who):
    """Where one is let in to see who is here, and to say that one writes."""
    seat, found = getattr(w.cast, who), set()
    seat.opens_socket()
    for name, ref in w.things.items():
        if ref.startswith("thread:"):
            turn(w.app)
            seat.socket.get_received()
            seat.socket.emit("here", {"root": ref})
            heard = {event["name"] for event in seat.socket.get_received()}
            found |= {name} if "presence" in heard else set()
    seat.socket.disconnect()
    return found


def called(w, who):
    """Which private groups can be named in a text so that they become a link."""
    answer = client_of(w, who).post("/preview", data={"body": "Hello @circle"})
    return {"circle"} if "/groups/" in text_of(answer) else set()


def offered(w, who):
    """Which private groups are offered while a mention is typed."""
    return {"circle"} if "circle" in text_of(client_of(w, who).get("/mentions?q=circ")).lower() else set()


def groups(w, who):
    """The tree of groups."""
    text = text_of(client_of(w, who).get("/groups"))
    return {"circle"} if f"/groups/{w.cast.spaces.circle}-" in text else set()


def belongs(w, who, name):
    """Presence is for those inside the thing's space; the network's is everybody's."""
    with w.app.app_context():
        thing = locate(w.things[name])
        return getattr(w.cast, who).me().role_in(thing.space_id) is not None


def meets(w, who, name):
    """Who belongs to a private group is for those inside."""
    return who in ("chair", "neighbour")


def thread(tail=""):
    return each("thread", lambda w, name, number: f"/discussions/{number}{tail}")


def panel(w, names):
    return {name for name in names if w.things[name].startswith("thread:")}


THREADS, UPDATES, SPACES = ("thread",), ("update",), ("space",)
BOTH = (*THREADS, *UPDATES)

CHANNELS = {
    "page of a discussion": Channel(THREADS, ("board.thread",), thread()),
    "one post": Channel(THREADS, ("board.post",), thread("/posts/1?fragment=1")),
    "new replies": Channel(THREADS, ("board.replies",), thread("/replies?after=0&fragment=1")),
    "row of a list": Channel(THREADS, ("board.row",), thread("/row?fragment=1")),
    "where it stands": Channel(THREADS, ("board.stand",), thread("/stand?fragment=1")),
    "buttons to follow": Channel(THREADS, ("board.watching",), thread("/watching?fragment=1")),
    "history of a post": Channel(THREADS, ("board.past",), thread("/posts/1/history")),
    "list of discussions": Channel(THREADS, ("board.board",), listing("/discussions")),
    "list by date": Channel(THREADS, (), listing("/discussions?sort=started")),
    "followed discussions": Channel(THREADS, (), listing("/discussions?state=following"), who="members"),
    "unanswered discussions": Channel(
        THREADS, (), listing("/discussions?state=unanswered"), also=lambda w, who, name: name not in w.answered
    ),
    "number of discussions": Channel(THREADS, (), counted),
    "similar titles": Channel(THREADS, ("board.similar",), listing("/discussions/similar?q=zebra+question"), most=5),
    "search": Channel(BOTH, ("search.search",), listing("/search?q=zebra")),
    "newsfeed": Channel(BOTH, ("home.front",), listing("/"), who="members"),
    "new items of the newsfeed": Channel(BOTH, (), listing("/?fragment=1&since=0"), who="members"),
    "item of the newsfeed": Channel(BOTH, ("feed.item",), items),
    "Atom": Channel(BOTH, ("atom.feed",), listing("/feed.atom"), public_only=True),
    "front page": Channel(THREADS, (), listing("/"), who="visitors", most=6),
    "sitemap": Channel(THREADS, ("machines.sitemap",), listing("/sitemap.xml"), public_only=True),
    "page of an update": Channel(
        UPDATES, ("updates.show",), each("update", lambda w, name, number: f"/updates/{number}")
    ),
    "notices": Channel(BOTH, ("notifications.index",), listing("/notifications"), who="members"),
    "file": Channel(THREADS, ("files.download",), downloads),
    "panel of a group": Channel(
        THREADS, ("spaces.home",), listing(lambda w: f"/groups/{w.cast.spaces.network}"),
        also=lambda w, who, name: name in w.in_network, most=6,
    ),
    "panel of an organisation": Channel(
        THREADS, ("members.organisation",), listing(lambda w: f"/members/{w.cast.organisations.chair}"),
        also=lambda w, who, name: name in w.by_chair, most=6,
    ),
    "panel of a person": Channel(
        THREADS, ("members.one_person",), listing(lambda w: f"/people/{w.cast.chair.id}"), who="members",
        also=lambda w, who, name: name in w.by_chair, most=6,
    ),
    "page of a private group": Channel(
        SPACES, (), each("space", lambda w, name, number: f"/groups/{number}"),
    ),
    "people of a private group": Channel(
        SPACES, ("space_people.index",), each("space", lambda w, name, number: f"/groups/{number}/people"), also=meets
    ),
    "tree of groups": Channel(SPACES, ("spaces.index",), groups),
    "what can be mentioned": Channel(SPACES, ("members.mention",), offered, who="members"),
    "mention that becomes a link": Channel(
        SPACES, ("board.preview",), called, who="members", also=lambda w, who, name: False
    ),
    "push": Channel((*BOTH, *SPACES), ("fact",), pushed, who="members"),
    "what was missed": Channel(BOTH, ("ready",), caught_up, who="members"),
    "presence": Channel(THREADS, ("presence", "writing"), met, who="members", also=belongs),
}  # fmt: skip

# Channels in which another rule holds as well, so that sight alone opens nothing to who is outside.
GUARDED_TWICE = {"people of a private group", "mention that becomes a link"}

# Events of the socket that hold no trace of a thing, or only one to a thing that was seen before.
QUIET_EVENTS = {
    "gone": "references of what one can no longer see; to those who saw it",
    "reload": "nothing",
}

# Routes that show nothing that somebody said: forms, one's own settings, fixed pages, the secretariat's pages.
QUIET_ROUTES = {
    "doors": {"sign_in", "link", "by_link", "sign_in_now", "link_sent", "by_link_now", "sign_out"},
    "ways_back": {"reset", "choose", "invited", "reset_sent", "chosen", "joined"},
    "settings": {
        "devices", "notices", "password", "profile", "language", "profile_saved", "end_device", "end_others",
        "password_saved", "notices_saved",
    },
    "home": {"about", "accessibility", "help", "menu", "privacy"},
    "health": {"alive", "ready"},
    "machines": {"robots", "favicon"},
    "members": {"index"},
    "notifications": {"bell"},  # a number, counted by the reader through the rule for sight
    "updates": {"new"},
    "space_founding": {"new"},
    "admin": {"overview", "audit"},  # references, no words
    "mails": {"index", "one"},  # closed where the secretariat cannot see what the mail is about
}  # fmt: skip

# Pages that ask before an act, and acts: their thing goes through require() with the rule named there, which the
# tests of routes hold; here each is asked as somebody who cannot see the thing, and has to answer 404.
ACTS = {
    "board": {
        "conclude", "edit", "move", "new", "remove", "reply", "read", "thank", "unthank", "watch", "switch",
    },
    "updates": {"removing", "remove", "read", "share"},
    "feed": {"seen"},
    "notifications": {"read_all", "read_one"},
    "mails": {"retry", "retry_all"},
    "members": {"follow_organisation", "follow_person"},
    "spaces": {"leaving", "ask", "withdraw", "join", "leave", "enter", "follow", "unfollow"},
    "space_people": {"add", "accept", "decline", "role", "remove"},
    "space_founding": {"create"},
}  # fmt: skip


def classified():
    """Return every endpoint that stands in a table, and every event."""
    routes = {
        f"{room}.{name}" for table in (QUIET_ROUTES, ACTS) for room, names in table.items() for name in names
    }
    asked = {route for channel in CHANNELS.values() for route in channel.routes}
    return routes | {route for route in asked if "." in route}, {r for r in asked if "." not in r} | set(
        QUIET_EVENTS
    )


def sees_everything(monkeypatch, app):
    """Change the rule for sight to "always": each of its two forms, and the rooms that a push goes to."""
    from app.core import audience

    rooms = {audience.PUBLIC, audience.MEMBERS}
    with app.app_context(), atomic():
        db.session.execute(
            sa.insert(audience.AudienceRoom).from_select(
                ["room", "audience_id"],
                sa.select(sa.literal(audience.PUBLIC), audience.Audience.id).where(
                    audience.Audience.id.not_in(
                        sa.select(audience.AudienceRoom.audience_id).where(
                            audience.AudienceRoom.room == audience.PUBLIC
                        )
                    )
                ),
            )
        )
    monkeypatch.setattr(audience, "may_see", lambda viewer, audience_id: True)
    monkeypatch.setattr(live, "rooms_of", lambda audience_id: frozenset(rooms))
