"""Files: kept under the hash of their content, given out by one route that asks the rule.

The row is written only after the bytes are safe (write, fsync, rename), so there is never a row without its
file; a file without a row is swept away later. Type and disposition come from the content, never from the name.
"""

import contextlib
import datetime as dt
import hashlib
import os
import pathlib
import re
import tempfile
import typing as t
import unicodedata
import zipfile
from urllib.parse import parse_qs, quote, urlsplit

import puremagic
import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import Blueprint, Response, abort, current_app, request, send_file

from app.core import clock, policy
from app.core.audience import Thing, follows_root
from app.core.database import UtcDateTime, atomic, get_or_none, known_as, setting, upsert
from app.core.text import clean_line
from app.extensions import Model, db

bp = Blueprint("files", __name__)
CHUNK = 256 * 1024
INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp"}
PICTURES = INLINE
# What is stored as itself: extension → type. Everything else is kept and given out as plain bytes.
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "zip": "application/zip",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "txt": "text/plain",
    "md": "text/plain",
    "csv": "text/csv",
    "ics": "text/calendar",
    "rtf": "application/rtf",
}
PLAIN_BYTES = "application/octet-stream"


class Blob(Model):
    """The bytes of a file, known by their SHA-256; equal files are kept once."""

    __tablename__ = "blob"
    hash: so.Mapped[str] = so.mapped_column(sa.String(64), primary_key=True)
    size: so.Mapped[int] = so.mapped_column(sa.BigInteger)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


@follows_root
class Attachment(Thing, Model):
    """A file as somebody attached it: its name there, and the audience of what it hangs on."""

    __tablename__ = "attachment"
    kind = "file"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    root: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    subject: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    hash: so.Mapped[str] = so.mapped_column(sa.ForeignKey("blob.hash"), index=True)
    name: so.Mapped[str] = so.mapped_column(sa.String(255))
    type: so.Mapped[str] = so.mapped_column(sa.String(120))
    size: so.Mapped[int] = so.mapped_column(sa.BigInteger)
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="ready"
    )  # waiting: to be cleaned first; broken
    by_id: so.Mapped[int | None]
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    @property
    def title(self) -> str:  # type: ignore[override]
        """The file's name."""
        return self.name

    @property
    def url(self) -> str:
        """The one address of the file."""
        return f"/files/{self.id}/{quote(self.name)}"


known_as("file", Attachment)


class Kept(t.NamedTuple):
    """Bytes that are safe, not yet attached to anything."""

    hash: str
    size: int
    name: str
    type: str


class TooLarge(ValueError):
    """A file is larger than the setting allows."""


class Empty(ValueError):
    """A file holds nothing."""


# --- stores -----------------------------------------------------------------------------------------------


class FolderStore:
    """Files in a folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def path(self, name: str) -> pathlib.Path:
        return self.folder / name[:2] / name[2:]

    def save(self, source: pathlib.Path, name: str) -> None:
        """Move a finished file to its place; power loss leaves it whole or absent."""
        place = self.path(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, place)
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def exists(self, name: str) -> bool:
        return self.path(name).is_file()

    def open(self, name: str) -> t.BinaryIO:
        return self.path(name).open("rb")

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def names(self, before: dt.datetime | None = None) -> t.Iterator[str]:
        for path in self.folder.glob("??/*"):
            if before is None or path.stat().st_mtime < before.timestamp():
                yield path.parent.name + path.name


class BucketStore:
    """Files in an S3 bucket: s3://bucket?endpoint=…&region=…&prefix=…"""

    def __init__(self, url: str) -> None:
        import boto3

        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.bucket, self.prefix = parts.netloc, query.get("prefix", "")
        self.client = boto3.client("s3", endpoint_url=query.get("endpoint"), region_name=query.get("region"))

    def key(self, name: str) -> str:
        return f"{self.prefix}{name[:2]}/{name[2:]}"

    def save(self, source: pathlib.Path, name: str) -> None:
        self.client.upload_file(str(source), self.bucket, self.key(name))
        source.unlink()

    def exists(self, name: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self.client.head_object(Bucket=self.bucket, Key=self.key(name))
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                return False
            raise
        return True

    def open(self, name: str) -> t.BinaryIO:
        from botocore.exceptions import BotoCoreError, ClientError

        spool = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115  closed by the response
        try:
            self.client.download_fileobj(self.bucket, self.key(name), spool)
        except (BotoCoreError, ClientError) as error:
            spool.close()
            raise OSError(f"the bucket does not give {name}") from error
        spool.seek(0)
        return t.cast(t.BinaryIO, spool)

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.key(name))

    def names(self, before: dt.datetime | None = None) -> t.Iterator[str]:
        for page in self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix
        ):
            for row in page.get("Contents", []):
                if before is not None and row["LastModified"] >= before:
                    continue
                yield row["Key"][len(self.prefix) :].replace("/", "", 1)


