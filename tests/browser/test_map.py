"""The map of members in a browser: by mouse, by keyboard, without scripts, small, and from nobody else's server."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import MEMBER

WORLD = "/members?view=map"
ROME = "/members?view=map&country=IT&kind=chair"
MOST = 150 * 1024
# Resolves when the map stands still: what a key or a button began shows its sign one frame later at the latest.
STILL = """() => new Promise((done) => {
  const moving = () => document.querySelector(".leaflet-zoom-anim, .leaflet-pan-anim");
  const look = () => requestAnimationFrame(() => (moving() ? look() : done(true)));
  requestAnimationFrame(look);
})"""
# An answer to the key: the card, or the keyboard's place on another plate or pin than before.
ANSWERED = """(before) => {
  const chosen = document.activeElement;
  return !document.querySelector("[data-map-card]").hidden
    || (chosen !== before && chosen.matches(".map__plate, .map__pin"));
}"""


def still(page):
    """Wait until the map moves no longer."""
    page.evaluate(STILL)


def living(demo, path, **options):
    """Open a page with a map and wait until its pins are there."""
    tab = demo.tab(**options)
    page = tab.open(path)
    expect(page.locator(".map__pin, .map__plate").first).to_be_visible()
    return tab, page


@pytest.mark.parametrize("path", [WORLD, "/regions/europe"])
def test_a_first_visit_to_a_map_is_small(demo, path):
    """All files until three seconds after the page is there, for a member: 150 KB."""
    tab, sizes = demo.tab(demo.cookies[MEMBER]), {}
    tab.page.on("requestfinished", lambda one: sizes.__setitem__(one.url, one.sizes()["responseBodySize"]))
    tab.open(path)
    tab.page.wait_for_timeout(3000)
    assert tab.page.locator(".map__plate").count() > 3
    tab.close()
    assert sum(sizes.values()) <= MOST, sizes


def test_by_keyboard_from_the_world_to_a_card_and_back(demo):
    tab, page = living(demo, WORLD)
    card = page.locator("[data-map-card]")
    page.locator(".map__live").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if (page.evaluate("document.activeElement.className") or "").find("map__plate") >= 0:
            break
    for _ in range(12):  # plates part until there is one that does not, or a pin
        chosen = page.evaluate_handle("document.activeElement")
        page.keyboard.press("Enter")
        page.wait_for_function(ANSWERED, arg=chosen)
        still(page)
        if card.is_visible():
            break
    expect(card).to_be_visible()
    expect(card).to_be_focused()
    assert card.get_by_role("link").first.get_attribute("href").startswith("/members/")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert "map__p" in page.evaluate("document.activeElement.className")
    page.locator(".map__live").focus()
    page.keyboard.press("+")
    still(page)
    pane = page.locator(".leaflet-map-pane")
    before = pane.get_attribute("style")
    page.keyboard.press("ArrowDown")
    expect(pane).not_to_have_attribute("style", before)
    tab.close()


def test_members_on_one_spot_open_as_a_list_that_closes(demo):
    tab, page = living(demo, ROME)
    card = page.locator("[data-map-card]")
    page.get_by_role("button", name="4 members here").click()
    expect(card).to_contain_text("4 members here")
    assert card.get_by_role("link").count() == 4
    assert page.locator(".card.is-on").count() == 4
    card.get_by_role("button", name="Close").click()
    expect(card).to_be_hidden()
    assert page.locator(".card.is-on").count() == 0
    tab.close()


def test_a_pin_shows_its_card_and_marks_the_list(demo):
    tab, page = living(demo, "/members?view=map&q=auckland")
    page.get_by_role("button", name="City of Auckland, New Zealand").click()
    expect(page.locator("[data-map-card]").get_by_role("link", name="City of Auckland")).to_be_visible()
    expect(page.locator(".card.is-on")).to_contain_text("City of Auckland")
    tab.close()


def test_buttons_zoom_and_the_land_gets_finer(demo):
    tab, page = living(demo, WORLD)
    pins = page.locator(".map__pin, .map__plate").count()
    for _ in range(2):
        page.get_by_role("button", name="Zoom in").click()
        still(page)
    expect(page.locator("path.land")).to_have_attribute("transform", re.compile(r"^scale\(0\.25\)"))
    page.get_by_role("button", name="Zoom out").click()
    still(page)
    expect(page.locator("path.land")).to_have_attribute("transform", re.compile(r"^scale\(1\)"))
    assert pins > 5
    tab.close()


def test_without_scripts_plates_lead_closer(demo):
    tab = demo.tab(scripts=False)
    page = tab.open(ROME)
    page.get_by_role("link", name="4 members here").click()
    expect(page.locator(".chip")).to_have_count(3)
    expect(page.locator(".cards > li")).to_have_count(4)
    expect(page.get_by_role("button", name="Zoom in")).to_have_count(0)
    tab.close()


def test_the_drawing_stays_when_the_points_do_not_come(demo):
    tab = demo.tab()
    tab.page.route("**/members?view=points*", lambda route: route.abort())
    page = tab.open(WORLD)
    page.wait_for_timeout(800)
    assert page.locator("[data-map-plain] a").count() > 20
    tab.close()
