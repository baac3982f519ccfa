"""Under a composer: who will see what is written, and how many get mail of it now, by the rules themselves."""

import re

import pytest
import sqlalchemy as sa

from app.actions import acts as actions
from app.core import clock
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members.models import Person
from app.notifications import hearers, letters
from app.spaces.models import Space
from tests import events, talk
from tests.counting import statements
from tests.seat import tell
from tests.stories.test_notice_mail import MINUTES, SUNDAY, chooses
from tests.stories.test_notices import follows


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch):
    """Numbers are kept for a minute; here each is asked."""
    monkeypatch.setattr(hearers._counts, "seconds", -1)


def line(answer):
    """Return the line as plain words."""
    found = re.search(r"data-hearers[^>]*>(.*?)</div>", answer.text, re.S)
    text = found[1] if found else answer.text
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def at_new(cast, seat, **chosen):
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return line(seat.gets(f"/discussions/new/hearers?{query}"))


def test_it_stands_on_the_pages_without_scripts(cast):
    thread = talk.starts(cast, cast.chair, space="network", audience="members")
    new = line(cast.chair.gets("/discussions/new"))
    assert new == "3 people in 2 cities will see this; 0 by mail now."
    assert line(cast.chair.gets("/updates/new")) == new
    reply = cast.chair.gets(f"/discussions/{thread}", follow_redirects=True)
    assert line(reply) == "3 people in 2 cities will see this."
    preview = cast.chair.posts(f"/discussions/{thread}/replies", {"body": "So?", "preview": "1"})
    assert line(preview) == new


def test_it_follows_the_choice(cast):
    spaces = cast.spaces
    assert at_new(cast, cast.chair, space=spaces.africa, audience="space").startswith("1 person in 1 city")
    assert at_new(cast, cast.chair, space=spaces.africa, audience="members").startswith(
        "3 people in 2 cities"
    )
    public = at_new(cast, cast.chair, space=spaces.africa, audience="public")
    assert public.startswith("Everybody can read this, also without an account. 3 people in 2 cities")
    updates = cast.chair.gets(f"/updates/new/hearers?audience=space:{spaces.circle}")
    assert line(updates).startswith("1 person in 1 city")


def test_nothing_is_told_of_where_one_may_not_write(cast):
    circle = cast.spaces.circle
    assert at_new(cast, cast.outsider, space=circle, audience="space") == ""
    assert at_new(cast, cast.outsider, space=cast.spaces.africa, audience="space") == ""
    assert at_new(cast, cast.chair, space="x", audience="space") == at_new(cast, cast.chair) == ""
    assert line(cast.outsider.gets(f"/updates/new/hearers?audience=space:{circle}")) == ""
    hidden = talk.starts(cast, cast.chair, space="circle", audience="space")
    assert cast.outsider.gets(f"/discussions/{hidden}/hearers").status_code == 404


def test_its_number_of_mails_is_what_is_mailed(cast):
    """Whatever people chose: the number under the composer is the number of mails that go."""
    for seat, way in ((cast.neighbour, "once"), (cast.outsider, "digest"), (cast.steward, "once")):
        chooses(cast, seat, **{"way-news": way, "way-reply": way})
        follows(cast, seat, f"space:{cast.spaces.africa}")
    said = at_new(cast, cast.chair, space=cast.spaces.africa, audience="public")
    thread = talk.starts(cast, cast.chair)
    assert said.endswith(f"; {mailed(cast)} by mail now.") and mailed(cast) == 2
    follows(cast, cast.steward, f"thread:{thread}")
    follows(cast, cast.neighbour, f"thread:{thread}", "mute")
    said, before = line(cast.chair.gets(f"/discussions/{thread}/hearers")), mailed(cast)
    talk.replies(cast, cast.chair, thread)
    assert said.endswith(f"; {mailed(cast) - before} by mail now.") and mailed(cast) - before == 1


def mailed(cast):
    tell(cast.app)
    with cast.app.app_context(), clock.at(clock.now() + MINUTES):
        letters.send_due()
        return db.session.scalar(sa.select(sa.func.count()).where(OutboxMail.kind == "notice"))


def test_who_is_quiet_or_paused_gets_no_mail_now(cast):
    with clock.at(SUNDAY):
        follows(cast, cast.neighbour, f"space:{cast.spaces.africa}")
        chooses(cast, cast.neighbour, **{"way-news": "once"})
        assert "; 1 by mail now" in at_new(cast, cast.chair, space=cast.spaces.africa, audience="public")
        for quiet in (
            {"weekend": "y"},
            {"quiet": "y", "quiet_from": "11", "quiet_to": "13"},
            {"paused_until": "2026-12-24"},
        ):
            chooses(cast, cast.neighbour, **quiet)
            assert "; 0 by mail now" in at_new(cast, cast.chair, space=cast.spaces.africa, audience="public")


