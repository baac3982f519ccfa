"""Making a backup: every row in one snapshot, every file that it knows, and a manifest of both."""

import contextlib
import datetime as dt
import hashlib
import json
import os
import pathlib
import tempfile
import typing as t
import zipfile

import sqlalchemy as sa

from app.core import clock
from app.core.backup import rows
from app.core.backup.running import Running, remember
from app.core.database import is_sqlite, setting
from app.core.files import CHUNK, store
from app.extensions import db

FORMAT = 1
AT_ONCE = 1000  # rows held in memory
Manifest = dict[str, t.Any]


def backup(target: pathlib.Path) -> Manifest:
    """Write everything into one new file; it has its name only when it is whole. Return its manifest."""
    if target.exists():
        raise FileExistsError(f"{target} is there already; a backup does not write over anything.")
    running = Running()
    running.say()
    draft = target.with_name(f".{target.name}.part")
    try:
        with (
            _private(draft) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
            snapshot() as line,
        ):
            manifest = _filled(archive, line, running)
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        _safe(draft, target)
    finally:
        draft.unlink(missing_ok=True)
        running.end()
    manifest["bytes"] = target.stat().st_size
    remember(
        {
            "at": manifest["made"],
            "file": str(target),
            "bytes": manifest["bytes"],
            "missing": len(manifest["missing"]),
        }
    )
    return manifest


def _private(path: pathlib.Path) -> t.BinaryIO:
    """Open a new file that its owner alone can read: it holds everything that the site knows."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def _safe(draft: pathlib.Path, target: pathlib.Path) -> None:
    """Give the finished file its name; power loss leaves it whole or absent."""
    _to_disk(draft)
    os.replace(draft, target)
    _to_disk(target.parent)


def _to_disk(path: pathlib.Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def snapshot() -> t.Iterator[sa.Connection]:
    """Lend a connection that sees one moment, however long it reads and whatever is written meanwhile."""
    with db.engine.connect() as line:
        if is_sqlite():
            line.exec_driver_sql("BEGIN")
        else:
            line = line.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        line.execute(sa.text("SELECT count(*) FROM alembic_version"))  # the moment begins with the first look
        yield line
        line.rollback()


def _filled(archive: zipfile.ZipFile, line: sa.Connection, running: Running) -> Manifest:
    made, tables = clock.now(), rows.tables(line)
    missing = _files(archive, line, running)
    lost = _unused(line, tables, missing)
    secret = pathlib.Path(setting("INSTANCE_DIR"), "secret_key")
    if secret.is_file():
        archive.write(secret, "secret_key")
    return {
        "format": FORMAT,
        "made": made.isoformat(timespec="seconds"),
        "step": line.scalar(sa.text("SELECT version_num FROM alembic_version")),
        "database": line.dialect.name,
        "secret": fingerprint(),
        "tables": {table.name: _table(archive, line, table, lost, running) for table in tables},
        "numbers": {table.name: last for table in tables if (last := _last_number(line, table))},
        "files": len(_known(line)) - len(missing),
        "missing": sorted(set(missing) - lost),
    }


def fingerprint() -> str:
    """Return what tells one secret from another without giving it away."""
    return hashlib.scrypt(
        setting("SECRET_KEY").encode(), salt=b"convivio backup", n=2**14, r=8, p=1, dklen=16
    ).hex()


def _known(line: sa.Connection) -> list[str]:
    return list(line.scalars(sa.text("SELECT hash FROM blob ORDER BY hash")))


def _files(archive: zipfile.ZipFile, line: sa.Connection, running: Running) -> list[str]:
    """Copy every file of the snapshot; return the hashes of those that are not there, or not what they should be."""
    missing = []
    for name in _known(line):
        running.say()
        with tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024) as spool:
            if not _copied(name, spool):
                missing.append(name)
                continue
            spool.seek(0)
            about = zipfile.ZipInfo(f"files/{name}", clock.now().timetuple()[:6])
            with archive.open(about, "w", force_zip64=True) as out:
                while chunk := spool.read(CHUNK):
                    out.write(chunk)
    return missing


def _copied(name: str, to: t.Any) -> bool:
    digest = hashlib.sha256()
    try:
        with store().open(name) as source:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                to.write(chunk)
    except OSError:
        return False
    return digest.hexdigest() == name


def _unused(line: sa.Connection, tables: list[sa.Table], missing: list[str]) -> set[str]:
    """Return which of the missing nothing hangs on: the sweep took them while the snapshot was taken."""
    used: set[str] = set()
    for table in tables:
        for key in table.foreign_keys:
            if key.column.table.name == "blob":
                used.update(line.scalars(sa.select(key.parent).where(key.parent.in_(missing))))
    return set(missing) - used


def _table(
    archive: zipfile.ZipFile, line: sa.Connection, table: sa.Table, lost: set[str], running: Running
) -> dict[str, t.Any]:
    """Write one table; return how many rows, which columns, and the hash of its lines."""
    digest, count = hashlib.sha256(), 0
    found = line.execute(rows.reading(table), execution_options={"yield_per": AT_ONCE})
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
        for part in found.partitions():
            running.say()
            kept = [row for row in part if not (lost and table.name == "blob" and row.hash in lost)]
            text = b"".join(map(rows.line, kept))
            digest.update(text)
            out.write(text)
            count += len(kept)
    return {"rows": count, "columns": [c.name for c in rows.columns(table)], "sha256": digest.hexdigest()}


def _last_number(line: sa.Connection, table: sa.Table) -> int | None:
    """Return the last number given out, where the database keeps it: a deleted one is not given again."""
    if "id" not in table.columns:
        return None
    if line.dialect.name == "sqlite":
        found = line.execute(
            sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
        )
        return found.scalar()
    name = line.scalar(sa.select(sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")))
    return line.scalar(sa.text(f"SELECT last_value FROM {name} WHERE is_called")) if name else None


def default_target() -> pathlib.Path:
    """Return where a backup goes when nobody says: the folder `backups` of the instance, named by the minute."""
    moment = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S")
    return pathlib.Path(setting("INSTANCE_DIR"), "backups", f"convivio-{moment}.zip")


def too_old(newest: pathlib.Path, keep: int) -> list[pathlib.Path]:
    """Return the backups beside this one that are older than the newest so many."""
    return sorted(newest.parent.glob("convivio-????????-??????.zip"))[:-keep]
