"""Bytes of files on their way in: each in a file of its own under a key that nobody chose, piece by piece, until all have come.

How many have come is what the disk says: a piece that was cut leaves a beginning of it, from which one goes on. Nothing
here asks the database; what takes a while is called beside the loop (core/aside.py).
"""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import time
import typing as t

from app.core.database import setting
from app.core.files import CHUNK

MOST = 8 * 1024 * 1024  # in one piece
USUAL = 1024 * 1024


class Elsewhere(Exception):
    """A piece does not begin where the file ends; the argument is where it ends."""


class Changed(Exception):
    """A piece is not what its hash says."""


class Busy(Exception):
    """Another request writes to this file."""


class TooLong(Exception):
    """More came than was announced, or than is allowed."""


def folder() -> pathlib.Path:
    """Return where the bytes lie."""
    place = pathlib.Path(setting("INSTANCE_DIR"), "uploads")
    place.mkdir(parents=True, exist_ok=True)
    return place


def path(key: str) -> pathlib.Path:
    """Return the file of a key."""
    return folder() / key


def got(key: str) -> int:
    """Return how many bytes have come."""
    try:
        return path(key).stat().st_size
    except OSError:
        return 0


def moved(key: str) -> float:
    """Return when the last byte came, in seconds since 1970; 0 where none did."""
    try:
        return path(key).stat().st_mtime
    except OSError:
        return 0.0


def forget(key: str) -> None:
    """Take the bytes away."""
    path(key).unlink(missing_ok=True)


def append(place: pathlib.Path, offset: int, piece: t.BinaryIO, size: int, sum_: str = "") -> int:
    """Write a piece behind what is there, safely; return how many bytes are there now. `size` is that of the whole file.

    The same piece once more is taken as done. Raises Elsewhere, Changed, TooLong and Busy; OSError where the disk is full.
    """
    data = piece.read(MOST + 1)
    if len(data) > MOST:
        raise TooLong(len(data))
    if sum_ and hashlib.sha256(data).hexdigest() != sum_:
        raise Changed(sum_)
    with _alone(place) as handle:
        here = os.fstat(handle).st_size
        if offset < here and offset + len(data) <= here:
            return here
        if offset != here:
            raise Elsewhere(here)
        if here + len(data) > size:
            raise TooLong(here + len(data))
        _written(handle, data, here)
    return here + len(data)


def _written(handle: int, data: bytes, here: int) -> None:
    try:
        done = 0
        while done < len(data):
            done += os.pwrite(handle, data[done:], here + done)
        os.fdatasync(handle)
    except OSError:
        os.ftruncate(handle, here)  # the disk is full: what came before stays
        raise


def pour(place: pathlib.Path, stream: t.BinaryIO, most: int) -> int:
    """Write all of a stream; return how many bytes that were. Raises TooLong."""
    size = 0
    with place.open("wb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLong(size)
            file.write(chunk)
    return size


@contextlib.contextmanager
def _alone(place: pathlib.Path) -> t.Iterator[int]:
    """Lend the file to one request at a time, also among several processes."""
    handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield handle
    except BlockingIOError:
        raise Busy(place.name) from None
    finally:
        os.close(handle)


def unknown(keys: t.Collection[str], older_than: float) -> int:
    """Take away bytes that belong to no row and are older than so many seconds; return how many files that were."""
    gone, now = 0, time.time()
    for file in folder().iterdir():
        if file.name not in keys and now - file.stat().st_mtime > older_than:
            file.unlink(missing_ok=True)
            gone += 1
    return gone
