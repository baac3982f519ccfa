"""What pages show of access: requests and guests of a document, and the way to ask where a page is missing."""

import re
import typing as t

from app.core.panels import panel
from app.core.policy import can, me
from app.library import access, access_forms, guests
from app.library.models import Document

Drawn = tuple[str, dict[str, t.Any]] | None
ADDRESS = re.compile(r"/library/(\d{1,18})(-[^/]*)?", re.ASCII)


@panel("document", order=20, column="side")
def others(document: Document) -> Drawn:
    """Who asks to read it and for whom it is open, for those who look after it."""
    if not can("library.close", document):
        return None
    waiting, may = access.waiting(document), can("library.open", document)
    links = [one for one in guests.listed(document) if not guests.is_over(one)]
    people = len(access.given(document))
    if not (waiting or may or links or people):
        return None
    return "library/_access.html", {
        "it": document, "waiting": waiting, "people": people, "links": len(links), "may": may,
    }  # fmt: skip


@panel("missing", order=10)
def ask(path: str) -> Drawn:
    """The same form at every address that a document may have, whether there is one or not."""
    found = ADDRESS.fullmatch(path)
    if not found or not me().is_authenticated:
        return None
    return "library/_ask.html", {"number": int(found[1]), "form": access_forms.Ask(formdata=None)}
