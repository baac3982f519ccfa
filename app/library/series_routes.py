"""The page of a series: what it is, and its documents by number."""

import re
import typing as t

from flask import Blueprint, Response, abort

from app.core import pages, policy, watches
from app.core.policy import me
from app.library import drawing, lists, terms_admin, vocabularies
from app.library.filters import Asked

bp = Blueprint("library_series", __name__)
MOST = 300


@bp.get("/library/series/<key>")
@policy.public
def show(key: str) -> Response:
    """Show a series; the address of one that became another leads there."""
    now = vocabularies.merged().get("series", {}).get(key, key)
    if now != key:
        return pages.see_other(f"/library/series/{now}")
    term = vocabularies.series(key)
    if term is None:
        abort(404)
    viewer = me().viewer
    found = lists.index().find(viewer, Asked(series=(key,)))
    rows = sorted(lists.some(viewer, found.ids[:MOST]), key=_number, reverse=True)
    if not rows and not me().is_authenticated:
        abort(404)
    return pages.page(
        "library/series.html", place="library", title=terms_admin.label(term.labels), facts=term.facts, key=key,
        level=watches.level(me().id, f"docseries:{key}"),
        rows=[(row.series_number, drawing.row_of(row)) for row in rows], total=len(found.ids),
    )  # fmt: skip


def _number(row: t.Any) -> tuple[int, str, t.Any]:
    """Return the place of a document in its series: numbers as numbers, what follows them as words."""
    match = re.match(r"\D*(\d{1,9})", row.series_number)
    return (int(match[1]) if match else -1, row.series_number, row.sorted)
