"""The terms of this site: editions in each language, accepted by members, with a report of who has."""

from flask import Flask

from app.terms import admin, gate, routes


def register(app: Flask) -> None:
    """Hang this room into the app."""
    gate.register()
    app.register_blueprint(routes.bp)
    app.register_blueprint(admin.bp)
