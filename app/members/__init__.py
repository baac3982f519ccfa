"""Organisations, people, seats, and the way in."""

from flask import Flask

from app.core import jobs, live
from app.extensions import login_manager
from app.members import doorkeys, logins, signed_in


def register(app: Flask) -> None:
    """Hang this room into the app."""
    live.load_person = signed_in.load
    login_manager.user_loader(signed_in.load)
    jobs.hourly(doorkeys.sweep)
    jobs.hourly(logins.sweep)
