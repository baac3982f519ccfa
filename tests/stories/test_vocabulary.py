"""The secretariat's lists: all groups, and the controlled words, which change without breaking an address."""

import pytest
import sqlalchemy as sa

from app.core import watches
from app.core.database import atomic
from app.extensions import db
from app.members import acts as members
from app.members import profile, themes
from app.members.models import Organisation, Theme
from app.spaces import acts
from app.spaces.models import Space
from tests.seat import tell


@pytest.fixture
def two(app, cast):
    """Two themes: neighbour's city works on both, the chair on the first, outsider's city on the second."""
    with app.app_context():
        first, second = profile.themes()[:2]
        for name, keys in (
            ("neighbour", [first.key, second.key]),
            ("chair", [first.key]),
            ("outsider", [second.key]),
        ):
            one = db.session.get(Organisation, getattr(cast.organisations, name))
            members.change_organisation(None, one, themes=keys, languages=[])
        return first, second


def test_the_list_is_the_secretariats(cast):
    page = cast.steward.gets("/admin/words").text
    assert "Vocabularies" in page and 'name="label_fr"' in page
    assert cast.chair.gets("/admin/words").status_code == 403
    for path in ("/admin/words/new", "/admin/words/1", "/admin/words/1/merge"):
        assert cast.chair.posts(path, {"label_en": "x"}).status_code == 403
    assert cast.steward.posts("/admin/words/999", {"label_en": "x"}).status_code == 404


def test_a_theme_is_added_under_a_key_of_its_own(app, cast):
    for _ in range(2):
        answer = cast.steward.posts(
            "/admin/words/new", {"label_en": "Night trains", "label_fr": "Trains de nuit"}
        )
        assert answer.status_code == 303
    with app.app_context():
        keys = [row.key for row in profile.themes()]
    assert keys[-2:] == ["night-trains", "night-trains-2"]
    refused = cast.steward.posts("/admin/words/new", {"label_en": "", "label_fr": "Espace"})
    assert refused.status_code == 422 and 'value="Espace"' in refused.text
    assert cast.steward.posts("/admin/words/new", {"label_en": "x" * 80}).status_code == 422


def test_other_words_leave_the_address_alone(app, cast, two):
    first, _second = two
    answer = cast.steward.posts(
        f"/admin/words/{first.id}", {"label_en": "Zeppelin words", "label_fr": "Mots"}
    )
    assert answer.status_code == 303
    tell(app)
    page = cast.visitor.gets(f"/members?theme={first.key}").text
    assert "Zeppelin words" in page and "City of Nairobi" in page
    assert "City of Nairobi" in cast.visitor.gets("/search?q=zeppelin").text
    with app.app_context():
        theme = db.session.get(Theme, first.id)
        assert theme.labels["es"] == first.labels["es"]  # what the form does not show stays
        assert not themes.rename(None, theme, dict(theme.labels))


def test_two_themes_become_one_and_the_old_address_leads_to_the_new(app, cast, two):
    first, second = two
    with app.app_context():
        space = acts.add_space(
            None, form="group", key="r", name="R", joining="automatic", rule={"theme": second.key}
        )
        number = space.id
        with atomic():
            for seat in (cast.chair, cast.outsider):
                watches.watch(seat.id, f"theme:{second.key}", watches.FOLLOW)
            watches.watch(cast.chair.id, f"theme:{first.key}", watches.FOLLOW)
    answer = cast.steward.posts(f"/admin/words/{second.id}/merge", {"into": first.key})
    assert answer.status_code == 303
    tell(app)
    for key in (first.key, second.key):
        page = cast.visitor.gets(f"/members?theme={key}").text
        assert "City of Nairobi" in page and "City of Graz" in page and "Pretoria" in page
    assert f'/admin/words/{second.id}"' not in cast.steward.gets("/admin/words").text
    with app.app_context():
        assert second.key not in [row.key for row in profile.themes()]
        assert set(watches.followers(f"theme:{first.key}")) == {cast.chair.id, cast.outsider.id}
        assert watches.followers(f"theme:{second.key}") == []
        assert db.session.get(Space, number).rule == {"theme": first.key}
        old, new = (db.session.get(Theme, row.id) for row in (second, first))
        assert not themes.merge(None, old, new) and not themes.merge(None, new, new)
        rows = db.session.execute(
            sa.text("select count(*) from organisation_theme where theme_id = :id"), {"id": second.id}
        )
        assert rows.scalar() == 0
    for odd in ({"into": second.key}, {"into": first.key}, {}):
        assert cast.steward.posts(f"/admin/words/{first.id}/merge", odd).status_code == 422


def test_all_groups_stand_on_one_page(app, cast):
    with app.app_context():
        network = db.session.get(Space, cast.spaces.network)
        africa = db.session.get(Space, cast.spaces.africa)
        with atomic():
            africa.parent_id = network.id
        acts.found_group(
            cast.chair.me(), name="Okra", parent=africa, summary="x", sight="private", joining="request"
        )
    page = cast.steward.gets("/admin/groups").text
    for words in ("Okra", "Circle", "Hidden", "Private", "On request", "Working group", "Open"):
        assert words in page
    assert page.index("Network") < page.index("Africa") < page.index("Okra")
    assert cast.chair.gets("/admin/groups").status_code == 403
