"""What members do, in a real browser: each story is told with scripts and without, and ends the same."""

import re

from playwright.sync_api import expect

from app.notifications.models import Notice
from tests.browser.town import PASSWORD
from tests.live.server import until


def side(page):
    """The column beside a discussion."""
    return page.get_by_role("complementary", name="About this discussion")


def post(page, number):
    """One post of a discussion."""
    return page.locator(f"#p{number}")


def sign_in(tab, who, path="/sign-in"):
    """Sign in by the form."""
    page = tab.open(path)
    page.get_by_label("E-mail address").fill(who.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.locator("summary", has_text="our account")).to_be_visible()
    return page


def sign_out(page):
    """Sign out by the menu of the account."""
    page.locator("summary", has_text="our account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_in_by_password_and_out_again(town, scripts):
    guest, tab = town.guest("Door guest"), town.tab(scripts=scripts)
    page = tab.open("/settings")
    page.get_by_label("E-mail address").fill(guest.email)
    page.get_by_label("Password").fill("not the right one at all")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    assert page.title().startswith("Error:")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(tab.base + "/settings")
    expect(page.get_by_label("Name", exact=True)).to_have_value(guest.name)
    sign_out(page)
    tab.open("/settings")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_discussion_is_started_with_a_file_and_read_by_another(town, scripts):
    tab = town.tab(town.cast.neighbour, scripts=scripts)
    # No word of it stands in another title of the town: alike ones would be offered before it is posted.
    title = "Lanterns along canals" if scripts else "Umbrellas beside bakeries"
    page = tab.open("/discussions")
    page.get_by_role("link", name="Start a discussion").first.click()
    page.get_by_label("Your question or topic").fill(title)
    page.get_by_label("Topic", exact=True).select_option("housing")
    page.get_by_label("Text", exact=True).fill("We look for **one page**.")
    page.get_by_label("Attach files").set_input_files(
        {"name": "our form.txt", "mimeType": "text/plain", "buffer": b"Question one."}
    )
    page.get_by_role("button", name="Post discussion").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(post(page, 1).locator("strong")).to_have_text("one page")
    address = page.url.split("#")[0].split("?")[0]

    other = town.tab(town.cast.outsider, scripts=scripts).open(address.removeprefix(tab.base))
    expect(post(other, 1)).to_contain_text("City of Nairobi")
    with other.expect_download() as coming:
        post(other, 1).get_by_role("link", name="our form.txt").click()
    assert coming.value.path().read_bytes() == b"Question one."
    visitor = town.tab(scripts=scripts).open(address.removeprefix(tab.base))
    expect(visitor.get_by_role("heading", level=1)).not_to_have_text(title)


def test_a_reply_is_previewed_then_posted_and_quoted(town, scripts):
    number = town.starts(town.cast.chair, "Who reads the reply?", body="Say *something*.")
    page = town.tab(town.cast.neighbour, scripts=scripts).open(f"/discussions/{number}")
    box = page.get_by_label("Reply text")
    box.fill("Here is **my answer**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview] strong")).to_have_text("my answer")
    expect(box).to_have_value("Here is **my answer**.")
    page.get_by_role("button", name="Post reply").click()
    expect(post(page, 2).locator("strong")).to_have_text("my answer")
    expect(box).to_have_value("")

    other = town.tab(town.cast.chair, scripts=scripts).open(f"/discussions/{number}")
    post(other, 2).get_by_role("link", name="Quote").click()
    box = other.get_by_label("Reply text")
    expect(box).to_have_value(re.compile(r"> .*my answer"))
    box.fill(box.input_value() + "\n\nThank you for it.")
    other.get_by_role("button", name="Post reply").click()
    expect(post(other, 3)).to_contain_text("In reply to")
    expect(post(other, 3).locator("blockquote")).to_contain_text("my answer")


def test_an_empty_reply_is_explained_and_nothing_is_posted(town, scripts):
    number = town.starts(town.cast.chair, "What if nothing is said?")
    page = town.tab(town.cast.neighbour, scripts=scripts).open(f"/discussions/{number}")
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_role("alert")).to_contain_text("Write your reply.")
    assert page.title().startswith("Error:")
    expect(post(page, 2)).to_have_count(0)


