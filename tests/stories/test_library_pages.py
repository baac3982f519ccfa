"""The pages of a document, in the hands of people: J2 from the first draft to the printed line, and what goes wrong."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa

from app.core import clock, files
from app.core.audience import Audience
from app.core.database import atomic
from app.core.watches import watch
from app.extensions import db
from app.library import acts, editions, ending, planning
from app.library.models import Document
from app.members.models import Person
from app.mydata import acts as mydata
from app.notifications.models import Notice
from tests import papers
from tests.counting import statements
from tests.seat import tell

SAID = {"title": "Housing for all", "language": "en", "sight": "members"}


def told(cast, seat):
    """Return the verbs of somebody's notices."""
    tell(cast.app)
    with cast.app.app_context():
        return set(db.session.scalars(sa.select(Notice.verb).where(Notice.person_id == seat.id)))


def wrong(answer):
    """Return what the box above a form says."""
    return re.findall(r'<li><a href="#[^"]*">([^<]*)</a>', answer.text)


def sends(seat, number, part, data, name="paper.pdf", **more):
    return seat.posts(f"/library/{number}/{part}", {"file": (io.BytesIO(data), name), **more},
                      content_type="multipart/form-data")  # fmt: skip


def test_a_discussion_paper_from_the_draft_to_the_planned_hour(cast):
    number = papers.entered(cast, cast.outsider, space="europe", official=True, sight="public")
    values = {
        **SAID, "sight": "public", "abstract": "What ten cities did.", "type": "discussion-paper", "year": "2026", "month": "06",
        "sdgs": ["10", "11"], "licence": "cc-by-sa-4.0", "title_fr": "Un toit pour tous", "credits-0-name": "@outsider-office",
        "credits-0-role": "author", "credits-1-name": "Ana Ruiz", "credits-1-role": "editor", "countries": "Austria",
    }  # fmt: skip
    assert cast.outsider.posts(f"/library/{number}/edit", values).status_code == 303
    asked = cast.outsider.posts(
        f"/library/{number}/review", {"people": "@chair, Neighbour desk", "words": "Is it clear?"}
    )
    assert asked.status_code == 303
    assert "library.review_asked" in told(cast, cast.chair) & told(cast, cast.neighbour)
    assert cast.steward.gets(f"/library/{number}").status_code == 404
    page = cast.chair.gets(f"/library/{number}", follow_redirects=True).text
    assert "Answer the review" in page and "In review." in page
    answer = {"answer": "changes", "checked": ["facts"], "words": "Part **3** is unclear."}
    assert cast.chair.posts(f"/library/{number}/answer", answer).status_code == 303
    assert "library.reviewed" in told(cast, cast.outsider)
    assert "<strong>3</strong>" in cast.neighbour.gets(f"/library/{number}", follow_redirects=True).text
    sent = sends(
        cast.outsider,
        number,
        "versions",
        b"%PDF-1.4 two\n%%EOF",
        note="Part 3 rewritten.",
        language="en",
        status="official",
    )
    assert sent.status_code == 303
    assert "library.revised" in told(cast, cast.chair)
    plan = {"day": "2027-03-29", "hour": "09:00", "zone": "Europe/Vienna"}
    assert cast.outsider.posts(f"/library/{number}/plan", plan).status_code == 303
    page = cast.outsider.gets(f"/library/{number}", follow_redirects=True).text
    assert "29 March 2027, 09:00" in page and "Vienna" in page
    assert cast.visitor.gets(f"/library/{number}").status_code == 404
    with cast.app.app_context(), clock.at(dt.datetime(2027, 3, 29, 7, 0, tzinfo=dt.UTC)):
        planning.publish_due()
    page = cast.visitor.gets(f"/library/{number}", follow_redirects=True)
    assert page.status_code == 200
    for words in (
        "June 2026",
        "Download PDF, 1 KB",
        "paper.pdf",
        "Part 3 rewritten.",
        "Ana Ruiz",
        "CC BY-SA 4.0",
        "Everyone",
    ):
        assert words in page.text, words
    assert "is unclear" not in page.text
    assert "library.added" in told(cast, cast.chair)
    assert cast.steward.gets("/").text.count("Housing for all") == 1
    french = cast.visitor.client.get(
        f"/library/{number}", follow_redirects=True, headers={"Accept-Language": "fr"}
    )
    assert '<h1 class="h1--long" dir="auto" lang="fr">Un toit pour tous</h1>' in french.text


