"""Files sent from a browser: a cut line, a closed tab, folders, what is said aloud; and the plain form without scripts."""

import os
import re

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.library.models import Document, Upload
from app.members.models import Person
from tests.browser.test_pages import LOOKS, RUN, found, wide
from tests.live.server import Proxy, until
from tests.sending import PDF

PIECE = 1024 * 1024


@pytest.fixture
def papers(tmp_path):
    """Make files on the disk of the browser; return their paths."""

    def make(**sizes):
        made = []
        for name, size in sizes.items():
            path = tmp_path / f"{name}.pdf"
            path.write_bytes(PDF + os.urandom(size))
            made.append(str(path))
        return made

    return make


def states(town, who):
    """Return the files that somebody sent: name → state."""
    with town.asked() as session:
        mine = sa.select(Upload.name, Upload.state).where(Upload.person_id == who.id)
        return {row.name: row.state for row in session.execute(mine)}


def described(page, language="en"):
    """Say the language of all files and share them."""
    page.locator("form[action^='/library/batches'] #language").select_option(language)
    page.get_by_role("button", name="Share now").click()
    expect(page.get_by_role("heading", name="In the library")).to_be_visible()


def test_several_files_are_sent_described_and_shared(town, papers, scripts):
    """The same with scripts and without; the file of a wrong type says so and stops nothing."""
    who = town.guest("Sender")
    tab = town.tab(who, scripts=scripts)
    page = tab.open("/library/new")
    [wrong] = papers(program=10)
    os.rename(wrong, wrong := wrong.replace(".pdf", ".exe"))
    page.locator("#files").set_input_files([*papers(annual_report=2 * PIECE, Guide_fr=500), wrong])
    if scripts:
        expect(page.locator("[data-row]")).to_have_count(3)
        expect(page.locator("[data-files]").get_by_text("“program.exe” cannot be shared.")).to_be_visible()
        expect(page.get_by_text("It has come.")).to_have_count(2)
        expect(page.locator("#said")).to_have_text("All files have come.")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Describe documents")).to_be_visible()
    if not scripts:
        expect(page.locator("[data-files]").get_by_text("“program.exe” cannot be shared.")).to_be_visible()
    page.locator("textarea").first.fill("Guide, in French")
    described(page)
    expect(page.get_by_role("link", name="Guide, in French")).to_be_visible()
    with town.asked() as session:
        mine = sa.select(Document.title, Document.language, Document.state).where(
            Document.author_id == who.id
        )
        assert {tuple(row) for row in session.execute(mine)} == {
            ("Guide, in French", "fr", "published"), ("Annual report", "en", "published"),
        }  # fmt: skip
    tab.close()


def test_one_file_alone_leads_to_its_own_page(town, papers, scripts):
    tab = town.tab(town.guest("Sender"), scripts=scripts)
    page = tab.open("/library/new")
    page.locator("#files").set_input_files(papers(Housing_guide_2017=500))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Housing guide 2017")
    tab.close()


def test_a_cut_line_costs_one_piece(town, papers):
    """The line is cut twice in the middle of a piece; the file goes on by itself and comes whole."""
    who = town.guest("Sender")
    proxy = Proxy(town.site.server.port)
    tab = town.tab(who, base=f"http://127.0.0.1:{proxy.port}")
    sent = []
    tab.page.on(
        "request",
        lambda one: sent.append(one.url) if re.search(r"/library/uploads/\w{40}$", one.url) else None,
    )
    page = tab.open("/library/new")
    page.locator("#files").set_input_files(papers(long=6 * PIECE))
    for count in (2, 4):
        until(lambda count=count: page.evaluate("1") and len(sent) >= count, why="some pieces")
        assert proxy.cut()
    expect(page.get_by_text("It has come.")).to_be_visible()
    assert states(town, who) == {"long.pdf": "whole"}
    assert 7 <= len(sent) <= 11
    tab.close()
    proxy.close()


