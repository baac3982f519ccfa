"""The home of a group: its texts, pins, place in the tree, archive; names that are still found."""

import pytest

from app.board import acts as board
from app.core.audience import audience_of
from app.core.database import atomic
from app.extensions import db
from app.library import collections
from app.spaces import acts, branch, changes, pins, shelf
from app.spaces.models import Space
from tests import deeds, events, papers
from tests.seat import tell


@pytest.fixture
def group(app, cast):
    with app.app_context():
        africa = db.session.get(Space, cast.spaces.africa)
        return acts.found_group(
            cast.chair.me(),
            name="Okra group",
            parent=africa,
            summary="Okra words.",
            sight="public",
            joining="open",
        ).id


def talk(app, cast, number, audience="public", title="Okra question"):
    with app.app_context():
        place = db.session.get(Space, number)
        return board.start_thread(
            cast.chair.me(), place, topic="housing", title=title, body="Okra said.", language="en", audience=audience
        ).id  # fmt: skip


def home(cast, number, seat="outsider", **more):
    return getattr(cast, seat).client.get(f"/groups/{number}", follow_redirects=True, **more).text


def test_a_home_says_welcome_in_the_readers_language(app, cast, group):
    words = {
        "welcome_en": "Come **in**.",
        "start_en": "- [Read](/help)",
        "next_en": "Meet.",
        "welcome_fr": "Entrez.",
    }
    assert cast.neighbour.posts(f"/groups/{group}/home", words).status_code == 403
    assert cast.chair.posts(f"/groups/{group}/home", words).status_code == 303
    page = home(cast, group)
    assert "Come <strong>in</strong>." in page and "Start here" in page and "Next steps" in page
    page = home(cast, group, "visitor", headers={"Accept-Language": "fr"})
    assert (
        "Entrez." in page and "Come" not in page and 'lang="en"' in page
    )  # the rest in English, and marked so
    form = cast.chair.gets(f"/groups/{group}/home").text
    assert "Come **in**." in form and "Entrez." in form
    assert cast.chair.posts(f"/groups/{group}/home", {**words, "next_en": "n" * 4000}).status_code == 422
    assert cast.chair.posts(f"/groups/{group}/home", dict.fromkeys(words, "")).status_code == 303
    assert "Start here" not in home(cast, group)


def test_texts_cannot_carry_scripts(cast, group):
    cast.chair.posts(
        f"/groups/{group}/home", {"welcome_en": "<script>alert(1)</script> [x](javascript:alert(1))"}
    )
    page = home(cast, group)
    assert "<script>alert" not in page and 'href="javascript' not in page


def test_things_are_pinned_by_their_address_and_seen_by_who_may_see_them(app, cast, group):
    open_to_all, inside = talk(app, cast, group), talk(app, cast, group, "space", "Okra inside")
    for number in (open_to_all, inside):
        answer = cast.chair.posts(
            f"/groups/{group}/pins", {"address": f"http://localhost/discussions/{number}-okra?x=1"}
        )
        assert answer.status_code == 303
    assert (
        cast.chair.posts(
            f"/groups/{group}/pins", {"address": f"/members/{cast.organisations.chair}"}
        ).status_code
        == 303
    )
    assert "Okra inside" in home(cast, group, "chair")
    page = cast.outsider.gets("/groups/" + home_slug(app, group)).text
    assert "Pinned" in page and "Okra question" in page and "Okra inside" not in page and "Pretoria" in page
    for odd in ("", "/nothing/1", "https://elsewhere.example/x", "/discussions/99999", "/groups/abc"):
        assert cast.chair.posts(f"/groups/{group}/pins", {"address": odd}).status_code == 422
    assert cast.chair.posts(f"/groups/{group}/unpin", {"ref": f"thread:{open_to_all}"}).status_code == 303
    with app.app_context():
        assert len(pins.of(cast.chair.me().viewer, db.session.get(Space, group))) == 2


