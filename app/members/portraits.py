"""Photos of people and logos of organisations: sent, cleaned, cut square, shown.

What was sent is seen by its sender alone until it is cleaned of where and when it was taken; then a square is chosen and
cut by the job process, and what was sent is forgotten.
"""

import io
import logging
import subprocess
import typing as t

import sqlalchemy as sa

from app.core import audit, child, clock, files, jobs, pictures
from app.core.activity import record
from app.core.audience import NOBODY, audience_of, person_room
from app.core.database import atomic, later, locate, upsert
from app.core.languages import lazy
from app.extensions import db
from app.members import seats
from app.members.models import Organisation, Person

log = logging.getLogger(__name__)
Owner = Person | Organisation
SIDE = 256
NAME, FORM, TYPE = "photo.webp", "WEBP", "image/webp"
# The squares to choose from: how far along both ways, and how much of the shorter side.
PLACES = {
    "1": (lazy("Top left"), 0.0, 0.0),
    "2": (lazy("Top"), 0.5, 0.0),
    "3": (lazy("Top right"), 1.0, 0.0),
    "4": (lazy("Left"), 0.0, 0.5),
    "5": (lazy("Middle"), 0.5, 0.5),
    "6": (lazy("Right"), 1.0, 0.5),
    "7": (lazy("Bottom left"), 0.0, 1.0),
    "8": (lazy("Bottom"), 0.5, 1.0),
    "9": (lazy("Bottom right"), 1.0, 1.0),
}
WHOLE = {"1": lazy("From the beginning"), "5": lazy("From the middle"), "9": lazy("To the end")}
CLOSER = 0.6


def _draft(owner: Owner) -> str:
    """What a sent picture hangs on until it is cut."""
    return f"draft:{owner.ref}"


def waiting(owner: Owner, person_id: int) -> files.Attachment | None:
    """Return the picture that a person sent and that is not cut yet, None without one."""
    mine = (files.Attachment.subject == _draft(owner), files.Attachment.by_id == person_id)
    sent = sa.select(files.Attachment).where(*mine)
    return db.session.scalar(sent.order_by(files.Attachment.id.desc()).limit(1))


def send(who: t.Any, owner: Owner, kept: files.Kept) -> None:
    """Take a picture in; until it is cut only its sender sees it."""
    with atomic() as session:
        files.forget(_draft(owner))
        row = files.attach(kept, _draft(owner), owner, who.id)
        row.audience_id = audience_of(person_room(who.id))
        session.flush()


def choose(sent: files.Attachment, square: str) -> None:
    """Have the chosen square cut, and shown."""
    number = sent.id
    with atomic():
        later(lambda: jobs.enqueue("portrait", number, square))


def remove(who: t.Any, owner: Owner) -> None:
    """Take the picture away, and what was sent; the mark stands in its place."""
    with atomic() as session:
        session.add(owner)
        files.forget(_draft(owner))
        _forget_shown(owner)
        owner.picture_id = None
        _changed(who, owner)


@jobs.task("portrait")
def cut(number: int, square: str) -> None:
    """Cut a square out of a sent picture and show it; a picture that cannot be cut says so on the page."""
    sent = db.session.get(files.Attachment, number)
    owner = locate(sent.root) if sent else None
    if sent is None or owner is None or sent.state != "ready" or not is_square(square):
        return
    _name, across, down = PLACES[square[-1]]
    try:
        with files.store().open(sent.hash) as source:
            data = source.read()
        part = CLOSER if square.startswith("near") else 1.0
        done = pictures.in_child(data, FORM, SIDE, across, down, part)
        kept = files.keep(io.BytesIO(done), NAME)
    except (OSError, child.Late) as error:
        log.warning("picture %s: %s", number, error)
        return  # a store that is away or a busy machine, not a bad picture: it can be chosen again
    except (subprocess.SubprocessError, ValueError):
        log.warning("picture %s could not be cut", number)
        with atomic():
            sent.state = "broken"
        return
    with atomic():
        _show(owner, sent, kept)


def _show(owner: Owner, sent: files.Attachment, kept: files.Kept) -> None:
    now = clock.now()
    row = upsert(files.Blob).values(hash=kept.hash, size=kept.size, at=now).on_conflict_do_nothing()
    db.session.execute(row)
    _forget_shown(owner)
    shown = files.Attachment(
        root=owner.ref, subject=owner.ref, audience_id=owner.audience_id, hash=kept.hash, name=NAME, type=TYPE,
        size=kept.size, state="ready", by_id=sent.by_id, at=now,
    )  # fmt: skip
    db.session.add(shown)
    db.session.delete(sent)
    db.session.flush()
    owner.picture_id = shown.id
    _changed(db.session.get(Person, sent.by_id) if sent.by_id else None, owner)


def _forget_shown(owner: Owner) -> None:
    if owner.picture_id:
        db.session.execute(sa.delete(files.Attachment).where(files.Attachment.id == owner.picture_id))


def _changed(who: t.Any, owner: Owner) -> None:
    if isinstance(owner, Person):
        seats.reseat(None, owner.id)
    else:
        record("members.changed", actor=None, subject=owner, audience_id=audience_of(NOBODY))
    audit.note(who, "members.picture", owner.ref)


def is_square(text: str) -> bool:
    """Say whether this names one of the squares."""
    kind, _dash, place = text.partition("-")
    return (kind == "whole" and place in WHOLE) or (kind == "near" and place in PLACES)
