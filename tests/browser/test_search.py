"""The search box by keyboard: a list that nothing is chosen in before its reader does; and the page without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.seat import tell


@pytest.fixture
def lamps(town):
    """Two discussions that are found by a word of their own; a page of a member, and the word."""
    word = f"lamps{next(town.numbers)}"
    for title in (f"{word} for every street", f"{word} for schools"):
        town.starts(town.cast.chair, title, space="network")
    tell(town.app)
    return town.tab(town.cast.outsider).open("/discussions"), word


def test_suggestions_wait_for_their_reader(lamps):
    page, word = lamps
    box = page.locator("#q")
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type(f"{word} for")
    options = page.locator("#q-l [role=option]")
    expect(options).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#q-l [aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q-l [aria-selected=true]")).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q-l [aria-selected=true]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#q-l")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/search\?q={word}\+for"))
    page.locator("#s").focus()
    expect(page.locator("#s-l")).to_be_visible()  # results for the words that stand there
    page.locator("#s").fill("")
    expect(page.locator("#s-l [role=option]").first).to_have_text(f"{word} for")  # kept on the device


def test_a_suggestion_is_opened_by_the_keyboard_and_a_value_is_put_in_place(lamps):
    page, word = lamps
    page.locator("#q").focus()
    page.keyboard.type(f"{word} type:disc")
    expect(page.locator("#q-l [role=option]").first).to_contain_text("Discussion")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value(f"{word} type:discussion ")
    page.locator("#q").fill(f"{word} sch")
    expect(page.locator("#q-l [role=option]").first).to_contain_text(f"{word} for schools")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/discussions/\d+-{word}-for-schools"))


def test_the_page_does_all_without_scripts(lamps, town):
    word = lamps[1]
    page = town.tab(town.cast.outsider, scripts=False).open(f"/search?q={word}+for+-schools")
    expect(page.locator("main li h3")).to_have_count(1)
    page.locator("#s").fill(f"{word} type:discussion")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name=re.compile("Take off")).click()
    expect(page).to_have_url(re.compile(rf"q={word}$"))
    page.get_by_role("button", name="Keep this search").click()
    expect(page.locator("h1")).to_have_text(word)
