"""Reading the terms, and accepting them."""

from flask import Blueprint, Response, abort, request

from app.core import languages, pages
from app.core.languages import _
from app.core.policy import Me, me, person, public, require, ruled, ungated
from app.terms import acts, gate, queries
from app.terms.forms import Accept

bp = Blueprint("terms", __name__)


@bp.get("/terms")
@bp.get("/terms/<int:number>")
@public
@ungated
def show(number: int = 0) -> Response:
    """Show the terms that hold, or an earlier edition."""
    newest = gate.newest()
    one = queries.edition(number or newest)
    words = queries.words(number or newest, request.args.get("language", "")[:12]) if one else None
    if number and one is None:
        abort(404)
    who = me()
    return pages.page(
        "terms/show.html", edition=one, words=words, newest=newest, editions=queries.editions() if one else [],
        due=isinstance(who, Me) and bool(gate.due(who)), others=queries.in_languages(one.id) if one else [],
        own_name=languages.own_name,
    )  # fmt: skip


@bp.get(gate.PAGE)
@ruled("terms.accept")
@ungated
def ask() -> Response:
    """Ask for consent."""
    if not gate.due(require("terms.accept", person())):
        return pages.see_other(pages.safe_next(request.args.get("next")))
    return _page(Accept(formdata=None, next=pages.safe_next(request.args.get("next"))))


def _page(form: Accept, status: int = 200) -> Response:
    newest = gate.newest()
    return pages.page(
        "terms/accept.html", status, form=form, edition=queries.edition(newest), words=queries.words(newest),
        again=person().terms > 0, error=status != 200, noindex=True,
    )  # fmt: skip


@bp.post(gate.PAGE)
@ruled("terms.accept")
@ungated
def accepted() -> Response:
    """Keep the consent; it is for the edition that was shown, never for one that came meanwhile."""
    who, form, newest = require("terms.accept", person()), Accept(), gate.newest()
    on = pages.safe_next(form.next.data)
    if not gate.due(who):
        return pages.see_other(on)
    if request.form.get("edition") != str(newest):
        form.form_errors.append(_("A newer edition came meanwhile. Read this one."))
        return _page(form, 422)
    if not form.validate():
        return _page(form, 422)
    words = queries.words(newest)

    def done() -> str:
        acts.accept(who, newest, words.language if words else "")
        return on

    return pages.acted("terms.accept", done)
