"""The library, looked at: its list and facets, a record, what opens it for others, and bringing the past over."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_pages import LOOKS, RUN, SAME_COLOURS, found, tab_for, wide

PAGES = {
    "guest": [
        "/library", "/library?theme=housing&sort=title", "/library/1", "/library/1/read", "/library/collections",
        "/library/translations", "/library/9999", "/search?q=housing+type:document",
    ],
    "member": ["/library", "/library/1", "/library/1/read", "/library/collections", "/library/9999", "/search?q=housing"],
    "steward": [
        "/library/1", "/library/1/edit", "/library/1/access", "/library/1/places", "/library/1/versions",
        "/library/1/editions/fr/file", "/library/collections/new", "/bring-over", "/admin/synonyms",
    ],
}  # fmt: skip


@pytest.mark.looks
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("role", PAGES)
def test_no_page_of_the_library_keeps_anybody_out(demo, role, look):
    """axe finds nothing, on any page, and nothing is wider than the screen."""
    tab, axe, faults = tab_for(demo, role, **LOOKS[look]), Axe(), []
    for path in PAGES[role]:
        page = tab.open(path)
        faults += found(axe, page, path, SAME_COLOURS if look == "rtl-320" else RUN)
        faults += wide(page, path)
    tab.close()
    assert not faults, "\n".join(faults)


def test_facets_narrow_the_list_and_come_off_as_chips(demo):
    tab = tab_for(demo, "guest")
    page = tab.open("/library")
    everything = page.locator("li[data-ref^='document:']").count()
    page.goto(f"{demo.base}/library?language=fr")
    chip = page.locator(".chip")
    expect(chip).to_have_count(1)
    assert 0 < page.locator("li[data-ref^='document:']").count() <= everything
    chip.click()
    expect(page).to_have_url(re.compile(r"/library(\?.*)?$"))
    expect(page.locator(".chip")).to_have_count(0)
    tab.close()


@pytest.mark.looks
@pytest.mark.parametrize("look", LOOKS)
def test_a_guest_link_is_made_and_opens_the_document_for_who_has_no_account(demo, look):
    options, axe, faults = dict(LOOKS[look]), Axe(), []
    options.pop("rtl", None)
    keeper, guest = tab_for(demo, "steward", **options), tab_for(demo, "guest", **LOOKS[look])
    page = keeper.open("/library/1/access")
    page.locator("#password").fill("open sesame twice")
    page.get_by_role("button", name="Make a guest link").click()
    expect(page.locator("h1")).to_have_text("The guest link")
    link = urlsplit(page.locator("#address").input_value()).path
    faults += found(axe, page, "the link", RUN) + wide(page, "the link")
    page = guest.open(link)
    faults += found(axe, page, "the door", RUN) + wide(page, "the door")
    page.locator("input[type=password]").fill("wrong words here")
    page.locator("main form button").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    faults += found(axe, page, "the door, shut", RUN) + wide(page, "the door, shut")
    page.locator("input[type=password]").fill("open sesame twice")
    page.locator("main form button").click()
    expect(page.locator("input[type=password]")).to_have_count(0)
    faults += found(axe, page, "the document", RUN) + wide(page, "the document")
    keeper.close()
    guest.close()
    assert not faults, "\n".join(faults)


def test_a_large_file_of_the_past_comes_in_pieces(demo, tmp_path):
    tab = tab_for(demo, "steward")
    page = tab.open("/bring-over")
    table = tmp_path / "papers.csv"
    table.write_text("title,language\nA paper from before,en\n", "utf-8")
    page.locator("#file").set_input_files(table)
    expect(page.locator("[data-row]")).to_contain_text("It has come")
    faults = found(Axe(), page, "/bring-over", RUN)
    page.get_by_role("button", name="Look at it").click()
    expect(page).to_have_url(re.compile(r"/bring-over/\d+$"))
    faults += found(Axe(), page, "what was brought", RUN) + wide(page, "what was brought")
    tab.close()
    assert not faults, "\n".join(faults)
