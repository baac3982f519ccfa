"""What was found in a file becomes pages: cleaned, with their pictures, in short transactions, told as one fact."""

import contextlib
import pathlib
import re
import typing as t

import nh3
import sqlalchemy as sa

from app.core import files
from app.core.activity import record
from app.core.database import atomic
from app.core.files import Attachment, Kept
from app.core.text import CONTROL, clean_line, clean_text
from app.extensions import db
from app.library.models import Document, Page, Version
from app.library.reading.taking import DRAWN, Taken

BATCH = 100  # pages in one transaction
TAGS = {
    "a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol",
    "p", "pre", "s", "section", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"id", "lang"}, "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}  # fmt: skip
MARK = re.compile(r"p\d{1,5}-(\d{1,5}|notes)")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
FACTS = ("title", "language", "tagged", "full", "more", "pages", "count", "closed")
NAME = "picture.webp"
PAPER = ("PDF", "PPT")  # kinds of files whose pages readers count; of others only what the file says itself


def clean(html: str) -> str:
    """Return the HTML of a page as it may be shown: nothing that runs, no address of another site but in links."""

    def only(tag: str, name: str, value: str) -> str | None:
        if name == "id":
            return value if MARK.fullmatch(value) else None
        if name == "lang":
            return value if LANGUAGE.fullmatch(value) else None
        if name == "src":
            return value if DRAWN.fullmatch(value) else None
        if name in ("colspan", "rowspan", "start"):
            return value if value.isdigit() and int(value) < 1000 else None
        return value

    return nh3.clean(
        CONTROL.sub("", html), tags=TAGS, attributes=ATTRIBUTES, attribute_filter=only,
        url_schemes={"http", "https", "mailto", "picture"}, link_rel="nofollow noopener noreferrer ugc",
    )  # fmt: skip


def with_pictures(html: str, addresses: dict[str, str]) -> str:
    """Set the addresses of pictures into clean HTML; where one could not be kept its words stand alone."""

    def put(found: re.Match[str]) -> str:
        tag = found[0]
        mark = DRAWN.search(tag)
        address = addresses.get(f"picture-{mark[1]}") if mark else None
        alt = re.search(r'alt="([^"]*)"', tag)
        words = alt[1] if alt else ""
        return f'<img src="{address}" alt="{words}">' if address else f"<em>{words}</em>" if words else ""

    return re.sub(r"<img\b[^>]*>", put, html)


def store(version_id: int, taken: Taken) -> None:
    """Keep what was found as the pages of a version, in place of those that it had."""
    kept = _kept(taken.pictures)
    rows = [_row(page) for page in taken.pages]
    with atomic():
        version = _locked(version_id)
        if version is None:
            return
        _forget(version_id)
    for start in range(0, len(rows), BATCH):
        with atomic():
            version = _locked(version_id)
            if version is None:
                return
            _write(version, rows[start : start + BATCH], kept)
    facts = taken.facts
    finish(version_id, str(facts.get("state", "ready")), outline=_outline(facts), found=_found(facts))


def _row(page: dict[str, t.Any]) -> dict[str, t.Any]:
    text = clean_text(page["text"])
    return {
        "number": page["number"],
        "name": clean_line(page["name"])[:120],
        "text": text,
        "html": clean(page["html"]),
    }


def _kept(pictures: dict[str, pathlib.Path]) -> dict[str, Kept]:
    """Store the bytes of pictures; a store that is away fails the reading, which is tried again."""
    found = {}
    for name, place in pictures.items():
        with place.open("rb") as stream, contextlib.suppress(files.Empty, files.TooLarge):
            kept = files.keep(stream, NAME)
            if kept.type == "image/webp":
                found[name] = kept
    return found


def _locked(version_id: int) -> Version | None:
    """Return a version whose document nobody changes meanwhile, so that its pages are for whom its file is for."""
    version = db.session.get(Version, version_id)
    if version is not None:
        db.session.get(Document, version.document_id, with_for_update=True, populate_existing=True)
        db.session.refresh(version)
    return version


