"""Stories of what comes after writing: edit, history, remove, thank, look after, move."""

import html

import pytest
import sqlalchemy as sa

from app.board import acts, history
from app.board.models import Edit, Post, Thank, Thread
from app.core.audience import rooms_of
from app.core.files import Attachment
from app.extensions import db
from app.notifications.models import Notice
from app.search.models import SearchEntry
from app.spaces.models import Space
from tests.discussions import address, facts, post, replied, started, thread
from tests.seat import tell


def count(cast, model):
    """Return how many rows a table has."""
    with cast.app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


# --- edit -------------------------------------------------------------------------------------------------


def test_an_edited_post_says_so_and_shows_what_it_said(cast):
    number = started(cast, cast.chair, body="One\ntwo\nthree @neighbour")
    cast.neighbour.opens_socket()
    page = cast.chair.gets(f"/discussions/{number}/posts/1/edit").text
    assert "three @neighbour" in page and 'value="Who checks the form?"' in page
    form = {"title": "Who reads the form?", "body": "One\nTWO <b>\nthree @neighbour @outsider"}
    answer = cast.chair.posts(f"/discussions/{number}/posts/1/edit", form)
    assert answer.location == f"/discussions/{number}/posts/1?sent=1"
    page = cast.neighbour.gets(address(cast, number)).text
    assert (
        "Who reads the form?" in page
        and "Edited" in page
        and f"/discussions/{number}/posts/1/history" in page
    )
    told = facts(cast, "board.edited")[0]
    assert told.data["mentions"] == [f"person:{cast.outsider.id}"]
    assert [f["verb"] for f in cast.neighbour.hears()] == ["board.edited"]
    past = cast.neighbour.gets(f"/discussions/{number}/posts/1/history").text
    assert "<del>" in past and "TWO &lt;b&gt;" in past and "Version 1" in past and "Version 2" in past
    again = cast.chair.posts(f"/discussions/{number}/posts/1/edit", form)
    assert again.status_code == 303 and count(cast, Edit) == 1


def test_what_was_told_of_a_discussion_bears_its_title_of_today(cast):
    number = started(cast, cast.chair)
    replied(cast, cast.neighbour, number)
    tell(cast.app)
    assert "Who checks the form?" in cast.chair.gets("/notifications").text
    form = {"title": "New question", "body": "Other words.", "language": "en"}
    assert cast.chair.posts(f"/discussions/{number}/posts/1/edit", form).status_code == 303
    for path in ("/notifications", "/"):
        page = cast.chair.gets(path).text
        assert "New question" in page and "Who checks the form?" not in page, path


def test_who_may_not_edit(cast):
    number = started(cast, cast.chair)
    form = {"body": "Mine now"}
    for seat, code in ((cast.neighbour, 403), (cast.steward, 403), (cast.visitor, 303)):
        assert seat.posts(f"/discussions/{number}/posts/1/edit", form).status_code == code
    assert cast.chair.posts(f"/discussions/{number}/posts/9/edit", form).status_code == 404
    answer = cast.chair.posts(f"/discussions/{number}/posts/1/edit", {"body": " "})
    assert answer.status_code == 422 and "Write a text, or remove the post instead." in answer.text
    cast.steward.posts(f"/discussions/{number}/lock")
    assert cast.chair.posts(f"/discussions/{number}/posts/1/edit", form).status_code == 403
    assert post(cast, number, 1).body == "Which *form*?"


def test_history_is_for_those_who_may_read_the_post(cast):
    number = started(cast, cast.chair, space="circle", audience="space")
    assert cast.neighbour.gets(f"/discussions/{number}/posts/1/history").status_code == 200
    assert cast.outsider.gets(f"/discussions/{number}/posts/1/history").status_code == 404
    assert cast.visitor.gets(f"/discussions/{number}/posts/1/history").status_code == 404


def test_long_texts_are_compared_at_once():
    old, new = "\n".join("ab" * 200), "\n".join("ba" * 200)
    assert len(history.compared(old, new)) >= 400
    many = "\n".join(str(n % 7) for n in range(20_000))
    assert {kind for kind, _line in history.compared(many, many[::-1])} == {"del", "ins"}