def test_what_stands_in_a_closed_room_is_neither_pinned_nor_shown(app, cast, group):
    shown, other = (events.added(cast, cast.chair, title=title) for title in ("Okra day", "Okra night"))
    assert cast.chair.posts(f"/groups/{group}/pins", {"address": f"/events/{shown}"}).status_code == 303
    assert "Okra day" in home(cast, group, "chair")
    on = {"room": ["library", "actions", "messages"]}
    assert cast.steward.posts("/admin/settings/rooms", on).status_code == 303
    assert "Okra day" not in home(cast, group, "chair")
    assert cast.chair.posts(f"/groups/{group}/pins", {"address": f"/events/{other}"}).status_code == 422
    cast.steward.posts("/admin/settings/rooms", {"room": [*on["room"], "calendar"]})
    assert "Okra day" in home(cast, group, "chair")


def test_whatever_has_an_address_can_be_pinned(app, cast, group):
    """Documents, collections, events, actions, people and searches for a date; each is drawn for who sees it."""
    with app.app_context():
        me, network = cast.chair.me(), db.session.get(Space, cast.spaces.network)
        shelf_of = collections.make(me, network, {"title": "Okra shelf", "language": "en"}, "members").url
    paper = papers.published(cast, cast.chair, title="Okra paper")
    draft = papers.entered(cast, cast.chair, title="Okra draft")
    inner = papers.published(cast, cast.chair, title="Okra inner", space="circle", sight="space")
    event = events.added(cast, cast.chair, title="Okra day")
    deed = deeds.proposed(cast, title="Okra deed")
    for address in (
        shelf_of,
        f"/library/{paper}",
        f"/library/{inner}-x",
        f"/events/{event}",
        f"/actions/{deed}",
        f"/people/{cast.outsider.id}",
    ):
        assert cast.chair.posts(f"/groups/{group}/pins", {"address": address}).status_code == 303, address
    page = cast.neighbour.gets("/groups/" + home_slug(app, group)).text.partition("Pinned")[2]
    for shown in ("Okra shelf", "Okra paper", "Okra inner", "Okra day", "Okra deed", "Outsider desk"):
        assert shown in page, shown
    assert "Okra inner" not in cast.outsider.gets("/groups/" + home_slug(app, group)).text
    cast.chair.posts(f"/groups/{group}/unpin", {"ref": f"document:{paper}"})
    for refused in (
        f"/library/{draft}",
        "/library/collections",
        "http://[x/library/1",
        "/following/1",
        "/library/99999999999999999999",
    ):
        assert cast.chair.posts(f"/groups/{group}/pins", {"address": refused}).status_code == 422, refused


def home_slug(app, number):
    with app.app_context():
        return db.session.get(Space, number).url.rpartition("/")[2]


def test_there_is_room_for_six_pins(app, cast, group):
    for n in range(7):
        number = talk(app, cast, group, title=f"Okra {n}")
        assert (
            cast.chair.posts(f"/groups/{group}/pins", {"address": f"/discussions/{number}"}).status_code
            == 303
        )
    with app.app_context():
        assert len(pins.of(cast.chair.me().viewer, db.session.get(Space, group))) == pins.MOST


def test_what_one_cannot_see_cannot_be_pinned(app, cast, group):
    secret = talk(app, cast, cast.spaces.circle, "space", "Okra secret")
    with app.app_context():
        acts.set_role(cast.chair.me(), db.session.get(Space, group), cast.chair.id, "member")
        acts.admit(cast.steward.me(), db.session.get(Space, group), cast.outsider.id, "facilitator")
    refused = cast.outsider.posts(f"/groups/{group}/pins", {"address": f"/discussions/{secret}"})
    assert refused.status_code == 422 and "Okra secret" not in refused.text


