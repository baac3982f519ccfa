"""Documents out as a ZIP; how often they are used; room for an organisation's files."""

import csv
import io
import re
import zipfile

import pytest
import sqlalchemy as sa

from app.core import files
from app.core.audit import AuditEntry
from app.extensions import db
from app.library import acts, quota, statistics, taking
from app.library.models import Document, DocumentDay
from tests import papers
from tests.seat import Page
from tests.stories.test_collections import filled, made
from tests.stories.test_library_list import LINK

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


@pytest.fixture
def settings():
    return {"LIBRARY_QUOTA_MB": 1, "TAKE_OUT_DOCUMENTS": 4, "TAKE_OUT_MB": 1}


@pytest.fixture(autouse=True)
def unread(monkeypatch):
    """Files need no reading here."""
    monkeypatch.setattr("app.core.jobs.enqueue", lambda *args: None)


@pytest.fixture
def two(cast):
    open_ = papers.published(
        cast, cast.chair, title="Open: a/b\\c", sight="public", name="../../evil.pdf", themes=["housing"], type="report",
        credits=[{"kind": "outside", "name": "=cmd|' /C calc'!A0", "role": "author"}], licence="cc-by-4.0",
    )  # fmt: skip
    inner = papers.published(
        cast, cast.chair, title="Für <alle>", data=b"%PDF-1.4 inner\n", abstract="@SUM(1+1)"
    )
    return open_, inner


def opened(answer):
    """Return the ZIP of an answer; what was sent is as long as was said."""
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    body = answer.get_data()
    assert len(body) == int(answer.headers["Content-Length"])
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert archive.testzip() is None
    return archive


def taken(who, query):
    return who.client.get(f"/library/take?{query}", headers=BROWSER)


def test_what_was_chosen_comes_with_a_page_and_a_table(cast, two):
    archive = opened(taken(cast.neighbour, f"what=chosen&id={two[0]}&id={two[1]}&id=99"))
    names = archive.namelist()
    assert names == [
        "index.html",
        "metadata.csv",
        "page.css",
        "files/001-open-a-b-c.pdf",
        "files/002-für-alle.pdf",
    ]
    assert archive.read(names[3]) == papers.PDF and archive.read(names[4]) == b"%PDF-1.4 inner\n"
    page = archive.read("index.html").decode()
    faults = [one for one in Page(page).faults if "style" not in one]
    assert not faults and "Für &lt;alle&gt;" in page and 'href="files/002-f%C3%BCr-alle.pdf"' in page
    assert "<script" not in page and 'lang="en"' in page


def test_the_table_holds_no_formula(cast, two):
    archive = opened(taken(cast.chair, f"what=chosen&id={two[0]}&id={two[1]}"))
    rows = list(csv.DictReader(io.StringIO(archive.read("metadata.csv").decode("utf-8-sig"))))
    assert [row["Title"] for row in rows] == ["Open: a/b\\c", "Für <alle>"]
    assert rows[0]["Authors"] == "'=cmd|' /C calc'!A0" and rows[1]["Abstract"] == "'@SUM(1+1)"
    assert rows[0]["Theme"] == "Housing" and rows[0]["Licence"] == "CC BY 4.0"
    assert rows[0]["Files"] == "files/001-open-a-b-c.pdf"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_everybody_takes_what_they_may_read(cast, two):
    archive = opened(taken(cast.visitor, f"what=chosen&id={two[0]}&id={two[1]}"))
    assert len(archive.namelist()) == 4 and "alle" not in archive.read("index.html").decode()
    assert taken(cast.visitor, f"what=chosen&id={two[1]}").status_code == 404
    draft = papers.entered(cast, cast.chair)
    assert taken(cast.neighbour, f"what=chosen&id={draft}").status_code == 404


def test_filters_and_collections_are_taken_out_too(cast, two):
    archive = opened(taken(cast.neighbour, "what=all&theme=housing"))
    assert archive.namelist()[3:] == ["files/001-open-a-b-c.pdf"]
    number = made(cast)
    filled(cast, number, two)
    archive = opened(taken(cast.neighbour, f"what=all&collection={number}"))
    assert len(archive.namelist()) == 5
    assert "For the first meeting" in archive.read("index.html").decode()
    assert taken(cast.visitor, f"what=all&collection={number}").status_code == 404


def test_editions_come_along_under_their_language(cast, two):
    papers.revised(cast, cast.chair, two[0], b"%PDF-1.4 fr", language="fr")
    names = opened(taken(cast.chair, f"what=chosen&id={two[0]}")).namelist()
    assert names[3:] == ["files/001-open-a-b-c.pdf", "files/001-open-a-b-c.fr.pdf"]


