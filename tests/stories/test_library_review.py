"""Named people are asked to review a document before others see it; they answer; it is published."""

import pytest

from app.extensions import db
from app.library import acts, reviewing
from app.library.models import Document, Review
from tests import papers


def asked(cast, number, *who, words=""):
    """Let the chair ask for a review."""
    return papers.acted(cast, cast.chair, acts.ask_review, number, [seat.id for seat in who], words)


def answered(cast, who, number, answer="ready", checked=("facts",), words="Good *work*."):
    """Let a reviewer answer."""
    with cast.app.app_context():
        review = reviewing.mine(db.session.get(Document, number), who.id)
        return acts.answer_review(who.me(), review, answer, checked, words).id


def test_a_reviewer_sees_the_draft_from_then_on_and_nobody_else(cast):
    number = papers.entered(cast, cast.chair)
    asked(cast, number, cast.neighbour, words="Is part 3 clear?")
    assert papers.document(cast, number).state == "review"
    assert papers.sees(cast, cast.neighbour, number)
    assert not papers.sees(cast, cast.outsider, number)
    [fact] = papers.facts(cast, "library.review_asked")
    assert (fact.excerpt, fact.data["to"]) == ("Is part 3 clear?", [cast.neighbour.id])


def test_what_reviewers_say_stays_among_those_who_work_on_it(cast):
    number = papers.entered(cast, cast.chair, sight="public")
    asked(cast, number, cast.neighbour)
    answered(cast, cast.neighbour, number, "changes", words="Part 3 is not clear.")
    papers.acted(cast, cast.chair, acts.publish, number)
    [fact] = papers.facts(cast, "library.reviewed")
    [added] = papers.facts(cast, "library.added")
    assert fact.audience_id != added.audience_id
    assert added.data["reviewers"] == [cast.neighbour.id]


def test_a_second_round_begins_when_all_have_answered(cast):
    number = papers.entered(cast, cast.chair)
    asked(cast, number, cast.neighbour)
    asked(cast, number, cast.neighbour, cast.outsider)  # the first has not answered: the same round
    with cast.app.app_context():
        rows = reviewing.listed(db.session.get(Document, number))
        assert [(row.round, row.reviewer_id) for row in rows] == [
            (1, cast.neighbour.id),
            (1, cast.outsider.id),
        ]
    answered(cast, cast.neighbour, number)
    answered(cast, cast.outsider, number, "declined", words="")
    asked(cast, number, cast.neighbour)
    with cast.app.app_context():
        assert reviewing.mine(db.session.get(Document, number), cast.neighbour.id).round == 2


def test_a_revised_file_is_told_to_the_reviewers(cast):
    number = papers.entered(cast, cast.chair)
    asked(cast, number, cast.neighbour)
    papers.revised(cast, cast.chair, number, note="As you said.")
    [fact] = papers.facts(cast, "library.revised")
    assert fact.data["to"] == [cast.neighbour.id]


def test_nobody_answers_for_somebody_else_or_after_publication(cast):
    number = papers.entered(cast, cast.chair)
    asked(cast, number, cast.neighbour)
    with cast.app.app_context():
        review = db.session.get(
            Review, reviewing.mine(db.session.get(Document, number), cast.neighbour.id).id
        )
        with pytest.raises(acts.Shut):
            acts.answer_review(cast.outsider.me(), review, "ready", (), "")
    papers.acted(cast, cast.chair, acts.publish, number)
    with pytest.raises(acts.Shut):
        answered(cast, cast.neighbour, number)