def test_a_group_moves_with_all_in_it_and_keeps_its_address(app, cast, group):
    with app.app_context():
        space = db.session.get(Space, group)
        below = acts.found_group(
            cast.chair.me(), name="Okra below", parent=space, summary="x", sight="coalition", joining="open"
        )
        number, before = below.id, below.audience_id
    page = cast.steward.gets(f"/groups/{group}/move").text
    assert (
        f'value="{cast.spaces.europe}"' in page
        and f'value="{number}"' not in page
        and f'value="{group}"' not in page
    )
    for odd in (group, number, 99999, "x"):
        assert cast.steward.posts(f"/groups/{group}/move", {"parent": odd}).status_code == 422
    assert cast.outsider.posts(f"/groups/{group}/move", {"parent": cast.spaces.europe}).status_code == 403
    assert cast.chair.posts(f"/groups/{group}/move", {"parent": cast.spaces.europe}).status_code == 422
    assert (
        "Okra below" in cast.neighbour.gets("/groups").text
        and "Okra below" not in cast.outsider.gets("/groups").text
    )
    answer = cast.steward.posts(f"/groups/{group}/move", {"parent": cast.spaces.europe})
    assert (answer.status_code, answer.location) == (303, f"/groups/{group}-okra-group")
    assert (
        "Okra below" not in cast.neighbour.gets("/groups").text
        and "Okra below" in cast.outsider.gets("/groups").text
    )
    with app.app_context():
        below = db.session.get(Space, number)
        assert below.audience_id != before
        assert below.audience_id == audience_of(f"space:{number}", f"space:{cast.spaces.europe}", "stewards")
        assert branch.coalition_of(number) == cast.spaces.europe
        with pytest.raises(ValueError, match="itself"):
            changes.move(cast.steward.me(), db.session.get(Space, group), below)
        assert not changes.move(
            cast.steward.me(), db.session.get(Space, group), db.session.get(Space, cast.spaces.europe)
        )
    assert cast.steward.gets(f"/groups/{cast.spaces.africa}/move").status_code == 403


def test_an_archived_group_is_read_and_nobody_writes(app, cast, group):
    number = talk(app, cast, group)
    tell(app)
    assert cast.neighbour.posts(f"/groups/{group}/archive").status_code == 403
    assert cast.chair.posts(f"/groups/{group}/archive").status_code == 303
    page = home(cast, group)
    assert "This group is archived" in page and ">Join<" not in page
    assert "Archived" in cast.outsider.gets("/groups").text
    thread = cast.visitor.gets(f"/discussions/{number}-okra-question")
    assert thread.status_code == 200 and "is archived" in thread.text
    path = f"/discussions/{number}"
    start = {"title": "Another matter", "topic": "rights", "body": "W.", "space": group, "audience": "members", "language": "en",
             "organisation": "0"}  # fmt: skip
    for seat in (cast.chair, cast.steward, cast.outsider):
        assert seat.posts(f"{path}/replies", {"body": "x"}).status_code == 403
        assert seat.posts(f"{path}/posts/1/edit", {"body": "x"}).status_code == 403
        assert seat.posts(f"{path}/pin").status_code == 403
        assert seat.posts("/discussions/new", start).status_code in (403, 422)
        assert seat.posts(f"/groups/{group}/join").status_code == 403
        assert seat.posts(f"/groups/{group}/edit", {"name": "New"}).status_code == 403
    with app.app_context():
        assert shelf.archived() == {group}
        assert not shelf.set_archived(cast.chair.me(), db.session.get(Space, group), True)
    assert cast.chair.posts(f"/groups/{group}/reopen").status_code == 303
    assert cast.outsider.posts(f"{path}/replies", {"body": "x"}).status_code == 303
    assert "This group is archived" not in home(cast, group)


def test_the_search_puts_what_is_archived_last(app, cast, group):
    talk(app, cast, group, title="Okra okra okra")
    talk(app, cast, cast.spaces.africa, title="Another okra question of a longer kind")
    with app.app_context():
        shelf.set_archived(cast.chair.me(), db.session.get(Space, group), True)
    tell(app)
    page = cast.outsider.gets("/search?q=okra").text
    assert page.index("of a longer kind") < page.index("/discussions/1-")


def test_names_handles_and_former_names_lead_to_the_group(app, cast, group):
    with app.app_context(), atomic():
        europe = db.session.get(Space, cast.spaces.europe)
        europe.facts = {"former_names": ["Older Cities of Europe"]}
        europe.texts = {"fr": {"name": "L’Europe"}}
    for name in ("europe", "Europe", "older-cities-of-europe", "l-europe"):
        answer = cast.visitor.client.get(f"/groups/{name}")
        assert (answer.status_code, answer.headers["Location"]) == (
            301,
            f"/groups/{cast.spaces.europe}-europe",
        ), name
    assert cast.visitor.gets("/groups/nothing-like-it").status_code == 404
    assert cast.outsider.gets("/groups/circle").status_code == 404
    assert cast.chair.client.get("/groups/circle").status_code == 301


def test_the_coalition_leads_to_its_members_on_the_map(cast):
    page = home(cast, cast.spaces.africa)
    assert 'href="/members?coalition=africa&amp;view=map"' in page