def test_the_older_version_says_that_there_is_a_newer_one(cast):
    number = papers.published(cast, cast.chair)
    papers.revised(cast, cast.chair, number, note="Better.")
    first = cast.outsider.gets(f"/library/{number}/v/1").text
    assert "An older version." in first
    assert "An older version." not in cast.outsider.gets(f"/library/{number}/v/2").text
    assert cast.outsider.gets(f"/library/{number}/v/3").status_code == 404
    assert cast.outsider.posts(f"/library/{number}/v/1/restore").status_code == 403
    assert cast.chair.posts(f"/library/{number}/v/1/restore", {"idempotency_key": "a"}).status_code == 303
    assert papers.document(cast, number).versions == 3


def test_a_wrong_tail_leads_to_the_right_address(cast):
    number = papers.published(cast, cast.chair)
    answer = cast.chair.gets(f"/library/{number}-wrong?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/library/{number}-housing-for-all?x=1")
    assert cast.chair.gets(f"/library/{2**70}").status_code == 404


def test_what_is_wrong_is_said_beside_its_field_and_the_words_stay(cast):
    number = papers.entered(cast, cast.chair)
    bad = {
        "title": "", "abstract": "My words stay.", "language": "en", "sight": "members", "year": "2026", "day": "3",
        "isbn": "978-3-16-148410-1", "issn": "1234-5678", "doi": "x", "countries": "Atlantis", "link": "javascript:alert(1)",
        "credits-0-name": "@nobody", "credits-0-role": "author", "replaces": "/library/99", "series_number": "4",
    }  # fmt: skip
    answer = cast.chair.posts(f"/library/{number}/edit", bad)
    assert answer.status_code == 422
    assert len(wrong(answer)) == 10
    assert "My words stay." in answer.text and "Atlantis" in answer.text and "@nobody" in answer.text


@pytest.mark.parametrize(
    ("year", "month", "day", "good"),
    [("2017", "", "", "2017"), ("2017", "06", "", "2017-06"), ("2017", "06", "2", "2017-06-02"), ("2017", "02", "30", None),
     ("17", "", "", None), ("", "06", "", None), ("2017", "", "2", None), ("٢٠١٧", "٠٦", "", None), ("٢٠١٧", "", "", "2017")],
)  # fmt: skip
def test_a_date_is_as_exact_as_it_is_known(cast, year, month, day, good):
    number = papers.entered(cast, cast.chair)
    answer = cast.chair.posts(f"/library/{number}/edit", {**SAID, "year": year, "month": month, "day": day})
    assert answer.status_code == (303 if good else 422)
    assert papers.document(cast, number).date == (good or "")


def test_a_draft_is_published_with_its_description_but_not_without_a_file(cast):
    number = papers.entered(cast, cast.chair, data=None)
    answer = cast.chair.posts(f"/library/{number}/edit", {**SAID, "publish": "1"})
    assert (answer.status_code, len(wrong(answer))) == (422, 1)
    assert cast.chair.posts(f"/library/{number}/publish").status_code == 422
    link = {**SAID, "publish": "1", "link": "https://example.org/paper"}
    assert cast.chair.posts(f"/library/{number}/edit", link).status_code == 303
    page = cast.outsider.gets(f"/library/{number}", follow_redirects=True).text
    assert "Open on the web" in page


def test_files_that_are_not_taken_are_explained(cast):
    number = papers.entered(cast, cast.chair)
    for data, name in ((b"MZ", "minutes.exe"), (b"", "empty.pdf"), (papers.PDF, "paper.pdf")):
        answer = sends(cast.chair, number, "versions", data, name, language="en", status="official")
        assert (answer.status_code, len(wrong(answer))) == (422, 1), name
    assert cast.chair.posts(f"/library/{number}/versions", {"language": "en"}).status_code == 422
    assert papers.document(cast, number).versions == 1


