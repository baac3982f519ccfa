"""By what a document is filtered: rows that lists and counts ask. Most are chosen, the rest follows from the document."""

import typing as t

import sqlalchemy as sa

from app.extensions import db
from app.library.models import Document, DocumentFacet, Placement

CHOSEN = {
    "themes": "theme",
    "commitments": "commitment",
    "sdgs": "sdg",
    "countries": "country",
    "targets": "target",
}
_facet: t.Any = DocumentFacet.__table__
_OF = sa.select(_facet.c.facet, _facet.c.value).where(_facet.c.document_id == sa.bindparam("number"))


def put(document: Document, values: t.Mapping[str, t.Iterable[t.Any]]) -> None:
    """Replace these facets of a document by what is given, inside atomic(); others stay."""
    db.session.flush()
    old = sa.delete(_facet).where(_facet.c.document_id == document.id, _facet.c.facet.in_(list(values)))
    db.session.execute(old)
    rows = [
        {"document_id": document.id, "facet": facet, "value": value}
        for facet, given in values.items()
        for value in dict.fromkeys(str(one)[:60] for one in given if one not in (None, ""))
    ]
    if rows:
        db.session.execute(sa.insert(_facet), rows)


def keep(document: Document) -> None:
    """Bring the facets that follow from the document itself up to date, inside atomic()."""
    taken = sa.select(Placement.space_id).where(Placement.document_id == document.id, Placement.state == "in")
    single = {
        "type": document.type, "year": document.date[:4], "file": document.file_type, "series": document.series,
        "organisation": document.organisation_id, "licence": document.licence,
    }  # fmt: skip
    several = {
        "language": document.languages.split() or [document.language],
        "space": [document.space_id, *db.session.scalars(taken)],
    }
    put(document, {**{facet: [value] for facet, value in single.items()}, **several})


def of(document_id: int) -> dict[str, list[str]]:
    """Return the facets of a document: facet → values; numbers in their order."""
    found: dict[str, list[str]] = {}
    for row in db.session.execute(_OF, {"number": document_id}):
        found.setdefault(row.facet, []).append(row.value)
    return {facet: sorted(values, key=_order) for facet, values in found.items()}


def _order(value: str) -> tuple[int, str]:
    return (int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0, value)
