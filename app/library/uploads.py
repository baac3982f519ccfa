"""Files on their way in: announced, sent in pieces or at once, stored, and swept away when nobody describes them.

A row says that a file is whole only after its bytes are safe in the store. There they hang on the upload, for its sender
alone; the document that it becomes hangs them on itself.
"""

import pathlib
import secrets
import typing as t

import sqlalchemy as sa

from app.core import clock, files
from app.core.aside import aside
from app.core.database import LARGEST_ID, atomic
from app.core.files import Kept
from app.core.text import clean_line
from app.extensions import db
from app.library import pieces, quota
from app.library.models import Upload, UploadBatch
from app.library.upload_limits import UNDESCRIBED, accepts, has_room, largest_of, refusal, sent_for
from app.library.upload_words import MOST_FILES

Check = t.Callable[[pathlib.Path, str], bool]
_checks: list[Check] = []
_arrived: list[t.Callable[[Upload], None]] = []


class Refused(Exception):
    """A file that is not taken; the argument is a key of upload_words.REFUSED."""


def check(fn: Check) -> Check:
    """Register what looks at each file before it is taken, such as a scanner for viruses: says whether it is harmless.

    It gets the path and the name, runs beside the loop and must ask no database.
    """
    _checks.append(fn)
    return fn


def on_arrived(fn: t.Callable[[Upload], None]) -> None:
    """Register what is done with a file that has come, inside the transaction that says so."""
    if fn not in _arrived:
        _arrived.append(fn)


# --- batches --------------------------------------------------------------------------------------------------


def batch(person: t.Any, **values: t.Any) -> UploadBatch:
    """Begin a batch, inside atomic()."""
    made = UploadBatch(person_id=person.id, at=clock.now(), **{"shared": {}, "state": "open", **values})
    db.session.add(made)
    db.session.flush()
    return made


def batch_of(person: t.Any, number: int, purpose: str = "") -> UploadBatch | None:
    """Return a batch of a person's own, of the library or sent for another purpose."""
    mine = sa.select(UploadBatch).where(UploadBatch.id == number, UploadBatch.person_id == person.id)
    return db.session.scalar(mine.where(sent_for(purpose))) if number <= LARGEST_ID else None


def end(batch: UploadBatch) -> None:
    """A batch is over."""
    with atomic():
        batch.state = "done"


def listed(number: int) -> list[Upload]:
    """Return the files of a batch, in the order of their folders and names."""
    mine = sa.select(Upload).where(Upload.batch_id == number).order_by(Upload.folder, Upload.name, Upload.id)
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def open_batches(person: t.Any) -> list[t.Any]:
    """Return the batches that a person has not finished: rows with id, at, and the number of files."""
    waits = Upload.state.in_(UNDESCRIBED)
    rows = (
        sa.select(UploadBatch.id, UploadBatch.at, sa.func.count(Upload.id).label("files"))
        .join(Upload, sa.and_(Upload.batch_id == UploadBatch.id, waits))
        .where(UploadBatch.person_id == person.id, UploadBatch.document_id.is_(None), sent_for(""))
        .group_by(UploadBatch.id, UploadBatch.at)
        .order_by(UploadBatch.id.desc())
    )
    return list(db.session.execute(rows.limit(20)))


# --- one file -------------------------------------------------------------------------------------------------


def find(person: t.Any, key: str) -> Upload | None:
    """Return an upload of a person's own by its key."""
    return db.session.scalar(sa.select(Upload).where(Upload.key == key, Upload.person_id == person.id))


def begin(
    person: t.Any, name: str, size: int, *, print_: str = "", folder: str = "", batch_id: int = 0,
    document_id: int = 0, organisation_id: int = 0, purpose: str = "",
) -> Upload:  # fmt: skip
    """Announce a file; one that is on its way already, by its print, goes on. Raises Refused."""
    name, folder, print_ = files.clean_name(name), clean_folder(folder), clean_line(print_)
    known = _known(person, name, size, print_, folder, batch_id, purpose)
    if known is not None:
        return known
    voice = person.voice(organisation_id)
    why = refusal(person, batch_id, name, size, purpose)
    if why or not quota.room_for(voice and voice.id, size):
        raise Refused(why or "quota")
    with atomic():
        batch_id = batch_id or batch(person, document_id=document_id or None, state=purpose or "open").id
        return _added(person, batch_id, name, size, folder, print_[:80])


def _known(
    person: t.Any, name: str, size: int, print_: str, folder: str, batch_id: int, purpose: str
) -> Upload | None:  # fmt: skip
    same = (
        Upload.batch_id.in_(sa.select(UploadBatch.id).where(sent_for(purpose))),
        Upload.person_id == person.id,
        Upload.print == print_[:80],
        Upload.name == name,
        Upload.size == size,
    )
    mine = sa.select(Upload).where(*same, Upload.folder == folder).order_by(Upload.id.desc()).limit(1)
    if not print_:
        return None
    if batch_id:
        return db.session.scalar(mine.where(Upload.batch_id == batch_id, Upload.state.in_(("open", "whole"))))
    return db.session.scalar(mine.where(Upload.state == "open"))


