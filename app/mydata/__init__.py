"""One's own data: a copy to take along, and the erasure of an account."""

from flask import Flask

from app.mydata import admin, erase, panels, routes


def register(app: Flask) -> None:
    """Hang this room into the app."""
    assert panels and erase.due  # panels and tasks register themselves when they are imported
    app.register_blueprint(routes.bp)
    app.register_blueprint(admin.bp)
