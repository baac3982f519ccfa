"""The calendar in a browser: its table by keyboard, and with what it begins on a small screen."""

import re

import pytest
from playwright.sync_api import expect

from app.calendar import acts
from app.extensions import db
from app.spaces.models import Space
from tests.events import fields

MARCH = "/calendar/2027-03"


@pytest.fixture
def event(town):
    """A meeting on 10 March 2027."""
    with town.app.app_context():
        me, space = town.cast.chair.me(), db.session.get(Space, town.cast.spaces.network)
        acts.add(me, space, fields(title="Keys at ten"), audience="members")


def day(page, number):
    """Return the cell of a day of March."""
    return page.locator(f"td[data-day='2027-03-{number:02}']")


def test_the_days_of_a_month_by_keyboard(town, event):
    page = town.tab(town.cast.chair).open(MARCH)
    expect(page.locator("[data-day][tabindex='0']")).to_have_count(
        1
    )  # one day alone is in the order of tabbing
    expect(day(page, 1)).to_have_attribute("tabindex", "0")
    day(page, 1).focus()
    steps = [
        ("ArrowRight", 2), ("ArrowDown", 9), ("ArrowRight", 10), ("End", 14), ("Home", 8), ("ArrowUp", 1), ("ArrowRight", 2),
        ("ArrowLeft", 1), ("ArrowDown", 8), ("ArrowRight", 9), ("ArrowRight", 10),
    ]  # fmt: skip
    for key, right in steps:
        page.keyboard.press(key)
        expect(day(page, right)).to_be_focused()
        expect(page.locator("[data-day][tabindex='0']")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#d2027-03-10$"))
    expect(page.locator("#d2027-03-10")).to_contain_text("Keys at ten")
    for key, month in (("PageDown", "2027-04"), ("PageUp", "2027-03"), ("PageUp", "2027-02")):
        page.locator("[data-day][tabindex='0']").focus()
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(f"/calendar/{month}$"))


def test_beyond_the_table_lies_the_month_before(town):
    page = town.tab(town.cast.chair).open(MARCH)
    day(page, 1).focus()
    page.keyboard.press("ArrowUp")
    expect(page).to_have_url(re.compile("/calendar/2027-02$"))


def test_from_right_to_left_the_arrows_go_the_other_way(town):
    page = town.tab(locale="ar").open(MARCH)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    day(page, 3).focus()
    for key, right in (("ArrowLeft", 4), ("ArrowRight", 3), ("ArrowDown", 10)):
        page.keyboard.press(key)
        expect(day(page, right)).to_be_focused()


@pytest.mark.parametrize(("width", "begins"), [(390, "/calendar/agenda$"), (1280, r"/calendar/\d{4}-\d\d$")])
def test_on_a_small_screen_the_calendar_begins_with_what_comes(town, width, begins):
    page = town.tab(town.cast.chair, viewport={"width": width, "height": 800}).open("/help")
    page.locator("a[href='/calendar']:visible").first.click()
    expect(page).to_have_url(re.compile(begins))
    page.goto(page.url.partition("/calendar")[0] + MARCH)  # a view that is asked for is shown
    expect(day(page, 1)).to_be_visible()
