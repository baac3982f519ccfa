"""Who sees a document: worked out from its state and what its author chose, and moved with all that hangs on it."""

import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.activity import Activity, record
from app.core.apart import Apart
from app.core.audience import (
    GONE,
    MEMBERS,
    NOBODY,
    PUBLIC,
    STEWARDS,
    audience_of,
    is_apart,
    keepers_room,
    organisation_room,
    person_room,
    readdress,
    rooms_of,
    space_room,
)
from app.core.files import Attachment
from app.extensions import db
from app.library.models import Document, Grant, Page, Placement, Review
from app.library.models.documents import OPEN
from app.spaces.models import Membership, Space

MOST_PEOPLE = 20  # named one by one in an audience
# Facts that are said to those who work on a document, whoever reads it later.
QUIET = (
    "library.review_asked", "library.reviewed", "library.revised", "library.place_asked", "library.still_valid",
)  # fmt: skip
# Facts that are said to the people they name alone: who asks to read, whom it was opened for, whose address is dead.
NAMED = ("library.access_asked", "library.access_given", "library.link_dead")


def audience_for(document: Document) -> int:
    """Return who sees a document, as its state, its sight, its spaces and its grants say."""
    if document.state not in (*OPEN, "withdrawn"):
        return circle_of(document)
    return audience_said(document, word_for(document))


def audience_said(document: Document, word: str) -> int:
    """Return who reads a document once it is published, if its sight is this word."""
    return audience_of(*rooms_said(document, word))


def rooms_said(document: Document, word: str) -> frozenset[str]:
    """Return the rooms that read a document once it is published, if its sight is this word. Writes nothing."""
    return frozenset([*_readers(document, word), *_granted(document)])


def circle_of(document: Document) -> int:
    """Return those who work on a document: its author and the named reviewers."""
    return audience_of(person_room(document.author_id), *_reviewers(document))


def carers_of(document: Document) -> int:
    """Return those who look after a document: its author, who looks after its home, the secretariat."""
    rooms = {person_room(document.author_id), keepers_room(document.space_id)}
    return audience_of(*rooms, *(() if _home(document).enclosed else (STEWARDS,)))


def word_for(document: Document, space: Space | None = None) -> str:
    """Return its sight as its home allows it: in an enclosed group nothing is said to more than its members."""
    offers = (space or _home(document)).offers()
    return document.sight if document.sight == "organisation" or document.sight in offers else offers[-1]


def _readers(document: Document, word: str) -> list[str]:
    if word in ("public", "members"):
        return [PUBLIC if word == "public" else MEMBERS]
    own = [person_room(document.author_id)]
    if word == "organisation":
        return [*own, *([organisation_room(document.organisation_id)] if document.organisation_id else [])]
    rooms = [space_room(number) for number in (document.space_id, *placed_in(document.id))]
    return [*own, *rooms, *_asked_of(document.id)]


def _asked_of(document_id: int) -> list[str]:
    """Those who look after the libraries that were asked to take it in: they cannot answer about what they do not see."""
    asked = sa.select(Placement.space_id).where(
        Placement.document_id == document_id, Placement.state == "asked"
    )
    numbers = list(db.session.scalars(asked.order_by(Placement.space_id)))
    theirs = sa.select(Membership.person_id).where(
        Membership.space_id.in_(numbers), Membership.role == "librarian", Membership.state == "in"
    )
    librarians = (
        list(db.session.scalars(theirs.order_by(Membership.person_id).limit(MOST_PEOPLE))) if numbers else []
    )
    return [*(keepers_room(number) for number in numbers), *(person_room(number) for number in librarians)]


def placed_in(document_id: int) -> list[int]:
    """Return the further spaces that took a document in."""
    taken = sa.select(Placement.space_id).where(Placement.document_id == document_id, Placement.state == "in")
    return list(db.session.scalars(taken.order_by(Placement.space_id)))


def _reviewers(document: Document) -> list[str]:
    if document.state == "draft":
        return []
    asked = sa.select(Review.reviewer_id).distinct().where(Review.document_id == document.id)
    return [person_room(number) for number in sorted(db.session.scalars(asked))[:MOST_PEOPLE]]


def _granted(document: Document) -> list[str]:
    still = sa.or_(Grant.until.is_(None), Grant.until > clock.now())
    given = sa.select(Grant.person_id).where(Grant.document_id == document.id, still).order_by(Grant.at)
    return [person_room(number) for number in db.session.scalars(given.limit(MOST_PEOPLE))]


def _home(document: Document) -> Space:
    return db.session.get_one(Space, document.space_id)


def settle(document: Document, actor: t.Any = None) -> None:
    """Work out the audience anew, inside atomic(): all that hangs on the document moves, who loses sight hears it."""
    db.session.flush()
    after, before = audience_for(document), document.audience_id
    if is_apart(before):  # it comes back to them
        back = sa.update(Apart).where(Apart.ref == document.ref).values(audience_id=after)
        db.session.execute(back)
        return
    if after != before:
        document.audience_id = after
        db.session.flush()
        readdress(document.ref, after)
        _lost(document, before, after, actor)
    narrow_parts(document)


def narrow_parts(document: Document) -> None:
    """What hangs on a document and is for fewer people than it: work on it, and the file of a withdrawn one."""
    quiet = sa.update(Activity).where(Activity.root == document.ref, Activity.verb.in_(QUIET))
    db.session.execute(quiet.values(audience_id=circle_of(document)))
    _narrow_named(document)
    if is_apart(document.audience_id):
        return
    parts = carers_of(document) if document.state == "withdrawn" else document.audience_id
    for model in (Attachment, Page):
        table = t.cast(t.Any, model)
        rows = sa.update(table).where(table.root == document.ref, table.audience_id != parts)
        db.session.execute(rows.values(audience_id=parts))


def _narrow_named(document: Document) -> None:
    said = sa.select(Activity.id, Activity.data).where(
        Activity.root == document.ref, Activity.verb.in_(NAMED)
    )
    for row in db.session.execute(said).all():
        theirs = audience_of(*(person_room(number) for number in row.data["to"]))
        db.session.execute(sa.update(Activity).where(Activity.id == row.id).values(audience_id=theirs))


def _lost(document: Document, before: int, after: int, actor: t.Any) -> None:
    old, new = rooms_of(before), rooms_of(after)
    if old <= new or PUBLIC in new or (MEMBERS in new and PUBLIC not in old):
        return
    gone = {"refs": [document.ref], "kept": sorted(new)}
    record(GONE, actor=actor, subject=document.ref, audience_id=before, data=gone)


def settle_space(actor: t.Any, space: Space) -> None:
    """A space is seen by other people: so are the documents in it, inside atomic()."""
    placed = sa.select(Placement.document_id).where(Placement.space_id == space.id, Placement.state == "in")
    here = sa.or_(Document.space_id == space.id, Document.id.in_(placed))
    for document in db.session.scalars(sa.select(Document).where(here).order_by(Document.id)).all():
        document.version += 1
        settle(document, actor)
    record(
        "library.narrowed", actor=None, subject=space.ref, space_id=space.id, audience_id=audience_of(NOBODY)
    )
