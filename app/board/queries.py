"""One discussion, read as tuples: the discussion with where its reader stands, its posts, their files."""

import functools
import typing as t

import sqlalchemy as sa

from app.board.models import Post, ReadMark, Thank, Thread
from app.core.activity import Activity
from app.core.audience import MEMBERS, PUBLIC, Thing, Viewer, is_apart, may_see, rooms_of
from app.core.database import LARGEST_ID, run, setting
from app.core.files import Attachment
from app.core.links import Link
from app.core.text import slug
from app.core.watches import Watch
from app.extensions import db
from app.spaces import shelf
from app.spaces.models import Space

_t, _p, _s, _f = Thread.__table__, Post.__table__, Space.__table__, Attachment.__table__
_mark, _thank, _watch, _fact = ReadMark.__table__, Thank.__table__, Watch.__table__, Activity.__table__
_link = Link.__table__
_me, _ref = sa.bindparam("me"), sa.bindparam("ref")
_waiting = sa.select(sa.func.count()).where(_f.c.root == _ref, _f.c.state == "waiting").scalar_subquery()
_newest = sa.select(sa.func.coalesce(sa.func.max(_fact.c.id), 0)).scalar_subquery()
_about = (
    sa.select(_link.c.target)
    .where(_link.c.source == _ref, _link.c.kind == "about")
    .limit(1)
    .scalar_subquery()
)
# Rooms that tie something to a discussion, such as a search for a date, lend it a panel `thread`.
_tied = (
    sa.select(sa.func.aggregate_strings(_link.c.source, " "))
    .where(_link.c.target == _ref, _link.c.kind == "beside")
    .scalar_subquery()
)
_ONE = (
    sa.select(
        _t.c.id, _t.c.space_id, _t.c.audience_id, _t.c.topic, _t.c.title, _t.c.language, _t.c.author_id, _t.c.by,
        _t.c.at, _t.c.posts, _t.c.replies, _t.c.voices, _t.c.version, _t.c.pinned, _t.c.closed, _t.c.locked,
        _t.c.removed, _t.c.outcome_html, _t.c.outcome_by, _t.c.outcome_at, _s.c.name.label("space_name"),
        _s.c.sight.label("space_sight"), _mark.c.number.label("read"), _mark.c.at.label("read_at"),
        _watch.c.level.label("watch"), _waiting.label("waiting"), _newest.label("last"), _about.label("about"),
        _tied.label("tied"),
    )
    .join_from(_t, _s, _s.c.id == _t.c.space_id)
    .outerjoin(_mark, (_mark.c.thread_id == _t.c.id) & (_mark.c.person_id == _me))
    .outerjoin(_watch, (_watch.c.ref == _ref) & (_watch.c.person_id == _me))
    .where(_t.c.id == sa.bindparam("number"))
)  # fmt: skip


_ANSWERED = (
    sa.select(
        _t.c.id, _t.c.space_id, _t.c.audience_id, _t.c.title, _t.c.language, _t.c.author_id, _t.c.voices, _t.c.closed,
        _t.c.locked, _t.c.removed, _watch.c.level.label("watch"),
        sa.exists().where(_p.c.thread_id == _t.c.id, _p.c.author_id == _me).label("heard"),
    )
    .outerjoin(_watch, (_watch.c.ref == _ref) & (_watch.c.person_id == _me))
    .where(_t.c.id == sa.bindparam("number"))
)  # fmt: skip


class Shown(Thing):
    """A discussion as it was just read: one row, and where its reader stands. The rules take it for a Thread."""

    kind = "thread"

    def __init__(self, row: t.Any) -> None:
        self.__dict__.update(row._mapping)

    @property
    def url(self) -> str:
        """The address of the discussion."""
        return f"/discussions/{self.id}-{slug(self.title)}"

    @property
    def unread(self) -> int:
        """How many posts came since its reader was here; nothing for who never was."""
        return max(0, self.posts - self.read) if self.read else 0

    @property
    def audience(self) -> str:
        """Who may read it, in a word: `public`, `members` or `space`."""
        rooms = rooms_of(self.audience_id)
        return PUBLIC if PUBLIC in rooms else MEMBERS if MEMBERS in rooms else "space"

    @property
    def apart(self) -> bool:
        """Whether it was taken out of sight for a time."""
        return is_apart(self.audience_id)

    @functools.cached_property
    def shelved(self) -> bool:
        """Whether its group is archived."""
        return self.space_id in shelf.archived()

    def page_of(self, number: int) -> int:
        """Return the first number of the page that a post stands on."""
        size = setting("DISCUSSION_PAGE")
        last = max(1, self.posts)
        return (min(max(number, 1), last) - 1) // size * size + 1

    def opens_at(self) -> int:
        """Return the post that its reader wants first: the first unread one; all read, the last."""
        return min(self.read + 1, self.posts) if self.read else 1