def _added(
    person: t.Any, batch_id: int, name: str, size: int, folder: str, print_: str = "", state: str = "open", why: str = ""
) -> Upload:  # fmt: skip
    now = clock.now()
    upload = Upload(
        key=secrets.token_hex(20), batch_id=batch_id, person_id=person.id, name=name, folder=folder, print=print_,
        size=size, got=0, state=state, why=why, hash="", mime="", values={}, at=now, moved=now,
    )  # fmt: skip
    db.session.add(upload)
    db.session.flush()
    return upload


def clean_folder(path: str) -> str:
    """Return the folder that a file came from, as it may be shown: no way up, no signs that cannot be seen."""
    parts = [clean_line(part).strip(". ") for part in path.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part)[:300]


def append(upload: Upload, offset: int, piece: t.BinaryIO, sum_: str = "") -> int:
    """Take a piece of a file; with the last one it is stored. Returns how many bytes are there."""
    if upload.state != "open":
        return int(upload.size)
    number, size, place = upload.id, upload.size, pieces.path(upload.key)
    got = aside(pieces.append, place, offset, piece, size, sum_)
    if got == size:
        finish(number)
    return got


def finish(number: int) -> None:
    """Store a file that has come as a whole. It can be begun again after it was cut anywhere."""
    row = db.session.scalar(_MINE.where(Upload.id == number))
    if row is None or row.state != "open":
        return
    key, name = row.key, row.name
    place = pieces.path(key)
    try:
        good = aside(_harmless, place, name)
        kept = files.keep_path(place, name) if good else None
    except FileNotFoundError:
        return  # another request was faster
    with atomic() as session:
        row = session.scalar(_MINE.where(Upload.id == number).with_for_update())
        if row is not None and row.state == "open":
            _whole(row, kept)
    pieces.forget(key)


_MINE = sa.select(Upload).execution_options(populate_existing=True)


def _harmless(place: pathlib.Path, name: str) -> bool:
    return all(fn(place, name) for fn in _checks)


def _whole(upload: Upload, kept: Kept | None) -> None:
    upload.moved = clock.now()
    if kept is None:
        upload.state, upload.why = "refused", "unsafe"
        return
    upload.state, upload.got, upload.hash, upload.mime = "whole", kept.size, kept.hash, kept.type
    row = files.attach(kept, upload.ref, upload, upload.person_id)
    row.state = "ready"  # for its sender alone, as it came
    for fn in _arrived:
        fn(upload)


class Received(t.NamedTuple):
    """A file that came at once: its bytes are safe, or `why` says why it is not taken. It has no row yet."""

    name: str
    folder: str
    kept: Kept | None
    why: str = ""


def receive(stream: t.BinaryIO, name: str, folder: str = "") -> Received:
    """Store a file that comes at once, outside atomic(); what hangs on nothing afterwards is swept away."""
    name, folder, place = files.clean_name(name), clean_folder(folder), pieces.path(secrets.token_hex(20))
    try:
        if not accepts(name):
            return Received(name, folder, None, "type")
        aside(pieces.pour, place, stream, largest_of(name))
        if not aside(_harmless, place, name):
            return Received(name, folder, None, "unsafe")
        return Received(name, folder, files.keep_path(place, name))
    except (pieces.TooLong, files.Empty) as error:
        return Received(name, folder, None, "empty" if isinstance(error, files.Empty) else "size")
    finally:
        place.unlink(missing_ok=True)


def enter(person: t.Any, batch_id: int, received: Received) -> Upload:
    """Write the row of a file that was received, inside atomic(); one that is not taken stays as a row that says why."""
    kept, why = received.kept, received.why
    if kept and not has_room(person, kept.size):
        kept, why = None, "waiting"  # its bytes hang on nothing: they are swept away
    upload = _added(
        person, batch_id, received.name, kept.size if kept else 0, received.folder,
        state="open" if kept else "refused", why=why,
    )  # fmt: skip
    if kept:
        _whole(upload, kept)
    return upload


def enter_all(person: t.Any, batch_id: int, received: list[Received]) -> None:
    """Write the rows of files that came together, inside atomic(); those beyond what a batch holds are not taken."""
    room = max(0, MOST_FILES - len(listed(batch_id))) if received else 0
    for one in received[:room]:
        enter(person, batch_id, one)
    for one in received[room:]:
        enter(person, batch_id, one._replace(kept=None, why="number"))


def drop(upload: Upload) -> None:
    """Forget a file: it was stopped, or removed before it was described."""
    key, number = upload.key, upload.id
    with atomic() as session:
        mine = sa.delete(Upload).where(Upload.id == number, Upload.state.not_in(("saving", "used")))
        if t.cast(t.Any, session.execute(mine)).rowcount:
            files.forget(f"{Upload.kind}:{number}")
    pieces.forget(key)


def kept(upload: Upload) -> Kept:
    """Return the stored bytes of a whole upload."""
    return Kept(upload.hash, upload.size, upload.name, upload.mime)


def links(some: t.Iterable[Upload]) -> dict[int, str]:
    """Return the addresses at which their sender can look at files that have come: number of the upload → address."""
    refs = {upload.ref: upload.id for upload in some}
    rows = db.session.scalars(sa.select(files.Attachment).where(files.Attachment.root.in_(list(refs))))
    return {refs[row.root]: row.url for row in rows}


def used(upload: Upload, document_id: int | None) -> None:
    """An upload became a document, or a version of one, inside its act."""
    upload.state, upload.document_id, upload.moved = "used", document_id, clock.now()
    upload.values = {}
    db.session.flush()
    files.forget(upload.ref)
