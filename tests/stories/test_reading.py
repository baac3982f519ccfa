"""What stands in a file is taken out, kept as pages, and read in the browser."""

import gzip
import html
import io
import re

import pytest
import sqlalchemy as sa

from app.core import clock, files, jobs
from app.core.audience import PUBLIC, rooms_of
from app.core.database import atomic
from app.core.files import Attachment
from app.extensions import db
from app.library import acts
from app.library.models import Document, Page, Version
from app.library.reading import TYPES, job, showing, taking
from tests import papers, readings


def read(cast, data, name, who=None, **more):
    """Publish a document with a file; return the document and its version as they are now."""
    number = papers.published(cast, who or cast.chair, data=data, name=name, **more)
    return number, version(cast, number)


def version(cast, number):
    with cast.app.app_context():
        return db.session.scalars(
            sa.select(Version).where(Version.document_id == number).order_by(Version.id.desc())
        ).first()


def pages(cast, one):
    with cast.app.app_context():
        return db.session.scalars(
            sa.select(Page).where(Page.version_id == one.id).order_by(Page.number)
        ).all()


# --- PDF ----------------------------------------------------------------------------------------------------


def test_a_pdf_is_read_page_by_page(cast):
    number, one = read(cast, readings.pdf(3), "a.pdf")
    assert (one.state, one.pages, one.form) == ("ready", 3, "PDF")
    assert one.letters > 2000
    assert one.found["title"] == "Accounts"
    assert one.found["language"] == "en"
    assert one.found["tagged"] is False
    assert [(part["words"], part["page"]) for part in one.outline] == [(f"Section {n}", n) for n in (1, 2, 3)]
    first, second, _third = pages(cast, one)
    assert '<h3 id="p1-1">Before you begin</h3><p id="p1-2">Page 1.' in first.html
    assert first.text.split("\n\n")[0] == "Before you begin"
    assert second.text.count("\n\n") == 2
    assert second.html == ""  # its text says all
    assert papers.document(cast, number).pages == 3
    [fact] = papers.facts(cast, "library.read")
    assert fact.subject == f"document:{number}"


def test_pages_of_a_pdf_have_small_pictures(cast):
    _number, one = read(cast, readings.pdf(12), "a.pdf")
    found = pages(cast, one)
    assert [bool(page.picture_id) for page in found] == [True] * 10 + [False] * 2
    with cast.app.app_context():
        for row in db.session.scalars(sa.select(Attachment).where(Attachment.subject.startswith("page:"))):
            assert row.type == "image/webp"
            assert row.state == "ready"
            assert row.size <= 60 * 1024
            assert row.root == f"document:{one.document_id}"


def test_a_page_is_drawn_when_somebody_asks(cast):
    number, one = read(cast, readings.pdf(11), "a.pdf")
    last = pages(cast, one)[-1]
    page = cast.outsider.gets(f"/library/{number}/read?page=11").text
    assert f"/library/pages/{last.id}/draw" in page
    assert cast.visitor.posts(f"/library/pages/{last.id}/draw").status_code in (302, 303)
    assert not pages(cast, one)[-1].picture_id
    assert cast.outsider.posts(f"/library/pages/{last.id}/draw").status_code == 303
    assert pages(cast, one)[-1].picture_id
    assert "Show this page as a picture" in cast.outsider.gets(f"/library/{number}/read?page=11").text


def test_a_scan_says_so_and_shows_its_pages(cast):
    number, one = read(cast, readings.pdf(2, drawn=True), "a.pdf")
    assert one.state == "scanned"
    page = cast.outsider.gets(papers.document(cast, number).url).text
    assert "This file is a scan" in page
    assert re.search(r'<img class="sheet" src="/files/\d+/picture.webp" alt="Picture: Page 1 of 2"', page)
    assert "Read as text" not in page


def test_a_closed_pdf_says_so_and_stays_a_file(cast):
    number, one = read(cast, readings.pdf(1, password="hush"), "a.pdf")
    assert (one.state, one.pages) == ("encrypted", 0)
    page = cast.outsider.gets(papers.document(cast, number).url).text
    assert "A password closes this file" in page
    assert cast.outsider.gets(f"/files/{one.file_id}/a.pdf").status_code == 200


