"""Who may see a thing: one rule, asked two ways.

An audience is a set of rooms. It is stored once under its own key and never changes; a thing and all that
follows it (facts, notices, files, search entries) point to it. So to narrow a thing is to point it, and
them, to another audience (see `readdress`).
"""

import dataclasses
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.database import several, upsert
from app.extensions import Model, db

PUBLIC, MEMBERS, STEWARDS, NOBODY = "public", "members", "stewards", "nobody"
APART = "apart"  # nobody sits in it: it marks the audience of what was taken out of sight for a time
_NUMBERED = ("space", "organisation", "person", "keepers", "moderators")
_by_key: dict[str, int] = {}
_rooms: dict[int, frozenset[str]] = {}


class Audience(Model):
    """A set of rooms, kept once."""

    __tablename__ = "audience"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    key: so.Mapped[str] = so.mapped_column(sa.String(500), unique=True)


class AudienceRoom(Model):
    """One room of an audience, for the condition on queries."""

    __tablename__ = "audience_room"
    room: so.Mapped[str] = so.mapped_column(sa.String(40), primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"), primary_key=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Viewer:
    """The ids that a rule needs to know who looks. Safe to keep on a socket."""

    person_id: int | None
    rooms: frozenset[str]


VISITOR = Viewer(None, frozenset({PUBLIC}))


def space_room(number: int) -> str:
    """Return the room of a space."""
    return f"space:{number}"


def organisation_room(number: int) -> str:
    """Return the room of an organisation: those who hold a seat in it."""
    return f"organisation:{number}"


def person_room(number: int) -> str:
    """Return the room of one person."""
    return f"person:{number}"


def keepers_room(number: int) -> str:
    """Return the room of those who look after a space."""
    return f"keepers:{number}"


def moderators_room(number: int) -> str:
    """Return the room of those who decide in a space: its moderators, and those who look after it."""
    return f"moderators:{number}"


def is_room(room: str) -> bool:
    """Say whether this is the name of a room."""
    kind, _, number = room.partition(":")
    return room in (PUBLIC, MEMBERS, STEWARDS, NOBODY, APART) or (kind in _NUMBERED and number.isdigit())


def audience_of(*rooms: str) -> int:
    """Return the number of the audience that is this set of rooms; it is made at first use.

    An empty set raises: a push to no room would go to everybody.
    """
    if not rooms or not all(is_room(room) for room in rooms):
        raise ValueError(f"not an audience: {rooms!r}")
    key = ",".join(sorted(set(rooms)))
    number = _by_key.get(key) or db.session.scalar(sa.select(Audience.id).where(Audience.key == key))
    if number is None:
        return _made(key)
    if number not in _fresh():
        _by_key[key] = number
    return number


def known(*rooms: str) -> int:
    """Return the number of the audience that is this set of rooms, 0 where nothing was said to it yet. Makes none."""
    key = ",".join(sorted(set(rooms)))
    return _by_key.get(key) or db.session.scalar(sa.select(Audience.id).where(Audience.key == key)) or 0


def _fresh() -> set[int]:
    """Numbers made in this session: not kept in memory, for their transaction may still be rolled back."""
    fresh: set[int] = db.session().info.setdefault("fresh_audiences", set())
    return fresh


def _made(key: str) -> int:
    session = db.session
    session.execute(upsert(Audience).values(key=key).on_conflict_do_nothing())
    number = session.scalar(sa.select(Audience.id).where(Audience.key == key))
    assert number is not None
    _fresh().add(number)
    for room in key.split(","):
        session.execute(upsert(AudienceRoom).values(audience_id=number, room=room).on_conflict_do_nothing())
    return number


def forget() -> None:
    """Empty the memory of audiences. For tests, where the database changes under a process."""
    _by_key.clear()
    _rooms.clear()


def rooms_of(audience_id: int) -> frozenset[str]:
    """Return the rooms of an audience."""
    rooms = _rooms.get(audience_id)
    if rooms is None:
        key = db.session.scalar(sa.select(Audience.key).where(Audience.id == audience_id))
        if key is None:
            return frozenset(
                {NOBODY}
            )  # not kept: the number may be given to an audience that is still to come
        rooms = frozenset(key.split(","))
        if audience_id not in _fresh():
            _rooms[audience_id] = rooms
    return rooms


def may_see(viewer: Viewer, audience_id: int) -> bool:
    """The rule for sight, asked of one thing: a room in common."""
    return not viewer.rooms.isdisjoint(rooms_of(audience_id))


def is_apart(audience_id: int) -> bool:
    """Say whether a thing with this audience was taken out of sight for a time: see core/apart.py."""
    return APART in rooms_of(audience_id)


_room = AudienceRoom.__table__  # not the model: with it every list would be read through the ORM
_seen_audiences = sa.select(_room.c.audience_id).where(several(_room.c.room, "viewer_rooms", sa.String))


def in_sight(column: t.Any) -> sa.ColumnElement[bool]:
    """The same rule as a condition, for statements built once: bind `viewer_rooms` when running them."""
    return t.cast("sa.ColumnElement[bool]", column.in_(_seen_audiences))


def bound(viewer: Viewer) -> dict[str, t.Any]:
    """Return what a statement with in_sight() has to be run with."""
    return {"viewer_rooms": viewer.rooms}


class Thing:
    """What can be found by a reference and has an audience. Mixed into models."""

    kind: t.ClassVar[str]
    if t.TYPE_CHECKING:  # the models have them as columns
        id: t.Any
        audience_id: t.Any
        title: t.Any

    @property
    def ref(self) -> str:
        """The reference of this thing, such as `thread:12`."""
        return f"{self.kind}:{self.id}"

    @property
    def url(self) -> str:
        """The address of this thing on this site."""
        raise NotImplementedError(self.kind)

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps of the thing, None where it is not found.

        `title`, `also` (words that count as the title's), `body`, `lang`, `by` and `author` (a person's number), `at`;
        `tags`, by the names of the operators: {"org": [3], "in": [5], "theme": ["housing"], "has": ["file"]};
        `more`, for the last line of a result; of a part: `root`, `kind`, `shown` (the title), `part` (which page).
        """
        return None

    def parts(self) -> tuple[str, ...]:
        """Return the references of what is found as part of the thing; only kinds that have such parts say it."""
        return ()

    def readable_by(self, viewer: Viewer) -> bool:
        """Say whether this viewer may see the thing."""
        return may_see(viewer, self.audience_id)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> sa.ColumnElement[bool]:
        """Return the condition for the things that this viewer may see."""
        seen = sa.select(AudienceRoom.audience_id).where(AudienceRoom.room.in_(list(viewer.rooms)))
        return t.cast("sa.ColumnElement[bool]", cls.audience_id.in_(seen))

    @property
    def rooms(self) -> frozenset[str]:
        """The rooms of its audience."""
        return rooms_of(self.audience_id)


# Tables that follow a root thing: each has the columns root and audience_id.
_followers: list[type[Model]] = []
GONE = "thing.gone"  # the fact by which pages hear that a thing left their sight
WORDS = ("title", "excerpt", "body", "html", "title_tokens", "body_tokens", "tags")
_fact = sa.table("activity", sa.column("id"), sa.column("subject"))


def follows_root(model: type[Model]) -> type[Model]:
    """Class decorator: rows of this table always have the audience of their root thing."""
    _followers.append(model)
    return model


def _rows_of(table: t.Any, root: str) -> sa.ColumnElement[bool]:
    """The rows that follow a root. What was told to those who lost sight stays said to them alone."""
    condition = table.root == root
    return (
        condition & (table.verb != GONE) if hasattr(table, "verb") and hasattr(table, "data") else condition
    )


def readdress(root: str, audience_id: int) -> None:
    """Point all that follows a root thing to another audience. Call inside atomic()."""
    for model in _followers:
        table = t.cast(t.Any, model)
        db.session.execute(sa.update(table).where(_rows_of(table, root)).values(audience_id=audience_id))


def repoint(
    roots: t.Sequence[str], before: t.Collection[int], audience_id: int, but: t.Collection[str] = ()
) -> None:
    """Point what follows some roots and was said to certain audiences to another one, facts of some verbs aside.

    Call inside atomic()."""
    for start in range(0, len(roots), 500):
        some = list(roots[start : start + 500])
        for model in _followers:
            table = t.cast(t.Any, model)
            rows = sa.and_(table.root.in_(some), table.audience_id.in_(before))
            if hasattr(table, "verb") and hasattr(table, "data"):
                rows = rows & table.verb.not_in([GONE, *but])
            db.session.execute(sa.update(table).where(rows).values(audience_id=audience_id))


def rehang(ref: str, old: str, new: str, audience_id: int) -> None:
    """Let all that tells of one thing hang on another root, with its audience. Call inside atomic()."""
    for model in _followers:
        table = t.cast(t.Any, model)
        own = [getattr(table, name) for name in ("subject", "ref") if name in model.__table__.columns]
        if own:
            about = sa.and_(_rows_of(table, old), *(column == ref for column in own))
            db.session.execute(sa.update(table).where(about).values(root=new, audience_id=audience_id))


def silence(ref: str, url: str = "") -> None:
    """Empty the words of all that follows or tells of a thing that was removed. Call inside atomic().

    Facts, notices and entries keep their row, so that readers and counts stay whole; of a fact's data
    nothing is taken: it holds numbers and references, no words. `url` takes the place of addresses that
    hold a title.
    """
    for model in _followers:
        table = t.cast(t.Any, model)
        words = {name: "" for name in WORDS if name in model.__table__.columns}
        if words and url and "url" in model.__table__.columns:
            words["url"] = url
        if words:
            db.session.execute(sa.update(table).where(_tells_of(table, ref)).values(**words))


def retitle(root: str, old: str, title: str, paths: tuple[str, str]) -> None:
    """Let what was told of a thing that has another title now bear that. Call inside atomic().

    A line of the newsfeed or a notice leads to what is there today: under its old name nobody would know it again.
    What was taken back has no title and stays so. `paths`: the address before and now, for what lies below it."""
    for model in _followers:
        table, columns = t.cast(t.Any, model), model.__table__.columns
        if "verb" in columns and "title" in columns:
            said = sa.update(table).where(_rows_of(table, root), table.title == old)
            db.session.execute(said.values(title=title, url=sa.func.replace(table.url, *paths)))


def unsay(root: str, verb: str) -> None:
    """Empty the words of facts of one verb about a thing that were taken back. Call inside atomic()."""
    for model in _followers:
        table, columns = t.cast(t.Any, model), model.__table__.columns
        if "verb" in columns:
            names = (
                ("title", "excerpt") if "subject" in columns else ("excerpt",)
            )  # a notice keeps its thing's name
            said = _rows_of(table, root) & (table.verb == verb)
            db.session.execute(sa.update(table).where(said).values(dict.fromkeys(names, "")))


def _tells_of(table: t.Any, ref: str) -> sa.ColumnElement[bool]:
    """Rows about the thing itself, about what hangs on it, and notices whose last fact is about it."""
    conditions = [_rows_of(table, ref)]
    conditions += [
        getattr(table, name) == ref for name in ("subject", "ref") if name in table.__table__.columns
    ]
    if "last_id" in table.__table__.columns:
        about = sa.select(_fact.c.id).where(_fact.c.subject == ref)
        conditions.append(table.last_id.in_(about))
    return sa.or_(*conditions)
