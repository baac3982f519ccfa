"""The app as it is, but each push weighs 20 kB: to see how frames go out to a reader that pauses."""

from app.core import relay

WEIGHT = 20_000
_item = relay.item


def heavy(fact):
    """What is pushed of a fact, and a load."""
    return {**_item(fact), "load": "x" * WEIGHT}


relay.item = heavy

from wsgi import app  # noqa: E402

__all__ = ["app"]
