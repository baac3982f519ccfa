"""A document in several languages: which editions there are, which the original has moved on from, who works on them.

A file of an edition is a version in its language (versions.py); here is what is said around it.
"""

import typing as t

import sqlalchemy as sa

from app.core import clock, watches
from app.core.activity import record
from app.core.audience import Viewer, bound, in_sight
from app.core.database import LARGEST_ID, atomic, run
from app.extensions import db
from app.library.care import grown, told
from app.library.models import Document, Edition, Version
from app.library.models.documents import OPEN
from app.members.models import Person

PAGE = 30
STATUSES = ("official", "community", "machine")
_e, _d, _v, _p = Edition.__table__, Document.__table__, Version.__table__, Person.__table__
_stale = sa.and_(_e.c.status.in_(STATUSES), _e.c.based_on < _d.c.versions)
_wanted = _e.c.status == sa.literal("wanted")


class Row(t.NamedTuple):
    """An edition as its document's page and the list of what is missing show it."""

    it: t.Any
    stale: bool
    volunteer: str
    volunteer_url: str
    mine: bool


_COLUMNS = (
    _e.c.id, _e.c.document_id, _e.c.language, _e.c.status, _e.c.based_on, _e.c.versions, _e.c.version_id,
    _e.c.volunteer_id, _e.c.at, _d.c.title, _d.c.language.label("original"), _d.c.versions.label("newest"),
    _v.c.number, _v.c.at.label("version_at"), _v.c.form, _v.c.size, _v.c.file_id, _v.c.state.label("reading"),
    _p.c.name.label("person"), _p.c.handle, _p.c.state.label("person_state"), _p.c.audience_id.label("person_audience"),
)  # fmt: skip
_ROWS = (
    sa.select(*_COLUMNS)
    .join_from(_e, _d, _d.c.id == _e.c.document_id)
    .outerjoin(_v, _v.c.id == _e.c.version_id)
    .outerjoin(_p, sa.and_(_p.c.id == _e.c.volunteer_id, in_sight(_p.c.audience_id)))
)
_OF_ONE = _ROWS.where(_e.c.document_id == sa.bindparam("number")).order_by(
    sa.case((_e.c.status == "original", 0), else_=1), _e.c.language
)
_OPEN = (
    _ROWS.where(
        in_sight(_d.c.audience_id),
        _d.c.state.in_(OPEN),
        sa.or_(_stale, _wanted),
        _e.c.id < sa.bindparam("before"),
    )
    .order_by(_e.c.id.desc())
    .limit(PAGE + 1)
)
_OPEN_IN = _OPEN.where(_e.c.language == sa.bindparam("language"))
_COUNTS = (
    sa.select(_e.c.language, sa.func.count().label("number"))
    .join_from(_e, _d, _d.c.id == _e.c.document_id)
    .where(in_sight(_d.c.audience_id), _d.c.state.in_(OPEN), sa.or_(_stale, _wanted))
    .group_by(_e.c.language)
)


def of(viewer: Viewer, document: Document) -> list[Row]:
    """Return the editions of a document, the original first."""
    given = {**bound(viewer), "number": document.id}
    return [_row(row, viewer) for row in run(_OF_ONE, given)]


def missing(viewer: Viewer, language: str = "", before: int = 0) -> tuple[list[Row], int]:
    """Return editions that are wanted or that the original has moved on from, and the cursor of the next page (0: none)."""
    given: dict[str, t.Any] = {**bound(viewer), "before": before or LARGEST_ID}
    if language:
        given["language"] = language
    rows = [_row(row, viewer) for row in run(_OPEN_IN if language else _OPEN, given)]
    return rows[:PAGE], rows[PAGE - 1].it.id if len(rows) > PAGE else 0


def counts(viewer: Viewer) -> dict[str, int]:
    """Return how many are wanted or stale in each language, as far as a viewer sees their documents."""
    return {row.language: row.number for row in run(_COUNTS, bound(viewer))}


