"""The operators of a question: what each is called, what its value means in the index, and what can be typed behind it.

Names of people, members and groups are found through the index itself, by the rule for sight: a name that this reader
may not see is as unknown as one that does not exist.
"""

import datetime as dt
import functools
import re
import typing as t

from flask import current_app

from app.actions.words import STATES
from app.core import finding
from app.core.audience import Viewer
from app.core.languages import in_language, language, lazy, own_name
from app.members import goals
from app.members.names import country_in, fold, locale
from app.search import named as names
from app.search import vocabulary
from app.search.analyser import tag
from app.search.matching import LAST, Filter
from app.search.places import at_or_after

MOST = 8


class Option(t.NamedTuple):
    """A value that can be typed behind an operator: as it is typed, as it is called, its properties in the index."""

    value: str
    label: str
    tags: tuple[str, ...] = ()


Find = t.Callable[[Viewer, str, bool], list[Option]]


class Operator(t.NamedTuple):
    """One operator: its name in the reader's language, an example, and what finds its values."""

    word: t.Any
    hint: t.Any
    find: Find


def _fits(start: str, half: bool, *said: str) -> bool:
    known = [fold(one) for one in said]
    return any(one.startswith(start) if half else one == start for one in known)


@functools.lru_cache(256)
def _in_english(word: t.Any) -> str:
    with in_language("en"):
        return str(word)


def _kinds(_viewer: Viewer, start: str, half: bool) -> list[Option]:
    return [
        Option(fold(_in_english(one.one)).replace(" ", "-"), str(one.one), (tag("type", one.key),))
        for one in finding.kinds()
        if _fits(
            start,
            half,
            one.key,
            str(one.one),
            str(one.many),
            _in_english(one.one),
            _in_english(one.many),
            _in_english(one.one).replace(" ", "-"),
        )
    ] + [
        Option(key, labels.get(language()) or labels.get("en") or key, (tag("sort", key),))
        for key, labels in vocabulary.types().items()
        if _fits(start, half, key, *labels.values())
    ]


def _named(*kinds: str) -> Find:
    def find(viewer: Viewer, start: str, half: bool) -> list[Option]:
        return [
            Option(one.value, one.title, (tag(MARK_OF[one.kind], one.number),))
            for one in names.find(viewer, kinds, start, half)
        ]

    return find


MARK_OF = {"person": "by", "organisation": "org", "space": "in"}


def _themes(_viewer: Viewer, start: str, half: bool) -> list[Option]:
    found: dict[str, Option] = {}
    for key, labels in vocabulary.themes().items():
        if _fits(start, half, key, *labels.values()):
            found[key] = Option(key, labels.get(language()) or labels.get("en") or key, (tag("theme", key),))
    return list(found.values())


def _numbered(name: str, words: t.Mapping[str, t.Any]) -> Find:
    def find(_viewer: Viewer, start: str, half: bool) -> list[Option]:
        return [
            Option(number, f"{number}. {word}", (tag(name, number),))
            for number, word in words.items()
            if _fits(start, half, number, str(word), _in_english(word))
        ]

    return find


@functools.lru_cache(16)
def _countries_in(tongue: str) -> list[tuple[str, str, tuple[str, ...]]]:
    tongues = dict.fromkeys([tongue, "en", "fr", "es", "ar", "ru", "zh"])
    named = [
        (code, country_in(code, tongue), tuple(fold(country_in(code, one)) for one in tongues))
        for code in vocabulary.country_codes()
    ]
    return sorted(named, key=lambda row: fold(row[1]))


def _countries(_viewer: Viewer, start: str, half: bool) -> list[Option]:
    return [
        Option(code.lower(), name, (tag("country", code),))
        for code, name, known in _countries_in(language())
        if _fits(start, half, code, *known)
    ]


def _languages(_viewer: Viewer, start: str, half: bool) -> list[Option]:
    codes = dict.fromkeys([*current_app.config["LANGUAGES"].split(","), *LANGUAGES])
    reader, english = locale(language()).languages, locale("en").languages
    return [
        Option(code, own_name(code), (tag("lang", code),))
        for code in codes
        if _fits(start, half, code, own_name(code), reader.get(code, code), english.get(code, code))
    ]


LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh", "pt", "de", "it")


