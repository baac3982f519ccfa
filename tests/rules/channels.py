"""The registry of channels: every way in which a thing, or a trace of it, reaches somebody.

A channel is a function of the world and a seat that returns the names of the things it showed. Every route and every
event of the socket stands in one of the tables here; one that does not fails the tests of tests/rules/test_channels.py.
"""

import html
import re
import typing as t

import sqlalchemy as sa

from app.core import relay, watches
from app.core.activity import Activity, record
from app.core.database import atomic, locate
from app.extensions import db
from app.notifications.models import Notice
from tests.rules import (
    actions_channels,
    calendar_channels,
    library_channels,
    messages_channels,
    search_channels,
    shelves_channels,
)
from tests.rules.world import client_of, seat_path
from tests.seat import turn

MARK = re.compile(r"zebra[ -](\w+)", re.IGNORECASE)
OKAPI = re.compile(
    r"okapi[ -](\w+)", re.IGNORECASE
)  # organisations and people: lists of what was said do not hold them


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


def listing(path, mark=MARK):
    """A page that shows many things: those whose mark stands on it."""

    def ask(w, who):
        answer = client_of(w, who).get(path(w) if callable(path) else path, follow_redirects=True)
        return set(mark.findall(text_of(answer)))

    return ask


def pages_of(path, mark=MARK):
    """A list with all its pages, each from the link to the next: those whose mark stands on any."""

    def ask(w, who):
        client, found, here = client_of(w, who), set(), path
        while here:
            text = text_of(client.get(here))
            found |= set(mark.findall(text))
            after = re.search(r'href="([^"]*[?&;]after=[^"]*)"', text)
            here = html.unescape(after[1]) if after else ""
        return found

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
        sa.select(Activity.id, Activity.root).where(
            Activity.verb.in_(
                ["board.started", "feed.shared", "library.added", "calendar.added", "actions.proposed"]
            )
        )
    ).all()
    by_root = {row.root: row.id for row in rows}
    return {name: by_root[ref] for name, ref in w.things.items() if ref in by_root}


def members(path):
    """A way to list organisations or people."""
    return listing(path, OKAPI)


def members_counted(kind, path):
    """The number under a list of members, as that many of them: the right ones if it is right, too many if not."""

    def ask(w, who):
        found = re.search(
            r'<nav class="pager"[^>]*><span class="note">(\d+) ', text_of(client_of(w, who).get(path))
        )
        names = [name for name, ref in w.things.items() if ref.startswith(f"{kind}:")]
        right = [name for name in names if w.truth(name, who)]
        wrong = [name for name in names if name not in right]
        return set((right + wrong)[: (int(found[1]) if found else 0)])

    return ask


def people_table(w, who):
    """The table of people, for the secretariat."""
    return set(OKAPI.findall(text_of(client_of(w, who).post("/members/people.csv", data={"q": "okapi"}))))


def vcards(w, who):
    """The vCards of each organisation."""
    client, found = client_of(w, who), set()
    for ref in w.things.values():
        if ref.startswith("organisation:"):
            answer = client.get(f"/members/{ref.partition(':')[2]}/contacts.vcf")
            found |= set(OKAPI.findall(answer.text)) if answer.status_code == 200 else set()
    return {name for name in found if w.things.get(name, "").startswith("person:")}


def for_stewards(_w, who, _name):
    """Handed to the secretariat alone."""
    return who == "steward"


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
            if ref.startswith("known:"):
                continue  # a name is no thing of its own
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
    answer = client_of(w, who).post("/preview", data={"body": "Hello @circle and @ring"})
    return {"circle", "ring"} if "/groups/" in text_of(answer) else set()


def offered(w, who):
    """Which private groups are offered while a mention is typed."""
    found = {name: text_of(client_of(w, who).get(f"/mentions?q={name[:4]}")).lower() for name in enclosed(w)}
    return {name for name, text in found.items() if f'"{name}"' in text}


def followed_groups(w, who):
    """The groups of which somebody chose how much to hear."""
    text = text_of(client_of(w, who).get("/settings/following"))
    return {name for name, number in enclosed(w).items() if re.search(rf"level-{number}\b", text)}


def groups(w, who):
    """The tree of groups: those that one sees, with how many are in them."""
    text = text_of(client_of(w, who).get("/groups")).partition("<main")[2]
    rows = {
        name: re.search(rf"/groups/{number}-.*?</li>", text, re.DOTALL)
        for name, number in enclosed(w).items()
    }
    return {name for name, row in rows.items() if row and re.search(r"\d (person|people)", row[0])}


def enclosed(w):
    return {name: int(ref.partition(":")[2]) for name, ref in w.things.items() if ref.startswith("space:")}


