"""An erasure on open pages: the name goes from a discussion that somebody has before them."""

from playwright.sync_api import expect

from tests.browser.test_stories import post


def test_an_open_page_forgets_the_name(town):
    guest = town.guest("Officer")
    number = town.starts(town.cast.chair, "How do you keep minutes?")
    town.replies(guest, number, "We keep them for the city.")
    reader = town.tab(town.cast.chair).live(f"/discussions/{number}")
    expect(post(reader, 2)).to_contain_text(guest.name)

    page = town.tab(town.cast.steward).open(f"/admin/people/{guest.id}/erase")
    page.get_by_label("Reason").fill("Asked on paper.")
    page.get_by_label("Erase the account").check()
    page.get_by_role("button", name="Erase this account").click()
    expect(page.get_by_text("The account is being erased.")).to_be_visible()

    expect(post(reader, 2)).to_contain_text("former officer")
    expect(post(reader, 2)).not_to_contain_text(guest.name)
    expect(post(reader, 2)).to_contain_text("We keep them for the city.")