# --- remove -----------------------------------------------------------------------------------------------


def test_removing_leaves_a_line_and_no_words_anywhere(cast):
    number = started(cast, cast.chair)
    replied(cast, cast.neighbour, number, "A secret word @chair", reply_to=1)
    tell(cast.app)
    cast.chair.opens_socket()
    assert "Remove this post?" in cast.neighbour.gets(f"/discussions/{number}/posts/2/remove").text
    assert post(cast, number, 2).body, "a GET changes nothing"
    for _twice in range(2):
        assert cast.neighbour.posts(f"/discussions/{number}/posts/2/remove").status_code == 303
    page = cast.chair.gets(address(cast, number)).text
    assert "This post was removed by its author." in page and "secret" not in page and "0 replies" in page
    assert [(f["verb"], f["ref"]) for f in cast.chair.hears()] == [("board.removed", "post:2")]
    with cast.app.app_context():
        for model in (Notice, SearchEntry):
            words = [str(vars(row)) for row in db.session.scalars(sa.select(model))]
            assert not any("secret" in row for row in words)
    assert cast.neighbour.gets(f"/discussions/{number}/posts/2?fragment=1").text.count("<article") == 1
    assert cast.neighbour.posts(f"/discussions/{number}/posts/2/edit", {"body": "x"}).status_code == 403
    assert cast.chair.posts(f"/discussions/{number}/posts/2/thank").status_code == 403


def test_who_looks_after_the_space_removes_with_a_reason(cast):
    number = started(cast, cast.neighbour, space="africa", audience="members")
    replied(cast, cast.outsider, number, "Buy this")
    assert cast.neighbour.posts(f"/discussions/{number}/posts/2/remove").status_code == 403
    answer = cast.chair.posts(f"/discussions/{number}/posts/2/remove", {"reason": " "})
    assert answer.status_code == 422 and "Say in a few words why" in answer.text
    assert (
        cast.chair.posts(f"/discussions/{number}/posts/2/remove", {"reason": "An <b>advert"}).status_code
        == 303
    )
    page = cast.neighbour.gets(address(cast, number)).text
    assert "removed by Chair desk" in page and "Reason: An &lt;b&gt;advert" in page


def test_removing_the_first_post_removes_the_discussion(cast):
    number = started(cast, cast.chair, title="A secret title", body="secret body")
    replied(cast, cast.neighbour, number, "secret reply")
    url = address(cast, number)
    tell(cast.app)
    assert "and 1 reply are taken away" in cast.chair.gets(f"/discussions/{number}/posts/1/remove").text
    assert cast.chair.posts(f"/discussions/{number}/posts/1/remove").location == "/discussions"
    page = cast.neighbour.client.get(url, follow_redirects=True)
    assert (
        page.status_code == 200 and "This discussion was removed" in page.text and "secret" not in page.text
    )
    assert "secret" not in cast.neighbour.gets("/discussions").text
    late = cast.neighbour.posts(f"/discussions/{number}/replies", {"body": "my late words"})
    assert late.status_code == 409 and "my late words" in late.text
    assert cast.neighbour.posts(f"/discussions/{number}/follow").status_code == 404
    with cast.app.app_context():
        for model in (Notice, SearchEntry, Post, Edit, Thread):
            assert "secret" not in str([vars(row) for row in db.session.scalars(sa.select(model))])


# --- thank ------------------------------------------------------------------------------------------------


def test_thanks_are_counted_once(cast):
    number = started(cast, cast.chair)
    url = f"/discussions/{number}/posts/1"
    for _twice in range(2):
        assert cast.neighbour.posts(f"{url}/thank").status_code == 303
    assert post(cast, number, 1).thanks == 1 and len(facts(cast, "board.thanked")) == 1
    assert 'aria-pressed="true"' in cast.neighbour.gets(f"{url}?fragment=1").text
    assert "Thanked (1)" in cast.chair.gets(f"{url}?fragment=1").text
    for _twice in range(2):
        cast.neighbour.posts(f"{url}/unthank")
    assert post(cast, number, 1).thanks == 0 and count(cast, Thank) == 0
    assert cast.chair.posts(f"{url}/thank").status_code == 403
    assert cast.visitor.posts(f"{url}/thank").status_code == 303
    inside = started(cast, cast.chair, space="circle", audience="space")
    assert cast.outsider.posts(f"/discussions/{inside}/posts/1/thank").status_code == 404


