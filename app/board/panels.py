"""What other pages show of discussions: on homes of groups, profiles, people's pages and the front page."""

import typing as t

from app.board import lists
from app.board.models import TOPICS
from app.core.audience import VISITOR
from app.core.languages import _, ngettext
from app.core.panels import panel
from app.core.policy import can, me

MOST = 6
Drawn = tuple[str, dict[str, t.Any]] | None


def drawn(rows: list[lists.Row], title: t.Any, more: str = "", new: str = "") -> Drawn:
    """Return the panel of these discussions, None without any and without a way to start one."""
    if not rows and not new:
        return None
    values = {"rows": rows, "title": title, "more": more if rows else "", "new": new, "topics": TOPICS}
    return "board/_panel.html", values


def in_results(more: dict[str, t.Any]) -> list[t.Any]:
    """What the search says of a discussion beside who started it and when."""
    number = more.get("replies", 0)
    return [ngettext("%(num)d reply", "%(num)d replies", number)] if number else []


@panel("space", order=20)
def of_space(space: t.Any) -> Drawn:
    """The latest discussions of a space."""
    new = f"/discussions/new?group={space.id}" if can("board.start", space) else ""
    rows = lists.few(me().viewer, "space", space.id)
    return drawn(rows, _("Latest discussions"), f"/discussions?group={space.id}", new)


@panel("region")
def of_region(region: t.Any) -> Drawn:
    """What the coalitions of a region talk about."""
    rows = [row for number in region.spaces for row in lists.few(me().viewer, "space", number)]
    latest = sorted(rows, key=lambda row: row.it.last_at, reverse=True)[:MOST]
    return drawn(latest, _("Latest discussions"), "/discussions")


@panel("organisation", order=30)
def of_organisation(organisation: t.Any) -> Drawn:
    """What an organisation asked and proposed."""
    return drawn(lists.few(me().viewer, "organisation", organisation.id), _("Discussions"))


@panel("person", order=30)
def of_person(person: t.Any) -> Drawn:
    """What a person asked and proposed."""
    return drawn(lists.few(me().viewer, "person", person.id), _("Discussions"))


@panel("home", order=30)
def public_ones(_thing: t.Any) -> Drawn:
    """Recent public discussions, for the front page."""
    if me().is_authenticated:
        return None
    return drawn(lists.few(VISITOR, "all"), _("Recent discussions"), "/discussions")


@panel("briefing", order=20)
def open_in_a_seat(brief: t.Any) -> Drawn:
    """Discussions that a seat follows or has started: those without an answer first."""
    rows = lists.of_a_seat(me().viewer, brief.people)
    waits, others = [row for row in rows if not row.it.replies], [row for row in rows if row.it.replies]
    values = {"waits": waits, "others": others, "topics": TOPICS}
    return ("board/_briefing.html", values) if rows else None
