"""What was drawn once is kept under all that it depends on, and shown to everybody for whom that is the same."""

import typing as t

from flask import current_app


def kept(name: str, key: t.Hashable, most: int, make: t.Callable[[], str]) -> str:
    """Return HTML that is kept under a key, drawn anew when there is none; of each name at most so many."""
    held: dict[t.Hashable, str] = current_app.extensions.setdefault(f"drawn:{name}", {})
    found = held.get(key)
    if found is None:
        found = make()
        if len(held) >= most:
            held.clear()
        held[key] = found
    return found
