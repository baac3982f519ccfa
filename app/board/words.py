"""A text as somebody wrote it, made ready before the transaction: cleaned, rendered, mentions looked up."""

import typing as t

import sqlalchemy as sa

from app.core import limits, text
from app.core.audience import PUBLIC, bound, in_sight, space_room
from app.core.database import setting
from app.core.text import Named
from app.extensions import db
from app.members.models import Organisation, Person
from app.spaces.models import Space


class Written(t.NamedTuple):
    """A body with its rendering and the references of those whom it mentions."""

    body: str
    html: str
    called: dict[str, str]  # handle → reference

    @property
    def mentions(self) -> list[str]:
        """The references of those who are called, each once."""
        return list(dict.fromkeys(self.called.values()))

    @property
    def excerpt(self) -> str:
        """The first words."""
        return text.excerpt(self.html)


def written(author: t.Any, body: "str | Written", rooms: t.Collection[str] = ()) -> Written:
    """Return a text ready to be kept; what is ready already stays as it is.

    `rooms` are those that will read it: a private space is only named to those inside.
    """
    if isinstance(body, Written):
        return body
    body = text.clean_text(body)
    known = found(text.mentioned(body, setting("MENTIONS_MAX")), author, rooms)
    html = text.render(body, {handle: row.named for handle, row in known.items()})
    return Written(body, html, {handle: row.ref for handle, row in known.items()})


class Found(t.NamedTuple):
    """What a handle stands for."""

    ref: str
    named: Named


_p, _o, _s = Person.__table__, Organisation.__table__, Space.__table__
_handles = sa.bindparam("handles", expanding=True)
_nothing = sa.literal("")
_FOUND = sa.union_all(
    sa.select(sa.literal("person").label("kind"), _p.c.id, _p.c.handle, _p.c.name, _p.c.handle.label("tail"),
              _nothing.label("sight")).where(_p.c.handle.in_(_handles), _p.c.state == "active"),
    sa.select(sa.literal("organisation"), _o.c.id, _o.c.handle, _o.c.name, _o.c.place, _nothing)
    .where(_o.c.handle.in_(_handles)),
    sa.select(sa.literal("space"), _s.c.id, _s.c.handle, _s.c.name, _s.c.name, _s.c.sight)
    .where(_s.c.handle.in_(_handles), in_sight(_s.c.audience_id)),
)  # fmt: skip
PLACES = {"person": "people", "organisation": "members", "space": "groups"}


def found(handles: list[str], author: t.Any, rooms: t.Collection[str]) -> dict[str, Found]:
    """Return what the handles of a text stand for, as far as its author and its readers may know."""
    if not handles:
        return {}
    rows = db.session.execute(_FOUND, {"handles": handles, **bound(author.viewer)}).all()
    by_handle = {row.handle: row for row in rows if row.kind != "space" or _may_be_named(row, rooms)}
    return {handle: _found(by_handle[handle]) for handle in handles if handle in by_handle}


def _may_be_named(space: t.Any, rooms: t.Collection[str]) -> bool:
    """Say whether all who will read a text may know the name of a group."""
    if space.sight == "members":
        return PUBLIC not in rooms
    return space.sight == "public" or {space_room(space.id)} == set(rooms)


def _found(row: t.Any) -> Found:
    tail = row.tail if row.kind == "person" else text.slug(row.tail or row.name)
    return Found(f"{row.kind}:{row.id}", Named(f"/{PLACES[row.kind]}/{row.id}-{tail}", row.name))


def told(author: t.Any, words: Written) -> Written:
    """Leave out spaces that this person has called in the last hour: their facilitators hear once."""
    spaces = [ref for ref in words.mentions if ref.startswith("space:")]
    again = {ref for ref in spaces if not limits.hit(f"call-{ref}", str(author.id), 1, 60)}
    return words._replace(called={handle: ref for handle, ref in words.called.items() if ref not in again})
