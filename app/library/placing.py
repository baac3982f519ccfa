"""A document in further spaces: asked for, and taken in by who looks after the library there. Each act is one transaction."""

import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.activity import record
from app.core.audience import Viewer
from app.core.database import atomic, upsert
from app.extensions import db
from app.library import facets, sight
from app.library.care import grown
from app.library.models import Document, Placement
from app.library.models.documents import OPEN
from app.spaces.models import Membership, Space

_p, _m = Placement.__table__, Membership.__table__
CURATORS = ("facilitator", "librarian")
MOST = 15  # further spaces of one document: each is named in its audience


def curators(space_id: int) -> list[int]:
    """Return the people who look after the library of a space."""
    theirs = sa.select(_m.c.person_id).where(
        _m.c.space_id == space_id, _m.c.state == "in", _m.c.role.in_(CURATORS)
    )
    return list(db.session.scalars(theirs))


def ask(author: t.Any, document: Document, space: Space, *, at_once: bool = False) -> bool:
    """Ask that a space takes a document in; who looks after its library takes it in at once. Twice is once."""
    with atomic() as session:
        grown(document, *OPEN)
        if document.space_id == space.id or document.sight == "organisation" or len(listed(document)) >= MOST:
            return False
        state = "in" if at_once else "asked"
        row = upsert(Placement).values(
            document_id=document.id, space_id=space.id, state=state, by_id=author.id, at=clock.now()
        )
        if not session.execute(row.on_conflict_do_nothing().returning(_p.c.space_id)).first():
            return False
        if at_once:
            _taken_in(author, document, space, None)
        else:
            sight.settle(document, author)
            record(
                "library.place_asked", actor=author, subject=document, space_id=space.id, data={"to": curators(space.id)},
                url=f"/library/{document.id}/places",
            )  # fmt: skip
        return True


def accept(actor: t.Any, document: Document, space: Space) -> bool:
    """Take a document in that was asked for; says whether it waited."""
    with atomic() as session:
        grown(document)
        mine = (_p.c.document_id == document.id, _p.c.space_id == space.id, _p.c.state == "asked")
        asked = session.execute(sa.update(_p).where(*mine).values(state="in").returning(_p.c.by_id)).first()
        if asked is None:
            return False
        _taken_in(actor, document, space, asked.by_id)
        return True


def _taken_in(actor: t.Any, document: Document, space: Space, asked_by: int | None) -> None:
    facets.keep(document)
    sight.settle(document, actor)
    to = {document.author_id, *([asked_by] if asked_by else [])} - {actor.id}
    record(
        "library.placed",
        actor=actor,
        subject=document,
        space_id=space.id,
        data={"to": sorted(to), "space_id": space.id},
    )


def take_off(actor: t.Any, document: Document, space: Space) -> bool:
    """Take a document out of a further space, or turn down that it was asked for; says whether it stood or waited there."""
    with atomic() as session:
        grown(document)
        mine = (_p.c.document_id == document.id, _p.c.space_id == space.id)
        gone = session.execute(sa.delete(_p).where(*mine).returning(_p.c.state)).first()
        if gone is None:
            return False
        facets.keep(document)
        sight.settle(document, actor)
        record("library.changed", actor=actor, subject=document, space_id=document.space_id)
        return True


def listed(document: Document) -> list[t.Any]:
    """Return the further spaces of a document: space_id, state, who asked."""
    rows = sa.select(_p.c.space_id, _p.c.state, _p.c.by_id).where(_p.c.document_id == document.id)
    return list(db.session.execute(rows.order_by(_p.c.at, _p.c.space_id)))


def asked(viewer: Viewer, document: Document) -> int:
    """Return how many groups that a viewer sees were asked to take a document in."""
    waits = sa.select(sa.func.count()).select_from(Placement).join(Space, Space.id == Placement.space_id)
    mine = (Placement.document_id == document.id, Placement.state == "asked", Space.visible_to(viewer))
    return int(db.session.scalar(waits.where(*mine)) or 0)


_WAITING = (
    sa.select(_p.c.document_id)
    .where(_p.c.space_id == sa.bindparam("space"), _p.c.state == "asked")
    .order_by(_p.c.at)
    .limit(50)
)


def waiting(space_id: int) -> list[int]:
    """Return the documents that ask to be taken in by a space."""
    return list(db.session.scalars(_WAITING, {"space": space_id}))


def readers(document: Document, more: t.Collection[int] = ()) -> int | None:
    """Return how many people read a document through the groups it stands in, with some more; None where more do."""
    if sight.word_for(document) != "space":
        return None
    spaces = {document.space_id, *sight.placed_in(document.id), *more}
    inside = sa.select(sa.func.count(sa.distinct(_m.c.person_id))).where(
        _m.c.space_id.in_(spaces), _m.c.state == "in"
    )
    return int(db.session.scalar(inside) or 0)
