"""Languages: which one a reader gets, and every word through one function.

`_` looks up the catalogue of the request once and then costs a dictionary look-up. A pseudo-language
(`en_XA`) marks every word that went through it, so that a test finds those that did not.
"""

import contextlib
import contextvars
import functools
import gettext
import pathlib
import typing as t

from babel import Locale, UnknownLocaleError
from babel.support import Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import force_locale, get_locale
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from app.extensions import babel

FOLDER = pathlib.Path(__file__).parent.parent / "translations"
PSEUDO = "en_XA"


class Pseudo(gettext.NullTranslations):
    """Brackets around every message, and no letter of it left plain."""

    def gettext(self, message: str) -> str:
        return _bracketed(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return _bracketed(one if n == 1 else many)


def _bracketed(message: str) -> str:
    import re

    swap = str.maketrans("aeiouAEIOU", "àéîõûÀÉÎÕÛ")
    parts = re.split(r"(%\([a-z_]+\)[sd]|%%|<[^>]+>)", message)
    return "⟦" + "".join(p if i % 2 else p.translate(swap) for i, p in enumerate(parts)) + "⟧"


@functools.cache
def catalogue(code: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; without one the English words are used."""
    if code == PSEUDO:
        return Pseudo()
    return t.cast(gettext.NullTranslations, Translations.load(str(FOLDER), [code]))


_forced: contextvars.ContextVar[str | None] = contextvars.ContextVar("language", default=None)
_forced_zone: contextvars.ContextVar[str] = contextvars.ContextVar("zone", default="")


@contextlib.contextmanager
def in_language(code: str, timezone: str = "") -> t.Iterator[None]:
    """Speak another language inside the block, with the times of a zone: for mails, and where no reader asks."""
    token, zoned = _forced.set(code), _forced_zone.set(timezone)
    try:
        with force_locale("en" if code == PSEUDO else code):
            yield
    finally:
        _forced.reset(token)
        _forced_zone.reset(zoned)


def language() -> str:
    """Return the code of the language in use, such as `fr`."""
    forced = _forced.get()
    if forced:
        return forced
    if has_request_context():
        asked = g.get("language")
        if asked:
            return t.cast(str, asked)
    locale = get_locale()
    return str(locale) if locale else str(current_app.config["DEFAULT_LANGUAGE"])


def words() -> gettext.NullTranslations:
    """Return the catalogue in use."""
    return catalogue(language())


def _(message: str, **values: t.Any) -> Markup:
    """Return a message in the reader's language. Values are escaped; the message itself is trusted."""
    text = Markup(words().gettext(message))
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: t.Any) -> Markup:
    """Return a message in the plural form that the reader's language has for a number."""
    return Markup(words().ngettext(one, many, num)) % {"num": num, **values}


@functools.cache
def plurals(lang: str) -> tuple[tuple[str, int], ...]:
    """Return the plural forms of a language, each with a number that takes it."""
    form, example = Locale.parse("en" if lang == PSEUDO else lang).plural_form, dict[str, int]()
    for n in range(200):
        example.setdefault(form(n), n)
    return tuple(example.items())


def counted(say: t.Callable[[int], t.Any]) -> list[tuple[str, str]]:
    """Return words with a number in each plural form of the language in use, with {n} in its place; for scripts."""
    return [(name, str(say(n)).replace(str(n), "{n}", 1)) for name, n in plurals(language())]


def lazy(message: str, **values: t.Any) -> LazyString:
    """Return a message that is looked up when it is shown. For labels of forms."""
    return LazyString(_, message, **values)


def offered() -> list[str]:
    """Return the codes of the languages that this site offers."""
    return [code.strip() for code in current_app.config["LANGUAGES"].split(",") if code.strip()]


@functools.cache
def own_name(code: str) -> str:
    """Return a language's name in itself, its code where it is not known."""
    names = {"fr": "Français", "es": "Español", "en": "English", PSEUDO: "Pseudo"}
    return names.get(code) or _said_of(code, lambda known: known.get_display_name(known), code)


@functools.cache
def direction(code: str) -> str:
    """Return `rtl` or `ltr` for a language; `ltr` where it is not known."""
    return _said_of(code.replace(PSEUDO, "en"), lambda known: known.text_direction, "ltr")


def _said_of(code: str, ask: t.Callable[[Locale], str | None], otherwise: str) -> str:
    """Return what is known of a language: documents have some that there are names for, but no more."""
    try:
        return ask(Locale.parse(code)) or otherwise
    except (UnknownLocaleError, ValueError):
        return otherwise


def chosen() -> str:
    """Choose the language of a request: the person's, the cookie's, the browser's, the site's."""
    from app.core.policy import me

    known = offered()
    if current_app.testing or current_app.debug:
        known = [*known, PSEUDO]
    for code in (me().language, request.cookies.get("language", "")):
        if code in known:
            return code
    return request.accept_languages.best_match(known) or current_app.config["DEFAULT_LANGUAGE"]


def zone() -> str:
    """Return the time zone of the reader; UTC for a visitor, and where no reader asks."""
    from app.core.policy import me

    if _forced_zone.get() or not has_request_context():
        return _forced_zone.get() or "UTC"
    return me().timezone or "UTC"


def register(app: Flask) -> None:
    """Let Flask-Babel format dates and numbers in the language that we chose."""
    babel.init_app(
        app,
        default_locale=app.config["DEFAULT_LANGUAGE"],
        locale_selector=lambda: "en" if g.get("language") == PSEUDO else g.get("language") or chosen(),
        timezone_selector=zone,
    )

    @app.before_request
    def choose() -> None:
        g.language = chosen()


__all__ = [
    "FOLDER",
    "PSEUDO",
    "_",
    "direction",
    "in_language",
    "language",
    "lazy",
    "ngettext",
    "offered",
    "own_name",
]
