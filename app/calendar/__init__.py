"""The calendar: events with their views, for each reader on their own clocks."""

from flask import Flask

from app.calendar import (
    answer_routes,
    borrow_routes,
    change_routes,
    copy_routes,
    door_routes,
    following_up,
    import_routes,
    minutes_panels,
    minutes_routes,
    move_routes,
    narrowing,
    outside,
    panels,
    paper_routes,
    poll_models,
    poll_routes,
    programme_routes,
    question_routes,
    reminding,
    routes,
    series,
    subscribe_routes,
    views,
    work_routes,
)
from app.core import finding, pages, switches
from app.core.languages import lazy
from app.members import themes
from app.spaces import changes


def register(app: Flask) -> None:
    """Hang this room into the app. Its panels and some of its routes register themselves when they are imported."""
    assert (
        subscribe_routes.bp is views.bp and answer_routes.asked and reminding.remind and following_up.remind
    )
    assert series.extend and panels.of_space and move_routes.move
    assert work_routes.bp is change_routes.bp is copy_routes.bp is paper_routes.bp is routes.bp
    assert programme_routes.bp is minutes_routes.bp is routes.bp and minutes_panels.on_event
    assert (
        outside.bp is import_routes.bp is borrow_routes.bp is views.bp
        and question_routes.bp is door_routes.bp
    )
    changes.on_narrowed(narrowing.narrow)
    themes.on_merged(narrowing.theme_merged)
    app.register_blueprint(views.bp)
    app.register_blueprint(routes.bp)
    app.register_blueprint(poll_routes.bp)
    switches.offer("calendar", lazy("Calendar"), "calendar", "event", "times")
    finding.kind("event", "calendar", "event", lazy("Event"), lazy("Events"), 30, panels.in_results)
    finding.kind(
        poll_models.TimePoll.kind,
        "calendar",
        "event",
        lazy("Search for a date"),
        lazy("Searches for a date"),
        31,
    )
    pages.add_place(app, "calendar", "/calendar", "calendar", lazy("Calendar"), lazy("Calendar"), 40)