def test_a_post_is_changed_and_its_history_seen(town, scripts):
    number = town.starts(town.cast.chair, "What did it say before?")
    town.replies(town.cast.neighbour, number, "The first words.")
    page = town.tab(town.cast.neighbour, scripts=scripts).open(f"/discussions/{number}")
    post(page, 2).locator("summary").click()
    post(page, 2).get_by_role("link", name="Edit").click()
    page.get_by_label("Text", exact=True).fill("The second words.")
    page.get_by_role("button", name="Save changes").click()
    expect(post(page, 2)).to_contain_text("The second words.")
    other = town.tab(town.cast.outsider, scripts=scripts).open(f"/discussions/{number}")
    post(other, 2).get_by_role("link", name="Edited").click()
    expect(other.locator("ins")).to_contain_text("second")
    expect(other.locator("del")).to_contain_text("first")


def test_thank_and_take_it_back(town, scripts):
    number = town.starts(town.cast.chair, "Who says thank you?")
    page = town.tab(town.cast.neighbour, scripts=scripts).open(f"/discussions/{number}")
    button = post(page, 1).get_by_role("button", name="Thank")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text("(1)")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_follow_and_stop_following(town, scripts):
    number = town.starts(town.cast.chair, "Who follows this?")
    page = town.tab(town.cast.outsider, scripts=scripts).open(f"/discussions/{number}")
    side(page).get_by_role("button", name="Follow").click()
    expect(side(page).get_by_role("button", name="Following")).to_have_attribute("aria-pressed", "true")
    if scripts:  # the keyboard goes on from the button that was pressed
        expect(side(page).get_by_role("button", name="Following")).to_be_focused()
    page.reload()
    side(page).get_by_role("button", name="Following").click()
    expect(side(page).get_by_role("button", name="Follow", exact=True)).to_be_visible()
    side(page).get_by_role("button", name="Mute").click()
    expect(side(page).get_by_role("button", name="Muted")).to_have_attribute("aria-pressed", "true")


