"""What an organisation and a person did lately, on their pages."""

import typing as t

from markupsafe import Markup

from app.core.panels import panel
from app.core.policy import me
from app.feed import draw, queries
from app.feed.items import gathered

SHOWN, READ = 5, 30


def _panel(thing: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    rows = queries.done_by(me().viewer, thing.kind, thing.id, READ)
    items: list[Markup] = draw.drawn(gathered(rows, SHOWN)[0], None)
    return ("feed/_panel.html", {"items": items}) if items else None


@panel("organisation", order=40)
def of_organisation(organisation: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """What was done in the name of an organisation."""
    return _panel(organisation)


@panel("person", order=40)
def of_person(person: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """What a person did, in whose name it was."""
    return _panel(person)
