"""What other pages show of messages: on a person's page, the way to write to them."""

import typing as t

from app.core.panels import panel
from app.core.policy import Me, me
from app.messages import people


@panel("person", order=10, column="deeds")
def write_to(one: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The button "Write a message", where it leads somewhere."""
    who = me()
    if not isinstance(who, Me) or who.id == one.id or one.state != "active":
        return None
    return ("messages/_write.html", {"handle": one.handle}) if people.may_begin(who, one) else None
