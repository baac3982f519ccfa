"""What the secretariat has set about the site itself: its name, colours, logo and own texts. Kept in the database."""

import base64
import functools
import hashlib
import json
import logging
import typing as t

from markupsafe import Markup, escape

from app.core import colours, site
from app.core.database import setting
from app.core.languages import language
from app.core.text import render

log = logging.getLogger(__name__)
PLAIN = {
    "front": 400,
    "footer": 200,
    "mail": 300,
    "map": 400,
}  # own texts and their most characters: plain words
FORMATTED = {"about": 6000, "privacy": 3000, "accessibility": 3000}  # with the formatting of posts
Values = dict[str, t.Any]


@functools.lru_cache(16)
def _read(text: str) -> Values:
    return t.cast(Values, json.loads(text or "{}"))


def values() -> Values:
    """Return what was set; nobody may change what it gives."""
    return _read(site.kept("look"))


def version() -> str:
    """Return what changes with every change of the look; empty where nothing was set."""
    return _version(site.kept("look"), site.kept("logo"))


@functools.lru_cache(16)
def _version(look: str, logo: str) -> str:
    return hashlib.sha256(f"{look}\n{logo}".encode()).hexdigest()[:10] if look or logo else ""


class Face(t.NamedTuple):
    """What the frame of every page shows of the look."""

    title: str
    tagline: str
    version: str
    logo: bool
    colours: bool


def face() -> Face:
    """Return what the frame shows, worked out once for each look."""
    look, logo = site.kept("look"), site.kept("logo")
    return _face(look, logo, setting("SITE_TITLE"), setting("SITE_TAGLINE"))


@functools.lru_cache(16)
def _face(look: str, logo: str, _title: str, _tagline: str) -> Face:
    return Face(title(), tagline(), _version(look, logo), bool(logo), bool(style()))


def title() -> str:
    """Return the name of the site."""
    return str(values().get("title") or setting("SITE_TITLE"))


def tagline() -> str:
    """Return what stands under the name."""
    return str(values().get("tagline") or setting("SITE_TAGLINE"))


def pair() -> tuple[str, str]:
    """Return the main and the second colour."""
    return values().get("main") or colours.MAIN, values().get("second") or colours.SECOND


def style() -> str:
    """Return the style sheet of the site's own colours, empty where they are the design's."""
    return "" if pair() == (colours.MAIN, colours.SECOND) else _style(*pair())


@functools.lru_cache(16)
def _style(main: str, second: str) -> str:
    try:
        return colours.css(main, second)
    except (
        colours.Unreadable
    ):  # the form refuses such a pair; kept all the same, it must not take every page away
        log.error("the colours %s and %s cannot be read: the design's own are shown", main, second)
        return ""


def has_logo() -> bool:
    """Say whether there is a logo of the site's own."""
    return bool(site.kept("logo"))


def logo() -> bytes:
    """Return the logo as PNG, empty where there is none."""
    return base64.b64decode(site.kept("logo"))


def own(name: str, code: str = "") -> Markup:
    """Return a text of the site's own in the reader's language, else in the site's; empty where none was written."""
    texts = values().get("texts", {})
    here = code or language()
    for asked in (here, setting("DEFAULT_LANGUAGE")):
        text = texts.get(asked, {}).get(name, "")
        if text:
            words, tag = (Markup(_formatted(text)), "div") if name in FORMATTED else (escape(text), "span")
            return (
                words if asked == here else Markup(f'<{tag} lang="%s" dir="auto">%s</{tag}>') % (asked, words)
            )
    return Markup("")


@functools.lru_cache(64)
def _formatted(text: str) -> str:
    return render(text)