def one(number: int, person_id: int | None) -> Shown | None:
    """Return a discussion for its page, whatever its audience: the caller asks the rule."""
    return _read(_ONE, number, person_id)


def to_answer(number: int, person_id: int | None) -> Shown | None:
    """Return what a reply needs of a discussion, whatever its audience: the caller asks the rule."""
    return _read(_ANSWERED, number, person_id)


def _read(statement: t.Any, number: int, person_id: int | None) -> Shown | None:
    if not 0 < number <= LARGEST_ID:
        return None
    values = {"number": number, "me": person_id or 0, "ref": f"thread:{number}"}
    row = run(statement, values).first()
    return Shown(row) if row else None


def _as_text(column: t.Any, name: str = "by") -> t.Any:
    """An author line as it is kept: read only when its post has to be drawn."""
    return sa.cast(column, sa.Text).label(name)


_to = _p.alias("answered")
_POSTS = (
    sa.select(
        _p.c.id, _p.c.number, _p.c.reply_to, _p.c.author_id, _as_text(_p.c.by), _p.c.language, _p.c.html, _p.c.at, _p.c.edited,
        _p.c.removed, _p.c.removed_by, _p.c.removed_why, _p.c.thanks, _p.c.files, _p.c.audience_id, _as_text(_to.c.by, "to_by"),
        _thank.c.person_id.is_not(None).label("thanked"),
    )
    .outerjoin(_thank, (_thank.c.post_id == _p.c.id) & (_thank.c.person_id == _me))
    .outerjoin(
        _to,  # one that is out of sight hangs on another root
        (_to.c.thread_id == _p.c.thread_id) & (_to.c.number == _p.c.reply_to) & (_to.c.root == _p.c.root),
    )
    .where(_p.c.thread_id == sa.bindparam("thread"), _p.c.number >= sa.bindparam("start"))
    .order_by(_p.c.number)
    .limit(sa.bindparam("most"))
)  # fmt: skip
_FILES = (
    sa.select(_f.c.id, _f.c.subject, _f.c.name, _f.c.type, _f.c.size, _f.c.state)
    .where(_f.c.subject.in_(sa.bindparam("subjects", expanding=True)))
    .order_by(_f.c.id)
)


def posts(it: Shown, viewer: Viewer, start: int, most: int) -> list[sa.Row[t.Any]]:
    """Return posts of a discussion that a viewer may see, from a number on."""
    values = {"thread": it.id, "me": viewer.person_id or 0, "start": start, "most": most}
    own = it.audience_id  # asked for before; a post that is out of sight has another
    rows = run(_POSTS, values).all()
    return [row for row in rows if row.audience_id == own or may_see(viewer, row.audience_id)]


def files_of(rows: t.Iterable[t.Any]) -> dict[int, list[sa.Row[t.Any]]]:
    """Return the files of these posts by the posts' ids; asks only where there are some."""
    subjects = [f"post:{row.id}" for row in rows if row.files]
    found: dict[int, list[sa.Row[t.Any]]] = {}
    for row in db.session.execute(_FILES, {"subjects": subjects}) if subjects else ():
        found.setdefault(int(row.subject[5:]), []).append(row)
    return found


def post_numbered(thread_id: int, number: int) -> Post | None:
    """Return one post to act on."""
    if not (0 < number <= LARGEST_ID and 0 < thread_id <= LARGEST_ID):
        return None
    return db.session.scalar(sa.select(Post).where(Post.thread_id == thread_id, Post.number == number))
