"""Collections of documents, and documents in further groups."""

import re

import pytest
import sqlalchemy as sa

from app.core import watches
from app.core.database import atomic
from app.extensions import db
from app.library import acts, collections, placing
from app.library.models import Collection, Document, Placement
from app.notifications.models import Notice
from app.spaces.changes import change_space
from app.spaces.models import Membership, Space
from tests import papers
from tests.counting import statements
from tests.seat import tell
from tests.stories.test_library_list import LINK, titles


def fields(cast, **more):
    return {
        "title": "For the first meeting", "about": "Read these.", "language": "en", "space": cast.spaces.africa,
        "audience": "members", "parent": "0", "smart": "", **more,
    }  # fmt: skip


def made(cast, who=None, **more):
    """Make a collection by its form; return its number."""
    answer = (who or cast.chair).posts("/library/collections/new", fields(cast, **more))
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/collections/(\d+)-", answer.headers["Location"])[1])


class SpaceOf:
    """A space by its number, as acts need it."""

    def __init__(self, number):
        self.id = number


def filled(cast, number, documents, who=None):
    return (who or cast.chair).posts(
        "/library/collections/put", {"id": list(documents), "collection": str(number)}
    )


@pytest.fixture
def three(cast):
    rows = (("One", "public", "network"), ("Two", "members", "network"), ("Three", "space", "circle"))
    return [
        papers.published(cast, cast.chair, title=name, sight=sight, space=space, **LINK)
        for name, sight, space in rows
    ]


def test_a_collection_is_made_filled_and_read(cast, three):
    number = made(cast)
    assert filled(cast, number, three).status_code == 303
    page = cast.neighbour.gets(f"/library/collections/{number}", follow_redirects=True)
    assert titles(page) == ["One", "Two", "Three"] and "Read these." in page.text
    outside = cast.outsider.gets(f"/library/collections/{number}", follow_redirects=True)
    assert titles(outside) == ["One", "Two"]
    assert re.search(r'role="status">2 documents', outside.text)  # the number tells of nothing unseen
    assert cast.visitor.gets(f"/library/collections/{number}").status_code == 404
    assert "For the first meeting" in cast.outsider.gets("/library/collections").text
    assert "For the first meeting" not in cast.visitor.gets("/library/collections").text


def test_bad_input_is_explained_and_kept(cast):
    answer = cast.chair.posts("/library/collections/new", fields(cast, title=" "))
    assert (
        answer.status_code == 422
        and "Write a name for the collection." in answer.text
        and "Read these." in answer.text
    )
    wide = cast.chair.posts(
        "/library/collections/new", fields(cast, space=cast.spaces.circle, audience="public")
    )
    assert wide.status_code == 422 and "things can be read by fewer people" in wide.text
    assert cast.visitor.posts("/library/collections/new", fields(cast)).status_code == 303  # to sign in
    stranger = cast.outsider.posts("/library/collections/new", fields(cast, space=cast.spaces.circle))
    assert stranger.status_code == 422


def test_only_who_may_arranges(cast, three):
    number = made(cast)
    for path in ("edit", "order", "remove"):
        assert cast.neighbour.gets(f"/library/collections/{number}/{path}").status_code == 403
    assert filled(cast, number, three, cast.neighbour).status_code == 403
    assert filled(cast, number, [], cast.chair).status_code == 422
    assert filled(cast, 999, three, cast.chair).status_code == 404
    assert cast.steward.gets(f"/library/collections/{number}/edit").status_code == 200


def test_what_somebody_cannot_read_they_cannot_collect(cast, three):
    number = made(cast, cast.outsider, space=cast.spaces.europe)
    filled(cast, number, three, cast.outsider)
    page = cast.neighbour.gets(f"/library/collections/{number}", follow_redirects=True)
    assert titles(page) == ["One", "Two"]


