"""The numbers of entries. They follow the time of the thing, so the newest have the highest on every database."""

import datetime as dt
import zlib

PART = 1 << 19  # a part of a thing never has the number of a thing of the same second
LOW = PART - 1
SHIFT = 20


def at_or_after(at: dt.datetime) -> int:
    """Return the lowest number that an entry of this moment, or a later one, has."""
    return max(0, int(at.timestamp())) << SHIFT


def number(ref: str, root: str, at: dt.datetime) -> int:
    """Return the number of an entry: its second, then the kind and number of what it is about."""
    kind, _colon, own = ref.partition(":")
    low = (zlib.crc32(kind.encode()) + int(own)) & LOW
    return at_or_after(at) | low | (PART if ref != root else 0)
