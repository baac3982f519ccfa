"""The search page."""

from collections import Counter

from flask import Blueprint, Response, abort, request

from app.core import limits, pages, policy
from app.core.languages import lazy
from app.core.text import clean_line
from app.search import query

bp = Blueprint("search", __name__)
PAGE = 20
A_MINUTE = 60  # searches of one person, or of a visitor's neighbourhood
# Kind of entry → icon, class of its colour, word for one, word for the filter.
KINDS = {
    "thread": ("messages-square", "talk", lazy("Discussion"), lazy("Discussions")),
    "update": ("send", "talk", lazy("Update"), lazy("Updates")),
    "organisation": ("users", "member", lazy("Member"), lazy("Members")),
    "person": ("user", "member", lazy("Person"), lazy("People")),
    "space": ("users", "plan", lazy("Group"), lazy("Groups")),
}


@bp.get("/search")
@policy.public
def search() -> Response:
    """Find in everything that the reader may see."""
    who = policy.me()
    if not limits.hit("search", str(who.id or limits.neighbourhood()), A_MINUTE, 1):
        abort(429)
    asked = clean_line(request.args.get("q"))[:200]
    kind = request.args.get("kind", "")
    hits, wanted = query.find(asked, who.viewer)
    counts = Counter(hit.entry.kind for hit in hits)
    chosen = [hit for hit in hits if hit.entry.kind == kind] if kind in KINDS else hits
    start = _start(request.args.get("from", ""))
    shown = [(hit.entry, query.marks(hit.entry.title, wanted, hit.entry.lang), query.snippet(hit.entry, wanted))
             for hit in chosen[start : start + PAGE]]  # fmt: skip
    return pages.page(
        "search/search.html", q=asked, kind=kind if kind in KINDS else "", kinds=KINDS, counts=counts, shown=shown,
        total=len(chosen), all=len(hits), more=start + PAGE if len(chosen) > start + PAGE else 0, noindex=True,
    )  # fmt: skip


def _start(text: str) -> int:
    return min(int(text), query.BOUND * 2) if text.isascii() and text.isdigit() and len(text) < 6 else 0
