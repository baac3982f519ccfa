"""Keeping somebody out, and letting them in again, from the page of their account: by a decision with its reason."""

import typing as t

from flask import Blueprint, Response, request

from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.panels import panel
from app.core.policy import can, person, require, ruled
from app.extensions import db
from app.members.models import Person
from app.members.suspensions import Suspension
from app.moderation import acts
from app.moderation.forms import KeepOutForm, WordsForm
from app.moderation.models import Case, Decision

bp = Blueprint("moderation_accounts", __name__)


@panel("account", order=20)
def kept_out(one: Person) -> tuple[str, dict[str, t.Any]] | None:
    """What keeps somebody out now, and the way to change that."""
    row = db.session.get(Suspension, one.id)
    if row is None and not can("moderation.keep_out", one):
        return None
    case = db.session.get_one(Decision, row.decision_id).case_id if row else 0
    return "moderation/_account.html", {"one": one, "row": row, "case": case}


def _found(number: int, act: str) -> Person:
    return t.cast(Person, require(act, get_or_none(Person, number)))


def _page(one: Person, form: t.Any, deed: str, status: int = 200) -> Response:
    return pages.page(
        "moderation/account.html", status, place="admin", noindex=True, one=one, form=form, deed=deed, error=status != 200,
        back=f"/admin/people/{one.id}",
    )  # fmt: skip


@bp.get("/admin/people/<int:number>/suspend")
@ruled("moderation.keep_out")
def suspending(number: int) -> Response:
    """Ask why somebody is kept out, and for how long."""
    return _page(_found(number, "moderation.keep_out"), KeepOutForm().offer(), "suspend")


@bp.post("/admin/people/<int:number>/suspend")
@ruled("moderation.keep_out")
def suspend(number: int) -> Response:
    """Keep somebody out; they are told why, and how to answer."""
    one = get_or_none(Person, number)
    if (
        one is None or one.state != "suspended"
    ):  # suspended already: the second of two clicks, or somebody was faster
        require("moderation.keep_out", one)
    form = KeepOutForm(request.form).offer()
    if not form.validate():
        return _page(one, form, "suspend", 422)
    said = {"reason": form.reason.data or "", "words": form.words.data or "", "days": form.days.data or 0}
    return _done(
        one,
        lambda: acts.keep_out(person(), one, **said),
        _("The account is suspended. The person was told why."),
    )


def _done(one: Person, deed: t.Callable[[], t.Any], said: t.Any) -> Response:
    back = f"/admin/people/{one.id}"

    def act() -> str:
        deed()
        return back

    try:
        return pages.acted("moderation.account", act, said)
    except acts.Past:
        db.session.rollback()
        return pages.see_other(back)


@bp.get("/admin/people/<int:number>/let-in")
@ruled("moderation.let_in")
def letting_in(number: int) -> Response:
    """Ask why somebody is let in again."""
    return _page(_found(number, "moderation.let_in"), WordsForm(), "let-in")


@bp.post("/admin/people/<int:number>/let-in")
@ruled("moderation.let_in")
def let_in(number: int) -> Response:
    """End a suspension before its time; the person is told why."""
    one = get_or_none(Person, number)
    row = db.session.get(Suspension, number) if one is not None else None
    if row is None:
        require("admin.read", one)
        return pages.see_other(f"/admin/people/{number}")
    require("moderation.let_in", one)
    form = WordsForm(request.form)
    if not form.validate():
        return _page(one, form, "let-in", 422)
    case = db.session.get_one(Case, db.session.get_one(Decision, row.decision_id).case_id)
    return _done(
        one, lambda: acts.restore(person(), case, form.words.data or ""), _("The person can come in again.")
    )
