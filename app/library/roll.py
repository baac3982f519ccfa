"""Reads documents as entries: what filters, counts and orders see of them. Never shown itself."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.core.database import several
from app.core.sieve import breathing
from app.extensions import db
from app.library.filters import FACETS
from app.library.models import Document, DocumentFacet
from app.library.models.documents import OPEN
from app.members.names import fold

_d, _f = Document.__table__, DocumentFacet.__table__
Values = tuple[str, ...]
NAMES = (*FACETS, "state")  # `state` is "open" for what readers find, else the state itself
WORDS_OF_ABSTRACT = 300  # letters: the rest is found by the search


class Entry(t.NamedTuple):
    """One document as filters see it. Facets hold tuples: a document may have several values."""

    id: int
    audience_id: int
    title: str
    words: str
    sorted: float
    talks: int
    facets: tuple[Values, ...]  # in the order of NAMES


_DOCUMENTS = sa.select(
    _d.c.id, _d.c.audience_id, _d.c.state, _d.c.title, _d.c.abstract, _d.c.texts, _d.c.credits, _d.c.by,
    _d.c.identifiers, _d.c.series_number, _d.c.sorted, _d.c.talks,
).order_by(_d.c.id)  # fmt: skip
_FACETS = sa.select(_f.c.document_id, _f.c.facet, _f.c.value)
_SOME = _DOCUMENTS.where(several(_d.c.id, "numbers", sa.BigInteger))
_THEIRS = _FACETS.where(several(_f.c.document_id, "numbers", sa.BigInteger))


def read() -> list[Entry]:
    """Return all documents."""
    return _entries(db.session.execute(_DOCUMENTS), db.session.execute(_FACETS))


def some(numbers: t.Collection[int]) -> list[Entry]:
    """Return the documents of these numbers."""
    given = {"numbers": list(numbers)}
    return _entries(db.session.execute(_SOME, given), db.session.execute(_THEIRS, given))


def _entries(documents: t.Iterable[t.Any], facets: t.Iterable[t.Any]) -> list[Entry]:
    told: dict[tuple[int, str], list[str]] = {}
    for number, facet, value in breathing(facets):
        told.setdefault((number, facet), []).append(value)
    return [_entry(row, told) for row in breathing(documents)]


def _entry(row: t.Any, told: dict[tuple[int, str], list[str]]) -> Entry:
    values = tuple(tuple(told.get((row.id, name), ())) for name in FACETS)
    state = ("open" if row.state in OPEN else row.state,)
    return Entry(
        row.id,
        row.audience_id,
        fold(row.title),
        fold(_words(row)),
        _moment(row.sorted),
        row.talks,
        (*values, state),
    )


def _words(row: t.Any) -> str:
    own = [words.get("title", "") for words in row.texts.values()]
    names = [row.by.get("name", ""), *(one.get("name", "") for one in row.credits)]
    numbers = [one.get("value", "") for one in row.identifiers]
    return " ".join([row.title, *own, *names, *numbers, row.series_number, row.abstract[:WORDS_OF_ABSTRACT]])


def _moment(at: dt.datetime) -> float:
    return at.timestamp()
