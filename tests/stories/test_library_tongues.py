"""What documents and collections say in several languages stays, whatever languages the site itself speaks."""

import pytest

from app.extensions import db
from app.library import acts, collections
from app.library.models import Collection
from tests import papers
from tests.stories.test_collections import fields as of_collection
from tests.stories.test_collections import made

SPANISH = {"title": "Vivienda para todos", "abstract": "Lo que hicieron diez ciudades."}
PORTUGUESE = {"title": "Moradia para todos"}
SAID = {"title": "Housing for all", "language": "en", "sight": "members"}


def edit(cast, number, **values):
    return cast.chair.posts(f"/library/{number}/edit", {**SAID, **values})


def texts(cast, number):
    return papers.document(cast, number).texts


def test_saving_a_record_keeps_words_in_languages_that_the_site_does_not_speak(cast):
    number = papers.entered(cast, cast.chair, texts={"es": SPANISH, "pt": PORTUGUESE})
    assert cast.app.config["LANGUAGES"].count("es") == 0
    assert edit(cast, number, title_fr="Un toit pour tous").status_code == 303
    assert texts(cast, number) == {"es": SPANISH, "pt": PORTUGUESE, "fr": {"title": "Un toit pour tous"}}


def test_words_that_are_kept_stand_in_the_form_and_go_when_they_are_emptied(cast):
    number = papers.entered(cast, cast.chair, texts={"es": SPANISH})
    page = cast.chair.gets(f"/library/{number}/edit").text
    assert 'name="title_es"' in page and "Lo que hicieron diez ciudades." in page
    assert edit(cast, number, title_es="Vivienda", abstract_es="").status_code == 303
    assert texts(cast, number) == {"es": {"title": "Vivienda"}}


def test_a_document_is_described_in_the_languages_of_its_editions(cast):
    number = papers.entered(cast, cast.chair)
    papers.revised(cast, cast.chair, number, language="es", status="official")
    assert 'name="title_es"' in cast.chair.gets(f"/library/{number}/edit").text
    assert edit(cast, number, title_es="Vivienda para todos").status_code == 303
    assert texts(cast, number)["es"]["title"] == "Vivienda para todos"


def test_a_further_language_is_chosen_beside_its_words(cast):
    number = papers.entered(cast, cast.chair, texts={"es": SPANISH})
    without = edit(cast, number, title_further="Moradia para todos")
    assert without.status_code == 422
    assert "Choose the language that these words are in." in without.text and "Moradia" in without.text
    assert edit(cast, number, further="xx", title_further="Moradia").status_code == 422
    assert edit(cast, number, further="pt", title_further="Moradia para todos").status_code == 303
    assert texts(cast, number) == {"es": SPANISH, "pt": PORTUGUESE}


def test_words_in_a_further_language_never_take_the_place_of_others(cast):
    number = papers.entered(cast, cast.chair, texts={"es": SPANISH})
    for code, words in (("es", {"title_es": SPANISH["title"]}), ("en", {}), ("fr", {"title_fr": "Un toit"})):
        answer = edit(cast, number, further=code, title_further="Casas", **words)
        assert answer.status_code == 422 and "There are words in this language already." in answer.text
        assert 'value="Casas"' in answer.text
    assert texts(cast, number) == {"es": SPANISH}
    assert edit(cast, number, further="fr", title_further="Un toit", title_fr="").status_code == 303
    assert texts(cast, number) == {"es": SPANISH, "fr": {"title": "Un toit"}}


def test_another_language_of_the_original_takes_no_words_away(cast):
    number = papers.entered(cast, cast.chair, texts={"es": SPANISH, "pt": PORTUGUESE})
    papers.acted(cast, cast.chair, acts.describe, number, {"language": "es", "title": "Vivienda"})
    papers.acted(cast, cast.chair, acts.describe, number, {"language": "en", "title": "Housing for all"})
    assert texts(cast, number) == {"es": SPANISH, "pt": PORTUGUESE}


def test_numbers_that_the_form_does_not_show_stay(cast):
    two = [
        {"scheme": "isbn", "value": "9783161484100"},
        {"scheme": "isbn", "value": "9780306406157"},
        {"scheme": "url", "value": "https://example.org/1"},
    ]
    number = papers.entered(cast, cast.chair, identifiers=two)
    assert edit(cast, number, isbn="9783161484100", doi="10.1234/abcd").status_code == 303
    kept = papers.document(cast, number).identifiers
    assert {(row["scheme"], row["value"]) for row in kept} == {
        *((row["scheme"], row["value"]) for row in two), ("doi", "10.1234/abcd"),
    }  # fmt: skip
    assert edit(cast, number, isbn="", doi="10.1234/abcd").status_code == 303
    assert [row["value"] for row in papers.document(cast, number).identifiers if row["scheme"] == "isbn"] == [
        "9780306406157"
    ]


@pytest.fixture
def spanish(cast):
    """A collection with words in Spanish and Portuguese."""
    number = made(cast)
    words = {"es": {"title": "Para la reunión", "about": "Lea esto."}, "pt": {"title": "Para a reunião"}}
    with cast.app.app_context():
        collections.change(cast.chair.me(), db.session.get(Collection, number), {"texts": words})
    return number, words


def of(cast, number):
    with cast.app.app_context():
        return db.session.get(Collection, number).texts


def test_saving_a_collection_keeps_words_in_languages_that_the_site_does_not_speak(cast, spanish):
    number, words = spanish
    assert "Lea esto." in cast.chair.gets(f"/library/collections/{number}/edit").text
    said = of_collection(cast, title_fr="Pour la réunion", further="it", title_further="Per la riunione")
    assert cast.chair.posts(f"/library/collections/{number}/edit", said).status_code == 303
    assert of(cast, number) == {
        **words, "fr": {"title": "Pour la réunion"}, "it": {"title": "Per la riunione"},
    }  # fmt: skip


def test_words_of_a_collection_need_their_language(cast, spanish):
    number, words = spanish
    said = of_collection(cast, about_further="Leggere.")
    answer = cast.chair.posts(f"/library/collections/{number}/edit", said)
    assert answer.status_code == 422 and "Choose the language that these words are in." in answer.text
    assert of(cast, number) == words


def test_a_collection_in_a_language_of_its_own_stays_in_it(cast, spanish):
    number, words = spanish
    with cast.app.app_context():
        collections.change(cast.chair.me(), db.session.get(Collection, number), {"language": "es"})
    page = cast.chair.gets(f"/library/collections/{number}/edit").text
    assert '<option selected value="es">' in page
    assert (
        cast.chair.posts(
            f"/library/collections/{number}/edit", of_collection(cast, language="es")
        ).status_code
        == 303
    )
    assert of(cast, number) == words


def test_a_record_with_many_authors_and_a_long_description_is_saved_whole(cast):
    many = [{"kind": "outside", "name": f"Author {n}", "role": "author"} for n in range(100)]
    long = "What ten cities did. " * 400
    number = papers.entered(cast, cast.chair, credits=many, abstract=long.strip())
    assert "Author 99" in cast.chair.gets(f"/library/{number}/edit").text
    rows = {f"credits-{n}-name": f"Author {n}" for n in range(100)}
    assert edit(cast, number, abstract=long, **rows).status_code == 303
    kept = papers.document(cast, number)
    assert (len(kept.credits), kept.abstract) == (100, long.strip())