def test_who_looks_after_a_pdf_reads_what_keeps_people_from_reading_it(cast):
    number, _one = read(cast, readings.pdf(1), "a.pdf")
    page = cast.chair.gets(papers.document(cast, number).url).text
    assert "Can everybody read it?" in page
    assert "Not tagged" in page
    assert "Language set" in page
    assert "Can everybody read it?" not in cast.outsider.gets(papers.document(cast, number).url).text


def test_a_pdf_of_5_mb_is_read_in_less_than_60_kb(cast):
    """All that goes over the line for the whole text of twenty pages, packed as browsers ask for it."""
    words = (
        " ".join(f"word{n} of the text about rights in cities number {n * 7 % 91}" for n in range(22)) + ". "
    )
    data = readings.pdf(20, words=words, size=5_000_000)
    assert len(data) > 5_000_000
    number, one = read(cast, data, "a.pdf")
    assert one.state == "ready"
    answer = cast.outsider.client.get(f"/library/{number}/read?page=all", headers={"Accept-Encoding": "gzip"})
    text = gzip.decompress(answer.data).decode()
    assert text.count('class="sheet-text"') == 20
    assert len(text) > 60_000  # it holds the text
    assert len(answer.data) < 60 * 1024
    assert "<img" not in text.partition("<main")[2]  # pictures only when somebody asks


def test_long_pdfs_are_read_in_steps(cast, monkeypatch):
    ran = []
    real = taking.child.run

    def run(work, folder, source, *args, **more):
        ran.append((work, args))
        return real(work, folder, source, *args, **more)

    monkeypatch.setattr(taking.child, "run", run)
    monkeypatch.setattr(taking, "FIRST_PICTURES", 1)
    _number, one = read(cast, readings.pdf(400, words="Short words here. "), "a.pdf")
    assert one.state == "ready"
    assert one.pages == 400
    assert [page.number for page in pages(cast, one)] == list(range(1, 401))
    assert ran[0][1][1:] == (1, 0)


def test_a_page_that_ends_the_child_is_left_out(cast, monkeypatch):
    """The step is ended on its second page; the next one goes on behind it."""
    real, ran = taking.child.run, []

    def run(work, place, source, *args, **more):
        if work.endswith("pdf:read"):
            ran.append(args[1])
            if args[1] == 1:
                real(work, place, source, *args, **more)
                lines = (place / "pages.jsonl").read_bytes().splitlines(keepends=True)
                (place / "pages.jsonl").write_bytes(lines[0] + lines[1][:20])
                raise taking.child.Failed("time")
        return real(work, place, source, *args, **more)

    monkeypatch.setattr(taking.child, "run", run)
    _number, one = read(cast, readings.pdf(5), "a.pdf")
    assert ran == [1, 3]
    assert one.state == "ready"
    assert [bool(page.text) for page in pages(cast, one)] == [True, False, True, True, True]


# --- Office -------------------------------------------------------------------------------------------------


def test_a_docx_is_clean_html(cast):
    number, one = read(cast, readings.docx_file(), "a.docx")
    [page] = pages(cast, one)
    assert '<h3 id="p1-1">Before you begin</h3>' in page.html
    assert "Ask for <strong>consent</strong> first." in page.html
    assert '<h4 id="p1-3">Deep</h4>' in page.html  # no level is skipped
    assert '<ul id="p1-4"><li>One</li><li>Two<ul><li>Two a</li></ul></li></ul>' in page.html
    assert '<ol id="p1-5"><li>First</li></ol>' in page.html
    assert '<th scope="col">r0c0</th><th scope="col" colspan="2">' in page.html
    assert 'rowspan="2"' in page.html
    assert re.search(r'<img src="/files/\d+/picture.webp" alt="A &quot;blue&quot; field">', page.html)
    assert 'href="https://example.org/more"' in page.html
    assert 'lang="fr-FR">Bonjour' in page.html
    assert one.found["title"] == "A guide"
    assert "r2c1\tr2c2" in page.text
    shown = cast.outsider.gets(f"/library/{number}/read").text
    assert "Show the picture" in shown
    assert "<img" not in shown.partition("<main")[2]


