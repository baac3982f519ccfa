"""Reads what somebody typed: words, "phrases", -words, operators such as in:housing. Whatever is typed can be read.

An operator that nobody knows is words. One that names what is not there, or what this reader may not see, finds nothing.
"""

import re
import typing as t

from app.core.audience import Viewer
from app.core.text import clean_line
from app.search import operators, vocabulary
from app.search.analyser import COMMON, folded, forms, is_cjk, words
from app.search.matching import Asked, Filter, Term

MOST, MOST_TEXT, MOST_FILTERS = 12, 200, 12
PIECE = re.compile(
    r'(?P<no>-?)(?:(?P<name>[^\W\d_]{2,14}):(?=\S))?(?:"(?P<phrase>[^"]*)"|(?P<plain>[^\s"]+))'
)


class Piece(t.NamedTuple):
    """One part of what was typed."""

    raw: str
    name: str  # of an operator
    text: str
    negative: bool
    quoted: bool


def pieces(text: str) -> list[Piece]:
    """Return the parts of a question in order."""
    found = []
    for match in PIECE.finditer(clean_line(text)[:MOST_TEXT]):
        quoted = match["phrase"] is not None
        said = match["phrase"] if quoted else match["plain"]
        name = operators.named(match["name"] or "")
        if match["name"] and not name:
            said = f"{match['name']}:{said}"
        found.append(Piece(match[0], name, said, bool(match["no"]), quoted))
    return found


def read(text: str, viewer: Viewer) -> Asked:
    """Return a question as the index is asked."""
    text = clean_line(text)[:MOST_TEXT]
    parts = pieces(text)
    filters = [
        operators.read(one.name, one.text, one.negative, one.raw, viewer)
        for one in parts
        if one.name and words(one.text)
    ][:MOST_FILTERS]
    plain = [one for one in parts if not one.name or not words(one.text)]
    terms = _terms(plain, half=bool(parts) and not parts[-1].name and text[-1:].isalnum())
    without = [term for one in plain if one.negative for term in _read_piece(one)]
    return Asked(text, tuple(terms)[:MOST], tuple(without)[:MOST], tuple(filters))


def terms(text: str, most: int = MOST) -> list[Term]:
    """Return the words of a text as terms; the last may be half a word. For titles and names, without operators."""
    return _terms([Piece(text, "", text, False, False)], half=text[-1:].isalnum())[:most]


def _terms(parts: list[Piece], half: bool) -> list[Term]:
    """Words that stand side by side are looked up together, so that names of several words are known."""
    found: list[Term] = []
    run: list[str] = []
    for one in parts:
        if one.negative:
            continue
        if one.quoted:
            found += [*_run(run), *_read_piece(one)]
            run = []
        else:
            run += words(one.text)[: MOST * 4]
    last = _run(run)
    if half and last and not last[-1].phrase and run and not is_cjk(run[-1]):
        last[-1] = half_typed(last[-1], folded(run[-1]))
    return _weighty([*found, *last])


def half_typed(term: Term, start: str) -> Term:
    """Return the last term as one that may go on."""
    if len(start) < 2:
        return term
    if term.all:
        return term._replace(all=(*term.all[:-1], half_typed(term.all[-1], start)))
    return term._replace(begins=start)


def _weighty(found: list[Term]) -> list[Term]:
    """Without words that stand everywhere, where others remain."""
    heavy = [term for term in found if not (term.forms and term.forms[0] in COMMON and not term.phrase)]
    return heavy or found


def _read_piece(one: Piece) -> list[Term]:
    given = [folded(word) for word in words(one.text)]
    if not given:
        return []
    if one.quoted:
        return [Term(tuple(given), phrase=True)]
    return _run(words(one.text), broad=False)


def _run(run: list[str], broad: bool = True) -> list[Term]:
    """Return the terms of words in a row: Chinese ones as phrases, names of the vocabulary with what they mean."""
    found: list[Term] = []
    while run:
        length, meaning = vocabulary.longest(run) if broad else (0, None)
        if meaning is not None:
            found.append(vocabulary.widened(_alone(run[:length]), meaning))
            run = run[length:]
        elif is_cjk(run[0]):
            length = next((n for n, word in enumerate(run) if not is_cjk(word)), len(run))
            found.append(_alone(run[:length]))
            run = run[length:]
        else:
            found.append(_alone(run[:1]))
            run = run[1:]
    return found


def _alone(run: list[str]) -> Term:
    if all(is_cjk(word) for word in run):
        return Term(tuple(folded(word) for word in run), phrase=True)
    each = [Term(forms(word)) for word in run]
    heavy = _weighty(each)
    return heavy[0] if len(heavy) == 1 else Term(all=tuple(heavy))


def without(text: str, raw: str) -> str:
    """Return a question without one of its parts."""
    return " ".join(text.replace(raw, " ", 1).split())


def chips(asked: Asked) -> list[tuple[Filter, str]]:
    """Return the operators, each with the question without it."""
    return [(one, without(asked.text, one.raw)) for one in asked.filters]
