"""The front page, the menu, and the pages that say how this site is."""

import typing as t

from flask import Blueprint, Response

from app.core import pages, panels
from app.core.policy import me, public
from app.feed.views import feed_page
from app.home import queries

bp = Blueprint("home", __name__)
FIXED = ("about", "accessibility", "privacy", "help", "menu")


@bp.get("/")
@public
def front() -> t.Any:
    """Show the newsfeed to who is signed in, and to everybody else what this place is."""
    if me().is_authenticated:
        return feed_page()
    return pages.page("home/landing.html", counts=queries.counts(), parts=panels.drawn("home", None))


def _fixed(name: str) -> t.Callable[[], Response]:
    @public
    def show() -> Response:
        return pages.page(f"pages/{name}.html", place=name)

    show.__doc__ = f"Show the page “{name}”."
    return show


for _name in FIXED:
    bp.add_url_rule(f"/{_name}", _name, _fixed(_name))
