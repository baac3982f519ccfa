"""Rooms that are switched off: not in the menu, not there, not told, not found; and there again when switched on."""

import re

import pytest
import sqlalchemy as sa

from app.core import addresses, clock, switches
from app.core.audit import AuditEntry
from app.core.database import model_of
from app.extensions import db
from app.notifications.models import Notice
from app.search import query
from tests import talk
from tests.events import added as adds_event
from tests.seat import tell
from tests.stories.test_digests import DAY, MONDAY, SUNDAY, runs
from tests.stories.test_notice_mail import mails
from tests.stories.test_notices import follows

SETTINGS = "/admin/settings/rooms"
ALL = ["library", "calendar", "actions", "messages"]


def switch(cast, *off):
    answer = cast.steward.posts(SETTINGS, {"room": [key for key in ALL if key not in off]})
    assert answer.status_code == 303
    return answer


def test_only_the_secretariat_switches(cast):
    for who in (cast.chair, cast.visitor):
        assert who.posts(SETTINGS, {"room": []}).status_code in (303, 403)
    with cast.app.app_context():
        assert switches.off() == frozenset()
        assert [room.key for room in switches.rooms()] == ALL or set(ALL) == {
            room.key for room in switches.rooms()
        }


@pytest.mark.parametrize(
    ("room", "paths"),
    [
        ("library", ["/library", "/library/new", "/library/collections"]),
        ("calendar", ["/calendar/agenda", "/events/new", "/dates", "/calendar/public.ics"]),
        ("actions", ["/actions", "/actions/new", "/actions/roadmap"]),
        ("messages", ["/messages", "/messages/new", "/settings/messages"]),
    ],
)
def test_its_pages_are_not_there_and_the_menu_does_not_name_it(cast, room, paths):
    before = {path: cast.chair.gets(path).status_code for path in paths}
    assert 404 not in before.values()
    switch(cast, room)
    for who in (cast.chair, cast.steward):
        for path in paths:
            assert who.gets(path).status_code == 404, path
    home = cast.chair.gets("/").text
    for path in paths[:2]:
        assert f'href="{path}"' not in home, path
    assert cast.chair.gets("/discussions").status_code == 200
    assert cast.chair.gets(f"/groups/{cast.spaces.africa}", follow_redirects=True).status_code == 200
    switch(cast)
    assert {path: cast.chair.gets(path).status_code for path in paths} == before


def test_a_post_into_a_closed_room_does_nothing(cast):
    switch(cast, "actions")
    assert cast.chair.posts("/actions/new", {"title": "Plant trees"}).status_code == 404


def test_newsfeed_search_and_notices_are_quiet_and_come_back(cast):
    number = adds_event(cast, cast.chair, title="Quince festival")
    tell(cast.app)
    assert "Quince festival" in cast.neighbour.gets("/").text

    def finds():
        with cast.app.app_context():
            return len(query.find("quince", cast.neighbour.me().viewer).hits)

    assert finds() == 1
    switch(cast, "calendar")
    assert "Quince festival" not in cast.neighbour.gets("/").text and finds() == 0
    assert "Quince festival" not in cast.neighbour.gets("/search?q=quince").text
    assert "Quince festival" not in cast.visitor.gets("/").text
    with cast.app.app_context():
        told = db.session.scalar(sa.select(sa.func.count()).select_from(Notice))
    cast.chair.posts(f"/events/{number}/cancel", {"reason": "Rain."})
    tell(cast.app)
    with cast.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == told
    switch(cast)
    assert "Quince festival" in cast.neighbour.gets("/").text and finds() == 1


def test_the_record_says_what_was_switched_once(cast):
    switch(cast, "calendar", "actions")
    switch(cast, "calendar", "actions")
    switch(cast, "actions")
    with cast.app.app_context():
        lines = sa.select(AuditEntry.data).where(AuditEntry.act == "site.rooms").order_by(AuditEntry.id)
        assert list(db.session.scalars(lines)) == [{"off": "actions, calendar"}, {"on": "calendar"}]


def test_whatever_has_an_address_in_a_room_goes_with_it(cast):
    """What can be pinned or tied elsewhere: without this its card would lead to a page that is not there."""
    known = {room.key: room.kinds for room in switches.rooms()}
    placed = {kind: switches.room_of(model_of(kind).__module__) for kind in addresses._places.values()}
    assert {"origin", "event", "document", "thread"} <= set(placed)
    assert [kind for kind, room in placed.items() if room in known and kind not in known[room]] == []


def test_odd_rooms_are_left_aside(cast):
    assert cast.steward.posts(SETTINGS, {"room": ["board", "x" * 500, *ALL]}).status_code == 303
    with cast.app.app_context():
        assert switches.off() == frozenset()
    assert cast.chair.gets("/discussions").status_code == 200


CLOSED = ("/library", "/calendar", "/events", "/dates", "/actions", "/messages", "/settings/messages")
SHOWN = (
    "/",
    "/menu",
    "/discussions",
    "/groups",
    "/members",
    "/settings",
    "/notifications",
    "/search?q=quince",
    "/nothing",
    "/help",
)


def test_no_page_of_the_other_rooms_leads_into_a_closed_one(cast):
    switch(cast, *ALL)
    own = (
        f"/discussions/{talk.starts(cast, cast.chair)}",
        f"/groups/{cast.spaces.africa}",
        f"/members/{cast.organisations.neighbour}",
        f"/people/{cast.neighbour.id}",
    )
    for who in (cast.chair, cast.visitor, cast.steward):
        for path in (*SHOWN, *own):
            page = who.gets(path, follow_redirects=True).text
            found = {
                link for link in re.findall(r'(?:href|action|data-url)="(/[^"]*)"', page)
                if link.startswith(CLOSED) and not link.startswith("/admin")
            }  # fmt: skip
            assert not found, (who.name, path, found)


def test_what_was_told_before_a_room_closed_is_not_mailed_while_it_is(cast):
    with clock.at(SUNDAY):
        runs(cast, SUNDAY)
        adds_event(cast, cast.chair, title="Quince festival", body="Will @neighbour come?")
        adds_event(cast, cast.chair, title="Quince market", body="Will @outsider come?")
        follows(cast, cast.neighbour, f"space:{cast.spaces.network}")
        adds_event(cast, cast.chair, title="Quince lunch", space="network")
        tell(cast.app)
        switch(cast, "calendar")
        assert mails(cast) == []
    assert runs(cast, MONDAY) == []
    with clock.at(MONDAY):
        switch(cast)
    (later,) = [row for row in runs(cast, MONDAY + 7 * DAY) if row.person_id == cast.neighbour.id]
    assert "Quince festival" in later.text and "Quince lunch" in later.text
