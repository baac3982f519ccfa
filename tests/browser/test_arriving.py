"""Coming in, in a browser: ask to join, prove the address, a yes, the first sign-in and the first steps."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.core.mail import OutboxMail
from tests.live.server import until

ADDRESS = "walker{}@elsewhere.example"


def mailed(town, kind, address):
    """Return the path that the newest mail of a kind to an address holds."""

    def found():
        with town.asked() as session:
            mine = sa.select(OutboxMail.text).where(OutboxMail.kind == kind, OutboxMail.to == address)
            return session.scalar(mine.order_by(OutboxMail.id.desc()).limit(1))

    return re.search(r"https?://[^/\s]+(/\S+)", until(found, why=f"the mail {kind}"))[1]


def test_from_the_request_to_the_first_steps(town, scripts):
    address = ADDRESS.format("" if scripts else "-plain")
    page = town.tab(scripts=scripts).open(f"/join?for={town.cast.organisations.neighbour}")
    page.get_by_label("Your name, or your role").fill("Youth office")
    page.get_by_label("Work e-mail address").fill(address)
    page.get_by_label("I agree that this request").check()
    if scripts:  # the sum that the browser does meanwhile
        expect(page.locator("input[name=effort]")).to_have_value(re.compile(r".+:\d+$"), timeout=30_000)
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()

    page.goto(town.site.base + mailed(town, "join", address))
    page.get_by_role("button", name="Yes, the address is mine").click()
    expect(page.get_by_text("The first contact of the organisation reads it.")).to_be_visible()

    desk = town.tab(town.cast.neighbour, scripts=scripts).open("/requests")
    desk.get_by_role("row").filter(has_text="Youth office").get_by_role("link").first.click()
    expect(desk.get_by_text(address)).to_be_visible()
    desk.get_by_role("button", name="Say yes, and invite").click()
    expect(desk.get_by_text("The answer is yes. The invitation is on its way.")).to_be_visible()

    page.reload()
    expect(page.get_by_text("The answer is yes.")).to_be_visible()
    page.goto(town.site.base + mailed(town, "invite", address))
    page.get_by_label("New password").fill("an orchard behind the tram")
    page.get_by_role("button", name="Join").click()
    steps = page.get_by_role("region", name="First steps")
    expect(steps).to_be_visible()
    steps.get_by_role("link", name="Begin").click()
    expect(page.get_by_text("Step 1 of 5")).to_be_visible()
    page.get_by_role("button", name="That is right, go on").click()
    expect(page.get_by_text("Step 2 of 5")).to_be_visible()
    page.get_by_role("link", name="Skip this step").click()
    expect(page.get_by_text("Step 3 of 5")).to_be_visible()
    page.goto(town.site.base + "/")
    expect(steps.get_by_text("4 steps are left.")).to_be_visible()
    steps.get_by_role("button", name="Put away").click()
    expect(steps).not_to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_current_one_of_a_row_of_places_is_seen_on_a_phone(town, language):
    page = town.tab(town.cast.outsider).open("/help")
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator(f"form.langs button[value={language}]").click()
    page.goto(town.site.base + "/settings/data")
    box = page.locator("main .sel a[aria-current]").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320
    page.locator("form.langs button[value=en]").click()
