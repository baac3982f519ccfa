"""Files become documents: what is said of many at once, what is wrong with a row, and the one act that takes them in."""

import logging
import typing as t

import sqlalchemy as sa

from app.core import clock, jobs
from app.core.activity import record
from app.core.audience import Viewer
from app.core.database import atomic, collected, later
from app.core.files import Kept
from app.core.languages import in_language
from app.core.policy import allowed
from app.extensions import db
from app.library import acts, guessing, own_titles, quota, resolving, unpacking, uploads
from app.library.models import Document, Upload, UploadBatch, Version
from app.members.signed_in import as_person
from app.spaces.models import Space

log = logging.getLogger(__name__)
AT_ONCE = 10  # documents that are made in the request itself; more are the job process's
PART = 5  # documents in one transaction: others write in between
SHARED = ("language", "type", "licence", "date", "sight", "themes")


# --- one file -------------------------------------------------------------------------------------------------


def kept_for(person: t.Any, key: str) -> Kept | None:
    """Return a whole upload of a person's own, by its key, as files are kept; None for anything else."""
    upload = uploads.find(person, key)
    good = upload is not None and upload.state == "whole" and uploads.batch_of(person, upload.batch_id)
    return uploads.kept(t.cast(Upload, upload)) if good else None


def taken(person: t.Any, key: str, document: Document) -> None:
    """Say inside an act that an upload became a version of this document; its batch is done with it."""
    upload = uploads.find(person, key)
    if upload is not None and upload.state == "whole":
        uploads.used(upload, document.id)


def fields_of(said: t.Mapping[str, t.Any], row: t.Mapping[str, t.Any], fallback: str) -> dict[str, t.Any]:
    """Return the fields of a document: what is said of this file, else of all of them."""
    found = {name: row.get(name) or said.get(name) for name in SHARED}
    found["language"] = found["language"] or fallback
    return {"title": row["title"], **{name: value for name, value in found.items() if value}}


def draft(author: t.Any, upload: Upload, said: dict[str, t.Any], space: Space) -> Document:
    """Make a draft of one file, to be described on its own page."""
    guess = guessing.of(upload.name)._asdict()
    if said.get("language"):
        guess["language"] = ""
    with atomic():
        document = acts.create(
            author, fields_of(said, guess, author.language or "en"), space=space,
            organisation=author.voice(said.get("organisation")), file=uploads.kept(upload), quiet=True,
        )  # fmt: skip
        uploads.used(upload, document.id)
        return document


def gather(
    author: t.Any, batch: UploadBatch | None, received: list[uploads.Received], said: dict[str, t.Any], space: Space, unpack: bool
) -> str:  # fmt: skip
    """Put files of one form together; return where they are described: one alone on its own page, many in a table.

    One that is in the library already stands in a table too: there it says so, and is left out unless its sender wants it."""
    with atomic():
        batch = batch or uploads.batch(author)
        batch.shared, batch.space_id = said, space.id
        uploads.enter_all(author, batch.id, received)
        rows = uploads.listed(batch.id)
        for upload in rows:
            if unpack and upload.state == "whole" and unpacking.is_archive(upload):
                unpacking.begin(upload)
        if len(rows) == 1 and _fits_alone(author, rows[0], said):
            uploads.end(batch)
            return f"/library/{draft(author, rows[0], said, space).id}/edit"
        return batch.url


def _fits_alone(author: t.Any, upload: Upload, said: dict[str, t.Any]) -> bool:
    voice = author.voice(said.get("organisation"))
    room = upload.state == "whole" and quota.room_for(voice and voice.id, upload.size)
    return room and not twins(author.viewer, {upload.hash})


def keep_typed(
    author: t.Any, batch: UploadBatch, shared: dict[str, t.Any], typed: list[tuple[Upload, dict[str, t.Any]]],
    received: list[uploads.Received],
) -> None:  # fmt: skip
    """Put further files into a batch, and keep what was typed of the others so far."""
    with atomic():
        batch.shared = shared
        for upload, values in typed:
            if upload.state == "whole":
                upload.values = {**values, **_inside(upload)}
        uploads.enter_all(author, batch.id, received)


def _inside(upload: Upload) -> dict[str, str]:
    """What was read of a file stays, whatever is typed of it."""
    return {own_titles.INSIDE: upload.values[own_titles.INSIDE]} if own_titles.INSIDE in upload.values else {}


# --- what is seen beside a row ----------------------------------------------------------------------------------


def twins(viewer: Viewer, hashes: t.Collection[str]) -> dict[str, list[t.Any]]:
    """Return the documents with the same bytes that the viewer may see: hash → rows with id and title. Others are not told of."""
    same = (
        sa.select(Version.hash, Document.id, Document.title)
        .join(Document, Document.id == Version.document_id)
        .where(Version.hash.in_(list(hashes)), Document.visible_to(viewer), Document.state != "withdrawn")
        .order_by(Document.id)
        .distinct()
    )
    found: dict[str, list[t.Any]] = {}
    for row in db.session.execute(same) if hashes else ():
        found.setdefault(row.hash, []).append(row)
    return found


def own_documents(author: t.Any, space_id: int | None, most: int = 200) -> list[t.Any]:
    """Return documents that new versions may be put into, the newest first: those that one entered, and of one's organisations."""
    voices = [seat.id for seat in author.seats if seat.may_publish]
    mine = sa.or_(Document.author_id == author.id, Document.organisation_id.in_(voices))
    rows = sa.select(Document.id, Document.title).where(
        mine, Document.state != "withdrawn", Document.visible_to(author.viewer)
    )
    order = (sa.case((Document.space_id == (space_id or 0), 0), else_=1), Document.id.desc())
    return list(db.session.execute(rows.order_by(*order).limit(most)))


