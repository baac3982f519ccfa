"""Who sees a group, who knows its name, how one gets in; founding groups of any depth; changing one narrows what was said."""

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app.board import acts as board
from app.board.models import Post, Thread
from app.board.narrowing import narrow
from app.core.activity import Activity
from app.core.audience import MEMBERS, audience_of
from app.core.database import atomic
from app.extensions import db
from app.feed import acts as feed
from app.feed.models import Update
from app.search.models import SearchEntry
from app.spaces import acts, branch, changes
from app.spaces.models import SIGHTS, Space
from tests.seat import tell


@pytest.fixture
def groups(app, cast):
    """A group of each sight in the African coalition, looked after by neighbour; outsider is in none."""
    made = {}
    with app.app_context():
        africa = db.session.get(Space, cast.spaces.africa)
        for sight in SIGHTS:
            joining = "open" if sight in ("public", "members", "coalition") else "invite"
            made[sight] = acts.found_group(
                cast.neighbour.me(), name=f"Okra {sight} group", parent=africa, summary=f"Okra {sight} words.",
                sight=sight, joining=joining,
            ).id  # fmt: skip
    tell(app)
    return made


# sight → who sees the home, who sees its door; chair is in the coalition, outsider is not.
SEES = {
    "public": ({"chair", "neighbour", "outsider", "steward", "visitor"}, set()),
    "members": ({"chair", "neighbour", "outsider", "steward"}, set()),
    "coalition": ({"chair", "neighbour", "steward"}, set()),
    "private": ({"neighbour", "steward"}, {"chair", "outsider"}),
    "hidden": ({"neighbour", "steward"}, set()),
}


@pytest.mark.parametrize("sight", SIGHTS)
def test_who_sees_a_group_and_who_knows_its_name(app, cast, groups, sight):
    number, name = groups[sight], f"Okra {sight} group"
    sees, knows = SEES[sight]
    for who in ("chair", "neighbour", "outsider", "steward", "visitor"):
        seat = getattr(cast, who)
        page = seat.client.get(f"/groups/{number}", follow_redirects=True)
        assert (page.status_code == 200) == (who in sees), who
        assert (page.status_code == 403 and name in page.text) == (who in knows), who
        assert (name in seat.client.get("/groups").text) == (who in sees | knows), who
        if who not in sees:
            assert f"Okra {sight} words" not in seat.client.get("/groups").text + page.text, who
        assert (name in seat.client.get(f"/groups/{cast.spaces.africa}", follow_redirects=True).text) == (
            who in sees | knows
        )
        hits = seat.client.get(f"/search?q=okra+{sight}").text.partition("<main")[2]
        assert (f"/groups/{number}-" in hits) == (who in sees), who
        meets = seat.client.get(f"/groups/{number}/people").status_code == 200
        assert meets == (
            who in sees - {"visitor"} - ({"steward"} if sight in ("private", "hidden") else set())
        )


def test_the_door_of_a_private_group_names_a_contact_and_takes_a_request(app, cast, groups):
    number = groups["private"]
    page = cast.outsider.gets(f"/groups/{number}")
    assert page.status_code == 403 and "Neighbour desk" in page.text and "Ask for access" in page.text
    assert "Okra private words" not in page.text and "noindex" in page.text
    answer = cast.outsider.posts(f"/groups/{number}/ask")
    assert answer.status_code == 303
    page = cast.outsider.gets(f"/groups/{number}")
    assert "You asked for access" in page.text and "Ask for access" not in page.text
    assert "Outsider desk" in cast.neighbour.gets(f"/groups/{number}/people").text
    assert cast.outsider.posts(f"/groups/{number}/withdraw").status_code == 303
    assert "Outsider desk" not in cast.neighbour.gets(f"/groups/{number}/people").text
    cast.outsider.posts(f"/groups/{number}/ask")
    assert cast.neighbour.posts(f"/groups/{number}/people/{cast.outsider.id}/accept").status_code == 303
    assert "Okra private words" in cast.outsider.gets(f"/groups/{number}-okra-private-group").text


