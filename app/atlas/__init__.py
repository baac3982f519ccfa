"""The members as a list, on the map, by region and as a table: one question, one address."""

from flask import Flask

from app.atlas import regions, routes
from app.core import pages


def register(app: Flask) -> None:
    """Hang this room into the app."""
    for part in (routes, regions):
        app.register_blueprint(part.bp)
    pages.add_place(app, "members", "/members", "map", "Members", "Members", 50)
