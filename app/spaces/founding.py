"""The forms with which a group is founded, and with which who looks after it changes it."""

import typing as t

from flask import Blueprint, Response, request
from wtforms import SelectChoice

from app.core import pages
from app.core.languages import _, language, offered, own_name
from app.core.policy import can, me, person, require, ruled
from app.extensions import db
from app.spaces import acts, automatic, branch, changes, queries
from app.spaces.forms import GroupForm, SpaceForm, worded
from app.spaces.models import Space
from app.spaces.routes import found

bp = Blueprint("space_founding", __name__)


@bp.get("/groups/new")
@ruled("space.create")
def new() -> Response:
    """Show the form for a new group; `in` names where it shall lie."""
    require("space.create", True)
    wish = request.args.get("in", "")
    form = GroupForm(joining="open", sight="members", form="group", parent=wish)
    return _form(form)


@bp.post("/groups/new")
@ruled("space.create", "space.found")
def create() -> Response:
    """Found a group in a space that who acts looks after."""
    require("space.create", True)
    form = GroupForm(request.form)
    _choices(form)
    if not form.validate():
        return _form(form, 422)
    parent = found(form.parent.data, "space.found")
    names = ("name", "summary", "sight", "joining", "form")
    wish: dict[str, t.Any] = {name: form[name].data for name in names} | {"rule": _rule(form)}
    return pages.acted(
        "space.create",
        lambda: acts.found_group(person(), parent=parent, **wish).url,
        _("The group is there. You look after it."),
    )


def _choices(form: GroupForm) -> None:
    """Fill in where the group may lie: what who acts looks after, as a tree of any depth."""
    rows = queries.flat(queries.tree(me().viewer))
    mine = {group.id for group in me().groups if group.role == "facilitator"}
    spaces = {one.id: one for one in db.session.query(Space).filter(Space.id.in_([e.id for e, _n in rows]))}
    open_to = [
        (one, depth) for one, depth in rows if (one.id in mine or me().steward) and can("space.found", spaces[one.id])
    ]  # fmt: skip
    form.parent.choices = [SelectChoice(one.id, "– " * depth + one.name) for one, depth in open_to]
    form.coalitions = {one.id for one, _depth in open_to if one.form == "coalition"}
    _offer(form, form.parent.data)


def _offer(form: SpaceForm, around: int | None) -> None:
    """Tell the form where the group lies, and let it offer whose people may be in by themselves."""
    coalitions = queries.coalitions(me().viewer)
    number = branch.coalition_of(around)
    own = db.session.get(Space, number) if number else None
    form.in_coalition = own is not None
    form.offer({key: row.name for key, row in coalitions.items()}, me().steward, own.key if own else "")


def _rule(form: SpaceForm) -> dict[str, str]:
    return form.rule() if form.joining.data == "automatic" else {}


def _form(form: GroupForm, status: int = 200) -> Response:
    _choices(form)
    return pages.page("spaces/new.html", status, place="groups", form=form, error=status == 422)


# --- change ---------------------------------------------------------------------------------------------------


@bp.get("/groups/<int:number>/edit")
@ruled("space.edit")
def edit(number: int) -> Response:
    """Show what a space is called, who sees it and how one gets in, as a form."""
    space = found(number, "space.edit")
    return _edit(space, _changed(space, None))


@bp.post("/groups/<int:number>/edit")
@ruled("space.edit")
def edited(number: int) -> Response:
    """Change it."""
    space = found(number, "space.edit")
    form = _changed(space, request.form)
    if not form.validate():
        return _edit(space, form, 422)
    who = person()
    values: dict[str, t.Any] = {
        name: form[name].data for name in ("name", "summary", "sight", "joining") if name in form
    }
    if "joining" in form:
        values["rule"] = _rule(form)

    said = {code: {part: form[f"{part}_{code}"].data for part in changes.WORDS} for code in offered()}

    def done() -> str:
        changes.change_space(who, space, said, **values)
        return space.url

    return pages.acted("space.edit", done, _("The group is changed."))


def _changed(space: Space, sent: t.Any) -> SpaceForm:
    before = {f"rule_{name}": value for name, value in automatic.wished(space.rule).items()}
    before |= {
        f"{part}_{code}": changes.own_words(space, code, part) for code in offered() for part in changes.WORDS
    }
    form = worded(SpaceForm, offered())(sent, obj=space, **before)
    _offer(form, space.id if space.form == "coalition" else space.parent_id)
    if space.form in ("network", "coalition") and not me().steward or space.form == "network":
        del form.sight, form.joining  # who sees a whole coalition is the secretariat's to say
    return form


def _edit(space: Space, form: SpaceForm, status: int = 200) -> Response:
    meant = automatic.meant(space.rule) if space.joining == "automatic" else 0
    return pages.page(
        "spaces/edit.html", status, place="groups", space=space, form=form, name=space.text("name", language()),
        error=status == 422, codes=[(code, own_name(code)) for code in offered()], meant=meant,
    )  # fmt: skip
