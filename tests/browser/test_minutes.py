"""Two people write one set of minutes in two browsers: different rows, the same row, and the same line."""

import datetime as dt

from playwright.sync_api import expect

from app.calendar import acts
from app.calendar.agenda_models import AgendaRow
from app.core import clock
from app.core.database import atomic
from app.extensions import db
from app.spaces.models import Space
from tests.events import fields


def meeting(town):
    """Put a meeting with a programme of two rows into the calendar of the coalition; return its number and rows."""
    with town.app.app_context(), atomic():
        me, space = town.cast.chair.me(), db.session.get(Space, town.cast.spaces.africa)
        starts = clock.now().replace(microsecond=0) - dt.timedelta(hours=1)
        event = acts.add(
            me, space, fields(title="Two write", starts=starts), audience="members", organisation=me.seats[0]
        )
        rows = [
            AgendaRow(event_id=event.id, position=n, title=title, changed=clock.now())
            for n, title in enumerate(("Opening", "Budget"))
        ]
        db.session.add_all(rows)
        db.session.flush()
        return event.id, [row.id for row in rows]


def test_two_people_write_one_set_of_minutes(town):
    number, (opening, budget) = meeting(town)
    path = f"/events/{number}/minutes/write"
    one, two = town.tab(town.cast.chair).live(path), town.tab(town.cast.steward).live(path)
    here, there = one.locator(f"#t{opening}"), two.locator(f"#t{opening}")

    # different rows, at the same time: each has both
    here.press_sequentially("We begin.")
    two.locator(f"#t{budget}").press_sequentially("Enough.")
    expect(one.locator(f"#r{opening} [data-minutes-state]")).to_contain_text("Saved.")
    expect(one.locator(f"#t{budget}")).to_have_value("Enough.")
    expect(there).to_have_value("We begin.")

    # the same row: what one writes comes in where the other is, and the cursor stays
    there.focus()
    there.press("Control+End")
    there.press_sequentially("\nTea is served.")
    expect(here).to_have_value("We begin.\nTea is served.")
    here.focus()
    here.press("Control+Home")
    here.press_sequentially("Welcome, all.\n")
    there.press_sequentially("\nCoffee too.")
    both = "Welcome, all.\nWe begin.\nTea is served.\nCoffee too."
    expect(here).to_have_value(both)
    expect(there).to_have_value(both)
    assert there.evaluate("text => text.selectionStart") == len(both)

    # a line becomes an action when its writer has left it
    here.press("Control+End")
    here.press_sequentially("\naction: @neighbour-office by 15 Dec send the list")
    expect(there).to_have_value(f"{both}\naction: @neighbour-office by 15 Dec send the list")
    expect(one.locator(f"#r{opening} .point")).to_have_count(0)
    here.blur()
    expect(one.locator(f"#r{opening} .point")).to_contain_text("Send the list")

    # the same line, while one of them has no connection: both texts stand, nothing is lost
    one.context.set_offline(True)
    here.fill("Welcome, friends.\nWe begin.")
    expect(one.locator(f"#r{opening} [data-minutes-state]")).to_contain_text("Not saved yet.")
    there.fill("Good morning.\nWe begin.")
    there.blur()
    expect(two.locator(f"#r{opening} [data-minutes-state]")).to_contain_text("Saved.")
    one.context.set_offline(False)
    expect(one.locator(f"#r{opening} [data-minutes-said]")).to_contain_text(
        "Two texts stand in one place", timeout=20_000
    )
    chair = "UNESCO Chair in Human Rights Education, Pretoria"
    both = f"<<< Secretariat\nGood morning.\n||| {chair}\nWelcome, friends.\n>>>\nWe begin."
    for text in (here, there):
        expect(text).to_have_value(both)
