"""The words for reasons, deeds and states. The keys are stored, the words shown.

The reasons follow what the European Digital Services Act asks platforms to tell apart, in words that anybody uses.
"""

import typing as t

from app.core.languages import lazy

REASONS: dict[str, t.Any] = {
    "hate": lazy("Hate or discrimination against people"),
    "threat": lazy("Threats, bullying or violence"),
    "private": lazy("Private details of a person: an address, a telephone number, a name without consent"),
    "abuse": lazy("Repeats abuse without need or without a warning before it"),
    "sexual": lazy("Sexual content, or harm to children"),
    "false": lazy("Wrong or misleading in a way that can do harm"),
    "fraud": lazy("Deceives: a false sender, a trap, a request for money"),
    "spam": lazy("Advertising, or the same thing again and again"),
    "rights": lazy("Uses somebody's work or name without permission"),
    "illegal": lazy("Against the law in another way"),
    "other": lazy("Something else"),
}
SHORT: dict[str, t.Any] = {
    "hate": lazy("Hate or discrimination"),
    "threat": lazy("Threats or bullying"),
    "private": lazy("Private details"),
    "abuse": lazy("Repeats abuse"),
    "sexual": lazy("Sexual content"),
    "false": lazy("Misleading"),
    "fraud": lazy("Deceives"),
    "spam": lazy("Advertising"),
    "rights": lazy("Without permission"),
    "illegal": lazy("Against the law"),
    "other": lazy("Something else"),
}
KINDS: dict[str, t.Any] = {
    "post": lazy("a reply"),
    "thread": lazy("a discussion"),
    "update": lazy("an update"),
    "document": lazy("a document"),
    "event": lazy("an event"),
    "times": lazy("a search for a date"),
    "action": lazy("a joint action"),
    "person": lazy("a person's page"),
    "organisation": lazy("a member's page"),
    "message": lazy("a message"),
    "held": lazy("a first post"),
}
# What can be decided, in the order of the form: key → (words of the choice, word for the record).
DEEDS: dict[str, tuple[t.Any, t.Any]] = {
    "leave": (lazy("Leave it as it is"), lazy("Left as it is")),
    "warn": (lazy("Leave it, and ask its author for a change"), lazy("Author asked for a change")),
    "hide": (lazy("Hide it: only its author and those who decide see it"), lazy("Hidden")),
    "redact": (
        lazy("Take its words away for good, also from earlier versions and from search"),
        lazy("Words taken away"),
    ),
    "suspend": (lazy("Hide it, and keep its author out for a time"), lazy("Author suspended")),
    "publish": (lazy("Publish it"), lazy("Published")),
    "decline": (lazy("Do not publish it"), lazy("Not published")),
    "restore": (lazy("Put it back"), lazy("Put back")),
}
STATES: dict[str, t.Any] = {
    "open": lazy("Waits for a decision"),
    "appeal": lazy("Waits for another look"),
    "done": lazy("Decided"),
}
# For how long somebody can be kept out: days → words; 0 is for good.
DAYS: dict[int, t.Any] = {
    1: lazy("One day"),
    7: lazy("One week"),
    30: lazy("30 days"),
    90: lazy("90 days"),
    0: lazy("For good"),
}
# What the author reads about each deed.
TOLD: dict[str, t.Any] = {
    "warn": lazy("Nothing was taken away. You are asked for a change."),
    "hide": lazy("It is hidden: only you and those who decide see it."),
    "redact": lazy("Its words were taken away for good."),
    "suspend": lazy("It is hidden, and you cannot sign in for a time."),
    "decline": lazy("It was not published."),
    "publish": lazy("It is published."),
    "restore": lazy("It was put back as it was."),
}


def deeds_for(kind: str, may_suspend: bool) -> list[str]:
    """Return what can be decided about a kind of thing."""
    if kind == "held":
        return ["publish", "decline"]
    if kind == "organisation":
        return ["leave", "warn", "hide", "redact"]
    found = ["leave", "warn", "redact"] if kind == "person" else ["leave", "warn", "hide", "redact"]
    return [*found, "suspend"] if may_suspend else found