def test_a_closed_tab_goes_on_with_the_same_file(town, papers):
    who = town.guest("Sender")
    tab, files = town.tab(who), papers(long=5 * PIECE)
    passed = []

    def some(route):
        """Let two pieces through, then nothing more."""
        passed.append(1)
        if len(passed) <= 2:
            route.continue_()
        else:
            route.abort()

    page = tab.open("/library/new")
    page.route(re.compile(r"/library/uploads/\w{40}$"), some)
    page.locator("#files").set_input_files(files)
    until(lambda: page.evaluate("1") and len(passed) > 2, why="the third piece")
    page.close(run_before_unload=False)
    assert states(town, who) == {"long.pdf": "open"}
    page = tab.page = tab.another()
    page.goto(tab.base + "/library/new")
    page.get_by_role("link", name="1 file").click()
    expect(page.get_by_text("2 MB of 5 MB. Choose the same file again to go on.")).to_be_visible()
    sent = []
    page.on("request", lambda one: sent.append(one.url) if "/library/uploads/" in one.url else None)
    page.locator("#files").set_input_files(files)
    expect(page.locator("textarea")).to_have_value("Long")
    assert states(town, who) == {"long.pdf": "whole"}
    assert len(sent) == 4  # the rest alone: three pieces and the end of the file
    described(page)
    tab.close()


def test_a_file_is_stopped_and_the_rest_goes_on(town, papers):
    who = town.guest("Sender")
    tab = town.tab(who)
    page = tab.open("/library/new")
    page.route(re.compile(r"/library/uploads/\w{40}$"), lambda route: None)
    page.locator("#files").set_input_files(papers(slow=2 * PIECE))
    page.get_by_role("button", name="Stop slow.pdf").wait_for()
    until(lambda: page.evaluate("1") and states(town, who), why="the announcement")
    page.get_by_role("button", name="Stop slow.pdf").click()
    expect(page.locator("[data-row]")).to_have_count(0)
    expect(page.locator("#files")).to_be_focused()
    until(lambda: page.evaluate("1") and not states(town, who), why="that it is gone")
    page.unroute_all()
    page.locator("#files").set_input_files(papers(other=500))
    expect(page.get_by_text("It has come.")).to_be_visible()
    page.get_by_role("button", name="Remove other.pdf").click()
    until(lambda: page.evaluate("1") and not states(town, who), why="that it is gone")
    tab.close()


def test_a_form_waits_for_its_files_and_a_folder_keeps_its_names(town, papers, tmp_path):
    who = town.guest("Sender")
    tab = town.tab(who)
    page = tab.open("/library/new")
    papers(one=PIECE, two=PIECE)
    page.locator("[data-folder-input]").set_input_files(str(tmp_path))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="2 files")).to_be_visible()
    expect(page.get_by_text(f"{tmp_path.name}/").first).to_be_visible()
    tab.close()


def test_a_new_version_is_sent_in_pieces_too(town, papers):
    who = town.guest("Sender")
    tab = town.tab(who)
    page = tab.open("/library/new")
    page.locator("#files").set_input_files(papers(first=500))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("First")
    number = re.search(r"/library/(\d+)", page.url)[1]
    page = tab.open(f"/library/{number}/versions")
    page.locator("#file").set_input_files(papers(second=2 * PIECE))
    expect(page.get_by_text("It has come.")).to_be_visible()
    page.get_by_role("button", name="Put in").click()
    page.wait_for_url(re.compile(rf"/library/{number}-"))
    with town.asked() as session:
        assert session.get(Document, int(number)).versions == 2
    tab.close()


@pytest.mark.parametrize("look", LOOKS)
def test_nobody_is_kept_out_of_sending_and_describing(town, papers, look):
    """axe finds nothing and nothing is wider than the screen: while files come, in the table, with something wrong in it."""
    who = town.guest("Sender")
    still = {**LOOKS[look], "reduced_motion": "reduce"}  # looked at where it stands, not on the way there
    tab, axe = town.tab(who, **{name: value for name, value in still.items() if name != "rtl"}), Axe()
    if LOOKS[look].get("rtl"):
        with town.asked() as session:
            session.get(Person, who.id).language = "ar"
            session.commit()
    page, faults = tab.open("/library/new"), []
    [wrong] = papers(program=10)
    os.rename(wrong, wrong := wrong.replace(".pdf", ".exe"))
    page.locator("#files").set_input_files(
        [*papers(a_rather_long_name_of_a_file_without_any_space=PIECE, guide=500), wrong]
    )
    expect(page.locator("[data-files] [name=upload]")).to_have_count(2)
    for step, comes in (("sent", "textarea"), ("table", ".errsum"), ("wrong", ".errsum")):
        faults += [*found(axe, page, step, RUN), *wide(page, step)]
        page.locator("form[data-once] .btn--primary").click()
        page.locator(comes).first.wait_for()
    expect(page.locator(".errsum")).to_be_focused()
    expect(page.locator(".errsum")).to_be_in_viewport()
    expect(page.locator(".errsum li")).to_have_count(2)  # neither says its language
    tab.close()
    assert not faults, "\n".join(faults)
