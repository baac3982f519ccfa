"""Notices: who is told of what and why, once each; how they are read; and that they follow what is moved or removed."""

import re

import pytest
import sqlalchemy as sa

from app.board import acts as board
from app.core import readers, switches
from app.core.audience import audience_of, may_see, organisation_room, person_room, rooms_of, space_room
from app.core.database import atomic
from app.core.watches import watch
from app.extensions import db
from app.members import acts as members
from app.members.models import Person, Seat
from app.members.signed_in import as_person
from app.notifications import deliver
from app.notifications.models import Notice
from app.notifications.sight import who_may_see, who_sits_in
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests import talk
from tests.counting import statements
from tests.seat import key_of, tell


def told(cast, seat):
    """Return reason, verb and count of somebody's notices, newest first, after the reader has read."""
    tell(cast.app)
    with cast.app.app_context():
        rows = db.session.execute(
            sa.select(Notice.reason, Notice.verb, Notice.count)
            .where(Notice.person_id == seat.id)
            .order_by(Notice.last_id.desc())
        )
        return [tuple(row) for row in rows]


def on_bell(cast, seat):
    """Return the number that the bell shows."""
    with cast.app.app_context():
        return db.session.get(Person, seat.id).unread


def follows(cast, seat, ref, level="follow"):
    with cast.app.app_context(), atomic():
        watch(seat.id, ref, level)


# --- who is told --------------------------------------------------------------------------------------------


def test_a_mention_reaches_the_person(cast):
    talk.starts(cast, cast.chair, body="What does @neighbour think?")
    assert told(cast, cast.neighbour) == [("mention", "board.started", 1)]
    assert told(cast, cast.chair) == told(cast, cast.outsider) == []
    text = cast.neighbour.gets("/notifications").text
    assert "mentioned you in" in text and "is-new" in text and "Unread." in text
    assert on_bell(cast, cast.neighbour) == 1


def test_a_mention_of_an_organisation_reaches_its_seats(cast):
    with cast.app.app_context():
        person = members.add_person(None, email="second@cast.example", name="Second desk")
        gone = members.add_person(None, email="third@cast.example", name="Third desk")
        for one in (person, gone):
            members.give_seat(None, one, as_organisation(cast.organisations.outsider), role="focal point")
        members.end_seat(None, db.session.scalar(sa.select(Seat).where(Seat.person_id == gone.id)))
        ids = person.id, gone.id
    talk.starts(cast, cast.chair, body="Can @outsider-office say more?")
    assert told(cast, cast.outsider) == [("seat", "board.started", 1)]
    with cast.app.app_context():
        assert set(db.session.scalars(sa.select(Notice.person_id))) == {cast.outsider.id, ids[0]}
    assert "mentioned your organisation in" in cast.outsider.gets("/notifications").text


def as_organisation(number):
    from app.members.models import Organisation

    return db.session.get(Organisation, number)


def test_a_mention_of_a_space_reaches_who_looks_after_it(cast):
    talk.starts(
        cast, cast.neighbour, body="Is this for @africa or @europe?", space="network", audience="members"
    )
    assert told(cast, cast.chair) == [("space", "board.started", 1)]
    assert told(cast, cast.outsider) == [("space", "board.started", 1)]
    assert told(cast, cast.steward) == []


def test_a_reply_reaches_whom_it_answers_and_who_follows(cast):
    thread = talk.starts(cast, cast.chair, space="network", audience="members")  # who starts follows
    talk.replies(cast, cast.neighbour, thread)
    talk.replies(cast, cast.outsider, thread, reply_to=2)
    assert told(cast, cast.chair) == [("follow", "board.replied", 2)]
    assert told(cast, cast.neighbour) == [("reply", "board.replied", 1)]
    assert told(cast, cast.outsider) == [] and told(cast, cast.steward) == []
    assert "replied to you in" in cast.neighbour.gets("/notifications").text
    assert "2 new" in cast.chair.gets("/notifications").text


