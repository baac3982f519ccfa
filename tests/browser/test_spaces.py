"""A walk through groups: one is founded, somebody stands before its door, is let in, reads its home; then it is archived."""

from playwright.sync_api import expect


def test_a_private_group_from_its_founding_to_the_archive(town):
    reader = town.guest("Reader")
    chair = town.tab(town.cast.chair).open("/groups/new")
    chair.get_by_label("Name of the group").fill("Okra circle")
    chair.get_by_label("What it is for").fill("How to ask for access.")
    chair.get_by_label("Private: members know its name").check()
    chair.get_by_label("Every member can join").check()
    chair.get_by_role("button", name="Found the group").click()
    expect(chair.locator(".errsum")).to_contain_text("not open to everybody")
    chair.get_by_label("Members ask, a facilitator lets them in").check()
    chair.get_by_role("button", name="Found the group").click()
    expect(chair.get_by_role("heading", level=1)).to_have_text("Okra circle")
    home = chair.url.removeprefix(town.site.base)

    chair.locator("details.menu", has_text="Look after it").locator("summary").click()
    chair.get_by_role("link", name="Home: texts and pins").click()
    chair.get_by_label("Welcome").first.fill("Come **in** and sit down.")
    chair.get_by_label("Start here").first.fill("- Say who you are")
    chair.get_by_role("button", name="Save").click()
    expect(chair.locator("main")).to_contain_text("Come in and sit down.")

    page = town.tab(reader).open("/groups")
    page.get_by_role("link", name="Okra circle").click()
    expect(page.locator("main")).to_contain_text("This group is private")
    expect(page.locator("main")).not_to_contain_text("sit down")
    page.get_by_role("button", name="Ask for access").click()
    expect(page.get_by_text("You asked for access")).to_be_visible()

    chair.goto(f"{town.site.base}{home}")
    chair.get_by_role("link", name="asks to join").click()
    chair.get_by_role("button", name=f"Let in {reader.name}").click()
    page.goto(f"{town.site.base}{home}")
    expect(page.locator("main")).to_contain_text("Come in and sit down.")

    chair.goto(f"{town.site.base}{home}")
    chair.locator("details.menu", has_text="Look after it").locator("summary").click()
    chair.get_by_role("button", name="Archive").click()
    expect(chair.locator("main")).to_contain_text("This group is archived")
    page.goto(f"{town.site.base}{home}")
    expect(page.locator("main")).to_contain_text("nobody writes in it")


def test_a_barrier_is_told_by_a_visitor(town):
    page = town.tab().open("/accessibility")
    page.get_by_role("link", name="Tell us about a barrier").click()
    page.get_by_role("button", name="Send the message").click()
    expect(page.locator(".errsum")).to_contain_text("Say what you wanted to do")
    page.get_by_label("What was in your way?").fill("The focus is lost after a reply.")
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_text("The secretariat reads it")).to_be_visible()
    desk = town.tab(town.cast.steward).open("/admin/accessibility")
    expect(desk.locator("main")).to_contain_text("The focus is lost after a reply.")
    desk.get_by_role("button", name="Mark as dealt with").first.click()
    expect(desk.locator("main")).to_contain_text("Dealt with")
