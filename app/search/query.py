"""Finds: the same set on SQLite and PostgreSQL, ordered by one score that is computed here.

The databases' own rankings differ and cost by the match, so they only choose: all that fits where it is little, else
the newest of each kind; and those whose title fits whatever their age. The score is computed over that bounded set.
"""

import typing as t

from app.core import finding
from app.core.audience import Viewer
from app.search import asking, rows
from app.search.analyser import GAP, tag, tokens, words
from app.search.matching import Asked, Term, has, held
from app.spaces import shelf

BOUND = 200  # entries that are ranked all
OF_A_KIND = 60  # of each kind, where there are more
OF_TITLES = 60
CHARACTERS = ("zh", "ja", "ko")  # written without spaces between words
SHELVED = 0.1  # what is archived counts this much


class Hit(t.NamedTuple):
    """One result: its entry, its score, and the part of it that says the words best."""

    entry: t.Any
    score: float
    part: t.Any
    body: float = 0.0  # what of the score its own text has

    @property
    def place(self) -> tuple[float, int]:
        """Where it stands among the others, the best first."""
        return -self.score, -self.entry.id


class Found(t.NamedTuple):
    """What was found: the results in order, and how many there are of each kind, and of which kinds there are more."""

    hits: list[Hit]
    wanted: tuple[Term, ...]
    counts: dict[str, int]
    more: frozenset[str]
    languages: list[str]


NOTHING = Found([], (), {}, frozenset(), [])


def find(asked: Asked | str, viewer: Viewer, kind: str = "", newest: bool = False) -> Found:
    """Return the results that a viewer may see, one for each root thing; `kind` chooses, the counts are of all kinds."""
    if isinstance(asked, str):
        asked = asking.read(asked, viewer)
    if not asked:
        return NOTHING
    chosen, more = _chosen(asked, viewer)
    if kind in more:
        chosen += rows.newest(asked, viewer, BOUND, tags=[tag("type", kind)])
    chosen += rows.newest(asked, viewer, OF_TITLES, titles=True)
    hits = ranked(chosen, asked)
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.entry.kind] = counts.get(hit.entry.kind, 0) + 1
    shown = [hit for hit in hits if not kind or hit.entry.kind == kind]
    shown.sort(key=(lambda hit: -hit.entry.id) if newest else (lambda hit: hit.place))
    languages = sorted({hit.entry.lang for hit in shown if hit.entry.lang})
    return Found(shown, asked.terms, counts, frozenset(more), languages)


def any_fits(asked: Asked, viewer: Viewer) -> bool:
    """Say whether there is anything at all."""
    return bool(rows.newest(asked, viewer, 1))


def _chosen(asked: Asked, viewer: Viewer) -> tuple[list[t.Any], set[str]]:
    """Return the bounded set, and the kinds of which it holds the newest alone."""
    found = rows.newest(asked, viewer, BOUND + 1)
    if len(found) <= BOUND:
        return found, set()
    known: dict[str, list[t.Any]] = {kind: [] for kind in _kinds(asked)}
    missing = list(known)
    while True:
        for row in found:
            if row.kind in missing and len(known[row.kind]) < OF_A_KIND:
                known[row.kind].append(row)
        missing = [kind for kind in missing if len(known[kind]) < OF_A_KIND]
        if not missing or len(found) <= BOUND:  # of the rest nothing is left
            break
        tags = [tag("type", kind) for kind in missing]
        found = rows.newest(asked, viewer, BOUND + 1, tags=tags, before=found[-1].id)
    full = {kind for kind, some in known.items() if len(some) == OF_A_KIND}
    return [row for some in known.values() for row in some], full


def _kinds(asked: Asked) -> list[str]:
    """Return the kinds of things that can fit."""
    wanted = [word for one in asked.filters if one.name == "type" and not one.negative for word in one.tags]
    kinds = [one.key for one in finding.kinds()]
    return [kind for kind in kinds if tag("type", kind) in wanted] or kinds


def ranked(chosen: t.Iterable[t.Any], asked: Asked) -> list[Hit]:
    """Return one hit for each root: its best entry, and its best part where the words stand there alone."""
    rank, refused = Rank(asked), Refused(asked)
    best: dict[str, Hit] = {}
    inner: dict[str, tuple[float, int, t.Any]] = {}
    for row in {row.id: row for row in chosen if not refused.by_title(row)}.values():
        title, body = rank.of(row)
        hit = Hit(row, title + body, None, body)
        old = best.get(row.root)
        if old is None or hit.place < old.place:
            best[row.root] = hit
        if row.ref != row.root and body and (body, row.id) > inner.get(row.root, (0.0, 0))[:2]:
            inner[row.root] = body, row.id, row
    return [_with_part(hit, inner.get(root)) for root, hit in best.items()]


