"""Who may write to whom: each person's choice, and those whom somebody does not want to hear from.

The answer is the same for every reason, so that nobody learns which of them it was.
"""

import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.audience import bound, in_sight
from app.core.database import atomic, upsert
from app.core.text import HANDLE
from app.extensions import db
from app.members import mentions, profile
from app.members.models import Organisation, Person, Seat
from app.messages.models import EVERYBODY, GROUPS, NOBODY, MessageBlock, MessageChoice

_p, _o, _s = Person.__table__, Organisation.__table__, Seat.__table__
_choice, _block = MessageChoice.__table__, MessageBlock.__table__
first_seat = (
    sa.select(sa.func.min(_s.c.id))
    .where(_s.c.person_id == _p.c.id, _s.c.ended.is_(None))
    .correlate(_p)
    .scalar_subquery()
)
WITH_PLACE = _p.outerjoin(_s, _s.c.id == first_seat).outerjoin(_o, _o.c.id == _s.c.organisation_id)
SHOWN = (
    _p.c.id, _p.c.handle, _p.c.name, _p.c.state, _o.c.name.label("place"), _o.c.form.label("kind"), _o.c.code,
)  # fmt: skip
_theirs, _mine = _block.alias("theirs"), _block.alias("mine")
_me = sa.bindparam("me")
_FOUND = (
    sa.select(
        *SHOWN, sa.func.coalesce(_choice.c.who, EVERYBODY).label("who"),
        _theirs.c.at.is_not(None).label("refuses"), _mine.c.at.is_not(None).label("refused"),
    )
    .select_from(
        WITH_PLACE.outerjoin(_choice, _choice.c.person_id == _p.c.id)
        .outerjoin(_theirs, sa.and_(_theirs.c.person_id == _p.c.id, _theirs.c.other_id == _me))
        .outerjoin(_mine, sa.and_(_mine.c.person_id == _me, _mine.c.other_id == _p.c.id))
    )
    .where(
        _p.c.handle.in_(sa.bindparam("handles", expanding=True)), _p.c.state == "active", in_sight(_p.c.audience_id),
        _p.c.id != _me,
    )
)  # fmt: skip


class Reachable(t.NamedTuple):
    """Somebody who was named, and whether they can be written to."""

    id: int
    handle: str
    name: str
    place: str
    kind: str
    code: str
    open: bool  # they may be written to
    refused: bool  # who asks does not want to hear from them


def named(who: t.Any, handles: t.Collection[str]) -> list[Reachable]:
    """Return those of some handles who are people that who asks may see, in the order of the handles."""
    wanted = [one for one in dict.fromkeys(handles) if HANDLE.fullmatch(f"@{one}")]
    if not wanted:
        return []
    rows = db.session.execute(_FOUND, {"handles": wanted, "me": who.id, **bound(who.viewer)}).all()
    choosy = [row.id for row in rows if row.who == GROUPS and not row.refuses]
    near = profile.near_to(who.viewer, choosy) if choosy else set()
    found = [
        Reachable(
            row.id, row.handle, row.name, row.place or "", row.kind or "partner", row.code or "",
            not row.refuses and (row.who == EVERYBODY or row.id in near), row.refused,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: wanted.index(one.handle))


def offered(who: t.Any, words: str) -> list[Reachable]:
    """Return people whose handle or a word of whose name begins so."""
    hits = [hit.handle for hit in mentions.people(who.viewer, words)]
    return named(who, hits)


def may_begin(who: t.Any, person: Person) -> bool:
    """Say whether somebody may begin to write to a person."""
    return any(one.open and not one.refused for one in named(who, [person.handle]))


# --- what each person chose -----------------------------------------------------------------------------------


def choice_of(person_id: int) -> str:
    """Return who may begin to write to a person."""
    row = db.session.get(MessageChoice, person_id)
    return row.who if row else EVERYBODY


def choose(who: t.Any, choice: str) -> None:
    """Keep who may begin to write to who acts."""
    assert choice in (EVERYBODY, GROUPS, NOBODY)
    with atomic() as session:
        row = upsert(_choice).values(person_id=who.id, who=choice)
        session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_={"who": choice}))


def refuse(who: t.Any, person: Person) -> None:
    """Do not want to hear from somebody any longer. They are not told."""
    with atomic() as session:
        row = upsert(_block).values(person_id=who.id, other_id=person.id, at=clock.now())
        session.execute(row.on_conflict_do_nothing())


def allow(who: t.Any, person: Person) -> None:
    """Take that back."""
    with atomic() as session:
        session.execute(sa.delete(_block).where(_block.c.person_id == who.id, _block.c.other_id == person.id))


_REFUSED = (
    sa.select(*SHOWN)
    .select_from(WITH_PLACE.join(_block, _block.c.other_id == _p.c.id))
    .where(_block.c.person_id == _me)
    .order_by(_p.c.name, _p.c.id)
    .limit(200)
)


def refused(who: t.Any) -> list[t.Any]:
    """Return those whom somebody does not want to hear from."""
    return list(db.session.execute(_REFUSED, {"me": who.id}))
