"""Organisations, people, seats, and the way in."""

from flask import Flask

from app.core import jobs, live, pages
from app.extensions import login_manager
from app.members import doorkeys, doors, logins, mentions, routes, settings, signed_in, ways_back


def register(app: Flask) -> None:
    """Hang this room into the app."""
    live.load_person = signed_in.load
    login_manager.user_loader(signed_in.load)
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False  # doors.touched renews the cookie now and then
    for part in (doors, ways_back, settings, routes):
        app.register_blueprint(part.bp)
    mentions.register()
    jobs.hourly(doorkeys.sweep)
    jobs.hourly(logins.sweep)
    pages.add_place(app, "members", "/members", "map", "Members", "Members", 50)
