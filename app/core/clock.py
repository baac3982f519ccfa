"""What time it is. One place, so that the demo network and tests can set it."""

import contextlib
import contextvars
import datetime as dt
import typing as t

_set: contextvars.ContextVar[dt.datetime | None] = contextvars.ContextVar("clock", default=None)


def now() -> dt.datetime:
    """Return the present moment, aware, in UTC."""
    return _set.get() or dt.datetime.now(dt.UTC)


@contextlib.contextmanager
def at(moment: dt.datetime) -> t.Iterator[None]:
    """Let now() answer with this moment inside the block."""
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
