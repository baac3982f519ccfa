"""Conversations of the cast, for tests that walk all routes and all channels; how their forms are sent."""

import io

from app.core import files
from app.messages import acts

# Who is in each: two, several, and two without the chair. The secretariat is in none.
TALKS = {
    "pair": ("chair", "neighbour"),
    "trio": ("neighbour", "chair", "outsider"),
    "apart": ("outsider", "neighbour"),
}


def build(cast):
    """Let the cast write to each other; return the numbers of the conversations."""
    found = {}
    for name, (first, *others) in TALKS.items():
        kept = files.keep(io.BytesIO(f"paper of talk {name}".encode()), f"talk-{name}.txt")
        people = [getattr(cast, other).id for other in others]
        words = acts.written(f"Gnu {name} words.")
        sent = acts.start(getattr(cast, first).me(), people, words, [kept])
        acts.send(getattr(cast, others[0]).me(), sent.conversation_id, acts.written(f"Gnu {name} answer."))
        found[f"talk_{name}"], found[f"message_{name}"] = sent.conversation_id, sent.id
    spare = acts.start(cast.outsider.me(), [cast.chair.id], acts.written("Gnus aside."))
    return {**found, "talk_spare": spare.conversation_id}


def things(w):
    """Return the conversations by name, as the registry of channels knows them."""
    return {f"talk_{name}": f"conversation:{w.numbers[f'talk_{name}']}" for name in TALKS}


def forms(w, form):
    """Return how each form is sent; the shape of one is the registry's own."""
    pair, trio = f"/messages/{w.talk_pair}", f"/messages/{w.talk_trio}"
    upload = lambda: (io.BytesIO(b"Figures of the year."), "figures.txt")
    rows = {
        ("messages.begin", ""): form(
            "steward", "/messages/new", {"to": "chair", "body": "A word.", "files": upload}
        ),
        ("messages.send", ""): form("neighbour", pair, {"body": "A word.", "files": upload}),
        ("messages.preview", ""): form("chair", "/messages/preview", {"body": "*x*"}),
        ("messages.read", ""): form("outsider", f"{trio}/read", {"number": "2"}),
        ("messages.remove", ""): form("chair", f"{pair}/1/remove", {}),
        ("messages.leave", ""): form("chair", f"/messages/{w.talk_spare}/leave", {}),
        ("message_choices.saved", ""): form("outsider", "/settings/messages", {"who": "groups"}),
    }
    for deed in ("mute", "unmute"):
        rows["messages.mute", deed] = form("outsider", f"{trio}/{deed}", {})
    for deed in ("refuse", "allow"):
        rows["message_choices.refuse", deed] = form("outsider", f"/people/{w.cast.steward.id}/{deed}", {})
    return rows


def pages(w):
    """Return for every route that shows something an address that answers it."""
    pair = f"/messages/{w.talk_pair}"
    return {
        "messages.index": ("chair", "/messages"), "messages.row": ("chair", f"{pair}/row?fragment=1"),
        "messages.count": ("chair", "/messages/count"), "messages.conversation": ("chair", pair),
        "messages.newer": ("chair", f"{pair}/newer?after=0&fragment=1"), "messages.message": ("chair", f"{pair}/2"),
        "messages.new": ("chair", "/messages/new?to=steward"), "messages.leave": ("chair", f"{pair}/leave"),
        "messages.remove": ("chair", f"{pair}/1/remove"), "message_choices.index": ("chair", "/settings/messages"),
    }  # fmt: skip
