"""Which duties the secretariat has given to the coalitions: people, seats, reports of their own branch."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _, lazy
from app.core.policy import me, person, require, ruled
from app.extensions import db
from app.spaces import branch
from app.spaces.models import Space

bp = Blueprint("duties", __name__)
WORDS: dict[str, t.Any] = {
    "people": lazy("Let people into the groups of the coalition, and give roles there"),
    "seats": lazy("Give and end seats of the coalition's members"),
    "reports": lazy("Decide about reports in the groups of the coalition"),
}


@bp.get("/admin/duties")
@ruled("admin.duties")
def index() -> Response:
    """Show what each coalition may do."""
    require("admin.duties", True)
    coalitions = (
        sa.select(Space).where(Space.form == "coalition", Space.visible_to(me().viewer)).order_by(Space.name)
    )
    return pages.page(
        "moderation/duties.html", place="admin", spaces=db.session.scalars(coalitions).all(), given=branch.given(),
        words=WORDS,
    )  # fmt: skip


@bp.post("/admin/duties/<int:number>")
@ruled("admin.duties")
def give(number: int) -> Response:
    """Give a coalition the duties that are ticked, and take the others."""
    space = get_or_none(Space, number)
    require("admin.duties", space if space is not None and space.form == "coalition" else None)
    duties = {duty for duty in request.form.getlist("duty") if duty in branch.DUTIES}

    def done() -> str:
        branch.give(person(), space, duties)
        return f"/admin/duties#s{number}"

    return pages.acted("admin.duties", done, _("The duties are changed."))
