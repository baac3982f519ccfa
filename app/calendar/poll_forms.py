"""The form by which a date is sought: what for, which times, until when one answers."""

import datetime as dt
import typing as t

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.calendar.forms import AUDIENCES, HourField
from app.calendar.poll_models import MOST_TIMES
from app.calendar.spans import DAY, begin_of, zone_of
from app.core import clock, languages
from app.core.attaching import Attaching, Given, options, within
from app.core.languages import _, lazy, ngettext
from app.core.text import clean_line, clean_text
from app.core.when import NoSuchHour, moment
from app.members import names
from app.members.forms import DayField, OneOf, ZoneField
from app.spaces.models import Space

LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240, 480)
LONGEST = 366 * DAY  # how far ahead times and the end of the asking may lie


def length_words(minutes: int) -> str:
    """Return how long something lasts in words."""
    if minutes < 60 or minutes % 60:
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    return str(ngettext("%(num)d hour", "%(num)d hours", minutes // 60))


class PollForm(Attaching):
    """What a date is sought for."""

    title = StringField(
        lazy("What is it for?"),
        [DataRequired(lazy("Write a title.")), within("TITLE_MAX")],
        filters=[clean_line],
    )
    body = TextAreaField(lazy("More about it"), [Optional(), within("POST_MAX")], filters=[clean_text])
    minutes = SelectField(
        lazy("How long"), [OneOf(lambda: {str(one) for one in LENGTHS})], validate_choice=False, default="60",
        choices=lambda: options((str(one), length_words(one)) for one in LENGTHS),
    )  # fmt: skip
    zone = ZoneField(lazy("Time zone"))
    closes = DayField(lazy("Last day to answer"), [InputRequired(lazy("Choose a day."))])
    space = SelectField(lazy("Group"), [InputRequired(lazy("Choose a group."))], coerce=int, choices=[])
    audience = RadioField(
        lazy("Who can see it and answer"), [Given()], default="members",
        choices=options((word, AUDIENCES[word]) for word in ("members", "space")),
    )  # fmt: skip
    language = SelectField(lazy("Language of your text"), [Given()], choices=[])
    about = HiddenField(lazy("From the discussion:"), [Optional()])

    def offer(self, who: t.Any, spaces: list[Space]) -> None:
        """Offer spaces, voices and languages."""
        lang = languages.language()
        ordered = sorted(spaces, key=lambda s: (s.form != "network", s.name.casefold()))
        self.space.choices = options((space.id, space.text("name", lang)) for space in ordered)
        self.language.choices = options((code, languages.own_name(code)) for code in languages.offered())
        self.language.data = self.language.data or lang
        self.zone.data = self.zone.data or languages.zone()
        self.offer_voices(who)
        self.organisation.label.text = _("Who asks")

    def rows(self) -> list[tuple[t.Any, t.Any]]:
        """Return the fields of the times, day beside hour."""
        return [(self[f"day_{n}"], self[f"hour_{n}"]) for n in range(MOST_TIMES)]

    def times(self) -> list[dt.datetime]:
        """Return the times as they are kept; none, with words beside the field, where one is wrong."""
        found = [time for day, hour in self.rows() if (time := self._time(day, hour)) is not None]
        if not self.errors and len(set(found)) < 2:
            self.rows()[0][0].errors = [_("Propose at least two times.")]
        return [] if self.errors else found

    def _time(self, day: t.Any, hour: t.Any) -> dt.datetime | None:
        if day.errors or hour.errors or (day.data is None and hour.data is None):
            return None
        if day.data is None:
            day.errors = [_("Choose a day.")]
        elif hour.data is None:
            hour.errors = [_("Write the hour, like 09:00.")]
        else:
            return self._moment(day, hour)
        return None

    def _moment(self, day: t.Any, hour: t.Any) -> dt.datetime | None:
        if self.zone.data not in names.zones():
            return None
        try:
            found = moment(day.data, hour.data, self.zone.data)
        except (NoSuchHour, OverflowError, ValueError):
            hour.errors = [_("There is no such hour on that day in this time zone: clocks go forward.")]
            return None
        if not clock.now() < found < clock.now() + LONGEST:
            day.errors = [_("Choose a time between now and a year from now.")]
            return None
        return found

    def ends(self) -> dt.datetime | None:
        """Return the moment after which nobody can answer: the end of the last day on the clocks of the host."""
        day, today = self.closes.data, clock.now().date()
        if day is None or self.closes.errors:
            return None
        if not today <= day <= today + LONGEST:
            self.closes.errors = [_("Choose a day between today and a year from now.")]
            return None
        return begin_of(day + DAY, zone_of(self.zone.data))

    def fields(self, ends: dt.datetime) -> dict[str, t.Any]:
        """Return what the form says, its times aside."""
        return {
            "title": self.title.data, "body": self.body.data or "", "language": self.language.data, "zone": self.zone.data,
            "minutes": int(self.minutes.data), "closes": ends,
        }  # fmt: skip


for _n in range(MOST_TIMES):
    setattr(PollForm, f"day_{_n}", DayField(lazy("Day"), [Optional()]))
    setattr(PollForm, f"hour_{_n}", HourField(lazy("Begins at"), [Optional()]))