def test_long_texts_are_cut_at_headings(cast):
    number, one = read(cast, readings.long_docx(), "a.docx")
    assert [page.name for page in pages(cast, one)] == ["Chapter 1", "Chapter 2", "Chapter 3"]
    assert [part["at"] for part in one.outline] == ["p1-1", "p2-1", "p3-1"]
    page = cast.outsider.gets(f"/library/{number}/read?page=2").text
    assert "Part 2 of 3" in page
    assert 'rel="prev"' in page
    assert 'rel="next"' in page
    assert "/read?page=3#p3-1" in page.replace("&amp;", "&")


def test_an_odt_is_clean_html(cast):
    _number, one = read(cast, readings.odf("text", readings.ODT, readings.BOLD), "a.odt")
    [page] = pages(cast, one)
    assert one.found["language"] == "fr"
    assert '<h3 id="p1-1">Un titre</h3>' in page.html
    assert "<strong>gras</strong><sup>1</sup>" in page.html
    assert "javascript" not in page.html
    assert 'href="https://example.org"' in page.html
    assert "<li>a<ul><li>b</li></ul></li>" in page.html
    assert '<th scope="col">H1</th>' in page.html
    assert 'alt="Champ bleu"' in page.html
    assert page.html.endswith("<li>La note</li></ol>")


def test_slides_hold_lists_tables_charts_and_what_is_said(cast):
    number, one = read(cast, readings.pptx_file(), "a.pptx")
    first, second = pages(cast, one)
    assert first.name == "Welcome"
    assert "<li>One<ul><li>Under one</li></ul></li>" in first.html
    assert 'id="p1-notes"><p>Say hello &amp; wait</p>' in first.html
    assert 'alt="A red field"' in second.html
    assert '<th scope="col">Head</th>' in second.html
    assert '<th scope="row">West</th><td>4.5</td>' in second.html
    page = cast.outsider.gets(f"/library/{number}/read").text
    assert "Slide 1 of 2" in page
    assert "<h3>Notes</h3>" in page


def test_odp_and_rtf_are_read(cast):
    _number, one = read(cast, readings.odf("presentation", readings.ODP), "a.odp")
    assert pages(cast, one)[0].text == "Bonjour\n\nx\n\nDire bonjour"
    _number, one = read(cast, readings.RTF, "a.rtf", title="Another")
    assert pages(cast, one)[0].text == "Hello bold\n\nSecond café"


def test_what_an_rtf_is_built_of_is_kept(cast):
    _number, one = read(cast, readings.RTF_BUILT, "built.rtf")
    page = pages(cast, one)[0]
    html = re.sub(r' id="[^"]*"', "", page.html)
    assert "<h3>The rent</h3>" in html and "<h4>Second level</h4>" in html
    assert "Hello <strong>bold</strong> and <em>slanted</em>, café € 😊 Привет." in html
    assert "<ul><li>First entry</li><li>Second entry</li></ul><ol><li>One</li><li>Two</li></ol>" in html
    assert '<th scope="col">Rent</th>' in html and "<td>5<br>6</td>" in html
    assert page.text.endswith("After a link.") and "secret" not in page.text and "hidden" not in page.text
    assert [(line["words"], line["level"]) for line in one.outline] == [("The rent", 1), ("Second level", 2)]


def test_pictures_of_an_rtf_are_shown_once(cast):
    png, jpeg = readings.picture(), readings.picture("JPEG", colour=(200, 40, 40))
    numbers = b"\r\n".join(png.hex().encode()[at : at + 128] for at in range(0, 2 * len(png), 128))
    raw = (
        rb"{\rtf1\ansi Before\par{\*\shppict{\pict{\*\picprop}\picw600\pngblip\bliptag7{\*\blipuid 00ff}" + b"\r\n" + numbers
        + rb"}}{\nonshppict{\pict\wmetafile8 " + b"ab" * 300 + rb"}}\par{\pict\jpegblip\bin%d " % len(jpeg) + jpeg
        + rb"}\par{\*\themedata " + b"cd" * 300 + rb"}{\pict\wmetafile8 " + b"ef" * 300 + rb"}After\par}"
    )  # fmt: skip
    number, one = read(cast, raw, "drawn.rtf")
    page = pages(cast, one)[0]
    assert page.text == "Before\n\nAfter" and page.html.count("<img") == 2
    shown = cast.outsider.gets(f"/library/{number}/read").text
    drawn = re.findall(r'"(/files/\d+/picture.webp)"', shown)
    assert len(drawn) == 2
    for address in drawn:
        with cast.outsider.client.get(address) as answer:
            assert answer.status_code == 200 and answer.mimetype == "image/webp" and answer.data


