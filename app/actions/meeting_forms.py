"""The forms of meetings that actions come from: shape, labels, words of errors; they write nothing."""

import typing as t

from wtforms import BooleanField
from wtforms.validators import DataRequired, ValidationError

from app.actions import naming
from app.actions.forms import InGroup, a_day, group, line, lines, readers, tongue
from app.actions.meetings import FIELDS, HELD, PAPER
from app.actions.models import Action
from app.core import clock, dates
from app.core.forms import PageForm
from app.core.languages import _, lazy


def nothing_there(address: str) -> ValidationError:
    """Return what is said where an address leads to nothing that its writer may read, or to something of another kind."""
    return ValidationError(
        _("Nothing that fits and that you can read stands at this address here: %(address)s", address=address[:100])
    )  # fmt: skip


class OriginForm(InGroup):
    """A meeting that actions come from: what it was, when and where, what for, who took part, and what says so."""

    title = line(lazy("Title"), 160, DataRequired(lazy("Write a title.")))
    short = line(lazy("Short name"), 60)
    language, space, audience = tongue(), group(), readers("public")
    begins = line(lazy("First day"), 10, a_day)
    ends = line(lazy("Last day"), 10, a_day)
    place = line(lazy("Place"), 120)
    convened = line(lazy("Convened by"), 200)
    detail = lines(lazy("About the meeting"), 10_000)
    aims = lines(lazy("What it was for"), 3000)
    attended = lines(lazy("Who took part"), 3000)
    event = line(lazy("The event in the calendar"), 500)
    papers = lines(lazy("Documents"), 4000)
    source = line(lazy("Source"), 300)
    ties: dict[str, list[str]]

    def validate_event(self, field: t.Any) -> None:
        """An event of the calendar."""
        self._addressed(HELD, "event", [field.data] if field.data else [])

    def validate_papers(self, field: t.Any) -> None:
        """Documents of the library."""
        self._addressed(PAPER, "document", (field.data or "").split()[: naming.MOST])

    def _addressed(self, tie: str, kind: str, rows: list[str]) -> None:
        found = [(row, naming.thing_at(row, self.viewer, (kind,))) for row in rows]
        for row, thing in found:
            if thing is None:
                raise nothing_there(row)
        self.ties[tie] = [thing.ref for _row, thing in found if thing is not None]

    def fields(self) -> dict[str, t.Any]:
        """Return what the form says of the meeting itself."""
        return {name: self[name].data or "" for name in FIELDS}


class ReachForm(PageForm):
    """What is to be reached, until when, and whether it was."""

    title = line(
        lazy("What is to be reached"), 160, DataRequired(lazy("Say in a line what is to be reached."))
    )
    day = line(lazy("When"), 10, DataRequired(lazy("Write when.")), a_day)
    reached = BooleanField(lazy("It is reached"))
    reached_on = line(lazy("Reached on"), 10, a_day)
    came = line(lazy("What came of it"), 300)

    def validate_reached_on(self, field: t.Any) -> None:
        """What is reached was reached by now."""
        first = dates.first_day(field.data or "")
        if first and first > clock.now().date():
            raise ValidationError(_("This day is still to come."))


class BelongsForm(PageForm):
    """An action that was agreed at the meeting, and the part of its report that it stands in."""

    address = line(
        lazy("Address of the action"), 500, DataRequired(lazy("Write the address of an action on this site."))
    )
    section = line(lazy("Part of the report"), 120)
    viewer: t.Any = None
    found: Action

    def validate_address(self, field: t.Any) -> None:
        """An action that its writer can read."""
        thing = naming.thing_at(field.data or "", self.viewer, (Action.kind,))
        if not isinstance(thing, Action):
            raise nothing_there(field.data or "")
        self.found = thing
