"""The terms: published in editions, accepted at the next page, and a report of who has."""

import csv
import io

import pytest
import sqlalchemy as sa

from app.core.audit import AuditEntry
from app.extensions import db
from app.notifications import unsubscribe
from app.terms.models import Acceptance, Edition
from tests.doors import count


def publish(cast, **more):
    form = {"body_en": "# House rules\n\nWrite **kindly**.", "body_fr": "Écrivez gentiment.", **more}
    return cast.steward.posts("/admin/terms/new", form)


def accept(seat, edition=1, **more):
    return seat.posts("/terms/accept", {"yes": "y", "edition": str(edition), **more})


def test_without_terms_nobody_is_asked(cast):
    assert cast.chair.gets("/").status_code == 200
    assert "published no terms" in cast.visitor.gets("/terms").text
    assert '"/terms"' not in cast.chair.gets("/").text


def test_everybody_is_asked_at_the_next_page(app, cast):
    assert publish(cast).location == "/admin/terms/1"
    answer = cast.chair.gets("/discussions?sort=started")
    assert answer.location == "/terms/accept?next=/discussions%3Fsort%3Dstarted"
    page = cast.chair.gets(answer.location).text
    assert "<strong>kindly</strong>" in page and 'value="/discussions?sort=started"' in page
    assert cast.chair.posts("/updates/new", {"body": "x"}).location.startswith("/terms/accept")
    assert cast.visitor.gets("/discussions").status_code == 200
    assert accept(cast.chair, next="/discussions").location == "/discussions"
    assert cast.chair.gets("/discussions").status_code == 200
    with app.app_context():
        row = db.session.scalars(sa.select(Acceptance).where(Acceptance.person_id == cast.chair.id)).one()
        assert (row.person_id, row.edition_id, row.language, row.at is not None) == (
            cast.chair.id,
            1,
            "en",
            True,
        )


def test_reading_leaving_and_ones_own_data_stay_open(app, cast):
    publish(cast)
    for path in ("/terms", "/terms/1", "/privacy", "/help", "/menu"):
        assert cast.chair.gets(path).status_code == 200, path
    assert cast.chair.posts("/language", {"language": "fr"}).status_code == 303
    assert "Écrivez gentiment" in cast.chair.gets("/terms").text
    assert (
        cast.chair.client.get("/notifications/bell", headers={"X-Requested-With": "fetch"}).status_code == 401
    )
    with app.app_context():
        stop = unsubscribe.address(cast.chair.id, unsubscribe.SUMMARY).partition("//")[2].partition("/")[2]
    assert cast.chair.gets(f"/{stop}").status_code == cast.chair.posts(f"/{stop}").status_code == 200
    assert cast.chair.posts("/accessibility", {"words": "The form is too small."}).status_code == 303
    assert cast.chair.posts("/sign-out").location == "/"


def test_the_tick_is_needed_and_the_edition_that_was_read(app, cast):
    publish(cast)
    assert cast.chair.posts("/terms/accept", {"edition": "1"}).status_code == 422
    publish_again(cast)
    answer = accept(cast.chair, 1)
    assert answer.status_code == 422 and "newer edition" in answer.text
    assert accept(cast.chair, 2).status_code == 303
    assert count(app, Acceptance, Acceptance.person_id == cast.chair.id) == 1


def publish_again(cast):
    accept(cast.steward)
    assert (
        publish(cast, body_en="Write kindly, and answer.", news_en="Answering is new.").location
        == "/admin/terms/2"
    )


def test_a_new_edition_asks_again_and_says_what_changed(app, cast):
    publish(cast)
    accept(cast.chair)
    publish_again(cast)
    page = cast.chair.gets(cast.chair.gets("/").location).text
    assert "The terms have changed" in page and "Answering is new." in page
    accept(cast.chair, 2)
    with app.app_context():
        mine = sa.select(Acceptance.edition_id).where(Acceptance.person_id == cast.chair.id)
        assert sorted(db.session.scalars(mine)) == [1, 2]
    old = cast.chair.gets("/terms/1").text
    assert "earlier edition" in old and "<strong>kindly</strong>" in old


@pytest.mark.parametrize("way", ["//evil.example", "https://evil.example", "/\\evil"])
def test_the_way_on_stays_here(cast, way):
    publish(cast)
    assert accept(cast.chair, next=way).location == "/"


def test_an_edition_needs_words(app, cast):
    answer = cast.steward.posts("/admin/terms/new", {"body_en": " "})
    assert answer.status_code == 422 and "one language at least" in answer.text
    long = cast.steward.posts("/admin/terms/new", {"body_en": "x" * 60_001})
    assert long.status_code == 422 and "too long" in long.text
    assert count(app, Edition) == 0


def test_only_the_secretariat_publishes_and_reads_the_report(cast):
    for path in ("/admin/terms", "/admin/terms/new"):
        assert cast.chair.gets(path).status_code == 403
    assert cast.chair.posts("/admin/terms/new", {"body_en": "x"}).status_code == 403
    publish(cast)
    accept(cast.chair)
    assert cast.chair.gets("/admin/terms/1").status_code == 403


def test_the_report_says_who_has_and_who_has_not(app, cast):
    publish(cast)
    accept(cast.chair)
    accept(cast.steward)
    page = cast.steward.gets("/admin/terms/1").text
    assert "2 of 4 active people have accepted it" in page
    rest = cast.steward.gets("/admin/terms/1?show=open").text.split("<table")[1]
    assert "Neighbour desk" in rest and "Chair desk" not in rest
    answer = cast.steward.posts("/admin/terms/1/export")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 5 and sum(bool(row[3]) for row in rows[1:]) == 2
    with app.app_context():
        acts = set(db.session.scalars(sa.select(AuditEntry.act)))
    assert {"terms.publish", "terms.exported"} <= acts
    assert cast.steward.gets("/admin/terms/99").status_code == 404


def test_scripts_in_the_terms_are_inert(cast):
    publish(cast, body_en="<script>alert(1)</script> [x](javascript:alert(1))")
    page = cast.visitor.gets("/terms?language=en").text
    assert "<script>alert" not in page and 'href="javascript' not in page
