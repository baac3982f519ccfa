"""What people do with documents. Each act is one transaction and records one fact; the first argument is who acts."""

from app.library.care import Shut
from app.library.describing import create, describe
from app.library.ending import discard, reinstate, still_valid, supersede, withdraw
from app.library.planning import plan, publish, unplan
from app.library.reviewing import answer_review, ask_review
from app.library.versions import add_version, restore

__all__ = [
    "Shut", "add_version", "answer_review", "ask_review", "create", "describe", "discard", "plan", "publish", "reinstate",
    "restore", "still_valid", "supersede", "unplan", "withdraw",
]  # fmt: skip
