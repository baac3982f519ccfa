"""Who may do what with a discussion, and one rule for sight in every channel that shows one."""

import itertools

import pytest
import sqlalchemy as sa

from app import rules
from app.board import acts
from app.board.models import Post, Thread
from app.core import policy
from app.core.policy import Visitor, allowed
from app.extensions import db
from tests.discussions import replied, started
from tests.seat import tell

ALL = {"chair", "neighbour", "outsider", "steward"}
# act → who may, in a discussion of the African space for members that the neighbour started and the outsider answered.
MAY = {
    "board.read": ALL | {"visitor"},
    "board.reply": ALL,
    "board.start": ALL,
    "board.follow": ALL,
    "board.mark_read": ALL,
    "board.write": ALL,
    "board.history": ALL | {"visitor"},
    "board.pin": {"chair", "steward"},
    "board.lock": {"chair", "steward"},
    "board.close": {"chair", "neighbour", "steward"},
    "board.conclude": {"chair", "neighbour", "steward"},
    "board.move": {"chair", "neighbour", "steward"},
    "board.address": {"chair", "neighbour", "steward"},
}
OF_POST = {
    "board.edit": {"outsider"},
    "board.remove": {"outsider", "chair", "steward"},
    "board.thank": ALL - {"outsider"},
}


def who_may(cast, act, thing):
    """Return the names of those who may, rules alone."""
    named = {seat.name: seat.me() for seat in (cast.chair, cast.neighbour, cast.outsider, cast.steward)}
    return {name for name, me in {**named, "visitor": Visitor()}.items() if allowed(me, act, thing)}


@pytest.fixture
def talk(cast):
    """A discussion with a reply."""
    number = started(cast, cast.neighbour, space="africa", audience="members")
    replied(cast, cast.outsider, number)
    return number


def test_the_table_says_who_may(app, cast, talk):
    with app.app_context():
        thread = db.session.get(Thread, talk)
        for act, expected in MAY.items():
            assert who_may(cast, act, thread) == expected, act
        post = db.session.scalar(sa.select(Post).where(Post.number == 2))
        for act, expected in OF_POST.items():
            assert who_may(cast, act, post) == expected, act
        acts.set_closed(cast.chair.me(), thread, True)
        assert who_may(cast, "board.reply", thread) == {"chair", "steward"}
        acts.set_locked(cast.chair.me(), thread, True)
        assert who_may(cast, "board.reply", thread) == set() == who_may(cast, "board.edit", post)
        acts.remove_post(cast.outsider.me(), post)
        assert who_may(cast, "board.remove", post) == set() == who_may(cast, "board.thank", post)


def test_in_a_private_group_only_its_people_write(app, cast):
    number = started(cast, cast.chair, space="circle", audience="space")
    with app.app_context():
        thread = db.session.get(Thread, number)
        assert who_may(cast, "board.reply", thread) == {"chair", "neighbour"}


# --- sight ------------------------------------------------------------------------------------------------

# Each channel that shows discussions: a path for (number, space, author), and what tells that it is shown there.
CHANNELS = {
    "page": lambda it: (f"/discussions/{it.id}", None),
    "post": lambda it: (f"/discussions/{it.id}/posts/1?fragment=1", it.word),
    "replies": lambda it: (f"/discussions/{it.id}/replies?after=0&fragment=1", it.word),
    "stand": lambda it: (f"/discussions/{it.id}/stand?fragment=1", None),
    "watching": lambda it: (f"/discussions/{it.id}/watching?fragment=1", None),
    "row": lambda it: (f"/discussions/{it.id}/row?fragment=1", it.word),
    "history": lambda it: (f"/discussions/{it.id}/posts/1/history", it.word),
    "list": lambda it: ("/discussions", it.word),
    "unanswered": lambda it: ("/discussions?state=unanswered", it.word),
    "started": lambda it: ("/discussions?sort=started", it.word),
    "of the group": lambda it: (f"/discussions?group={it.space_id}", it.word),
    "of the topic": lambda it: ("/discussions?topic=housing", it.word),
    "similar": lambda it: (f"/discussions/similar?q={it.word}", it.word),
    "home of the group": lambda it: (f"/groups/{it.space_id}", it.word),
    "profile": lambda it: (f"/members/{it.organisation}", it.word),
    "person": lambda it: (f"/people/{it.author_id}", it.word),
    "search": lambda it: (f"/search?q={it.word}", it.word),
}
PLACES = [("network", "public"), ("network", "members"), ("africa", "space"), ("circle", "space")]


class It:
    """A discussion with a word that stands nowhere else."""

    def __init__(self, cast, n, space, audience):
        self.word = f"quokka{'abcdefgh'[n]}"
        voice = cast.organisations.chair
        with cast.app.app_context():
            me = cast.chair.me()
            organisation = me.voice(voice)
        self.id = started(
            cast, cast.chair, space, audience, title=f"About {self.word}", body=f"Words on {self.word}.",
            organisation=organisation,
        )  # fmt: skip
        self.space_id, self.author_id, self.organisation = getattr(cast.spaces, space), cast.chair.id, voice


def shown(seat, channel, it):
    """Say whether a channel shows a discussion to a seat."""
    path, word = CHANNELS[channel](it)
    answer = seat.client.get(path, follow_redirects=True)
    assert answer.status_code < 500, path
    arrived = answer.status_code == 200 and not answer.request.path.startswith("/sign-in")
    return arrived and (
        word is None
        or answer.text.replace(f"q={word}", "").count(word) > ("q=" in path and "/search" in path) * 3
    )


def agree(cast, things):
    """Return the (channel, seat, thing) where a channel and the rule disagree."""
    with cast.app.app_context():
        rule = {
            (seat.name, it.id): db.session.get(Thread, it.id).readable_by(seat.me().viewer)
            for seat, it in itertools.product(cast.everybody, things)
        }
    assert set(rule.values()) == {True, False}
    return {
        (channel, seat.name, it.word)
        for channel, seat, it in itertools.product(CHANNELS, cast.everybody, things)
        if shown(seat, channel, it) is not rule[seat.name, it.id]
        # pages that are closed to a visitor, or to those outside, show nothing at all
        and not (channel in ("profile", "person", "home of the group") and not shown(seat, channel, it))
    }


def test_one_rule_in_every_channel(cast):
    things = [It(cast, n, *place) for n, place in enumerate(PLACES)]
    tell(cast.app)
    assert agree(cast, things) == set()


def test_every_route_asks_for_the_rule_that_it_names(app):
    named = {
        act
        for name, view in app.view_functions.items()
        if name.startswith("board.")
        for act in getattr(view, "rules", ())
    }
    of_board = {act for act in rules.TABLE if act.startswith("board.")}
    assert named == of_board
    for name, view in app.view_functions.items():
        if name.startswith("board."):
            assert getattr(view, "rules", ()) or getattr(view, "is_public", False), name
    assert policy.rules.keys() >= of_board
