"""Reading a backup: is it one, is it whole, is it one that this version understands."""

import contextlib
import hashlib
import json
import pathlib
import typing as t
import zipfile
import zlib

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app

from app.core.backup.make import FORMAT, Manifest
from app.core.files import CHUNK

NAMES = ("format", "step", "tables", "numbers", "files", "missing", "secret", "made")


class Refused(Exception):
    """A restore that must not begin, or did not work; its text says why, and what to do."""


@contextlib.contextmanager
def opened(path: pathlib.Path) -> t.Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Lend an archive and its manifest, after every byte of it has been checked."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive, path)
            _understood(manifest)
            _whole(archive, manifest)
            yield archive, manifest
    except FileNotFoundError:
        raise Refused(f"There is no file {path}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise Refused(f"{path} is damaged or is no backup; take another one.") from None


def _manifest(archive: zipfile.ZipFile, path: pathlib.Path) -> Manifest:
    try:
        found = json.loads(archive.read("manifest.json"))
        good = isinstance(found, dict) and all(name in found for name in NAMES)
    except (KeyError, ValueError):
        good = False
    if not good:
        raise Refused(
            f"{path} has no list of what is in it: it is damaged or is no backup; take another one."
        )
    return t.cast(Manifest, found)


def script() -> ScriptDirectory:
    """Return the steps of the database that this version knows."""
    return ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())


def _understood(manifest: Manifest) -> None:
    newer = "This backup was made by a newer Convivio: bring this one up to date, then restore."
    if manifest["format"] > FORMAT:
        raise Refused(newer)
    try:
        script().get_revision(manifest["step"])
    except CommandError:
        raise Refused(newer) from None


def _whole(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Read everything once: each table says its rows and hash, each file is named by its hash."""
    files = [name for name in archive.namelist() if name.startswith("files/")]
    good = len(files) == manifest["files"] and all(_hash(archive, name) == name[6:] for name in files)
    for name, table in manifest["tables"].items():
        member = f"tables/{name}.jsonl"
        good = good and member in archive.namelist() and _hash(archive, member) == table["sha256"]
    if not good:
        raise Refused("The backup is damaged: what is in it is not what its list says. Take another one.")


def _hash(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
