"""One step of taking a batch in: its row is taken, so that two that work on it at once do not do the same twice."""

from app.core import clock
from app.extensions import db
from app.past.models import PastBatch


class Stopped(Exception):
    """The batch was stopped, or another process works on it."""


def step(batch: PastBatch, done: int, state: str = "running") -> None:
    """Begin a step inside atomic(); raises Stopped where the batch is no longer where it was."""
    db.session.refresh(batch, ["state", "done", "made", "moved"], with_for_update=True)
    if batch.state != state or batch.done != done:
        raise Stopped
    batch.moved = clock.now()


def counted(batch: PastBatch, name: str, more: int = 1) -> None:
    """Count what was made, inside a step."""
    batch.made = {**batch.made, name: batch.made.get(name, 0) + more}
