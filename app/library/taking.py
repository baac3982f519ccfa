"""Documents out as one ZIP: their files, a page that lists them and is read without a connection, and a table.

It is sent while it is read: no file is ever held in memory, and its length is known before. What is in it is what its
reader sees at that moment, by the same rule as the pages.
"""

import typing as t
from urllib.parse import quote

import sqlalchemy as sa
from flask import Response

from app.core import clock, packed, pages, tables
from app.core.audience import Viewer, bound, in_sight
from app.core.database import run, setting, several
from app.core.files import Attachment
from app.core.languages import _, direction, language, own_name
from app.library import choices, lists, words
from app.library.drawing import Row, row_of
from app.library.models import Document, DocumentFacet, Edition, Version
from app.library.models.documents import OPEN

_d, _v, _e, _a, _f = (one.__table__ for one in (Document, Version, Edition, Attachment, DocumentFacet))
# The newest file of each language that a document is in.
_FILES = (
    sa.select(
        _v.c.document_id, _v.c.language, _v.c.number, _v.c.name, _a.c.id, _a.c.hash, _a.c.size,
        (_v.c.language == _d.c.language).label("original"),
    )
    .join_from(_v, _e, _e.c.version_id == _v.c.id)
    .join(_d, _d.c.id == _v.c.document_id)
    .join(_a, _a.c.id == _v.c.file_id)
    .where(
        several(_v.c.document_id, "numbers", sa.BigInteger), in_sight(_d.c.audience_id), in_sight(_a.c.audience_id),
        _a.c.state == "ready",
    )
    .order_by(_v.c.document_id, sa.desc("original"), _v.c.language)
)  # fmt: skip
_RECORDS = sa.select(
    _d.c.id, _d.c.title, _d.c.abstract, _d.c.texts, _d.c.credits, _d.c.identifiers, _d.c.licence, _d.c.language, _d.c.link,
    _d.c.archive,
    _d.c.state, _d.c.published, _d.c.versions,
).where(several(_d.c.id, "numbers", sa.BigInteger), in_sight(_d.c.audience_id))  # fmt: skip
FACETS = ("theme", "sdg", "commitment", "country", "target")
_FACETS = sa.select(_f.c.document_id, _f.c.facet, _f.c.value).where(
    several(_f.c.document_id, "numbers", sa.BigInteger), _f.c.facet.in_(FACETS)
)


class TooMuch(ValueError):
    """More is asked for than one ZIP holds; `args` say how many documents, or bytes."""


class Taken(t.NamedTuple):
    """A document in the ZIP, as its page and its table say it."""

    row: Row
    record: t.Any
    url: str
    authors: str
    licence: str
    inside: bool  # it is not to be passed on
    identifiers: str
    facets: dict[str, str]
    papers: list[packed.File]


def gathered(viewer: Viewer, numbers: t.Sequence[int]) -> list[Taken]:
    """Return the documents of these numbers that a viewer sees, with their files. Raises TooMuch."""
    if len(numbers) > setting("TAKE_OUT_DOCUMENTS"):
        raise TooMuch(len(numbers))
    rows = [row for row in lists.some(viewer, numbers) if row.state in OPEN]
    given = {**bound(viewer), "numbers": [row.id for row in rows]}
    papers = _papers(run(_FILES, given).all())
    records = {row.id: row for row in run(_RECORDS, given)}
    told = _facets_of(given)
    found = [
        _taken(place, row, records[row.id], told.get(row.id, {}), papers.get(row.id, []))
        for place, row in enumerate(rows, 1)
    ]
    size = sum(paper.size for one in found for paper in one.papers)
    if size > setting("TAKE_OUT_MB") * 1024 * 1024:
        raise TooMuch(len(numbers), size)
    return found


def _papers(rows: t.Iterable[t.Any]) -> dict[int, list[t.Any]]:
    found: dict[int, list[t.Any]] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(row)
    return found


