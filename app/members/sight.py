"""Who sees which field of a person: one function, and every channel asks it.

The owner chooses for each field: everybody, members, those who share an organisation or a group with them, or nobody.
The page itself is the outer door: what is said to everybody reaches visitors once the page is public.
"""

import typing as t

from app.core.audience import MEMBERS, PUBLIC, Viewer, audience_of
from app.core.languages import lazy

FIELDS = ("pronouns", "about", "helps", "seeks", "themes", "commitments", "languages", "timezone")
SIGHTS = {
    "public": lazy("Everybody, also without an account"),
    "members": lazy("Members"),
    "near": lazy("My organisation and my groups"),
    "me": lazy("Nobody but me"),
}
USUAL = "members"
Shown = dict[str, str]


def of_field(shown: Shown, field: str) -> str:
    """Return who sees a field, one of SIGHTS."""
    chosen = shown.get(field, USUAL)
    return chosen if chosen in SIGHTS else "me"


def visible(viewer: Viewer, person_id: int, shown: Shown, near: bool) -> frozenset[str]:
    """Return the fields of a person that a viewer sees; `near` comes from profile.near_to(), for one or for many."""
    if viewer.person_id == person_id:
        return frozenset(FIELDS)
    member, close = MEMBERS in viewer.rooms, near and viewer.person_id is not None
    open_to = {"public", *(["members"] if member else []), *(["near"] if close else [])}
    return _open_to(shown, open_to)


def told_to_all(rooms: t.Collection[str], shown: Shown) -> frozenset[str]:
    """Return the fields that everybody may read who finds a person with this audience: what the search keeps."""
    return _open_to(shown, {"public"} if PUBLIC in rooms else {"public", "members"})


def _open_to(shown: Shown, sights: t.Collection[str]) -> frozenset[str]:
    return frozenset(field for field in FIELDS if of_field(shown, field) in sights)


def audience_for(page: str) -> int:
    """Return the audience of a person's page: everybody, or members."""
    return audience_of(PUBLIC if page == "public" else MEMBERS)