def test_a_moment_that_has_passed_or_is_on_no_clock_is_refused(cast):
    number = papers.entered(cast, cast.chair)
    for day, hour in (
        ("2020-01-01", "09:00"),
        ("2027-03-28", "02:30"),
        ("", "09:00"),
        ("2027-03-29", "nine"),
    ):
        answer = cast.chair.posts(
            f"/library/{number}/plan", {"day": day, "hour": hour, "zone": "Europe/Vienna"}
        )
        assert (answer.status_code, len(wrong(answer))) == (422, 1), (day, hour)
    assert papers.document(cast, number).state == "draft"


def test_a_plan_is_given_up(cast):
    number = papers.entered(cast, cast.chair)
    papers.acted(cast, cast.chair, acts.plan, number, dt.datetime(2027, 3, 29, 9), "UTC")
    assert cast.chair.posts(f"/library/{number}/unplan").status_code == 303
    assert papers.document(cast, number).state == "draft"


def test_the_owner_is_asked_whether_it_is_still_valid(cast):
    number = papers.published(cast, cast.chair, review_by=dt.date(2026, 12, 1))
    with cast.app.app_context(), clock.at(dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)):
        ending.ask_owners()
        ending.ask_owners()
    assert len(papers.facts(cast, "library.still_valid")) == 1
    assert "library.still_valid" in told(cast, cast.chair)
    assert "library.still_valid" not in told(cast, cast.steward)
    assert cast.outsider.posts(f"/library/{number}/still-valid").status_code == 403
    assert cast.chair.posts(f"/library/{number}/still-valid", {"idempotency_key": "k"}).status_code == 303
    paper = papers.document(cast, number)
    assert paper.review_by > dt.date(2027, 1, 1) and paper.asked_again is None


def test_another_document_in_its_place_and_its_end(cast):
    old, new = papers.published(cast, cast.chair), papers.published(cast, cast.chair, title="Housing again")
    assert cast.chair.posts(f"/library/{old}/supersede", {"address": f"/library/{old}"}).status_code == 422
    address = f"http://localhost/library/{new}-housing-again"
    assert cast.chair.posts(f"/library/{old}/supersede", {"address": address}).status_code == 303
    page = cast.outsider.gets(f"/library/{old}", follow_redirects=True).text
    assert "Superseded." in page and "Housing again" in page
    assert "Housing for all" in cast.outsider.gets(f"/library/{new}", follow_redirects=True).text
    assert cast.chair.posts(f"/library/{new}/withdraw", {}).status_code == 422
    assert (
        cast.chair.posts(f"/library/{new}/withdraw", {"reason": "The figures were wrong."}).status_code == 303
    )
    gone = cast.outsider.gets(f"/library/{new}-housing-again")
    assert gone.status_code == 410
    assert "The figures were wrong." in gone.text and "/files/" not in gone.text
    assert cast.outsider.gets(f"/library/{new}/v/1").status_code == 410
    assert cast.visitor.gets(f"/library/{new}").status_code == 404
    assert "/files/" in cast.chair.gets(f"/library/{new}").text
    assert "Housing again" not in cast.outsider.gets(f"/library/{old}", follow_redirects=True).text


def test_who_may_work_on_it(cast):
    number = papers.published(cast, cast.neighbour, space="africa", official=True)
    for who, code in ((cast.neighbour, 200), (cast.chair, 200), (cast.steward, 200), (cast.outsider, 403)):
        assert who.gets(f"/library/{number}/edit").status_code == code, who.name
    draft = papers.entered(cast, cast.neighbour, space="africa", official=True)
    for who, code in ((cast.neighbour, 200), (cast.chair, 404), (cast.steward, 404), (cast.outsider, 404)):
        assert who.gets(f"/library/{draft}/edit").status_code == code, who.name


