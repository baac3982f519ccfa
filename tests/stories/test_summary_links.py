"""Stories of a summary's links: they sign its owner in once, nobody else, and lead on all the same afterwards."""

import datetime as dt
import re
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.extensions import db
from app.members import acts
from app.members.models import Login, Person
from app.notifications.models import NoticePlan
from tests.doors import is_in
from tests.seat import Visitor
from tests.stories.test_digests import MONDAY, hears, runs

WAY = re.compile(r"(/sign-in/summary/[\w-]+)\?next=([^\s\"]+)")


def ways(row):
    """Return the doors of a summary, each with where it leads on to."""
    return {(door, unquote(after)) for door, after in WAY.findall(row.text + row.html)}


@pytest.fixture
def told(cast):
    """The link to a discussion in the summary of neighbour, on the day it came."""
    thread = hears(cast)
    (row,) = runs(cast, MONDAY)
    ((door, after),) = ways(row)
    assert after.startswith(f"/discussions/{thread}")
    with clock.at(MONDAY):
        yield door, after


def test_one_button_then_the_very_thing(app, cast, told):
    door, after = told
    browser = Visitor(app)
    for _ in range(2):  # programs that open links of mails use nothing up
        page = browser.gets(f"{door}?next={after}")
        assert page.status_code == 200 and "Neighbour desk" in page.text and not is_in(browser)
    answer = browser.posts(door, {"next": after})
    assert (answer.status_code, answer.location) == (303, after) and is_in(browser)
    assert "How do you begin?" in browser.gets(after, follow_redirects=True).text
    with app.app_context():  # a mail that lay about for days proves nothing before a sensitive act
        newest = (
            sa.select(Login).where(Login.person_id == cast.neighbour.id).order_by(Login.id.desc()).limit(1)
        )
        assert db.session.scalar(newest).proved is None
    assert browser.gets("/settings/data/erase").location.startswith("/settings/prove")


def test_it_signs_in_once_and_leads_on_afterwards(app, told):
    door, after = told
    assert is_in_by(app, door, after)
    late = Visitor(app)
    for answer in (late.gets(f"{door}?next={after}"), late.posts(door, {"next": after})):
        assert (answer.status_code, answer.location) == (303, after) and not is_in(late)


def is_in_by(app, door, after="/"):
    browser = Visitor(app)
    assert browser.posts(door, {"next": after}).status_code == 303
    return is_in(browser)


def test_somebody_else_stays_who_they_are(app, cast, told):
    door, after = told
    assert cast.outsider.gets(f"{door}?next={after}").location == after
    assert cast.outsider.posts(door, {"next": after}).location == after
    assert "Outsider desk" in cast.outsider.gets("/settings/profile").text
    assert is_in_by(app, door)  # and used nothing up


def test_no_other_site_is_led_to(app, told):
    answer = Visitor(app).posts(told[0], {"next": "//elsewhere.example/"})
    assert answer.location == "/"


def test_it_ends_after_a_week_and_with_a_new_password(app, cast, told):
    with clock.at(MONDAY + dt.timedelta(days=7, minutes=1)):
        assert not is_in_by(app, told[0])
    with app.app_context():
        acts.set_password(cast.neighbour.id, "x", short=False)
    assert not is_in_by(app, told[0])


def test_a_second_step_is_asked_for_all_the_same(app, cast, told):
    with app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).second = True
    browser = Visitor(app)
    assert browser.posts(told[0], {"next": told[1]}).location.startswith("/sign-in/second?next=")
    assert not is_in(browser)


@pytest.mark.parametrize("office", ["steward", "moderator"])
def test_who_gets_an_office_meanwhile_comes_in_by_it_no_more(app, cast, told, office):
    with app.app_context(), atomic():
        setattr(db.session.get(Person, cast.neighbour.id), office, True)
    assert not is_in_by(app, told[0])


def test_guesses_are_counted(app, cast):
    browser = Visitor(app)
    seen = {browser.gets("/sign-in/summary/nonsense").status_code for _ in range(60)}
    assert seen == {303, 429}


@pytest.mark.parametrize("which", ["steward", "moderator", "signs_in"])
def test_who_looks_after_others_or_does_not_want_it_gets_plain_links(cast, which):
    thread = hears(cast)
    with cast.app.app_context(), atomic():
        if which == "signs_in":
            db.session.get(NoticePlan, cast.neighbour.id).signs_in = False
        else:
            setattr(db.session.get(Person, cast.neighbour.id), which, True)
    rows = [row for row in runs(cast, MONDAY) if row.person_id == cast.neighbour.id]
    assert rows and f"/discussions/{thread}" in rows[0].text and not ways(rows[0])


def test_the_next_summary_has_a_new_key(app, cast, told):
    hears(cast, at=MONDAY + dt.timedelta(days=1), title="And then?")
    _old, row = runs(cast, MONDAY + dt.timedelta(days=7))
    ((door, _after),) = ways(row)
    assert door != told[0]
    with clock.at(MONDAY + dt.timedelta(days=7, minutes=1)):
        assert is_in_by(app, door)


def test_it_is_chosen_with_the_summary(cast):
    page = cast.neighbour.gets("/settings/notices").text
    assert re.search(r'<input checked[^>]* name="signs_in"', page)
    sent = {"every": "weekly", "weekday": "0", "hour": "8", "quiet_from": "20", "quiet_to": "7"}
    assert cast.neighbour.posts("/settings/notices", sent).status_code == 303
    assert not re.search(
        r'<input checked[^>]* name="signs_in"', cast.neighbour.gets("/settings/notices").text
    )


def test_who_wants_it_no_longer_comes_in_by_no_older_summary_either(app, cast, told):
    sent = {"every": "weekly", "weekday": "0", "hour": "8", "quiet_from": "20", "quiet_to": "7"}
    assert cast.neighbour.posts("/settings/notices", {**sent, "signs_in": "y"}).status_code == 303
    page = Visitor(app).gets(f"{told[0]}?next={told[1]}")
    assert page.status_code == 200 and "Neighbour desk" in page.text
    assert cast.neighbour.posts("/settings/notices", sent).status_code == 303
    assert not is_in_by(app, told[0])


@pytest.mark.parametrize("title", ["كيف تبدأون؟", "Où commencer à Québec ?"])
def test_it_leads_to_things_with_names_in_any_script(app, cast, title):
    thread = hears(cast, title=title)
    (row,) = runs(cast, MONDAY)
    ((door, _after),) = ways(row)
    link = re.search(r"/sign-in/summary/\S+", row.text)[0]
    with clock.at(MONDAY):
        browser = Visitor(app)
        page = browser.gets(link).text
        after = re.search(r'name="next" value="([^"]*)"', page)[1]
        answer = browser.posts(door, {"next": after})
    assert answer.location.startswith(f"/discussions/{thread}") and is_in(browser)
    assert browser.gets(answer.location, follow_redirects=True).status_code == 200
