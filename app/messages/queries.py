"""Conversations as tuples: the list, one of them with its people and where its reader stands, its messages."""

import functools
import typing as t

import sqlalchemy as sa

from app.core.activity import Activity
from app.core.audience import Thing, Viewer, bound, in_sight, may_see
from app.core.database import LARGEST_ID, run, several
from app.core.files import Attachment
from app.core.text import excerpt
from app.extensions import db
from app.members.models import Person
from app.messages.models import Conversation, ConversationPerson, Message, MessageBlock
from app.messages.people import SHOWN, WITH_PLACE

_c, _cp, _m = Conversation.__table__, ConversationPerson.__table__, Message.__table__
_p, _f, _fact, _block = Person.__table__, Attachment.__table__, Activity.__table__, MessageBlock.__table__
_me, _number = sa.bindparam("me"), sa.bindparam("number")
PAGE = 20
_newest_fact = sa.select(sa.func.coalesce(sa.func.max(_fact.c.id), 0)).scalar_subquery()

# --- one ------------------------------------------------------------------------------------------------------

_ONE = (
    sa.select(
        _c.c.id, _c.c.audience_id, _c.c.messages, _c.c.last_id, sa.func.coalesce(_cp.c.read, 0).label("read"),
        sa.func.coalesce(_cp.c.newest, 0).label("newest"), sa.func.coalesce(_cp.c.muted, sa.false()).label("muted"),
        _newest_fact.label("last"),
    )
    .outerjoin_from(_c, _cp, sa.and_(_cp.c.conversation_id == _c.c.id, _cp.c.person_id == _me))
    .where(_c.c.id == _number)
)  # fmt: skip
_between = sa.exists().where(
    sa.or_(
        sa.and_(_block.c.person_id == _me, _block.c.other_id == _p.c.id),
        sa.and_(_block.c.person_id == _p.c.id, _block.c.other_id == _me),
    )
)
_own_block = sa.exists().where(_block.c.person_id == _me, _block.c.other_id == _p.c.id)
_PEOPLE = (
    sa.select(
        *SHOWN, _cp.c.conversation_id, _cp.c.left_at, _between.correlate(_p).label("shut"),
        _own_block.correlate(_p).label("refused"),
    )
    .select_from(WITH_PLACE.join(_cp, _cp.c.person_id == _p.c.id))
    .where(several(_cp.c.conversation_id, "numbers", sa.BigInteger))
    .order_by(_p.c.name, _p.c.id)
)  # fmt: skip


def people_of(numbers: t.Collection[int], person_id: int | None) -> dict[int, list[sa.Row[t.Any]]]:
    """Return the people of some conversations, by their number."""
    found: dict[int, list[sa.Row[t.Any]]] = {number: [] for number in numbers}
    for row in run(_PEOPLE, {"numbers": list(numbers), "me": person_id or 0}) if numbers else ():
        found[row.conversation_id].append(row)
    return found


class Shown(Thing):
    """A conversation as it was just read, with where its reader stands. The rules take it for a Conversation."""

    kind = "conversation"

    def __init__(self, row: t.Any, person_id: int | None) -> None:
        self.__dict__.update(row._mapping)
        self.person_id = person_id

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/messages/{self.id}"

    @functools.cached_property
    def people(self) -> list[sa.Row[t.Any]]:
        """All who are or were in it."""
        return people_of([self.id], self.person_id)[self.id]

    @property
    def others(self) -> list[sa.Row[t.Any]]:
        """Those besides its reader, who left among them."""
        return [one for one in self.people if one.id != self.person_id]

    @property
    def readers(self) -> list[sa.Row[t.Any]]:
        """Those besides its reader who read what is written now."""
        return [one for one in self.others if one.left_at is None and one.state == "active"]

    @property
    def shut(self) -> bool:
        """Whether one of two does not want to be written to by the other."""
        return len(self.others) == 1 and bool(self.others[0].shut)

    @property
    def open(self) -> bool:
        """Whether its reader may write: somebody is there who reads it."""
        return bool(self.readers) and not self.shut

    @property
    def unread(self) -> bool:
        """Whether somebody else wrote since its reader was here."""
        return bool(self.newest > self.read)


def one(number: int, person_id: int | None) -> Shown | None:
    """Return a conversation for its page, whatever its audience: the caller asks the rule."""
    if not 0 < number <= LARGEST_ID:
        return None
    row = run(_ONE, {"number": number, "me": person_id or 0}).first()
    return Shown(row, person_id) if row else None


def message_numbered(number: int, nth: int) -> Message | None:
    """Return one message to act on."""
    if not (0 < number <= LARGEST_ID and 0 < nth <= LARGEST_ID):
        return None
    return db.session.scalar(
        sa.select(Message).where(Message.conversation_id == number, Message.number == nth)
    )


def between(people: t.Collection[int]) -> int | None:
    """Return the conversation of exactly these people, None where they have none."""
    return db.session.scalar(sa.select(_c.c.id).where(_c.c.key == key_of(people)))


def key_of(people: t.Collection[int]) -> str:
    """Return the key of a set of people."""
    return ",".join(map(str, sorted(set(people))))