def _forget(version_id: int) -> None:
    """Take away what an earlier reading left."""
    mine = sa.select(Page.id).where(Page.version_id == version_id)
    refs = [f"page:{number}" for number in db.session.scalars(mine)]
    for start in range(0, len(refs), 500):
        db.session.execute(sa.delete(Attachment).where(Attachment.subject.in_(refs[start : start + 500])))
    db.session.execute(sa.delete(Page).where(Page.version_id == version_id))


def _write(version: Version, rows: list[dict[str, t.Any]], kept: dict[str, Kept]) -> None:
    file = db.session.get_one(Attachment, version.file_id)
    document = db.session.get_one(Document, version.document_id)
    shared = {
        "version_id": version.id, "document_id": document.id, "root": file.root, "audience_id": file.audience_id,
        "picture_id": None,
    }  # fmt: skip
    made = db.session.execute(
        sa.insert(Page).returning(Page.number, Page.id), [{**shared, **row} for row in rows]
    )
    ids = {row.number: row.id for row in made}
    for row in rows:
        own = kept.get(f"page-{row['number']}")
        drawings = dict.fromkeys(f"picture-{number}" for number in DRAWN.findall(row["html"]))
        if own or drawings or "<img" in row["html"]:
            _hang(
                ids[row["number"]],
                row["html"],
                file,
                own,
                {name: kept[name] for name in drawings if name in kept},
            )


def _hang(page_id: int, html: str, file: Attachment, own: Kept | None, drawings: dict[str, Kept]) -> None:
    """Hang the pictures of a page on it, and set their addresses into its HTML."""
    picture = hung(page_id, file, own) if own else None
    addresses = {name: hung(page_id, file, kept).url for name, kept in drawings.items()}
    values = {"html": with_pictures(html, addresses), "picture_id": picture.id if picture else None}
    db.session.execute(sa.update(Page).where(Page.id == page_id).values(**values))


def hung(page_id: int, file: Attachment, kept: Kept) -> Attachment:
    """Hang a picture on a page, seen by whom the file itself is seen; it was saved anew already."""
    row = files.attach(kept, f"page:{page_id}", t.cast(t.Any, _Root(file.root, file.audience_id)), file.by_id)
    row.state = "ready"
    db.session.flush()
    return row


class _Root(t.NamedTuple):
    """What a file hangs on, as far as it matters here: it may have been taken out of sight meanwhile."""

    ref: str
    audience_id: int


def _outline(facts: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    found = []
    for row in facts.get("outline") or []:
        numbers = {key: int(row[key]) for key in ("level", "page", "rows", "columns", "size") if row.get(key)}
        at = str(row.get("at", ""))
        found.append(
            {
                "words": clean_line(str(row.get("words", "")))[:300],
                "at": at if MARK.fullmatch(at) else "",
                **numbers,
            }
        )
    return found


def _found(facts: dict[str, t.Any]) -> dict[str, t.Any]:
    kept = {
        key: facts[key]
        for key in FACTS
        if facts.get(key) not in (None, "", 0) or key == "tagged" and key in facts
    }
    return {key: clean_line(value)[:300] if isinstance(value, str) else value for key, value in kept.items()}


def finish(version_id: int, state: str, why: str = "", *, outline: t.Any = (), found: t.Any = None) -> None:
    """Say how the reading of a version ended. Readers of facts hear it: the search, and the pages that wait."""
    with atomic():
        version = _locked(version_id)
        if version is None:
            return
        size = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.func.length(Page.text)), 0))
        pages, letters = db.session.execute(size.where(Page.version_id == version_id)).one()
        version.state, version.why, version.claimed = state, why, None
        version.letters, version.outline, version.found = letters, list(outline), found or {}
        version.pages = pages
        document = db.session.get_one(Document, version.document_id)
        if document.version_id == version.id:
            document.pages = (found or {}).get("pages") or (pages if version.form in PAPER else 0)
        document.version += 1
        record("library.read", actor=None, subject=document)


def told(page: Page) -> None:
    """Let the pages that show this one hear that it has a picture now, inside atomic()."""
    document = db.session.get_one(Document, page.document_id)
    document.version += 1
    record("library.drawn", actor=None, subject=page.ref, root=document)
