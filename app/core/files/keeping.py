"""Files in: their bytes are safe before there is a row, so that no row is without its file."""

import contextlib
import hashlib
import os
import pathlib
import secrets
import shutil
import tempfile
import typing as t

import sqlalchemy as sa

from app.core import clock
from app.core.aside import aside
from app.core.audience import Thing
from app.core.database import atomic, setting, upsert
from app.core.files.models import Attachment, Blob, Empty, Kept, TooLarge
from app.core.files.stores import store
from app.core.files.types import PICTURES, clean_name, type_of
from app.extensions import db

CHUNK = 256 * 1024


def keep(stream: t.BinaryIO, name: str, most: int | None = None) -> Kept:
    """Store bytes safely and return what they are. Call before atomic(): copying takes time.

    Raises TooLarge over `most` bytes (the setting MAX_FILE_MB without it) and Empty for nothing.
    """
    most = most or setting("MAX_FILE_MB") * 1024 * 1024
    folder = pathlib.Path(setting("INSTANCE_DIR"), "incoming")
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as draft:
        path = pathlib.Path(draft.name)
        with _gone_on_failure(path):
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise TooLarge(name)
                digest.update(chunk)
                draft.write(chunk)
            if not size:
                raise Empty(name)
            draft.flush()
            os.fsync(draft.fileno())
    return _stored(path, digest.hexdigest(), size, clean_name(name), type_of(path, clean_name(name)))


def keep_path(path: pathlib.Path, name: str) -> Kept:
    """Store a file that lies whole on this disk, without reading it into memory; the file itself stays where it is.

    Call before atomic(). Raises Empty for nothing, FileNotFoundError where there is none.
    """
    hashed, size = aside(_measured, path)
    if not size:
        raise Empty(name)
    folder = pathlib.Path(setting("INSTANCE_DIR"), "incoming")
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / secrets.token_hex(8)
    aside(_twin, path, draft)
    try:
        return _stored(draft, hashed, size, clean_name(name), aside(type_of, draft, clean_name(name)))
    finally:
        draft.unlink(missing_ok=True)


def _measured(path: pathlib.Path) -> tuple[str, int]:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


def _twin(path: pathlib.Path, draft: pathlib.Path) -> None:
    """Give a file a second name; where the disk knows no such thing, copy it."""
    try:
        os.link(path, draft)
    except OSError:
        shutil.copyfile(path, draft)


def _stored(path: pathlib.Path, hashed: str, size: int, name: str, kind: str) -> Kept:
    kept = Kept(hashed, size, name, kind)
    if _wanted_again(kept.hash) and store().exists(kept.hash):
        path.unlink()
    else:
        store().save(path, kept.hash)
    return kept


def _wanted_again(name: str) -> bool:
    """Say whether these bytes have a row; from now on the sweep leaves them alone for a day, until they hang somewhere."""
    if db.session.get(Blob, name) is None:
        return False
    with atomic() as session:
        fresh = sa.update(Blob).where(Blob.hash == name).values(at=clock.now())
        done = t.cast(t.Any, session.execute(fresh.execution_options(synchronize_session=False)))
        return bool(done.rowcount)


@contextlib.contextmanager
def _gone_on_failure(path: pathlib.Path) -> t.Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def attach(kept: Kept, subject: str, root: Thing, by_id: int | None) -> Attachment:
    """Hang stored bytes on a thing named by its reference, inside its transaction. Pictures wait until they are cleaned."""
    db.session.execute(
        upsert(Blob).values(hash=kept.hash, size=kept.size, at=clock.now()).on_conflict_do_nothing()
    )
    row = Attachment(
        root=root.ref, subject=subject, audience_id=root.audience_id, hash=kept.hash, name=kept.name,
        type=kept.type, size=kept.size, by_id=by_id, at=clock.now(),
        state="waiting" if kept.type in PICTURES else "ready",
    )  # fmt: skip
    db.session.add(row)
    return row


def of(root: str) -> dict[str, list[sa.Row]]:
    """Return the files of a root thing, grouped by what they hang on."""
    found: dict[str, list[sa.Row]] = {}
    for row in db.session.execute(_OF_ROOT, {"root": root}):
        found.setdefault(row.subject, []).append(row)
    return found


_table = Attachment.__table__
_OF_ROOT = (
    sa.select(
        _table.c.id,
        _table.c.subject,
        _table.c.name,
        _table.c.type,
        _table.c.size,
        _table.c.state,
        _table.c.hash,
    )
    .where(_table.c.root == sa.bindparam("root"))
    .order_by(_table.c.id)
)


def attach_bytes(row: Attachment, kept: Kept, kind: str) -> None:
    """Give an attachment cleaned bytes in place of those that were sent. Call inside atomic()."""
    db.session.execute(
        upsert(Blob).values(hash=kept.hash, size=kept.size, at=clock.now()).on_conflict_do_nothing()
    )
    db.session.flush()
    row.hash, row.size, row.type, row.state = kept.hash, kept.size, kind, "ready"
