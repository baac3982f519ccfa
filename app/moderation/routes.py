"""The queue of those who decide, and the page of one case."""

import typing as t

from flask import Blueprint, Response, request

from app.core import pages
from app.core.database import LARGEST_ID, get_or_none, locate
from app.core.languages import _
from app.core.policy import can, person, require, ruled
from app.extensions import db
from app.moderation import acts, deeds, desk, queries, words
from app.moderation.forms import AnswerForm, DecideForm, WordsForm
from app.moderation.models import Case, Decision

bp = Blueprint("moderation", __name__, url_prefix="/moderation")


@bp.get("")
@ruled("moderation.queue")
def index() -> Response:
    """Show what waits, newest first."""
    who = require("moderation.queue", person())
    show, after = request.args.get("show", ""), request.args.get("after", "")
    show = show if show in queries.SHOWN else ""
    good = after.isascii() and after.isdigit() and len(after) < 20
    rows = queries.queue(who.viewer, show, min(int(after), LARGEST_ID) if good else None)
    shown = rows[: queries.PAGE]
    return pages.page(
        "moderation/queue.html", place="moderation", noindex=True, rows=shown, show=show, words=words, who=who,
        reasons=queries.reasons(shown), ends=queries.ends(shown), counts=queries.waiting(who.viewer), first=not good,
        older=shown[-1].id if len(rows) > queries.PAGE else None,
    )  # fmt: skip


@bp.get("/count")
@ruled("moderation.queue")
def count() -> Response:
    """Return the number in the rail, counted anew."""
    who = require("moderation.queue", person())
    return pages.fragment("moderation/_count.html", number=desk.counted(who))


def found(number: int, act: str = "moderation.read") -> Case:
    """Return a case, if who acts may do this to it."""
    return t.cast(Case, require(act, get_or_none(Case, number)))


@bp.get("/<int:number>")
@ruled("moderation.read")
def one(number: int) -> Response:
    """Show a case with all that is needed to decide it."""
    return page(found(number))


def page(case: Case, status: int = 200, **forms: t.Any) -> Response:
    """Return the page of a case; `forms` are those that were sent, with their words."""
    who, thing = person(), locate(case.about)
    told = queries.reports(case)
    decisions = queries.decisions(case)
    appealed = next((row.Decision for row in decisions if row.Decision.appealed), None)
    form = forms.get("form") or DecideForm().offer(
        case.about.partition(":")[0], can("moderation.suspend", case), told[0].reason if told else "other"
    )
    undoable = can("moderation.suspend", case) if deeds.kept_out(case) else deeds.hidden(case)
    return pages.page(
        "moderation/case.html", status, place="moderation", noindex=True, case=case, thing=thing, told=told, words=words,
        form=form, earlier=queries.earlier(case, who.viewer), decisions=decisions, undoable=undoable,
        late="late" in request.args,
        around=queries.around(case, who.viewer), kind=words.KINDS[case.about.partition(":")[0]],
        back=forms.get("back") or WordsForm(), answering=forms.get("answering") or AnswerForm(),
        appealed=appealed, mine=case.author_id == who.id,
        may_answer=appealed is not None and can("moderation.answer", Asked(case, appealed)),
        seen=thing is not None and thing.readable_by(who.viewer), error=status >= 400,
    )  # fmt: skip


def _decided(case: Case, act: str, done: t.Callable[[], t.Any], said: t.Any) -> Response:
    def deed() -> str:
        done()
        return case.url

    desk.recount()
    try:
        return pages.acted(act, deed, said)
    except acts.Past:  # somebody else was faster: the page says what was decided
        db.session.rollback()
        return pages.see_other(f"{case.url}?late=1")


@bp.post("/<int:number>")
@ruled("moderation.decide")
def decide(number: int) -> Response:
    """Decide a case."""
    case = found(number, "moderation.decide")
    form = DecideForm(request.form).offer(case.about.partition(":")[0], can("moderation.suspend", case))
    if not form.validate():
        return page(case, 422, form=form)
    values = {"reason": form.reason.data or "", "words": form.words.data or "", "days": form.days.data or 0}
    return _decided(
        case, "moderation.decide", lambda: acts.decide(person(), case, form.deed.data or "", **values),
        _("It is decided. The record keeps it."),
    )  # fmt: skip


@bp.post("/<int:number>/restore")
@ruled("moderation.decide", "moderation.suspend")
def restore(number: int) -> Response:
    """Put back what was hidden; let in who is kept out, for who may keep out."""
    case, form = found(number, "moderation.decide"), WordsForm(request.form)
    if deeds.kept_out(case):
        require("moderation.suspend", case)
    if not form.validate():
        return page(case, 422, back=form)
    said = form.words.data or ""
    return _decided(case, "moderation.restore", lambda: acts.restore(person(), case, said), _("It is back."))


@bp.post("/<int:number>/answer")
@ruled("moderation.answer")
def answer(number: int) -> Response:
    """Answer who asked for another look."""
    case = found(number)
    appealed = next((row.Decision for row in queries.decisions(case) if row.Decision.appealed), None)
    if appealed is None:
        return pages.see_other(case.url)
    require("moderation.answer", Asked(case, appealed))
    form = AnswerForm(request.form)
    if not form.validate():
        return page(case, 422, answering=form)
    changed, said = form.answer.data == "changed", form.words.data or ""
    return _decided(
        case, "moderation.answer", lambda: acts.answer(person(), case, appealed, changed=changed, words=said),
        _("It is decided. The record keeps it."),
    )  # fmt: skip


class Asked(t.NamedTuple):
    """What the rule for answers is asked about: a case, and the decision that its author wants looked at again."""

    case: Case
    decision: Decision
