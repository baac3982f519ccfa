"""The network, its coalitions and working groups, and who belongs to them."""

from flask import Flask

from app.spaces import acts, seating


def register(app: Flask) -> None:
    """Hang this room into the app."""
    seating.register()
    assert acts
