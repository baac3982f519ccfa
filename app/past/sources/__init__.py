"""Readers of what people bring along: pure functions from bytes to records and posts, within limits, with faults by line."""

from app.past.sources.items import Fault, Post, Record, Refused, Talk
from app.past.sources.kinds import kind_of

__all__ = ["Fault", "Post", "Record", "Refused", "Talk", "kind_of"]
