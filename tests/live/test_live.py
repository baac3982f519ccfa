"""The live door in one process: who is let in, what each hears, what they missed, and when it ends.

Whole servers, two processes, cuts and other origins have tests of their own beside this one.
"""

import pytest
import sqlalchemy as sa

from app.board import acts as board
from app.core import live, presence, relay
from app.core.activity import highest, record
from app.core.database import atomic
from app.extensions import db, socketio
from app.members.models import Login, Person
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests import talk
from tests.seat import turn

LOUD = live.EVENTS_ALLOWED


def everything(seat):
    """Return all that a socket received since it was last asked: names and data, in order."""
    turn(seat.app)
    return [(event["name"], event["args"][0]) for event in seat.socket.get_received()]


def numbers(seat):
    """Return the numbers of the facts that a socket heard since it was last asked."""
    return [data["id"] for name, data in everything(seat) if name == "fact"]


def top(cast):
    """Return the number of the newest fact."""
    with cast.app.app_context():
        return highest()


def space(cast, name):
    """Return a space; inside an app context."""
    return db.session.get(Space, getattr(cast.spaces, name))


# --- who hears what -----------------------------------------------------------------------------------------


def test_each_hears_what_was_said_to_them(cast):
    seats = (cast.chair, cast.neighbour, cast.outsider, cast.steward)
    for seat in seats:
        seat.opens_socket()
        everything(seat)
    talk.starts(cast, cast.chair, audience="public")
    talk.starts(cast, cast.chair, audience="members")
    talk.starts(cast, cast.chair, space="circle", audience="space")
    heard = {seat.name: [data["root"] for name, data in everything(seat) if name == "fact"] for seat in seats}
    assert heard["chair"] == heard["neighbour"] == ["thread:1", "thread:2", "thread:3"]
    assert heard["outsider"] == heard["steward"] == ["thread:1", "thread:2"]


def test_a_push_holds_no_words_and_no_names(cast):
    cast.neighbour.opens_socket()
    everything(cast.neighbour)
    thread = talk.starts(cast, cast.chair, "Secret title", body="Secret words")
    talk.replies(cast, cast.chair, thread, "More secret words")
    pushed = [data for name, data in everything(cast.neighbour) if name == "fact"]
    assert [set(data) for data in pushed] == [{"id", "verb", "ref", "root"}] * 2
    assert "ecret" not in str(pushed) and "Pretoria" not in str(pushed)


def test_an_empty_set_of_rooms_is_no_push(cast):
    cast.chair.opens_socket()
    with cast.app.app_context(), pytest.raises(ValueError):
        relay.tell("fact", {}, [])
    with cast.app.app_context(), pytest.raises(ValueError):
        relay.tell("fact", {}, frozenset())
    assert [name for name, _data in everything(cast.chair)] == ["ready"]


def test_facts_for_nobody_are_heard_by_nobody(cast):
    seats = (cast.chair, cast.neighbour, cast.outsider, cast.steward)
    for seat in seats:
        seat.opens_socket()
        everything(seat)
    with cast.app.app_context(), atomic():
        record("board.started", actor=None, subject="thread:1")
    assert all(everything(seat) == [] for seat in seats)


def test_a_visitor_is_not_let_in(cast):
    client = socketio.test_client(cast.app, flask_test_client=cast.visitor.client)
    assert not client.is_connected()


# --- what was missed ----------------------------------------------------------------------------------------


def test_catching_up_is_complete_in_order_and_once(cast):
    talk.starts(cast, cast.chair)
    after = top(cast)
    for n in range(7):
        talk.starts(
            cast, cast.chair, space="circle" if n % 2 else "africa", audience="space" if n % 2 else "public"
        )
    cast.neighbour.opens_socket(after=after)
    cast.outsider.opens_socket(after=after)
    talk.starts(cast, cast.chair)  # pushed, not missed
    assert numbers(cast.neighbour) == list(range(after + 1, after + 9))
    assert numbers(cast.outsider) == [after + n for n in (1, 3, 5, 7, 8)]


