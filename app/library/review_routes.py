"""Review: whom to ask, and what somebody says who was asked."""

import re
import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.core import pages
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.extensions import db
from app.library import acts, forms, reviewing, words
from app.library.models import Document
from app.library.routes import found
from app.library.sight import MOST_PEOPLE
from app.library.work_routes import done
from app.members.models import Person

bp = Blueprint("library_review", __name__)


@bp.route("/library/<int:number>/review", methods=["GET", "POST"])
@ruled("library.publish")
def ask(number: int) -> t.Any:
    """Ask named people to review a document."""
    document = found(number, "library.publish")
    form = forms.AskReview()
    people = _named(document, form) if request.method == "POST" and form.validate() else []
    if not people or form.errors:
        status = 422 if request.method == "POST" else 200
        return pages.page(
            "library/ask_review.html",
            status,
            place="library",
            it=document,
            form=form,
            error=status == 422,
            words=words,
        )
    text = form.words.data or ""
    return done(
        "library.publish", document, lambda who, it: acts.ask_review(who, it, people, text),
        _("They were asked, and can read it now."),
    )  # fmt: skip


def _named(document: Document, form: forms.AskReview) -> list[int]:
    """Return the people whom the field names by handle or by their whole name; words beside it where one is not found."""
    found_: dict[int, None] = {}
    for word in filter(None, (part.strip() for part in re.split(r"[,;،；、\n]", form.people.data))):
        for one in [word] if " " in word and "@" not in word else word.split():
            number = person_called(one)
            if number is None or number == person().id:
                form.people.errors = [_("There is nobody else here called %(name)s.", name=one)]
                return []
            found_[number] = None
    if len(found_) + len(reviewing.listed(document)) > MOST_PEOPLE:
        form.people.errors = [_("A document has %(num)s reviewers at most.", num=MOST_PEOPLE)]
    return list(found_)


def person_called(word: str) -> int | None:
    """Return the one person whom a word names and who is seen by who asks."""
    called = sa.or_(Person.handle == word.lower().removeprefix("@"), Person.name == word)
    mine = (
        sa.select(Person.id).where(called, Person.state == "active", Person.visible_to(me().viewer)).limit(2)
    )
    rows = list(db.session.scalars(mine))
    return rows[0] if len(rows) == 1 else None


@bp.route("/library/<int:number>/answer", methods=["GET", "POST"])
@ruled("library.review")
def answer(number: int) -> t.Any:
    """Say what one thinks of a document that one was asked to review."""
    review: t.Any = require("library.review", reviewing.mine(found(number), me().id))
    document = db.session.get_one(Document, review.document_id)
    if document.state not in ("review", "planned"):
        return pages.see_other(document.url)
    form = forms.Answer(data={"answer": review.answer, "checked": review.checked, "words": review.words})
    if request.method == "GET" or not form.validate():
        return answer_page(document, form, 200 if request.method == "GET" else 422)
    said = (form.answer.data, form.checked.data, form.words.data or "")
    return done(
        "library.review", document, lambda who, _it: acts.answer_review(who, review, *said),
        _("Thank you. Your answer was sent to who asked you."),
    )  # fmt: skip


def answer_page(document: Document, form: forms.Answer, status: int) -> Response:
    """Return the page on which a reviewer answers."""
    return pages.page(
        "library/answer.html", status, place="library", it=document, form=form, error=status == 422
    )
