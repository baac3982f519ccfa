"""What people write in a form about other things, made out: handles of authors, addresses of documents, names of countries."""

import re
import typing as t
from urllib.parse import urlsplit

import sqlalchemy as sa

from app.core.audience import Viewer
from app.core.database import get_or_none
from app.core.languages import language
from app.core.text import clean_line
from app.extensions import db
from app.library.models import Document
from app.members import names
from app.members.models import Organisation, Person
from app.members.organisation_forms import country_codes

PATH = re.compile(r"/library/(\d{1,18})(?:-[^/]*)?(?:/v/\d+)?/?")
HANDLE = re.compile(r"@([a-z0-9-]{1,40})")
BETWEEN = re.compile(r"[,;،；、\n]")


def document_at(address: str, viewer: Viewer) -> Document | None:
    """Return the document that an address means, as far as who asks sees it; None for anything else."""
    found = PATH.fullmatch(urlsplit(address.strip()).path)
    document = get_or_none(Document, int(found[1])) if found else None
    return document if document is not None and document.readable_by(viewer) else None


def credit(words: str, role: str, viewer: Viewer) -> dict[str, t.Any] | None:
    """Return an author as a document keeps it: a person or a member by @handle, else a name from outside.

    None for a handle that nobody has, as far as who asks sees."""
    handle = HANDLE.fullmatch(words.strip().lower())
    if not words.startswith("@"):
        return {"kind": "outside", "name": words, "role": role}
    for model, kind in ((Person, "person"), (Organisation, "organisation")) if handle else ():
        found = _called(model, t.cast(t.Any, handle)[1], viewer)
        if found is not None:
            return {"kind": kind, "id": found.id, "name": found.name, "role": role}
    return None


def _called(model: t.Any, handle: str, viewer: Viewer) -> t.Any:
    mine = sa.select(model).where(model.handle == handle, model.visible_to(viewer))
    return db.session.scalar(mine.where(model.state == "active") if model is Person else mine)


def handles(credits: t.Iterable[dict[str, t.Any]], viewer: Viewer) -> list[tuple[str, str]]:
    """Return authors as the form shows them: the @handle of who is here, else the name; and the role."""
    return [(_written(one, viewer), one.get("role", "author")) for one in credits]


def hidden(credits: t.Iterable[dict[str, t.Any]], viewer: Viewer) -> dict[str, dict[str, t.Any]]:
    """Return the authors who are here, but whom the form shows by their name alone: name → as they were kept."""
    linked = [one for one in credits if one.get("kind") in ("person", "organisation")]
    return {clean_line(str(one["name"])): one for one in linked if not _written(one, viewer).startswith("@")}


def _written(one: dict[str, t.Any], viewer: Viewer) -> str:
    model: t.Any = {"person": Person, "organisation": Organisation}.get(one.get("kind", ""))
    found: t.Any = get_or_none(model, one.get("id", 0)) if model else None
    seen = found is not None and found.readable_by(viewer) and getattr(found, "state", "active") == "active"
    return f"@{found.handle}" if seen else str(one.get("name", ""))


def countries(text: str) -> tuple[list[str], list[str]]:
    """Return the codes of countries that a text names, in any language of the site or as codes; and what is none."""
    known: list[str] = []
    unknown: list[str] = []
    for word in filter(None, (part.strip() for part in BETWEEN.split(text))):
        code = _country(names.fold(word))
        (known if code else unknown).append(code or word)
    return list(dict.fromkeys(known)), unknown


def _country(word: str) -> str:
    for code in filter(None, country_codes()):
        if word == code.lower() or any(names.fold(name) == word for name in names.country_names(code)):
            return code
    return ""


def country_words(codes: t.Iterable[str]) -> str:
    """Return countries as the form shows them, in the reader's language."""
    return ", ".join(names.country_in(code, language()) for code in codes)
