"""Names as they are compared, and the names of countries, regions, zones and languages in the reader's language."""

import datetime as dt
import functools
import unicodedata
import zoneinfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import get_timezone_location
from flask import current_app

from app.core import clock
from app.core.languages import PSEUDO, _, language, lazy

# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
REGIONS = {
    "Africa": lazy("Africa"),
    "Arab States": lazy("Arab States"),
    "Asia and the Pacific": lazy("Asia and the Pacific"),
    "Europe": lazy("Europe"),
    "Latin America and the Caribbean": lazy("Latin America and the Caribbean"),
    "North America": lazy("North America"),
}
AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


def fold(words: str) -> str:
    """Return words as they are compared: small letters without accents, single spaces."""
    if words.isascii():  # most are, and this is twenty times faster
        return " ".join(words.lower().split())
    parts = unicodedata.normalize("NFKD", words.casefold().translate(_LETTERS))
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())


def locale(code: str) -> Locale:
    """Return what Babel knows of a language of ours."""
    return Locale.parse("en" if code == PSEUDO else code)


def country_names(code: str | None) -> list[str]:
    """Return a country's names in the languages that this site offers, English among them."""
    if not code:
        return []
    offered = ["en", *current_app.config["LANGUAGES"].split(",")]
    return list(dict.fromkeys(country_in(code, tongue) for tongue in offered))


@functools.lru_cache(4096)
def country_in(code: str, tongue: str) -> str:
    """Return a country's name in a language, its code where there is none."""
    return str(locale(tongue).territories.get(code, code))


def country(code: str) -> str:
    """Return a country's name in the reader's language."""
    return country_in(code, language()) if code else ""


def pin(name: str, code: str) -> str:
    """Return a name with its country, as it is read out on the map."""
    return ", ".join(filter(None, [name, country(code)]))


def region(key: str) -> str:
    """Return a region's name in the reader's language."""
    return str(REGIONS.get(key, key))


@functools.lru_cache(512)
def own_language(code: str) -> str:
    """Return a language's name in itself, its code where it is not known."""
    try:
        found = Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return code
    return found.get_display_name(found) or code


@functools.cache
def tongue_codes() -> frozenset[str]:
    """Return the codes of the languages that a person can choose: those of two letters that have a name."""
    return frozenset(code for code in locale("en").languages if len(code) == 2)


@functools.lru_cache(16)
def tongues(tongue: str) -> list[tuple[str, str]]:
    """Return the languages with their names in a language, by name."""
    known = locale(tongue).languages
    named = [(code, known.get(code) or own_language(code)) for code in tongue_codes()]
    return sorted(named, key=lambda row: fold(row[1]))


@functools.cache
def zones() -> tuple[str, ...]:
    """Return the time zones that are taken, named by area and place; some have several names."""
    known = (name for name in zoneinfo.available_timezones() if name.split("/")[0] in AREAS)
    return ("UTC", *sorted(known))


@functools.cache
def offered_zones() -> tuple[str, ...]:
    """Return the time zones that a person can choose, each once."""
    return tuple(dict.fromkeys(zone_of_today(name) for name in zones()))


def zone_of_today(name: str) -> str:
    """Return the name that a time zone has today, after Unicode's CLDR: browsers and old files may use an older one."""
    now = get_global("zone_aliases").get(name)  # of most names nothing: a form asks it of each of its choices
    return now if now is not None and now in zones() else name


@functools.lru_cache(4096)
def place_of_zone(name: str, tongue: str) -> str:
    """Return the place that a time zone is named after, in a language."""
    if "/" not in name:
        return name
    city = get_timezone_location(zoneinfo.ZoneInfo(name), locale=locale(tongue), return_city=True)
    return str(city or name.replace("_", " ")).rpartition("/")[2]


def zone_words(name: str, at: dt.datetime | None = None) -> str:
    """Return a time zone as a person reads it, such as Vienna (UTC+1), by the clocks of now or of a moment."""
    offset = (at or clock.now()).astimezone(zoneinfo.ZoneInfo(name)).utcoffset() or dt.timedelta()
    minutes = round(offset.total_seconds() / 60)
    sign, (hours, rest) = "−" if minutes < 0 else "+", divmod(abs(minutes), 60)
    shown = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    return shown if name == "UTC" else f"{place_of_zone(name, language())} ({shown})"


def local_time(name: str) -> tuple[str, str] | None:
    """Return the time of day there and the place it is the time of; None for an unknown zone."""
    if name not in zones() or name == "UTC":
        return None
    there = clock.now().astimezone(zoneinfo.ZoneInfo(name))
    return there.strftime("%H:%M"), place_of_zone(name, language())


def kind_word(kind: str) -> str:
    """Return the word for a kind of organisation."""
    words = {
        "city": _("City"),
        "chair": _("UNESCO Chair"),
        "partner": _("Partner"),
        "secretariat": _("Secretariat"),
    }
    return words.get(kind, kind)


def kinds_word(kind: str) -> str:
    """Return the word for all organisations of a kind."""
    words = {
        "city": _("Cities"),
        "chair": _("UNESCO Chairs"),
        "partner": _("Partners"),
        "secretariat": _("Secretariat"),
    }
    return words.get(kind, kind)


def standing_word(standing: str) -> str:
    """Return the word for how an organisation belongs to the network."""
    words = {
        "member": _("Member"), "observer": _("Observer"), "participant": _("Took part"), "other": _("Not a member"),
    }  # fmt: skip
    return words.get(standing, "")
