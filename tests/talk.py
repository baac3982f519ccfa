"""Short ways to let the cast do things through the ordinary acts, for tests of what follows from them.

Each opens and closes its own app context, so that no client call happens inside one.
"""

from app.board import acts as board
from app.board.models import Thread
from app.core import database
from app.extensions import db
from app.feed import acts as feed
from app.spaces.models import Space


def starts(
    cast,
    who,
    title="How do you begin?",
    *,
    space="africa",
    audience="public",
    body="Words.",
    personally=False,
):
    """Let somebody start a discussion; return its number."""
    with cast.app.app_context():
        me = who.me()
        thread = board.start_thread(
            me, db.session.get(Space, getattr(cast.spaces, space)), topic="housing", title=title, body=body,
            language="en", audience=audience, organisation=None if personally else me.seats[0],
        )  # fmt: skip
        return thread.id


def replies(cast, who, thread_id, body="An answer.", *, reply_to=None, personally=False):
    """Let somebody reply; return the number of the post."""
    with cast.app.app_context():
        me = who.me()
        post = board.post_reply(
            me, db.session.get(Thread, thread_id), body, reply_to=reply_to,
            organisation=None if personally else me.seats[0],
        )  # fmt: skip
        return post.id


def shares(cast, who, body="Some news.", *, audience="members", space=None, personally=False):
    """Let somebody share an update; return its number."""
    with cast.app.app_context():
        me = who.me()
        place = db.session.get(Space, getattr(cast.spaces, space)) if space else None
        update = feed.share_update(
            me, body=body, language="en", audience=audience, space=place,
            organisation=None if personally else me.seats[0],
        )  # fmt: skip
        return update.id


def does(cast, who, deed, ref, *args, **more):
    """Let somebody do any act to a thing that is found by its reference."""
    with cast.app.app_context():
        return deed(who.me(), database.locate(ref), *args, **more)
