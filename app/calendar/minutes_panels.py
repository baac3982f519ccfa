"""Minutes where their event stands: on its page, and in what is taken along of it."""

import typing as t

from flask import request

from app.calendar import minutes_shown
from app.calendar.minutes_models import APPROVED, STATES
from app.calendar.models import Event
from app.core.panels import panel
from app.core.policy import can, me


@panel("event", order=20)
def on_event(event: Event) -> tuple[str, dict[str, t.Any]] | None:
    """On the page of an event: what was decided there; before it, what is open from earlier meetings."""
    shown = event.minutes and can("minutes.read", event)
    closed = event.minutes == APPROVED or bool(event.outside)
    before = None if closed else minutes_shown.before(event, me().viewer, request.path)
    if not (shown or before or can("minutes.write", event)):
        return None
    return "calendar/_minutes_panel.html", {
        "it": event, "state": STATES.get(event.minutes) if shown else None, "before": before, "back": f"/events/{event.id}/minutes",
        "decisions": minutes_shown.decisions(event) if shown else [], "actions": minutes_shown.actions(event) if shown else [],
        "may_write": can("minutes.write", event),
    }  # fmt: skip


@panel("event_pack", order=20)
def in_pack(event: Event) -> tuple[str, dict[str, t.Any]] | None:
    """In an event that is taken along: its minutes, as far as the reader may read them."""
    words = minutes_shown.as_html(event)
    return ("calendar/_minutes_packed.html", {"words": words}) if words else None