@pytest.mark.parametrize(
    "raw",
    [
        rb"{\rtf1 {\pict\pngblip " + b"f" * 1001 + rb"}\keptnumbers9 {\pict\jpegblip\keptnumbers2 \bin9 ab",
        rb"{\rtf1 \bin99999999 x",
        rb"{\rtf1 \u99999999999 a\'zz\'4",
        rb"{\rtf1 \ansicpg99 \cell\row\row\intbl a",
        b"{\\rtf1 }}}}}} a\\",
    ],
    ids=["pictures", "bytes", "letters", "rows", "ends"],
)
def test_an_odd_rtf_is_read_as_far_as_it_goes(cast, raw):
    _number, one = read(cast, raw, "odd.rtf")
    assert one.state in ("ready", "plain")


def test_sheets_are_tables_with_their_head_on_each_page(cast):
    number, one = read(cast, readings.xlsx_file(), "a.xlsx")
    found = pages(cast, one)
    assert [page.name for page in found] == ["Cities", "Cities 201–400", "Cities 401–451", "Wide"]
    assert all('<th scope="col">City</th>' in page.html for page in found[:3])
    assert "okapi" not in "".join(page.text for page in found)  # of a hidden sheet
    assert one.outline[1]["columns"] == 10
    page = cast.outsider.gets(f"/library/{number}/read?page=all").text
    assert "10 more columns are in the file." in page
    assert 'tabindex="0"' in page
    shown = cast.outsider.gets(papers.document(cast, number).url).text
    assert "City 3" in shown
    assert "City 30" not in shown


def test_csv_in_other_letters_and_ods(cast):
    _number, one = read(cast, "Ville;Nom\nParis;Frédéric\n".encode("cp1252"), "a.csv")
    assert "<td>Frédéric</td>" in pages(cast, one)[0].html
    _number, one = read(cast, readings.odf("spreadsheet", readings.ODS), "a.ods", title="Another")
    assert "<td>Graz</td>" in pages(cast, one)[0].html


def test_markdown_and_plain_text(cast):
    _number, one = read(cast, readings.MARKDOWN, "a.md")
    [page] = pages(cast, one)
    assert '<h3 id="p1-1">Top</h3>' in page.html
    assert "<strong>you</strong>" in page.html
    assert "evil.example" not in page.html
    assert "<script" not in page.html
    _number, one = read(cast, "Один\nдва\n\nтри <b>".encode("cp1251") * 20, "a.txt", title="Another")
    [page] = pages(cast, one)
    assert '<p id="p1-1">Один<br>два</p>' in page.html
    assert "&lt;b&gt;" in page.html


# --- pictures, sound, archives, others --------------------------------------------------------------------------


def test_a_picture_is_shown_as_a_clean_copy_and_kept_as_it_came(cast):
    data = readings.picture("JPEG", (2400, 1200))
    number, one = read(cast, data, "a.jpg", title="Our street")
    [page] = pages(cast, one)
    shown = cast.outsider.gets(papers.document(cast, number).url).text
    assert re.search(
        rf'<img class="sheet" src="/files/{page.picture_id}/picture.webp" alt="Our street"', shown
    )
    assert cast.outsider.gets(f"/files/{one.file_id}/a.jpg").data == data


def test_sound_is_played_and_its_captions_are_read(cast):
    sound = (
        b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\0\0\0"
        + b"\0" * 64
    )
    number, one = read(cast, sound, "a.wav")
    url = papers.document(cast, number).url
    page = cast.chair.gets(url).text
    assert re.search(rf'<audio class="player" controls preload="none" src="/files/{one.file_id}/a.wav"', page)
    assert "Add captions" in page
    assert "Add captions" not in cast.outsider.gets(url).text
    part = cast.outsider.gets(f"/files/{one.file_id}/a.wav", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"RIFF")
    form = {"v": "1", "lang": "en"}
    given = lambda raw: {**form, "captions": (io.BytesIO(raw), "c.vtt")}
    assert cast.outsider.posts(f"/library/{number}/captions", given(readings.VTT)).status_code == 403
    cast.chair.posts(f"/library/{number}/captions", given(b"<html>"))
    assert "These are no captions" in cast.chair.gets(url).text
    assert cast.chair.posts(f"/library/{number}/captions", given(readings.VTT)).status_code == 303
    one = version(cast, number)
    assert "Welcome to the zebra talk" in pages(cast, one)[0].text
    page = cast.outsider.gets(url).text
    assert re.search(
        rf'<track kind="captions" src="/files/{one.captions_id}/captions.vtt" srclang="en"', page
    )
    assert "<strong>00:01</strong>" in cast.outsider.gets(f"/library/{number}/read").text
    assert (
        cast.outsider.gets(f"/files/{one.captions_id}/captions.vtt")
        .headers["Content-Type"]
        .startswith("text/vtt")
    )