def test_a_document_on_the_web_and_a_file_that_is_gone_are_named(cast, two):
    web = papers.published(cast, cast.chair, title="On the web", **LINK)
    with cast.app.app_context():
        row = db.session.get(files.Attachment, db.session.get(Document, two[0]).file_id)
        files.store().delete(row.hash)
    archive = opened(taken(cast.chair, f"what=chosen&id={web}&id={two[0]}"))
    page = archive.read("index.html").decode()
    assert archive.namelist() == ["index.html", "metadata.csv", "page.css"]
    assert 'href="https://paper.example/"' in page and "The file could not be read." in page


def test_too_much_and_nothing_are_explained(cast, two):
    nothing = cast.chair.gets("/library/take?what=chosen")
    assert nothing.status_code == 422 and "Nothing is chosen." in nothing.text
    for number in range(4):
        papers.published(cast, cast.chair, title=f"P{number}", **LINK)
    many = cast.chair.gets("/library/take?what=all")
    assert many.status_code == 422 and "These are 6 documents. One ZIP holds 4." in many.text
    large = papers.published(cast, cast.chair, title="Large", data=b"%PDF-1.4 " + b"x" * 1_100_000)
    answer = cast.chair.gets(f"/library/take?what=chosen&id={large}")
    assert answer.status_code == 422 and "one ZIP holds 1 MB" in answer.text


def test_it_is_sent_while_it_is_read(cast, two, monkeypatch):
    """No file is read before its turn: only then has memory to hold a piece of it."""
    asked = []
    real = files.FolderStore.open
    monkeypatch.setattr(files.FolderStore, "open", lambda self, name: asked.append(name) or real(self, name))
    with cast.app.test_request_context("/"):
        found = taking.gathered(cast.chair.me().viewer, two)
        answer = taking.answer("x", "x", found)
    pieces = answer.iter_encoded()
    next(pieces)
    assert asked == []
    rest = b"".join(pieces)
    assert len(asked) == 2 and rest


# --- use -----------------------------------------------------------------------------------------------------------


def numbers(cast, number):
    with cast.app.app_context():
        statistics.write()
        row = db.session.execute(
            sa.select(DocumentDay.views, DocumentDay.downloads).where(DocumentDay.document_id == number)
        ).first()
        return tuple(row) if row else (0, 0)


def test_looks_and_downloads_are_counted_without_names(cast, two):
    page = cast.outsider.client.get(f"/library/{two[0]}", follow_redirects=True, headers=BROWSER)
    cast.visitor.client.get(page.request.path, headers=BROWSER)
    file = re.search(r'href="(/files/[^"]+download[^"]*)"', page.text)[1].replace("&amp;", "&")
    cast.outsider.gets(file, headers=BROWSER)
    cast.outsider.gets(file, headers={**BROWSER, "Range": "bytes=100-"})  # goes on with the same
    opened(taken(cast.outsider, f"what=chosen&id={two[0]}"))
    assert numbers(cast, two[0]) == (2, 2)
    assert {column.name for column in DocumentDay.__table__.columns} == {
        "document_id",
        "day",
        "views",
        "downloads",
    }


@pytest.mark.parametrize(
    "more", [{"User-Agent": "Googlebot/2.1"}, {"User-Agent": ""}, {**BROWSER, "Sec-Purpose": "prefetch"}]
)
def test_machines_are_not_counted(cast, two, more):
    cast.visitor.client.get(f"/library/{two[0]}", follow_redirects=True, headers=more)
    assert numbers(cast, two[0]) == (0, 0)


def test_one_s_own_are_not_counted_and_one_sees_the_numbers(cast, two):
    for who in (cast.chair, cast.steward):
        page = who.client.get(f"/library/{two[0]}", follow_redirects=True, headers=BROWSER)
        assert "<h2>Use</h2>" in page.text
    assert numbers(cast, two[0]) == (0, 0)
    cast.outsider.client.get(f"/library/{two[0]}", follow_redirects=True, headers=BROWSER)
    page = cast.chair.gets(f"/library/{two[0]}", follow_redirects=True)
    assert "<dt>Opened</dt><dd>1</dd>" in page.text
    assert "<h2>Use</h2>" not in cast.outsider.gets(f"/library/{two[0]}", follow_redirects=True).text


# --- room ----------------------------------------------------------------------------------------------------------


def test_an_organisation_has_room_up_to_its_quota(cast):
    home = cast.organisations.chair
    with cast.app.app_context():
        assert quota.room_for(home, 1024 * 1024) and not quota.room_for(home, 1024 * 1024 + 1)
        assert quota.room_for(None, 10**9)
    first = papers.published(cast, cast.chair, official=True, data=b"%PDF-1.4 " + b"x" * 600_000)
    papers.published(cast, cast.chair, official=True, data=b"%PDF-1.4 " + b"x" * 600_000)  # the same bytes
    with cast.app.app_context():
        assert quota.used(home) == 600_009 and not quota.room_for(home, 500_000)
    sent = {
        "file": (io.BytesIO(b"%PDF-1.4 " + b"y" * 500_000), "more.pdf"),
        "language": "en",
        "status": "official",
    }
    answer = cast.chair.posts(f"/library/{first}/versions", sent, content_type="multipart/form-data")
    assert answer.status_code == 422 and "used up its room" in answer.text
    page = cast.chair.gets(f"/members/{home}", follow_redirects=True)
    assert "Room in the library" in page.text
    assert "Room in the library" not in cast.outsider.gets(f"/members/{home}", follow_redirects=True).text


