"""What lies at the edges of the library: odd numbers in addresses, names of hidden groups, work of several at once."""

import io
import re
import zipfile

import pytest
import sqlalchemy as sa

from app.core import files, links
from app.core.audience import Viewer, audience_of, person_room
from app.core.database import atomic
from app.core.watches import watch
from app.extensions import db
from app.feed import queries
from app.library import acts, arriving, placing, uploads
from app.library.models import Document, Edition, Upload, UploadBatch
from app.library.reading import comparing
from app.members.models import Person
from app.spaces.models import Space
from tests import papers
from tests.seat import tell

LINK = {"data": None, "link": "https://paper.example/"}
HUGE = 10**20


@pytest.fixture(autouse=True)
def unread(monkeypatch):
    """Files need no reading here."""
    monkeypatch.setattr("app.core.jobs.enqueue", lambda *args: None)


@pytest.mark.parametrize("number", ["²", "٣", str(HUGE)])
@pytest.mark.parametrize("path", ["/library?organisation={}", "/library/take?organisation={}"])
def test_a_filter_that_is_no_number_finds_what_no_filter_finds(cast, path, number):
    papers.published(cast, cast.chair, sight="public", **LINK)
    answer = cast.visitor.gets(path.format(number))
    assert answer.status_code == 200
    assert path.startswith("/library/take") or "Housing for all" in answer.text


def test_numbers_beyond_all_numbers_are_not_there(cast):
    number = papers.published(cast, cast.chair, sight="public")
    assert cast.visitor.gets(f"/library/{number}/v/{HUGE}").status_code == 404
    assert cast.chair.gets(f"/library/batches/{HUGE}").status_code == 404


def test_a_kept_search_tells_of_no_group_outside_it(cast):
    number = papers.published(cast, cast.chair, title="Open paper", sight="public", **LINK)
    with cast.app.app_context():
        circle = db.session.get(Space, cast.spaces.circle)
        placing.ask(cast.chair.me(), db.session.get(Document, number), circle, at_once=True)
    tell(cast.app)
    asks = {"place": "library", "query": f"space={cast.spaces.circle}", "name": "Theirs"}
    for who, found in ((cast.neighbour, True), (cast.outsider, False)):
        page = who.posts("/search/saved", asks, follow_redirects=True).text
        assert ("Open paper" in page) is found
        feed = re.search(r"(/search/saved/[\w-]+\.atom)", page)[1]
        assert ("Open paper" in cast.visitor.client.get(feed).text) is found


def test_the_newsfeed_names_no_group_that_its_reader_may_not_know(cast):
    """A document of a hidden group that a further group took in: outside nobody hears where its home is."""
    number = papers.published(cast, cast.chair, title="Guide", space="circle", sight="space", **LINK)
    with cast.app.app_context():
        africa = db.session.get(Space, cast.spaces.africa)
        placing.ask(cast.chair.me(), db.session.get(Document, number), africa, at_once=True)
        rooms = db.session.get(Document, number).rooms
        hidden = db.session.get(Space, cast.spaces.circle).name
        inside, outside = cast.neighbour.me(), Viewer(0, frozenset({f"space:{cast.spaces.africa}"}))
        assert f"space:{cast.spaces.africa}" in rooms
        named = [row.space for row in queries.done_by(inside.viewer, "space", cast.spaces.circle, 10)]
        unnamed = [row.space for row in queries.done_by(outside, "space", cast.spaces.circle, 10)]
    assert named == [hidden] and unnamed == [None]


def test_what_somebody_else_translated_is_official_no_longer(cast):
    number = papers.published(cast, cast.chair, title="Guide", sight="public")
    papers.revised(cast, cast.chair, number, b"%PDF-1.4 fr\n", language="fr", name="fr.pdf")
    papers.revised(cast, cast.chair, number)
    cast.neighbour.posts(f"/library/{number}/editions", {"language": "fr", "deed": "offer"})
    given = {
        "file": (io.BytesIO(b"%PDF-1.4 new fr\n"), "fr.pdf"),
        "note": "",
        "language": "fr",
        "status": "official",
    }
    cast.neighbour.posts(f"/library/{number}/editions/fr/file", given)
    with cast.app.app_context():
        edition = db.session.scalar(sa.select(Edition).where(Edition.language == "fr"))
        assert (edition.versions, edition.status) == (2, "community")