def test_the_policy_lets_pages_play_what_lies_here(cast):
    policy = cast.visitor.gets("/").headers["Content-Security-Policy"]
    assert "media-src 'self'" in policy


def test_an_archive_is_a_list_of_names(cast):
    data = readings.repacked(readings.xlsx_file(2), {"folder/<b>zebra.txt": "hello"})
    number, one = read(cast, data, "a.zip")
    assert one.state == "ready"
    page = cast.outsider.gets(papers.document(cast, number).url).text
    assert "folder/&lt;b&gt;zebra.txt" in page
    assert "zebra.txt" in pages(cast, one)[0].text


def test_other_types_have_no_preview_and_can_be_downloaded(cast):
    number, one = read(cast, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc")
    assert one.state == "plain"
    assert "No preview for this type" in cast.outsider.gets(papers.document(cast, number).url).text


# --- the job ------------------------------------------------------------------------------------------------------


def test_two_processes_never_read_one_version_at_once(cast, monkeypatch):
    number = papers.entered(cast, cast.chair, data=b"words", name="a.txt")
    with cast.app.app_context():
        with atomic():
            db.session.execute(sa.update(Version).values(state="waiting", claimed=clock.now(), tries=1))
        job.read(db.session.scalar(sa.select(Version.id)))
    one = version(cast, number)
    assert (one.state, one.tries) == ("waiting", 1)  # somebody else has it


def test_the_sweep_finds_what_a_killed_process_left(cast):
    number = papers.entered(cast, cast.chair, data=b"words", name="a.txt")
    long_ago = clock.now() - 2 * job.CLAIM
    with cast.app.app_context():
        with atomic():
            db.session.execute(
                sa.update(Version).values(state="waiting", claimed=long_ago, at=long_ago, tries=1)
            )
        jobs.run_minutely()
    assert version(cast, number).state == "ready"


def test_what_ends_the_process_each_time_is_given_up(cast):
    number = papers.entered(cast, cast.chair, data=b"words", name="a.txt")
    with cast.app.app_context():
        with atomic():
            db.session.execute(sa.update(Version).values(state="waiting", claimed=None, tries=job.MOST_TRIES))
        job.read(db.session.scalar(sa.select(Version.id)))
    assert (version(cast, number).state, version(cast, number).why) == ("broken", "time")


@pytest.mark.parametrize("fault", [OSError("away"), taking.child.Late("late")])
def test_a_store_that_is_away_or_a_busy_machine_is_no_broken_file(cast, monkeypatch, fault):
    def fails(*_args):
        raise fault

    monkeypatch.setattr(job.taking, "take", fails)
    number = papers.entered(cast, cast.chair, data=b"words", name="a.txt")
    one = version(cast, number)
    assert (one.state, one.claimed) == ("waiting", None)
    monkeypatch.undo()
    with cast.app.app_context():
        job.read(one.id)
    assert version(cast, number).state == "ready"


def test_reading_again_leaves_nothing_twice(cast):
    number, one = read(cast, readings.docx_file(), "a.docx")
    with cast.app.app_context():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Attachment))
        with atomic():
            db.session.execute(sa.update(Version).values(state="waiting"))
        job.read(one.id)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == before
    assert len(pages(cast, one)) == 1


def test_who_reads_while_it_waits_sees_it_come(cast):
    number, one = read(cast, b"words", "a.txt")
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(Version).values(state="waiting"))
    page = cast.outsider.gets(papers.document(cast, number).url).text
    found = re.search(rf'data-ref="document:{number}" data-url="([^"]+)"', page)
    assert "The text of this file is being taken out" in page
    with cast.app.app_context(), atomic():
        db.session.execute(sa.update(Version).values(state="ready"))
    part = cast.outsider.gets(html.unescape(found[1]))
    assert part.headers["Cache-Control"] == "no-store"
    assert "words" in part.text
    assert "data-url" not in part.text