def test_nobody_knocks_at_a_door_that_they_do_not_know(app, cast, groups):
    for deed in ("ask", "withdraw", "join", "follow"):
        assert cast.outsider.posts(f"/groups/{groups['hidden']}/{deed}").status_code == 404
    for deed in ("join", "follow", "enter", "leave"):
        assert cast.outsider.posts(f"/groups/{groups['private']}/{deed}").status_code in (403, 404)
    assert cast.visitor.gets(f"/groups/{groups['private']}").status_code == 404
    with app.app_context(), atomic():
        db.session.get(Space, groups["private"]).joining = "automatic"
    assert "Ask for access" not in cast.outsider.gets(f"/groups/{groups['private']}").text
    assert cast.outsider.posts(f"/groups/{groups['private']}/ask").status_code == 403


def test_groups_are_founded_at_any_depth_by_who_looks_after_the_parent(app, cast):
    words = {"name": "Chapter", "summary": "One country.", "parent": cast.spaces.africa, "sight": "coalition",
             "joining": "open", "form": "chapter"}  # fmt: skip
    answer = cast.chair.posts("/groups/new", words)
    assert answer.status_code == 303
    number = int(answer.location.split("/")[2].partition("-")[0])
    assert "National chapter" in cast.chair.gets(answer.location).text
    for depth in range(3):
        deeper = {**words, "name": f"Level {depth}", "parent": number, "form": "group"}
        assert f'value="{number}"' in cast.chair.gets(f"/groups/new?in={number}").text
        answer = cast.chair.posts("/groups/new", deeper)
        assert answer.status_code == 303, answer.text
        number = int(answer.location.split("/")[2].partition("-")[0])
    assert "Level 2" in cast.neighbour.gets("/groups").text  # of the coalition, at any depth
    assert "Level 2" not in cast.outsider.gets("/groups").text
    with app.app_context():
        assert branch.coalition_of(number) == cast.spaces.africa
    for odd in (
        {"parent": cast.spaces.europe},
        {"parent": cast.spaces.network},
        {"parent": cast.spaces.circle, "form": "chapter"},
    ):
        assert cast.chair.posts("/groups/new", {**words, **odd}).status_code == 422
    for sight, joining in (("private", "open"), ("hidden", "request")):
        refused = cast.chair.posts("/groups/new", {**words, "sight": sight, "joining": joining})
        assert refused.status_code == 422 and "One country." in refused.text
    refused = cast.steward.posts("/groups/new", {**words, "form": "group", "parent": cast.spaces.network})
    assert refused.status_code == 422 and "does not lie in a coalition" in refused.text


def said(app, cast, number):
    """Neighbour says something to everybody, to members and to the group; one discussion of them is out of sight."""
    with app.app_context():
        place, who = db.session.get(Space, number), cast.neighbour.me()
        threads = [
            board.start_thread(who, place, topic="housing", title=f"Okra {word}", body="Okra said.", language="en", audience=word)
            for word in place.offers()
        ]  # fmt: skip
        update = feed.share_update(who, body="Okra update.", language="en", audience="members", space=place)
        acts.join(cast.outsider.me(), place)
        acts.leave(cast.outsider.me(), place)
        return [thread.id for thread in threads], update.id


def test_narrowing_a_group_narrows_what_was_said_in_it(app, cast, groups):
    number = groups["public"]
    threads, update = said(app, cast, number)
    tell(app)
    assert "Okra public" in cast.visitor.gets("/discussions").text
    cast.outsider.opens_socket()
    cast.outsider.hears()
    words = {
        "name": "Okra public group",
        "summary": "Okra public words.",
        "sight": "hidden",
        "joining": "invite",
    }
    assert cast.outsider.posts(f"/groups/{number}/edit", words).status_code == 403
    assert cast.neighbour.posts(f"/groups/{number}/edit", words).status_code == 303
    tell(app)
    for seat in (cast.outsider, cast.visitor, cast.chair):
        for path in ("/groups", "/discussions", "/", "/feed.atom", "/sitemap.xml", "/search?q=okra+said"):
            text = seat.gets(path).text
            assert "Okra public" not in text and "Okra update" not in text and "Okra said" not in text, path
        assert seat.gets(f"/groups/{number}").status_code == 404
        assert all(seat.gets(f"/discussions/{one}").status_code == 404 for one in threads)
        assert seat.gets(f"/updates/{update}").status_code == 404
    assert cast.neighbour.gets(f"/discussions/{threads[0]}-okra-space").status_code == 200
    with app.app_context():
        inside = audience_of(f"space:{number}")
        for model in (Thread, Post, Update):
            assert set(db.session.scalars(sa.select(model.audience_id))) <= {inside}
        rows = db.session.execute(
            sa.select(SearchEntry.audience_id).where(SearchEntry.root.in_([f"thread:{n}" for n in threads]))
        )
        assert {row.audience_id for row in rows} == {inside}
        who_is_in = sa.select(Activity.audience_id).where(
            Activity.verb == "spaces.joined", Activity.space_id == number
        )
        assert set(db.session.scalars(who_is_in)) == {inside}


