"""What a group is called and says of itself in each language: the form changes what is shown, and loses nothing."""

import pytest

from app.core.database import atomic
from app.extensions import db
from app.spaces.models import Space
from tests.seat import tell

OPEN = {"sight": "public", "joining": "open"}


@pytest.fixture
def europe(app, cast):
    """A coalition that has texts in English, the same as for every language, in French and in Spanish."""
    with app.app_context(), atomic():
        space = db.session.get(Space, cast.spaces.europe)
        space.name, space.summary = "Okra cities", "Cities that talk."
        space.texts = {
            "en": {"name": "Okra cities", "summary": "Cities that talk.", "welcome": "Come in.", "welcome_html": "Come in."},
            "fr": {"name": "Villes okra", "summary": "Des villes."},
            "es": {"name": "Ciudades okra"},
        }  # fmt: skip
    return cast.spaces.europe


def page(cast, number, lang):
    headers = {"Accept-Language": lang}
    return cast.visitor.client.get(f"/groups/{number}", follow_redirects=True, headers=headers).text


def texts(app, number):
    with app.app_context():
        return db.session.get(Space, number).texts


def test_a_new_name_and_summary_are_shown_though_english_had_its_own(app, cast, europe):
    form = cast.steward.gets(f"/groups/{europe}/edit").text
    assert 'value="Villes okra"' in form and "Des villes." in form
    words = {**OPEN, "name": "Okra towns", "summary": "Towns that talk."}
    assert cast.steward.posts(f"/groups/{europe}/edit", words).status_code == 303
    english, french = page(cast, europe, "en"), page(cast, europe, "fr")
    assert "Okra towns" in english and "Towns that talk." in english
    assert "Villes okra" in french and "Des villes." in french
    kept = texts(app, europe)
    assert kept["es"] == {"name": "Ciudades okra"}
    assert kept["en"]["welcome"] == "Come in." and "name" not in kept["en"]
    tell(app)
    assert f"/groups/{europe}-okra-towns" in cast.visitor.gets("/search?q=okra+cities").text
    assert cast.visitor.client.get("/groups/okra-cities").status_code == 301


def test_one_language_is_changed_and_the_others_stay(app, cast, europe):
    words = {
        **OPEN,
        "name": "Okra cities",
        "summary": "Cities that talk.",
        "name_fr": "Cités okra",
        "summary_fr": "",
        "name_ar": "مدن",
    }
    assert cast.steward.posts(f"/groups/{europe}/edit", words).status_code == 303
    french = page(cast, europe, "fr")
    assert "Cités okra" in french and "Cities that talk." in french
    assert "مدن" in page(cast, europe, "ar") and "Okra cities" in page(cast, europe, "en")
    assert texts(app, europe)["es"] == {"name": "Ciudades okra"}
    assert cast.visitor.client.get("/groups/villes-okra").status_code == 301


def test_words_of_a_language_that_are_too_long_or_short_are_explained(app, cast, europe):
    words = {
        **OPEN,
        "name": "Okra cities",
        "summary": "Cities that talk.",
        "name_fr": "X",
        "summary_ar": "x" * 601,
    }
    refused = cast.steward.posts(f"/groups/{europe}/edit", words)
    assert refused.status_code == 422 and refused.text.count('class="err"') == 2
    assert 'value="X"' in refused.text and texts(app, europe)["fr"]["name"] == "Villes okra"


def test_the_home_keeps_names_and_the_names_keep_the_home(app, cast, europe):
    assert cast.steward.posts(f"/groups/{europe}/home", {"welcome_fr": "Entrez."}).status_code == 303
    assert texts(app, europe)["fr"]["name"] == "Villes okra"
    words = {**OPEN, "name": "Okra cities", "summary": "Cities that talk.", "name_fr": "Cités okra"}
    assert cast.steward.posts(f"/groups/{europe}/edit", words).status_code == 303
    assert "Entrez." in page(cast, europe, "fr") and "Come in." in texts(app, europe)["en"]["welcome"]
