"""Entering an action and changing what it says."""

import typing as t

from flask import Response, request
from markupsafe import Markup
from wtforms import SelectChoice

from app.actions import acts, care, choices, hearers, naming, show
from app.actions.acts import BUILDS, FROM
from app.actions.forms import ActionForm
from app.actions.models import Action
from app.actions.pages import found
from app.actions.routes import bp
from app.core import languages, pages
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import can, me, person, require, ruled
from app.extensions import db
from app.spaces import queries as spaces
from app.spaces.elsewhere import audience_word
from app.spaces.models import Space


@bp.get("/actions/new")
@ruled("actions.write")
def new() -> Response:
    """Show the form of a new action."""
    require("actions.write", True)
    args, viewer = request.args, me().viewer
    about = naming.thing_at(args.get("from", "")[:300], viewer)
    form = ActionForm(
        formdata=None, language=languages.language(), space=args.get("group", ""), title=args.get("title", "")[:160],
        came_from=about.url if about is not None else "", lead=_own_lead(),
        origin=args.get("origin", ""),
    )  # fmt: skip
    return _form(form, None)


def _own_lead() -> str:
    seat = next((seat for seat in me().seats if seat.may_answer), None)
    return f"{seat.name} ({seat.code})" if seat else ""


@bp.post("/actions/new")
@ruled("actions.write", "actions.propose")
def propose() -> Response:
    """Take a new action."""
    require("actions.write", True)
    form, who = ActionForm(), person()
    _offer(form, None)
    if not form.validate():
        return _form(form, None, 422)
    space = require("actions.propose", get_or_none(Space, form.space.data))

    def done() -> str:
        voice = who.voice(form.made.get("lead_id"))
        return acts.propose(
            who, space, audience=form.audience.data, organisation=voice, partner_ids=form.made.get("partner_ids", ()),
            themes=form.themes.data or (), ties=form.made.get("ties"), **form.fields(),
        ).url  # fmt: skip

    return pages.acted("actions.propose", done, _("The action is proposed."))


@bp.get("/actions/<int:number>/edit")
@ruled("actions.edit")
def edit(number: int) -> Response:
    """Show an action as a form."""
    action = found(number, "actions.edit")
    viewer, tied = me().viewer, show.tied(action, me().viewer)
    plain = ("title", "detail", "language", "asked", "for_whom", "begins", "ends", "rhythm", "form", "funding", "means",
             "builds_on")  # fmt: skip
    lead = naming.written([action.lead_id], viewer) if action.lead_id else []
    form = ActionForm(
        formdata=None, **{name: getattr(action, name) for name in plain}, line_=action.line, origin=action.origin_id or 0,
        space=action.space_id, audience=audience_word(action), lead=lead[0] if lead else "", themes=show.themes_of(action),
        sdgs=action.sdgs.split(), commitments=action.commitments.split(),
        partners="\n".join(naming.written(care.partners(action), viewer)),
        came_from="\n".join(thing.url for thing in tied[FROM]), builds="\n".join(thing.url for thing in tied[BUILDS]),
    )  # fmt: skip
    return _form(form, action)


@bp.post("/actions/<int:number>/edit")
@ruled("actions.edit")
def edited(number: int) -> Response:
    """Change what an action says."""
    action, form, who = found(number, "actions.edit"), ActionForm(), person()
    _offer(form, action)
    if not form.validate():
        return _form(form, action, 422)

    def done() -> str:
        sharing, ties, fields = _with_unseen(action, form)
        acts.change(
            who, action, fields, audience=form.audience.data, partner_ids=sharing, themes=form.themes.data or (), ties=ties
        )  # fmt: skip
        return action.url

    return pages.acted("actions.edit", done, _("The action is changed."))


def _with_unseen(
    action: Action, form: ActionForm
) -> tuple[list[int], dict[str, list[str]], dict[str, t.Any]]:
    """Return what the form says, with what stands there and its writer does not see: nobody takes off what they cannot see."""
    viewer, fields = me().viewer, form.fields()
    before = care.partners(action)
    seen = show.houses([number for number in (action.lead_id, *before) if number], viewer)
    if action.lead_id and action.lead_id not in seen and fields["lead_id"] is None:
        fields["lead_id"] = action.lead_id
    if (
        action.origin_id
        and fields["origin_id"] is None
        and str(action.origin_id) not in choices.origins(viewer)
    ):
        fields["origin_id"] = action.origin_id
    sharing = [*form.made.get("partner_ids", ()), *(number for number in before if number not in seen)]
    kept, shown = show.ties_of(action), show.tied(action, viewer)
    ties = {
        kind: [
            *form.made["ties"][kind],
            *(ref for ref in kept[kind] if ref not in {one.ref for one in shown[kind]}),
        ]
        for kind in (FROM, BUILDS)
    }
    return sharing, ties, fields


def _offer(form: ActionForm, action: Action | None) -> None:
    """Fill in the groups, the meetings, and whom the writer may name."""
    viewer, form.made = me().viewer, {}
    rows = spaces.flat(spaces.tree(viewer))
    known = {
        space.id: space for space in db.session.query(Space).filter(Space.id.in_([e.id for e, _n in rows]))
    }
    open_to = [
        (e, n) for e, n in rows if (action and e.id == action.space_id) or can("actions.propose", known[e.id])
    ]
    open_to = [
        row for row in open_to if action is None or row[0].id == action.space_id
    ]  # it stays in its group
    if action is not None and not open_to:
        open_to = [(db.session.get_one(Space, action.space_id), 0)]  # type: ignore[list-item]
        known[action.space_id] = t.cast(Space, open_to[0][0])
    form.space.choices = [SelectChoice(e.id, "– " * n + e.name) for e, n in open_to]
    form.offers = {e.id: known[e.id].offers() for e, _n in open_to}
    form.origin.choices = [
        SelectChoice(0, "–"),
        *(SelectChoice(int(key), word) for key, word in choices.origins(viewer).items()),
    ]
    form.viewer = viewer
    form.own = [number for number in (action.lead_id, *care.partners(action)) if number] if action else []
    place = action or known.get(form.space.data or 0)
    if place is None or not can("actions.name", place):
        form.may_name = [seat.id for seat in me().seats if seat.may_answer]


def _form(form: ActionForm, action: Action | None, status: int = 200) -> Response:
    if not form.space.choices:
        _offer(form, action)
    return pages.page(
        "actions/form.html", status, place="actions", form=form, it=action, error=status == 422,
        origins=len(form.origin.choices) > 1, names_all=form.may_name is None,
        hearers=_hearers(form) if action is None else "",
    )  # fmt: skip


def _hearers(form: ActionForm) -> Markup:
    """Return who will see the action, as the form stands: without a choice its first group is meant."""
    chosen = form.space.data or (form.space.choices[0].value if form.space.choices else 0)
    return hearers.of_action(chosen, form.audience.data)