def test_called_twice_in_one_post_is_told_once_for_the_strongest_reason(cast):
    thread = talk.starts(cast, cast.neighbour)
    talk.replies(
        cast, cast.chair, thread, "@neighbour and @neighbour-office and @neighbour again", reply_to=1
    )
    assert told(cast, cast.neighbour) == [("mention", "board.replied", 1)]


def test_nobody_is_told_of_their_own_words(cast):
    thread = talk.starts(cast, cast.chair, body="@chair @chair-office")
    talk.replies(cast, cast.chair, thread, "Myself, @chair.", reply_to=1)
    assert told(cast, cast.chair) == []


def test_new_in_a_followed_space_organisation_or_person(cast):
    follows(cast, cast.outsider, f"space:{cast.spaces.africa}")
    follows(cast, cast.steward, f"organisation:{cast.organisations.chair}")
    follows(cast, cast.neighbour, f"person:{cast.chair.id}")
    talk.starts(cast, cast.chair)
    for seat in (cast.outsider, cast.steward, cast.neighbour):
        assert told(cast, seat) == [("follow", "board.started", 1)]
    talk.shares(cast, cast.chair, "An update.")
    assert told(cast, cast.outsider) == [("follow", "board.started", 1)]
    assert told(cast, cast.steward)[0] == ("follow", "feed.shared", 1)


def test_concluded_and_moved_reach_who_follows(cast):
    thread = talk.starts(cast, cast.chair, space="network", audience="members")
    follows(cast, cast.outsider, f"thread:{thread}")
    talk.does(cast, cast.chair, board.conclude, f"thread:{thread}", "We agree.")
    assert told(cast, cast.outsider) == [("follow", "board.concluded", 1)]
    with cast.app.app_context():
        board.move(
            cast.chair.me(),
            db.session.get(board.Thread, thread),
            db.session.get(Space, cast.spaces.africa),
            "members",
        )
    assert told(cast, cast.outsider) == [("follow", "board.moved", 2)]


def test_a_name_added_by_an_edit_is_called_once(cast):
    thread = talk.starts(cast, cast.chair)
    post = talk.replies(cast, cast.chair, thread, "For @neighbour.")
    talk.does(cast, cast.chair, board.edit_post, f"post:{post}", "For @neighbour and @outsider.")
    assert told(cast, cast.outsider) == [("mention", "board.edited", 1)]
    assert told(cast, cast.neighbour) == [("mention", "board.replied", 1)]


def test_who_follows_later_is_not_told_of_what_was_said_before(cast):
    thread = talk.starts(cast, cast.chair)
    talk.replies(cast, cast.neighbour, thread)
    follows(cast, cast.outsider, f"thread:{thread}")
    assert told(cast, cast.outsider) == []


def test_muted_hears_only_the_own_name(cast):
    thread = talk.starts(cast, cast.chair)
    follows(cast, cast.neighbour, f"thread:{thread}", "mute")
    talk.replies(cast, cast.chair, thread, "For @neighbour-office.")
    assert told(cast, cast.neighbour) == []
    talk.replies(cast, cast.chair, thread, "For @neighbour.")
    assert told(cast, cast.neighbour) == [("mention", "board.replied", 1)]


def test_who_asks_to_join_is_told_to_who_looks_after_the_space(cast):
    with cast.app.app_context():
        with atomic():
            db.session.get(Space, cast.spaces.circle).joining = "request"
        spaces.ask(cast.outsider.me(), db.session.get(Space, cast.spaces.circle))
    assert told(cast, cast.chair) == [("ask", "spaces.asked", 1)]
    assert told(cast, cast.neighbour) == told(cast, cast.outsider) == []
    assert "asks to join" in cast.chair.gets("/notifications").text


# --- sight --------------------------------------------------------------------------------------------------


