"""The form with which the secretariat founds a working group."""

import typing as t

from flask import Blueprint, Response, request
from wtforms import SelectChoice

from app.core import pages
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.spaces import acts, queries
from app.spaces.forms import GroupForm
from app.spaces.routes import found

bp = Blueprint("space_founding", __name__)


@bp.get("/groups/new")
@ruled("space.create")
def new() -> Response:
    """Show the form for a new group."""
    require("space.create", True)
    return _form(GroupForm(joining="open", sight="members"))


@bp.post("/groups/new")
@ruled("space.create")
def create() -> Response:
    """Found a group."""
    require("space.create", True)
    form = GroupForm(request.form)
    form.parent.choices = _parents()
    if not form.validate():
        return _form(form, 422)
    wish: dict[str, t.Any] = {name: form[name].data for name in ("name", "summary", "sight", "joining")}
    parent = found(form.parent.data)
    return pages.acted(
        "space.create",
        lambda: acts.found_group(person(), parent=parent, **wish).url,
        _("The group is there. You look after it."),
    )


def _parents() -> list[SelectChoice]:
    everything = [one for top in queries.tree(me().viewer) for one in (top, *top.below)]
    return [SelectChoice(one.id, one.name) for one in everything if one.form != "group"]


def _form(form: GroupForm, status: int = 200) -> Response:
    form.parent.choices = _parents()
    return pages.page("spaces/new.html", status, place="groups", form=form, error=status == 422)
