"""The network, its coalitions and working groups, and who belongs to them."""

from flask import Flask

from app.spaces import seating


def register(app: Flask) -> None:
    """Hang this room into the app."""
    seating.register()
