"""A message on open pages: there at once for who reads the end, counted in the rail, and heard by nobody else."""

from playwright.sync_api import expect

from app.messages import acts

BODY = "Your message"


def writes(town, author, *others, body="A first word."):
    """Let somebody write from outside any browser; return the number of the conversation."""
    with town.app.app_context():
        sent = acts.start(author.me(), [one.id for one in others], acts.written(body))
        return sent.conversation_id


def message(page, number):
    """One message on a page."""
    return page.locator(f"#m{number}")


def test_a_message_comes_live_into_a_second_page(town):
    first, second = town.guest("First"), town.guest("Second")
    number = writes(town, first, second)
    reader = town.tab(second).live(f"/messages/{number}")
    writer = town.tab(first).live(f"/messages/{number}")
    writer.get_by_label("Message text").fill("Said on one page.")
    writer.get_by_role("button", name="Send").click()
    expect(message(writer, 2)).to_contain_text("Said on one page.")
    expect(message(reader, 2)).to_contain_text("Said on one page.")
    expect(reader.locator("[data-new-replies]")).to_be_hidden()

    reader.get_by_label("Message text").fill("Answered on the other.")
    reader.get_by_role("button", name="Send").click()
    expect(message(writer, 3)).to_contain_text("Answered on the other.")
    # taken back, only its line stays on the other page
    message(writer, 2).get_by_role("link", name="Remove").click()
    writer.get_by_role("button", name="Remove").click()
    expect(message(reader, 2)).to_contain_text("This message was removed by its author.")
    expect(reader.get_by_text("Said on one page.")).to_have_count(0)


def test_who_reads_further_up_is_told_by_a_line(town):
    first, second = town.guest("Upper"), town.guest("Lower")
    long = "\n\n".join(f"Line {n} of a long message." for n in range(60))
    number = writes(town, first, second, body=long)
    reader = town.tab(second, viewport={"width": 1000, "height": 500}).live(f"/messages/{number}")
    reader.evaluate("scrollTo(0, 300)")
    writes(town, first, second, body="One more.")
    line = reader.locator("[data-new-replies]")
    expect(line).to_contain_text("1 new message, show")
    assert reader.evaluate("scrollY") == 300
    line.get_by_role("button").click()
    expect(message(reader, 2)).to_contain_text("One more.")


def test_the_number_in_the_rail_follows(town):
    first, second = town.guest("Writer"), town.guest("Listener")
    page = town.tab(second).live(f"/discussions/{town.starts(town.cast.chair, 'Who waits for a word?')}")
    expect(page.locator(".rail [data-bell]")).to_have_text("")
    writes(town, first, second)
    expect(page.locator(".rail [data-bell]")).to_contain_text("1", timeout=40_000)


def test_people_are_chosen_and_written_to(town):
    first = town.guest("Chooser")
    page = town.tab(first).open("/messages/new")
    page.get_by_label(BODY).fill("Kept while people are looked for.")
    page.get_by_label("To", exact=True).fill("Neighbour")
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Neighbour desk").check()
    expect(page.get_by_label(BODY)).to_have_value("Kept while people are looked for.")
    page.get_by_role("button", name="Send").click()
    expect(message(page, 1)).to_contain_text("Kept while people are looked for.")