def test_catching_up_takes_many_batches(cast, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 2)
    for n in range(7):
        talk.shares(cast, cast.chair, f"Words {n}.")
    cast.neighbour.opens_socket(after=0)
    assert numbers(cast.neighbour) == list(range(1, 8))


def test_after_too_long_a_gap_the_page_is_asked_to_reload(cast, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 2)
    monkeypatch.setattr(relay, "MOST_MISSED", 4)
    for n in range(9):
        talk.shares(cast, cast.chair, f"Words {n}.")
    cast.neighbour.opens_socket(after=0)
    assert ("reload", {}) in everything(cast.neighbour)


def test_ready_says_up_to_where(cast):
    talk.shares(cast, cast.chair)
    cast.neighbour.opens_socket()
    assert everything(cast.neighbour) == [("ready", {"at": top(cast)})]


@pytest.mark.parametrize(
    "after", [1.0, "1", "", True, False, [1], {"n": 1}, -1, 2**70, 2**63, float("1e308"), [[]]]
)
def test_an_odd_number_counts_as_absent(cast, after):
    talk.shares(cast, cast.chair)
    cast.neighbour.opens_socket(after=after)
    assert [name for name, _data in everything(cast.neighbour)] == ["ready"]
    talk.shares(cast, cast.chair)
    assert numbers(cast.neighbour) == [2]


@pytest.mark.parametrize("auth", [None, [], "x", 5, {"after": None}, {"token": "x"}])
def test_odd_first_words_are_no_error(cast, auth):
    cast.neighbour.socket = socketio.test_client(cast.app, flask_test_client=cast.neighbour.client, auth=auth)
    assert [name for name, _data in everything(cast.neighbour)] == ["ready"]


def test_a_number_that_is_still_to_come_misses_nothing(cast):
    talk.shares(cast, cast.chair)
    cast.neighbour.opens_socket(after=1000)
    talk.shares(cast, cast.chair)
    assert numbers(cast.neighbour) == [2]


# --- when sight ends ----------------------------------------------------------------------------------------


def test_leaving_a_space_silences_its_socket(cast):
    cast.neighbour.opens_socket()
    talk.starts(cast, cast.chair, space="circle", audience="space")
    assert numbers(cast.neighbour) == [1]
    with cast.app.app_context():
        spaces.leave(cast.neighbour.me(), space(cast, "circle"))
    talk.starts(cast, cast.chair, space="circle", audience="space")
    assert [name for name, data in everything(cast.neighbour) if name == "fact"] == []
    talk.starts(cast, cast.chair, space="africa")
    assert len(numbers(cast.neighbour)) == 1


def test_joining_a_space_lets_its_socket_hear(cast):
    cast.outsider.opens_socket()
    everything(cast.outsider)
    with cast.app.app_context():
        spaces.join(cast.outsider.me(), space(cast, "circle"))
    talk.starts(cast, cast.chair, space="circle", audience="space")
    assert "board.started" in [data["verb"] for name, data in everything(cast.outsider) if name == "fact"]


def test_steering_facts_are_never_shown(cast):
    cast.chair.opens_socket(after=0)
    with cast.app.app_context():
        spaces.join(cast.outsider.me(), space(cast, "circle"))
        spaces.leave(cast.outsider.me(), space(cast, "circle"))
    verbs = {data["verb"] for name, data in everything(cast.chair) if name == "fact"}
    assert verbs == {"spaces.joined", "spaces.left"}


def test_the_end_of_a_session_closes_its_sockets(cast):
    cast.outsider.opens_socket()
    cast.chair.opens_socket()
    everything(cast.outsider)
    with cast.app.app_context(), atomic():
        login = db.session.scalar(sa.select(Login).where(Login.person_id == cast.outsider.id))
        login.ended = login.at
        record(
            "login.ended", actor=None, subject=f"person:{cast.outsider.id}", data={"tokens": [login.token]}
        )
    turn(cast.app)
    assert not cast.outsider.socket.is_connected() and cast.chair.socket.is_connected()


def test_signing_out_closes_the_socket(cast):
    cast.outsider.opens_socket()
    turn(cast.app)
    assert cast.outsider.posts("/sign-out").status_code == 303
    turn(cast.app)
    assert not cast.outsider.socket.is_connected()


