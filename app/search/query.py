"""Finds: the same set on SQLite and PostgreSQL, ordered by one score that is computed here.

The databases' own rankings differ and cost by the match, so they only choose: the newest matches, and those
whose title matches whatever their age. The score is computed over that bounded set.
"""

import typing as t

import sqlalchemy as sa

from app.core import database
from app.core.audience import Viewer, bound, in_sight
from app.extensions import db
from app.search.analyser import Term, marks, terms, words
from app.search.models import SearchEntry

BOUND = 400
SNIPPET = 34  # words around the first hit
_e = SearchEntry.__table__
_columns = (
    _e.c.id,
    _e.c.ref,
    _e.c.root,
    _e.c.kind,
    _e.c.title,
    _e.c.body,
    _e.c.lang,
    _e.c.url,
    _e.c.by,
    _e.c.at,
)


class Hit(t.NamedTuple):
    """One result: its entry and its score."""

    entry: t.Any
    score: float


def find(query: str, viewer: Viewer) -> tuple[list[Hit], list[Term]]:
    """Return the hits that a viewer may see, best first, one for each root thing, and the terms looked for."""
    wanted = terms(query)
    if not wanted:
        return [], []
    rows = {
        row.id: row
        for row in [*_matches(wanted, viewer, titles=True), *_matches(wanted, viewer, titles=False)]
    }
    best: dict[str, Hit] = {}
    for row in rows.values():
        hit = Hit(row, _score(row, wanted))
        if row.root not in best or (hit.score, row.id) > (best[row.root].score, best[row.root].entry.id):
            best[row.root] = hit
    return sorted(
        best.values(), key=lambda hit: (-hit.score, -hit.entry.at.timestamp(), -hit.entry.id)
    ), wanted


def _matches(wanted: list[Term], viewer: Viewer, titles: bool) -> list[t.Any]:
    build = _sqlite if database.is_sqlite() else _postgres
    condition, values = build(wanted, titles)
    statement = (
        sa.select(*_columns)
        .where(condition, in_sight(_e.c.audience_id))
        .order_by(_e.c.id.desc())
        .limit(BOUND)
    )
    return list(db.session.execute(statement, {**values, **bound(viewer)}))


def _sqlite(wanted: list[Term], titles: bool) -> tuple[t.Any, dict[str, str]]:
    parts = []
    for term in wanted:
        if term.phrase:
            parts.append('"' + " ".join(term.forms) + '"')
            continue
        forms = [f'"{form}"' for form in term.forms] + ([f'"{term.begins}" *'] if term.begins else [])
        parts.append("(" + " OR ".join(forms) + ")")
    match = " AND ".join(parts)
    condition = sa.text("search_entry.id IN (SELECT rowid FROM search_fts WHERE search_fts MATCH :match)")
    return condition, {"match": f"title_tokens : ({match})" if titles else match}


def _postgres(wanted: list[Term], titles: bool) -> tuple[t.Any, dict[str, str]]:
    tail = ":A" if titles else ""
    parts = []
    for term in wanted:
        if term.phrase:
            parts.append("(" + " <-> ".join(f"'{form}'{tail}" for form in term.forms) + ")")
            continue
        forms = [f"'{form}'{tail}" for form in term.forms]
        if term.begins:
            forms.append(f"'{term.begins}':*{tail[1:]}")
        parts.append("(" + " | ".join(forms) + ")")
    return sa.text("search_entry.tsv @@ to_tsquery('simple', :match)"), {"match": " & ".join(parts)}


def _score(row: t.Any, wanted: list[Term]) -> float:
    """Words of the title count most, then how many of the words asked for stand near the start."""
    own = row.ref == row.root  # a reply is shown under its discussion's title, which is not its own
    title = sum(hit for _piece, hit in marks(row.title, wanted, row.lang)) if own else 0
    body = sum(hit for _piece, hit in marks(row.body[:2000], wanted, row.lang))
    return 8.0 * title / max(3, len(words(row.title))) + min(body, 8) / 8


def snippet(row: t.Any, wanted: list[Term]) -> list[tuple[str, bool]]:
    """Return the words around the first hit in the body, cut into pieces with whether each is a hit."""
    pieces = marks(row.body[:20_000], wanted, row.lang)
    first = next((i for i, (_piece, hit) in enumerate(pieces) if hit), None)
    if first is None:
        return [(_shortened(row.body, SNIPPET), False)] if row.body else []
    before = pieces[first - 1][0].split(" ")[-8:] if first else []
    start = " ".join(before)
    if first and len(start) < len(pieces[first - 1][0]):
        start = "…" + start
    return [(start, False), *_until(pieces[first:])]


def _until(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    shown, left = [], SNIPPET
    for piece, hit in pieces:
        count = len(piece.split())
        if count > left:
            shown.append((_shortened(piece, left), hit))
            break
        shown.append((piece, hit))
        left -= count
    return shown


def _shortened(text: str, most: int) -> str:
    parts = text.split(" ")
    return " ".join(parts[:most]) + ("…" if len(parts) > most else "")