# --- its messages ---------------------------------------------------------------------------------------------

_columns = (
    _m.c.id, _m.c.number, _m.c.author_id, _m.c.by, _m.c.language, _m.c.html, _m.c.at, _m.c.removed, _m.c.removed_by,
    _m.c.files, _m.c.audience_id,
)  # fmt: skip
_of = _m.c.conversation_id == _number
_LATEST = (
    sa.select(*_columns)
    .where(_of, _m.c.number < sa.bindparam("before"))
    .order_by(_m.c.number.desc())
    .limit(sa.bindparam("most"))
)
_AFTER = (
    sa.select(*_columns)
    .where(_of, _m.c.number > sa.bindparam("after"))
    .order_by(_m.c.number)
    .limit(sa.bindparam("most"))
)


def latest(it: Shown, viewer: Viewer, before: int = LARGEST_ID, most: int = PAGE) -> list[sa.Row[t.Any]]:
    """Return the newest messages before a number that a viewer may see, the oldest of them first."""
    rows = run(_LATEST, {"number": it.id, "before": before, "most": most}).all()
    return _seen(it, viewer, rows[::-1])


def after(it: Shown, viewer: Viewer, number: int, most: int = PAGE) -> list[sa.Row[t.Any]]:
    """Return the messages after a number that a viewer may see."""
    return _seen(it, viewer, run(_AFTER, {"number": it.id, "after": number, "most": most}).all())


def _seen(it: Shown, viewer: Viewer, rows: t.Sequence[t.Any]) -> list[sa.Row[t.Any]]:
    own = it.audience_id  # asked for before; a message that is out of sight has another
    return [row for row in rows if row.audience_id == own or may_see(viewer, row.audience_id)]


_FILES = (
    sa.select(_f.c.id, _f.c.subject, _f.c.name, _f.c.type, _f.c.size, _f.c.state)
    .where(_f.c.subject.in_(sa.bindparam("subjects", expanding=True)))
    .order_by(_f.c.id)
)


def files_of(rows: t.Iterable[t.Any]) -> dict[int, list[sa.Row[t.Any]]]:
    """Return the files of these messages by their numbers; asks only where there are some."""
    subjects = [f"message:{row.id}" for row in rows if row.files]
    found: dict[int, list[sa.Row[t.Any]]] = {}
    for row in db.session.execute(_FILES, {"subjects": subjects}) if subjects else ():
        found.setdefault(int(row.subject.partition(":")[2]), []).append(row)
    return found


# --- the list -------------------------------------------------------------------------------------------------


class Row(t.NamedTuple):
    """A conversation in the list."""

    it: t.Any
    others: list[t.Any]
    words: str

    @property
    def unread(self) -> bool:
        """Whether somebody else wrote since its reader was here."""
        return bool(self.it.newest > self.it.read)


_last = _m.alias("last")
_LIST = (
    sa.select(
        _c.c.id, _c.c.last_id, _cp.c.newest, _cp.c.read, _cp.c.muted, _last.c.html, _last.c.at, _last.c.language,
        _last.c.removed, _last.c.author_id, _last.c.by, _last.c.audience_id == _c.c.audience_id,
    )
    .join_from(_cp, _c, _c.c.id == _cp.c.conversation_id)
    .join(_last, _last.c.id == _c.c.last_id)
    .where(_cp.c.person_id == _me, _cp.c.left_at.is_(None), in_sight(_c.c.audience_id))
)  # fmt: skip
_PAGE = (
    _LIST.where(_c.c.last_id < sa.bindparam("before"))
    .order_by(_c.c.last_id.desc())
    .limit(sa.bindparam("most"))
)
_ROW = _LIST.where(_c.c.id == _number)


def page(who: t.Any, before: int = LARGEST_ID, most: int = PAGE) -> list[Row]:
    """Return somebody's conversations, the newest message first; one more than a page where there are more."""
    rows = run(_PAGE, {"me": who.id, "before": before, "most": most + 1, **bound(who.viewer)}).all()
    return _rows(rows, who.id)


def row(who: t.Any, number: int) -> Row | None:
    """Return one conversation of the list."""
    if not 0 < number <= LARGEST_ID:
        return None
    rows = run(_ROW, {"me": who.id, "number": number, **bound(who.viewer)}).all()
    return next(iter(_rows(rows, who.id)), None)


def _rows(rows: t.Sequence[t.Any], person_id: int) -> list[Row]:
    people = people_of([it.id for it in rows], person_id)
    return [
        Row(
            it, [one for one in people[it.id] if one.id != person_id], excerpt(it.html, 140) if it[-1] else ""
        )
        for it in rows
    ]


# --- the number beside the word -------------------------------------------------------------------------------

UNREAD = (
    sa.select(sa.func.count())
    .where(
        _cp.c.person_id == _p.c.id, _cp.c.newest > _cp.c.read, _cp.c.left_at.is_(None), sa.not_(_cp.c.muted),
    )
    .correlate(_p)
    .scalar_subquery()
)  # fmt: skip
