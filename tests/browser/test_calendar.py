"""The calendar in a browser: its table by keyboard, and with what it begins on a small screen."""

import re

import pytest
from playwright.sync_api import expect

from app.calendar import acts, answering, door
from app.calendar.models import Event
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


def test_at_the_door_names_wait_while_the_network_is_gone_and_are_sent_once(town):
    cast = town.cast
    with town.app.app_context():
        space = db.session.get(Space, cast.spaces.network)
        number = acts.add(cast.chair.me(), space, fields(title="Door"), audience="members").id
        for who in (cast.neighbour, cast.outsider):
            answering.answer(who.me(), db.session.get(Event, number), "going", "here", shown=False)
    tab = town.tab(cast.chair)
    page = tab.open(f"/events/{number}/door")
    tab.context.set_offline(True)
    waits = page.locator("[data-door-waits]")
    page.get_by_role("button", name="Is here: Neighbour desk").click()
    expect(waits).to_contain_text("Neighbour desk")
    page.get_by_role("button", name="Is here: Neighbour desk").click(
        force=True
    )  # pressed once more: it waits once
    for name in ("Guest One", "Guest Two"):
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Write down").click()
        expect(waits).to_contain_text(name)
    expect(waits.locator("li")).to_have_count(3)
    with town.app.app_context():
        assert door.figures(number).came == 0 and door.guests(number) == []
    tab.context.set_offline(False)
    expect(waits).to_be_hidden()
    rows = page.locator("[data-door-list]")
    expect(rows).to_contain_text("3 are there")
    for name in ("Guest One", "Guest Two"):
        expect(rows.get_by_text(name)).to_have_count(1)
    page.reload()
    expect(rows).to_contain_text("3 are there")
    expect(waits).to_be_hidden()


def test_an_answer_that_was_lost_at_the_door_is_asked_for_again(town):
    """The server has taken it, its answer never came: the same key again makes no second guest."""
    cast = town.cast
    with town.app.app_context():
        space = db.session.get(Space, cast.spaces.network)
        number = acts.add(cast.chair.me(), space, fields(title="Door"), audience="members").id
    tab = town.tab(cast.chair)
    page = tab.open(f"/events/{number}/door")
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route("**/door/guests", lose)
    page.get_by_label("Name", exact=True).fill("Only One")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator("[data-door-waits]")).to_contain_text("Only One")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-door-waits]")).to_be_hidden()
    expect(page.locator("[data-door-list]").get_by_text("Only One")).to_have_count(1)
    assert lost == [204]
    with town.app.app_context():
        assert len(door.guests(number)) == 1


def test_what_waits_at_the_door_outlives_the_session_and_is_sent_by_its_writer_alone(town):
    """Somebody signed in anew, or somebody else did: what was noted before goes with a new page of who noted it."""
    cast = town.cast
    with town.app.app_context():
        space = db.session.get(Space, cast.spaces.network)
        number = acts.add(cast.chair.me(), space, fields(title="Door"), audience="members").id
        answering.answer(cast.neighbour.me(), db.session.get(Event, number), "going", "here", shown=False)
    tab = town.tab(cast.chair)
    page = tab.open(f"/events/{number}/door")
    tab.context.set_offline(True)
    page.get_by_role("button", name="Is here: Neighbour desk").click()
    expect(page.locator("[data-door-waits]")).to_contain_text("Neighbour desk")
    signed_in(tab, cast.outsider)
    tab.context.set_offline(False)
    expect(page.locator("[data-door]")).to_have_count(0)  # the page is theirs now, and they host nothing
    with town.app.app_context():
        assert door.figures(number).came == 0
    signed_in(tab, cast.chair)
    tab.open(f"/events/{number}/door")
    expect(page.locator("[data-door-list]")).to_contain_text("1 is there")
    with town.app.app_context():
        assert door.figures(number).came == 1


def signed_in(tab, who):
    """Somebody is signed in anew in this browser."""
    page = tab.context.cookies()[0]
    tab.context.clear_cookies()
    new = who.client.get_cookie("session").value
    tab.context.add_cookies([{"name": page["name"], "value": new, "domain": page["domain"], "path": "/"}])
