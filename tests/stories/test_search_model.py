"""Both databases find what the model in Python finds, in the same order: a corpus in six scripts, questions by chance.

Each run asks the database that it has; the expectations come from the model alone, so they are the same for both.
"""

import datetime as dt
import random

import pytest
import sqlalchemy as sa

from app.core import audience, finding
from app.core.audience import MEMBERS, PUBLIC, audience_of, space_room
from app.core.database import atomic
from app.core.languages import in_language
from app.extensions import db
from app.search import asking, entries, query, rows
from app.search.matching import held, holds, in_titles
from app.search.models import SearchEntry

WORDS = {
    "en": "housing tenants rental discrimination desk city plan refugees schools 2026 3e86x covid19 o'clock the of",
    "fr": "logement locataires réfugiés école égalité ville plan d'accueil œuvre quartier le des",
    "es": "vivienda inquilinos refugiados educación ciudad acogida niñez señal la de",
    "ru": "жильё арендаторы беженцы школа город доступ равенство ёлка и в",
    "ar": "السكن المدينة اللاجئون التمييز تسجّل مدرسة والمدينة خُطَّة في",
    "zh": "城市 住房 难民 教育 行动 计划 平等 的",
}
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KINDS = ("thread", "document", "organisation", "update")
QUESTIONS = 400


@pytest.fixture
def corpus(app, cast):
    """Two hundred entries: things and parts of them, in all scripts, for members, everybody, or a private group."""
    dice = random.Random(20260101)
    with app.app_context():
        with atomic():
            seen = [audience_of(MEMBERS), audience_of(PUBLIC), audience_of(space_room(cast.spaces.circle))]
            for number in range(1, 121):
                for row in made(dice, number, dice.choice(seen), cast):
                    db.session.add(SearchEntry(**row))
        with in_language("en"):
            yield cast


def made(dice, number, audience_id, cast):
    kind, lang = dice.choice(KINDS), dice.choice(list(WORDS))
    root, at = f"{kind}:{number}", START + dt.timedelta(hours=number // 2)
    tags = {
        "in": [dice.choice([cast.spaces.network, cast.spaces.africa])], "theme": [dice.choice(["housing", "education"])],
        "has": ["file"] * dice.randrange(2), "by": [dice.choice([cast.chair.id, cast.neighbour.id])],
    }  # fmt: skip
    found = {"title": text(dice, lang, 5), "body": text(dice, lang, 25), "lang": lang, "at": at, "tags": tags}
    yield entries.entry(root, root, audience_id, kind, f"/{number}", found)
    for page in range(dice.randrange(3)):
        part = {
            **found,
            "title": "",
            "shown": found["title"],
            "body": text(dice, lang, 40),
            "part": str(page + 1),
        }
        yield entries.entry(f"page:{number * 10 + page}", root, audience_id, kind, f"/p/{page}", part)


def text(dice, lang, most):
    some = WORDS[lang].split()
    return ("" if lang == "zh" else " ").join(dice.choice(some) for _n in range(dice.randrange(2, most)))


def question(dice):
    """Return a question as people, and others, type it."""
    lang = dice.choice(list(WORDS))
    some = [
        w if lang == "zh" else dice.choice([w, w.upper(), w[: dice.randrange(2, 7)]])
        for w in WORDS[lang].split()
    ]
    parts = [dice.choice(some) for _n in range(dice.randrange(1, 3))]
    if dice.random() < 0.25:
        parts.append(f'"{dice.choice(some)} {dice.choice(some)}"')
    if dice.random() < 0.25:
        parts.append(f"-{dice.choice(some)}")
    if dice.random() < 0.5:
        parts.insert(0, dice.choice(OPERATORS))
    if dice.random() < 0.2:
        parts = parts[:1]
    return " ".join(parts)


OPERATORS = (
    "type:document", "type:discussion type:update", "-type:member", "in:network", "in:nowhere", "theme:housing",
    "-theme:éducation", "has:file", "by:@chair", "lang:fr", "-lang:zh", "after:2026-01-02", "before:2026-01-03",
    "after:2025", "before:nonsense", "country:za", "is:unanswered", "nobody:knows", ":", 'in:"', "AND", "NEAR(", "*", "'",
)  # fmt: skip


def model(asked, viewer):
    """All entries that a viewer may see and that fit, newest first, by the model."""
    table = SearchEntry.__table__
    for row in db.session.execute(sa.select(table).order_by(table.c.id.desc())):
        entry = held(row.id, row.title_tokens, row.body_tokens, row.tags)
        if audience.may_see(viewer, row.audience_id) and asked and holds(entry, asked):
            yield row.id


def test_questions_by_chance_find_what_the_model_finds(app, corpus):
    dice, some = random.Random(7), 0
    for number in range(QUESTIONS):
        seat = dice.choice([corpus.neighbour, corpus.outsider, corpus.visitor])
        viewer = seat.me().viewer
        asked = asking.read(question(dice), viewer)
        expected = list(model(asked, viewer))
        assert [row.id for row in rows.newest(asked, viewer, 1000)] == expected, (number, asked)
        titles = asked._replace(terms=tuple(in_titles(term) for term in asked.terms))
        expected_titles = list(model(titles, viewer)) if asked.terms else []
        assert [row.id for row in rows.newest(asked, viewer, 1000, titles=True)] == expected_titles, (
            number,
            asked,
        )
        some += bool(expected)
    assert some > QUESTIONS / 4  # the questions are no empty ones


def test_where_much_fits_the_newest_of_each_kind_are_ranked(app, corpus, monkeypatch):
    monkeypatch.setattr(query, "BOUND", 12)
    monkeypatch.setattr(query, "OF_A_KIND", 4)
    viewer = corpus.neighbour.me().viewer
    for words in ("has:file", "theme:housing", "after:2026 -lang:zh", "housing", "plan"):
        asked = asking.read(words, viewer)
        fitting = list(model(asked, viewer))
        kinds = dict(db.session.execute(sa.select(SearchEntry.id, SearchEntry.kind)).all())
        known = [one.key for one in finding.kinds()]
        newest = {kind: [n for n in fitting if kinds[n] == kind][:4] for kind in known}
        expected = fitting if len(fitting) <= 12 else sorted(sum(newest.values(), []), reverse=True)
        chosen, more = query._chosen(asked, viewer)
        assert sorted((row.id for row in chosen), reverse=True) == expected
        assert more == (set() if len(fitting) <= 12 else {k for k in known if len(newest[k]) == 4})


def test_the_order_is_the_same_each_time_and_pages_follow_each_other(app, corpus):
    viewer = corpus.neighbour.me().viewer
    found = query.find("housing", viewer)
    assert found.hits == sorted(found.hits, key=lambda hit: hit.place)
    assert len({hit.entry.root for hit in found.hits}) == len(found.hits)
    newest = query.find("housing", viewer, newest=True)
    assert [hit.entry.id for hit in newest.hits] == sorted((hit.entry.id for hit in found.hits), reverse=True)