def test_withdrawn_files_are_taken_by_nobody(cast, two):
    with cast.app.app_context():
        acts.withdraw(cast.chair.me(), db.session.get(Document, two[0]), "A mistake")
    assert taken(cast.chair, f"what=chosen&id={two[0]}").status_code == 404


# --- all of it, and what is said of it -----------------------------------------------------------------------------


class TestWhole:
    @pytest.fixture
    def settings(self):
        return {"TAKE_OUT_DOCUMENTS": 60}

    def test_more_than_one_page_of_a_list_comes_as_a_whole(self, cast):
        for number in range(45):
            papers.published(cast, cast.chair, title=f"Paper {number:02}", sight="public", **LINK)
        page = cast.visitor.gets("/library").text
        assert "Paper 44" in page and "Paper 00" not in page
        assert len(told_in(opened(taken(cast.visitor, "what=all")))) == 45
        assert len(told_in(opened(taken(cast.visitor, "what=all&q=Paper&sort=title")))) == 45
        number = made(cast)
        with cast.app.app_context():
            every = list(db.session.scalars(sa.select(Document.id)))
        filled(cast, number, every)
        assert len(told_in(opened(taken(cast.neighbour, f"what=all&collection={number}")))) == 45


def told_in(archive):
    return list(csv.DictReader(io.StringIO(archive.read("metadata.csv").decode("utf-8-sig"))))


def test_the_table_says_all_of_a_record(cast):
    long = "What ten cities did. " * 30
    number = papers.published(
        cast, cast.chair, sight="public", abstract=long.strip(), commitments=["3"], licence="internal",
        texts={"es": {"title": "Vivienda"}}, link="https://paper.example/",
        credits=[{"kind": "outside", "name": "Ana Ruiz", "role": "editor"}],
    )  # fmt: skip
    archive = opened(taken(cast.chair, f"what=chosen&id={number}"))
    [row] = told_in(archive)
    assert row["Abstract"] == long.strip() and row["Commitment"] == "Commitment 3"
    assert row["Title and description in other languages"] == "es: Vivienda"
    assert (row["On the web"], row["Versions"], row["State"]) == ("https://paper.example/", "1", "Published")
    assert row["Authors"] == "Ana Ruiz (Editor)" and row["Published"]
    assert "do not pass it on" in archive.read("index.html").decode()


def test_who_took_what_stands_in_the_record_of_changes(cast, two):
    opened(taken(cast.steward, f"what=chosen&id={two[0]}&id={two[1]}"))
    opened(taken(cast.visitor, f"what=chosen&id={two[0]}"))
    with cast.app.app_context():
        rows = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "library.taken")).all()
    assert [(row.actor_id, row.data["documents"]) for row in rows] == [(cast.steward.id, list(two))]
    assert "Took documents out as a ZIP" in cast.steward.gets("/admin/audit").text


def test_a_steward_takes_out_what_stewards_may_read_and_no_more(cast, two):
    """An export is filtered by the rights of who exports (threat T-5)."""
    hidden = papers.published(cast, cast.chair, title="Inside the circle", space="circle", sight="space")
    draft = papers.entered(cast, cast.chair, title="A draft")
    with cast.app.app_context():
        seen = [
            n
            for n in (*two, hidden, draft)
            if db.session.get(Document, n).readable_by(cast.steward.me().viewer)
        ]
    ids = "&".join(f"id={number}" for number in (*two, hidden, draft))
    rows = told_in(opened(taken(cast.steward, f"what=chosen&{ids}")))
    assert len(rows) == len(seen) and not {"Inside the circle", "A draft"} & {row["Title"] for row in rows}


def test_what_is_internal_stays_with_members(cast):
    said = {"title": "Housing", "language": "en", "sight": "public", "licence": "internal"}
    number = papers.entered(cast, cast.chair, sight="members")
    answer = cast.chair.posts(f"/library/{number}/edit", said)
    assert answer.status_code == 422 and "Choose another licence, or fewer readers." in answer.text
    good = {**said, "sight": "members", "publish": "1"}
    assert cast.chair.posts(f"/library/{number}/edit", good).status_code == 303
    page = cast.neighbour.gets(f"/library/{number}", follow_redirects=True).text
    assert "Only for members of the network: do not pass it on." in page
    link = {"until": "2027-06-01", "most": "0"}
    answer = cast.chair.posts(f"/library/{number}/guests", link)
    assert answer.status_code == 422 and "internal, do not share" in answer.text


def test_a_licence_says_what_may_be_done(cast, two):
    page = cast.visitor.gets(f"/library/{two[0]}", follow_redirects=True).text
    assert "CC BY 4.0" in page and ">Attribution</span>" in page