def test_many_followers_take_no_more_questions(cast):
    path = f"/discussions/new/hearers?space={cast.spaces.africa}&audience=public"
    counts = []
    with cast.app.app_context():
        engine = db.engine
    for more in (1, 40):
        with cast.app.app_context(), atomic():
            own = db.session.get(Person, cast.chair.id).audience_id
            people = [
                Person(
                    audience_id=own,
                    email=f"m{more}-{n}@cast.example",
                    handle=f"m{more}-{n}",
                    name="M",
                    at=SUNDAY,
                )
                for n in range(more)
            ]
            db.session.add_all(people)
            db.session.flush()
            numbers = [one.id for one in people]
        for number in numbers:
            with cast.app.app_context(), atomic():
                from app.core.watches import watch

                watch(number, f"space:{cast.spaces.africa}", "follow")
        cast.chair.gets(path)
        with statements(engine) as seen:
            cast.chair.gets(path)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_it_stands_under_every_composer(cast):
    number = talk.starts(cast, cast.chair, audience="members")
    words = "people in"
    for seat, path in (
        (cast.chair, f"/discussions/{number}/conclude"),
        (cast.chair, f"/discussions/{number}/posts/1/edit"),
        (cast.outsider, "/welcome/introduce"),
    ):
        page = seat.gets(path).text
        assert words in page and "by mail now" in page, path


# --- under the other forms ------------------------------------------------------------------------------------

EVERYBODY = "3 people in 2 cities will see this"


def test_it_stands_under_a_joint_action_and_follows_the_choice(cast):
    assert line(cast.chair.gets("/actions/new")).startswith(("Everybody can read this", EVERYBODY))
    path = f"/actions/new/hearers?space={cast.spaces.africa}&audience="
    assert line(cast.chair.gets(f"{path}members")).startswith(EVERYBODY)
    assert line(cast.chair.gets(f"{path}space")).startswith("1 person in 1 city")
    assert line(cast.outsider.gets(f"/actions/new/hearers?space={cast.spaces.circle}&audience=space")) == ""
    for odd in ("space=x&audience=members", f"space={2**80}&audience=members", "audience=", ""):
        assert line(cast.chair.gets(f"/actions/new/hearers?{odd}")) == ""


def test_it_stands_under_a_note_and_tells_internal_from_open(cast):
    with cast.app.app_context():
        me = cast.chair.me()
        space = db.session.get(Space, cast.spaces.africa)
        action = actions.propose(
            me,
            space,
            audience="members",
            organisation=None,
            title="Plant trees",
            detail="",
            language="en",
            lead_id=me.seats[0].id,
        )
        url, number = action.url, action.id
    assert line(cast.chair.gets(url)) == f"{EVERYBODY}."
    assert line(cast.chair.gets(f"/actions/{number}/hearers?readers=all")).startswith(EVERYBODY)
    assert line(cast.chair.gets(f"/actions/{number}/hearers?readers=inside")).startswith(
        "1 person will see this"
    )
    assert cast.outsider.gets(f"/actions/{number}/hearers").status_code == 403
    assert "data-hearers" not in cast.outsider.gets(url).text


def test_it_stands_under_the_search_for_a_date(cast):
    assert line(cast.chair.gets("/dates/new")) != ""
    path = f"/dates/new/hearers?space={cast.spaces.africa}&audience="
    assert line(cast.chair.gets(f"{path}members")).startswith(EVERYBODY)
    assert line(cast.chair.gets(f"{path}space")).startswith("1 person in 1 city")


def test_a_change_of_an_event_says_who_sees_it(cast):
    number = events.added(cast, cast.chair, space="africa", audience="members")
    assert f"{EVERYBODY}." in " ".join(
        re.sub(r"<[^>]+>", "", cast.chair.gets(f"/events/{number}/edit").text).split()
    )


def test_minutes_say_who_will_see_them_and_who_hears_of_it(cast):
    number = events.added(cast, cast.chair, space="africa", audience="members")
    cast.neighbour.posts(f"/events/{number}/answer", {"word": "going"})
    cast.chair.posts(f"/events/{number}/minutes/0", {"text": "We met.", "base": ""})
    page = " ".join(re.sub(r"<[^>]+>", "", cast.chair.gets(f"/events/{number}/minutes").text).split())
    assert f"{EVERYBODY}; 1 by mail now." in page
    cast.chair.posts(f"/events/{number}/minutes/share", {})
    assert EVERYBODY in cast.chair.gets(f"/events/{number}/minutes").text
    assert "will see this" not in cast.outsider.gets(f"/events/{number}/minutes").text
