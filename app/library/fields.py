"""Fields that the forms of the library share, and what can be chosen in them, in the reader's words."""

import datetime as dt
import typing as t

from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from app.core import languages, when
from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.library import words
from app.members import names
from app.members.forms import OneOf


def line(label: t.Any, most: int = 120, *rules: t.Any) -> StringField:
    """One line of words."""
    fits = Length(max=most, message=lazy("This has at most %(num)s characters.", num=most))
    return StringField(label, [*rules, fits], filters=[clean_line])


def lines(label: t.Any, most: int) -> TextAreaField:
    """A text of some sentences."""
    fits = Length(max=most, message=lazy("This text has at most %(num)s characters.", num=most))
    return TextAreaField(label, [fits], filters=[clean_text])


def choice(label: t.Any, known: t.Callable[[], dict[str, t.Any]]) -> SelectField:
    """One of a list, or nothing said."""
    return SelectField(
        label, [OneOf(lambda: {"", *known()})], validate_choice=False, default="",
        choices=lambda: [SelectChoice("", "–"), *(SelectChoice(key, str(word)) for key, word in known().items())],
    )  # fmt: skip


def licences() -> dict[str, str]:
    """The licences, as a choice says them."""
    return {key: words.licence_word(key) for key in words.LICENCES}


def months() -> dict[str, str]:
    """The months by name."""
    return {f"{month:02}": when.date(dt.date(2026, month, 1), "LLLL") for month in range(1, 13)}


def tongues() -> list[SelectChoice]:
    """The languages that a document may be in: those of the site first, then all others."""
    first = dict.fromkeys([*languages.offered(), "en", "fr", "es", "ar", "ru", "zh", "pt", "de", "it"])
    rest = [(code, word) for code, word in names.tongues(languages.language()) if code not in first]
    named = [SelectChoice(code, languages.own_name(code)) for code in first]
    return [*named, *(SelectChoice(code, word, optgroup=str(_("Others"))) for code, word in rest)]


def known_tongues() -> set[str]:
    """The codes of all languages that have a name."""
    return {*names.tongue_codes(), *languages.offered()}