def test_ties_to_what_is_hidden_from_who_describes_stay(cast):
    secret = papers.published(cast, cast.chair, title="Secret", space="circle", sight="space", **LINK)
    number = papers.published(cast, cast.outsider, title="Open", sight="public", **LINK)
    with cast.app.app_context(), atomic():
        links.tie(f"document:{number}", "see_also", f"document:{secret}", None)
        links.tie(f"document:{number}", "part_of", f"document:{number}", None)
    papers.acted(cast, cast.outsider, acts.describe, number, {"relations": []})
    with cast.app.app_context():
        left = [(row.kind, row.target) for row in links.from_(f"document:{number}")]
    assert left == [("see_also", f"document:{secret}")]


def test_an_author_whom_the_editor_does_not_see_stays_who_they_are(cast):
    credits = [
        {"kind": "person", "id": cast.neighbour.id, "name": "Neighbour desk", "role": "author"},
        {"kind": "outside", "name": "Somebody else", "role": "author"},
    ]
    number = papers.published(cast, cast.outsider, sight="public", credits=credits, **LINK)
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).audience_id = audience_of(person_room(cast.neighbour.id))
    page = cast.outsider.gets(f"/library/{number}/edit").text
    assert 'value="Neighbour desk"' in page and "@neighbour" not in page
    form = {
        "title": "Anew", "language": "en", "sight": "public", "link": LINK["link"], "licence": "", "type": "", "series": "",
        "credits-0-name": "Neighbour desk", "credits-0-role": "editor", "credits-1-name": "Somebody else",
        "credits-1-role": "author",
    }  # fmt: skip
    assert cast.outsider.posts(f"/library/{number}/edit", form).status_code == 303
    kept = papers.document(cast, number)
    assert kept.title == "Anew" and kept.credits == [{**credits[0], "role": "editor"}, credits[1]]


def test_a_document_stands_in_so_many_groups_at_most(cast, monkeypatch):
    number = papers.published(cast, cast.chair, title="Guide", sight="space", **LINK)
    monkeypatch.setattr("app.library.placing.MOST", 1)
    for name, taken in (("africa", True), ("europe", False)):
        with cast.app.app_context():
            space = db.session.get(Space, getattr(cast.spaces, name))
            done = placing.ask(cast.chair.me(), db.session.get(Document, number), space, at_once=True)
        assert done is taken
    assert "A further group" not in cast.chair.gets(f"/library/{number}/places").text


def test_a_file_that_another_page_took_in_becomes_one_document(cast):
    with cast.app.app_context():
        who = cast.chair.me()
        received = uploads.receive(io.BytesIO(papers.PDF), "paper.pdf")
        with atomic():
            batch = uploads.batch(who)
            upload = uploads.enter(who, batch.id, received)
        said = arriving.Said(upload, {"title": "Paper", "language": "en"})
        used = sa.update(Upload).where(Upload.id == upload.id).values(state="used")
        with atomic() as session:  # in the other page
            session.execute(used.execution_options(synchronize_session=False))
        assert upload.state == "whole"
        shared = {"space": cast.spaces.network, "sight": "members", "organisation": 0}
        arriving.take_in(who, db.session.get(UploadBatch, batch.id), shared, [said], True)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Document)) == 0


def test_who_waits_for_a_difference_holds_no_connection(cast, monkeypatch):
    number = papers.published(cast, cast.chair, sight="public")
    papers.revised(cast, cast.chair, number)
    held = []
    with cast.app.app_context():
        monkeypatch.setattr(
            comparing.child, "run", lambda *a, **k: held.append(db.session().in_transaction())
        )
        assert comparing.compare(1, 2) is None
    assert held == [False]


def test_a_followed_document_stands_in_the_list_once(cast):
    number = papers.published(cast, cast.chair, sight="public")
    with cast.app.app_context(), atomic():
        watch(cast.outsider.id, f"document:{number}", "follow")
    assert cast.outsider.gets("/settings/following").text.count(">Housing for all</a>") == 1


def test_the_list_of_an_archive_is_measured_before_it_is_opened():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a.txt", "a")
    assert 0 < files.listed_in(made) < 200


def test_the_card_of_a_withdrawn_document_says_no_more_than_its_page(cast):
    number = papers.published(cast, cast.chair, sight="public", abstract="Names of tenants.")
    card = f"/library/{number}/card?fragment=1"
    assert "Names of tenants." in cast.visitor.gets(card, headers={"X-Requested-With": "fetch"}).text
    papers.acted(cast, cast.chair, acts.withdraw, number, "Personal data.")
    text = cast.visitor.gets(card, headers={"X-Requested-With": "fetch"}).text
    assert "Housing for all" in text and "Names of tenants." not in text
