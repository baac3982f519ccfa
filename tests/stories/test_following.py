"""Following whatever has an address: the button, the list, and how much one hears of a group."""

import pytest
import sqlalchemy as sa

from app.core import watches
from app.core.database import atomic
from app.extensions import db
from app.library import vocabularies
from app.library.models import Term
from app.members.models import Organisation, OrganisationTheme, Theme
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests import papers, talk
from tests.stories.test_notices import follows, told


def level(cast, seat, ref):
    with cast.app.app_context():
        return watches.level(seat.id, ref)


@pytest.mark.parametrize(
    ("page", "kind", "ref"),
    [
        ("/discussions?topic=housing", "topic/housing", "topic:housing"),
        ("/regions/africa", "region/africa", "region:Africa"),
        ("/members?country=KE", "country/KE", "country:KE"),
        ("/members?theme=housing", "theme/housing", "theme:housing"),
    ],
)
def test_a_subject_is_followed_on_its_page(cast, page, kind, ref):
    at_home(cast)
    seat = cast.outsider
    assert f'action="/following/{kind}/follow"' in seat.gets(page).text
    assert seat.posts(f"/following/{kind}/follow").status_code == 303
    assert level(cast, seat, ref) == "follow"
    assert f'action="/following/{kind}/unfollow"' in seat.gets(page).text
    assert f'value="{ref}"' in seat.gets("/settings/following").text
    seat.posts(f"/following/{kind}/unfollow")
    assert level(cast, seat, ref) == ""
    assert "/following/" not in cast.visitor.gets(page).text


def test_a_type_and_a_series_of_documents_are_followed(cast):
    with cast.app.app_context():
        series = vocabularies.add(None, "series", {"en": "Okra papers"}).key
        other = vocabularies.add(None, "series", {"en": "More okra papers"})
        kind = vocabularies.listed("type")[0].key
    for page, subject, ref in ((f"/library/series/{series}", f"docseries/{series}", f"docseries:{series}"),
                               (f"/library?type={kind}", f"doctype/{kind}", f"doctype:{kind}")):  # fmt: skip
        assert f'action="/following/{subject}/follow"' in cast.outsider.gets(page).text
        assert cast.outsider.posts(f"/following/{subject}/follow").status_code == 303
        assert f'value="{ref}"' in cast.outsider.gets("/settings/following").text
    assert cast.outsider.posts("/following/docseries/nothing/follow").status_code == 404
    assert "Okra papers" in cast.outsider.gets("/settings/following").text
    papers.published(cast, cast.chair, series=series)
    papers.published(cast, cast.chair, type=kind, title="Another paper")
    papers.published(cast, cast.chair, title="A third paper")
    assert [row[:2] for row in told(cast, cast.outsider)] == [("follow", "library.added")] * 2
    assert told(cast, cast.neighbour) == []
    with cast.app.app_context():
        term = db.session.scalar(sa.select(Term).where(Term.vocabulary == "series", Term.key == series))
        assert vocabularies.merge(None, term, db.session.get(Term, other.id))
    assert level(cast, cast.outsider, f"docseries:{other.key}") == "follow"
    assert level(cast, cast.outsider, f"docseries:{series}") == ""


def test_who_follows_a_type_is_told_of_nothing_that_they_may_not_see(cast):
    with cast.app.app_context():
        kind = vocabularies.listed("type")[0].key
    cast.outsider.posts(f"/following/doctype/{kind}/follow")
    papers.published(cast, cast.chair, space="circle", sight="space", type=kind)
    assert told(cast, cast.outsider) == []


def at_home(cast):
    """Give the chair's organisation a place and a theme."""
    with cast.app.app_context(), atomic():
        theme = db.session.scalar(sa.select(Theme).where(Theme.key == "housing"))
        one = db.session.get(Organisation, cast.organisations.chair)
        one.region, one.country = "Africa", "KE"
        db.session.add(OrganisationTheme(organisation_id=one.id, theme_id=theme.id))


@pytest.mark.parametrize("ref", ["topic:housing", "region:Africa", "country:KE", "theme:housing"])
def test_what_is_new_in_a_subject_reaches_who_follows_it(cast, ref):
    at_home(cast)
    follows(cast, cast.outsider, ref)
    talk.starts(cast, cast.chair, space="network", audience="members")
    assert told(cast, cast.outsider) == [("follow", "board.started", 1)]
    assert told(cast, cast.neighbour) == []


def test_following_a_subject_opens_nothing(cast):
    at_home(cast)
    follows(cast, cast.outsider, "topic:housing")
    talk.starts(cast, cast.chair, space="circle", audience="space")
    assert told(cast, cast.outsider) == []


