"""What the page of a document shows of its file: a page as picture, the first words, a table, a player, a list of names."""

import typing as t

from flask import request
from markupsafe import Markup, escape

from app.core.database import get_or_none
from app.core.files import Attachment
from app.core.languages import own_name
from app.core.pages import size_words
from app.core.panels import panel
from app.core.policy import can, me
from app.library import versions
from app.library.models import Document, Version
from app.library.reading import said, showing
from app.library.reading.types import TYPES, suffix

Drawn = tuple[str, dict[str, t.Any]] | None
FIRST_WORDS, FIRST_ROWS, FIRST_NAMES = 900, 10, 20


def shown_version(document: Document) -> Version | None:
    """Return the version that the page is about: the one in its address, else the newest of the original."""
    known: Version | None = document.__dict__.get("shown_version")
    return known or get_or_none(Version, document.version_id or 0)


def file_of(version: Version) -> Attachment | None:
    """Return the file of a version, None where it cannot be given out to who looks."""
    row: Attachment | None = get_or_none(Attachment, version.file_id or 0)
    return row if row is not None and row.state == "ready" and row.readable_by(me().viewer) else None


def address(version: Version, newest: bool = True, **more: t.Any) -> str:
    """Return the address of a version's text."""
    values = {} if newest else {"v": version.number}
    values |= {name: value for name, value in more.items() if value}
    query = "&".join(f"{name}={value}" for name, value in values.items())
    return f"/library/{version.document_id}/read" + (f"?{query}" if query else "")


def whole(value: str | None, otherwise: int = 0) -> int:
    """Return a number of an address, another one for what is none or too large."""
    good = bool(value) and value.isascii() and value.isdigit() and len(value) < 7  # type: ignore[union-attr]
    return int(value or 0) if good else otherwise


def asked_page() -> int:
    """Return the page that the address asks for, 1 without one."""
    return whole(request.args.get("page"), 1) or 1


@panel("document", order=10)
def preview(document: Document) -> Drawn:
    """What is in the file."""
    version = shown_version(document)
    file = file_of(version) if version else None
    if version is None or file is None:
        return None
    return "library/_preview.html", values(document, version, file)


@panel("document", order=10, column="deeds")
def way_in(document: Document) -> Drawn:
    """The button to read as text."""
    version = shown_version(document)
    if version is None or not version.letters or version.form == "ZIP" or file_of(version) is None:
        return None
    return "library/_read_button.html", {"url": address_of(document, version)}


def address_of(document: Document, version: Version, **more: t.Any) -> str:
    """Return the address of a version's text as seen from its document: short for the newest of the original."""
    newest = version.id == document.version_id
    lang = "" if version.language == document.language else version.language
    return address(version, newest or bool(lang and versions.is_newest(document, version)), lang=lang, **more)


def values(document: Document, version: Version, file: Attachment) -> dict[str, t.Any]:
    """Return what the preview is drawn with."""
    known = TYPES.get(suffix(version.name))
    reader = known.reader if known else ""
    many = showing.count(version) if version.state in ("ready", "scanned") else 0
    number = min(asked_page(), many) if reader in ("pdf", "pptx", "odf") and many else 1
    row = showing.spot(version, number) if many else None
    here = document.url if version.id == document.version_id else f"/library/{document.id}/v/{version.number}"
    return {
        "it": document, "one": version, "file": file, "reader": reader, "state": said.state(version), "why": said.why(version),
        "may_edit": can("library.edit", document), "many": many, "number": number, "row": row,
        "label": showing.label(version.form, number, many, row.name if row else ""), "here": here,
        "read": address_of(document, version), "at": address_of(document, version, page=number) + f"#p{number}",
        **_kind(version, reader, row),
    }  # fmt: skip


def _kind(version: Version, reader: str, row: t.Any) -> dict[str, t.Any]:
    """Return what only this kind of file needs."""
    if reader == "sound":
        captions = get_or_none(Attachment, version.captions_id or 0)
        return {"captions": captions, "lang_name": own_name(version.language) if captions else ""}
    if reader == "archive":
        rows = [(one["words"], size_words(one.get("size", 0))) for one in version.outline]
        return {"names": rows, "first": FIRST_NAMES, "all": version.found.get("count", len(rows))}
    if row is None:
        return {}
    if row.picture_id:
        return {"picture": get_or_none(Attachment, row.picture_id)}
    if version.form == "XLS":
        return {"table": first_rows(row.html)}
    return {"first": first_words(row.text)}


def first_rows(html: str) -> Markup:
    """Return the beginning of a table."""
    rows = html.split("</tr>")
    if len(rows) <= FIRST_ROWS + 1:
        return Markup(html)
    return Markup("</tr>".join(rows[:FIRST_ROWS]) + "</tr></tbody></table>")


def first_words(text: str) -> list[Markup]:
    """Return the first paragraphs of a text with their lines, cut where they become long."""
    found, left = [], FIRST_WORDS
    for part in text.split("\n\n"):
        words = part.strip()[: max(left, 0)]
        left -= len(words)
        if words:
            found.append(
                Markup("<br>").join(escape(" · ".join(line.split("\t"))) for line in words.split("\n"))
            )
    return found


@panel("document", order=70, column="side")
def check(document: Document) -> Drawn:
    """For who looks after a PDF: can everybody read it."""
    version = shown_version(document)
    known = version is not None and version.form == "PDF" and version.state in ("ready", "scanned")
    if version is None or not known or not can("library.edit", document):
        return None
    return "library/_check.html", {"rows": said.checks(version)}
