"""What a discussion is about: a thing of another room, such as a document. Shown as far as its reader sees it."""

import typing as t

from markupsafe import Markup

from app.core import panels
from app.core.audience import Thing, Viewer, is_apart
from app.core.database import locate

ABOUT = "about"
KINDS = ("document", "event", "action")


def named(ref: str, viewer: Viewer) -> t.Any:
    """Return the thing that a reference names, if discussions may be about it and who looks sees it."""
    thing = locate(ref[:60]) if ref.partition(":")[0] in KINDS else None
    seen = isinstance(thing, Thing) and thing.readable_by(viewer) and not is_apart(thing.audience_id)
    return thing if seen and not getattr(thing, "removed", False) else None


def card(ref: str, viewer: Viewer) -> Markup:
    """Return the card of what a discussion is about; empty for who does not see it."""
    thing = named(ref, viewer) if ref else None
    return Markup("").join(panels.drawn("card", thing)) if thing is not None else Markup("")
