"""Administration for the secretariat: health, mail, the record of changes."""

from flask import Flask

from app.admin import mails, routes


def register(app: Flask) -> None:
    """Hang this room into the app."""
    app.register_blueprint(routes.bp)
    app.register_blueprint(mails.bp)
