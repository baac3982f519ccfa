"""A document is entered, described, published, kept in versions, superseded and withdrawn."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audience import rooms_of
from app.core.database import atomic
from app.core.files import Attachment
from app.extensions import db
from app.library import acts, facets, planning, sight, versions
from app.library.models import Document, Placement, Version
from tests import papers


def test_a_draft_is_its_authors_alone_and_published_for_whom_it_says(cast):
    number = papers.entered(
        cast, cast.chair, official=True, themes=["housing"], sdgs=["11", "10"], date="2026-06"
    )
    assert papers.sees(cast, cast.chair, number)
    assert not any(
        papers.sees(cast, who, number) for who in (cast.neighbour, cast.outsider, cast.steward, cast.visitor)
    )
    assert not papers.facts(cast, "library.added")
    papers.acted(cast, cast.chair, acts.publish, number)
    assert papers.sees(cast, cast.outsider, number)
    assert not papers.sees(cast, cast.visitor, number)
    [fact] = papers.facts(cast, "library.added")
    assert (fact.subject, fact.title, fact.excerpt) == (
        f"document:{number}",
        "Housing for all",
        "What ten cities did.",
    )
    with cast.app.app_context():
        found = facets.of(number)
        assert found["sdg"] == ["10", "11"]
        assert (found["year"], found["file"], found["theme"]) == (["2026"], ["PDF"], ["housing"])
        assert found["space"] == [str(cast.spaces.network)]


def test_an_unknown_field_is_a_bug_of_ours(cast):
    number = papers.entered(cast, cast.chair)
    with pytest.raises(KeyError):
        papers.acted(cast, cast.chair, acts.describe, number, {"colour": "green"})


def test_a_narrower_sight_takes_file_and_facts_along(cast):
    number = papers.published(cast, cast.chair, sight="public", space="africa")
    papers.acted(cast, cast.chair, acts.describe, number, {"sight": "space"})
    assert papers.sees(cast, cast.neighbour, number)
    assert not papers.sees(cast, cast.outsider, number)
    with cast.app.app_context():
        paper = db.session.get(Document, number)
        assert {row.audience_id for row in db.session.scalars(sa.select(Attachment))} == {paper.audience_id}
    [fact] = papers.facts(cast, "library.added")
    assert fact.audience_id == papers.document(cast, number).audience_id
    [gone] = papers.facts(cast, "thing.gone")
    assert gone.data["refs"] == [f"document:{number}"]


def test_an_enclosed_group_says_nothing_to_more_than_its_members(cast):
    number = papers.published(cast, cast.chair, sight="public", space="circle")
    assert papers.sees(cast, cast.neighbour, number)
    assert not papers.sees(cast, cast.outsider, number)
    assert not papers.sees(cast, cast.visitor, number)


def test_a_further_space_that_took_it_in_reads_it_too(cast):
    number = papers.published(cast, cast.chair, sight="space", space="africa")
    with cast.app.app_context():
        paper = db.session.get(Document, number)
        with atomic():
            taken = Placement(document_id=number, space_id=cast.spaces.europe, state="in", at=clock.now())
            db.session.add(taken)
            sight.settle(paper)
            facets.keep(paper)
        assert f"space:{cast.spaces.europe}" in rooms_of(paper.audience_id)
        assert facets.of(number)["space"] == sorted(
            map(str, (cast.spaces.africa, cast.spaces.europe)), key=int
        )
    assert papers.sees(cast, cast.outsider, number)


def test_versions_are_numbered_and_an_old_one_comes_back(cast):
    number = papers.published(cast, cast.chair)
    assert papers.revised(cast, cast.chair, number, note="New part on consent.") == 2
    [fact] = papers.facts(cast, "library.version")
    assert fact.excerpt == "New part on consent."
    with cast.app.app_context():
        paper = db.session.get(Document, number)
        first = versions.numbered(paper, 1)
        acts.restore(cast.chair.me(), first)
        listed = versions.listed(paper)
        assert [(row.number, row.restores) for row in listed] == [(3, 1), (2, None), (1, None)]
        assert listed[0].hash == first.hash
        assert paper.version_id == listed[0].id
        assert paper.file_type == "PDF"


def test_a_file_in_another_language_is_an_edition(cast):
    number = papers.published(cast, cast.chair)
    assert papers.revised(cast, cast.chair, number, language="fr") == 1
    paper = papers.document(cast, number)
    assert (paper.languages, paper.versions) == ("en fr", 1)
    assert len(papers.facts(cast, "library.edition")) == 1


def test_versions_before_publication_make_no_item(cast):
    number = papers.entered(cast, cast.chair)
    papers.revised(cast, cast.chair, number)
    papers.acted(cast, cast.chair, acts.publish, number)
    assert not papers.facts(cast, "library.version")
    assert len(papers.facts(cast, "library.added")) == 1


def test_what_is_planned_opens_at_its_moment(cast):
    number = papers.entered(cast, cast.chair, sight="public")
    due = dt.datetime(2027, 3, 29, 9, 0)
    papers.acted(cast, cast.chair, acts.plan, number, due, "Europe/Vienna")
    with cast.app.app_context():
        with clock.at(dt.datetime(2027, 3, 29, 6, 59, tzinfo=dt.UTC)):  # summer time since the day before
            planning.publish_due()
        assert db.session.get(Document, number).state == "planned"
    assert not papers.sees(cast, cast.neighbour, number)
    with cast.app.app_context(), clock.at(dt.datetime(2027, 3, 29, 7, 0, tzinfo=dt.UTC)):
        planning.publish_due()
        planning.publish_due()
    assert papers.sees(cast, cast.visitor, number)
    assert len(papers.facts(cast, "library.added")) == 1


def test_an_hour_that_clocks_leave_out_is_refused():
    with pytest.raises(planning.NoSuchHour):
        planning.moment(dt.date(2027, 3, 28), dt.time(2, 30), "Europe/Vienna")
    twice = planning.moment(dt.date(2027, 10, 31), dt.time(2, 30), "Europe/Vienna")
    assert twice == dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC)


def test_a_superseded_one_stays_and_a_withdrawn_one_gives_no_file(cast):
    old, new = papers.published(cast, cast.chair), papers.published(cast, cast.chair, title="A better one")
    with cast.app.app_context():
        me = cast.chair.me()
        acts.supersede(me, db.session.get(Document, old), db.session.get(Document, new))
        acts.withdraw(me, db.session.get(Document, new), "The figures were wrong.")
    assert papers.document(cast, old).state == "superseded"
    assert papers.sees(cast, cast.outsider, new)
    file_id = papers.document(cast, new).file_id
    assert cast.outsider.gets(f"/files/{file_id}/paper.pdf").status_code == 404
    assert cast.chair.gets(f"/files/{file_id}/paper.pdf").status_code == 200
    papers.acted(cast, cast.chair, acts.reinstate, new)
    assert cast.outsider.gets(f"/files/{file_id}/paper.pdf").status_code == 200


def test_a_draft_that_is_thrown_away_leaves_nothing(cast):
    number = papers.entered(cast, cast.chair, themes=["housing"])
    papers.acted(cast, cast.chair, acts.discard, number)
    with cast.app.app_context():
        assert db.session.get(Document, number) is None
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Version)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0


def test_a_published_one_is_not_thrown_away(cast):
    number = papers.published(cast, cast.chair)
    with pytest.raises(acts.Shut):
        papers.acted(cast, cast.chair, acts.discard, number)