# --- the pages ----------------------------------------------------------------------------------------------------


def test_the_page_of_a_hit_leads_to_its_place_with_the_words_marked(cast):
    number, one = read(cast, readings.pdf(3), "a.pdf")
    page = pages(cast, one)[1]
    answer = cast.outsider.gets(f"/library/pages/{page.id}?q=accounts")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/library/{number}/read?page=2&q=accounts#p2"
    text = cast.outsider.gets("/" + answer.headers["Location"].lstrip("/")).text
    assert "Collecting <mark>accounts</mark> asks" in text
    assert 'id="p2-1"' in text
    assert cast.visitor.gets(f"/library/pages/{page.id}").status_code == 404


def test_marks_never_break_the_html(cast):
    number, _one = read(cast, readings.docx_file(evil=True), "a.docx")
    for query in ("p1", "strong", "script", "<b>", "onerror", "&lt", '"'):
        text = cast.outsider.gets(f"/library/{number}/read", query_string={"q": query}).text
        assert "<script>alert" not in text
        assert 'id="p1-1"' in text


def test_an_older_version_says_so(cast):
    number, _one = read(cast, b"old words", "a.txt")
    papers.revised(cast, cast.chair, number, b"new words", "a.txt")
    text = cast.outsider.gets(f"/library/{number}/read?v=1").text
    assert "old words" in text
    assert "An older version." in text
    text = cast.outsider.gets(f"/library/{number}/read").text
    assert "new words" in text
    assert "An older version." not in text
    assert cast.outsider.gets(f"/library/{number}/read?v=9").status_code == 404
    assert cast.outsider.gets(f"/library/{number}/read?lang=xx").status_code == 404


def test_other_languages_are_one_step_away(cast):
    number, _one = read(cast, b"The words", "a.txt")
    papers.revised(cast, cast.chair, number, b"Les mots", "a.txt", language="fr")
    text = cast.outsider.gets(f"/library/{number}/read").text
    assert f'href="/library/{number}/read?lang=fr" lang="fr"' in text
    french = cast.outsider.gets(f"/library/{number}/read?lang=fr").text
    assert 'lang="fr"><p dir="auto" id="p1-1">Les mots</p>' in french


def test_nothing_changed_is_a_304(cast):
    number, _one = read(cast, b"words", "a.txt")
    tag = cast.outsider.gets(f"/library/{number}/read").headers["ETag"]
    assert cast.outsider.gets(f"/library/{number}/read", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "query", ["page=0", "page=99999999", "page=-1", "page=x", "page=²", "v=²", "from=x&page=all", "q=%00"]
)
def test_odd_addresses_answer(cast, query):
    number, _one = read(cast, b"words", "a.txt")
    assert cast.outsider.gets(f"/library/{number}/read?{query}").status_code in (200, 400, 404)


def test_what_changed_between_two_versions_is_said(cast, monkeypatch):
    old = "First.\n\nThe city asks for consent before it begins.\n\nGone paragraph.\n\n" + "\n\n".join(
        f"Same {n}." for n in range(9)
    )
    new = (
        "First.\n\nThe city always asks for consent before it begins.\n\n"
        + "\n\n".join(f"Same {n}." for n in range(9))
        + "\n\nLast <b>."
    )
    number, _one = read(cast, old.encode(), "a.txt")
    assert cast.outsider.gets(f"/library/{number}/difference").status_code == 404  # there is one version
    papers.revised(cast, cast.chair, number, new.encode(), "a.txt")
    text = cast.outsider.gets(f"/library/{number}/difference?a=1&b=2").text
    assert re.search(r'The city ?<ins><span class="vh">added: </span> ?always ?</ins>', text)
    assert re.search(r'<del><span class="vh">taken out: </span>Gone paragraph.</del>', text)
    assert "Last &lt;b&gt;." in text
    assert "paragraphs are the same" in text
    assert "Choose two different versions" in cast.outsider.gets(f"/library/{number}/difference?a=1&b=1").text
    assert cast.visitor.gets(f"/library/{number}/difference").status_code == 404
    monkeypatch.setattr("app.library.reading_routes.COMPARED", 0)
    often = cast.outsider.gets(f"/library/{number}/difference?a=1&b=2")
    assert often.status_code == 429 and "<h1" in often.text


