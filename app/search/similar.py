"""Things whose titles are like one that is being typed: words in common, in any form, the closest first."""

from app.core.audience import Viewer
from app.search import rows
from app.search.analyser import COMMON, tag
from app.search.matching import Asked, Term, simple

MOST_WORDS, SHORTEST, LOOKED_AT = 8, 3, 200


def alike(viewer: Viewer, kind: str, title: str, most: int) -> list[str]:
    """Return references of things of a kind whose titles share words with this one: two of several, or the only one."""
    terms = [term for term in simple(title[:300], half=True, most=40) if _says_much(term)][:MOST_WORDS]
    if not terms:
        return []
    either = Term(
        forms=tuple(form for term in terms if not term.phrase for form in term.forms),
        runs=tuple(term.forms for term in terms if term.phrase), begins=terms[-1].begins,
    )  # fmt: skip
    found = rows.newest(Asked(title, (either,)), viewer, LOOKED_AT, titles=True, tags=[tag("type", kind)])
    need = 1 if len(terms) == 1 else 2
    scored = [(_shared(row.title_tokens, terms), row) for row in found]
    close = sorted((one for one in scored if one[0] >= need), key=lambda one: (-one[0], -one[1].id))
    return [row.ref for _score, row in close[:most]]


def _says_much(term: Term) -> bool:
    return term.phrase or (len(term.forms[0]) >= SHORTEST and term.forms[0] not in COMMON)


def _shared(title: str, terms: list[Term]) -> int:
    known, text = set(title.split()), f" {title} "
    return sum(
        f" {' '.join(term.forms)} " in text if term.phrase else not known.isdisjoint(term.forms)
        for term in terms
    )
