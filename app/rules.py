"""Who may do what: the whole table on one screen. Each rule takes who acts and the thing; sight was asked before.

Routes ask with `require(act, thing)`, templates with `can(act, thing)`. An act that is not here cannot be asked.
"""

import typing as t

from app.core.policy import Me, Rule, Visitor, rules

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
    return who.is_authenticated and (_open(thing) or who.role_in(_space_id(thing)) not in (None, "observer"))


def facilitates(who: Who, thing: t.Any) -> bool:
    """Facilitators of the thing's space, and the secretariat."""
    return who.steward or who.role_in(_space_id(thing)) in FACILITATES


def moderates(who: Who, thing: t.Any) -> bool:
    """Facilitators, the secretariat and its moderators."""
    return facilitates(who, thing) or who.moderator


def own_or_facilitates(who: Who, thing: t.Any) -> bool:
    """The person whose thing it is, or who looks after its space."""
    return own(who, thing) or facilitates(who, thing)


def _space_id(thing: t.Any) -> int | None:
    kind = getattr(thing, "kind", "")
    return thing.id if kind == "space" else getattr(thing, "space_id", None)


def _open(thing: t.Any) -> bool:
    """Discussions of public and members' spaces are open to every member; private ones to those inside."""
    return not any(room.startswith("space:") for room in thing.rooms)


def may_reply(who: Who, thread: t.Any) -> bool:
    """Write in a discussion: not when it is locked; when it is closed only who looks after it."""
    if thread.locked or thread.removed:
        return False
    return inside(who, thread) and (not thread.closed or facilitates(who, thread))


def may_edit(who: Who, post: t.Any) -> bool:
    """Change one's own words, as long as anybody may write there."""
    return own(who, post) and not post.removed and not post.thread.locked


def may_thank(who: Who, post: t.Any) -> bool:
    """Thank somebody else for a post."""
    return member(who, post) and not own(who, post) and not post.removed


def may_remove(who: Who, post: t.Any) -> bool:
    """Take a post away: who wrote it, and who looks after the space."""
    return (own(who, post) or moderates(who, post)) and not post.removed


def may_join(who: Who, space: t.Any) -> bool:
    """Join an open space, the secretariat any other; into a private one nobody comes unseen, it is entered."""
    return who.is_authenticated and space.sight != "private" and (space.joining == "open" or who.steward)


def may_ask(who: Who, space: t.Any) -> bool:
    """Ask to be let into a space that takes requests."""
    return who.is_authenticated and space.joining == "request"


def may_leave(who: Who, space: t.Any) -> bool:
    """Leave a space; nobody leaves the network's own. Who is not in it loses nothing."""
    return who.is_authenticated and space.form != "network"


def meets(who: Who, space: t.Any) -> bool:
    """See who belongs to a space: every member; of a private one only those inside."""
    return who.is_authenticated and (space.sight != "private" or who.role_in(space.id) is not None)


def may_admit(who: Who, space: t.Any) -> bool:
    """Let people in and out and give roles. The secretariat enters a private space first, which is seen there."""
    return facilitates(who, space) and meets(who, space)


TABLE: dict[str, Rule] = {
    "file.read": anybody,
    "organisation.read": anybody,
    "person.read": anybody,
    "members.follow": member,
    "members.mention": member,
    "settings.own": member,
    "space.read": anybody,
    "space.join": may_join,
    "space.ask": may_ask,
    "space.leave": may_leave,
    "space.follow": member,
    "space.enter": steward,
    "space.create": steward,
    "space.meet": meets,
    "space.people": may_admit,
    "board.read": anybody,
    "board.start": inside,
    "board.reply": may_reply,
    "board.edit": may_edit,
    "board.remove": may_remove,
    "board.thank": may_thank,
    "board.follow": member,
    "board.mark_read": member,
    "board.pin": facilitates,
    "board.close": own_or_facilitates,
    "board.lock": moderates,
    "board.conclude": own_or_facilitates,
    "board.move": own_or_facilitates,
    "board.address": own_or_facilitates,
    "board.history": anybody,
    "board.write": member,
    "feed.read": anybody,
    "feed.seen": member,
    "feed.share": member,
    "feed.remove": lambda who, update: own(who, update) or moderates(who, update),
    "notices.own": member,
    "admin.read": steward,
    "admin.mail": steward,
    "admin.audit": steward,
}


def register() -> None:
    """Put the table into the gate."""
    rules.clear()
    rules.update(TABLE)
