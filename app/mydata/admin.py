"""The secretariat's side: erasing somebody at once, with a reason."""

import typing as t

from flask import Blueprint, Response

from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import person, require, ruled
from app.members import proof
from app.members.models import Person
from app.mydata import acts
from app.mydata.forms import Order
from app.mydata.routes import last_one

bp = Blueprint("mydata_admin", __name__)


def _found(number: int) -> Person:
    """Return the person; one whom nobody may see any longer can still be erased, an erased one is gone."""
    require("mydata.orders", True)
    one = t.cast("Person | None", get_or_none(Person, number))
    return t.cast(Person, require("mydata.order", None if one is None or one.state == "erased" else one))


@bp.get("/admin/people/<int:number>/erase")
@ruled("mydata.order", "mydata.orders")
def asking(number: int) -> Response:
    """Say what an erasure does, and ask for a reason."""
    one = _found(number)
    return proof.first(person()) or _page(one, Order(formdata=None, words="keep"))


def _page(one: Person, form: Order, status: int = 200, notice: t.Any = None) -> Response:
    return pages.page(
        "mydata/order.html", status, place="admin", noindex=True, one=one, form=form, error=status >= 400,
        more=[notice] if notice else [],
    )  # fmt: skip


@bp.post("/admin/people/<int:number>/erase")
@ruled("mydata.order", "mydata.orders")
def order(number: int) -> Response:
    """Erase somebody at once."""
    who, form = person(), Order()
    gone = get_or_none(Person, number)
    if gone is not None and gone.state == "erased" and who.steward:
        require("mydata.orders", True)
        return pages.see_other("/admin")
    one = _found(number)
    first = proof.first(who)
    if first:
        return first
    if not form.validate():
        return _page(one, form, 422)

    def done() -> str:
        acts.order(who, one, form.words.data or "keep", form.reason.data or "")
        return "/admin"

    try:
        return pages.acted("mydata.order", done, _("The account is being erased."))
    except acts.LastOne:
        return _page(one, form, 409, last_one())
