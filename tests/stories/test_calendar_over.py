"""After an event: its hosts are reminded once of minutes and papers, where there are none."""

import pytest
import sqlalchemy as sa

from app.calendar import acts, following_up, minutes
from app.core import clock
from app.extensions import db
from app.notifications.models import Notice
from tests import events, papers
from tests.events import acted, added, facts
from tests.seat import tell

HOUR = events.HOUR


def reminded(cast, *hours):
    """Let the job run so many hours after the event began; return whom the facts name."""
    for after in hours:
        with clock.at(events.START + after * HOUR), cast.app.app_context():
            following_up.remind()
    return [fact.data for fact in facts(cast, "calendar.over")]


def test_who_hosts_it_is_reminded_once_and_nobody_else(cast):
    number = added(cast, cast.chair, official=True)
    cast.neighbour.posts(f"/events/{number}/follow")
    assert reminded(cast, -1, 2) == []
    told = [{"to": [cast.chair.id], "houses": [cast.organisations.chair]}]
    assert reminded(cast, 4, 5, 30) == told
    tell(cast.app)
    with cast.app.app_context():
        rows = db.session.execute(sa.select(Notice.person_id).where(Notice.verb == "calendar.over")).all()
    assert [row.person_id for row in rows] == [cast.chair.id]
    page = cast.chair.gets("/notifications").text
    assert "is over: minutes, papers or a recording can be added" in page


@pytest.mark.parametrize("more", [{"form": "day"}, {"outside": "Somebody else"}])
def test_of_what_has_no_minutes_here_nobody_is_reminded(cast, more):
    added(cast, cast.chair, **more)
    assert reminded(cast, 5) == []


def test_nobody_is_reminded_where_something_is_there_or_nothing_took_place(cast):
    paper = papers.published(cast, cast.chair)
    with_paper, cancelled, minuted = (added(cast, cast.chair, title=name) for name in ("A", "B", "C"))
    acted(cast, cast.chair, acts.put_paper, with_paper, f"document:{paper}")
    acted(cast, cast.chair, acts.cancel, cancelled, "No hall.")
    acted(cast, cast.chair, minutes.save, minuted, 0, "We met.", 0)
    assert reminded(cast, 5) == []


def test_of_what_was_over_long_ago_nobody_is_reminded(cast):
    added(cast, cast.chair)
    assert reminded(cast, 24 * 30) == []


def test_one_that_fails_keeps_none_of_the_others(cast, monkeypatch):
    first, second = added(cast, cast.chair, title="A"), added(cast, cast.chair, title="B")
    tells = following_up._tell

    def failing(number):
        if number == first:
            raise RuntimeError
        tells(number)

    monkeypatch.setattr(following_up, "_tell", failing)
    assert len(reminded(cast, 5)) == 1 and second