def _flag(name: str, value: str, word: t.Any) -> Find:
    def find(_viewer: Viewer, start: str, half: bool) -> list[Option]:
        known = _fits(start, half, value, str(word))
        return [Option(value, str(word), (tag(name, value),))] if known else []

    return find


def _dates(_viewer: Viewer, start: str, _half: bool) -> list[Option]:
    return [Option(start, start)] if day(start) else []


def _states(viewer: Viewer, start: str, half: bool) -> list[Option]:
    waits = _flag("is", "unanswered", lazy("without an answer"))(viewer, start, half)
    return waits + [
        Option(fold(_in_english(word)).replace(" ", "-"), str(word), (tag("is", key),))
        for key, word in STATES.items()
        if _fits(start, half, key, str(word), _in_english(word), _in_english(word).replace(" ", "-"))
    ]


OPERATORS: dict[str, Operator] = {
    "type": Operator(lazy("type"), lazy("a kind of thing"), _kinds),
    "by": Operator(lazy("by"), lazy("a person or a member"), _named("person", "organisation")),
    "org": Operator(lazy("member"), lazy("a city, Chair or partner"), _named("organisation")),
    "in": Operator(lazy("in"), lazy("a group"), _named("space")),
    "theme": Operator(lazy("theme"), lazy("a theme"), _themes),
    "sdg": Operator(lazy("goal"), lazy("a goal of the 2030 Agenda"), _numbered("sdg", goals.SDGS)),
    "country": Operator(lazy("country"), lazy("a country"), _countries),
    "lang": Operator(lazy("language"), lazy("a language"), _languages),
    "before": Operator(lazy("before"), lazy("a day, a month or a year"), _dates),
    "after": Operator(lazy("after"), lazy("a day, a month or a year"), _dates),
    "has": Operator(lazy("has"), lazy("a file"), _flag("has", "file", lazy("a file"))),
    "is": Operator(lazy("is"), lazy("without an answer, or how a joint action stands"), _states),
}


def named(name: str) -> str:
    """Return the operator that was typed, in English or in the reader's language; empty where there is none."""
    return _names(language()).get(fold(name), "") if name else ""


@functools.lru_cache(32)
def _names(_language: str) -> dict[str, str]:
    own = {fold(str(one.word)): key for key, one in OPERATORS.items()}
    return {**own, **{key: key for key in OPERATORS}}


def read(name: str, value: str, negative: bool, raw: str, viewer: Viewer) -> Filter:
    """Return an operator with its value as the index is asked."""
    if name in ("before", "after"):
        return _bounded(Filter(name, value, (), negative, value, raw))
    found = OPERATORS[name].find(viewer, fold(value), False)
    found = found or OPERATORS[name].find(viewer, fold(value), True)[:MOST]
    tags = tuple(dict.fromkeys(tag for one in found for tag in one.tags))
    label = found[0].label if len({one.label for one in found}) == 1 else value
    return Filter(name, value, tags, negative, label, raw)


def offered(name: str, start: str, viewer: Viewer, most: int = MOST) -> list[Option]:
    """Return values that begin so, for an operator that is being typed."""
    return OPERATORS[name].find(viewer, fold(start), True)[:most]


# --- days ---------------------------------------------------------------------------------------------------------

DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def day(text: str) -> tuple[dt.datetime, dt.datetime] | None:
    """Return the beginning of a day, month or year and of the next one; None for what is no date."""
    match = DAY.fullmatch(text.strip().replace("/", "-").replace(".", "-"))
    if not match:
        return None
    year, month, date = (int(part) if part else 0 for part in match.groups())
    try:
        first = dt.datetime(year, month or 1, date or 1, tzinfo=dt.UTC)
        if date:
            return first, first + dt.timedelta(days=1)
        after = (year + 1, 1) if not month or month == 12 else (year, month + 1)
        return first, dt.datetime(*after, 1, tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None


def _bounded(one: Filter) -> Filter:
    """`after:` a day means from its beginning on, `before:` until its beginning; with a minus the other way round."""
    found = day(one.value)
    if found is None:
        return one._replace(since=LAST, until=0)  # nothing lies there
    later = (one.name == "after") != one.negative
    first = at_or_after(found[0])
    return one._replace(since=first) if later else one._replace(until=first)