def _facets_of(given: dict[str, t.Any]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, list[str]]] = {}
    for row in run(_FACETS, given):
        found.setdefault(row.document_id, {}).setdefault(row.facet, []).append(
            choices.said(row.facet, row.value)
        )
    return {n: {facet: "; ".join(sorted(said)) for facet, said in own.items()} for n, own in found.items()}


def _taken(place: int, row: t.Any, record: t.Any, told: dict[str, str], files: list[t.Any]) -> Taken:
    shown = row_of(row)
    identifiers = [
        f"{words.SCHEMES.get(one['scheme'], one['scheme'])} {one['value']}" for one in record.identifiers
    ]
    return Taken(
        shown, record, setting("BASE_URL") + quote(shown.url), "; ".join(_credit(one) for one in record.credits),
        words.licence_short(record.licence), not words.may_leave(record.licence), "; ".join(identifiers), told,
        [_paper(place, row, file) for file in files],
    )  # fmt: skip


def _credit(one: dict[str, t.Any]) -> str:
    name, role = str(one.get("name", "")), one.get("role", "author")
    return name if role == "author" else f"{name} ({words.ROLES.get(role, role)})"


def _paper(place: int, row: t.Any, file: t.Any) -> packed.File:
    return packed.file(place, row.title, file.name, file.hash, file.size, file.language, file.original)


@packed.files_of
def files_of(viewer: Viewer, refs: t.Sequence[str]) -> dict[str, list[packed.File]]:
    """Return the files of documents for what another room packs, with numbers in the order in which it names them."""
    numbers = [int(ref.partition(":")[2]) for ref in refs if ref.startswith("document:")]
    rows = {row.id: row for row in lists.some(viewer, numbers) if row.state in OPEN}
    papers = _papers(run(_FILES, {**bound(viewer), "numbers": list(rows)}).all())
    return {
        f"document:{number}": [_paper(place, rows[number], file) for file in papers.get(number, [])]
        for place, number in enumerate(dict.fromkeys(numbers), 1) if number in rows
    }  # fmt: skip


def answer(name: str, title: str, found: list[Taken]) -> Response:
    """Return the ZIP, sent while it is read."""
    page = pages.render(
        "library/taken.html", title=title, taken=found, lang=language(), dir=direction(language()), now=clock.now(),
        own_name=own_name, names=choices.title, base=setting("BASE_URL"),
    )  # fmt: skip
    texts = {"index.html": page, "metadata.csv": table(found)}
    return packed.answer(name, texts, (paper for one in found for paper in one.papers))


def table(found: list[Taken]) -> str:
    """Return the descriptions as CSV, one line for each document; no cell runs in a spreadsheet."""
    head = [
        _("Title"), _("Language"), _("Languages"), _("Abstract"), _("Authors"), _("Entered by"), _("Date"), _("Type"),
        _("Series"), *(choices.title(name) for name in FACETS), _("Licence"), _("Identifiers"), _("Address"), _("Files"),
        _("Title and description in other languages"), _("Published"), _("Versions"), _("State"), _("On the web"),
        _("Archived copy"),
    ]  # fmt: skip
    lines = [tables.line(head), *(tables.line(_cells(one)) for one in found)]
    return "\ufeff" + "".join(lines)


def _cells(one: Taken) -> list[str]:
    row, record, told = one.row, one.record, one.facets
    published, others = (
        record.published,
        {code: own for code, own in record.texts.items() if code != record.language},
    )
    return [
        record.title, record.language, " ".join(row.languages), record.abstract, one.authors, row.by.get("name", ""), row.date,
        row.kind, row.series, *(told.get(name, "") for name in FACETS), one.licence,
        one.identifiers, one.url, "; ".join(paper.path for paper in one.papers if paper.whole),
        "\n".join(f"{code}: {' – '.join(filter(None, own.values()))}" for code, own in sorted(others.items())),
        published.date().isoformat() if published else "", str(record.versions),
        _("Superseded") if record.state == "superseded" else _("Published"), record.link,
        record.archive,
    ]  # fmt: skip
