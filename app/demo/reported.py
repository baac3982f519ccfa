"""One sample report, so that the page of those who decide is not empty."""

import sqlalchemy as sa

from app.board.models import Post
from app.extensions import db
from app.moderation import acts as moderation

WORDS = "Sample report. A colleague is named in it: was everybody who is named here asked before?"


def report_one(cast, talk):
    """Let somebody report the first reply of the first discussion that all members read."""
    thread = next(thread for thread in talk.threads.values() if "members" in thread.rooms and thread.replies)
    post = db.session.scalars(sa.select(Post).where(Post.thread_id == thread.id, Post.number == 2)).one()
    who = next(
        actor
        for actor in cast.actors.values()
        if actor.id not in (post.author_id, thread.author_id) and not actor.steward
    )
    moderation.report(who, post, "private", WORDS)
