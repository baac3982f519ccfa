"""The line under the forms of actions and of their notes: who will see it, and who gets mail of it now."""

from flask import Response, request
from markupsafe import Markup

from app.actions.pages import found, note_line
from app.actions.routes import bp
from app.core import hearing, pages
from app.core.database import get_or_none
from app.core.policy import can, person, require, ruled
from app.spaces.forms import whole
from app.spaces.models import Space


def of_action(space_id: int | None, word: str | None) -> Markup:
    """Return the line for an action that is proposed in a group, for these readers."""
    space = get_or_none(Space, space_id or 0)
    if space is None or not can("actions.propose", space) or word not in space.offers():
        return Markup("")
    return hearing.line(
        hearing.said("actions.proposed", person(), rooms={space.room_named(word)}, space_id=space.id)
    )


@bp.get("/actions/new/hearers")
@ruled("actions.write")
def hearers() -> Response:
    """Return that line as a fragment, for what is chosen now."""
    require("actions.write", True)
    return pages.bare_fragment(of_action(whole(request.args.get("space")), request.args.get("audience")))


@bp.get("/actions/<int:number>/hearers")
@ruled("actions.note")
def note_hearers(number: int) -> Response:
    """Return that line as a fragment, for the readers that are chosen now."""
    return pages.bare_fragment(
        note_line(found(number, "actions.note"), request.args.get("readers", ""), whole=True)
    )
