"""The newsfeed: every act as one sentence with its thing; updates; the public Atom feed."""

from flask import Flask

from app.arrivals import welcome
from app.core import finding
from app.core.languages import lazy
from app.feed import acts, atom, desk, panels, updates, views
from app.spaces import changes


def register(app: Flask) -> None:
    """Hang this room into the app. The page itself stands at `/`, for who is signed in: see feed_page()."""
    assert desk.latest_in_groups and panels.of_person  # panels register themselves when they are imported
    changes.on_narrowed(acts.narrow)
    finding.kind("update", "send", "talk", lazy("Update"), lazy("Updates"), 80)
    welcome.shares_with(updates.introduce)
    for part in (views, updates, atom):
        app.register_blueprint(part.bp)
