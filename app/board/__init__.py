"""Discussions: the list, the page of one, writing and looking after them."""

from flask import Flask

from app.board import about_pages, deeds, narrowing, panels, routes, talk, unread, writing
from app.core import finding, pages
from app.core.languages import lazy
from app.spaces import changes


def register(app: Flask) -> None:
    """Hang this room into the app. Its routes, reader and panels register themselves when they are imported."""
    assert (
        deeds.bp is talk.bp
        and about_pages.about
        and panels.panel
        and routes.bp
        and unread.count
        and writing.bp
    )
    changes.on_narrowed(narrowing.narrow)
    app.register_blueprint(talk.bp)
    finding.kind(
        "thread", "messages-square", "talk", lazy("Discussion"), lazy("Discussions"), 10, panels.in_results
    )
    pages.add_place(
        app, "discussions", "/discussions", "messages-square", lazy("Discussions"), lazy("Discuss"), 20
    )
