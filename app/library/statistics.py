"""How often documents are opened and downloaded: numbers by day, and nobody's name. One's own looks and machines do not count.

They are gathered in memory and written together now and then: a look at a page never waits for the disk.
"""

import collections
import datetime as dt
import re
import time
import typing as t

import sqlalchemy as sa
from flask import current_app, request

from app.core import clock, files
from app.core.database import atomic, run, upsert
from app.core.panels import panel
from app.core.policy import allowed, can, me
from app.extensions import db
from app.library.models import Document, DocumentDay

WRITTEN_EVERY = 20.0  # seconds
MOST_KEPT = 300
VIEWS, DOWNLOADS = "views", "downloads"
MACHINES = re.compile(
    r"bot|crawl|spider|slurp|fetch|preview|monitor|scan|curl|wget|python|java/|go-http|libwww|headless|okhttp|^$",
    re.I,
)
_n = DocumentDay.__table__
Key = tuple[int, dt.date, str]


def count_view(document: t.Any) -> None:
    """Count a look at a document's page, unless it is one's own or a machine's."""
    if _counts() and not allowed(me(), "library.numbers", document):
        _gathered([document.id], VIEWS)


def count_downloads(numbers: t.Sequence[int]) -> None:
    """Count that documents were taken out, those that one looks after aside."""
    if not _counts() or not numbers:
        return
    found = db.session.scalars(sa.select(Document).where(Document.id.in_(list(numbers)))).all()
    _gathered([one.id for one in found if not allowed(me(), "library.numbers", one)], DOWNLOADS)


@files.on_download
def count_file(row: t.Any) -> None:
    """Count that a document's own file was asked for, from its beginning."""
    kind, _colon, number = row.root.partition(":")
    begins = request.headers.get("Range", "bytes=0-").startswith("bytes=0-")
    if kind == "document" and row.subject.startswith("version:") and begins and "download" in request.args:
        count_downloads([int(number)])


def _counts() -> bool:
    """Say whether somebody asks: no machine, no browser that loads ahead, no question whether something changed."""
    agent = request.headers.get("User-Agent", "")
    ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose")
    return request.method == "GET" and not ahead and not MACHINES.search(agent)


def _waiting() -> "collections.Counter[Key]":
    kept: collections.Counter[Key] = current_app.extensions.setdefault(
        "library_counts", collections.Counter()
    )
    return kept


def _gathered(numbers: t.Iterable[int], what: str) -> None:
    kept, today = _waiting(), clock.now().date()
    kept.update((number, today, what) for number in numbers)
    due = current_app.extensions.setdefault("library_counts_due", time.monotonic() + WRITTEN_EVERY)
    if due < time.monotonic() or len(kept) > MOST_KEPT:
        write()


def write() -> None:
    """Write what was gathered."""
    kept = _waiting()
    current_app.extensions["library_counts_due"] = time.monotonic() + WRITTEN_EVERY
    if not kept:
        return
    taken = list(kept.items())
    kept.clear()
    rows: dict[tuple[int, dt.date], dict[str, int]] = {}
    for (number, day, what), times in taken:
        rows.setdefault((number, day), {VIEWS: 0, DOWNLOADS: 0})[what] += times
    with atomic() as session:
        known = set(session.scalars(sa.select(Document.id).where(Document.id.in_({key[0] for key in rows}))))
        for (number, day), numbers in sorted(rows.items()):
            if number in known:
                row = upsert(_n).values(document_id=number, day=day, **numbers)
                more = {
                    VIEWS: _n.c.views + row.excluded.views,
                    DOWNLOADS: _n.c.downloads + row.excluded.downloads,
                }
                session.execute(row.on_conflict_do_update(index_elements=["document_id", "day"], set_=more))


class Numbers(t.NamedTuple):
    """How often a document was opened and downloaded: in all, in the last 30 days, and by month."""

    views: int
    downloads: int
    lately: tuple[int, int]
    months: list[tuple[dt.date, int, int]]


_DAYS = (
    sa.select(_n.c.day, _n.c.views, _n.c.downloads)
    .where(_n.c.document_id == sa.bindparam("number"))
    .order_by(_n.c.day)
)


def of(document_id: int) -> Numbers:
    """Return the numbers of a document."""
    days = run(_DAYS, {"number": document_id}).all()
    since = clock.now().date() - dt.timedelta(days=30)
    late = [row for row in days if row.day > since]
    months: dict[dt.date, list[int]] = {}
    for row in days:
        month = months.setdefault(row.day.replace(day=1), [0, 0])
        month[0] += row.views
        month[1] += row.downloads
    return Numbers(
        sum(row.views for row in days), sum(row.downloads for row in days),
        (sum(row.views for row in late), sum(row.downloads for row in late)),
        [(month, *numbers) for month, numbers in sorted(months.items(), reverse=True)][:12],  # type: ignore[misc]
    )  # fmt: skip


@panel("document", order=60, column="side")
def numbers(document: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """How often it is used, for who looks after it."""
    if not can("library.numbers", document):
        return None
    write()
    return "library/_numbers.html", {"numbers": of(document.id)}
