"""The page of a region: its members on the map, its coalitions, what they talk about."""

import typing as t

from flask import Blueprint, Response, abort, request

from app.atlas import asked as addresses
from app.atlas import drawing, queries, show
from app.atlas.asked import Asked
from app.core import pages, panels, policy
from app.core.languages import language
from app.core.text import slug
from app.members import names

bp = Blueprint("regions", __name__)


class Region(t.NamedTuple):
    """A region, as other rooms' panels need it."""

    key: str
    spaces: tuple[int, ...]  # its coalitions that the reader sees


class Home(t.NamedTuple):
    """A coalition of the region, in the reader's language."""

    name: str
    url: str
    summary: str


@bp.get("/regions/<tail>")
@policy.public
def region(tail: str) -> Response:
    """Show a region."""
    key = show.REGIONS.get(tail)
    if key is None:
        abort(404)
    given = addresses.read(request.args)
    shown = show.found(Asked(region=(key,), after=given.after, before=given.before))
    found = queries.coalitions_in(shown.viewer, key)
    panel = Region(key, tuple(row.id for row in found))
    return pages.page(
        "atlas/region.html", place="members", **show.common(shown, "map"), key=key, name=names.region(key),
        drawing=show.drawing(shown), homes=[_home(row) for row in found], parts=panels.drawn("region", panel),
        cards=drawing.rows(shown.listed.rows, shown.groups, "atlas/_card.html"),
        here=lambda after, before: addresses.address(Asked(after=after, before=before), "", request.path) + "#list",
    )  # fmt: skip


def _home(row: t.Any) -> Home:
    own = row.texts.get(language(), {})
    return Home(
        own.get("name") or row.name, f"/groups/{row.id}-{slug(row.name)}", own.get("summary") or row.summary
    )
