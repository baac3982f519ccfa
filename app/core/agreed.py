"""What is agreed somewhere becomes a joint action: the room that writes it down hands it on, the room of actions takes it."""

import datetime as dt
import typing as t

from app.core.audience import Thing, Viewer


class Wish(t.NamedTuple):
    """What is to be done, as it was written down: `ends` as exact as it is known, `section` under which title."""

    title: str
    detail: str
    lead_id: int | None
    partner_ids: tuple[int, ...]
    ends: str
    section: str


class Points(t.NamedTuple):
    """What is open in a group, for the agenda of its next meeting.

    The panel `points` draws actions by their references and those that come from these events, with what was over before
    `since` left out; the panel `other_points` what else is open in the group.
    """

    refs: tuple[str, ...]
    events: tuple[str, ...]
    space_id: int
    since: dt.datetime
    back: str  # where one returns to after setting a state


class Taker(t.Protocol):
    """What the room of joint actions does for others. The acts join the transaction that is open."""

    def named(self, names: t.Sequence[str], viewer: Viewer) -> tuple[list[int], list[str]]:
        """Return the members that are named, and the names that are none."""

    def put(self, actor: t.Any, source: Thing, wish: Wish, ref: str) -> str:
        """Propose an action that comes from a thing, or let the one of a reference say this now; return its reference."""

    def withdraw(self, actor: t.Any, ref: str) -> bool:
        """Take an action away that is still no more than a proposal. Says whether it is gone."""

    def agree(self, actor: t.Any, ref: str, sure: bool) -> None:
        """Note that what was proposed is agreed; unless it is sure, only for who may answer for its lead."""


_takers: list[Taker] = []


def take(taker: Taker) -> None:
    """Register the room that takes what is agreed."""
    _takers[:] = [taker]


def taker() -> Taker:
    """Return the room that takes what is agreed."""
    return _takers[0]