def test_a_reviewer_answers_and_nobody_else(cast):
    number = papers.entered(cast, cast.chair)
    assert wrong(cast.chair.posts(f"/library/{number}/review", {"people": "@chair"}))
    assert wrong(cast.chair.posts(f"/library/{number}/review", {"people": "@nobody"}))
    papers.acted(cast, cast.chair, acts.ask_review, number, [cast.neighbour.id, cast.outsider.id])
    assert cast.chair.gets(f"/library/{number}/answer").status_code == 404
    assert wrong(cast.neighbour.posts(f"/library/{number}/answer", {"answer": "changes"}))
    assert cast.neighbour.posts(f"/library/{number}/answer", {"answer": "ready"}).status_code == 303
    assert cast.neighbour.gets(f"/library/{number}/edit").status_code == 403


def test_the_line_under_the_form_says_who_will_see_it(cast):
    number = papers.entered(cast, cast.chair, space="africa")
    everybody = cast.chair.gets(f"/library/{number}/hearers?sight=members").text
    few = cast.chair.gets(f"/library/{number}/hearers?sight=space").text
    assert everybody and few and everybody != few
    assert cast.chair.gets(f"/library/{number}/hearers?sight=odd").text == ""


def test_a_page_that_says_the_same_is_not_sent_again(cast):
    number = papers.published(cast, cast.chair, sight="public")
    path = papers.document(cast, number).url
    for who in (cast.visitor, cast.outsider, cast.chair):
        first = who.gets(path)
        tag = first.headers["ETag"]
        again = who.gets(path, headers={"If-None-Match": tag})
        assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
        assert again.headers["Cache-Control"] == "private, no-cache" and again.headers["ETag"] == tag
    seen = cast.outsider.gets(path).headers["ETag"]
    cast.outsider.posts(f"/library/{number}/follow")
    cast.outsider.gets("/library")  # the message that waits is shown there
    followed = cast.outsider.gets(path, headers={"If-None-Match": seen})
    assert followed.status_code == 200
    papers.acted(cast, cast.neighbour, editions.want, number, "fr")
    assert cast.outsider.gets(path, headers={"If-None-Match": followed.headers["ETag"]}).status_code == 200
    plain = cast.visitor.gets(path)
    french = {"If-None-Match": plain.headers["ETag"], "Accept-Language": "fr"}
    assert cast.visitor.gets(path, headers=french).status_code == 200


def test_what_was_told_of_it_bears_its_title_of_today(cast):
    number = papers.published(cast, cast.chair, title="Old title")
    cast.outsider.posts(f"/library/{number}/follow")
    papers.revised(cast, cast.chair, number, note="Better.")
    tell(cast.app)
    papers.acted(cast, cast.neighbour, editions.want, number, "fr")
    assert "Old title" in cast.outsider.gets("/notifications").text
    papers.acted(cast, cast.chair, acts.describe, number, {"title": "New title"})
    tell(cast.app)
    for who, path in (
        (cast.outsider, "/notifications"),
        (cast.chair, "/notifications"),
        (cast.outsider, "/"),
    ):
        page = who.gets(path).text
        assert "New title" in page and "Old title" not in page, path
    with cast.app.app_context():
        urls = set(db.session.scalars(sa.select(Notice.url)))
        assert f"/library/{number}-new-title#editions" in urls and not any("old-title" in url for url in urls)


def test_who_will_see_it_is_said_without_writing_anything(cast):
    number = papers.entered(cast, cast.chair, space="circle", sight="space")
    with cast.app.app_context():
        before = set(db.session.scalars(sa.select(Audience.key)))
    with cast.app.app_context():
        engine = db.engine
    with statements(engine) as asked:
        few = cast.chair.gets(f"/library/{number}/hearers?sight=space")
        form = cast.chair.gets(f"/library/{number}/edit")
        space = cast.spaces.circle
        talk = cast.chair.gets(f"/discussions/new/hearers?space={space}&audience=space")
    assert "1 person in 1 city" in few.text and "1 person in 1 city" in form.text and "1 person" in talk.text
    assert [line for line in asked if line.lstrip().upper().startswith("INSERT")] == []
    with cast.app.app_context():
        assert set(db.session.scalars(sa.select(Audience.key))) == before