def test_order_and_taking_off(cast, three):
    number = made(cast)
    filled(cast, number, three)
    base = f"/library/collections/{number}"
    cast.chair.posts(f"{base}/order", {"id": three[2], "deed": "up"})
    cast.chair.posts(f"{base}/order", {"id": three[1], "deed": "first"})
    assert titles(cast.chair.gets(base, follow_redirects=True)) == ["Two", "One", "Three"]
    cast.chair.posts(f"{base}/order", {"id": three[0], "deed": "off"})
    assert titles(cast.chair.gets(base, follow_redirects=True)) == ["Two", "Three"]
    filled(cast, number, three)
    assert titles(cast.chair.gets(base, follow_redirects=True)) == ["Two", "Three", "One"]
    assert "One" in cast.chair.gets(f"{base}/order").text


def test_collections_lie_in_each_other_and_never_in_themselves(cast):
    outer = made(cast, title="Outer")
    inner = made(cast, title="Inner", parent=str(outer))
    page = cast.chair.gets(f"/library/collections/{outer}", follow_redirects=True)
    assert "Inner" in page.text
    assert "Outer" in cast.chair.gets(f"/library/collections/{inner}", follow_redirects=True).text
    round_ = cast.chair.posts(
        f"/library/collections/{outer}/edit", fields(cast, title="Outer", parent=str(inner))
    )
    assert round_.status_code == 422
    cast.chair.posts(f"/library/collections/{outer}/remove", {})
    with cast.app.app_context():
        assert db.session.get(Collection, inner).parent_id is None
    assert cast.chair.gets(f"/library/collections/{outer}").status_code == 404


@pytest.mark.parametrize("audience", ["members", "space"])
def test_one_that_lies_in_a_collection_of_others_stays_there(cast, audience):
    outer = made(cast, title="Outer", audience=audience)  # of the chair: others cannot arrange it
    inner = made(cast, cast.outsider, title="Inner", space=cast.spaces.network)
    with cast.app.app_context(), atomic():
        db.session.get(Collection, inner).parent_id = outer
    page = cast.outsider.gets(f"/library/collections/{inner}/edit").text
    stays = re.search(r'<option selected value="(\d+)">([^<]*)<', page[page.index('name="parent"') :])
    assert stays[2] == ("Outer" if audience == "members" else "Leave it where it is")
    said = fields(cast, title="Inside", space=cast.spaces.network)
    for parent in (stays[1], str(outer)):
        answer = cast.outsider.posts(f"/library/collections/{inner}/edit", {**said, "parent": parent})
        assert answer.status_code == 303  # its own number, too, leaves it where it is
        with cast.app.app_context():
            one = db.session.get(Collection, inner)
            assert (one.title, one.parent_id) == ("Inside", outer)
    cast.outsider.posts(f"/library/collections/{inner}/edit", {**said, "parent": "0"})
    with cast.app.app_context():
        assert db.session.get(Collection, inner).parent_id is None


def test_groups_that_were_asked_are_counted_as_far_as_they_are_seen(cast):
    number = papers.published(cast, cast.outsider, title="Guide", sight="space", **LINK)
    for space in ("africa", "circle"):
        papers.acted(cast, cast.outsider, placing.ask, number, SpaceOf(getattr(cast.spaces, space)))
    for who, words in ((cast.chair, "2 groups were asked"), (cast.outsider, "1 group was asked")):
        assert words in who.gets(f"/library/{number}", follow_redirects=True).text


def test_filters_kept_as_a_collection_follow_what_comes(cast):
    papers.published(cast, cast.chair, title="Housing now", themes=["housing"], **LINK)
    page = cast.chair.gets("/library/collections/new?theme=housing&sort=title")
    assert 'name="smart" value="theme=housing&amp;sort=title"' in page.text and "Housing" in page.text
    number = made(cast, title="Housing", smart="theme=housing&sort=title&after=7")
    papers.published(cast, cast.chair, title="Another on housing", themes=["housing"], **LINK)
    found = cast.outsider.gets(f"/library/collections/{number}", follow_redirects=True)
    assert titles(found) == ["Another on housing", "Housing now"]


