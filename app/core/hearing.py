"""What somebody is about to say: a fact that has not happened, for the line that tells who would hear of it."""

import datetime as dt
import typing as t

from app.core import clock
from app.core.audience import rooms_of


class Said(t.NamedTuple):
    """As much of a fact as decides who hears of it."""

    verb: str
    actor_id: int
    audience_id: int
    organisation_id: int | None
    space_id: int | None
    root: str
    data: dict[str, t.Any]
    at: dt.datetime
    whole: bool  # count the mails too, which takes a few more questions

    @property
    def rooms(self) -> frozenset[str]:
        """The rooms of its audience."""
        return rooms_of(self.audience_id)


def said(
    verb: str, who: t.Any, audience_id: int, *, organisation_id: int | None = None, space_id: int | None = None,
    root: str = "", whole: bool = True, **data: t.Any,
) -> Said:  # fmt: skip
    """Return what somebody is about to say."""
    return Said(verb, who.id, audience_id, organisation_id, space_id, root, data, clock.now(), whole)