def names_in(path):
    """Where groups stand that one knows by name, whatever one sees of them."""

    def ask(w, who):
        text = text_of(client_of(w, who).get(path, follow_redirects=True))
        names = {name: ref.partition(":")[2] for name, ref in w.things.items() if ref.startswith("known:")}
        return {name for name, number in names.items() if f"/groups/{number}-" in text}

    return ask


def doors(w, who):
    """Each group at its own address: its home, or the door that says its name."""
    names = {name: ref.partition(":")[2] for name, ref in w.things.items() if ref.startswith("known:")}
    return {
        name
        for name, number in names.items()
        if client_of(w, who).get(f"/groups/{number}").status_code in (200, 301, 403)
    }


def belongs(w, who, name):
    """Presence is for those inside the thing's space; the network's is everybody's."""
    with w.app.app_context():
        thing = locate(w.things[name])
        return getattr(w.cast, who).me().role_in(thing.space_id) is not None


def meets(w, who, name):
    """Who belongs to an enclosed group is for those inside."""
    return who in ("chair", "neighbour")


def briefed(w, who, name):
    """The briefing for the chair's seat is for the chair and the secretariat: what that seat started, follows, was called to."""
    chair, ref = w.cast.chair.id, w.things[name]
    with w.app.app_context():
        called = sa.select(Notice.id).where(
            Notice.person_id == chair, Notice.root == ref, Notice.read.is_(None)
        )
        calls = Notice.reason.in_(["mention", "seat", "space", "reply"])
        open_to = watches.level(chair, ref) == watches.FOLLOW or db.session.scalar(
            called.where(calls).limit(1)
        )
    return who in ("chair", "steward") and (name in w.by_chair or bool(open_to))


def thread(tail=""):
    return each("thread", lambda w, name, number: f"/discussions/{number}{tail}")


def panel(w, names):
    return {name for name in names if w.things[name].startswith("thread:")}


THREADS, UPDATES, SPACES, NAMES = ("thread",), ("update",), ("space",), ("known",)
ORGANISATIONS, PEOPLE = ("organisation",), ("person",)
BOTH = (*THREADS, *UPDATES)
SAID = (*BOTH, "document", "event", "action")  # what is said, found and told everywhere

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
    "search": Channel(
        SAID, ("search.search",), pages_of("/search?q=zebra"), also=library_channels.read
    ),
    "newsfeed": Channel(SAID, ("home.front",), listing("/"), who="members", also=library_channels.read),
    "new items of the newsfeed": Channel(SAID, (), listing("/?fragment=1&since=0"), who="members", also=library_channels.read),
    "item of the newsfeed": Channel(SAID, ("feed.item",), items, also=library_channels.read),
    "Atom of a group": Channel(
        THREADS, ("atom.of_space",), listing(lambda w: f"/groups/{w.cast.spaces.network}/feed.atom"), public_only=True,
        also=lambda w, who, name: name in w.in_network,
    ),
    "Atom": Channel(SAID, ("atom.feed",), listing("/feed.atom"), public_only=True, also=library_channels.read),
    "front page": Channel(THREADS, (), listing("/"), who="visitors", most=6),
    "sitemap": Channel(THREADS, ("machines.sitemap",), listing("/sitemap.xml"), public_only=True),
    "page of an update": Channel(
        UPDATES, ("updates.show",), each("update", lambda w, name, number: f"/updates/{number}")
    ),
    "notices": Channel(SAID, ("notifications.index",), listing("/notifications"), who="members"),
    "followed things": Channel(THREADS, ("following.index",), listing("/settings/following"), who="members"),
    "followed members": Channel((*ORGANISATIONS, *PEOPLE), (), members("/settings/following"), who="members"),
    "levels of groups": Channel(SPACES, (), followed_groups, who="members"),
    "file": Channel((*THREADS, "document"), ("files.download",), downloads, also=library_channels.given_out),
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
    "briefing for a seat": Channel(
        THREADS, ("seats.briefing",), listing(lambda w: f"{seat_path(w, 'chair')}/briefing"), who="members",
        also=briefed, most=30,
    ),
    "page of a private group": Channel(
        SPACES, (), each("space", lambda w, name, number: f"/groups/{number}"),
    ),
    "people of a private group": Channel(
        SPACES, ("space_people.index",), each("space", lambda w, name, number: f"/groups/{number}/people"), also=meets
    ),
    "tree of groups": Channel(SPACES, ("spaces.index",), groups),
    "groups by their name": Channel(
        SPACES, ("space_homes.by_name",), each("space", lambda w, name, number: f"/groups/{name}")
    ),
    "what is pinned to a group": Channel(
        THREADS, ("space_homes.edit",), listing(lambda w: f"/groups/{w.pins_at}"), also=lambda w, who, name: name in w.pinned
    ),
    "names of groups": Channel(NAMES, (), names_in("/groups")),
    "names of groups below": Channel(NAMES, (), names_in("/groups/1")),
    "doors of groups": Channel(NAMES, (), doors),
    "what can be mentioned": Channel(SPACES, ("members.mention",), offered, who="members"),
    "mention that becomes a link": Channel(
        SPACES, ("board.preview",), called, who="members", also=lambda w, who, name: False
    ),
    "list of members": Channel(ORGANISATIONS, ("atlas.index",), members("/members")),
    "members found by a word": Channel(ORGANISATIONS, (), members("/members?q=okapi&sort=newest")),
    "number of members": Channel(ORGANISATIONS, (), members_counted("organisation", "/members?q=okapi")),
    "members on the map": Channel(ORGANISATIONS, (), members("/members?view=map")),
    "points of the map": Channel(ORGANISATIONS, (), members("/members?view=points")),
    "members as a table": Channel(ORGANISATIONS, (), members("/members?view=csv")),
    "page of a region": Channel(ORGANISATIONS, ("regions.region",), members("/regions/europe")),
    "card on the map": Channel(
        ORGANISATIONS, ("atlas.cards",), each("organisation", lambda w, name, number: f"/members/cards?id={number}")
    ),
    "profile": Channel(ORGANISATIONS, (), each("organisation", lambda w, name, number: f"/members/{number}")),
    "members in the sitemap": Channel(ORGANISATIONS, (), members("/sitemap.xml"), public_only=True),
    "list of people": Channel(PEOPLE, (), members("/members?who=people&q=okapi")),
    "number of people": Channel(PEOPLE, (), members_counted("person", "/members?who=people&q=okapi")),
    "contacts of an organisation": Channel(PEOPLE, ("members.contacts",), vcards, who="members"),
    "table of people": Channel(PEOPLE, ("atlas.people",), people_table, also=for_stewards),
    "push": Channel((*SAID, *SPACES, "conversation"), ("fact",), pushed, who="members"),
    "what was missed": Channel((*SAID, "conversation"), ("ready",), caught_up, who="members"),
    "presence": Channel(THREADS, ("presence", "writing"), met, who="members", also=belongs),
}  # fmt: skip
CHANNELS |= library_channels.table(Channel, listing) | shelves_channels.table(Channel, listing)
CHANNELS |= search_channels.table(Channel, listing) | calendar_channels.table(Channel, listing)
CHANNELS |= actions_channels.table(Channel, listing)
CHANNELS |= messages_channels.table(Channel, listing)

