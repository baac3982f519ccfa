"""A seat that somebody with an account is offered: one page, yes or no. Only who has the address sees it."""

import typing as t

from flask import Blueprint, Response, abort

from app.arrivals import acts, queries, words
from app.arrivals.models import Invitation
from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.panels import panel
from app.core.policy import me, person, require, ruled
from app.extensions import db
from app.members.models import Organisation

bp = Blueprint("offers", __name__)


def _found(number: int) -> Invitation:
    one = t.cast("Invitation | None", get_or_none(Invitation, number))
    if one is None or one.person_id != person().id:
        abort(404)
    return t.cast(Invitation, require("arrivals.answer", one))


@panel("person", order=5, column="side")
def waiting(one: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """The seats that wait for a yes, on one's own page: a mail may be lost."""
    rows = queries.offered(one.id) if one.id == me().id else []
    return ("arrivals/_offers.html", {"rows": rows}) if rows else None


@bp.get("/offers/<int:number>")
@ruled("arrivals.answer")
def offer(number: int) -> Response:
    """Show what one is offered."""
    one = _found(number)
    organisation = db.session.get_one(Organisation, one.organisation_id)
    return pages.page(
        "arrivals/offer.html", place="home", noindex=True, offer=one, one=organisation, holds=acts.may_still(one),
        role=words.role_word(one.role),
    )  # fmt: skip


@bp.post("/offers/<int:number>/accept")
@ruled("arrivals.answer")
def accept(number: int) -> Response:
    """Take the seat."""
    one, who = _found(number), person()

    def done() -> str:
        organisation = db.session.get_one(Organisation, one.organisation_id)
        return organisation.url if acts.accept(who, one) else f"/offers/{one.id}"

    return pages.acted("arrivals.accept", done)


@bp.post("/offers/<int:number>/decline")
@ruled("arrivals.answer")
def decline(number: int) -> Response:
    """Say no."""
    one, who = _found(number), person()

    def done() -> str:
        acts.decline(who, one)
        return "/"

    return pages.acted("arrivals.decline", done, _("You did not take the seat. Nothing else changed."))
