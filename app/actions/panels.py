"""What other pages show of actions: homes of groups, profiles, the desk, briefings, cards, what is followed."""

import typing as t

import sqlalchemy as sa

from app.actions import lists, words
from app.actions.acts import FROM
from app.actions.filters import Asked
from app.actions.models import STATES, UNDER_WAY, Action
from app.core import clock, links
from app.core.audience import bound, in_sight
from app.core.database import get_or_none, run, setting
from app.core.languages import _
from app.core.panels import Alike, panel
from app.core.policy import can, me
from app.core.text import slug
from app.core.watches import MUTE, Watch
from app.spaces.models import Space

Drawn = tuple[str, dict[str, t.Any]] | None
FEW, ON_DESK, IN_BRIEFING, MOST = 5, 4, 30, 200
_a, _w = t.cast(t.Any, Action.__table__), t.cast(t.Any, Watch.__table__)


def in_results(more: dict[str, t.Any]) -> list[t.Any]:
    """What the search says of an action beside who entered it and when."""
    return [words.STATES[more["state"]]] if more.get("state") in words.STATES else []


def _few(asked: Asked, title: t.Any, new: str = "") -> Drawn:
    """Return the panel of the actions that are due first, None without any."""
    listed = lists.page(me().viewer, asked, FEW)
    total = len(listed.found.ids)
    if not listed.rows:
        return None
    more = asked.address() if total > len(listed.rows) else ""
    return "actions/_panel.html", {
        "rows": listed.rows, "title": title, "more": more, "total": total, "new": new, "words": words
    }  # fmt: skip


@panel("space", order=70)
def of_space(space: t.Any) -> Drawn:
    """What a group has agreed to do."""
    new = f"/actions/new?group={space.id}" if can("actions.propose", space) else ""
    return _few(Asked(space=(str(space.id),)), _("Joint actions"), new)


@panel("organisation", order=35)
def of_organisation(organisation: t.Any) -> Drawn:
    """What an organisation leads and takes part in."""
    return _few(Asked(organisation=(str(organisation.id),)), _("Joint actions"))


@panel("member_card", order=20, column="top")
def how_far(member: t.Any) -> Drawn:
    """How many of the actions that a member has a part in are done; what was dropped is not counted."""
    wanted = tuple(state for state in STATES if state != "dropped")
    asked = Asked(organisation=(str(member.id),), state=wanted)
    found = lists.index().find(me().viewer, asked)
    values = {"done": found.counts["state"].get("done", 0), "total": len(found.ids), "url": asked.address()}
    return ("actions/_how_far.html", values) if found.ids else None


def _open(*houses: int) -> Asked:
    """Return what asks for the actions of some organisations that are not over."""
    return Asked(organisation=tuple(sorted(map(str, houses))), state=(*sorted(UNDER_WAY), "held"))


@panel("home", order=10, column="side")
def on_desk(who: t.Any) -> Drawn:
    """What the reader's organisations have to do next."""
    houses = [seat.id for seat in who.seats if seat.may_answer] if who is not None else []
    if not houses:
        return None
    asked = _open(*houses)
    rows = tuple(lists.on_desk(who.viewer, asked, ON_DESK))
    return ("actions/_desk.html", Alike(rows=rows, more=asked.address(), words=words)) if rows else None


@panel("briefing", order=15)
def in_briefing(brief: t.Any) -> Drawn:
    """What the organisation of a seat has agreed to do and has not done yet."""
    rows = lists.page(me().viewer, _open(brief.organisation.id), IN_BRIEFING).rows
    return ("actions/_briefing.html", {"rows": rows, "words": words}) if rows else None


@panel("card")
def card(thing: t.Any) -> Drawn:
    """An action as a card."""
    if not isinstance(thing, Action):
        return None
    rows = lists.some(me().viewer, [thing.id])
    return ("actions/_card.html", {"row": rows[0], "words": words}) if rows else None


def _came_of(event: t.Any, offline: bool, new: str = "") -> Drawn:
    """Return the actions that came from an event, as far as who looks sees them, and the way to a further one."""
    sources = [tie.source.partition(":") for tie in links.to(event.ref, FROM)]
    numbers = [int(number) for kind, _colon, number in sources if kind == Action.kind]
    rows = lists.some(me().viewer, numbers) if numbers else []
    if not rows and not new:
        return None
    return "actions/_came_of.html", {
        "rows": rows,
        "new": new,
        "words": words,
        "offline": offline,
        "base": setting("BASE_URL"),
    }


@panel("event", order=30)
def of_event(event: t.Any) -> Drawn:
    """What was agreed at an event; once it has begun, the way to enter more."""
    space = get_or_none(Space, event.space_id) if event.starts <= clock.now() else None
    may = space is not None and event.cancelled is None and can("actions.propose", space)
    return _came_of(event, False, f"/actions/new?group={event.space_id}&from={event.url}" if may else "")


@panel("event_pack", order=30)
def in_pack(event: t.Any) -> Drawn:
    """What was agreed there, in what people take along of an event."""
    return _came_of(event, True)


class Line(t.NamedTuple):
    """One followed action."""

    ref: str
    title: str
    url: str
    lang: str
    muted: bool


_number = sa.case(
    (_w.c.ref.startswith("action:"), sa.cast(sa.func.substr(_w.c.ref, len("action:") + 1), sa.BigInteger))
)
_FOLLOWED = (
    sa.select(_a.c.id, _a.c.title, _a.c.language, _w.c.level)
    .join_from(_w, _a, _a.c.id == _number)
    .where(_w.c.person_id == sa.bindparam("me"), _w.c.ref.startswith("action:"), in_sight(_a.c.audience_id), ~_a.c.removed)
    .order_by(_a.c.id.desc())
    .limit(MOST)
)  # fmt: skip


@panel("following", order=15)
def followed(who: t.Any) -> Drawn:
    """The actions that somebody follows, with a button that ends each."""
    rows = [
        Line(
            f"action:{row.id}",
            row.title,
            f"/actions/{row.id}-{slug(row.title)}",
            row.language,
            row.level == MUTE,
        )
        for row in run(_FOLLOWED, {"me": who.id, **bound(who.viewer)})
    ]
    return ("actions/_followed.html", {"actions": rows}) if rows else None