def test_there_is_nothing_to_follow_where_there_is_nothing(cast):
    for kind in ("topic/none", "region/none", "country/XX", "theme/none", "thread/1"):
        assert cast.chair.posts(f"/following/{kind}/follow").status_code == 404


def test_the_list_of_what_i_follow(cast):
    thread = talk.starts(cast, cast.chair, space="network", audience="members")
    seat = cast.outsider
    seat.posts(f"/discussions/{thread}/follow")
    seat.posts(f"/people/{cast.chair.id}/follow")
    seat.posts(f"/members/{cast.organisations.chair}/follow")
    text = seat.gets("/settings/following").text
    for ref in (f"thread:{thread}", f"person:{cast.chair.id}", f"organisation:{cast.organisations.chair}"):
        assert f'value="{ref}"' in text
        assert seat.posts("/settings/following/drop", {"ref": ref}).status_code == 303
        assert level(cast, seat, ref) == ""
    assert "You follow nothing yet" in seat.gets("/settings/following").text
    assert cast.visitor.gets("/settings/following").status_code == 303


class TestLevels:
    """Everything, new discussions, mentions only, nothing."""

    def talks(self, cast):
        thread = talk.starts(cast, cast.chair, space="africa", audience="public", body="For you.")
        talk.replies(cast, cast.neighbour, thread, "And @outsider?")
        talk.replies(cast, cast.chair, thread, "Quite.")

    @pytest.mark.parametrize(
        ("chosen", "hears"),
        [
            ("all", [("follow", "board.replied", 2), ("mention", "board.replied", 1)]),
            ("follow", [("mention", "board.replied", 1), ("follow", "board.started", 1)]),
            ("calls", [("mention", "board.replied", 1)]),
            ("mute", []),
        ],
    )
    def test_what_each_level_lets_through(self, cast, chosen, hears):
        seat = cast.outsider
        answer = seat.posts(f"/groups/{cast.spaces.africa}/level", {"level": chosen})
        assert answer.status_code == 303
        assert 'aria-current="true"' in seat.gets(f"/groups/{cast.spaces.africa}", follow_redirects=True).text
        self.talks(cast)
        assert told(cast, seat) == hears

    def test_a_discussion_that_one_follows_is_heard_in_a_silent_group(self, cast):
        thread = talk.starts(cast, cast.chair, space="africa", audience="public")
        follows(cast, cast.outsider, f"thread:{thread}")
        follows(cast, cast.outsider, f"space:{cast.spaces.africa}", "mute")
        talk.replies(cast, cast.neighbour, thread, "More.")
        assert told(cast, cast.outsider) == [("follow", "board.replied", 1)]

    def test_a_muted_discussion_is_silent_where_one_hears_everything(self, cast):
        thread = talk.starts(cast, cast.chair, space="africa", audience="public")
        follows(cast, cast.outsider, f"space:{cast.spaces.africa}", "all")
        follows(cast, cast.outsider, f"thread:{thread}", "mute")
        talk.replies(cast, cast.neighbour, thread, "More.")
        assert told(cast, cast.outsider) == []

    def test_who_looks_after_a_silent_group_still_hears_who_asks(self, cast):
        follows(cast, cast.chair, f"space:{cast.spaces.circle}", "mute")
        with cast.app.app_context():
            spaces.ask(cast.outsider.me(), db.session.get(Space, cast.spaces.circle))
        assert told(cast, cast.chair) == [("ask", "spaces.asked", 1)]

    def test_levels_are_chosen_one_by_one_and_for_all(self, cast):
        seat, place = cast.neighbour, cast.spaces
        text = seat.gets("/settings/following").text
        assert f"level-{place.africa}" in text and f"level-{place.circle}" in text
        assert f"level-{place.europe}" not in text
        seat.posts("/settings/following", {f"level-{place.africa}": "all", f"level-{place.circle}": "calls"})
        assert level(cast, seat, f"space:{place.africa}") == "all"
        assert level(cast, seat, f"space:{place.circle}") == ""  # it was so already
        seat.posts("/settings/following", {"to_all": "1", "every": "mute"})
        assert [level(cast, seat, f"space:{n}") for n in (place.africa, place.circle, place.network)] == [
            "mute"
        ] * 3
        assert seat.posts("/settings/following", {"to_all": "1", "every": "loud"}).status_code == 422
        assert seat.posts(f"/groups/{place.africa}/level", {"level": "loud"}).status_code == 422
