"""Numbers that may be a little old: kept in the memory of one app for some seconds."""

import time
import typing as t

from flask import current_app

T = t.TypeVar("T")


class Kept(t.Generic[T]):
    """What a function returned, by a key that holds all it depends on; each app has its own."""

    def __init__(self, name: str, seconds: float, most: int) -> None:
        self.name, self.seconds, self.most = f"kept:{name}", seconds, most

    def _held(self) -> dict[t.Any, tuple[float, T]]:
        held: dict[t.Any, tuple[float, T]] = current_app.extensions.setdefault(self.name, {})
        return held

    def get(self, key: t.Hashable, make: t.Callable[[], T]) -> T:
        """Return what is kept under a key, made anew when there is nothing or it is too old."""
        held, now = self._held(), time.monotonic()
        found = held.get(key)
        if found is not None and found[0] > now:
            return found[1]
        made = make()
        if len(held) >= self.most:
            held.clear()
        held[key] = (now + self.seconds, made)
        return made

    def forget(self) -> None:
        """Forget everything: somebody here changed what it depends on."""
        self._held().clear()
