"""Words around a hit: the hits of a title, and a piece of the body around the first one."""

import collections
import itertools
import typing as t

from app.search.analyser import STEMMED, WORD, folded, root
from app.search.matching import Term

LENGTH = 34  # words
BEFORE = 8
Pieces = list[tuple[str, bool]]


class Marks:
    """Says which words of a text are hits."""

    def __init__(self, wanted: t.Iterable[Term]) -> None:
        self.forms: set[str] = set()
        self.begins: tuple[str, ...] = ()
        self.typed: list[str] = []  # the words themselves, without what they mean elsewhere
        for term in wanted:
            self._take(term)

    def _take(self, term: Term) -> None:
        self.forms.update(term.forms, term.near, *term.runs)
        self.typed += term.forms if term.phrase else term.forms[:1]
        if term.begins:
            self.begins += (term.begins,)
        for one in term.all:
            self._take(one)

    def hits(self, word: str, language: str) -> bool:
        """Say whether a word is one of those that were looked for."""
        base = folded(word)
        if base in self.forms or base.startswith(self.begins):
            return True
        if language:
            return root(word, language) in self.forms
        return any(root(word, code) in self.forms for code in STEMMED)

    def pieces(self, text: str, language: str) -> Pieces:
        """Return a text cut into pieces, each with whether it is a hit."""
        found: Pieces = []
        at = 0
        for match in WORD.finditer(text):
            if self.hits(match[0], language):
                found += [(text[at : match.start()], False), (match[0], True)]
                at = match.end()
        return [piece for piece in [*found, (text[at:], False)] if piece[0]]

    def snippet(self, text: str, language: str) -> Pieces:
        """Return the words around the first hit, or the first words."""
        known = dict.fromkeys(WORD.findall(text))
        first = next((word for word in known if self.hits(word, language)), None)
        if first is None:
            return [(_cut(text, 0, LENGTH), False)] if text else []
        begin, end, early, late = _around(text, first)
        found = [
            ("…" if early else "", False),
            *self.pieces(text[begin:end], language),
            ("…" if late else "", False),
        ]
        return [piece for piece in found if piece[0]]


def _around(text: str, first: str) -> tuple[int, int, bool, bool]:
    """Return where the words around the first hit begin and end, and whether there are more before and behind."""
    places, before = WORD.finditer(text), collections.deque[int](maxlen=BEFORE)
    count = 0
    for match in places:
        if match[0] == first:
            break
        before.append(match.start())
        count += 1
    behind = list(itertools.islice(places, LENGTH - len(before) + 1))
    early, late = count > BEFORE, len(behind) > LENGTH - len(before)
    end = behind[-2].end() if late else len(text)
    return before[0] if early else 0, end, early, late


def _cut(text: str, start: int, most: int) -> str:
    words = list(itertools.islice(WORD.finditer(text, start), most + 1))
    return text if len(words) <= most else text[start : words[most - 1].end()] + "…"
