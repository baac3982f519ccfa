"""Bringing over what was made elsewhere: documents with their files, references, mailing lists, forums."""

from flask import Flask

from app.past import acts, models, routes
from app.spaces import changes


def register(app: Flask) -> None:
    """Hang this room into the app."""
    assert models.PastBatch
    changes.on_narrowed(acts.narrow)
    app.register_blueprint(routes.bp)
