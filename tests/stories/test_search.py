"""What people find, in their own script, and what they never find."""

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock
from app.core.audience import MEMBERS, PUBLIC, audience_of, space_room
from app.core.database import atomic
from app.core.policy import Visitor
from app.extensions import db
from app.feed.models import Update
from app.search import index, query, routes
from app.search.analyser import GAP, forms, tokens
from app.search.asking import terms
from app.search.models import SearchEntry

TEXTS = {
    "en": "Recording discrimination in private rentals: a short form for tenants",
    "fr": "Comment reconnaître les diplômes étrangers et loger les réfugiés ?",
    "es": "Propuestas para la acogida de migrantes en la ciudad",
    "ru": "Как города могут измерять доступ к жилью",
    "ar": "كيف تسجّل المدينة التمييز في السكن؟",
    "zh": "城市行动计划与住房",
}


@pytest.fixture
def notes(app, cast):
    """One update in each language, said to members; one inside a private group; one public."""
    with app.app_context(), atomic():
        made = {lang: note(cast, lang, text, audience_of(MEMBERS)) for lang, text in TEXTS.items()}
        made["closed"] = note(cast, "en", "Embargoed findings", audience_of(space_room(cast.spaces.circle)))
        made["open"] = note(cast, "en", "Findings for everybody", audience_of(PUBLIC))
        for number in made.values():
            index.index(f"update:{number}")
    return made


def note(cast, lang, text, audience_id):
    row = Update(
        audience_id=audience_id, author_id=cast.chair.id, by={"name": "Chair desk"}, language=lang, body=text,
        html=f"<p>{text}</p>", at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def ordered(app, seat, words):
    with app.app_context():
        return [
            hit.entry.ref for hit in query.find(words, seat.me().viewer).hits if hit.entry.kind == "update"
        ]


def found(app, seat, words):
    return set(ordered(app, seat, words))


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        ("discriminat", "en"), ("RENTALS", "en"), ("rental form", "en"), ("diplome", "fr"), ("réfugié", "fr"),
        ("REFUGIES", "fr"), ("propuesta", "es"), ("migrante", "es"), ("города", "ru"), ("измерять", "ru"),
        ("المدينة", "ar"), ("مدينة", "ar"), ("تسجل", "ar"), ("وَالمَدينَة", "ar"), ("行动", "zh"), ("行动计划", "zh"),
    ],
)  # fmt: skip
def test_words_are_found_as_people_write_them(app, cast, notes, words, lang):
    assert found(app, cast.neighbour, words) == {f"update:{notes[lang]}"}


@pytest.mark.parametrize(
    ("words", "lang"), [("жилью", "ru"), ("السَّكَن", "ar"), ("住房", "zh"), ("loger", "fr")]
)
def test_a_theme_is_found_in_every_language_and_ones_own_words_come_first(app, cast, notes, words, lang):
    assert ordered(app, cast.neighbour, words)[0] == f"update:{notes[lang]}"
    assert {f"update:{notes[code]}" for code in ("ru", "ar", "zh", "fr")} >= found(app, cast.neighbour, words)


def test_what_is_closed_is_found_only_inside(app, cast, notes):
    inside, public = f"update:{notes['closed']}", f"update:{notes['open']}"
    assert found(app, cast.neighbour, "findings") == {inside, public}
    assert found(app, cast.outsider, "findings") == {public}
    with app.app_context():
        assert [hit.entry.ref for hit in query.find("findings", Visitor.viewer).hits] == [public]


@pytest.mark.parametrize(
    "words", ['"', "AND OR NOT (", "'; drop table post; --", "* * *", "a" * 5000, "\x00", "NEAR(", ":A", "\\"]
)
def test_hostile_words_find_nothing_and_break_nothing(app, cast, notes, words):
    found(app, cast.neighbour, words)
    assert cast.neighbour.gets("/search", query_string={"q": words}).status_code == 200


def test_the_page_shows_hits_with_their_words_marked(cast, notes):
    page = cast.neighbour.gets("/search?q=tenants").text
    assert "<mark>tenants</mark>" in page
    assert "Embargoed" not in cast.outsider.gets("/search?q=embargoed").text
    assert cast.visitor.gets("/search?q=everybody").status_code == 200


def test_who_searches_without_end_is_asked_to_wait(cast, monkeypatch):
    monkeypatch.setattr(routes, "A_MINUTE", 2)
    with time_machine.travel(clock.now(), tick=False):  # all in one window
        answers = [cast.visitor.client.get("/search?q=form").status_code for _ in range(4)]
        assert answers == [200, 200, 429, 429]
        assert cast.neighbour.gets("/search?q=form").status_code == 200


def test_a_removed_thing_loses_its_entry(app, cast, notes):
    with app.app_context(), atomic():
        db.session.get(Update, notes["en"]).removed = True
        index.index(f"update:{notes['en']}")
        assert not db.session.scalar(
            sa.select(SearchEntry.id).where(SearchEntry.ref == f"update:{notes['en']}")
        )


def test_rebuilding_finds_the_same(app, cast, notes):
    before = found(app, cast.neighbour, "findings")
    with app.app_context():
        assert index.rebuild() >= len(notes)
    assert found(app, cast.neighbour, "findings") == before


def test_the_analyser_keeps_the_word_beside_its_stem():
    assert tokens("Discriminations", "en").split() == ["discriminations", GAP, f"{GAP}endiscrimin"]
    assert set(forms("tenants", ["en", "fr"])) == {"tenants", f"{GAP}entenant", f"{GAP}frten"}


def test_the_last_word_may_be_half_typed(app):
    with app.app_context():
        assert terms("行动 plan")[0].phrase
        assert terms("hous")[0].begins == "hous"
        assert not terms("hous ")[0].begins
