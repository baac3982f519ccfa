"""The end of a document, and what keeps it from growing old: superseded, withdrawn, discarded, still valid."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.core import clock, files, finding, links
from app.core.activity import Activity, record
from app.core.audience import silence, unsay
from app.core.database import atomic
from app.core.jobs import hourly
from app.extensions import db
from app.library import models, sight
from app.library.care import UNSEEN, grown, told
from app.library.models import Document
from app.library.models.documents import OPEN
from app.members.models import Person, Seat

TOLD = (
    "library.added",
    "library.version",
    "library.edition",
    "library.superseded",
)  # what the newsfeed shows
LATER = dt.timedelta(days=365)


def supersede(author: t.Any, document: Document, by_document: Document) -> None:
    """Say that another document stands in its place: it stays readable, with a line that leads on."""
    with atomic():
        grown(document, *OPEN)
        document.state, document.into_id = "superseded", by_document.id
        links.tie(by_document.ref, "replaces", document.ref, author.id)
        told("library.superseded", author, document, by=by_document.ref)


def withdraw(author: t.Any, document: Document, why: str) -> None:
    """Take a document away for good reason: a line stays that says so, and nobody gets its file any longer."""
    with atomic():
        grown(document, *OPEN)
        document.state = "withdrawn"
        document.withdrawn_why, document.withdrawn_by = why, author.byline()["name"]
        document.withdrawn_at = clock.now()
        for verb in TOLD:
            unsay(document.ref, verb)
        finding.forget(document.ref)
        sight.settle(document, author)
        told("library.withdrawn", author, document, own=document.author_id == author.id)


def reinstate(author: t.Any, document: Document) -> None:
    """Put back what was withdrawn by mistake, with its file and its number."""
    with atomic():
        grown(document, "withdrawn")
        document.state = "superseded" if document.into_id else "published"
        document.withdrawn_why = document.withdrawn_by = ""
        document.withdrawn_at = None
        said = sa.update(Activity).where(Activity.root == document.ref, Activity.verb.in_(TOLD))
        db.session.execute(said.values(title=document.title))
        sight.settle(document, author)
        told("library.changed", author, document)


def discard(author: t.Any, document: Document) -> None:
    """Throw away a draft that nobody has read yet: nothing of it stays."""
    with atomic():
        grown(document, *UNSEEN)
        record("library.changed", actor=author, subject=document.ref, audience_id=document.audience_id)
        silence(document.ref, url="/library")
        numbers = sa.select(models.Version.id).where(models.Version.document_id == document.id)
        for number in db.session.scalars(numbers).all():
            files.forget(f"version:{number}")
            pages = sa.select(models.Page.id).where(models.Page.version_id == number)
            for page in db.session.scalars(pages).all():
                files.forget(f"page:{page}")
            db.session.execute(sa.delete(models.Page).where(models.Page.version_id == number))
        for table in (models.DocumentFacet, models.Edition, models.Version, models.Review, models.Grant,
                      models.Placement, models.CollectionItem, models.AccessRequest, models.GuestLink,
                      models.DocumentDay):  # fmt: skip
            own = t.cast(t.Any, table)
            db.session.execute(sa.delete(own).where(own.document_id == document.id))
        _untie(document.ref)
        db.session.flush()
        db.session.execute(sa.delete(Document).where(Document.id == document.id))
        db.session.expunge(document)


def _untie(ref: str) -> None:
    ties = sa.delete(links.Link).where(sa.or_(links.Link.source == ref, links.Link.target == ref))
    db.session.execute(ties)


def still_valid(author: t.Any, document: Document, until: dt.date | None = None) -> None:
    """Say that a document still holds; its owner is asked again a year later, or at the day that is given."""
    with atomic():
        grown(document, *OPEN)
        document.review_by = until or (clock.now() + LATER).date()
        document.asked_again = None
        told("library.changed", author, document)


_OVERDUE = (
    sa.select(Document.id)
    .where(Document.state == "published", Document.review_by <= sa.bindparam("today", type_=sa.Date))
    .where(Document.asked_again.is_(None))
    .order_by(Document.id)
    .limit(200)
)


@hourly
def ask_owners() -> None:
    """Ask who entered a document whose day has come whether it still holds: once for each day that was set."""
    for number in db.session.scalars(_OVERDUE, {"today": clock.now().date()}).all():
        with atomic():
            document = db.session.get_one(Document, number)
            grown(document, *OPEN)
            document.asked_again = clock.now()
            carers = document.audience_id
            told("library.still_valid", None, document, audience_id=carers, to=_owners(document))


def _owners(document: Document) -> list[int]:
    """Return who is asked: who entered it; where they have left, the first contacts of its organisation."""
    author = db.session.get(Person, document.author_id)
    if author is not None and author.state == "active":
        return [author.id]
    seats = sa.select(Seat.person_id).where(
        Seat.organisation_id == document.organisation_id, Seat.primary, Seat.ended.is_(None)
    )
    return sorted(db.session.scalars(seats))
