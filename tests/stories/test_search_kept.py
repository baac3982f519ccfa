"""Searches that people keep: what they find anew is told, to whom may see it, once; their feeds; and letting them go."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from app.board import acts as board
from app.core import clock, switches
from app.core.activity import Activity
from app.core.database import atomic
from app.extensions import db
from app.members.models import Person
from app.notifications.models import Notice
from app.search import alerts, saved
from app.search.models import SavedSearch
from app.spaces.models import Space
from tests import papers
from tests.seat import tell

SOON = dt.timedelta(minutes=1)


def start(cast, space, title, body="Words.", who="chair", audience=None):
    with cast.app.app_context():
        author = getattr(cast, who).me()
        place = db.session.get(Space, getattr(cast.spaces, space))
        thread = board.start_thread(
            author, place, topic="housing", title=title, body=body, language="en",
            audience=audience or ("space" if space == "circle" else "members"),
        )  # fmt: skip
        number = thread.id
    tell(cast.app)
    return number


def looked(cast):
    """Let the job look, a minute later."""
    with time_machine.travel(clock.now() + SOON, tick=True), cast.app.app_context():
        told = alerts.look()
    tell(cast.app)
    return told


def notices(cast, who):
    with cast.app.app_context():
        rows = sa.select(Notice).where(Notice.person_id == getattr(cast, who).id, Notice.root.like("saved:%"))
        return db.session.scalars(rows).all()


def keeps(seat, query="q=lighthouse", **more):
    answer = seat.posts("/search/saved", {"place": "search", "query": query, **more})
    assert answer.status_code == 303
    return int(re.search(r"/search/saved/(\d+)", answer.headers["Location"])[1])


def test_who_keeps_a_search_is_told_of_what_is_new_and_once(cast):
    start(cast, "network", "An old lighthouse")
    number = keeps(cast.neighbour)
    assert looked(cast) == 0  # what was there before is no news
    start(cast, "network", "A new lighthouse")
    assert looked(cast) == 1 and looked(cast) == 0
    (line,) = notices(cast, "neighbour")
    assert (line.kind, line.reason, line.url) == ("found", "search", f"/search/saved/{number}")
    assert "lighthouse" in cast.neighbour.gets("/notifications").text
    page = cast.neighbour.gets(f"/search/saved/{number}").text
    assert page.index("A new <mark>lighthouse</mark>") < page.index("An old <mark>lighthouse</mark>")
    assert cast.neighbour.posts(f"/search/saved/{number}/read").status_code == 303
    assert notices(cast, "neighbour")[0].read


def test_only_what_one_may_see_is_told(cast):
    for who in ("neighbour", "outsider", "chair"):
        keeps(getattr(cast, who))
    start(cast, "circle", "A hidden lighthouse")
    assert looked(cast) == 1
    assert notices(cast, "neighbour") and not notices(cast, "outsider")
    assert not notices(cast, "chair")  # it is the chair's own
    with cast.app.app_context():
        told = db.session.scalars(sa.select(Activity).where(Activity.verb == "search.found")).all()
        assert [fact.rooms if hasattr(fact, "rooms") else fact.data["to"] for fact in told] == [
            [cast.neighbour.id]
        ]
        assert all("lighthouse" not in (fact.excerpt or "") for fact in told)


def test_nothing_is_told_of_a_room_that_is_switched_off(cast):
    keeps(cast.neighbour)
    with cast.app.app_context(), atomic():
        switches.put_off(["library"])
    papers.published(cast, cast.chair, sight="members", title="A lighthouse on paper")
    tell(cast.app)
    assert looked(cast) == 0 and notices(cast, "neighbour") == []
    start(cast, "network", "A new lighthouse")
    assert looked(cast) == 1


def test_a_reply_in_what_was_found_already_is_no_news(cast):
    number = start(cast, "network", "The lighthouse")
    keeps(cast.neighbour)
    reply(cast, number, "The lighthouse again.")
    assert looked(cast) == 0
    other = start(cast, "network", "Something else")
    assert looked(cast) == 0
    reply(cast, other, "But see the lighthouse.")
    assert looked(cast) == 1


def reply(cast, number, words):
    from app.board.models import Thread

    with cast.app.app_context():
        board.post_reply(cast.outsider.me(), db.session.get(Thread, number), words)
    tell(cast.app)


def test_operators_and_kinds_are_kept_too(cast):
    keeps(cast.outsider, "q=lighthouse+by%3A%40chair&kind=thread&sort=newest&after=3")
    with cast.app.app_context():
        assert db.session.scalar(sa.select(SavedSearch.query)) == "q=lighthouse+by%3A%40chair&kind=thread"
    start(cast, "network", "A lighthouse of the neighbour", who="neighbour")
    assert looked(cast) == 0
    start(cast, "network", "A lighthouse of the chair")
    assert looked(cast) == 1


def test_who_turned_it_off_hears_nothing_and_hears_no_old_news_later(cast):
    number = keeps(cast.neighbour)
    assert cast.neighbour.posts(f"/search/saved/{number}", {"name": "Lights"}).status_code == 303
    assert "Lights" in cast.neighbour.gets("/settings/following").text
    start(cast, "network", "A first lighthouse")
    assert looked(cast) == 0
    with time_machine.travel(clock.now() + 2 * SOON, tick=True):
        cast.neighbour.posts(f"/search/saved/{number}", {"name": "Lights", "told": "y"})
    assert looked(cast) == 0


def test_a_search_is_its_owners_own(cast):
    number = keeps(cast.neighbour)
    for seat in (cast.outsider, cast.steward):
        assert seat.gets(f"/search/saved/{number}").status_code == 404
        assert seat.posts(f"/search/saved/{number}/drop").status_code == 404
    assert "/sign-in" in cast.visitor.gets(f"/search/saved/{number}").headers["Location"]
    assert cast.neighbour.posts(f"/search/saved/{number}/drop").status_code == 303
    assert cast.neighbour.gets(f"/search/saved/{number}").status_code == 404


def test_the_same_search_is_kept_once_and_there_is_an_end(cast, monkeypatch):
    assert keeps(cast.neighbour) == keeps(cast.neighbour)
    monkeypatch.setattr(saved, "MOST", 1)
    answer = cast.neighbour.posts("/search/saved", {"place": "search", "query": "q=other"})
    assert answer.status_code == 422 and "already" in answer.text


@pytest.mark.parametrize(
    ("place", "query"),
    [("search", ""), ("search", "kind=thread"), ("nowhere", "q=x"), ("library", "state=own")],
)
def test_what_asks_nothing_is_not_kept(cast, place, query):
    assert cast.neighbour.posts("/search/saved", {"place": place, "query": query}).status_code == 422


def test_the_feed_shows_what_its_owner_sees_and_nobody_guesses_it(cast):
    number = keeps(cast.neighbour)
    start(cast, "circle", "A hidden lighthouse")
    start(cast, "network", "An open lighthouse")
    page = cast.neighbour.gets(f"/search/saved/{number}").text
    path = re.search(r'href="[^"]*(/search/saved/[\w-]+\.atom)"', page)[1]
    answer = cast.visitor.client.get(path)
    assert answer.mimetype == "application/atom+xml" and "private" in answer.headers["Cache-Control"]
    assert "A hidden lighthouse" in answer.text and "An open lighthouse" in answer.text
    cast.neighbour.posts(f"/search/saved/{number}/feed")
    assert cast.visitor.client.get(path).status_code == 404
    again = re.search(
        r'href="[^"]*(/search/saved/[\w-]+\.atom)"', cast.neighbour.gets(f"/search/saved/{number}").text
    )[1]
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).state = "suspended"
    assert cast.visitor.client.get(again).status_code == 404


def test_the_library_offers_to_keep_its_filters(cast):
    page = cast.neighbour.gets("/library?theme=housing&q=report&sort=title").text
    assert 'name="query" value="q=report&amp;theme=housing&amp;sort=title"' in page
    assert 'action="/search/saved"' not in cast.neighbour.gets("/library").text
    assert 'action="/search/saved"' not in cast.visitor.gets("/library?q=report").text


def test_filters_of_the_library_are_kept_and_told(cast):
    from app.library import acts as library

    number = keeps(
        cast.neighbour, "theme=housing&shelf=publications&sort=title", place="library", name="Reports"
    )
    with cast.app.app_context():
        author = cast.chair.me()
        space = db.session.get(Space, cast.spaces.network)
        for title, theme in (("A report", "housing"), ("Another", "education")):
            document = library.create(
                author,
                {"title": title, "language": "en", "type": "report", "themes": [theme], "sight": "members"},
                space=space,
            )
            library.publish(author, document)
    tell(cast.app)
    assert looked(cast) == 1
    page = cast.neighbour.gets(f"/search/saved/{number}").text
    assert "A report" in page and "Another" not in page and "/library?" in page
