"""What people do in conversations. Each act is one transaction; the first argument is who acts."""

import typing as t

import sqlalchemy as sa

from app.core import audience as audiences
from app.core import clock, finding, mail, text, watches
from app.core import files as filing
from app.core.activity import record
from app.core.audience import NOBODY, audience_of, is_apart, person_room, readdress, rooms_of
from app.core.database import atomic, locate, upsert
from app.extensions import db
from app.messages.models import Conversation, ConversationPerson, Message
from app.messages.queries import key_of

_c, _cp, _m = Conversation.__table__, ConversationPerson.__table__, Message.__table__
EXCERPT = 600  # of a notice and its mail: most messages are read there whole
BY_AUTHOR, BY_DECISION, BY_ERASURE = "author", "decision", "erasure"


class Shut(Exception):
    """Nobody reads the conversation any longer, or who writes is in it no more."""


class Words(t.NamedTuple):
    """A text ready to be kept."""

    body: str
    html: str


def written(body: str) -> Words:
    """Return a text ready to be kept. Nobody is called by name here: all who read it are told anyway."""
    body = text.clean_text(body)
    return Words(body, text.render(body))


class Sent(t.NamedTuple):
    """A message that was just written."""

    id: int
    conversation_id: int
    number: int

    @property
    def url(self) -> str:
        """The address that leads to it."""
        return f"/messages/{self.conversation_id}/{self.number}"


# --- write ----------------------------------------------------------------------------------------------------


def start(
    author: t.Any, people: t.Collection[int], words: Words, files: t.Sequence[filing.Kept] = ()
) -> Sent:  # fmt: skip
    """Write to some people: in the conversation that exactly these have, or in a new one."""
    with atomic():
        return _say(author, _opened({author.id, *people}), words, files)


def send(author: t.Any, number: int, words: Words, files: t.Sequence[filing.Kept] = ()) -> Sent:
    """Write in a conversation. Raises Shut where nobody else is in it."""
    with atomic():
        return _say(author, number, words, files)


def _opened(people: set[int]) -> int:
    """Return the conversation of exactly these people; it is made at the first message."""
    key = key_of(people)
    values = {
        "audience_id": audience_of(*map(person_room, people)), "key": key, "messages": 0, "last_id": 0, "at": clock.now(),
    }  # fmt: skip
    new = db.session.scalar(upsert(_c).values(**values).on_conflict_do_nothing().returning(_c.c.id))
    if new is None:
        return int(db.session.execute(sa.select(_c.c.id).where(_c.c.key == key)).scalar_one())
    rows = [
        {"conversation_id": new, "person_id": number, "newest": 0, "read": 0, "muted": False}
        for number in people
    ]
    db.session.execute(sa.insert(_cp), rows)
    return int(new)


def _say(author: t.Any, number: int, words: Words, files: t.Sequence[filing.Kept]) -> Sent:
    """The row as it is now, not as it was read, says the next number and who reads it."""
    counted = sa.update(_c).where(_c.c.id == number).values(messages=_c.c.messages + 1)
    row = db.session.execute(counted.returning(_c.c.messages, _c.c.audience_id)).one()
    rooms = rooms_of(row.audience_id)
    if person_room(author.id) not in rooms or len(rooms) < 2:
        raise Shut(str(number))
    values = {
        "conversation_id": number, "root": f"conversation:{number}", "audience_id": row.audience_id, "number": row.messages,
        "author_id": author.id, "by": author.byline(None), "language": author.language, "body": words.body,
        "html": words.html, "renderer": text.RENDERER, "at": clock.now(), "removed": False, "removed_by": "",
        "files": len(files),
    }  # fmt: skip
    new = db.session.execute(sa.insert(_m).values(**values).returning(_m.c.id)).scalar_one()
    db.session.execute(sa.update(_c).where(_c.c.id == number).values(last_id=new))
    conversation = t.cast(Conversation, locate(f"conversation:{number}"))
    db.session.refresh(conversation)
    for kept in files:
        filing.attach(kept, f"message:{new}", conversation, author.id)
    _heard(author.id, number, row.messages)
    sent = Sent(new, number, row.messages)
    record(
        "messages.sent", actor=author, subject=f"message:{new}", root=conversation, excerpt=text.excerpt(words.html, EXCERPT),
        lang=author.language, url=sent.url, data={"number": row.messages},
    )  # fmt: skip
    return sent


