"""The front page (for a stranger, and for who is signed in), the menu, and the pages that say how this site is."""

from flask import Flask

from app.core import pages
from app.core.languages import lazy
from app.home import feedback, machines, routes


def register(app: Flask) -> None:
    """Hang this room into the app."""
    pages.add_place(app, "home", "/", "house", lazy("Home"), lazy("Home"), 10)
    app.register_blueprint(routes.bp)
    app.register_blueprint(machines.bp)
    app.register_blueprint(feedback.bp)
