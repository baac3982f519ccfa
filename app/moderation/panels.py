"""What this room lends to other pages: the way to report somebody's or a member's page."""

import typing as t

from app.core.panels import panel
from app.core.policy import can


@panel("person", order=95, column="side")
def report_person(person: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The link below a person's page."""
    return _link(person)


@panel("organisation", order=95, column="side")
def report_organisation(organisation: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The link below a member's page."""
    return _link(organisation)


def _link(thing: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    return ("moderation/_report_link.html", {"ref": thing.ref}) if can("moderation.report", thing) else None
