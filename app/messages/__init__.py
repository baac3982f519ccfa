"""Messages: conversations between a few people, which nobody else sees."""

from flask import Flask

from app.core import finding, pages, switches
from app.core.languages import lazy
from app.members import signed_in
from app.messages import choices, deeds, panels, queries, talk, writing


def register(app: Flask) -> None:
    """Hang this room into the app. Its routes and panels register themselves when they are imported."""
    assert deeds.bp is talk.bp and writing.bp is talk.bp and panels.panel
    signed_in.add_count(queries.UNREAD)
    app.register_blueprint(talk.bp)
    app.register_blueprint(choices.bp)
    switches.offer("messages", lazy("Messages"), "messages", "message")
    finding.kind("message", "mail", "talk", lazy("Message"), lazy("Messages"), 95)
    pages.add_place(
        app, "messages", "/messages", "mail", lazy("Messages"), lazy("Messages"), 70, members_only=True
    )
