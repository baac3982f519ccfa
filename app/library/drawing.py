"""Draws documents in lists, once for readers of the same language, and keeps what was drawn under all that it depends on."""

import textwrap
import typing as t
from urllib.parse import quote

from markupsafe import Markup

from app.core import dates, drawn, pages
from app.core.database import known_json
from app.core.languages import language, zone
from app.core.text import slug
from app.library import words

MOST_KEPT = 3000  # rows, about 2 KB each
LETTERS = 180  # of an abstract in a list
TILES = {"DOC": "doc", "TXT": "doc", "XLS": "xls", "PPT": "ppt"}


class Row(t.NamedTuple):
    """A document in a list, in the reader's language where it is described in that.

    Lists show title and description of one language: where they are in two, the title alone."""

    id: int
    url: str
    title: str
    lang: str  # of the title
    abstract: str
    abstract_lang: str
    by: dict[str, str]
    date: str
    languages: list[str]
    kind: str  # its type in a word
    series: str
    series_url: str
    talks: int
    tile: str
    tile_class: str
    size: int
    file: str  # the address of the file
    link: str
    state: str


def row_of(it: t.Any) -> Row:
    """Return a listed document as the templates show it."""
    own = known_json(it.texts).get(language(), {}) if language() != it.language else {}
    gone = it.state == "withdrawn"  # a line stays, as on its page: no words of it, and no file
    url = f"/library/{it.id}-{slug(it.title)}"
    ending = known_ending(it.file_type)
    file = f"/files/{it.file_id}/{quote(slug(it.title))}{ending}?download" if it.file_id and not gone else ""
    series = words.term("series", it.series)
    return Row(
        it.id, url, own.get("title") or it.title, language() if own.get("title") else it.language,
        "" if gone else textwrap.shorten(own.get("abstract") or it.abstract, LETTERS, placeholder="…"),
        language() if own.get("abstract") else it.language, known_json(it.by), dates.words(it.date, it.sorted),
        [code.upper() for code in it.languages.split()], words.term("type", it.type),
        f"{series} {it.series_number}".strip(), f"/library/series/{it.series}" if it.series else "",
        it.talks, it.file_type or ("WWW" if it.link else ""),
        TILES.get(it.file_type, ""), it.file_size, file, "" if gone else it.link, it.state,
    )  # fmt: skip


def known_ending(file_type: str) -> str:
    """Return the ending of a file's name for those tiles that stand for one kind of file alone."""
    return f".{file_type.lower()}" if file_type in ("PDF", "ZIP") else ""


def rows(listed: t.Iterable[t.Any], template: str = "library/_row.html", **more: t.Any) -> Markup:
    """Return documents as HTML, each drawn by the template."""
    types, series = words.terms("type"), words.terms("series")
    reader = (template, language(), zone(), *more.items())
    return Markup(
        "".join(
            _drawn(it, template, more, (*reader, types.get(it.type), series.get(it.series), *it))
            for it in listed
        )
    )


def _drawn(it: t.Any, template: str, more: dict[str, t.Any], key: t.Hashable) -> str:
    return drawn.kept("documents", key, MOST_KEPT, lambda: pages.render(template, row=row_of(it), **more))
