"""Publishing: now, or at a day and hour in a zone, which a job of each minute keeps."""

import datetime as dt
import logging

import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.core.jobs import minutely
from app.core.text import excerpt
from app.core.when import NoSuchHour as NoSuchHour
from app.core.when import moment as moment
from app.extensions import db
from app.library import facets, sight
from app.library.care import UNSEEN, Shut, grown, told
from app.library.models import Document, Grant, Review
from app.members import signed_in

log = logging.getLogger(__name__)


def publish(
    author: object, document: Document, *, quiet: bool = False, at: dt.datetime | None = None
) -> None:
    """Let its readers find a document, now. `quiet`: no item of the newsfeed; `at`: it came out then already."""
    with atomic():
        grown(document, *UNSEEN, "published")
        if document.state == "published":
            return
        document.state = "published"
        document.published = document.sorted = at or clock.now()
        document.publish_at = None
        facets.keep(document)
        sight.settle(document, author)
        asked = (
            sa.select(Review.reviewer_id)
            .distinct()
            .where(Review.document_id == document.id, Review.answer != "declined")
        )
        if quiet:
            told("library.changed", author, document)
            return
        reviewers = sorted(db.session.scalars(asked))
        told(
            "library.added", author, document, excerpt=excerpt(document.abstract), reviewers=reviewers,
            doctype=document.type, docseries=document.series,
        )  # fmt: skip


def plan(author: object, document: Document, at: dt.datetime, zone: str) -> None:
    """Publish a document at a moment, chosen in a zone. A moment without a zone of its own is one on its clocks."""
    due = at if at.tzinfo else moment(at.date(), at.time(), zone)
    with atomic():
        grown(document, *UNSEEN)
        document.state, document.publish_at, document.zone = "planned", due.astimezone(dt.UTC), zone
        sight.settle(document, author)
        told("library.changed", author, document)


def unplan(author: object, document: Document) -> None:
    """Give up the plan: it is a draft again, or goes on being reviewed."""
    with atomic():
        grown(document, "planned")
        waits = sa.select(Review.id).where(Review.document_id == document.id).limit(1)
        document.state = "review" if db.session.scalar(waits) else "draft"
        document.publish_at = None
        sight.settle(document, author)
        told("library.changed", author, document)


_DUE = (
    sa.select(Document.id)
    .where(Document.state == "planned", Document.publish_at <= sa.bindparam("now", type_=Document.publish_at.type))
    .order_by(Document.publish_at, Document.id)
    .limit(200)
)  # fmt: skip


@minutely
def publish_due() -> None:
    """Publish what was planned for now or before. One that fails keeps none of the others."""
    for number in db.session.scalars(_DUE, {"now": clock.now()}).all():
        try:
            _publish_planned(number)
        except Shut:
            db.session.rollback()
        except Exception:
            db.session.rollback()
            log.exception("document %s was to be published", number)


def _publish_planned(number: int) -> None:
    with atomic():
        document = db.session.get_one(Document, number)
        grown(document, "planned")
        if document.publish_at is None or document.publish_at > clock.now():
            return  # it was put off meanwhile
        publish(signed_in.as_person(document.author_id), document, at=document.publish_at)


@minutely
def end_grants() -> None:
    """Who was let in for a time no longer reads."""
    over = sa.select(Grant.document_id).distinct().where(Grant.until <= clock.now())
    for number in db.session.scalars(over).all():
        with atomic():
            document = db.session.get_one(Document, number)
            grown(document)
            db.session.execute(
                sa.delete(Grant).where(Grant.document_id == number, Grant.until <= clock.now())
            )
            sight.settle(document)
