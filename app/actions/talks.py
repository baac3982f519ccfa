"""Discussions about actions: when one begins or goes, open pages of the action hear it."""

import sqlalchemy.orm as so

from app.actions.models import Action
from app.core import database, links
from app.core.activity import record
from app.core.database import locate

# Facts after which a discussion is seen by others than before.
TOLD = frozenset({"board.started", "board.removed", "board.moved", "thing.hidden"})


@database.last_step_before_facts
def tell(session: so.Session) -> None:
    """Tell of the actions that were talked about in this transaction."""
    facts = session.info["facts"]
    threads = {fact["root"] for fact in facts if fact["verb"] in TOLD and fact["root"].startswith("thread:")}
    for ref in sorted(threads):
        for row in links.from_(ref, "about"):
            action = locate(row.target) if row.target.startswith("action:") else None
            if isinstance(action, Action) and not action.removed:
                record("actions.changed", actor=None, subject=action, space_id=action.space_id)
