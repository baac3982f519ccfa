"""The page on which an event is put into another group, or said to other people."""

import typing as t

from flask import Response

from app.calendar import forms, moving
from app.calendar.routes import bp, done, found
from app.calendar.work_routes import hearers_of, readers_fit, spaces_to_fill
from app.core.attaching import sent
from app.core.languages import _
from app.core.policy import person, ruled
from app.spaces import elsewhere

PAGE = elsewhere.Page(
    "calendar/move.html", "calendar", "calendar.add",
    lambda form, space: readers_fit(form, space, person()),
    lambda space, word: hearers_of(space.id, word) or _("Other people than before will see it."),
)  # fmt: skip


@bp.route("/events/<int:number>/move", methods=["GET", "POST"])
@ruled("calendar.move")
def move(number: int) -> t.Any:
    """Put an event into another group, or say it to other people; before others can read it, ask."""
    event = found(number, "calendar.move")
    chosen = elsewhere.chosen(PAGE, event, sent(forms.Moved), spaces_to_fill())
    if isinstance(chosen, Response):
        return chosen
    return done("calendar.move", event, lambda who, it: moving.move(who, it, *chosen), _("Moved."))
