"""What happens on an open page while others act: scripts on, two or three browsers."""

import datetime as dt
import re
import time

from playwright.sync_api import expect

from app.board import acts as board
from app.board.models import Post
from app.calendar import acts as calendar
from app.core import clock
from app.extensions import db
from app.spaces.models import Space
from tests import talk
from tests.browser.test_stories import post, sign_in, sign_out
from tests.events import fields
from tests.live.server import Proxy, until

LONG = "\n\n".join(f"Line {n} of a long first post." for n in range(60))
LOSS = """(ref) => {
  const gone = () => !document.querySelector(`main [data-ref="${ref}"]`);
  window.lost = 0;
  const look = () => { if (!window.lost && gone()) window.lost = Date.now(); };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""


def line(page):
    """The line that says that new replies wait."""
    return page.locator("[data-new-replies]")


def pill(page):
    """The pill that says that new items wait."""
    return page.locator("[data-pill]")


def count(town, model, **which):
    """How many rows there are."""
    with town.asked() as session:
        return session.query(model).filter_by(**which).count()


def test_a_reply_waits_behind_a_line_and_moves_nothing(town):
    number = town.starts(town.cast.chair, "Who reads slowly?", body=LONG)
    reader = town.tab(town.cast.outsider, viewport={"width": 1000, "height": 500}).live(
        f"/discussions/{number}"
    )
    reader.evaluate("scrollTo(0, 300)")
    writer = town.tab(town.cast.neighbour).open(f"/discussions/{number}")
    writer.get_by_label("Reply text").fill("A first answer.")
    writer.get_by_role("button", name="Post reply").click()
    expect(post(writer, 2)).to_contain_text("A first answer.")

    expect(line(reader)).to_contain_text("1 new reply, show")
    expect(post(reader, 2)).to_have_count(0)
    assert reader.evaluate("scrollY") == 300
    line(reader).get_by_role("button").click()
    expect(post(reader, 2)).to_contain_text("A first answer.")
    expect(post(reader, 2)).to_be_focused()
    expect(line(reader)).to_be_hidden()


def test_a_reply_appears_at_once_for_who_reads_the_end(town):
    number = town.starts(town.cast.chair, "Who reads the end?")
    reader = town.tab(town.cast.outsider).live(f"/discussions/{number}")
    town.replies(town.cast.neighbour, number, "An answer at the end.")
    expect(post(reader, 2)).to_contain_text("An answer at the end.")
    expect(line(reader)).to_be_hidden()


def test_who_comes_is_counted_on_open_pages_and_moves_nothing(town):
    with town.app.app_context():
        me, space = town.cast.chair.me(), db.session.get(Space, town.cast.spaces.network)
        soon = clock.now().replace(microsecond=0) + dt.timedelta(days=3)
        words = fields(title="Who comes?", starts=soon, seats_here=2, body=LONG)
        number = calendar.add(me, space, words, audience="members").id
    page = town.tab(town.cast.outsider, viewport={"width": 1000, "height": 500}).open(f"/events/{number}")
    numbers = page.locator(f"[data-ref='event:{number}'][data-url$='counts?fragment=1']")
    expect(numbers).to_contain_text("2 of 2 places are free")
    page.get_by_label("Maybe").check()
    place = page.evaluate("scrollY")
    other = town.tab(town.cast.neighbour).open(f"/events/{number}")
    other.get_by_label("Going").check()
    other.get_by_label("Show my name to others who see this event").check()
    other.get_by_role("button", name="Save answer").click()
    expect(numbers).to_contain_text("1 comes in person")
    expect(numbers).to_contain_text("1 of 2 places is free")
    expect(page.get_by_label("Maybe")).to_be_checked()  # what is being said stays
    expect(page.locator("#answer [data-url*=names]")).to_contain_text(
        "Neighbour desk"
    )  # and shows their name
    assert page.evaluate("scrollY") == place


def test_an_edited_post_is_drawn_anew_and_a_removed_one_goes(town):
    number = town.starts(town.cast.chair, "What happens to words?")
    number_of_post = town.replies(town.cast.neighbour, number, "Words as they were.")
    reader = town.tab(town.cast.outsider).live(f"/discussions/{number}")
    talk.does(town.cast, town.cast.neighbour, board.edit_post, f"post:{number_of_post}", "Words as they are.")
    expect(post(reader, 2)).to_contain_text("Words as they are.")
    talk.does(town.cast, town.cast.neighbour, board.remove_post, f"post:{number_of_post}")
    expect(reader.get_by_text("Words as they are.")).to_have_count(0)


def test_the_pill_counts_and_puts_the_chosen_on_top(town):
    reader = town.tab(town.cast.outsider).live("/")
    first = reader.locator("[data-fact]").first.get_attribute("data-fact") if count_items(reader) else ""
    town.starts(town.cast.chair, "One for the pill?")
    expect(pill(reader)).to_contain_text("1 new item")
    town.shares(town.cast.neighbour, "Two for the pill.")
    expect(pill(reader)).to_contain_text("2 new items")
    if first:
        assert reader.locator("[data-fact]").first.get_attribute("data-fact") == first
    pill(reader).get_by_role("link").click()
    expect(reader.locator("[data-fact]").first).to_contain_text("Two for the pill.")
    expect(reader.locator("[data-fact]").first).to_be_focused()
    expect(reader.locator("[data-fact]").nth(1)).to_contain_text("One for the pill?")
    expect(pill(reader)).to_be_hidden()


def count_items(page):
    """How many items the feed shows."""
    return page.locator("[data-fact]").count()


def test_after_a_time_off_line_nothing_is_lost_and_nothing_doubled(town):
    proxy = Proxy(town.site.server.port)
    tab = town.tab(town.cast.outsider, base=f"http://127.0.0.1:{proxy.port}")
    page = tab.live("/")
    tab.context.set_offline(True)
    proxy.cut()
    expect(page.locator("[data-live-word]")).to_have_text("Offline")
    for n in range(3):
        town.shares(town.cast.neighbour, f"While you were away, {n}.", personally=bool(n % 2))
    tab.context.set_offline(False)
    expect(page.locator("[data-live-word]")).to_have_text("Live")
    expect(pill(page)).to_contain_text("3 new items")
    pill(page).get_by_role("link").click()
    for n in range(3):
        expect(page.get_by_text(f"While you were away, {n}.")).to_have_count(1)
    numbers = [item.get_attribute("data-fact") for item in page.locator("[data-fact]").all()]
    assert len(numbers) == len(set(numbers))
    proxy.close()


def drafts(page):
    """How many drafts are on the device."""
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length")


def kept(page):
    """Wait until the draft is on the device."""
    until(lambda: drafts(page), why="a draft on the device")


def test_a_draft_survives_reload_and_is_forgotten_when_sent(town):
    number = town.starts(town.cast.chair, "Who types for long?")
    page = town.tab(town.cast.neighbour).open(f"/discussions/{number}")
    box = page.get_by_label("Reply text")
    box.press_sequentially("Half an ans")
    kept(page)
    page.reload()
    expect(box).to_have_value("Half an ans")
    expect(page.get_by_text("Your draft from an earlier visit is back.")).to_be_visible()
    box.press_sequentially("wer.")
    page.get_by_role("button", name="Post reply").click()
    expect(post(page, 2)).to_contain_text("Half an answer.")
    page.reload()
    expect(box).to_have_value("")
    assert drafts(page) == 0


def test_a_failed_post_keeps_the_words_and_send_again_posts_once(town):
    number = town.starts(town.cast.chair, "Does the server answer?")
    tab = town.tab(town.cast.neighbour)
    page = tab.open(f"/discussions/{number}")
    tab.context.route("**/replies", lambda route: route.fulfill(status=503, body="Back in a moment"))
    box = page.get_by_label("Reply text")
    box.fill("Sent in the end.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_role("alert")).to_contain_text("It was not sent.")
    expect(box).to_have_value("Sent in the end.")
    tab.context.unroute("**/replies")
    tab.context.set_offline(True)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("alert")).to_contain_text("It was not sent.")
    kept(page)
    tab.context.set_offline(False)
    page.get_by_role("button", name="Send again").click()
    expect(post(page, 2)).to_contain_text("Sent in the end.")
    assert count(town, Post, thread_id=number) == 2


def test_an_answer_that_is_lost_on_the_way_is_not_posted_twice(town):
    number = town.starts(town.cast.chair, "Was it posted?")
    tab = town.tab(town.cast.neighbour)
    page = tab.open(f"/discussions/{number}")

    def swallow(route):
        route.fetch()
        route.abort()

    tab.context.route("**/replies", swallow)
    page.get_by_label("Reply text").fill("Posted, but nobody said so.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_role("alert")).to_contain_text("It was not sent.")
    assert count(town, Post, thread_id=number) == 2
    tab.context.unroute("**/replies")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(post(page, 2)).to_contain_text("Posted, but nobody said so.")
    assert count(town, Post, thread_id=number) == 2


def test_a_narrowed_discussion_leaves_other_pages_within_a_second(town):
    """From the answer to the mover until it is gone: from a list, and the page of the discussion itself."""
    group = town.group("Narrow circle", town.cast.chair, town.cast.neighbour)
    number = town.starts(town.cast.chair, "Who may still see this?")
    feed = town.tab(town.cast.outsider).live("/")
    expect(feed.locator(f'[data-ref="thread:{number}"]')).to_have_count(1)
    feed.evaluate(LOSS, f"thread:{number}")
    page = town.tab(town.cast.outsider).live(f"/discussions/{number}")
    insider = town.tab(town.cast.neighbour).live(f"/discussions/{number}")

    answered = narrow(town, number, getattr(town.cast.spaces, group))
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Who may still see this?")
    until(lambda: feed.evaluate("window.lost"), why="the item gone from the feed")
    gone = {
        "feed": feed.evaluate("window.lost") - answered,
        "page": page.evaluate("performance.timing.domInteractive") - answered,
    }
    print("gone after milliseconds:", gone)
    assert max(gone.values()) <= 1000, gone
    expect(insider.get_by_role("heading", level=1)).to_have_text("Who may still see this?")


def narrow(town, number, space_id):
    """Move a discussion into a private group by the form; return the moment of the answer, in milliseconds."""
    chair = town.outside(town.cast.chair)
    fields = {"space": space_id, "audience": "space", "confirm": f"{space_id}-space"}
    status, _headers, body = chair.posts(f"/discussions/{number}/move", fields)
    answered = time.time() * 1000
    chair.hangs_up()
    assert status == 303, body
    return answered


def test_who_writes_and_who_is_here(town):
    number = town.starts(town.cast.chair, "Who is here?", space="network")
    reader = town.tab(town.cast.outsider).live(f"/discussions/{number}")
    writer = town.tab(town.cast.neighbour).live(f"/discussions/{number}")
    here = reader.locator("[data-here]")
    expect(here).to_contain_text("City of Nairobi")
    writer.get_by_label("Reply text").press_sequentially("I am writing")
    expect(reader.locator("[data-writing]")).to_have_text("City of Nairobi is writing…")
    expect(reader.locator("[data-writing]")).to_be_hidden()
    writer.close()
    expect(here).not_to_contain_text("City of Nairobi")


def test_who_left_a_group_hears_nothing_more_of_it(town):
    guest = town.guest("Leaving guest")
    group = town.group("Small circle", town.cast.chair, guest)
    number = town.starts(town.cast.chair, "Only for us?", space=group, audience="space")
    tab = town.tab(guest)
    page, other = tab.live(f"/discussions/{number}"), tab.another()
    other.goto(f"{tab.base}/groups/{getattr(town.cast.spaces, group)}")
    other.get_by_role("link", name="Leave").click()
    other.get_by_role("button", name="Leave the group").click()
    expect(other.get_by_role("link", name="Small circle")).to_have_count(0)
    town.replies(town.cast.chair, number, "Said after the guest left.")
    public = town.starts(town.cast.chair, "Said to everybody?")
    feed = tab.another()
    feed.goto(tab.base + "/")
    expect(feed.get_by_text("Said to everybody?")).to_be_visible()
    expect(feed.get_by_text("Said after the guest left.")).to_have_count(0)
    expect(page.get_by_text("Said after the guest left.")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("This page has moved or was removed")
    assert public


def test_signed_out_in_one_page_the_other_asks_for_sign_in(town):
    guest, tab = town.guest("Two pages guest"), town.tab()
    number = town.starts(town.cast.chair, "Who is still in?")
    page = sign_in(tab, guest)
    other = tab.another()
    other.goto(f"{tab.base}/discussions/{number}")
    expect(other.locator("[data-live-word]")).to_have_text("Live")
    sign_out(page)
    expect(other.locator("[data-live-word]")).not_to_have_text("Live")
    other.get_by_label("Reply text").fill("Too late.")
    other.get_by_role("button", name="Post reply").click()
    expect(other).to_have_url(re.compile(f"/sign-in.next=/discussions/{number}"))
    assert count(town, Post, thread_id=number) == 1
