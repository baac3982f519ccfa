"""How the pages of a version are shown: as text, with pictures only when asked for, and the words that were looked for."""

import re
import typing as t

import sqlalchemy as sa
from markupsafe import Markup, escape

from app.core.files import Attachment
from app.core.highlight import marked
from app.core.languages import _
from app.core.pages import size_words
from app.core.templates import render
from app.extensions import db
from app.library.models import Page, Version

MOST_AT_ONCE = 200_000  # letters on one page of "all pages"
BLOCK = re.compile(r'<(p|h[3-6]|ul|ol|table|blockquote|pre|section|dl|div) id="')
IMG = re.compile(r'<img src="/files/(\d+)/[^"]*" alt="([^"]*)">')
NOTES = re.compile(r'(<section[^>]* id="p\d+-notes"[^>]*>)')
_page, _file = Page.__table__, Attachment.__table__


class Sheet(t.NamedTuple):
    """One page as it is shown."""

    id: int
    number: int
    name: str
    html: Markup
    picture: str  # the address of its picture
    picture_size: int


def count(version: Version) -> int:
    """Return how many pages can be read."""
    return db.session.scalar(sa.select(sa.func.count()).where(_page.c.version_id == version.id)) or 0


def sheets(version: Version, first: int, last: int, query: str = "") -> list[Sheet]:
    """Return pages of a version in order, as many as fit at once."""
    fits = _fitting(version, first, last)
    wanted = sa.select(_page).where(_page.c.version_id == version.id, _page.c.number.between(first, fits))
    found = db.session.execute(wanted.order_by(_page.c.number)).all()
    numbers = {int(number) for row in found for number, _alt in IMG.findall(row.html)}
    files = _files(numbers | {row.picture_id for row in found if row.picture_id})
    return [_sheet(row, version, files, query) for row in found]


def _fitting(version: Version, first: int, last: int) -> int:
    """Return the number of the last page that fits beside those before it; one always does."""
    size = sa.func.length(_page.c.text) + sa.func.length(_page.c.html)
    wanted = sa.select(_page.c.number, size.label("size")).where(
        _page.c.version_id == version.id, _page.c.number.between(first, last)
    )
    letters, fits = 0, first
    for row in db.session.execute(wanted.order_by(_page.c.number)):
        letters += row.size
        if row.number > first and letters > MOST_AT_ONCE:
            break
        fits = row.number
    return fits


def _files(numbers: set[int]) -> dict[int, tuple[str, int]]:
    """Return picture → address and size."""
    rows = sa.select(Attachment).where(Attachment.id.in_(sorted(numbers)[:500]))
    return {row.id: (row.url, row.size) for row in db.session.scalars(rows)} if numbers else {}


def _sheet(row: t.Any, version: Version, files: dict[int, tuple[str, int]], query: str) -> Sheet:
    html = Markup(row.html) if row.html else paragraphs(row.text, row.number)
    html = marked(html, query, version.language) if query else html
    picture, size = files.get(row.picture_id, ("", 0))
    return Sheet(row.id, row.number, row.name, dressed(html, files), picture, size)


def paragraphs(text: str, page: int) -> Markup:
    """Return plain text as paragraphs; each has its own name in the address, as long as the version stands."""
    found = [part for part in text.split("\n\n") if part.strip()]
    line = Markup('<p id="p%d-%d">%s</p>')
    return Markup("").join(
        line % (page, number, escape(part).replace("\n", Markup("<br>")))
        for number, part in enumerate(found, 1)
    )


def dressed(html: Markup, files: dict[int, tuple[str, int]]) -> Markup:
    """Set what a reader needs into clean HTML: directions, tables that scroll, headings of notes, pictures on demand."""
    words = BLOCK.sub(r'<\1 dir="auto" id="', str(html))
    words = words.replace("<table", '<table tabindex="0"')
    words = NOTES.sub(lambda found: f"{found[1]}<h3>{escape(_('Notes'))}</h3>", words)
    return Markup(IMG.sub(lambda found: str(_on_demand(found[1], found[2], files)), words))


def _on_demand(number: str, alt: str, files: dict[int, tuple[str, int]]) -> Markup:
    address, size = files.get(int(number), ("", 0))
    if not address:
        return Markup("<em>%s</em>") % Markup(alt)
    return Markup(render("library/_picture.html", url=address, alt=Markup(alt), size_words=size_words(size)))


def spot(version: Version, number: int) -> t.Any:
    """Return one page of a version as a row: id, number, name, text, html, picture_id; None where there is none."""
    wanted = sa.select(_page).where(_page.c.version_id == version.id, _page.c.number == number)
    return db.session.execute(wanted).first()


def label(form: str, number: int, many: int, name: str = "") -> Markup:
    """Say which page this is."""
    values = {"number": number, "count": many}
    if form == "PDF":
        return _("Page %(number)s of %(count)s", **values)
    if form == "PPT":
        return _("Slide %(number)s of %(count)s", **values)
    if form == "XLS":
        return escape(name) if name else _("Table %(number)s of %(count)s", **values)
    return _("Part %(number)s of %(count)s", **values)