# --- follow and look after --------------------------------------------------------------------------------


def test_follow_and_mute(cast):
    number = started(cast, cast.chair)
    part = f"/discussions/{number}/watching?fragment=1"
    for deed, word in (("follow", "Following"), ("mute", "Muted"), ("unfollow", "Follow")):
        assert cast.neighbour.posts(f"/discussions/{number}/{deed}").status_code == 303
        assert word in cast.neighbour.gets(part).text
    assert cast.visitor.posts(f"/discussions/{number}/follow").status_code == 303
    assert cast.neighbour.posts("/discussions/99/follow").status_code == 404


@pytest.mark.parametrize(
    "deed, undo, name",
    [("pin", "unpin", "pinned"), ("close", "reopen", "closed"), ("lock", "unlock", "locked")],
)
def test_switches(cast, deed, undo, name):
    number = started(cast, cast.neighbour, space="africa", audience="members")
    for seat in (cast.outsider, cast.visitor):
        seat.posts(f"/discussions/{number}/{deed}")
        assert getattr(thread(cast, number), name) is False
    allowed = cast.neighbour.posts(f"/discussions/{number}/{deed}").status_code == 303
    assert allowed == (deed == "close"), "the starter may close"
    for on, step in ((True, deed), (True, deed), (False, undo)):
        assert cast.chair.posts(f"/discussions/{number}/{step}").status_code == 303
        assert getattr(thread(cast, number), name) is on
    cast.chair.posts(f"/discussions/{number}/{deed}")
    assert cast.chair.gets(address(cast, number)).status_code == 200
    assert cast.outsider.gets(f"/discussions/{number}/stand?fragment=1").status_code == 200


def test_where_a_discussion_stands(cast):
    number = started(cast, cast.neighbour, space="africa", audience="members")
    assert cast.outsider.posts(f"/discussions/{number}/conclude", {"body": "x"}).status_code == 403
    assert cast.chair.gets(f"/discussions/{number}/conclude").status_code == 200
    answer = cast.chair.posts(f"/discussions/{number}/conclude", {"body": "x" * 40_001})
    assert answer.status_code == 422 and "too long" in answer.text
    look = cast.chair.posts(f"/discussions/{number}/conclude", {"body": "**Agreed**", "preview": "1"})
    assert "<strong>Agreed" in look.text and not thread(cast, number).outcome
    cast.chair.posts(f"/discussions/{number}/conclude", {"body": "**Agreed** until May."})
    page = cast.outsider.gets(address(cast, number)).text
    assert "Where this stands" in page and "<strong>Agreed" in page and "Written by UNESCO Chair" in page
    assert "Has an outcome" in cast.outsider.gets("/discussions?state=outcome").text
    assert facts(cast, "board.concluded")[0].excerpt == "Agreed until May."
    cast.neighbour.posts(f"/discussions/{number}/conclude", {"body": ""})
    assert "Written by" not in cast.outsider.gets(address(cast, number)).text


# --- move -------------------------------------------------------------------------------------------------


def test_narrowing_takes_it_off_the_pages_of_those_who_lose_it(cast):
    number = started(cast, cast.chair, space="africa", audience="members")
    replied(cast, cast.outsider, number, "With a file")
    for seat in (cast.outsider, cast.neighbour):
        seat.opens_socket()
    url = address(cast, number)
    page = cast.chair.gets(f"/discussions/{number}/move").text
    assert "Mail already sent stays where it is." in page
    form = {"space": cast.spaces.africa, "audience": "space"}
    assert cast.outsider.posts(f"/discussions/{number}/move", form).status_code == 403
    assert cast.chair.posts(f"/discussions/{number}/move", form).status_code == 303
    assert cast.outsider.hears("gone") == [{"refs": [f"thread:{number}"]}]
    assert cast.neighbour.hears("gone") == []
    assert cast.outsider.gets(url).status_code == 404 and cast.neighbour.gets(url).status_code == 200
    with cast.app.app_context():
        posts = db.session.scalars(sa.select(Post)).all()
        assert all(rooms_of(row.audience_id) == {f"space:{cast.spaces.africa}"} for row in posts)
    started_fact = facts(cast, "board.started")[0]
    assert started_fact.audience_id == posts[0].audience_id
    gone = facts(cast, "thing.gone")[0]
    with cast.app.app_context():
        assert rooms_of(gone.audience_id) == {"members"}, "said to those who lost it"


