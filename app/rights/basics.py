"""Who somebody is to a thing, and what all rules share."""

import typing as t

from app.core.audience import is_apart
from app.core.policy import Me, Rule, Visitor
from app.spaces import shelf
from app.spaces.models import DECIDING

Who = Me | Visitor
FACILITATES = ("facilitator",)


def anybody(_who: Who, _thing: t.Any) -> bool:
    """Whoever may see it."""
    return True


def member(who: Who, _thing: t.Any) -> bool:
    """Whoever is signed in."""
    return who.is_authenticated


def steward(who: Who, _thing: t.Any) -> bool:
    """The secretariat."""
    return who.steward


def own(who: Who, thing: t.Any) -> bool:
    """The person whose thing it is."""
    return who.id is not None and who.id == getattr(thing, "author_id", getattr(thing, "person_id", None))


def inside(who: Who, thing: t.Any) -> bool:
    """Members of the thing's space; in the network's own space and in open ones, every member."""
    return who.is_authenticated and (is_open(thing) or who.role_in(space_of(thing)) not in (None, "observer"))


def facilitates(who: Who, thing: t.Any) -> bool:
    """Facilitators of the thing's space, and the secretariat."""
    return who.steward or who.role_in(space_of(thing)) in FACILITATES


def moderates(who: Who, thing: t.Any) -> bool:
    """Facilitators and moderators of the thing's space, the secretariat, and the moderators of the network."""
    return who.steward or who.moderator or who.role_in(space_of(thing)) in DECIDING


def own_or_facilitates(who: Who, thing: t.Any) -> bool:
    """The person whose thing it is, or who looks after its space."""
    return own(who, thing) or facilitates(who, thing)


def space_of(thing: t.Any) -> int | None:
    """Return the number of the space that a thing is in, or that it is."""
    kind = getattr(thing, "kind", "")
    return thing.id if kind == "space" else getattr(thing, "space_id", None)


def while_open(rule: Rule) -> Rule:
    """A rule for what is done in a space: in an archived one everything can be read and nothing done."""
    return lambda who, thing: space_of(thing) not in shelf.archived() and rule(who, thing)


def is_open(thing: t.Any) -> bool:
    """Discussions of public and members' spaces are open to every member; private ones to those inside."""
    return not any(room.startswith("space:") for room in thing.rooms)


def in_place(rule: Rule) -> Rule:
    """A rule for things that are where they belong: what was taken out of sight waits for a decision first."""
    return lambda who, thing: not is_apart(thing.audience_id) and rule(who, thing)