def named(author: t.Any, address: str) -> Document | None:
    """Return the document at an address, if one may put versions into it."""
    document = resolving.document_at(address, author.viewer)
    return document if document is not None and allowed(author, "library.edit", document) else None


# --- taking in --------------------------------------------------------------------------------------------------


class Said(t.NamedTuple):
    """What was said of one file of a batch: the values of its document, or that it is left out."""

    upload: Upload
    values: dict[str, t.Any]
    leave: bool = False


def take_in(
    author: t.Any, batch: UploadBatch, shared: dict[str, t.Any], said: list[Said], publish: bool
) -> None:
    """Let all these files become documents: few at once, many by the job process. What is left out goes."""
    with atomic():
        db.session.refresh(batch, with_for_update=True)
        uploads.listed(batch.id)  # as they are now: another page may have been faster
        rows = [one for one in said if one.upload.state == "whole"]
        for one in rows:
            if not one.leave:
                one.upload.values = {**one.values, **_inside(one.upload)}
                one.upload.state, one.upload.moved = "saving", clock.now()
        alone = sum(not one.leave and not one.values.get("of") for one in rows) == 1
        batch.shared = {**shared, "publish": publish, "alone": alone, "made": []}
        batch.space_id, batch.state = shared["space"], "saving"
        db.session.flush()
        for one in rows:
            if one.leave:
                uploads.drop(one.upload)
        if len(rows) <= AT_ONCE:
            while _part(author, batch):
                pass
        else:
            later(lambda: jobs.enqueue("library.arrive", batch.id))


@jobs.task("library.arrive")
def arrive(number: int) -> None:
    """Make the documents of a batch, some at a time; begun again after a stop it goes on where it was."""
    batch = db.session.get(UploadBatch, number)
    if batch is None or batch.state != "saving":
        return
    author = as_person(batch.person_id)
    with in_language(author.language, author.timezone):
        more = True
        while more:
            with atomic():
                db.session.refresh(batch, with_for_update=True)
                more = batch.state == "saving" and _part(author, batch)


@jobs.minutely
def go_on() -> None:
    """Finish what a killed process left."""
    for number in db.session.scalars(sa.select(UploadBatch.id).where(UploadBatch.state == "saving")).all():
        arrive(number)


def _part(author: t.Any, batch: UploadBatch) -> bool:
    """Make some documents, inside atomic(); with the last ones the newsfeed hears of all. Says whether there is more."""
    waits = sa.select(Upload).where(Upload.batch_id == batch.id, Upload.state == "saving").order_by(Upload.id)
    rows = list(db.session.scalars(waits.limit(PART)))
    made = list(batch.shared.get("made", ()))
    for upload in rows:
        document = _made(author, batch, upload)
        if document is not None:
            made.append(document.id)
    batch.shared = {**batch.shared, "made": made}
    if len(rows) < PART:
        _finish(author, batch, made)
        return False
    return True


def _made(author: t.Any, batch: UploadBatch, upload: Upload) -> Document | None:
    """Make one document, or a version of one; what cannot be made any longer stays in the table and says so."""
    begun = collected()
    try:
        with db.session.begin_nested():
            values = upload.values
            if not values.get("of"):
                return _new(author, batch, upload, values)
            _version(author, upload, values)
            return None
    except (acts.Shut, NoRoom, PermissionError, ValueError) as why:
        collected(begun)
        error = "quota" if isinstance(why, NoRoom) else "shut"
        upload.state, upload.values = "whole", {**upload.values, "error": error}
        db.session.flush()
        return None


def _new(author: t.Any, batch: UploadBatch, upload: Upload, values: dict[str, t.Any]) -> Document:
    shared = batch.shared
    space = db.session.get(Space, shared["space"])
    if space is None or not space.readable_by(author.viewer) or not allowed(author, "library.add", space):
        raise PermissionError("space")
    voice = author.voice(shared.get("organisation"))
    _fits(voice and voice.id, upload)
    document = acts.create(
        author, fields_of(shared, values, author.language or "en"), space=space, organisation=voice,
        file=uploads.kept(upload), quiet=True,
    )  # fmt: skip
    uploads.used(upload, document.id)
    if shared["publish"]:
        acts.publish(author, document, quiet=not shared["alone"])
    return document


def _version(author: t.Any, upload: Upload, values: dict[str, t.Any]) -> None:
    document = named(author, values["of"])
    if document is None:
        raise PermissionError("document")
    _fits(document.organisation_id, upload)
    acts.add_version(author, document, uploads.kept(upload), language=values.get("language", ""))
    uploads.used(upload, document.id)


class NoRoom(Exception):
    """An organisation has used up its room."""


def _fits(organisation_id: int | None, upload: Upload) -> None:
    if not quota.room_for(organisation_id, upload.size):
        raise NoRoom(upload.name)


def _finish(author: t.Any, batch: UploadBatch, made: list[int]) -> None:
    """One item of the newsfeed for all of them, for those who see them."""
    waits = Upload.state.in_(("open", "whole", "unpacking"))
    left = db.session.scalar(sa.select(Upload.id).where(Upload.batch_id == batch.id, waits).limit(1))
    batch.state = "open" if left else "done"
    first = db.session.get(Document, made[0]) if made else None
    if first is None or not batch.shared["publish"] or batch.shared["alone"]:
        return
    record(
        "library.imported", actor=author, subject=f"batch:{batch.id}", organisation=author.voice(first.organisation_id),
        space_id=first.space_id, audience_id=first.audience_id, title=str(len(made)),
        url=f"/library?space={first.space_id}", data={"count": len(made), "first": first.id},
    )  # fmt: skip
