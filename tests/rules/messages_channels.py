"""The ways by which a conversation could reach somebody: its people alone, whatever office somebody else holds."""

import re

from tests.rules.world import client_of

GNU = re.compile(r"gnu[ -](\w+)", re.IGNORECASE)


def names(found):
    """Return the names of conversations whose words were found."""
    return {f"talk_{name}" for name in found}


def listing(plain, path):
    """A page that shows many things: those conversations whose words stand on it."""
    return lambda w, who: names(plain(path, GNU)(w, who))


def each(tail):
    """An address of its own for each conversation: those that answer."""

    def ask(w, who):
        client, found = client_of(w, who), set()
        for name, ref in w.things.items():
            if ref.startswith("conversation:"):
                answer = client.get(f"/messages/{ref.partition(':')[2]}{tail}")
                if answer.status_code < 400 and "/sign-in" not in answer.headers.get("Location", ""):
                    found.add(name)
                if answer.status_code == 200:
                    found |= names(GNU.findall(answer.text))
                answer.close()
        return found

    return ask


def downloads(w, who):
    """The file of each conversation."""
    client, found = client_of(w, who), set()
    for name, ref in w.things.items():
        if ref.startswith("conversation:"):
            number, title = w.files[ref]
            answer = client.get(f"/files/{number}/{title}")
            found |= {name} if answer.status_code == 200 else set()
            answer.close()
    return found


def table(channel, plain):
    """Return the channels; the shape of one and the way to read a list are the registry's own."""
    talks = ("conversation",)
    return {
        "list of conversations": channel(talks, ("messages.index",), listing(plain, "/messages"), who="members"),
        "row of a conversation": channel(talks, ("messages.row",), each("/row?fragment=1"), who="members"),
        "page of a conversation": channel(talks, ("messages.conversation",), each(""), who="members"),
        "new messages": channel(talks, ("messages.newer",), each("/newer?after=0&fragment=1"), who="members"),
        "one message": channel(talks, ("messages.message",), each("/1?fragment=1"), who="members"),
        "search for messages": channel(talks, (), listing(plain, "/search?q=gnu&kind=message"), who="members"),
        "file of a conversation": channel(talks, (), downloads, who="members"),
        "notices of messages": channel(talks, (), listing(plain, "/notifications"), who="members"),
    }  # fmt: skip


# The list and its rows are one's own besides: sight alone opens nothing there to who is in no conversation.
GUARDED_TWICE = {"list of conversations", "row of a conversation"}
QUIET_ROUTES = {
    "messages": {
        "count",
        "new",
        "begin",
        "preview",
    },  # a number of one's own, and forms: people through the rule for sight
    "message_choices": {"index", "saved"},  # one's own
}
ACTS = {"messages": {"send", "read", "mute", "leave", "remove"}, "message_choices": {"refuse"}}
