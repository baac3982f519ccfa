"""What becomes of the documents of a person whose account is erased."""

import typing as t

import sqlalchemy as sa

from app.core.database import atomic
from app.core.languages import _, in_language, offered
from app.extensions import db
from app.library import ending, hiding
from app.library.care import UNSEEN
from app.library.models import Document, Review


def forget_drafts(who: t.Any) -> None:
    """Throw away what somebody entered and nobody reads yet: nobody else could find it."""
    mine = sa.select(Document).where(Document.author_id == who.id, Document.state.in_(UNSEEN))
    for document in db.session.scalars(mine.order_by(Document.id)).all():
        ending.discard(who, document)


def take_words(who: t.Any) -> list[str]:
    """Take away what somebody shared personally, and what they said in reviews; return the references."""
    own = sa.select(Document).where(
        Document.author_id == who.id, Document.organisation_id.is_(None), Document.title != ""
    )
    taken = db.session.scalars(own.order_by(Document.id)).all()
    for document in taken:
        with atomic(), in_language(document.language if document.language in offered() else "en"):
            hiding.redact(who, document, str(_("Taken away with the account of its author.")))
    with atomic():
        said = sa.update(Review).where(Review.reviewer_id == who.id).values(words="", html="")
        db.session.execute(said)
    return [document.ref for document in taken]
