"""Registers this room."""

from flask import Flask


def register(app: Flask) -> None:
    """Hang this room into the app."""
