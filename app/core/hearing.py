"""What somebody is about to say: a fact that has not happened, for the line that tells who would hear of it."""

import datetime as dt
import typing as t

from markupsafe import Markup

from app.core import clock, panels
from app.core.audience import known, rooms_of


class Said(t.NamedTuple):
    """As much of a fact as decides who hears of it."""

    verb: str
    actor_id: int
    audience_id: int  # 0: nothing was said to these rooms yet
    organisation_id: int | None
    space_id: int | None
    root: str
    data: dict[str, t.Any]
    at: dt.datetime
    whole: bool  # count the mails too, which takes a few more questions
    rooms: frozenset[str]  # of its audience


def said(
    verb: str, who: t.Any, audience_id: int = 0, *, rooms: t.Collection[str] = (), organisation_id: int | None = None,
    space_id: int | None = None, root: str = "", whole: bool = True, **data: t.Any,
) -> Said:  # fmt: skip
    """Return what somebody is about to say: to an audience, or to rooms to which nothing may have been said yet.

    Such an audience is not made for it: nothing is written before it is said."""
    heard = frozenset(rooms) or rooms_of(audience_id)
    number = audience_id or known(*heard)
    return Said(verb, who.id, number, organisation_id, space_id, root, data, clock.now(), whole, heard)


def line(what: Said) -> Markup:
    """Return the line that says who will see it and hear of it, as the room of notices draws it."""
    return Markup("").join(panels.drawn("composer", what))