# Channels in which another rule holds as well, so that sight alone opens nothing to who is outside.
GUARDED_TWICE = {"people of a private group", "mention that becomes a link"} | messages_channels.GUARDED_TWICE

# Events of the socket that hold no trace of a thing, or only one to a thing that was seen before.
QUIET_EVENTS = {
    "gone": "references of what one can no longer see; to those who saw it",
    "reload": "nothing",
}

# Routes that show nothing that somebody said: forms, one's own settings, fixed pages, the secretariat's pages.
QUIET_ROUTES = {
    "doors": {"sign_in", "link", "by_link", "sign_in_now", "link_sent", "by_link_now", "by_summary", "by_summary_now", "sign_out"},
    "ways_back": {"reset", "choose", "invited", "reset_sent", "chosen", "joined"},
    "settings": {
        "devices", "password", "profile", "language", "profile_saved", "end_device", "end_others", "password_saved",
        "hide_hint",
    },
    "notice_settings": {"index", "saved", "try_again"},  # the names of one's own groups
    "unsubscribe": {"ask", "end"},  # a kind of mail, by a signed address
    "terms": {"show", "ask", "accepted"},
    "terms_admin": {"index", "new", "report", "export"},
    "addresses": {"ask", "asked", "opened", "taken"},
    "mydata": {"index", "ask_copy", "fetch", "leaving", "leave", "take_back"},  # one's own alone
    "mydata_admin": {"asking", "order"},
    "second": {"ask", "answered", "ask_passkey", "ask_anybody", "by_passkey"},
    "second_settings": {
        "overview", "app", "app_on", "passkey", "passkey_on", "passkey_question", "sheet_of_codes", "new_codes", "remove",
        "prove", "proved",
    },
    "second_steps": {"index", "ask", "reset"},  # the secretariat's; names of people, no words
    "home": {"about", "help", "menu", "privacy"},
    "feedback": {"statement", "send", "index", "done"},
    "health": {"alive", "ready"},
    "machines": {"robots", "favicon"},
    "notifications": {"bell"},  # a number, counted by the reader through the rule for sight
    "updates": {"new", "hearers"},
    "board": {"hearers"},  # numbers, counted by the rule for sight, for audiences that one may write to
    "space_founding": {"new", "edit"},
    "coalitions": {"new"},
    "vocabulary": {"index", "add", "rename", "merge"},
    "space_admin": {"index"},  # the secretariat sees of every group what this page says
    "admin": {"overview"},
    "audit": {"index", "export", "check"},  # references, no words
    "looks": {"index", "save", "rooms", "style", "logo"},  # the site's own name, colours and texts
    "unplaced": {"index"},  # names of organisations, which are public
    "empty_seats": {"index"},  # names of organisations, which are public
    "person_admin": {"show", "link"},  # one account, for the secretariat: tests/stories/test_offices.py
    "officers": {"index", "edit", "edited"},  # who has an office, for the secretariat
    "moderation_accounts": {"suspending", "suspend", "letting_in", "let_in"},  # of one account, for the secretariat
    "people_admin": {"index"},  # everybody with an account, for the secretariat alone: tests/stories/test_people_admin.py
    "taking_in": {"new", "add"},  # a member that is still to come, for the secretariat
    "duties": {"index"},
    "many_invitations": {"again", "withdraw", "result"},  # the same, many at once
    "invitations": {"everywhere"},  # addresses of invited people, for the secretariat
    "offers": {"offer", "accept", "decline"},  # its addressee's own
    "join": {"ask", "send", "stands", "deed"},  # public names of members; a request for who has its address
    "imports": {"index", "one", "send", "change", "run", "drop", "undo"},  # the secretariat's
    "past": {"index", "one", "send", "change", "run", "drop", "undo"},  # things of their own: tests/stories/test_past_documents.py
    "uploads": {"new", "send", "announce", "state", "piece", "remove", "unpack"},  # files that one sends oneself
    "batches": {"show", "hearers", "save", "drop"},  # so are these; equal files that one sees: tests/stories/test_batches.py
    "welcome": {"index", "show", "kept", "close"},  # one's own; groups and members through the rule for sight
    "requests": {"index", "one"},  # requests are no things: asked in tests/stories/test_joining.py
    "moderation_reports": {"mine", "waiting"},  # numbers and kinds; what waits is its author's own
    "moderation_answers": {"show", "mailed", "mailed_appeal"},  # its author's own, asked as a thing or by a signed address
    "moderation": {"index", "count", "one"},  # cases are things of their own: asked in tests/stories/test_moderation.py
    "mails": {"index", "one"},  # closed where the secretariat cannot see what the mail is about
}  # fmt: skip

