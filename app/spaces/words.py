"""The words for what is stored as a key: kinds of spaces, who sees them, how one gets in, roles, states."""

import datetime as dt

from app.core import when
from app.core.languages import _, lazy

FORMS = {
    "network": lazy("Network"),
    "coalition": lazy("Coalition"),
    "chapter": lazy("National chapter"),
    "group": lazy("Working group"),
}
SIGHTS = {
    "public": lazy("Everyone can see this group. Each discussion says who reads it"),
    "members": lazy("All members can see this group"),
    "coalition": lazy("Members of its coalition can see this group"),
    "private": lazy("Members know its name. Only those inside see what is in it"),
    "hidden": lazy("Only those inside know of it and see what is in it"),
}
SIGHTS_SHORT = {
    "public": lazy("Public"),
    "members": lazy("All members"),
    "coalition": lazy("Its coalition"),
    "private": lazy("Private"),
    "hidden": lazy("Hidden"),
}
SIGHTS_CHOICE = {
    "public": lazy("Public: everyone, also without an account"),
    "members": lazy("All members of the network"),
    "coalition": lazy("Its coalition: members of the coalition that it lies in"),
    "private": lazy("Private: members know its name and can ask for access; the rest is for those inside"),
    "hidden": lazy("Hidden: nobody outside knows of it, the secretariat aside"),
}
JOINING = {
    "open": lazy("Every member can join"),
    "request": lazy("Members ask, a facilitator lets them in"),
    "invite": lazy("A facilitator adds members"),
    "automatic": lazy("Members of certain organisations are in by themselves"),
}
WAYS_SHORT = {
    "open": lazy("Open to join"),
    "request": lazy("On request"),
    "invite": lazy("By invitation"),
    "automatic": lazy("Automatic"),
}
# Which ways of joining make sense for whom it is seen by: nobody can ask for what nobody outside knows.
WAYS = {
    "public": ("open", "request", "invite", "automatic"),
    "members": ("open", "request", "invite", "automatic"),
    "coalition": ("open", "request", "invite", "automatic"),
    "private": ("request", "invite", "automatic"),
    "hidden": ("invite", "automatic"),
}
ROLES = {
    "facilitator": lazy("Facilitator"),
    "moderator": lazy("Moderator"),
    "librarian": lazy("Librarian"),
    "events manager": lazy("Events manager"),
    "member": lazy("Member"),
    "observer": lazy("Observer"),
}
# How sure a fact is; what a source states in full needs no word.
SURE = {
    "partly verified": lazy("Partly confirmed"),
    "unverified": lazy("Not confirmed"),
    "conflicting": lazy("Sources differ"),
}


def moment(text: str | None) -> str:
    """Return an ISO date in words as exactly as it is known: 2004, 2004-03, 2004-03-21, or two of them with /."""
    parts = [_one(part) for part in (text or "").split("/")]
    if len(parts) == 2 and all(parts):
        return str(_("%(first)s to %(last)s", first=parts[0], last=parts[1]))
    return parts[0]


def _one(text: str) -> str:
    numbers = text.split("-")
    if not all(n.isascii() and n.isdigit() for n in numbers):
        return text
    try:
        day = dt.date(*[int(n) for n in [*numbers, "1", "1"][:3]])
    except ValueError:
        return text
    return when.date(day, ("y", "LLLL y", "d MMMM y")[min(len(numbers), 3) - 1])