def _with_part(hit: Hit, inner: tuple[float, int, t.Any] | None) -> Hit:
    own = hit.entry.ref != hit.entry.root or hit.body > 0
    return hit if inner is None or own else hit._replace(part=inner[2])


class Refused:
    """What must not be there must not stand in the title either under which a part is shown."""

    def __init__(self, asked: Asked) -> None:
        self.terms = asked.without
        self.known: dict[tuple[str, str], bool] = {}
        self.hints = {form[:3] for term in self.terms for form in _flat(term).own if not form.startswith(GAP)}

    def by_title(self, row: t.Any) -> bool:
        """Say whether a part is shown under a title with such a word."""
        if not self.terms or row.ref == row.root or self._surely_not(row.title):
            return False
        key = (row.title, row.lang)
        if key not in self.known:
            shown = held(row.id, tokens(*key), "", "")
            self.known[key] = any(has(shown, term) for term in self.terms)
        return self.known[key]

    def _surely_not(self, title: str) -> bool:
        """Look at the letters alone: most titles have no word that begins like one of those."""
        plain = title.lower()
        return title.isascii() and not any(hint in plain for hint in self.hints)


class Rank:
    """Scores entries: words of the title count most, then how often the words asked for stand near the start."""

    def __init__(self, asked: Asked) -> None:
        self.terms = [_flat(term) for term in asked.terms]
        self.ways: dict[str, list[tuple[Ways, Ways]]] = {}  # by the language of the entry
        self.run = " ".join(one.own[0] for one in self.terms if one.own) if len(self.terms) > 1 else ""
        self.low = frozenset(tag("in", number) for number in shelf.archived())

    def of(self, row: t.Any) -> tuple[float, float]:
        """Return the score of an entry's title and of its body."""
        title = (
            self._title(row) if row.ref == row.root else 0.0
        )  # a part is shown under a title that is not its own
        lead = f" {row.lead}"
        body = 0.0
        for own, near in self.ways.get(row.lang) or self._ways(row.lang):
            body += _counted(lead, own) / 8 + (_counted(lead, near) / 16 if near else 0)
        if self.run and self.run in lead:
            body += 1
        low = SHELVED if self.low and not self.low.isdisjoint(row.tags.split()) else 1
        return title * low, min(body, 2) * low

    def _ways(self, lang: str) -> "list[tuple[Ways, Ways]]":
        self.ways[lang] = [(_ways(one.own, lang), _ways(one.near, lang)) for one in self.terms]
        return self.ways[lang]

    def _title(self, row: t.Any) -> float:
        own = row.title_tokens
        if not own:
            return 0.0
        known, text = set(own.split()), f" {own}"
        hits = sum([_in_title(known, text, one) for one in self.terms])
        if not hits:
            return 0.0
        if self.run and self.run in own:
            hits += 1
        length = len(words(row.title)) if row.lang in CHARACTERS else row.title.count(" ") + 1
        return 8.0 * hits / max(3, length)


Ways = tuple[str, ...]


class Flat(t.NamedTuple):
    """The words of a term whichever way they are asked for: those that were typed, others for them, a beginning."""

    own: tuple[str, ...]
    near: tuple[str, ...]
    begins: str


def _flat(term: Term) -> Flat:
    own, near, begins = (
        list(term.forms),
        [*term.near, *(word for run in term.runs for word in run)],
        term.begins,
    )
    for one in map(_flat, term.all):
        own += one.own
        near += one.near
        begins = begins or one.begins
    return Flat(
        tuple(dict.fromkeys(own)), tuple(word for word in dict.fromkeys(near) if word not in own), begins
    )


def _in_title(known: set[str], text: str, one: Flat) -> float:
    if not known.isdisjoint(one.own) or (one.begins and f" {one.begins}" in text):
        return 1
    return 0.5 if not known.isdisjoint(one.near) else 0


def _counted(lead: str, ways: Ways) -> int:
    count = 0
    for way in ways:
        count += lead.count(way)
    return min(count, 4)


def _ways(forms: tuple[str, ...], lang: str) -> Ways:
    """Return what is counted: words and stems of a language as beginnings, no two of which count the same place."""
    mark = GAP + lang
    plain = [form for form in forms if not form.startswith(GAP)]
    stems = [form.removeprefix(mark) for form in forms if lang and form.startswith(mark)]
    short = sorted(dict.fromkeys(filter(None, [*plain, *stems])), key=len)
    ways = [form for n, form in enumerate(short) if not any(form.startswith(other) for other in short[:n])]
    return tuple(f" {form}" for form in ways[:8])
