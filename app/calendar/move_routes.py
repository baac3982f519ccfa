"""The page on which an event is put into another group, or said to other people."""

import typing as t

from flask import Response, abort, request
from markupsafe import Markup

from app.calendar import forms, moving
from app.calendar.models import Event
from app.calendar.routes import bp, done, found
from app.calendar.work_routes import hearers_of, readers_fit, spaces_to_fill
from app.core import pages
from app.core.attaching import sent
from app.core.languages import _, language
from app.core.policy import allowed, me, person, ruled
from app.extensions import db
from app.spaces.models import Space


@bp.route("/events/<int:number>/move", methods=["GET", "POST"])
@ruled("calendar.move")
def move(number: int) -> t.Any:
    """Put an event into another group, or say it to other people; before others can read it, ask."""
    event, form = found(number, "calendar.move"), sent(forms.Moved)
    here = db.session.get_one(Space, event.space_id)
    spaces = [here, *(space for space in spaces_to_fill() if space.id != here.id)]
    form.offer(spaces, language())
    if request.method == "GET":
        form.space.data, form.audience.data = here.id, moving.audience_word(event)
    if request.method == "GET" or not form.validate():
        return _page(event, form)
    space, word = next(one for one in spaces if one.id == form.space.data), form.audience.data
    if not readers_fit(form, space, person()):
        return _page(event, form)
    if space is not here and not allowed(me(), "calendar.add", space):
        abort(403)
    key = f"{space.id}-{word}"
    if moving.is_wider(event, space, word) and form.confirm.data != key:
        return _page(
            event, form, hearers_of(space.id, word) or _("Other people than before will see it."), key
        )
    return done("calendar.move", event, lambda who, it: moving.move(who, it, space, word), _("Moved."))


def _page(event: Event, form: t.Any, asks: Markup | str = "", key: str = "") -> Response:
    status = 422 if form.errors else 200
    return pages.page(
        "calendar/move.html",
        status,
        place="calendar",
        it=event,
        form=form,
        asks=asks,
        key=key,
        error=status == 422,
    )
