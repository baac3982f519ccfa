"""Bringing over what was made elsewhere: documents with their files, references, mailing lists, forums."""

from flask import Flask

from app.past import models, routes


def register(app: Flask) -> None:
    """Hang this room into the app."""
    assert models.PastBatch
    app.register_blueprint(routes.bp)