def store() -> FolderStore | BucketStore:
    """Return the store that the settings name."""
    known = current_app.extensions.get("files")
    if known is None:
        url, folder = setting("FILES_URL"), pathlib.Path(setting("INSTANCE_DIR"), "files")
        known = BucketStore(url) if url else FolderStore(folder)
        current_app.extensions["files"] = known
    return t.cast("FolderStore | BucketStore", known)


# --- in ---------------------------------------------------------------------------------------------------


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
    name = clean_name(name)
    kept = Kept(digest.hexdigest(), size, name, type_of(path, name))
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


def attach(kept: Kept, subject: Thing, root: Thing, by_id: int | None) -> Attachment:
    """Hang stored bytes on a thing, inside its transaction. Pictures wait until they are cleaned."""
    db.session.execute(
        upsert(Blob).values(hash=kept.hash, size=kept.size, at=clock.now()).on_conflict_do_nothing()
    )
    row = Attachment(
        root=root.ref, subject=subject.ref, audience_id=root.audience_id, hash=kept.hash, name=kept.name,
        type=kept.type, size=kept.size, by_id=by_id, at=clock.now(),
        state="waiting" if kept.type in PICTURES else "ready",
    )  # fmt: skip
    db.session.add(row)
    return row


def clean_name(name: str) -> str:
    """Return a file's name as it may be shown: no path, no control or direction characters, 120 at most."""
    name = unicodedata.normalize("NFC", clean_line(re.split(r"[/\\]", name or "")[-1]))
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    stem = stem.strip(". ")[:110] or "file"
    return f"{stem}.{ending.strip()[:9]}" if ending.strip() else stem


def type_of(path: pathlib.Path, name: str) -> str:
    """Return the type of a file by its content, where it agrees with its name; else plain bytes."""
    claimed = TYPES.get(name.rpartition(".")[2].lower())
    if claimed is None:
        return PLAIN_BYTES
    if claimed.startswith("text/"):
        return claimed if _is_text(path) else PLAIN_BYTES
    return claimed if _agrees(path, claimed) else PLAIN_BYTES


def _is_text(path: pathlib.Path) -> bool:
    with path.open("rb") as file:
        head = file.read(4096)
    return b"\0" not in head


# Office files are archives: what makes them what they claim is a member of theirs.
MEMBERS = {
    TYPES["docx"]: "word/",
    TYPES["xlsx"]: "xl/",
    TYPES["pptx"]: "ppt/",
    TYPES["odt"]: "mimetype",
    TYPES["ods"]: "mimetype",
    TYPES["odp"]: "mimetype",
    TYPES["zip"]: "",
}


def _agrees(path: pathlib.Path, claimed: str) -> bool:
    if claimed in MEMBERS:
        return _has_member(path, MEMBERS[claimed])
    try:
        found = {match.mime_type for match in puremagic.magic_file(str(path))}
    except (puremagic.PureError, ValueError):
        return False
    return claimed in found or (claimed == TYPES["rtf"] and "text/rtf" in found)


