"""Files of a document: each a numbered version in one language, kept for good; the newest is what readers get."""

import typing as t

import sqlalchemy as sa

from app.core import clock, files, jobs
from app.core.database import LARGEST_ID, atomic, later
from app.core.files import Attachment, Kept
from app.extensions import db
from app.library import facets, reading
from app.library.care import Shut, grown, is_open, told
from app.library.models import Document, Edition, Review, Version


def add_version(
    author: t.Any, document: Document, kept: Kept, *, language: str = "", note: str = "", restores: int | None = None,
    status: str = "official",
) -> Version:  # fmt: skip
    """Put a new file in place of the newest one, which stays as a version; in a further language it is an edition."""
    with atomic():
        grown(document)
        if document.state == "withdrawn":
            raise Shut(document.ref)
        first = language not in ("", document.language, *document.languages.split())
        version = put_in(
            author, document, kept, language=language, note=note, restores=restores, status=status
        )
        _tell(author, document, version, first)
        return version


def _tell(author: t.Any, document: Document, version: Version, first: bool) -> None:
    data: dict[str, t.Any] = {"number": version.number, "language": version.language}
    if is_open(document):
        told(
            "library.edition" if first else "library.version", author, document, excerpt=version.note, **data
        )
        return
    asked = sa.select(Review.reviewer_id).distinct().where(Review.document_id == document.id)
    reviewers = sorted(db.session.scalars(asked)) if document.state != "draft" else []
    verb = "library.revised" if reviewers else "library.changed"
    told(verb, author, document, excerpt=version.note, to=reviewers, **data)


def put_in(
    author: t.Any, document: Document, kept: Kept, *, language: str = "", note: str = "", restores: int | None = None,
    status: str = "official",
) -> Version:  # fmt: skip
    """Add the row of a version and what lists show of it, inside atomic(). It is read after the commit."""
    language = language or document.language
    own = _edition(document, language, status)
    own.versions += 1
    version = Version(
        document_id=document.id, language=language, number=own.versions, note=note, restores=restores,
        by_id=author.id, by=author.byline(author.voice(document.organisation_id)), at=clock.now(), hash=kept.hash,
        name=kept.name, mime=kept.type, size=kept.size, form=reading.tile(kept.name) or "FILE",
        state="waiting", tries=0, outline=[],
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    row = files.attach(kept, f"version:{version.id}", document, author.id)
    row.state = "ready"  # what is kept in the library is given out as it came
    db.session.flush()
    version.file_id, own.version_id = row.id, version.id
    if language == document.language:
        _newest(document, version)
    else:
        own.based_on = document.versions
    document.languages = " ".join(dict.fromkeys([document.language, *document.languages.split(), language]))
    db.session.flush()
    facets.keep(document)
    later(lambda number=version.id: jobs.enqueue("library.read", number))  # type: ignore[misc]
    return version


def _edition(document: Document, language: str, status: str) -> Edition:
    known = edition(document, language)
    if known is None:
        own = "original" if language == document.language else status
        known = Edition(document_id=document.id, language=language, status=own, versions=0, at=clock.now())
        db.session.add(known)
    elif known.status == "wanted":
        known.status = status
    return known


def _newest(document: Document, version: Version) -> None:
    document.version_id, document.versions = version.id, version.number
    document.file_id, document.file_type = version.file_id, version.form
    document.file_size, document.pages = version.size, 0


def restore(author: t.Any, version: Version) -> Version:
    """Bring an older version back: its file becomes the newest version. Nothing is taken away."""
    document = db.session.get_one(Document, version.document_id)
    row = db.session.get_one(Attachment, version.file_id)
    kept = Kept(row.hash, row.size, row.name, row.type)
    return add_version(author, document, kept, language=version.language, restores=version.number)


def numbered(document: Document, number: int, language: str = "") -> Version | None:
    """Return a version of a document by its number in a language (the original's without one)."""
    mine = sa.select(Version).where(
        Version.document_id == document.id, Version.language == (language or document.language),
        Version.number == number,
    )  # fmt: skip
    return db.session.scalar(mine) if 0 < number <= LARGEST_ID else None


def listed(document: Document) -> list[Version]:
    """Return all versions of a document, the original's first, newest first."""
    mine = sa.select(Version).where(Version.document_id == document.id)
    first = sa.case((Version.language == document.language, 0), else_=1)
    return list(db.session.scalars(mine.order_by(first, Version.language, Version.number.desc())))


def edition(document: Document, language: str) -> Edition | None:
    """Return a document in one language."""
    mine = sa.select(Edition).where(Edition.document_id == document.id, Edition.language == language)
    return db.session.scalar(mine)


def is_newest(document: Document, one: Version) -> bool:
    """Say whether no newer file came after this one, in its language."""
    if one.language == document.language:
        return one.number == document.versions
    own = edition(document, one.language)
    return own is not None and own.version_id == one.id


def same(document: Document, hash_: str) -> Version | None:
    """Return the version of this document that has these very bytes."""
    mine = sa.select(Version).where(Version.document_id == document.id, Version.hash == hash_)
    return db.session.scalars(mine.order_by(Version.id.desc()).limit(1)).first()
