"""The network's own words: what is called the same in another language or in another word.

Groups come from three places: what the secretariat wrote (synonyms.py), themes and topics with their names in every
language, and the names of countries. A word of a question that stands in a group also finds the others of the group,
and things that have its theme or country. So French words find English records.
"""

import typing as t

import sqlalchemy as sa

from app.board.models import TOPICS
from app.core import site
from app.core.kept import Kept
from app.core.languages import in_language, offered
from app.extensions import db
from app.library.models import Term as Word
from app.library.models.documents import TAGS
from app.members.models import Theme
from app.members.names import country_in, locale
from app.search.analyser import STEMMED, folded, forms, is_cjk, stem, tag, words
from app.search.matching import Term
from app.search.models import Synonym

LONGEST, SPREAD, MOST_WAYS = 5, 3, 24
VERSION = "search_words"  # the site's value that changes with the synonyms
Key = tuple[str, tuple[str, ...]]
_kept: Kept["Vocabulary"] = Kept("search_vocabulary", 120, 4)


class Group(t.NamedTuple):
    """Words that mean the same: (language, words), and the properties of things that are meant."""

    names: tuple[tuple[str, str], ...]
    tags: tuple[str, ...] = ()


class Meaning(t.NamedTuple):
    """What a name also finds."""

    forms: tuple[str, ...]
    runs: tuple[tuple[str, ...], ...]
    tags: tuple[str, ...]


class Vocabulary(t.NamedTuple):
    """All names, by language and stems; each with its groups and its own words."""

    groups: list[Group]
    names: dict[Key, list[tuple[int, tuple[str, ...]]]]


def known() -> Vocabulary:
    """Return the names as they are: at most two minutes old, new at once when the secretariat changes a synonym here."""
    return _kept.get(site.kept(VERSION), lambda: _made([*_synonyms(), *_labels(), *_countries()]))


def forget() -> None:
    """Read everything anew when it is asked for next."""
    _kept.forget()


def _made(groups: list[Group]) -> Vocabulary:
    names: dict[Key, list[tuple[int, tuple[str, ...]]]] = {}
    for number, group in enumerate(groups):
        for language, name in group.names:
            given = words(name)
            for code in [language] if language else STEMMED:
                for key in _keys(given, code) if given else ():
                    names.setdefault(key, []).append((number, tuple(folded(word) for word in given)))
    return Vocabulary(groups, names)


def _keys(run: list[str], code: str) -> set[Key]:
    """Return what words are looked up by: their stems, as they are written and without accents."""
    known = code if code in STEMMED else ""
    return {
        (known, tuple(stem(word, code) for word in some)) for some in (run, [folded(word) for word in run])
    }


def longest(run: list[str]) -> tuple[int, Meaning | None]:
    """Return how many words at the start of a run are a name, and what it means; the longest name counts."""
    vocabulary = known()
    for length in range(min(LONGEST, len(run)), 0, -1):
        groups = _named(vocabulary, run[:length])
        if groups:
            return length, _meaning(groups, [folded(word) for word in run[:length]])
    if run and is_cjk(run[0]):  # a name of characters may be long
        return _longest_of_characters(vocabulary, run)
    return 0, None


def _longest_of_characters(vocabulary: Vocabulary, run: list[str]) -> tuple[int, Meaning | None]:
    end = next((n for n, word in enumerate(run) if not is_cjk(word)), len(run))
    groups = _named(vocabulary, run[:end]) if end > LONGEST else []
    return (end, _meaning(groups, run[:end])) if groups else (0, None)


def _named(vocabulary: Vocabulary, run: list[str]) -> list[Group]:
    """Return the groups that have these words as a name: the same stems, and words that differ by an ending alone."""
    found: dict[int, Group] = {}
    bases = [folded(word) for word in run]
    for code in (*STEMMED, ""):
        for number, own in (one for key in _keys(run, code) for one in vocabulary.names.get(key, ())):
            if all(abs(len(a) - len(b)) <= SPREAD for a, b in zip(bases, own, strict=True)):
                found[number] = vocabulary.groups[number]
    return list(found.values())


def _meaning(groups: list[Group], own: list[str]) -> Meaning:
    single: dict[str, None] = {}
    runs: dict[tuple[str, ...], None] = {}
    for language, name in (pair for group in groups for pair in group.names):
        given = words(name)
        if len(given) == 1 and not is_cjk(given[0]):
            single |= dict.fromkeys(forms(given[0], [language] if language else STEMMED))
        elif [folded(word) for word in given] != own:
            runs[tuple(folded(word) for word in given)] = None
    tags = dict.fromkeys(tag for group in groups for tag in group.tags)
    return Meaning(tuple(single)[:MOST_WAYS], tuple(runs)[:MOST_WAYS], tuple(tags))


def widened(term: Term, meaning: Meaning) -> Term:
    """Return a term that also finds what it means."""
    near = tuple(form for form in meaning.forms if form not in term.forms)
    return term._replace(near=near, runs=meaning.runs, tags=meaning.tags)


# --- where the groups come from ---------------------------------------------------------------------------------


def _synonyms() -> t.Iterator[Group]:
    for words_by_language in db.session.scalars(sa.select(Synonym.words).order_by(Synonym.id)):
        pairs = [(code, name) for code, names in words_by_language.items() for name in names]
        yield Group(tuple(pairs))


def themes() -> dict[str, dict[str, str]]:
    """Return themes and the topics of discussions: key → name by language. Those of the same key are one."""
    found: dict[str, dict[str, str]] = {}
    listed = sa.select(Theme.key, Theme.labels).where(Theme.into_id.is_(None)).order_by(Theme.id)
    for key, labels in db.session.execute(listed):
        found[key] = dict(labels)
    for code in offered():
        with in_language(code):
            for key, word in TOPICS.items():
                found.setdefault(key, {}).setdefault(code, str(word))
    return found


def types() -> dict[str, dict[str, str]]:
    """Return the types of documents: key → name by language."""
    listed = sa.select(Word.key, Word.labels).where(Word.vocabulary == "type", Word.into_id.is_(None))
    return {row.key: row.labels for row in db.session.execute(listed.order_by(Word.id))}


def _labels() -> t.Iterator[Group]:
    """Themes and topics, and words of the library's lists."""
    for key, labels in themes().items():
        yield Group(tuple(labels.items()), (tag("theme", key),))
    lists = sa.select(Word.vocabulary, Word.key, Word.labels).where(Word.into_id.is_(None)).order_by(Word.id)
    for vocabulary, key, labels in db.session.execute(lists):
        yield Group(tuple(labels.items()), (tag(TAGS.get(vocabulary, vocabulary), key),))


def _countries() -> t.Iterator[Group]:
    tongues = ("en", "fr", "es", "ar", "ru", "zh", "pt", "de", "it")
    for code in country_codes():
        names = {(tongue, country_in(code, tongue)): None for tongue in tongues}
        yield Group(tuple(names), (tag("country", code),))


def country_codes() -> list[str]:
    """Return the codes of all countries."""
    return [code for code in map(str, locale("en").territories) if len(code) == 2 and code.isalpha()]
