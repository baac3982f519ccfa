"""What other pages show of the search: on the page of what one follows, the searches that one keeps."""

import typing as t

from app.core.panels import panel
from app.search import saved

Drawn = tuple[str, dict[str, t.Any]] | None


@panel("following")
def kept(who: t.Any) -> Drawn:
    """The searches that somebody keeps."""
    rows = saved.own(who.id)
    return ("search/_kept.html", {"rows": rows}) if rows else None
