"""What a question demands of an entry, said three ways: to FTS5, to PostgreSQL, and in Python.

The three agree: a test compares them over a corpus in six scripts. The one in Python answers for single new entries,
when saved searches are looked through, and is what the other two are measured by.
"""

import typing as t

from app.core import database
from app.search.analyser import EVERY, GAP, TITLE, folded, forms, is_cjk, words

FIRST, LAST = 0, database.LARGEST_ID


class Term(t.NamedTuple):
    """One thing that is looked for: any of its words, of what begins so, of the runs, of the properties, or all of `all`."""

    forms: tuple[str, ...] = ()
    begins: str = ""  # also words that begin so; empty: none
    phrase: bool = False  # the words of `forms` in this order
    near: tuple[str, ...] = ()  # other words for it, in other languages too
    runs: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    all: tuple["Term", ...] = ()


class Filter(t.NamedTuple):
    """An operator: which one, what was typed, its properties (any of them), and how it is said to the reader."""

    name: str
    value: str
    tags: tuple[str, ...] = ()
    negative: bool = False
    label: str = ""
    raw: str = ""  # as it stands in the question
    since: int = FIRST  # numbers of entries, which follow their time
    until: int = LAST

    @property
    def bounds(self) -> bool:
        """Say whether it is about time."""
        return (self.since, self.until) != (FIRST, LAST)


class Asked(t.NamedTuple):
    """A question, read: what has to be there, what must not, and the operators."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything is asked for that can be found."""
        return bool(self.terms) or any(not one.negative for one in self.filters)

    @property
    def since(self) -> int:
        """The first number that an entry may have."""
        return max((one.since for one in self.filters), default=FIRST)

    @property
    def until(self) -> int:
        """The number that an entry must stay below."""
        return min((one.until for one in self.filters), default=LAST)

    def wanted_tags(self) -> list[tuple[str, ...]]:
        """Return the properties that are asked for: one of each group. The same operator twice means either."""
        groups: dict[str, list[str]] = {}
        for one in self.filters:
            if not one.negative and not one.bounds:
                groups.setdefault(one.name, []).extend(one.tags)
        return [tuple(dict.fromkeys(tags)) for tags in groups.values()]

    def refused_tags(self) -> list[str]:
        """Return the properties that an entry must not have."""
        return [tag for one in self.filters if one.negative for tag in one.tags]

    def is_vain(self) -> bool:
        """Say whether nothing can fit: an operator names something that is not there for this reader."""
        return any(not tags for tags in self.wanted_tags()) or self.since >= self.until


def simple(text: str, half: bool, most: int = 8) -> tuple[Term, ...]:
    """Return the words of a name as terms, without what they mean elsewhere; `half`: the last may go on."""
    given = words(text)[:most]
    found = [Term((folded(word),), phrase=True) if is_cjk(word) else Term(forms(word)) for word in given]
    if half and found and not found[-1].phrase:
        found[-1] = found[-1]._replace(begins=found[-1].forms[0])
    return tuple(found)


def in_titles(term: Term) -> Term:
    """Return the term as it is looked for in titles."""
    forms = tuple(TITLE + form for form in term.forms)
    runs = tuple(tuple(TITLE + word for word in run) for run in term.runs)
    begins = TITLE + term.begins if term.begins else ""
    near = tuple(TITLE + form for form in term.near)
    return Term(forms, begins, term.phrase, near, runs, (), tuple(in_titles(one) for one in term.all))


# --- FTS5 -------------------------------------------------------------------------------------------------------


def for_sqlite(asked: Asked, titles: bool = False, tags: t.Sequence[str] = ()) -> str:
    """Return what FTS5 is asked. Every word is quoted, so that none is taken for an operator of its own."""
    need = [_fts(in_titles(term) if titles else term) for term in asked.terms]
    need += [_fts(Term(tags=group)) for group in asked.wanted_tags()]
    need += [_fts(Term(tags=tuple(tags)))] if tags else []
    refused = [_fts(term) for term in asked.without] + [f'"{tag}"' for tag in asked.refused_tags()]
    both = " AND ".join(need or [f'"{EVERY}"'])
    return f"({both}) NOT ({' OR '.join(refused)})" if refused else both


def _fts(term: Term) -> str:
    return "(" + " OR ".join(_ways(term, _fts_run, '"{}" *', _fts, " AND ")) + ")"


def _fts_run(run: tuple[str, ...]) -> str:
    return '"' + " ".join(run) + '"'


# --- PostgreSQL -------------------------------------------------------------------------------------------------


def for_postgresql(asked: Asked, titles: bool = False, tags: t.Sequence[str] = ()) -> str:
    """Return what to_tsquery() is asked."""
    need = [_ts(in_titles(term) if titles else term) for term in asked.terms]
    need += [_ts(Term(tags=group)) for group in asked.wanted_tags()]
    need += [_ts(Term(tags=tuple(tags)))] if tags else []
    refused = [_ts(term) for term in asked.without] + [f"'{tag}'" for tag in asked.refused_tags()]
    return " & ".join([*(need or [f"'{EVERY}'"]), *(f"!{one}" for one in refused)])


def _ts(term: Term) -> str:
    return "(" + " | ".join(_ways(term, _ts_run, "'{}':*", _ts, " & ")) + ")"


def _ts_run(run: tuple[str, ...]) -> str:
    return "(" + " <-> ".join(f"'{word}'" for word in run) + ")"


def _ways(term: Term, run: t.Any, starts: str, whole: t.Any, both: str) -> list[str]:
    ways = [run(term.forms)] if term.phrase else [run((form,)) for form in term.forms]
    ways += [starts.format(term.begins)] if term.begins else []
    ways += [run((form,)) for form in term.near]
    ways += [run(one) for one in term.runs]
    ways += [run((tag,)) for tag in term.tags]
    return ways + (["(" + both.join(whole(one) for one in term.all) + ")"] if term.all else [])


# --- Python -----------------------------------------------------------------------------------------------------


class Held(t.NamedTuple):
    """What one entry holds."""

    number: int
    words: frozenset[str]  # of all its texts, and its properties
    texts: tuple[str, ...]  # each with a space at both ends, so that runs are found in it


def held(number: int, title_tokens: str, body_tokens: str, tags: str) -> Held:
    """Return an entry as holds() asks it."""
    texts = tuple(f" {text} " for text in (title_tokens, body_tokens, tags))
    words = frozenset(word for text in texts for word in text.split()) - {GAP}
    return Held(number, words, texts)


def holds(entry: Held, asked: Asked) -> bool:
    """Say whether an entry fits a question. Sight is asked elsewhere."""
    if not asked.since <= entry.number < asked.until or asked.is_vain():
        return False
    if not all(has(entry, term) for term in asked.terms):
        return False
    if not all(entry.words.intersection(group) for group in asked.wanted_tags()):
        return False
    return not (
        entry.words.intersection(asked.refused_tags()) or any(has(entry, one) for one in asked.without)
    )


def has(entry: Held, term: Term) -> bool:
    """Say whether an entry has a term."""
    if term.phrase:
        if _runs(entry, term.forms):
            return True
    elif not entry.words.isdisjoint(term.forms):
        return True
    if term.begins and any(word.startswith(term.begins) for word in entry.words):
        return True
    if any(_runs(entry, run) for run in term.runs) or not entry.words.isdisjoint((*term.near, *term.tags)):
        return True
    return bool(term.all) and all(has(entry, one) for one in term.all)


def _runs(entry: Held, run: tuple[str, ...]) -> bool:
    return any(f" {' '.join(run)} " in text for text in entry.texts)
