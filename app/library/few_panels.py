"""A few documents on other rooms' pages: homes of groups, profiles, people's pages."""

import typing as t

from app.core.languages import _
from app.core.panels import panel
from app.core.policy import can, me
from app.library import drawing, lists, vocabularies
from app.library.filters import Asked

Drawn = tuple[str, dict[str, t.Any]] | None
FEW = 5
PRACTICE, MOST_PRACTICES = "good-practice-card", 2


def _few(asked: Asked, title: t.Any, new: str = "") -> Drawn:
    """Return the panel of the newest documents that fit, None without any and without a way to share one."""
    listed = lists.page(me().viewer, asked, FEW)
    if not listed.rows and not new:
        return None
    more = asked.address() if len(listed.found.ids) > len(listed.rows) else ""
    return "library/_panel.html", {
        "rows": drawing.rows(listed.rows),
        "title": title,
        "more": more,
        "new": new,
    }


@panel("space", order=30)
def of_space(space: t.Any) -> Drawn:
    """The latest documents of a space."""
    new = f"/library/new?space={space.id}" if can("library.add", space) else ""
    return _few(Asked(space=(str(space.id),)), _("Latest documents"), new)


@panel("organisation", order=40)
def of_organisation(organisation: t.Any) -> Drawn:
    """What an organisation shared."""
    return _few(Asked(organisation=(str(organisation.id),)), _("Documents"))


@panel("member_card")
def practices(member: t.Any) -> Drawn:
    """The newest good practices that a member shared; of one that was withdrawn there is nothing to read."""
    asked = vocabularies.current(Asked(organisation=(str(member.id),), type=(PRACTICE,)))
    rows = [row for row in lists.page(me().viewer, asked).rows if row.state != "withdrawn"]
    shown = [drawing.row_of(row) for row in rows[:MOST_PRACTICES]]
    return ("library/_practices.html", {"practices": shown}) if shown else None