def test_names_in_other_languages(cast):
    number = made(cast, title_fr="Pour la réunion", about_fr="À lire.", audience="public")
    page = cast.visitor.gets(
        f"/library/collections/{number}", headers={"Accept-Language": "fr"}, follow_redirects=True
    )
    assert "Pour la réunion" in page.text and "À lire." in page.text


def test_followers_hear_once_of_what_is_put_in(cast, three):
    number = made(cast)
    cast.outsider.posts(f"/library/collections/{number}/follow", {})
    with cast.app.app_context():
        assert watches.level(cast.outsider.id, f"collection:{number}") == watches.FOLLOW
    assert "For the first meeting" in cast.outsider.gets("/settings/following").text
    filled(cast, number, three)
    tell(cast.app)
    with cast.app.app_context():
        notices = db.session.scalars(sa.select(Notice).where(Notice.person_id == cast.outsider.id)).all()
        assert [(one.verb, one.root) for one in notices] == [("library.collected", f"collection:{number}")]
        assert "Three" not in notices[0].title
    assert "put documents into" in cast.outsider.gets("/notifications").text
    assert "put documents into a collection" in cast.outsider.gets("/").text
    filled(cast, number, three)  # nothing new
    assert len(papers.facts(cast, "library.collected")) == 1


def test_a_group_that_narrows_takes_its_collections_along(cast):
    number = made(cast, audience="public")
    with cast.app.app_context():
        change_space(
            cast.steward.me(), db.session.get(Space, cast.spaces.africa), sight="hidden", joining="invite"
        )
    assert cast.outsider.gets(f"/library/collections/{number}").status_code == 404
    assert cast.neighbour.gets(f"/library/collections/{number}", follow_redirects=True).status_code == 200


def test_ten_times_the_documents_cost_no_more_statements(cast):
    number = made(cast)
    with cast.app.app_context():
        engine = db.engine
    numbers = []
    for more in (2, 18):
        ids = [papers.published(cast, cast.chair, title=f"P{n}", **LINK) for n in range(more)]
        filled(cast, number, ids)
        cast.neighbour.gets(f"/library/collections/{number}", follow_redirects=True)
        with statements(engine) as said:
            cast.neighbour.gets(f"/library/collections/{number}", follow_redirects=True)
        numbers.append(len(said))
    assert numbers[0] == numbers[1]


# --- further groups ----------------------------------------------------------------------------------------------


def test_a_group_is_asked_and_takes_a_document_in(cast):
    number = papers.published(cast, cast.neighbour, title="Ours", sight="space", space="circle", **LINK)
    assert not papers.sees(cast, cast.outsider, number)
    base = f"/library/{number}/places"
    first = cast.neighbour.posts(base, {"space": cast.spaces.europe})
    assert "More people will be able to read it." in first.text and "Now: 2 people." in first.text
    assert "3 people" in first.text  # the union, nobody twice
    assert db_state(cast, number) is None
    done = cast.neighbour.posts(base, {"space": cast.spaces.europe, "confirm": cast.spaces.europe})
    assert done.status_code == 303 and db_state(cast, number) == "asked"
    tell(cast.app)
    assert papers.sees(cast, cast.outsider, number)  # who looks after the library there can judge it
    assert "asks you to take in" in cast.outsider.gets("/notifications").text
    assert "Ours" in cast.outsider.gets(f"/groups/{cast.spaces.europe}", follow_redirects=True).text
    assert cast.neighbour.posts(f"{base}/{cast.spaces.europe}/accept", {}).status_code == 403
    cast.outsider.posts(f"{base}/{cast.spaces.europe}/accept", {})
    assert db_state(cast, number) == "in"
    assert f'value="{cast.spaces.europe}"' in cast.outsider.gets("/library").text
    tell(cast.app)
    assert "took in" in cast.neighbour.gets("/notifications").text
    cast.neighbour.posts(f"{base}/{cast.spaces.europe}/leave", {})
    assert db_state(cast, number) is None and not papers.sees(cast, cast.outsider, number)


