"""Organisations, people, seats, and the way in."""

from flask import Flask

from app.core import finding, jobs, relay
from app.core.languages import lazy
from app.extensions import login_manager
from app.members import (
    address_pages,
    doorkeys,
    doors,
    entries,
    logins,
    mentions,
    portrait_pages,
    routes,
    seat_ends,
    seat_pages,
    second,
    second_settings,
    settings,
    signed_in,
    ways_back,
)


def register(app: Flask) -> None:
    """Hang this room into the app."""
    relay.load_person = signed_in.load
    login_manager.user_loader(signed_in.load)
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False  # doors.touched renews the cookie now and then
    for part in (
        doors,
        second,
        ways_back,
        settings,
        address_pages,
        second_settings,
        routes,
        entries,
        seat_pages,
        portrait_pages,
    ):
        app.register_blueprint(part.bp)
    mentions.register()
    finding.kind("organisation", "users", "member", lazy("Member"), lazy("Members"), 50, dated=False)
    finding.kind("person", "user", "member", lazy("Person"), lazy("People"), 60, dated=False)
    jobs.hourly(doorkeys.sweep)
    jobs.hourly(logins.sweep)
    jobs.hourly(seat_ends.due)