def test_a_suspension_closes_the_sockets(cast):
    cast.outsider.opens_socket()
    turn(cast.app)
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.outsider.id).state = "suspended"
        record(
            "seat.changed",
            actor=None,
            subject=f"person:{cast.outsider.id}",
            data={"person_id": cast.outsider.id},
        )
    turn(cast.app)
    assert not cast.outsider.socket.is_connected()


def test_a_session_that_ended_before_the_relay_came_is_not_let_in(cast):
    with cast.app.app_context():  # the relay stands still: the socket waits at the door
        relay.relay.turning.acquire()
    try:
        cast.outsider.socket = socketio.test_client(
            cast.app, flask_test_client=cast.outsider.client, auth={"after": 0}
        )
        with cast.app.app_context(), atomic():
            db.session.execute(
                sa.update(Login).where(Login.person_id == cast.outsider.id).values(ended=Login.at)
            )
        talk.shares(cast, cast.chair)
    finally:
        relay.relay.turning.release()
    turn(cast.app)
    assert not cast.outsider.socket.is_connected()


def test_a_session_that_ran_out_is_closed_within_a_minute(cast, monkeypatch):
    cast.outsider.opens_socket()
    turn(cast.app)
    with cast.app.app_context():
        with atomic():
            db.session.execute(
                sa.update(Login).where(Login.person_id == cast.outsider.id).values(ended=Login.at)
            )
        relay.relay.look_for_idle()
        assert cast.outsider.socket.is_connected()
        monkeypatch.setattr(relay, "IDLE_LOOK", 0.0)
        relay.relay.look_for_idle()
    assert not cast.outsider.socket.is_connected()


def test_narrowing_tells_those_who_lost_it_alone(cast):
    thread = talk.starts(cast, cast.chair)
    reply = talk.replies(cast, cast.neighbour, thread)
    for seat in (cast.chair, cast.neighbour, cast.outsider, cast.steward):
        seat.opens_socket()
        everything(seat)
    with cast.app.app_context():
        board.move(cast.chair.me(), db.session.get(board.Thread, thread), space(cast, "circle"), "space")
    talk.replies(cast, cast.chair, thread)
    for lost in (cast.outsider, cast.steward):
        said = everything(lost)
        assert said == [("gone", {"refs": [f"thread:{thread}"]})]
    for kept in (cast.chair, cast.neighbour):
        said = everything(kept)
        assert [name for name, _data in said] == ["fact", "fact"]
    assert reply


def test_who_was_away_hears_that_it_is_gone_and_nothing_of_it(cast):
    thread = talk.starts(cast, cast.chair)
    after = top(cast)
    with cast.app.app_context():
        board.move(cast.chair.me(), db.session.get(board.Thread, thread), space(cast, "circle"), "space")
    cast.outsider.opens_socket(after=after)
    cast.neighbour.opens_socket(after=after)
    assert [row for row in everything(cast.outsider) if row[0] != "ready"] == [
        ("gone", {"refs": [f"thread:{thread}"]})
    ]
    assert "gone" not in [name for name, _data in everything(cast.neighbour)]


# --- what a client says -------------------------------------------------------------------------------------


def test_who_says_too_much_is_closed(cast):
    cast.outsider.opens_socket()
    cast.chair.opens_socket()
    turn(cast.app)
    for n in range(LOUD):
        cast.outsider.socket.emit("anything", n)
    assert cast.outsider.socket.is_connected()
    cast.outsider.socket.emit("anything", "one too many")
    assert not cast.outsider.socket.is_connected() and cast.chair.socket.is_connected()


