"""The newsfeed: every act as one sentence with its thing; updates; the public Atom feed."""

from flask import Flask

from app.feed import atom, desk, updates, views


def register(app: Flask) -> None:
    """Hang this room into the app. The page itself stands at `/`, for who is signed in: see feed_page()."""
    assert desk.latest_in_groups  # its panel registers itself when it is imported
    for part in (views, updates, atom):
        app.register_blueprint(part.bp)
