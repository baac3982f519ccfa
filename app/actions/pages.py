"""The page of one action; following it, and taking part."""

import typing as t

from flask import Response, redirect, request
from markupsafe import Markup

from app.actions import acts, care, show
from app.actions.forms import EvidenceForm, MilestoneForm, NoteForm, StateForm
from app.actions.models import Action
from app.actions.routes import bp
from app.core import apart, hearing, pages, panels, watches
from app.core.activity import highest
from app.core.audience import PUBLIC, is_apart, rooms_of
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import can, me, person, require, ruled


def found(number: int, act: str = "actions.read") -> Action:
    """Return an action, if who looks may do this to it; one that was taken away is not there."""
    one = t.cast("Action | None", get_or_none(Action, number))
    return t.cast(Action, require(act, None if one is None or one.removed else one))


@bp.get("/actions/<int:number>")
@bp.get("/actions/<int:number>-<path:tail>")
@ruled("actions.read", public=True)
def show_one(number: int, tail: str = "") -> t.Any:
    """Show an action."""
    action = found(number)
    if f"/actions/{action.id}-{tail}" != action.url:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        return redirect(action.url + query, 301)
    return page(action)


def page(action: Action, status: int = 200, **given: t.Any) -> Response:
    """Return the page of an action; forms that were sent and are wrong come with what was written."""
    who = me()
    may = {act: can(f"actions.{act}", action) for act in ("edit", "state", "note", "join", "remove", "show")}
    forms = {
        "state_form": StateForm(formdata=None, state=action.state), "milestone_form": MilestoneForm(formdata=None),
        "note_form": NoteForm(formdata=None, readers="all").offer(inside_words(action)),
        "evidence_form": EvidenceForm(formdata=None), **given,
    }  # fmt: skip
    return pages.page(
        "actions/action.html", status, place="actions", last=highest(), who=who, may=may, error=status == 422,
        **show.values(action, who.viewer), **forms, wrong=[form for form in given.values() if form.errors],
        level=watches.level(who.id, action.ref) if who.id else "", readers=readers(action),
        apart=apart.of(action.ref) if is_apart(action.audience_id) else None, seats=own_seats(action),
        main=panels.drawn("action", action), side=panels.drawn("action", action, "side"),
        may_report=can("moderation.report", action) if who.id else False,
        hearers=note_line(action, forms["note_form"].readers.data) if may["note"] else "",
        noindex=PUBLIC not in rooms_of(action.audience_id),
    )  # fmt: skip


def inside_words(action: Action) -> t.Any:
    """Say who reads internal notes of an action."""
    if care.inside_alone(action):
        return _("Internal: members of the group, as the action itself")
    return _("Internal: its lead and partners, who looks after the group, and the secretariat")


def note_line(action: Action, chosen: str, whole: bool = False) -> Markup:
    """Return the line that says who will see a note: all readers of the action, or those who carry it."""
    rooms = care.inside_rooms(action) if chosen == "inside" else rooms_of(action.audience_id)
    what = hearing.said(
        "actions.noted", person(), rooms=rooms, space_id=action.space_id, root=action.ref, whole=whole, action=action.ref
    )  # fmt: skip
    return hearing.line(what)


def readers(action: Action) -> t.Any:
    """Say who reads an action."""
    rooms = rooms_of(action.audience_id)
    if PUBLIC in rooms:
        return _("Everyone, also without an account")
    return _("Members of the network") if "members" in rooms else _("Members of the group only")


def own_seats(action: Action) -> list[tuple[t.Any, bool]]:
    """Return the organisations for which the reader may say that they take part, and whether they do."""
    sharing = care.partners(action)
    return [
        (seat, seat.id in sharing) for seat in me().seats if seat.may_answer and seat.id != action.lead_id
    ]


# --- following, taking part -----------------------------------------------------------------------------------


@bp.post("/actions/<int:number>/<any(follow, unfollow):deed>")
@ruled("actions.follow")
def follow(number: int, deed: str) -> Response:
    """Hear of how an action goes, or no longer."""
    action, who = found(number, "actions.follow"), person()

    def done() -> str:
        acts.follow(who, action, deed == "follow")
        return action.url

    return pages.acted("actions.follow", done)


@bp.post("/actions/<int:number>/<any(join, leave):deed>")
@ruled("actions.join")
def join(number: int, deed: str) -> Response:
    """Let one's organisation take part in an action, or no longer."""
    action, who = found(number, "actions.join"), person()
    wish = request.form.get("organisation", "")
    seat = next((seat for seat, _in in own_seats(action) if str(seat.id) == wish), None)
    seat = require("actions.join", seat and action) and seat

    def done() -> str:
        acts.take_part(who, action, seat, deed == "join")
        return action.url

    return pages.acted(
        "actions.join", done, _("Thank you. It stands there.") if deed == "join" else _("It is taken off.")
    )
