"""The line under minutes that can be shared or approved: who will see them, and who gets mail of it now."""

from markupsafe import Markup

from app.calendar import minutes
from app.calendar.minutes_models import DRAFT, SHARED
from app.calendar.models import Event
from app.core import hearing
from app.core.policy import can, person

VERBS = {DRAFT: "calendar.minutes_shared", SHARED: "calendar.minutes_approved"}


def line(event: Event) -> Markup:
    """Return the line for who writes the minutes, empty for everybody else and when they are approved."""
    if event.minutes not in VERBS or not can("minutes.write", event):
        return Markup("")
    what = hearing.said(
        VERBS[event.minutes], person(), event.audience_id, space_id=event.space_id, root=event.ref,
        to=minutes.comers(event),
    )  # fmt: skip
    return hearing.line(what)