def _heard(author_id: int, number: int, nth: int) -> None:
    """It is new for the others; who wrote has read up to it."""
    here = _cp.c.conversation_id == number
    others = sa.update(_cp).where(here, _cp.c.person_id != author_id, _cp.c.left_at.is_(None))
    db.session.execute(others.values(newest=nth))
    mine = sa.update(_cp).where(here, _cp.c.person_id == author_id)
    db.session.execute(mine.values(read=nth))
    watches.seen(author_id, f"conversation:{number}")


# --- read, mute, leave ----------------------------------------------------------------------------------------


def mark_read(who: t.Any, it: t.Any, number: int) -> None:
    """Remember how far somebody has read; never back."""
    with atomic():
        mine = sa.update(_cp).where(_cp.c.conversation_id == it.id, _cp.c.person_id == who.id)
        db.session.execute(mine.where(_cp.c.read < number).values(read=min(number, it.messages)))
        watches.seen(who.id, it.ref)


def set_muted(who: t.Any, it: t.Any, on: bool) -> None:
    """Hear nothing of a conversation, or hear of it again."""
    with atomic():
        mine = sa.update(_cp).where(_cp.c.conversation_id == it.id, _cp.c.person_id == who.id)
        db.session.execute(mine.values(muted=on))


def leave(who: t.Any, number: int) -> None:
    """Leave a conversation: from now on it is the others' alone. With the last one its words go."""
    with atomic():
        counted = sa.update(_c).where(_c.c.id == number).values(key=None)
        before = db.session.execute(counted.returning(_c.c.audience_id)).scalar_one()
        kept = rooms_of(before) - {person_room(who.id)}
        if person_room(who.id) not in rooms_of(before):
            return
        after = audience_of(*(kept or {NOBODY}))
        mine = sa.update(_cp).where(_cp.c.conversation_id == number, _cp.c.person_id == who.id)
        db.session.execute(mine.values(left_at=clock.now()))
        db.session.execute(sa.update(_c).where(_c.c.id == number).values(audience_id=after))
        root = f"conversation:{number}"
        readdress(root, after)
        gone = {"refs": [root], "kept": sorted(rooms_of(after))}
        record(audiences.GONE, actor=None, subject=root, audience_id=before, data=gone)
        record("messages.left", actor=None, subject=root, audience_id=after, data={"person_id": who.id})
        if not kept:
            _forget_all(number)


def _forget_all(number: int) -> None:
    """Nobody is left: the words go, and with them files, facts and entries."""
    root = f"conversation:{number}"
    own = sa.update(_m).where(_m.c.conversation_id == number, ~_m.c.removed)
    db.session.execute(own.values(body="", html="", removed=True, removed_by=BY_AUTHOR, files=0))
    db.session.execute(sa.delete(filing.Attachment).where(filing.Attachment.root == root))
    audiences.silence(root)
    finding.forget(root)


# --- take away ------------------------------------------------------------------------------------------------


def remove(actor: t.Any, message: Message, by: str = BY_AUTHOR) -> None:
    """Take a message's words away, everywhere and at once; a line stays. Mail that waits is not sent."""
    with atomic():
        db.session.refresh(message)
        if message.removed:
            return
        root = f"conversation:{message.conversation_id}"
        for words in (text.plain(message.html), message.body):
            mail.take_back(words, root, for_good=by != BY_AUTHOR)
        message.body = message.html = ""
        message.removed, message.removed_by, message.files = True, by, 0
        filing.forget(message.ref)
        db.session.flush()
        audiences.silence(message.ref)
        finding.forget(message.ref)
        record("messages.removed", actor=actor, subject=message, root=_root(message), url=message.url,
               data={"number": message.number})  # fmt: skip


def _root(message: Message) -> t.Any:
    """A message that is out of sight hangs on itself."""
    return message if is_apart(message.audience_id) else locate(message.root)
