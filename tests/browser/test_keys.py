"""Without a mouse: single keys, the order of tabbing, dialogs, and a focus that is always seen."""

import re

import pytest
from playwright.sync_api import expect

from tests.live.server import until

FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const look = getComputedStyle(it), box = it.getBoundingClientRect();
  const name = it.getAttribute("aria-label") || it.labels?.[0]?.textContent || it.textContent || it.id;
  return { tag: it.localName, name: name.trim().replace(/\\s+/g, " "), href: it.getAttribute("href") || "",
    ring: look.outlineStyle !== "none" || look.boxShadow !== "none" || it.matches("input[type=file]"),
    seen: box.width > 0 && it.contains(document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2)) };
}"""


def focused(page):
    """The element that has the focus."""
    return page.evaluate(FOCUS)


@pytest.fixture
def thread(town):
    """A discussion with two replies and a member on its page."""
    number = town.starts(town.cast.chair, "Which keys do you use?", space="network")
    for words in ("The first.", "The second."):
        town.replies(town.cast.neighbour, number, words)
    page = town.tab(town.cast.outsider).live(f"/discussions/{number}")
    page.evaluate("scrollTo(0, 0)")
    return page


def test_single_keys_in_a_discussion(thread):
    page = thread
    for key, post in (("j", "p1"), ("j", "p2"), ("j", "p3"), ("j", "p3"), ("k", "p2")):
        page.keyboard.press(key)
        expect(page.locator(f"#{post}")).to_be_focused()
    assert focused(page)["ring"]
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jkr?u")
    expect(page.locator("#q")).to_have_value("jkr?u")
    page.locator("#q").blur()
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("#reply$"))
    page.keyboard.press("?")
    expect(page.locator("dialog#sheet")).to_be_visible()
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Show these keys")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#sheet")).to_be_hidden()
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile("/discussions$"))


def test_single_keys_in_lists(thread):
    page = thread
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Discussions")
    page.keyboard.press("j")
    title = page.locator(":focus h3 a").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Discussions")
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/discussions/new"))


def test_single_keys_can_be_turned_off(town):
    guest = town.guest("Quiet guest")
    tab = town.tab(guest)
    page = tab.open("/settings")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator(".flash--ok")).to_be_visible()
    page = tab.open("/discussions")
    page.keyboard.press("n")
    page.keyboard.press("/")
    assert focused(page) is None
    expect(page).to_have_url(re.compile("/discussions$"))


def test_the_skip_link_comes_first_and_leads_past_the_frame(thread):
    page = thread
    page.keyboard.press("Tab")
    assert focused(page)["name"] == "Skip to content"
    assert focused(page)["seen"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page)["href"] == "/discussions"  # the first link of the content


def test_tab_reaches_every_control_of_a_discussion(thread):
    page, met = thread, []
    for _ in range(120):
        page.keyboard.press("Tab")
        now = focused(page)
        if now is None:
            break
        until(lambda: focused(page)["seen"], 5, why=f"something unseen has the focus: {now}")
        assert now["ring"], f"nothing shows the focus: {now}"
        met.append(now["name"])
    wanted = ["Search", "New", "Notifications", "Reply", "Quote", "Thank", "Bold", "Preview", "Post reply",
              "First post", "Follow", "Mute", "About", "Français"]  # fmt: skip
    places = [next((n for n, name in enumerate(met) if name.startswith(word)), None) for word in wanted]
    assert None not in places, dict(zip(wanted, places, strict=True))
    assert places == sorted(places), dict(zip(wanted, places, strict=True))
    assert any("Reply text" in name for name in met)


def test_the_toolbar_is_one_stop_with_arrows(thread):
    page = thread
    page.get_by_label("Reply text").fill("word")
    page.get_by_label("Reply text").select_text()
    page.keyboard.press("Control+b")
    expect(page.get_by_label("Reply text")).to_have_value("**word**")
    page.get_by_role("button", name="Bold").focus()
    page.keyboard.press("ArrowRight")
    assert focused(page)["name"] == "Italic"
    page.get_by_label("Reply text").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#p4 strong")).to_have_text("word")


def test_a_menu_opens_and_closes_by_keys(thread):
    page = thread
    menu = page.locator("details.menu", has_text="our account")
    menu.locator("summary").focus()
    page.keyboard.press("ArrowDown")
    assert focused(page)["name"] == "My profile"
    page.keyboard.press("ArrowUp")
    assert focused(page)["name"] == "Sign out"
    page.keyboard.press("Escape")
    expect(menu.locator(".pop")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_somebody_is_mentioned_by_keys(town, thread):
    page = thread
    box = page.get_by_label("Reply text")
    box.focus()
    box.press_sequentially("Ask @neigh")
    options = page.get_by_role("listbox", name="Members").get_by_role("option")
    expect(options.first).to_be_visible()
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("Ask @neigh")
    box.press_sequentially("b")
    expect(options.first).to_be_visible()
    page.keyboard.press("Enter")
    expect(box).to_have_value(re.compile(r"^Ask @neighbour(-office)? $"))
