"""Discussions: the list, the page of one, writing and looking after them."""

from flask import Flask

from app.board import deeds, panels, routes, talk, unread, writing
from app.core import pages
from app.core.languages import lazy


def register(app: Flask) -> None:
    """Hang this room into the app. Its routes, reader and panels register themselves when they are imported."""
    assert deeds.bp is talk.bp and panels.panel and routes.bp and unread.count and writing.bp
    app.register_blueprint(talk.bp)
    pages.add_place(
        app, "discussions", "/discussions", "messages-square", lazy("Discussions"), lazy("Discuss"), 20
    )
