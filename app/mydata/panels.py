"""What this room lends to other pages: the secretariat's way to an erasure, below a person's page."""

import typing as t

from app.core.panels import panel
from app.core.policy import can


@panel("person", order=97, column="side")
def erase_person(person: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The link below a person's page, for the secretariat alone."""
    return ("mydata/_erase_link.html", {"number": person.id}) if can("mydata.order", person) else None
