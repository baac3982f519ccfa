"""What the author of something reads about a decision, and asking for another look: signed in, or by a mailed address."""

import datetime as dt
import typing as t

from flask import Blueprint, Response, abort, request

from app.core import clock, limits, pages
from app.core.database import get_or_none, setting
from app.core.languages import _
from app.core.policy import public, require, ruled
from app.extensions import db
from app.members import suspensions
from app.members.doors import door
from app.moderation import acts, desk, words
from app.moderation.forms import WordsForm
from app.moderation.models import Case, Decision, open_to_appeal

bp = Blueprint("moderation_answers", __name__)


def found(number: int, act: str = "moderation.read") -> Decision:
    """Return a decision, if who acts may do this to it."""
    return t.cast(Decision, require(act, get_or_none(Decision, number)))


def _values(decision: Decision, form: WordsForm) -> dict[str, t.Any]:
    case = db.session.get_one(Case, decision.case_id)
    until = decision.at + dt.timedelta(days=setting("APPEAL_DAYS"))
    may = open_to_appeal(decision) and case.author_id is not None and clock.now() < until
    return {"decision": decision, "case": case, "form": form, "words": words, "until": until, "may": may}


@bp.get("/decisions/<int:number>")
@ruled("moderation.read")
def show(number: int) -> Response:
    """Show a decision to whom it concerns."""
    return _page(found(number), WordsForm())


def _page(decision: Decision, form: WordsForm, status: int = 200) -> Response:
    values = _values(decision, form)
    return pages.page("moderation/decision.html", status, noindex=True, error=status == 422, **values)


@bp.post("/decisions/<int:number>/appeal")
@ruled("moderation.appeal")
def appeal(number: int) -> Response:
    """Ask for another look."""
    decision, form = found(number, "moderation.appeal"), WordsForm(request.form)
    if not _values(decision, form)["may"]:
        return pages.see_other(decision.url)
    if not form.validate():
        return _page(decision, form, 422)

    def done() -> str:
        acts.appeal(decision, form.words.data or "")
        return decision.url

    return _asked(done, decision.url)


def _asked(done: t.Callable[[], str], back: str) -> Response:
    desk.recount()
    try:
        return pages.acted(
            "moderation.appeal", done, _("Somebody else will look at it. You hear of it by mail.")
        )
    except acts.Past:
        db.session.rollback()
        return pages.see_other(back)


def _mailed(token: str) -> Decision:
    """Return the decision of a mailed address; wrong ones are counted like all tries at a door."""
    number = suspensions.appealed_from(token)
    if number is None and limits.door(""):
        abort(429)
    return t.cast(Decision, get_or_none(Decision, number or 0) or abort(404))


@bp.get("/appeals/<token>")
@public
def mailed(token: str) -> Response:
    """Show a decision to who has its address: who is kept out cannot sign in for it."""
    return _door(_mailed(token), WordsForm(), token)


def _door(decision: Decision, form: WordsForm, token: str, status: int = 200) -> Response:
    return door("moderation/mailed.html", status, token=token, **_values(decision, form))


@bp.post("/appeals/<token>")
@public
def mailed_appeal(token: str) -> Response:
    """Ask for another look by a mailed address."""
    decision, form = _mailed(token), WordsForm(request.form)
    values = _values(decision, form)
    if not values["may"]:
        return pages.see_other(f"/appeals/{token}")
    if not form.validate():
        return _door(decision, form, token, 422)

    def done() -> str:
        acts.appeal(decision, form.words.data or "")
        return f"/appeals/{token}"

    return _asked(done, f"/appeals/{token}")
