"""Notices: what needs a person. A durable reader writes them; seeing the thing reads them."""

from flask import Flask

from app.core import watches
from app.notifications import (
    acts,
    deliver,
    digests,
    following_pages,
    hearers,
    invitations,
    letters,
    panels,
    routes,
    settings,
    unsubscribe,
)


def register(app: Flask) -> None:
    """Hang this room into the app. The reader registers itself when it is imported."""
    assert deliver.read_fact and panels.open_calls and letters.send_due and digests.send_due
    assert hearers.hearers and invitations.send_due
    watches.on_seen(acts.read_with)
    app.register_blueprint(routes.bp)
    for part in (following_pages, settings, unsubscribe):
        app.register_blueprint(part.bp)