def _row(row: t.Any, viewer: Viewer) -> Row:
    stale = row.status in STATUSES and row.based_on < row.newest
    seen = row.person is not None and row.person_state == "active"
    return Row(
        row, stale, row.person if seen else "", f"/people/{row.volunteer_id}-{row.handle}" if seen else "",
        row.volunteer_id is not None and row.volunteer_id == viewer.person_id,
    )  # fmt: skip


def one(document: Document, language: str) -> Edition | None:
    """Return the edition of a document in a language."""
    mine = sa.select(Edition).where(Edition.document_id == document.id, Edition.language == language)
    return t.cast("Edition | None", db.session.scalar(mine))


class Behind(t.NamedTuple):
    """How a file stands to the original: the number that it was made from, and the newest one. `machine`: nobody translated it."""

    based_on: int
    newest: int
    machine: bool

    @property
    def stale(self) -> bool:
        """Say whether the original has moved on since."""
        return self.based_on < self.newest


def behind(document: Document, version: Version | None) -> Behind | None:
    """Return how a translated file stands to its original; None for the original itself."""
    if version is None or version.language == document.language:
        return None
    edition = one(document, version.language)
    if edition is None or edition.status not in STATUSES:
        return None
    return Behind(edition.based_on, document.versions, edition.status == "machine")


# --- acts ------------------------------------------------------------------------------------------------------


def want(actor: t.Any, document: Document, language: str) -> Edition | None:
    """Say that a document is wanted in a language; nothing where there is one already."""
    with atomic() as session:
        grown(document, *OPEN)
        known = one(document, language)
        if known is not None or language == document.language:
            return known
        edition = Edition(
            document_id=document.id,
            language=language,
            status="wanted",
            versions=0,
            based_on=0,
            at=clock.now(),
        )
        session.add(edition)
        session.flush()
        _said("library.wanted", actor, document, language)
        return edition


def offer(actor: t.Any, document: Document, language: str) -> bool:
    """Offer to translate a document, or to bring a translation up to date. Says whether nobody had offered before."""
    with atomic() as session:
        grown(document, *OPEN)
        edition = one(document, language)
        if edition is None and language != document.language:
            edition = Edition(
                document_id=document.id,
                language=language,
                status="wanted",
                versions=0,
                based_on=0,
                at=clock.now(),
            )
            session.add(edition)
        if edition is None or edition.status == "original" or edition.volunteer_id is not None:
            return False
        edition.volunteer_id = actor.id
        session.flush()
        watches.watch(actor.id, document.ref, watches.FOLLOW, softly=True)
        _said("library.offered", actor, document, language)
        return True


def give_up(actor: t.Any, document: Document, language: str) -> bool:
    """Take an offer back, one's own or, for who looks after the document, somebody's."""
    with atomic() as session:
        grown(document)
        edition = one(document, language)
        if edition is None or edition.volunteer_id is None:
            return False
        if edition.status == "wanted" and not edition.versions and edition.volunteer_id == actor.id:
            session.delete(edition)
        else:
            edition.volunteer_id = None
        told("library.changed", actor, document)
        return True


def still_good(actor: t.Any, document: Document, language: str) -> bool:
    """Say that an edition says the same as the newest version of the original."""
    with atomic():
        grown(document)
        edition = one(document, language)
        if edition is None or edition.status not in STATUSES or edition.based_on >= document.versions:
            return False
        edition.based_on = document.versions
        told("library.changed", actor, document)
        return True


def set_status(actor: t.Any, document: Document, language: str, status: str) -> bool:
    """Say whose an edition is: official, of members, of a machine."""
    with atomic():
        grown(document)
        edition = one(document, language)
        if (
            edition is None
            or edition.status not in STATUSES
            or status not in STATUSES
            or edition.status == status
        ):
            return False
        edition.status = status
        told("library.changed", actor, document)
        return True


def _said(verb: str, actor: t.Any, document: Document, language: str) -> None:
    """Tell who entered the document."""
    to = [document.author_id] if document.author_id != actor.id else []
    record(
        verb, actor=actor, subject=document, space_id=document.space_id, data={"language": language, "to": to},
        url=f"{document.url}#editions",
    )  # fmt: skip