def test_who_may_not_see_it_is_not_told(cast):
    follows(cast, cast.outsider, f"organisation:{cast.organisations.chair}")
    talk.starts(
        cast, cast.chair, space="circle", audience="space", body="@neighbour @outsider @outsider-office"
    )
    assert told(cast, cast.neighbour) == [("mention", "board.started", 1)]
    assert told(cast, cast.outsider) == []


def test_leaving_takes_the_notices_out_of_sight(cast):
    talk.starts(cast, cast.chair, "Inside", space="circle", audience="space", body="@neighbour")
    assert told(cast, cast.neighbour) and on_bell(cast, cast.neighbour) == 1
    with cast.app.app_context():
        spaces.leave(cast.neighbour.me(), db.session.get(Space, cast.spaces.circle))
    assert "Inside" not in cast.neighbour.gets("/notifications").text
    tell(cast.app)
    assert on_bell(cast, cast.neighbour) == 0


def test_narrowing_takes_the_notices_out_of_sight(cast):
    thread = talk.starts(cast, cast.chair, "Narrowed", body="@outsider @neighbour")
    assert told(cast, cast.outsider) and on_bell(cast, cast.outsider) == 1
    with cast.app.app_context():
        board.move(
            cast.chair.me(),
            db.session.get(board.Thread, thread),
            db.session.get(Space, cast.spaces.circle),
            "space",
        )
    assert "Narrowed" not in cast.outsider.gets("/notifications").text
    assert "Narrowed" in cast.neighbour.gets("/notifications").text
    tell(cast.app)
    assert on_bell(cast, cast.outsider) == 0 and on_bell(cast, cast.neighbour) == 1


def test_the_rule_for_many_is_the_rule_for_one(cast):
    with cast.app.app_context():
        people = [seat.id for seat in (cast.chair, cast.neighbour, cast.outsider, cast.steward)]
        with atomic():
            db.session.get(Person, cast.outsider.id).moderator = True
            sets = [
                ("public",), ("members",), ("stewards",), ("nobody",), *((space_room(n),) for n in range(1, 5)),
                *((organisation_room(n),) for n in range(1, 5)), *((person_room(n),) for n in people),
                (space_room(4), person_room(people[2])), (space_room(10**6), "stewards"),
            ]  # fmt: skip
            audiences = [audience_of(*rooms) for rooms in sets]
        for audience in audiences:
            one_by_one = {n for n in people if may_see(as_person(n).viewer, audience)}
            assert who_may_see(people, audience) == one_by_one
            assert who_sits_in(people, rooms_of(audience)) == one_by_one


def test_who_is_suspended_is_not_told(cast):
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.outsider.id).state = "suspended"
    talk.starts(cast, cast.chair, body="@outsider @outsider-office")
    assert told(cast, cast.outsider) == []


# --- counting -----------------------------------------------------------------------------------------------


def test_one_line_for_each_thing_until_it_is_read(cast):
    thread = talk.starts(cast, cast.chair)
    for n in range(3):
        talk.replies(cast, cast.neighbour, thread, f"Reply {n}.")
    assert told(cast, cast.chair) == [("follow", "board.replied", 3)]
    assert on_bell(cast, cast.chair) == 1
    number = re.search(r"/notifications/(\d+)/read", cast.chair.gets("/notifications").text)[1]
    cast.chair.posts(f"/notifications/{number}/read")
    talk.replies(cast, cast.neighbour, thread, "Reply 3.")
    assert told(cast, cast.chair) == [("follow", "board.replied", 1), ("follow", "board.replied", 3)]


def test_the_link_leads_to_the_first_unread_post(cast):
    thread = talk.starts(cast, cast.chair)
    for n in range(3):
        talk.replies(cast, cast.neighbour, thread, f"Reply {n}.")
    tell(cast.app)
    text = cast.chair.gets("/notifications").text
    assert f"/discussions/{thread}/posts/2" in text and "Reply 2." in text


