"""What goes with a person who is erased: their words in conversations, and their place in them."""

import typing as t

import sqlalchemy as sa

from app.extensions import db
from app.messages import acts
from app.messages.models import ConversationPerson, Message


def forget(who: t.Any) -> t.Iterator[str]:
    """Take away what an erased person wrote in conversations, one message after the other, and let them leave.

    Gives the reference of each message, so that copies of its words elsewhere can be emptied. Can be done twice.
    """
    for number in db.session.scalars(sa.select(Message.id).where(Message.author_id == who.id)).all():
        message = db.session.get_one(Message, number)
        acts.remove(None, message, acts.BY_ERASURE)
        yield message.ref
    mine = sa.select(ConversationPerson.conversation_id).where(
        ConversationPerson.person_id == who.id, ConversationPerson.left_at.is_(None)
    )
    for number in db.session.scalars(mine).all():
        acts.leave(who, number)
