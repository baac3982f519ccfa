"""Who may do what with organisations, seats and groups, and with who comes in."""

import typing as t

from app.rights.basics import FACILITATES, Who, facilitates
from app.spaces import branch


def looks_after(who: Who, organisation: t.Any) -> bool:
    """First contacts of an organisation, and the secretariat: its entry, its seats, its logo."""
    return who.steward or any(seat.id == organisation.id and seat.primary for seat in who.seats)


def may_be_briefed(who: Who, seat: t.Any) -> bool:
    """Read what is open in a seat: who holds it, who took it over, and who looks after the organisation."""
    at_it = any(
        own.id == seat.organisation_id and (own.primary or own.before == seat.id) for own in who.seats
    )
    return who.steward or at_it or (who.id == seat.person_id and seat.ended is None)


def may_seat(who: Who, organisation: t.Any) -> bool:
    """Give and end seats of an organisation: who looks after it, and facilitators of its coalition that has the duty."""
    if looks_after(who, organisation):
        return True
    mine = {group.id for group in who.groups if group.role in FACILITATES}
    return bool(mine) and not mine.isdisjoint(branch.of_coalition(organisation.coalition, "seats"))


def may_let_in(who: Who, asked: t.Any) -> bool:
    """Answer a request to join: the secretariat, the member's first contacts, after silence its coalition."""
    if who.steward or any(seat.id == asked.organisation_id and seat.primary for seat in who.seats):
        return True
    return asked.stage in ("coalition", "secretariat") and who.role_in(asked.space_id) in FACILITATES


def lets_in(who: Who, _thing: t.Any) -> bool:
    """Whoever may be asked: the secretariat, first contacts, facilitators."""
    at_home = any(seat.primary for seat in who.seats)
    return who.steward or at_home or any(group.role in FACILITATES for group in who.groups)


def may_rearrange(who: Who, space: t.Any) -> bool:
    """Move a group: who may change it; the network and its coalitions stay where they are."""
    return may_edit_space(who, space) and space.form in ("chapter", "group")


def may_shelve(who: Who, space: t.Any) -> bool:
    """Archive a group, or open it again: who may change it; a coalition only the secretariat, the network nobody."""
    return may_rearrange(who, space) or (who.steward and space.form == "coalition")


def may_describe_space(who: Who, space: t.Any) -> bool:
    """Keep what is known of a coalition, and its plan: who looks after it; of the network too."""
    return may_edit_space(who, space) and space.form in ("network", "coalition")


def may_join(who: Who, space: t.Any) -> bool:
    """Join an open space, the secretariat any other; into a private one nobody comes unseen, it is entered."""
    return who.is_authenticated and not space.enclosed and (space.joining == "open" or who.steward)


def may_ask(who: Who, space: t.Any) -> bool:
    """Ask to be let into a space that takes requests; at the door of a private one, who knows it by name."""
    return who.is_authenticated and (space.joining == "request" or may_knock(who, space))


def may_knock(who: Who, space: t.Any) -> bool:
    """Stand before a private space, known by name: whoever is outside, where asking can help."""
    outside = who.is_authenticated and who.role_in(space.id) is None
    return outside and space.sight == "private" and space.joining != "automatic"


def may_leave(who: Who, space: t.Any) -> bool:
    """Leave a space; nobody leaves the network's own. Who is not in it loses nothing."""
    return who.is_authenticated and space.form != "network"


def meets(who: Who, space: t.Any) -> bool:
    """See who belongs to a space: every member; of a private one only those inside."""
    return who.is_authenticated and (not space.enclosed or who.role_in(space.id) is not None)


def may_admit(who: Who, space: t.Any) -> bool:
    """Let people in and out and give roles. The secretariat enters a private space first, which is seen there."""
    return (facilitates(who, space) or in_branch(who, space.id, "people")) and meets(who, space)


def founds(who: Who, _thing: t.Any) -> bool:
    """Found groups somewhere: the secretariat, and whoever looks after a group."""
    return who.steward or any(group.role in FACILITATES for group in who.groups)


def may_edit_space(who: Who, space: t.Any) -> bool:
    """Change a space, or found one in it: who looks after it; the secretariat enters an enclosed one first."""
    return facilitates(who, space) and meets(who, space)


def in_branch(who: Who, space_id: int, duty: str) -> bool:
    """Facilitators of a coalition that a space lies in, where the secretariat gave them the duty."""
    mine = {group.id for group in who.groups if group.role in FACILITATES}
    return bool(mine) and not mine.isdisjoint(branch.above(space_id, duty))