# Pages that ask before an act, and acts: their thing goes through require() with the rule named there, which the
# tests of routes hold; here each is asked as somebody who cannot see the thing, and has to answer 404.
ACTS = {
    "board": {
        "conclude", "edit", "move", "new", "remove", "reply", "read", "thank", "unthank", "watch", "switch",
        "reply_hearers",
    },
    "library_from_post": {"add"},
    "updates": {"removing", "remove", "read", "share"},
    "feed": {"seen"},
    "notifications": {"read_all", "read_one"},
    "following": {"follow", "saved", "drop"},  # lists of one's own, and what everybody sees
    "moderation_reports": {"ask", "tell"},
    "moderation_answers": {"appeal"},
    "moderation": {"decide", "restore", "answer"},
    "duties": {"give"},
    "mails": {"retry", "retry_all"},
    "members": {"follow_organisation", "follow_person"},
    "spaces": {"leaving", "ask", "withdraw", "join", "leave", "enter", "follow", "unfollow", "level"},
    "space_people": {"add", "accept", "decline", "role", "remove"},
    "space_founding": {"create", "edited"},
    "coalitions": {"create", "about", "told", "plan", "planned"},
    "space_homes": {"edited", "pin", "unpin", "moving", "move", "archive", "reopen"},
    "entries": {"edit", "edited"},
    "portraits": {
        "photo", "photo_sent", "photo_cut", "photo_removed", "logo", "logo_sent", "logo_cut", "logo_removed",
    },
    "requests": {"approve", "decline"},
    "invitations": {"index", "send", "again", "withdrawing", "withdraw", "send_anywhere"},
    "seats": {"index", "edit", "edited", "handing", "handed"},
}  # fmt: skip


TABLES = (
    QUIET_ROUTES, ACTS, library_channels.QUIET_ROUTES, library_channels.ACTS, shelves_channels.QUIET_ROUTES,
    shelves_channels.ACTS, search_channels.QUIET_ROUTES, search_channels.ACTS, calendar_channels.QUIET_ROUTES,
    calendar_channels.ACTS, actions_channels.QUIET_ROUTES, actions_channels.ACTS,
    messages_channels.QUIET_ROUTES, messages_channels.ACTS,
)  # fmt: skip


def classified():
    """Return every endpoint that stands in a table, and every event."""
    routes = {f"{room}.{name}" for table in TABLES for room, names in table.items() for name in names}
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
    monkeypatch.setattr(relay, "rooms_of", lambda audience_id: frozenset(rooms))
