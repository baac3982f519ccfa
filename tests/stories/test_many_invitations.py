"""Many invitations at once: sent again and withdrawn, within bounds, with a line for each."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.arrivals import acts, many
from app.arrivals.models import Invitation
from app.core import clock
from app.core.database import atomic
from app.core.mail import OutboxMail
from app.extensions import db
from app.members.models import Organisation
from tests.doors import count

AGAIN, WITHDRAW = f"{many.HERE}/again", f"{many.HERE}/withdraw"


@pytest.fixture
def invited(cast):
    """Three who were invited two days ago; their numbers."""
    with cast.app.app_context():
        home = db.session.get(Organisation, cast.organisations.neighbour)
        with clock.at(clock.now() - dt.timedelta(days=2)):
            return [
                acts.invite(cast.neighbour.me(), home, email=f"{n}@new.example", role="member").id
                for n in range(3)
            ]


def mails(cast):
    return count(cast.app, OutboxMail, OutboxMail.kind == "invite")


def states(cast, numbers):
    with cast.app.app_context():
        found = sa.select(Invitation.id, Invitation.state).where(Invitation.id.in_(numbers))
        return dict(list(db.session.execute(found)))


def test_only_the_secretariat_sends_many(cast, invited):
    for path in (AGAIN, WITHDRAW):
        assert cast.neighbour.posts(path, {"which": str(invited[0]), "sure": "y"}).status_code == 403
        assert cast.visitor.posts(path, {}).status_code in (303, 403)
    assert cast.neighbour.gets(f"{many.HERE}/result").status_code == 403
    assert set(states(cast, invited).values()) == {"waiting"}


def test_all_open_ones_are_sent_again_with_a_line_for_each(cast, invited):
    assert 'name="all"' in cast.steward.gets(many.HERE).text
    answer = cast.steward.posts(AGAIN, {"all": "", "idempotency_key": "one"})
    page = cast.steward.gets(answer.location).text
    assert page.count("Sent again") >= 3 and all(f"{n}@new.example" in page for n in range(3))
    assert mails(cast) == 6
    assert cast.steward.posts(AGAIN, {"all": "", "idempotency_key": "one"}).location == answer.location
    assert mails(cast) == 6


def test_nobody_is_written_to_twice_in_a_day(cast, invited):
    cast.steward.posts(AGAIN, {"which": str(invited[0])})
    answer = cast.steward.posts(AGAIN, {"all": ""})
    page = cast.steward.gets(answer.location).text
    assert page.count("the last mail is less than a day old") >= 1 and mails(cast) == 6


def test_the_bound_of_an_hour_holds_and_says_whom_it_left_out(cast, invited):
    cast.app.config["INVITATIONS_PER_HOUR"] = 2
    answer = cast.steward.posts(AGAIN, {"all": ""})
    page = cast.steward.gets(answer.location).text
    assert mails(cast) == 5 and "Try again later" in page


def test_several_are_withdrawn_after_a_question(cast, invited):
    chosen = {"which": [str(number) for number in invited[:2]]}
    asked = cast.steward.posts(WITHDRAW, chosen)
    assert asked.status_code == 200 and "Withdraw 2 invitations?" in asked.text
    assert set(states(cast, invited).values()) == {"waiting"}
    answer = cast.steward.posts(WITHDRAW, {**chosen, "sure": "y"})
    page = cast.steward.gets(answer.location).text
    assert "0@new.example" in page and "Withdrawn" in page
    assert states(cast, invited) == {invited[0]: "withdrawn", invited[1]: "withdrawn", invited[2]: "waiting"}
    late = cast.steward.posts(WITHDRAW, {**chosen, "sure": "y", "idempotency_key": "late"})
    assert "it waits no longer" in cast.steward.gets(late.location).text


@pytest.mark.parametrize("which", ["", "x", "99999999999999999999999", "-1", "4711"])
def test_odd_choices_do_nothing_and_say_so(cast, invited, which):
    for path in (AGAIN, WITHDRAW):
        answer = cast.steward.posts(path, {"which": which})
        assert answer.status_code == 303 and "Tick at least one" in cast.steward.gets(answer.location).text
    assert cast.steward.gets(f"{many.HERE}/result?sent=x.{2**80}.&over=").status_code == 200
    assert mails(cast) == 3


def test_more_than_a_page_of_them_are_not_taken_at_once(cast, invited, monkeypatch):
    monkeypatch.setattr(many, "MOST", 2)
    cast.steward.posts(AGAIN, {"all": ""})
    assert mails(cast) == 5


def test_the_rest_of_them_has_its_turn_the_next_time(cast, invited, monkeypatch):
    monkeypatch.setattr(many, "MOST", 2)
    for sent in (5, 6, 6):
        cast.steward.posts(AGAIN, {"all": ""})
        assert mails(cast) == sent


def test_what_is_too_old_is_sent_anew(cast, invited):
    with cast.app.app_context(), atomic() as session:
        session.execute(sa.update(Invitation).values(until=clock.now() - dt.timedelta(days=1)))
    cast.steward.posts(AGAIN, {"all": "expired"})
    assert mails(cast) == 6
