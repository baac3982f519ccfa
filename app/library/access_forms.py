"""The forms by which a document is opened for further people. They write nothing."""

import datetime as dt
import typing as t

from wtforms import PasswordField, SelectChoice, SelectField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.core import clock
from app.core.forms import PageForm
from app.core.languages import _, lazy, ngettext
from app.library.fields import line, lines
from app.library.guests import LONGEST
from app.members.forms import DayField, OneOf
from app.members.passwords import LONGEST as LONGEST_PASSWORD

FAR = dt.timedelta(days=3660)
OPENINGS = (0, 1, 5, 10, 25, 50, 100, 500)
USUAL = dt.timedelta(days=30)  # of a guest link, unless another day is chosen


def ahead(most: dt.timedelta, otherwise: t.Any) -> t.Callable[[t.Any, t.Any], None]:
    """A day that is not over yet and not too far away."""

    def check(_form: t.Any, field: t.Any) -> None:
        today = clock.now().date()
        if field.data is not None and field.data < today:
            raise ValidationError(_("Choose a day that is still to come."))
        if field.data is not None and field.data > today + most:
            raise ValidationError(str(otherwise))

    return check


class Ask(PageForm):
    """Why somebody wants to read."""

    words = lines(lazy("Your words to who looks after it"), 500)


class Until(PageForm):
    """Until when somebody may read."""

    until = DayField(
        lazy("Until the end of this day"), [Optional(), ahead(FAR, lazy("Choose a day nearer to now."))]
    )


class Give(Until):
    """For whom a document is opened."""

    person = line(lazy("Name or @handle"), 120, DataRequired(lazy("Name a member.")))


class Guest(PageForm):
    """How a guest link opens."""

    note = line(lazy("For whom it is"), 120)
    until = DayField(
        lazy("Until the end of this day"),
        [DataRequired(lazy("Choose a day.")), ahead(LONGEST, lazy("A guest link works for a year at most."))],
    )
    password = PasswordField(
        lazy("Password"),
        [
            Optional(strip_whitespace=False),
            Length(8, message=lazy("This password needs at least 8 characters.")),
            Length(
                max=LONGEST_PASSWORD,
                message=lazy("This has at most %(num)s characters.", num=LONGEST_PASSWORD),
            ),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    most = SelectField(
        lazy("How often it opens"), [OneOf(lambda: {str(n) for n in OPENINGS})], validate_choice=False, default="0",
        choices=lambda: [SelectChoice(str(n), often(n)) for n in OPENINGS],
    )  # fmt: skip


def often(number: int) -> str:
    """Say how often a link opens."""
    return str(ngettext("%(num)d time", "%(num)d times", number) if number else _("As often as it is used"))


class Door(PageForm):
    """The password of a guest link."""

    password = PasswordField(lazy("Password"), render_kw={"autocomplete": "off"})
