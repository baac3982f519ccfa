"""The controlled lists of the library: types, target groups and series. A new word, other words, another order, two that

become one. The key of a word, and so every address, stays good.
"""

import typing as t

import sqlalchemy as sa

from app.core import audit, watches
from app.core.activity import record
from app.core.audience import NOBODY, audience_of
from app.core.database import atomic, upsert
from app.core.kept import Kept
from app.core.text import slug
from app.extensions import db
from app.library import words
from app.library.filters import SHELVES, Asked
from app.library.models import Document, DocumentFacet, Term
from app.members import themes
from app.members.models import Theme

ON_RECORD = ("type", "series")  # also kept in a column of the document
MOST = 300
_term, _f, _d = Term.__table__, DocumentFacet.__table__, Document.__table__
_old: Kept[dict[str, dict[str, str]]] = Kept("library_merged", 30, 2)
_shelves: Kept[dict[str, tuple[str, ...]]] = Kept("library_shelves", 30, 2)


# --- reading ---------------------------------------------------------------------------------------------------

_used = (
    sa.select(sa.func.count())
    .select_from(_f)
    .where(_f.c.facet == _term.c.vocabulary, _f.c.value == _term.c.key)
    .correlate(_term)
    .scalar_subquery()
)
_LISTED = (
    sa.select(_term.c.id, _term.c.key, _term.c.labels, _term.c.facts, _term.c.place, _used.label("documents"))
    .where(_term.c.vocabulary == sa.bindparam("vocabulary"), _term.c.into_id.is_(None))
    .order_by(_term.c.place, _term.c.id)
    .limit(MOST)
)
_into = _term.alias("into")
_MERGED = sa.select(_term.c.vocabulary, _term.c.key, _into.c.key.label("now")).join_from(
    _term, _into, _into.c.id == _term.c.into_id
)


def listed(vocabulary: str) -> list[t.Any]:
    """Return a list in its order, with how many documents have each word."""
    return list(db.session.execute(_LISTED, {"vocabulary": vocabulary}))


def series(key: str) -> t.Any:
    """Return one series by its key, None where there is none."""
    return next((row for row in listed("series") if row.key == key), None)


def merged() -> dict[str, dict[str, str]]:
    """Return which words became which, themes too: vocabulary → old key → new key; at most half a minute old."""
    return _old.get("all", _read_merged)


def _read_merged() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {"theme": themes.merged()}
    for row in db.session.execute(_MERGED):
        found.setdefault(row.vocabulary, {})[row.key] = row.now
    return found


def current(asked: Asked) -> Asked:
    """Return what an address asks, with words that became others under their new key."""
    for name, became in merged().items():
        keys = getattr(asked, name, ())
        new = tuple(sorted({became.get(key, key) for key in keys}))
        if new != keys:
            asked = asked._replace(**{name: new})  # type: ignore[arg-type]
    return asked


def shelves() -> dict[str, tuple[str, ...]]:
    """Return the parts of the library with the types that belong to each: as the secretariat said, else as usual."""
    return _shelves.get("all", _read_shelves)


def _read_shelves() -> dict[str, tuple[str, ...]]:
    usual = {key: name for name, keys in SHELVES.items() for key in keys}
    said = {row.key: row.facts.get("shelf", usual.get(row.key, "")) for row in listed("type")}
    return {name: tuple(key for key, shelf in said.items() if shelf == name) for name in SHELVES}


# --- changing --------------------------------------------------------------------------------------------------


def add(actor: t.Any, vocabulary: str, labels: dict[str, str], facts: dict[str, t.Any] | None = None) -> Term:
    """Put a word at the end of a list, under a key made from its first name."""
    wish = slug(labels.get("en") or next(iter(labels.values())))[:34]
    with atomic() as session:
        last = session.scalar(sa.select(sa.func.max(_term.c.place)).where(_term.c.vocabulary == vocabulary))
        term = Term(
            vocabulary=vocabulary,
            key=_free(vocabulary, wish),
            labels=labels,
            facts=facts or {},
            place=(last or 0) + 1,
        )
        session.add(term)
        session.flush()
        audit.note(actor, "library.term_added", f"term:{term.id}", key=term.key)
    _forget()
    return term


def _free(vocabulary: str, wish: str) -> str:
    taken = set(db.session.scalars(sa.select(_term.c.key).where(_term.c.vocabulary == vocabulary)))
    key, number = wish, 1
    while key in taken:
        number += 1
        key = f"{wish}-{number}"
    return key


def rename(actor: t.Any, term: Term, labels: dict[str, str], facts: dict[str, t.Any] | None = None) -> bool:
    """Give a word other labels; its key stays. Says whether anything changed."""
    with atomic() as session:
        session.refresh(term)
        facts = term.facts if facts is None else facts
        if (term.labels, term.facts) == (labels, facts):
            return False
        term.labels, term.facts = labels, facts
        audit.note(actor, "library.term_renamed", f"term:{term.id}", key=term.key)
    _forget()
    return True


def move(actor: t.Any, term: Term, up: bool) -> bool:
    """Let a word change places with its neighbour in the list."""
    with atomic() as session:
        rows = listed(term.vocabulary)
        at = next((n for n, row in enumerate(rows) if row.id == term.id), -1)
        to = at - 1 if up else at + 1
        if at < 0 or not 0 <= to < len(rows):
            return False
        rows[at], rows[to] = rows[to], rows[at]
        for place, row in enumerate(rows):
            session.execute(sa.update(_term).where(_term.c.id == row.id).values(place=place))
        audit.note(actor, "library.term_moved", f"term:{term.id}", key=term.key)
    _forget()
    return True


def merge(actor: t.Any, term: Term, into: Term) -> bool:
    """Let one word become another: documents that had the one have the other, and its address leads there."""
    with atomic() as session:
        session.refresh(term)
        same = term.vocabulary == into.vocabulary and term.id != into.id
        if not same or term.into_id is not None or into.into_id is not None:
            return False
        replace(term.vocabulary, term.key, into.key)
        watches.rename(f"doc{term.vocabulary}:{term.key}", f"doc{term.vocabulary}:{into.key}")
        term.into_id = into.id
        session.execute(sa.update(_term).where(_term.c.into_id == term.id).values(into_id=into.id))
        audit.note(actor, "library.term_merged", f"term:{term.id}", key=term.key, into=into.key)
    _forget()
    return True


def replace(facet: str, old: str, new: str) -> None:
    """Let documents have one value of a facet in place of another, inside atomic(); the lists hear of it."""
    had = sa.select(_f.c.document_id, _f.c.facet, sa.literal(new)).where(
        _f.c.facet == facet, _f.c.value == old
    )
    columns = ["document_id", "facet", "value"]
    db.session.execute(upsert(_f).from_select(columns, had).on_conflict_do_nothing())
    db.session.execute(sa.delete(_f).where(_f.c.facet == facet, _f.c.value == old))
    if facet in ON_RECORD:
        column = _d.c[facet]
        changed = {facet: new, "version": _d.c.version + 1}
        db.session.execute(sa.update(_d).where(column == old).values(changed))
    record("library.changed", actor=None, subject=f"facet:{facet}", audience_id=audience_of(NOBODY))


def theme_merged(theme: Theme, into: Theme) -> None:
    """A theme became another: documents follow, in the same transaction."""
    replace("theme", theme.key, into.key)
    _old.forget()


def _forget() -> None:
    words.forget_terms()
    _old.forget()
    _shelves.forget()
