"""Papers that have a name at an event: background note, concept note, list of participants, declaration, report."""

import typing as t

from app.calendar.models import Event
from app.core import links
from app.core.languages import lazy

SLOTS: dict[str, t.Any] = {
    "background": lazy("Background note"),
    "concept": lazy("Concept note"),
    "participants": lazy("List of participants"),
    "declaration": lazy("Declaration"),
    "report": lazy("Report on the event"),
}
AWAITED: dict[str, t.Any] = {
    "background": lazy("What one has to know before: it is best here two weeks before."),
    "concept": lazy("Why it takes place, what it is to lead to, and for whom."),
    "participants": lazy("Who took part, as far as they agreed that it is published."),
    "declaration": lazy("What was adopted together."),
    "report": lazy("What was said and what follows from it."),
}
# Which of them are waited for at which kind of event; the others can be put there all the same.
OF_FORM: dict[str, tuple[str, ...]] = {
    "conference": tuple(SLOTS),
    "meeting": ("background", "participants", "report"),
    "exchange": ("background", "participants", "report"),
    "training": ("concept", "participants", "report"),
}
MARK = "slot_"


def tie_of(slot: str) -> str:
    """Return the tie by which a document stands in a slot of an event."""
    return MARK + slot


def filled(event: Event) -> dict[str, str]:
    """Return which documents stand in the slots of an event: slot to reference. Asks no rule."""
    ties = links.from_(event.ref)
    return {tie.kind.removeprefix(MARK): tie.target for tie in ties if tie.kind.startswith(MARK)}


def waited_for(event: Event) -> list[str]:
    """Return the slots of an event that nobody has filled yet."""
    there = filled(event)
    return [slot for slot in OF_FORM.get(event.form, ()) if slot not in there]