def test_a_fact_read_twice_or_late_is_told_once(cast):
    thread = talk.starts(cast, cast.chair)
    for n in range(3):
        talk.replies(cast, cast.neighbour, thread, f"Reply {n}.")
    with cast.app.app_context():
        from app.core.activity import facts_after

        replied = [fact for fact in facts_after(0, 100) if fact.verb == "board.replied"]
        with atomic():
            for fact in (replied[2], replied[2], replied[0], replied[2], replied[0]):
                deliver.read_fact(fact)
        row = db.session.execute(sa.select(Notice.count, Notice.first_id, Notice.last_id, Notice.url)).one()
        assert row == (2, replied[0].id, replied[2].id, replied[0].url)
    assert on_bell(cast, cast.chair) == 1


def test_many_followers_cost_a_constant_number_of_statements(cast):
    with cast.app.app_context(), atomic() as session:
        from app.core import clock

        for n in range(60):
            person = Person(
                audience_id=audience_of("members"),
                email=f"p{n}@cast.example",
                handle=f"p{n}",
                name=f"P {n}",
                at=clock.now(),
            )
            session.add(person)
            session.flush()
            watch(person.id, f"space:{cast.spaces.africa if n < 50 else cast.spaces.network}", "follow")
    tell(cast.app)
    with cast.app.app_context():
        assert not switches.is_silent(
            "board.started"
        )  # which rooms are closed is read once, and kept by the process
    counts = []
    for space in ("africa", "network"):
        talk.starts(cast, cast.chair, space=space, audience="members")
        with cast.app.app_context(), statements() as said:
            readers.tell_one("notices")
        counts.append(len(said))
    with cast.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 60
    assert counts[0] == counts[1] <= 16


# --- reading ------------------------------------------------------------------------------------------------


def test_seeing_the_discussion_reads_its_notices(cast):
    thread = talk.starts(cast, cast.chair, body="@neighbour")
    tell(cast.app)
    assert cast.neighbour.posts(f"/discussions/{thread}/read", {"number": 1}).status_code in (204, 303)
    assert on_bell(cast, cast.neighbour) == 0
    assert "is-new" not in cast.neighbour.gets("/notifications").text


def test_seeing_an_update_reads_its_notices(cast):
    number = talk.shares(cast, cast.chair, "For @neighbour.")
    tell(cast.app)
    assert on_bell(cast, cast.neighbour) == 1
    cast.neighbour.gets(f"/updates/{number}")
    assert on_bell(cast, cast.neighbour) == 1  # GET changes nothing
    cast.neighbour.posts(f"/updates/{number}/read", {"number": 1})
    assert on_bell(cast, cast.neighbour) == 0


def test_marking_all_leaves_what_came_meanwhile(cast):
    talk.starts(cast, cast.chair, body="@neighbour")
    tell(cast.app)
    text = cast.neighbour.gets("/notifications").text
    upto = re.search(r'name="upto" value="(\d+)"', text)[1]
    talk.starts(cast, cast.chair, "Second", body="@neighbour")
    tell(cast.app)
    fields = {"upto": upto, "idempotency_key": key_of(text)}
    assert cast.neighbour.posts("/notifications/read", fields).status_code == 303
    assert on_bell(cast, cast.neighbour) == 1
    bell = cast.neighbour.gets("/notifications/bell?fragment=1").text
    assert (
        "Notifications, 1 unread" in bell
        and "<html" not in bell
        and bell.strip() in cast.neighbour.gets("/").text
    )


def test_only_ones_own(cast):
    talk.starts(cast, cast.chair, "For one", body="@neighbour")
    tell(cast.app)
    number = re.search(r"/notifications/(\d+)/read", cast.neighbour.gets("/notifications").text)[1]
    assert cast.outsider.posts(f"/notifications/{number}/read").status_code == 404
    assert on_bell(cast, cast.neighbour) == 1
    assert "For one" not in cast.outsider.gets("/notifications").text
    for path in ("/notifications", "/notifications/bell"):
        assert cast.visitor.gets(path).location.startswith("/sign-in")
    for path in ("/notifications/read", f"/notifications/{number}/read"):
        assert cast.visitor.posts(path).location.startswith("/sign-in")


