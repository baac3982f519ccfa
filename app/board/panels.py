"""What other pages show of discussions: on homes of groups, profiles, people's pages and the front page."""

import typing as t

from app.board import lists
from app.board.models import TOPICS
from app.core.audience import VISITOR
from app.core.languages import _
from app.core.panels import panel
from app.core.policy import can, me

Drawn = tuple[str, dict[str, t.Any]] | None


def drawn(rows: list[lists.Row], title: t.Any, more: str = "", new: str = "") -> Drawn:
    """Return the panel of these discussions, None without any and without a way to start one."""
    if not rows and not new:
        return None
    values = {"rows": rows, "title": title, "more": more if rows else "", "new": new, "topics": TOPICS}
    return "board/_panel.html", values


@panel("space", order=20)
def of_space(space: t.Any) -> Drawn:
    """The latest discussions of a space."""
    new = f"/discussions/new?group={space.id}" if can("board.start", space) else ""
    rows = lists.few(me().viewer, "space", space.id)
    return drawn(rows, _("Latest discussions"), f"/discussions?group={space.id}", new)


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
