"""The front page, the menu, and the pages that say how this site is."""

import typing as t

from flask import Blueprint, Response

from app.atlas.show import REGIONS
from app.core import pages, panels
from app.core.policy import me, public, ungated
from app.feed.views import feed_page
from app.home import queries
from app.members import names

bp = Blueprint("home", __name__)
FIXED = ("about", "privacy", "help", "menu")


@bp.get("/")
@public
def front() -> t.Any:
    """Show the newsfeed to who is signed in, and to everybody else what this place is."""
    if me().is_authenticated:
        return feed_page()
    regions = [(tail, names.region(key)) for tail, key in REGIONS.items()]
    return pages.page(
        "home/landing.html", counts=queries.counts(), parts=panels.drawn("home", None), regions=regions
    )


def _fixed(name: str) -> t.Callable[[], Response]:
    @public
    @ungated
    def show() -> Response:
        return pages.page(
            f"pages/{name}.html", place=name, kept=queries.kept() if name == "privacy" else None
        )

    show.__doc__ = f"Show the page “{name}”."
    return show


for _name in FIXED:
    bp.add_url_rule(f"/{_name}", _name, _fixed(_name))
