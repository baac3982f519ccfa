"""What lies elsewhere on the web, in a form: its address, and a copy of it that an archive keeps. They write nothing."""

import typing as t

from wtforms import SelectField
from wtforms.validators import DataRequired, Optional, ValidationError

from app.core import clock, when
from app.core.languages import _, language, lazy
from app.library import fields
from app.library.arriving_forms import Together
from app.members.forms import DayField, OneOf
from app.members.organisation_forms import ADDRESS


def whole_address(_form: t.Any, field: t.Any) -> None:
    """A whole address that nothing can run from."""
    if field.data and not ADDRESS.fullmatch(field.data):
        raise ValidationError(_("Write the whole address, like https://www.example.org."))


def of_the_past(form: t.Any, field: t.Any) -> None:
    """A day of a copy: it has come, and there is a copy."""
    if field.data is not None and field.data > when.local(clock.now()).date():
        raise ValidationError(_("Choose a day that has come."))
    if field.data is not None and not form.archive.data:
        raise ValidationError(_("Write the address of the archived copy that is of this day."))


def archive() -> t.Any:
    """The address of a copy in an archive."""
    return fields.line(lazy("Address of an archived copy"), 500, whole_address)


def archived_on() -> DayField:
    """Of which day the copy is."""
    return DayField(lazy("The copy is of"), [Optional(), of_the_past])


class OnTheWeb(Together):
    """A document that lies elsewhere on the web."""

    unpack = None
    link = fields.line(
        lazy("Address on the web"), 500, DataRequired(lazy("Write the address where it is.")), whole_address
    )
    title = fields.line(lazy("Title"), 300, DataRequired(lazy("Write a title.")))
    abstract = fields.lines(lazy("Short description"), 5000)
    language = SelectField(
        lazy("Language of the document"), [OneOf(fields.known_tongues)], choices=fields.tongues,
        validate_choice=False, default=language,
    )  # fmt: skip
    archive = archive()
    archived_on = archived_on()

    def words(self) -> dict[str, t.Any]:
        """Return the fields of the document; after fits()."""
        names = (
            "title",
            "abstract",
            "language",
            "type",
            "licence",
            "date",
            "sight",
            "themes",
            "link",
            "archive",
            "archived_on",
        )
        return {name: self[name].data for name in names}