def test_what_was_not_taken_in_is_seen_by_nobody_there(cast):
    number = papers.published(cast, cast.neighbour, sight="space", space="circle", **LINK)
    with cast.app.app_context():
        document, space = db.session.get(Document, number), db.session.get(Space, cast.spaces.europe)
        assert placing.ask(cast.neighbour.me(), document, space)
        assert not placing.ask(cast.neighbour.me(), document, space)
    cast.outsider.posts(f"/library/{number}/places/{cast.spaces.europe}/decline", {})
    assert not papers.sees(cast, cast.outsider, number)


def test_librarians_hear_and_answer_too(cast):
    with cast.app.app_context():
        db.session.execute(
            sa.update(Membership)
            .where(Membership.space_id == cast.spaces.africa, Membership.person_id == cast.neighbour.id)
            .values(role="librarian")
        )
        db.session.commit()
    number = papers.published(cast, cast.outsider, sight="space", space="europe", **LINK)
    cast.outsider.posts(
        f"/library/{number}/places", {"space": cast.spaces.africa, "confirm": cast.spaces.africa}
    )
    tell(cast.app)
    assert "asks you to take in" in cast.neighbour.gets("/notifications").text
    cast.neighbour.posts(f"/library/{number}/places/{cast.spaces.africa}/accept", {})
    assert db_state(cast, number, cast.spaces.africa) == "in"


def test_whoever_looks_after_the_library_takes_in_at_once(cast):
    number = papers.published(cast, cast.chair, sight="public", space="network", **LINK)
    answer = cast.chair.posts(f"/library/{number}/places", {"space": cast.spaces.africa})
    assert answer.status_code == 303 and db_state(cast, number, cast.spaces.africa) == "in"
    assert cast.visitor.gets(f"/library?space={cast.spaces.africa}").text.count("/library?space") >= 0
    assert cast.chair.posts(f"/library/{number}/places", {"space": "999"}).status_code == 422


def db_state(cast, number, space=None):
    with cast.app.app_context():
        wanted = sa.select(Placement.state).where(
            Placement.document_id == number, Placement.space_id == (space or cast.spaces.europe)
        )
        return db.session.scalar(wanted)


def test_a_withdrawn_document_leaves_collections_quietly(cast, three):
    number = made(cast)
    filled(cast, number, three)
    with cast.app.app_context():
        acts.withdraw(cast.chair.me(), db.session.get(Document, three[0]), "Out of date")
        assert collections.above(db.session.get(Collection, number)) == []
    assert titles(cast.chair.gets(f"/library/collections/{number}", follow_redirects=True)) == [
        "Two",
        "Three",
    ]


def test_kept_filters_tell_nobody_of_a_group_that_they_do_not_see(cast):
    """A collection for everybody, of what stands in a hidden group: outside nobody learns what that is."""
    number = papers.published(cast, cast.chair, title="Open paper", sight="public", **LINK)
    with cast.app.app_context():
        circle = db.session.get(Space, cast.spaces.circle)
        placing.ask(cast.chair.me(), db.session.get(Document, number), circle, at_once=True)
    made_one = made(cast, title="Ours", audience="public", smart=f"space={cast.spaces.circle}")
    inside = cast.neighbour.gets(f"/library/collections/{made_one}", follow_redirects=True)
    assert titles(inside) == ["Open paper"]
    outside = cast.outsider.gets(f"/library/collections/{made_one}", follow_redirects=True)
    assert titles(outside) == [] and "Circle" not in outside.text
    assert cast.outsider.gets(f"/library/take?what=all&collection={made_one}").status_code == 422
    assert "0 documents" in cast.outsider.gets("/library/collections").text
