"""A step of an erasure: what waits goes, and, where it was chosen, what the person wrote personally."""

import typing as t

import sqlalchemy as sa

from app.board import acts as board
from app.board import held as holding
from app.board.models import Edit, Post
from app.calendar import acts as events
from app.calendar import polling
from app.calendar.models import Event
from app.calendar.poll_models import TimePoll
from app.core import audience, files
from app.core.activity import Activity
from app.core.database import atomic
from app.core.languages import _, in_language
from app.core.text import render
from app.extensions import db
from app.feed import acts as feed
from app.feed.models import Update
from app.library import leaving
from app.members.signed_in import as_person
from app.messages import leaving as letters
from app.mydata import columns, scrub
from app.mydata import erase_names as names
from app.mydata.models import Erasure


def take_words(order: Erasure, traces: scrub.Traces) -> None:
    """Take away what waits, and, where it was chosen, what was written personally."""
    waiting = sa.select(holding.Held).where(holding.Held.author_id == traces.number)
    for held in db.session.scalars(waiting).all():
        with atomic():
            holding.decline(held)
    who = as_person(traces.number)
    leaving.forget_drafts(who)
    for ref in letters.forget(who):  # what was said to few is not kept for the others
        with atomic():
            unsay(ref)
    if order.words != "take":
        return
    with atomic():
        unsay(*leaving.take_words(who))
    own = (Post.author_id == who.id, Post.organisation_id.is_(None), ~Post.removed)
    for number in db.session.scalars(sa.select(Post.id).where(*own).order_by(Post.id)).all():
        _take_post(who, db.session.get_one(Post, number))
    mine = (Update.author_id == who.id, Update.organisation_id.is_(None), ~Update.removed)
    for update in db.session.scalars(sa.select(Update).where(*mine)).all():
        with atomic():
            feed.remove_update(who, update)
            unsay(update.ref)
    own_dates = (Event.author_id == who.id, Event.organisation_id.is_(None), ~Event.removed)
    for event in db.session.scalars(sa.select(Event).where(*own_dates)).all():
        with atomic():
            events.remove(who, event)
            unsay(event.ref)
    sought = (TimePoll.author_id == who.id, TimePoll.organisation_id.is_(None), ~TimePoll.removed)
    for poll in db.session.scalars(sa.select(TimePoll).where(*sought)).all():
        with atomic():
            polling.remove(who, poll)
            unsay(poll.ref)


def _take_post(who: t.Any, post: Post) -> None:
    """Remove a post; the first post of a discussion in which others wrote loses its words alone."""
    others = sa.select(Post.id).where(
        Post.thread_id == post.thread_id, Post.author_id != who.id, ~Post.removed
    )
    if post.number > 1 or db.session.scalar(others.limit(1)) is None:
        with atomic():
            board.remove_post(who, post)
            unsay(post.ref, post.thread.ref if post.number == 1 else post.ref)
        return
    with in_language(post.language or post.thread.language):
        words = str(_("The words were taken away with the account of their author."))
    with atomic() as session:
        session.add(post)
        audience.silence(post.ref)
        files.forget(post.ref)
        session.execute(sa.delete(Edit).where(Edit.post_id == post.id))
        post.body, post.html, post.files = words, render(words), 0
        said = sa.update(Activity).where(Activity.subject == post.thread.ref, Activity.actor_id == who.id)
        session.execute(said.values(excerpt=""))
        unsay(post.ref, post.thread.ref)
        session.flush()
        names.renamed("post", post.id)


def unsay(*refs: str) -> None:
    """Empty what cases keep of the words of things that are taken along, or of the person's profile."""
    for name, column in columns.COLUMNS.items():
        table_name, _dot, field = name.partition(".")
        if column.erase == columns.ABOUT:
            table = db.metadata.tables[table_name]
            about = sa.update(table).where(table.c.about.in_(refs)).values({field: ""})
            db.session.execute(about.execution_options(synchronize_session=False))
