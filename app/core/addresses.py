"""Where the things of this site stand: which address leads to which. Each room says it of its own things."""

import re
import typing as t
from urllib.parse import urlsplit

from app.core import links
from app.core.audience import Thing, Viewer
from app.core.database import locate

ADDRESS = re.compile(r"/([a-z]+(?:/[a-z]+)?)/(\d{1,18})(?:[-/].*)?")
_places: dict[str, str] = {}


def stands_at(place: str, kind: str) -> None:
    """Say that things of a kind stand at `/place/number`."""
    _places[place] = kind


def thing_at(address: str, viewer: Viewer, kinds: t.Collection[str] = ()) -> Thing | None:
    """Return the thing that stands at an address of this site, if who asks sees it; None for anything else."""
    try:
        match = ADDRESS.fullmatch(urlsplit(address.strip()).path)
    except ValueError:  # no address at all, such as one with half a bracket
        return None
    kind = _places.get(match[1], "") if match else ""
    thing = locate(f"{kind}:{match[2]}") if match and kind and (not kinds or kind in kinds) else None
    return thing if isinstance(thing, Thing) and links.stands(thing, viewer) else None
