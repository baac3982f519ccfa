"""Joint actions: what members have agreed to do together, and how it goes."""

from flask import Flask

from app.actions import (
    care,
    deadlines,
    deeds,
    from_minutes,
    hearers,
    meeting_routes,
    needs,
    origins,
    pages,
    panels,
    reminding,
    roadmap,
    routes,
    shown_by,
    tables,
    talks,
    work,
)
from app.core import finding, switches
from app.core import pages as frame
from app.core.languages import lazy
from app.members import themes
from app.spaces import changes


def register(app: Flask) -> None:
    """Hang this room into the app. Its routes and panels register themselves when they are imported."""
    assert deeds.bp is pages.bp is work.bp is origins.bp is needs.bp is shown_by.bp is meeting_routes.bp
    assert (
        hearers.bp is routes.bp
        and panels.of_space
        and talks.tell
        and reminding.remind
        and roadmap.drawn
        and tables.lines
        and deadlines.of_actions
        and from_minutes.points
    )
    changes.on_narrowed(care.narrow)
    themes.on_merged(care.theme_merged)
    app.register_blueprint(routes.bp)
    switches.offer("actions", lazy("Joint actions"), "actions", "action", "origin")
    finding.kind(
        "action", "list-checks", "plan", lazy("Joint action"), lazy("Joint actions"), 25, panels.in_results
    )
    frame.add_place(app, "actions", "/actions", "list-checks", lazy("Joint actions"), lazy("Actions"), 60)
