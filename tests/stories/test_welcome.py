"""The first five steps of who has just come in: shown at home until done or put away, skippable, gone on with later."""

import pytest
import sqlalchemy as sa

from app.core import watches
from app.core.database import atomic
from app.extensions import db
from app.feed.models import Update
from app.members.models import Person, PersonLanguage, PersonTheme
from tests.doors import count, mailed_path
from tests.seat import Visitor

JOIN = {"name": "Equality desk", "language": "en", "password": "four quiet tables here"}


@pytest.fixture
def newcomer(cast):
    """Somebody who has just taken up an invitation of the neighbour."""
    form = {"email": "new@town.example", "role": "focal point", "language": "en"}
    cast.neighbour.posts(f"/members/{cast.organisations.neighbour}/invitations", form)
    visitor = Visitor(cast.app)
    visitor.posts(mailed_path(cast.app, "invite"), JOIN)
    with cast.app.app_context():
        visitor.id = db.session.scalar(sa.select(Person.id).where(Person.email == "new@town.example"))
    return visitor


def steps(cast, who):
    with cast.app.app_context():
        return db.session.scalar(sa.select(Person.welcome).where(Person.id == who.id)).split()


def test_who_comes_in_is_shown_five_steps_and_nobody_else(cast, newcomer):
    page = newcomer.gets("/").text
    assert "First steps" in page and "5 steps are left" in page and "/welcome/photo" in page
    for who in (cast.neighbour, cast.steward):
        assert "First steps" not in who.gets("/").text
    assert "First steps" not in newcomer.gets("/?fragment=1&since=0").text


def test_the_steps_are_walked_one_by_one(cast, newcomer):
    assert newcomer.gets("/welcome").location == "/welcome/photo"
    assert "City of Nairobi" in newcomer.gets("/welcome/photo").text
    assert newcomer.posts("/welcome/photo").location == "/welcome/languages"
    tongues = {"language": "fr", "timezone": "Africa/Nairobi", "speaks": ["fr", "en"]}
    assert newcomer.posts("/welcome/languages", tongues).location == "/welcome/themes"
    with cast.app.app_context():
        one = db.session.get(Person, newcomer.id)
        assert (one.language, one.timezone) == ("fr", "Africa/Nairobi")
        spoken = sa.select(PersonLanguage.code).where(PersonLanguage.person_id == newcomer.id)
        assert set(db.session.scalars(spoken)) == {"fr", "en"}
        with atomic():
            one.language = "en"
    assert newcomer.posts("/welcome/themes", {"themes": ["housing"]}).location == "/welcome/follow"
    assert count(cast.app, PersonTheme, PersonTheme.person_id == newcomer.id) == 1
    page = newcomer.gets("/welcome/follow").text
    group = f"space:{cast.spaces.africa}"
    assert f'value="{group}"' in page
    assert newcomer.posts("/welcome/follow", {"follow": [group]}).location == "/welcome/introduce"
    with cast.app.app_context():
        assert watches.level(newcomer.id, group) == watches.FOLLOW
    assert "Hello, this is Equality desk, City of Nairobi." in newcomer.gets("/welcome/introduce").text
    shared = newcomer.posts("/welcome/introduce", {"body": "Hello from the desk.", "language": "en"})
    assert shared.location.startswith("/updates/")
    assert "Hello from the desk." in cast.outsider.gets("/").text
    assert steps(cast, newcomer) == [] and "First steps" not in newcomer.gets("/").text


def test_a_step_is_skipped_and_gone_on_with_later(cast, newcomer):
    assert 'href="/welcome/languages">Skip this step' in newcomer.gets("/welcome/photo").text
    newcomer.posts("/welcome/follow", {})
    assert newcomer.gets("/welcome").location == "/welcome/photo"
    page = newcomer.gets("/").text
    assert "4 steps are left" in page and "Go on" in page
    assert (
        'href="/welcome/introduce">Skip' in newcomer.gets("/welcome/themes").text
    )  # what is done is passed over


def test_the_steps_are_put_away(cast, newcomer):
    assert newcomer.posts("/welcome/close").location == "/"
    assert "First steps" not in newcomer.gets("/").text
    assert newcomer.gets("/welcome/themes").status_code == 200  # and still there


@pytest.mark.parametrize(
    ("step", "fields", "words"),
    [
        ("languages", {"language": "xx", "timezone": "UTC"}, "Choose one from the list"),
        ("languages", {"language": "en", "timezone": "Moon"}, "Choose one from the list"),
        ("introduce", {"body": "", "language": "en"}, "Write a few words, or skip"),
        ("introduce", {"body": "x" * 2001, "language": "en"}, "at most 2,000"),
    ],
)
def test_what_is_wrong_is_explained(cast, newcomer, step, fields, words):
    answer = newcomer.posts(f"/welcome/{step}", fields)
    assert answer.status_code == 422 and words in answer.text
    assert len(steps(cast, newcomer)) == 5


def test_nothing_unseen_is_followed_and_no_strange_step_is_there(cast, newcomer):
    hidden = f"space:{cast.spaces.circle}"
    newcomer.posts("/welcome/follow", {"follow": [hidden, "person:1", "thread:1", "space:999", "nonsense"]})
    with cast.app.app_context():
        assert watches.level(newcomer.id, hidden) == "" and watches.level(newcomer.id, "person:1") == ""
    assert newcomer.gets("/welcome/dance").status_code == 404
    assert newcomer.posts("/welcome/dance").status_code == 404
    assert "/sign-in" in Visitor(cast.app).gets("/welcome").location


class TestHeld:
    @pytest.fixture
    def settings(self):
        return {"FIRST_POSTS_HELD": 1}

    def test_where_first_posts_wait_the_introduction_waits_too(self, cast, newcomer):
        newcomer.posts("/welcome/introduce", {"body": "Hello from the desk.", "language": "en"})
        assert count(cast.app, Update) == 0 and "Hello from the desk." not in cast.outsider.gets("/").text