def test_widening_says_to_how_many_and_asks(cast):
    number = started(cast, cast.chair, space="africa", audience="space")
    form = {"space": cast.spaces.africa, "audience": "members"}
    asked = cast.chair.posts(f"/discussions/{number}/move", form)
    assert asked.status_code == 200 and "4 people will be able to read it." in html.unescape(asked.text)
    assert cast.outsider.gets(address(cast, number)).status_code == 404
    key = f"{cast.spaces.africa}-members"
    wrong = cast.chair.posts(f"/discussions/{number}/move", {**form, "audience": "public", "confirm": key})
    assert "Everyone on the web" in wrong.text
    assert cast.chair.posts(f"/discussions/{number}/move", {**form, "confirm": key}).status_code == 303
    assert cast.outsider.gets(address(cast, number)).status_code == 200
    assert facts(cast, "board.moved")[0].data["audience"] == "members"


def test_moving_to_another_group(cast):
    number = started(cast, cast.chair, space="africa", audience="members")
    cast.outsider.opens_socket()
    form = {"space": cast.spaces.circle, "audience": "space"}
    asked = cast.chair.posts(f"/discussions/{number}/move", form)
    assert "2 people will be able to read it." in asked.text
    done = cast.chair.posts(f"/discussions/{number}/move", {**form, "confirm": f"{cast.spaces.circle}-space"})
    assert done.status_code == 303 and thread(cast, number).space_id == cast.spaces.circle
    assert {f.space_id for f in facts(cast, "board.started")} == {cast.spaces.circle}
    assert cast.outsider.hears("gone") and cast.outsider.gets(address(cast, number)).status_code == 404
    bad = cast.chair.posts(f"/discussions/{number}/move", {"space": cast.spaces.circle, "audience": "public"})
    assert bad.status_code == 422 and "can be read by fewer people" in bad.text
    for wrong in ({"space": "x"}, {"space": "9" * 30, "audience": "space"}, {}):
        assert cast.chair.posts(f"/discussions/{number}/move", wrong).status_code in (303, 422)
    assert thread(cast, number).space_id == cast.spaces.circle


def test_what_is_moved_names_no_group_that_its_new_readers_may_not_know(cast):
    number = started(cast, cast.chair, space="circle", body="We of @circle.", audience="space")
    replied(cast, cast.chair, number, "Said in @circle, with @africa.")
    with cast.app.app_context():
        acts.conclude(cast.chair.me(), db.session.get(Thread, number), "Done by @circle.")
    inside = cast.chair.gets(address(cast, number)).text
    assert inside.count("@Circle") == 3
    with cast.app.app_context():
        network = db.session.get(Space, cast.spaces.network)
        acts.move(cast.chair.me(), db.session.get(Thread, number), network, "public")
    tell(cast.app)
    for path in (address(cast, number), "/", "/feed.atom", "/search?q=circle"):
        text = cast.outsider.gets(path).text
        assert "@Circle" not in text and f"/groups/{cast.spaces.circle}" not in text, path
    assert "@circle" in cast.outsider.gets(address(cast, number)).text
    assert [f.excerpt for f in facts(cast, "board.started")] == ["We of @circle."]


def test_a_file_follows_its_discussion(cast):
    number = started(cast, cast.chair, space="africa", audience="members")
    with cast.app.app_context():
        it = db.session.get(Thread, number)
        acts.readdress(cast.chair.me(), it, "space")
        rows = db.session.scalars(sa.select(Attachment)).all()
        assert all(row.audience_id == it.audience_id for row in rows)