def _has_member(path: pathlib.Path, begins: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.startswith(begins) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


# --- out --------------------------------------------------------------------------------------------------


@bp.get("/files/<int:number>/<path:name>")
@policy.ruled("file.read", public=True)
def download(number: int, name: str) -> Response:
    """The one way out of a file: asks the rule, fixes the type, never lets it run as a page."""
    row = policy.require("file.read", get_or_none(Attachment, number))
    if row.state != "ready":
        abort(404)
    try:
        body = store().open(row.hash)
    except OSError:
        abort(503)
    inline = row.type in INLINE and "download" not in request.args
    answer = send_file(
        body, mimetype=row.type, as_attachment=not inline, download_name=row.name, etag=row.hash,
        last_modified=row.at, conditional=False, max_age=0,
    )  # fmt: skip
    answer.content_length = row.size
    answer.make_conditional(request, accept_ranges=True, complete_length=row.size)
    answer.headers["Content-Type"] = row.type + ("; charset=utf-8" if row.type.startswith("text/") else "")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def of(root: str) -> dict[str, list[sa.Row]]:
    """Return the files of a root thing, grouped by what they hang on."""
    found: dict[str, list[sa.Row]] = {}
    for row in db.session.execute(_OF_ROOT, {"root": root}):
        found.setdefault(row.subject, []).append(row)
    return found


_table = Attachment.__table__
_OF_ROOT = (
    sa.select(_table.c.id, _table.c.subject, _table.c.name, _table.c.type, _table.c.size, _table.c.state)
    .where(_table.c.root == sa.bindparam("root"))
    .order_by(_table.c.id)
)


def forget(subject: str) -> None:
    """Take the files of a thing away, inside its transaction. The bytes go with the next sweep."""
    db.session.execute(sa.delete(Attachment).where(Attachment.subject == subject))


def sweep(older_than: dt.timedelta = dt.timedelta(days=1)) -> int:
    """Remove bytes that nothing hangs on (a file taken away, an upload that was cut); return how many."""
    limit = clock.now() - older_than
    unused = sa.select(Blob.hash).where(Blob.at < limit, ~_used)
    gone = sum(_swept(name, limit) for name in db.session.scalars(unused).all())
    for drafted in pathlib.Path(setting("INSTANCE_DIR"), "incoming").glob("*"):
        if drafted.stat().st_mtime < limit.timestamp():
            drafted.unlink(missing_ok=True)
    return gone + _sweep_rowless(limit)


_used = sa.exists().where(Attachment.hash == Blob.hash)


def _swept(name: str, limit: dt.datetime) -> bool:
    """Remove a row and its bytes. The bytes go first: who wants them again waits for the row, and then stores anew."""
    with atomic() as session:
        mine = sa.delete(Blob).where(Blob.hash == name, Blob.at < limit, ~_used)
        done = t.cast(t.Any, session.execute(mine.execution_options(synchronize_session=False)))
        if not done.rowcount:
            return False
        store().delete(name)
        return True


def _sweep_rowless(limit: dt.datetime) -> int:
    """Remove bytes that were stored and then never hung on anything: their post was refused, or its process killed."""
    gone = 0
    for name in store().names(before=limit):
        if db.session.scalar(sa.select(Blob.hash).where(Blob.hash == name)) is None:
            store().delete(name)
            gone += 1
    return gone


def attach_bytes(row: Attachment, kept: Kept, kind: str) -> None:
    """Give an attachment cleaned bytes in place of those that were sent. Call inside atomic()."""
    db.session.execute(
        upsert(Blob).values(hash=kept.hash, size=kept.size, at=clock.now()).on_conflict_do_nothing()
    )
    db.session.flush()
    row.hash, row.size, row.type, row.state = kept.hash, kept.size, kind, "ready"