@pytest.mark.parametrize(
    "said",
    [("here",), ("here", None), ("here", 5), ("here", {"root": 5}), ("here", {"root": "x" * 61}), ("here", [1]),
     ("here", {"root": "thread:"}), ("here", {"root": f"thread:{2**70}"}), ("here", {"root": "login:1"}),
     ("here", {"root": "thread:٣"}), ("writing", {"root": "thread:999"}), ("connect2", {}), ("fact", {"id": 1}),
     ("here", {"root": "thread:1", "more": 1}, 2)],
)  # fmt: skip
def test_odd_words_do_nothing(cast, said):
    cast.outsider.opens_socket()
    everything(cast.outsider)
    cast.outsider.socket.emit(*said)
    assert everything(cast.outsider) == [] and cast.outsider.socket.is_connected()
    assert not presence._at


def test_those_who_are_here_see_each_other(cast):
    thread = talk.starts(cast, cast.chair, space="circle", audience="space")
    root = {"root": f"thread:{thread}"}
    for seat in (cast.chair, cast.neighbour, cast.outsider):
        seat.opens_socket()
        everything(seat)
        seat.socket.emit("here", root)
    names = {person["name"] for person in everything(cast.chair)[-1][1]["people"]}
    assert names == {"UNESCO Chair in Human Rights Education, Pretoria", "City of Nairobi"}
    assert everything(cast.outsider) == []  # what one may not see, one cannot be at
    cast.neighbour.socket.disconnect()
    assert len(everything(cast.chair)[-1][1]["people"]) == 1


def test_presence_only_inside_spaces_one_belongs_to(cast):
    thread = talk.starts(cast, cast.chair, space="africa", audience="public")
    cast.chair.opens_socket()
    cast.outsider.opens_socket()
    turn(cast.app)
    cast.chair.socket.emit("here", {"root": f"thread:{thread}"})
    everything(cast.chair)
    cast.outsider.socket.emit("here", {"root": f"thread:{thread}"})
    cast.outsider.socket.emit("writing", {"root": f"thread:{thread}"})
    assert everything(cast.chair) == []


def test_writing_is_heard_by_the_others_here(cast):
    thread = talk.starts(cast, cast.chair, space="circle", audience="space")
    root = {"root": f"thread:{thread}"}
    for seat in (cast.chair, cast.neighbour):
        seat.opens_socket()
        turn(cast.app)
        seat.socket.emit("here", root)
        everything(seat)
    everything(cast.chair)
    cast.neighbour.socket.emit("writing", root)
    assert everything(cast.chair) == [("writing", {**root, "name": "City of Nairobi"})]
    assert everything(cast.neighbour) == []
    cast.neighbour.socket.emit("writing", {"root": "thread:999"})
    assert everything(cast.chair) == []


def test_who_hides_is_neither_shown_nor_heard_writing(cast):
    thread = talk.starts(cast, cast.chair, space="circle", audience="space")
    root = {"root": f"thread:{thread}"}
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).presence = False
    for seat in (cast.chair, cast.neighbour):
        seat.opens_socket()
        turn(cast.app)
        seat.socket.emit("here", root)
    cast.neighbour.socket.emit("writing", root)
    said = everything(cast.chair)
    assert "writing" not in [name for name, _data in said]
    assert all("Nairobi" not in str(data) for _name, data in said)


@pytest.mark.parametrize("settings", [{"PRESENCE": False}])
def test_presence_is_off_by_one_setting(cast, settings):
    thread = talk.starts(cast, cast.chair, space="circle", audience="space")
    cast.chair.opens_socket()
    everything(cast.chair)
    cast.chair.socket.emit("here", {"root": f"thread:{thread}"})
    assert everything(cast.chair) == []


def test_leaving_the_space_ends_presence(cast):
    thread = talk.starts(cast, cast.chair, space="circle", audience="space")
    root = {"root": f"thread:{thread}"}
    for seat in (cast.chair, cast.neighbour):
        seat.opens_socket()
        turn(cast.app)
        seat.socket.emit("here", root)
    everything(cast.chair)
    with cast.app.app_context():
        spaces.leave(cast.neighbour.me(), space(cast, "circle"))
    people = [data["people"] for name, data in everything(cast.chair) if name == "presence"]
    assert [person["name"] for person in people[-1]] == ["UNESCO Chair in Human Rights Education, Pretoria"]
    everything(cast.neighbour)
    cast.chair.socket.emit("writing", root)
    assert everything(cast.neighbour) == []
