"""Draws rows of the list once for readers who see the same, and keeps what was drawn under all that it depends on."""

import typing as t

from markupsafe import Markup

from app.core import drawn, pages
from app.core.languages import language
from app.members import names
from app.members.queries import Coalition, url_of

MOST = 4000  # rows kept, about 0.6 KB each
PAGES = 200  # whole pages of rows, about 20 KB each


def rows(listed: t.Sequence[t.Any], groups: dict[str, Coalition], template: str) -> Markup:
    """Return members as HTML, each drawn by the template; whole pages of equal rows are put together once."""
    key = (template, language(), tuple(groups.values()), *listed)

    def make() -> str:
        return "".join(_row(row, groups.get(row.coalition), template) for row in listed)

    return Markup(drawn.kept("pages of members", key, PAGES, make))


def _row(row: t.Any, group: Coalition | None, template: str) -> str:
    key = (template, language(), group and group.name, *row)

    def make() -> str:
        return pages.render(template, row=row, group=group, names=names, url_of=url_of)

    return drawn.kept("members", key, MOST, make)