def test_what_is_out_of_sight_stays_so_and_comes_back_to_those_inside(app, cast, groups):
    from app.board.hiding import hide, restore

    number = groups["members"]
    threads, _update = said(app, cast, number)
    with app.app_context():
        thread = db.session.scalar(sa.select(Thread).where(Thread.title == "Okra members"))
        with atomic():
            hide(thread, {"stewards"}, why="", url="")
        apart = thread.audience_id
        changes.change_space(
            cast.neighbour.me(), db.session.get(Space, number), sight="private", joining="invite"
        )
        thread = db.session.get(Thread, thread.id)
        assert thread.audience_id == apart
        with atomic():
            restore(thread)
        assert thread.audience_id == audience_of(f"space:{number}") != audience_of(MEMBERS)


def test_widening_a_group_says_nothing_to_more_people(app, cast, groups):
    number = groups["hidden"]
    threads, _update = said_inside(app, cast, number)
    with app.app_context():
        space = db.session.get(Space, number)
        assert changes.change_space(cast.neighbour.me(), space, sight="public", joining="open")
        assert not changes.change_space(cast.neighbour.me(), space, sight="public", joining="open")
    tell(app)
    assert cast.visitor.gets(f"/groups/{number}-okra-hidden-group").status_code == 200
    assert cast.outsider.gets(f"/discussions/{threads[0]}").status_code == 404
    assert "Okra said" not in cast.outsider.gets("/search?q=okra+said").text
    assert "Outsider desk" not in cast.chair.gets("/").text  # who came and went inside is not told now


def said_inside(app, cast, number):
    with app.app_context():
        place, who = db.session.get(Space, number), cast.neighbour.me()
        thread = board.start_thread(
            who,
            place,
            topic="housing",
            title="Okra inside",
            body="Okra said.",
            language="en",
            audience="space",
        )
        acts.admit(who, place, cast.outsider.id)
        acts.remove(who, place, cast.outsider.id)
        return [thread.id], None


def test_a_new_name_keeps_the_old_one_found(app, cast, groups):
    number = groups["members"]
    words = {"name": "Tomato group", "summary": "x", "sight": "members", "joining": "open"}
    assert cast.neighbour.posts(f"/groups/{number}/edit", words).status_code == 303
    tell(app)
    assert "Tomato group" in cast.outsider.gets("/search?q=okra+members").text
    assert cast.outsider.gets(f"/groups/{number}-okra-members-group").location.endswith("tomato-group")


def test_the_whole_network_and_coalitions_keep_their_doors_for_the_secretariat(cast):
    europe = cast.spaces.europe
    page = cast.outsider.gets(f"/groups/{europe}/edit").text
    assert 'name="sight"' not in page and 'name="summary"' in page
    assert 'name="sight"' in cast.steward.gets(f"/groups/{europe}/edit").text
    assert 'name="sight"' not in cast.steward.gets(f"/groups/{cast.spaces.network}/edit").text
    words = {"name": "Europe", "summary": "New words.", "sight": "hidden", "joining": "invite"}
    assert cast.outsider.posts(f"/groups/{europe}/edit", words).status_code == 303
    assert "New words." in cast.visitor.gets(f"/groups/{europe}-europe").text


def test_narrowing_nothing_changes_nothing(app, cast):
    with app.app_context(), atomic():
        narrow(None, db.session.get(Space, cast.spaces.africa))


@pytest.mark.own_database
def test_what_was_private_before_is_hidden_afterwards(app, cast):
    """The word changed, the strictness did not: nobody outside knows of it."""
    with app.app_context():
        downgrade(revision="0008")
        db.session.remove()
        with db.engine.connect() as connection:
            words = dict(connection.execute(sa.text("select key, sight from space")).all())
            assert words["circle"] == "private"
        upgrade()
        db.engine.dispose()
    assert cast.outsider.gets(f"/groups/{cast.spaces.circle}").status_code == 404
    assert "Circle" not in cast.outsider.gets("/groups").text
    assert cast.chair.gets(f"/groups/{cast.spaces.circle}-circle").status_code == 200
