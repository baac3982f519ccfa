"""Review before publication: named people are asked, read what nobody else sees yet, and answer."""

import typing as t

import sqlalchemy as sa

from app.core import clock, text, watches
from app.core.database import atomic
from app.extensions import db
from app.library import sight
from app.library.care import UNSEEN, Shut, grown, told
from app.library.models import Document, Review
from app.library.words import ANSWERS, CHECKS


def ask_review(
    author: t.Any, document: Document, reviewer_ids: t.Iterable[int], words: str = ""
) -> list[Review]:
    """Ask people to review a document. They see it from now on; a round goes on until all of it have answered."""
    with atomic():
        grown(document, *UNSEEN)
        number = round_of(document)
        wanted = sorted(set(reviewer_ids) - _in_round(document, number))
        if not wanted:
            return []
        asked = [_asked(author, document, reviewer, number) for reviewer in wanted]
        if document.state == "draft":
            document.state = "review"
        sight.settle(document, author)
        for reviewer in wanted:
            watches.watch(reviewer, document.ref, watches.FOLLOW, softly=True)
        told(
            "library.review_asked", author, document, excerpt=words, audience_id=sight.circle_of(document), to=wanted,
            round=number,
        )  # fmt: skip
        return asked


def _asked(author: t.Any, document: Document, reviewer_id: int, number: int) -> Review:
    review = Review(
        document_id=document.id, round=number, reviewer_id=reviewer_id, asked_by_id=author.id, asked_at=clock.now(),
        number=document.versions, answer="", checked=[], words="", html="",
    )  # fmt: skip
    db.session.add(review)
    return review


def round_of(document: Document) -> int:
    """Return the round that is on: the last one while somebody has still to answer, else the next."""
    mine = sa.select(sa.func.max(Review.round)).where(Review.document_id == document.id)
    last = db.session.scalar(mine) or 0
    open_ = sa.select(Review.id).where(
        Review.document_id == document.id, Review.round == last, Review.answer == ""
    )
    return last if last and db.session.scalar(open_.limit(1)) else last + 1


def _in_round(document: Document, number: int) -> set[int]:
    mine = sa.select(Review.reviewer_id).where(Review.document_id == document.id, Review.round == number)
    return set(db.session.scalars(mine))


def answer_review(
    reviewer: t.Any, review: Review, answer: str, checked: t.Iterable[str], words: str
) -> Review:
    """Say what one thinks of a document that one was asked about. An answer can be changed until it is published."""
    if answer not in ANSWERS:
        raise KeyError(answer)
    document = db.session.get_one(Document, review.document_id)
    with atomic():
        grown(document, *UNSEEN)
        db.session.refresh(review)
        if review.reviewer_id != reviewer.id or review.round < _last_round(document):
            raise Shut(document.ref)
        review.answer, review.answered, review.number = answer, clock.now(), document.versions
        review.checked = [key for key in CHECKS if key in set(checked)]
        review.words = text.clean_text(words)
        review.html = text.render(review.words) if review.words else ""
        db.session.flush()
        told(
            "library.reviewed", reviewer, document, excerpt=text.excerpt(review.html), answer=answer,
            audience_id=sight.circle_of(document), to=sorted({document.author_id, review.asked_by_id}),
        )  # fmt: skip
        return review


def _last_round(document: Document) -> int:
    mine = sa.select(sa.func.max(Review.round)).where(Review.document_id == document.id)
    return db.session.scalar(mine) or 0


def listed(document: Document) -> list[Review]:
    """Return the reviews of a document, the newest round first."""
    mine = sa.select(Review).where(Review.document_id == document.id)
    return list(db.session.scalars(mine.order_by(Review.round.desc(), Review.id)))


def mine(document: Document, person_id: int | None) -> Review | None:
    """Return what somebody was asked last about a document."""
    own = sa.select(Review).where(Review.document_id == document.id, Review.reviewer_id == person_id)
    return db.session.scalars(own.order_by(Review.round.desc()).limit(1)).first()
