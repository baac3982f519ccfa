"""Records become documents: each in a transaction of its own, so that a broken one stops no other and others write between."""

import typing as t

from app.core import files
from app.core.batches import counted, step
from app.core.database import atomic
from app.extensions import db
from app.library import acts, quota
from app.library.models import Document
from app.library.upload_limits import largest
from app.past import boxes, describing, keys, shelves
from app.past.models import PastBatch, PastItem
from app.past.plans import Plan
from app.past.sources import Fault, Record
from app.spaces.models import Space


def take_in(actor: t.Any, batch: PastBatch, plan: Plan) -> None:
    """Take the records of a batch in, from where it was; raises Stopped where somebody else works on it."""
    lists = describing.known()
    box = boxes.opened(batch, plan, batch.done)
    for number in range(batch.done, len(plan.items)):
        record = plan.items[number]
        kept = _kept(box, record)
        with atomic():
            step(batch, number)
            _one(actor, batch, record, kept, lists)
            batch.done = number + 1


def _kept(box: boxes.Box, record: Record) -> files.Kept | None | Fault:
    """Store the file of a record, before the transaction: copying takes time."""
    faults: list[Fault] = []
    hash_ = boxes.hash_in(box, record, faults)
    if hash_ is None:
        return faults[0]
    if not hash_:
        return None
    try:
        with box.open(record.file) as stream:
            return files.keep(stream, record.file.rpartition("/")[2], largest())
    except (OSError, files.TooLarge, files.Empty):
        return Fault(record.line, "damaged", record.file[-120:])


def _one(
    actor: t.Any, batch: PastBatch, record: Record, kept: files.Kept | None | Fault, lists: describing.Known
) -> None:  # fmt: skip
    if isinstance(kept, Fault):
        counted(batch, "lost")
        return
    key = keys.of_record(batch.space_id, record, kept.hash if kept else "")
    if keys.known([key]) or (kept and keys.in_library(actor.viewer, batch.space_id, kept.hash)):
        counted(batch, "known")
        return
    fields = describing.described(record, lists, batch.how).fields
    space = db.session.get_one(Space, batch.space_id)
    voice = describing.voice_of(record, lists, actor, batch.how)
    if kept and not quota.room_for(voice and voice.id, kept.size):
        counted(batch, "full")
        return
    document = acts.create(
        actor, fields, space=space, organisation=voice, file=kept, batch_id=batch.id, quiet=True
    )
    if batch.how.get("publish", True):
        acts.publish(actor, document, quiet=True)
    shelves.put(actor, batch, record.folder, document.id)
    db.session.add(PastItem(batch_id=batch.id, ref=document.ref, key=key, stamp=stamp(document)))
    counted(batch, "documents")
    if document.sight != batch.how["sight"]:
        counted(batch, "inside")


def stamp(document: Document) -> str:
    """Return what changes as soon as somebody does anything with a document; that it was read by a job is nothing."""
    return f"{document.changed.isoformat()} {document.talks}"[:60]
