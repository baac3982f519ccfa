"""Notices: what needs a person. A durable reader writes them; seeing the thing reads them."""

from flask import Flask

from app.core import watches
from app.notifications import acts, deliver, routes


def register(app: Flask) -> None:
    """Hang this room into the app. The reader registers itself when it is imported."""
    assert deliver.read_fact
    watches.on_seen(acts.read_with)
    app.register_blueprint(routes.bp)
