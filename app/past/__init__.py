"""Bringing over what was made elsewhere: documents with their files, references, mailing lists, forums."""

from flask import Flask

from app.library import upload_limits
from app.past import acts, models, routes
from app.past.sources import kinds
from app.spaces import changes


def register(app: Flask) -> None:
    """Hang this room into the app."""
    assert models.PastBatch
    upload_limits.takes(routes.PURPOSE, kinds.ENDINGS)
    changes.on_narrowed(acts.narrow)
    app.register_blueprint(routes.bp)