@pytest.mark.parametrize("value", ["", "x", "-1", "1.0", "1" * 40])
def test_bad_numbers(cast, value):
    assert cast.neighbour.posts("/notifications/read", {"upto": value}).status_code == 422
    assert cast.neighbour.posts(f"/notifications/{2**70}/read").status_code == 404
    assert cast.neighbour.gets(f"/notifications?after={value}&show={value}").status_code == 200


def test_filters_and_pages(cast):
    thread = talk.starts(cast, cast.chair, "Followed one")
    talk.replies(cast, cast.neighbour, thread)
    talk.starts(cast, cast.neighbour, "Called here", body="@chair")
    tell(cast.app)
    shown = {
        show: cast.chair.gets(f"/notifications?show={show}").text
        for show in ("", "unread", "mentions", "replies")
    }
    assert ["Followed one" in text for text in shown.values()] == [True, True, False, True]
    assert ["Called here" in text for text in shown.values()] == [True, True, True, False]
    assert "No notifications yet" in cast.outsider.gets("/notifications").text


@pytest.mark.parametrize("settings", [{"FEED_PAGE": 2}])
def test_older_notices_by_cursor(cast, settings):
    for n in range(5):
        talk.starts(cast, cast.chair, f"Title {n}", body="@neighbour")
    tell(cast.app)
    seen, path = [], "/notifications"
    while path:
        text = cast.neighbour.gets(path).text
        seen += re.findall(r">Title (\d)<", text)
        more = re.search(r'href="(/notifications\?after=\d+)"', text)
        path = more and more[1]
    assert seen == ["4", "3", "2", "1", "0"]


# --- what is removed ----------------------------------------------------------------------------------------


def test_a_removed_post_leaves_no_words_and_no_line(cast):
    thread = talk.starts(cast, cast.chair, "The title")
    post = talk.replies(cast, cast.neighbour, thread, "Regretted.")
    assert told(cast, cast.chair) == [("follow", "board.replied", 1)]
    talk.does(cast, cast.neighbour, board.remove_post, f"post:{post}")
    assert "Regretted." not in cast.chair.gets("/notifications").text
    assert told(cast, cast.chair) == [] and on_bell(cast, cast.chair) == 0


def test_one_of_several_removed_counts_one_less(cast):
    thread = talk.starts(cast, cast.chair, "The title")
    talk.replies(cast, cast.neighbour, thread, "Good words.")
    post = talk.replies(cast, cast.neighbour, thread, "Regretted.")
    tell(cast.app)
    talk.does(cast, cast.neighbour, board.remove_post, f"post:{post}")
    assert told(cast, cast.chair) == [("follow", "board.replied", 1)]
    text = cast.chair.gets("/notifications").text
    assert "The title" in text and "Regretted." not in text


def test_what_was_removed_before_the_reader_came_is_not_told(cast):
    thread = talk.starts(cast, cast.chair)
    post = talk.replies(cast, cast.neighbour, thread, "Regretted.")
    talk.does(cast, cast.neighbour, board.remove_post, f"post:{post}")
    assert told(cast, cast.chair) == []


def test_a_removed_discussion_or_update_takes_its_notices_along(cast):
    thread = talk.starts(cast, cast.chair, body="@neighbour @outsider")
    number = talk.shares(cast, cast.chair, "@neighbour")
    tell(cast.app)
    assert on_bell(cast, cast.neighbour) == 2
    with cast.app.app_context():
        from app.feed import acts as feed
        from app.feed.models import Update

        first = db.session.scalar(sa.select(board.Post).where(board.Post.thread_id == thread))
        board.remove_post(cast.chair.me(), first)
        feed.remove_update(cast.chair.me(), db.session.get(Update, number))
    assert told(cast, cast.neighbour) == [] and on_bell(cast, cast.neighbour) == 0
