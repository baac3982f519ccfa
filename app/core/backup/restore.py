"""Bringing a backup back: into the database and the store that the settings name, whatever kind they are."""

import contextlib
import itertools
import os
import pathlib
import tempfile
import typing as t
import zipfile

import sqlalchemy as sa

from app.core.backup import rows
from app.core.backup.archive import Refused, opened, script
from app.core.backup.beside import Beside, nobody_else
from app.core.backup.make import AT_ONCE, Manifest, fingerprint
from app.core.database import is_sqlite, setting
from app.core.files import CHUNK, store
from app.extensions import db

# What a migrated database without people may hold without counting as in use.
EMPTY_WITHOUT = ("person", "organisation", "space", "activity")


def restore(path: pathlib.Path, replace: bool = False) -> Manifest:
    """Make the database and the store what they were; return the manifest. Raises Refused with nothing changed."""
    with opened(path) as (archive, manifest):
        nobody_else()
        if not replace and in_use():
            raise Refused(
                "This site is not empty. To put the backup in its place, add --replace: what is here now is lost."
            )
        beside = Beside()
        beside.begin()
        try:
            build(beside, archive, manifest)
            files(archive)
            beside.take_place()
        except (sa.exc.SQLAlchemyError, ValueError, KeyError) as error:
            raise Refused(f"The rows do not fit; everything is as it was. ({error})") from error
        finally:
            beside.throw_away()
        secret(archive, manifest)
    return manifest


def in_use() -> bool:
    """Say whether somebody lives in this database."""
    with db.engine.connect() as line:
        there = sa.inspect(line).get_table_names()
        looks = [sa.text(f"SELECT EXISTS (SELECT 1 FROM {name})") for name in EMPTY_WITHOUT if name in there]
        return any(line.scalar(look) for look in looks)


def files(archive: zipfile.ZipFile) -> None:
    """Put the files into the store, before any row speaks of them; what is there already stays."""
    folder = pathlib.Path(setting("INSTANCE_DIR"), "incoming")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for member in archive.namelist():
        name = member.removeprefix("files/")
        if name == member or store().exists(name):
            continue
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as draft, archive.open(member) as source:
            while chunk := source.read(CHUNK):
                draft.write(chunk)
            draft.flush()
            os.fsync(draft.fileno())
        store().save(pathlib.Path(draft.name), name)


def build(beside: Beside, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Make the tables as they were at the backup's own step, fill them, then take the steps that came since."""
    beside.migrate(manifest["step"])
    with beside.connection() as line, keys_at_the_end(line):
        known = {table.name: table for table in rows.tables(line)}
        for table in known.values():
            if line.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                line.execute(sa.delete(table))
        for name, about in manifest["tables"].items():
            _table(archive, line, known[name], about)
        for table in known.values():
            _wind(line, table, manifest["numbers"].get(table.name, 0))
    if manifest["step"] != script().get_current_head():
        beside.migrate("head")


@contextlib.contextmanager
def keys_at_the_end(line: sa.Connection) -> t.Iterator[None]:
    """One transaction whose foreign keys are looked at when all rows are there, in whatever order they came."""
    if is_sqlite():
        line.exec_driver_sql("PRAGMA foreign_keys = OFF")
        line.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        broken = line.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise Refused(
                f"A row of {broken[0]} points to one of {broken[2]} that is not there; everything is as it was."
            )
    else:
        keys = [
            f'ALTER TABLE {table} ALTER CONSTRAINT "{name}" ' for table, name in line.exec_driver_sql(_KEYS)
        ]
        for key in keys:
            line.exec_driver_sql(f"{key} DEFERRABLE INITIALLY DEFERRED")
        yield
        line.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        for key in keys:
            line.exec_driver_sql(f"{key} NOT DEFERRABLE")
    line.commit()


_KEYS = (
    "SELECT conrelid::regclass::text, conname FROM pg_constraint "
    "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
)


def _table(archive: zipfile.ZipFile, line: sa.Connection, table: sa.Table, about: dict[str, t.Any]) -> None:
    """Fill one table."""
    hears = {name: rows.heard(table.columns[name]) for name in about["columns"]}
    adding = sa.insert(table).values({name: sa.bindparam(name) for name in hears})
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        while part := list(itertools.islice(lines, AT_ONCE)):
            line.execute(adding, [rows.row_of(text, hears) for text in part])


def _wind(line: sa.Connection, table: sa.Table, last: int) -> None:
    """Go on counting where the site left off: the number of a row that was deleted is not given again."""
    if "id" not in table.columns:
        return
    last = max(last, line.scalar(sa.select(sa.func.max(table.c.id))) or 0)
    if last and not is_sqlite():
        line.execute(
            sa.text(f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), :last)"), {"last": last}
        )
    elif last and line.scalar(sa.text(_COUNTS_UP), {"name": table.name}):
        line.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        row = {"name": table.name, "last": last}
        line.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), row)


_COUNTS_UP = "SELECT 1 FROM sqlite_schema WHERE name = :name AND sql LIKE '%AUTOINCREMENT%'"


def secret(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Take the secret along, where the installation keeps its own: it opens second factors and signed links."""
    if fingerprint() == manifest["secret"]:
        return
    path = pathlib.Path(setting("INSTANCE_DIR"), "secret_key")
    own = path.is_file() and path.read_text().strip() == setting("SECRET_KEY")
    if not own or "secret_key" not in archive.namelist():
        return
    draft = path.with_name("secret_key.restored")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(archive.read("secret_key"))
    os.replace(draft, path)