def test_where_it_stands_then_closed(town, scripts):
    number = town.starts(town.cast.neighbour, "Where does this stand?")
    page = town.tab(town.cast.neighbour, scripts=scripts).open(f"/discussions/{number}")
    side(page).get_by_role("link", name="Where this stands").click()
    page.get_by_label("Where this stands").fill("Two ways, and *one date*.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".sumup em")).to_have_text("one date")
    side(page).get_by_role("button", name="Close").click()
    expect(page.get_by_text("This discussion is closed.")).to_be_visible()
    other = town.tab(town.cast.outsider, scripts=scripts).open(f"/discussions/{number}")
    expect(other.locator(".sumup")).to_contain_text("Two ways")
    expect(other.get_by_role("button", name="Post reply")).to_have_count(0)


def test_moved_to_a_group_it_is_read_there_only(town, scripts):
    group = town.group("Moving circle", town.cast.chair, town.cast.neighbour)
    number = town.starts(town.cast.chair, "Where does this belong?")
    page = town.tab(town.cast.chair, scripts=scripts).open(f"/discussions/{number}")
    side(page).get_by_role("link", name="Move").click()
    page.get_by_label("Group", exact=True).select_option(str(getattr(town.cast.spaces, group)))
    page.get_by_label("Members of the group only").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("2 people will be able to read it.")
    page.get_by_role("button", name="Yes, let them read it").click()
    expect(page.get_by_text("Visible to members of Moving circle")).to_be_visible()
    for who, seen in ((town.cast.neighbour, True), (town.cast.outsider, False), (None, False)):
        other = town.tab(who, scripts=scripts).open(f"/discussions/{number}")
        shown = expect(other.get_by_role("heading", level=1))
        (shown.to_have_text if seen else shown.not_to_have_text)("Where does this belong?")


def test_an_update_stands_in_the_feed_of_others(town, scripts):
    words = f"A thank you to all readers{'' if scripts else ' of the plain page'}."
    page = town.tab(town.cast.neighbour, scripts=scripts).open("/")
    page.get_by_role("link", name="Share an update with the network").click()
    page.locator("textarea[name=body]").fill(words)
    page.get_by_role("button", name="Share update").click()
    expect(page.locator(".prose")).to_contain_text(words)
    other = town.tab(town.cast.outsider, scripts=scripts).open("/")
    expect(other.locator("[data-fact]", has_text=words)).to_contain_text("City of Nairobi")


def test_a_mention_is_noticed_and_opening_it_marks_it_read(town, scripts):
    guest = town.guest("Noticed guest")
    number = town.starts(town.cast.chair, f"Who is asked{'' if scripts else ' by post'}?")
    writer = town.tab(town.cast.chair, scripts=scripts).open(f"/discussions/{number}")
    writer.get_by_label("Reply text").fill(f"What do you think, @{town.handle(guest)}?")
    writer.get_by_role("button", name="Post reply").click()
    expect(post(writer, 2)).to_contain_text("What do you think")

    def told():
        with town.asked() as session:
            return session.query(Notice).filter_by(person_id=guest.id, read=None).count()

    until(told, why="the notice")
    page = town.tab(guest, scripts=scripts).open("/notifications")
    expect(page.locator("a[data-bell]")).to_have_attribute("aria-label", re.compile("1 unread"))
    line = page.locator(".feed li.is-new")
    expect(line).to_contain_text("mentioned you")
    line.locator("a").last.click()
    expect(post(page, 2)).to_contain_text("What do you think")
    if not scripts:
        side(page).get_by_role("button", name="Mark as read").click()
        expect(side(page).get_by_role("button", name="Mark as read")).to_have_count(0)
    until(lambda: not told(), why="the notice read")
    page.reload()
    expect(page.locator("a[data-bell]")).to_have_attribute("aria-label", "Notifications")


def test_notices_are_marked_as_read_one_by_one_and_all(town, scripts):
    guest = town.guest("Busy guest")
    for n in range(3):
        number = town.starts(town.cast.chair, f"Question {n} to one person")
        town.replies(town.cast.chair, number, f"And you, @{town.handle(guest)}?")
    page = town.tab(guest, scripts=scripts).open("/notifications")

    def waiting():
        page.reload()
        return page.locator(".feed li.is-new").count() == 3

    until(waiting, why="three notices")
    page.locator(".feed li.is-new").first.get_by_role("button", name="Mark as read").click()
    expect(page.locator(".feed li.is-new")).to_have_count(2)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".feed li.is-new")).to_have_count(0)


def test_arabic_mirrors_the_page_and_survives_sign_in(town, scripts):
    guest, tab = town.guest("Language guest"), town.tab(scripts=scripts)
    page = sign_in(tab, guest)
    page.goto(tab.base + "/settings")
    page.get_by_label("Language of this site").select_option("ar")
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.locator(".rail").bounding_box()["x"] > page.locator("main").bounding_box()["x"]

    fresh = town.tab(scripts=scripts)
    page = fresh.open("/sign-in")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    page.locator("input[name=email]").fill(guest.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")


def test_another_device_is_signed_out(town, scripts):
    guest = town.guest("Device guest")
    here = town.tab(scripts=scripts)
    there = town.tab(
        scripts=scripts, user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    )
    page = sign_in(here, guest)
    other = sign_in(there, guest)
    page.goto(here.base + "/settings/devices")
    page.get_by_role("button", name=re.compile("Sign out .*Firefox")).click()
    expect(page.get_by_role("button", name=re.compile("Sign out .*Firefox"))).to_have_count(0)
    other.goto(there.base + "/settings")
    expect(other).to_have_url(re.compile("/sign-in"))
    page.goto(here.base + "/settings")
    expect(page).to_have_url(here.base + "/settings")


def test_twice_pressed_is_once_posted(town, scripts):
    number = town.starts(town.cast.chair, "How often was it posted?")
    page = town.tab(town.cast.neighbour, scripts=scripts).open(f"/discussions/{number}")
    page.get_by_label("Reply text").fill("Once is enough.")
    page.get_by_role("button", name="Post reply").dblclick(no_wait_after=True)
    expect(post(page, 2)).to_contain_text("Once is enough.")
    page.goto(f"{page.url.split('/discussions')[0]}/discussions/{number}")
    expect(page.locator(".post")).to_have_count(2)