def test_texts_that_have_little_in_common_are_compared_in_bounds(cast):
    old = "\n\n".join(f"{n} a {n * 7} b {n * 13}" for n in range(5000))
    new = "\n\n".join(f"{n * 3} c {n} d {n * 11}" for n in range(5000))
    number, _one = read(cast, old.encode(), "a.txt")
    papers.revised(cast, cast.chair, number, new.encode(), "a.txt")
    assert cast.outsider.gets(f"/library/{number}/difference").status_code == 200


def test_a_withdrawn_document_cannot_be_read_any_more(cast):
    number, one = read(cast, b"zebra words", "a.txt")
    [page] = pages(cast, one)
    papers.acted(cast, cast.chair, acts.withdraw, number, "Wrong figures.")
    for path in (f"/library/{number}/read", f"/library/{number}/difference"):
        assert cast.outsider.gets(path).status_code in (302, 404)
    assert cast.outsider.gets(f"/library/pages/{page.id}").status_code == 404
    assert cast.outsider.gets(f"/library/{number}/preview?fragment=1").status_code == 404


def test_pages_that_come_late_are_seen_by_whom_the_document_is_seen(cast):
    number, one = read(cast, readings.pdf(1), "a.pdf", sight="public")
    papers.acted(cast, cast.chair, acts.describe, number, {"sight": "space"})
    with cast.app.app_context():
        with atomic():
            db.session.execute(sa.update(Version).values(state="waiting"))
        job.read(one.id)
        audience_id = db.session.get(Document, number).audience_id
        for model in (Page, Attachment):
            assert set(db.session.scalars(sa.select(model.audience_id))) == {audience_id}
        assert PUBLIC not in rooms_of(audience_id)


def test_parts_are_the_pages_of_the_newest_versions(cast):
    number, one = read(cast, readings.pdf(2), "a.pdf")
    papers.revised(cast, cast.chair, number, b"new", "a.txt")
    papers.revised(cast, cast.chair, number, b"neuf", "b.txt", language="fr")
    with cast.app.app_context():
        document = db.session.get(Document, number)
        newest = sa.select(Page.id).where(Page.version_id != one.id).order_by(Page.id)
        assert list(document.parts()) == [f"page:{number}" for number in db.session.scalars(newest)]
        assert len(document.parts()) == 2


def test_the_bytes_of_pictures_are_freed_with_their_pages(cast):
    _number, one = read(cast, readings.pdf(1), "a.pdf")
    with cast.app.app_context():
        with atomic():
            db.session.execute(sa.update(Version).values(state="waiting"))
        job.read(one.id)
        assert files.store().exists(one.hash)


def test_other_forms_of_a_word_are_marked_too(cast):
    """The search finds them, so the page shows them: by the same rule."""
    number, _one = read(cast, b"Ciudades y derechos. La ciudad.", "a.txt", language="es")
    text = cast.outsider.gets(f"/library/{number}/read?q=ciudad").text
    assert "<mark>Ciudades</mark>" in text
    assert "<mark>ciudad</mark>" in text


def test_a_long_text_comes_in_pieces_that_one_goes_on_from(cast, monkeypatch):
    monkeypatch.setattr(showing, "MOST_AT_ONCE", 5500)
    number, _one = read(cast, readings.pdf(5), "a.pdf")
    text = cast.outsider.gets(f"/library/{number}/read?page=all").text
    further = re.search(r'<a class="btn" href="([^"]+)" rel="next">Read on</a>', text)
    assert 'id="p1"' in text
    assert 'id="p5"' not in text
    following = cast.outsider.gets(html.unescape(further[1])).text
    assert 'id="p1"' not in following
    assert re.search(r'id="p[345]"', following)


def test_each_type_that_is_read_is_known_by_its_content():
    """What reads a file is chosen by its name, where its content agrees: so both tables have to say the same type."""
    for suffix, kind in TYPES.items():
        if kind.reader:
            assert files.TYPES.get(suffix) == kind.mime, suffix
            assert kind.reader in (*taking.WORKS, "pdf", "sound")
