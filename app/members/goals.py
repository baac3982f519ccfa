"""What documents, actions and events contribute to: the goals of the 2030 Agenda, the commitments of a plan of action."""

import typing as t

from app.core.languages import _, lazy

COMMITMENTS = tuple(str(number) for number in range(1, 11))
SDGS: dict[str, t.Any] = {
    "1": lazy("No poverty"),
    "2": lazy("Zero hunger"),
    "3": lazy("Good health and well-being"),
    "4": lazy("Quality education"),
    "5": lazy("Gender equality"),
    "6": lazy("Clean water and sanitation"),
    "7": lazy("Affordable and clean energy"),
    "8": lazy("Decent work and economic growth"),
    "9": lazy("Industry, innovation and infrastructure"),
    "10": lazy("Reduced inequalities"),
    "11": lazy("Sustainable cities and communities"),
    "12": lazy("Responsible consumption and production"),
    "13": lazy("Climate action"),
    "14": lazy("Life below water"),
    "15": lazy("Life on land"),
    "16": lazy("Peace, justice and strong institutions"),
    "17": lazy("Partnerships for the goals"),
}


def goals() -> dict[str, t.Any]:
    """The goals with their numbers, as a choice says them."""
    return {number: f"{number}. {word}" for number, word in SDGS.items()}


def commitments() -> dict[str, t.Any]:
    """The ten commitments of a plan of action."""
    return {number: commitment(number) for number in COMMITMENTS}


def goal(number: str) -> str:
    """Return a goal in words, nothing where there is none."""
    return str(_("%(number)s: %(name)s", number=number, name=SDGS[number])) if number in SDGS else ""


def commitment(number: str) -> str:
    """Return a commitment in words, nothing where there is none."""
    return str(_("Commitment %(number)s", number=number)) if number in COMMITMENTS else ""


def kept(numbers: t.Iterable[t.Any], known: t.Collection[str]) -> str:
    """Return numbers as a row keeps them, "4 11": those that there are, each once, in order."""
    wanted = {str(number) for number in numbers}
    return " ".join(number for number in known if number in wanted)