def test_a_draft_is_thrown_away(cast):
    number = papers.entered(cast, cast.chair)
    assert cast.chair.gets(f"/library/{number}/discard").status_code == 200
    for _ in range(2):
        answer = cast.chair.posts(f"/library/{number}/discard", {"idempotency_key": "d"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/library")
    assert papers.document(cast, number) is None


def test_a_followed_document_tells_of_its_new_version(cast):
    number = papers.published(cast, cast.chair)
    assert cast.outsider.posts(f"/library/{number}/follow").status_code == 303
    papers.revised(cast, cast.chair, number, note="Better.")
    assert "library.version" in told(cast, cast.outsider)
    assert cast.outsider.posts(f"/library/{number}/unfollow").status_code == 303


def test_homes_and_profiles_show_the_latest(cast):
    papers.published(cast, cast.neighbour, space="africa", official=True, sight="public")
    assert "Housing for all" in cast.visitor.gets(f"/groups/{cast.spaces.africa}", follow_redirects=True).text
    number = cast.organisations.neighbour
    assert "Housing for all" in cast.visitor.gets(f"/members/{number}", follow_redirects=True).text
    assert (
        "Housing for all"
        not in cast.visitor.gets(f"/groups/{cast.spaces.europe}", follow_redirects=True).text
    )


def test_a_document_of_another_library_is_kept_apart(cast):
    with cast.app.app_context():
        kept = files.keep(io.BytesIO(papers.PDF), "a.pdf")
        number = acts.create(cast.chair.me(), {"title": "T", "language": "en", "sight": "space"},
                             space=_space(cast, "circle"), file=kept).id  # fmt: skip
        acts.publish(cast.chair.me(), db.session.get(Document, number))
    assert cast.neighbour.gets(f"/library/{number}", follow_redirects=True).status_code == 200
    for who in (cast.outsider, cast.steward, cast.visitor):
        assert who.gets(f"/library/{number}").status_code == 404


def _space(cast, name):
    from app.spaces.models import Space

    return db.session.get(Space, getattr(cast.spaces, name))


def test_a_new_title_is_told_of_everywhere(cast):
    number = papers.published(cast, cast.chair)
    papers.acted(cast, cast.chair, acts.describe, number, {"title": "A roof for all"})
    front = cast.outsider.gets("/").text
    assert "A roof for all" in front and "Housing for all" not in front


def test_what_is_followed_stands_in_the_list(cast):
    number = papers.published(cast, cast.chair)
    hidden = papers.published(cast, cast.chair, title="Inside", space="circle", sight="space")
    for one in (number, hidden):
        with cast.app.app_context(), atomic():
            watch(cast.outsider.id, f"document:{one}", "follow")
    text = cast.outsider.gets("/settings/following").text
    assert "Housing for all" in text and "Inside" not in text
    cast.outsider.posts("/settings/following/drop", {"ref": f"document:{number}"})
    assert "Housing for all" not in cast.outsider.gets("/settings/following").text


def erased(cast, who, words):
    with cast.app.app_context():
        mydata.order(cast.steward.me(), db.session.get(Person, who.id), words, "Asked on paper.")
    tell(cast.app)


def test_an_author_who_takes_the_words_along_leaves_a_line(cast):
    mine = papers.published(cast, cast.neighbour, sight="public")
    ours = papers.published(cast, cast.neighbour, sight="public", title="A roof", official=True)
    erased(cast, cast.neighbour, "take")
    answer = cast.visitor.gets(f"/library/{mine}", follow_redirects=True)
    assert (answer.status_code, "Housing for all" in answer.text) == (410, False)
    text = cast.visitor.gets(f"/library/{ours}", follow_redirects=True).text
    assert "A roof" in text and "Neighbour desk" not in text


def test_an_erased_author_is_a_former_member(cast):
    credits = [{"kind": "person", "id": cast.neighbour.id, "name": "Neighbour desk", "role": "author"}]
    mine = papers.published(cast, cast.neighbour, sight="public", credits=credits)
    ours = papers.published(cast, cast.chair, sight="public", credits=credits)
    draft = papers.entered(cast, cast.neighbour)
    erased(cast, cast.neighbour, "keep")
    assert papers.document(cast, draft) is None
    for number in (mine, ours):
        text = cast.visitor.gets(f"/library/{number}", follow_redirects=True).text
        assert "Neighbour desk" not in text and "Former member" in text
