"""The ways out of the joint actions: lists, boards, pages, panels, and notes that only those who carry them read."""

import re

from tests.rules.world import client_of, seat_path
from tests.rules.world_actions import NAMED

MARK = re.compile(r"zebra[ -](\w+)", re.IGNORECASE)
KINDS = ("action",)


def each(w, who):
    """Each action at its own address."""
    client, found = client_of(w, who), set()
    for name, ref in w.things.items():
        if ref.startswith("action:"):
            answer = client.get(f"/actions/{ref.partition(':')[2]}", follow_redirects=True)
            found |= {name, *MARK.findall(answer.text)} if answer.status_code == 200 else set()
    return found


def each_as_table(w, who):
    """Each action as a table of its own."""
    client, found = client_of(w, who), set()
    for name, ref in w.things.items():
        if ref.startswith("action:"):
            answer = client.get(f"/actions/{ref.partition(':')[2]}/action.csv")
            found |= {name, *MARK.findall(answer.text)} if answer.status_code == 200 else set()
    return found


def numbered(w, who):
    """The number above the list, as that many actions: the right ones if it is right, too many if not."""
    text = client_of(w, who).get("/actions").text
    number = int(re.search(r'<strong role="status">(\d+) action', text)[1])
    number -= UNNAMED if who in ("chair", "neighbour") else 0
    every = [name for name, ref in w.things.items() if ref.startswith("action:")]
    right = [name for name in every if w.truth(name, who)]
    return set((right + [name for name in every if name not in right])[: max(0, number)])


UNNAMED = 2  # actions of the hidden group that other tests take away or take part in


def cards(w, who):
    """Where a discussion about an action may be begun: its name stands there."""
    client, found = client_of(w, who), set()
    for name, ref in w.things.items():
        if ref.startswith("action:"):
            answer = client.get(f"/discussions/new?about={ref}")
            found |= {name} if answer.status_code == 200 and f"Zebra {name} action" in answer.text else set()
    return found


def desk(w, who):
    """The part of the desk that says what the reader's organisation has to do next."""
    text = client_of(w, who).get("/").text
    part = re.search(r"Your actions, due next.*?</section>", text, re.DOTALL)
    return set(MARK.findall(part[0])) if part else set()


def named(_w, _who, name):
    """The three that are built with everything."""
    return name in NAMED


def in_africa(_w, _who, name):
    """What stands in the African coalition."""
    return name == "deed"


def briefed(_w, who, _name):
    """The briefing for the chair's seat is for the chair and the secretariat."""
    return who in ("chair", "steward")


def on_desk(_w, who, name):
    """The desk shows what the reader's own organisation leads or takes part in."""
    return who == "chair" or (who == "neighbour" and name in NAMED)


def table(channel, listing):
    """Return the channels; the shape of one and the way to read a list are the registry's own."""
    return {
        "list of actions": channel(KINDS, ("actions.index",), listing("/actions?sort=title"), most=20),
        "number of actions": channel(KINDS, (), numbered),
        "board of actions": channel(KINDS, ("actions.board",), listing("/actions/board")),
        "table of actions": channel(KINDS, ("actions.table",), listing("/actions.csv")),
        "an action as a table": channel(KINDS, ("actions.table_of_one",), each_as_table),
        "needs of actions": channel(KINDS, ("actions.needs",), listing("/actions/needs"), also=named),
        "roadmap of actions": channel(KINDS, ("actions.roadmap",), listing("/actions/roadmap")),
        "page of an action": channel(KINDS, ("actions.show_one",), each),
        "what became of a meeting": channel(
            KINDS, ("actions.origin",), listing(lambda w: f"/actions/from/{w.numbers['origin']}"), also=named
        ),
        "card of an action": channel(KINDS, (), cards, who="members"),
        "actions of a group": channel(
            KINDS, (), listing(lambda w: f"/groups/{w.cast.spaces.africa}"), also=in_africa
        ),
        "actions of an organisation": channel(
            KINDS, (), listing(lambda w: f"/members/{w.cast.organisations.chair}"), most=5
        ),
        "actions in a briefing": channel(
            KINDS, (), listing(lambda w: f"{seat_path(w, 'chair')}/briefing"), who="members", also=briefed
        ),
        "actions on the desk": channel(KINDS, (), desk, who="members", also=on_desk, most=4),
        "actions in the sitemap": channel(KINDS, (), listing("/sitemap.xml"), public_only=True),
        "followed actions": channel(KINDS, (), listing("/settings/following"), who="members"),
    }  # fmt: skip


QUIET_ROUTES = {
    "actions": {"new", "hearers", "note_hearers", "propose", "follow", "choose", "new_origin", "add_origin"}
}  # forms; what they name goes through the rule for sight
ACTS = {
    "actions": {
        "edit", "edited", "state", "note", "removing_note", "remove_note", "add_milestone", "milestone", "evidence",
        "no_evidence", "removing", "remove", "join", "ask", "settle", "offer", "answer", "edit_origin", "change_origin",
        "removing_origin", "remove_origin", "add_mark", "edit_mark", "change_mark", "drop_mark", "add_agreed", "drop_agreed",
    },
}  # fmt: skip
