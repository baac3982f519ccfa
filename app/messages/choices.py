"""One's own choices: who may begin to write, and from whom one does not want to hear."""

import typing as t

from flask import Blueprint, Response, request

from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import Me, person, require, ruled
from app.members.models import Person
from app.messages import people
from app.messages.forms import Choose

bp = Blueprint("message_choices", __name__)
HERE = "/settings/messages"


def _me() -> Me:
    return t.cast(Me, require("messages.own", person()))


@bp.get(HERE)
@ruled("messages.own")
def index() -> Response:
    """Show what is chosen."""
    who = _me()
    return _page(who, Choose(formdata=None, who=people.choice_of(who.id)))


def _page(who: Me, form: Choose, status: int = 200) -> Response:
    return pages.page(
        "settings/messages.html", status, tab="messages", noindex=True, error=status != 200, form=form,
        refused=people.refused(who),
    )  # fmt: skip


@bp.post(HERE)
@ruled("messages.own")
def saved() -> Response:
    """Keep who may begin to write."""
    who, form = _me(), Choose()
    if not form.validate():
        return _page(who, form, 422)

    def change() -> str:
        people.choose(who, form.who.data)
        return HERE

    return pages.acted("messages.choose", change, _("Saved."))


@bp.post("/people/<int:number>/<any(refuse, allow):deed>")
@ruled("messages.refuse")
def refuse(number: int, deed: str) -> Response:
    """Do not want to be written to by somebody, or take that back."""
    other: t.Any = get_or_none(Person, number)
    require("messages.refuse", other if other is not None and other.state != "invited" else None)
    back = pages.safe_next(request.form.get("next"), HERE)

    def done() -> str:
        (people.refuse if deed == "refuse" else people.allow)(person(), other)
        return back

    return pages.acted("messages.refuse", done)
