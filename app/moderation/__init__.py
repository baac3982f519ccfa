"""Moderation: reports, what waits to be looked at, decisions with their reasons, another look at them."""

from flask import Flask

from app.board import bringing
from app.moderation import accounts, answers, desk, duties, escalation, panels, queries, reports, routes


def register(app: Flask) -> None:
    """Hang this room into the app."""
    assert escalation.escalate and panels.report_person  # they register themselves when they are imported
    bringing.needed(queries.is_about)
    desk.register()
    for part in (reports, routes, answers, duties, accounts):
        app.register_blueprint(part.bp)
