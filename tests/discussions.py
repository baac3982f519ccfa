"""What tests of discussions do again and again, in the name of a seat."""

import sqlalchemy as sa

from app.board import acts
from app.board.models import Post, Thread
from app.core.activity import Activity
from app.extensions import db
from app.spaces.models import Space


def started(cast, who, space="network", audience="members", **more):
    """Start a discussion in the name of a seat; return its number."""
    values = {"topic": "housing", "title": "Who checks the form?", "body": "Which *form*?", "language": "en"}
    with cast.app.app_context():
        place = db.session.get(Space, getattr(cast.spaces, space))
        return acts.start_thread(who.me(), place, audience=audience, **{**values, **more}).id


def replied(cast, who, thread_id, body="We can read it.", **more):
    """Reply in the name of a seat; return the post's number."""
    with cast.app.app_context():
        return acts.post_reply(who.me(), db.session.get(Thread, thread_id), body, **more).number


def facts(cast, verb):
    """Return the facts of one verb."""
    with cast.app.app_context():
        return db.session.execute(sa.select(Activity.__table__).where(Activity.verb == verb)).all()


def address(cast, number):
    """Return the address of a discussion."""
    with cast.app.app_context():
        return db.session.get(Thread, number).url


def thread(cast, number):
    """Return a discussion as it is now."""
    with cast.app.app_context():
        db.session.expire_all()
        return db.session.get(Thread, number)


def post(cast, number, nth):
    """Return a post as it is now."""
    with cast.app.app_context():
        db.session.expire_all()
        return db.session.scalar(sa.select(Post).where(Post.thread_id == number, Post.number == nth))
