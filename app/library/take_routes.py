"""Taking documents out: what was chosen in a list, all that some filters find, or a collection."""

import typing as t

from flask import Blueprint, Response, abort, request
from markupsafe import Markup

from app.core import audit, limits, pages, policy
from app.core.database import atomic, setting
from app.core.languages import _, ngettext
from app.core.policy import me
from app.library import choices, collection_routes, lists, shelves, statistics, taking
from app.library.filters import Asked

bp = Blueprint("library_take", __name__)
ZIPS_AN_HOUR = 60


@bp.get("/library/take")
@policy.public
def take() -> Response:
    """Send documents as a ZIP; say in a sentence where that is not possible."""
    numbers, name = _asked()
    if not numbers:
        return _refused(_("Nothing is chosen. Choose documents in the list first, or take all of it."))
    if request.method == "HEAD":
        return Response(mimetype="application/zip")
    who = me()
    if not limits.hit("taking", str(who.id or limits.neighbourhood()), ZIPS_AN_HOUR, 60):
        abort(429)
    try:
        found = taking.gathered(who.viewer, numbers)
    except taking.TooMuch as much:
        return _refused(_too_much(*much.args))
    if not found:
        abort(404)
    statistics.count_downloads([one.row.id for one in found if one.papers])
    _noted(who, [one.row.id for one in found])
    return taking.answer(name, name, found)


def _noted(who: t.Any, numbers: list[int]) -> None:
    """Note who took what out: of members alone, for visitors take what is open to everybody."""
    if who.is_authenticated:
        with atomic():
            audit.note(who, "library.taken", "site:1", count=len(numbers), documents=numbers)


def _asked() -> tuple[list[int], str]:
    """Return the numbers of what is asked for, and what the ZIP is called."""
    if request.args.get("what") == "chosen":
        texts = request.args.getlist("id")[: setting("TAKE_OUT_DOCUMENTS") + 1]
        chosen = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
        return list(dict.fromkeys(chosen)), str(_("Documents"))
    text = request.args.get("collection", "")
    if text.isascii() and text.isdigit() and len(text) < 19:
        one = collection_routes.found(int(text))
        most = setting("TAKE_OUT_DOCUMENTS") + 1
        return shelves.numbers(me().viewer, one, most), shelves.titled(one)[0]
    asked, _known = choices.current(me().viewer, Asked.from_args(request.args))
    return list(lists.index().find(me().viewer, asked.which).ids), str(_("Library"))


def _too_much(count: int, size: int = 0) -> Markup:
    if size:
        return _(
            "These files have %(size)s together; one ZIP holds %(most)s. Choose fewer documents.",
            size=pages.size_words(size), most=pages.size_words(setting("TAKE_OUT_MB") * 1024 * 1024),
        )  # fmt: skip
    most = setting("TAKE_OUT_DOCUMENTS")
    said = ngettext("These are %(num)d document.", "These are %(num)d documents.", count)
    return said + " " + _("One ZIP holds %(most)s. Take filters, or choose some of them.", most=most)


def _refused(why: t.Any) -> Response:
    back = pages.safe_next(policy.came_from(), "/library")
    return pages.page("library/take_refused.html", 422, place="library", why=why, back=back, error=True)
