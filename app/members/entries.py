"""Changing an organisation's entry: its first contacts, and the secretariat."""

import typing as t

from flask import Blueprint, Response

from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.members import acts, organisation_forms, queries
from app.members.models import Organisation

bp = Blueprint("entries", __name__)


def looked_after(number: int, act: str = "organisation.edit") -> Organisation:
    """Return an organisation that who acts may look after."""
    return t.cast(Organisation, require(act, get_or_none(Organisation, number)))


def _form(one: Organisation, **given: t.Any) -> t.Any:
    who = me()
    return organisation_forms.entry(one, who.steward, queries.coalitions(who.viewer), **given)


def _page(one: Organisation, form: t.Any, status: int = 200) -> Response:
    return pages.page(
        "members/edit.html", status, place="members", one=one, form=form, error=status != 200,
        kinds=organisation_forms, noindex=True,
    )  # fmt: skip


@bp.get("/members/<int:number>/edit")
@ruled("organisation.edit")
def edit(number: int) -> Response:
    """Show the entry as a form."""
    one = looked_after(number)
    return _page(one, _form(one, formdata=None))


@bp.post("/members/<int:number>/edit")
@ruled("organisation.edit")
def edited(number: int) -> Response:
    """Change the entry."""
    one, who = looked_after(number), person()
    form = _form(one)
    if not form.validate():
        return _page(one, form, 422)

    def change() -> str:
        values = organisation_forms.values(form, one, who.steward)
        acts.change_organisation(who, one, themes=form.themes.data, languages=form.languages.data, **values)
        return one.url

    return pages.acted("organisation.edit", change, _("The entry is saved."))
