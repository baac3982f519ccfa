"""One search over everything: the index and its page."""

from flask import Flask

from app.search import index, routes


def register(app: Flask) -> None:
    """Hang this room into the app. The index registers its reader when it is imported."""
    assert index.index_fact
    app.register_blueprint(routes.bp)
