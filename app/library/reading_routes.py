"""Reading in the browser: a document as text, the page of a hit, what changed between two versions."""

import typing as t
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect, request

from app.core import apart, jobs, limits, pages
from app.core.activity import highest
from app.core.audience import PUBLIC, is_apart, rooms_of
from app.core.database import get_or_none
from app.core.languages import _, own_name
from app.core.policy import can, me, person, require, ruled
from app.library import editions as own_editions
from app.library import shown, versions
from app.library.models import Document, Edition, Page, Version
from app.library.reading import captions as making
from app.library.reading import comparing, preview, said, showing
from app.library.reading.job import reader_of
from app.library.routes import found
from app.library.work_routes import done

bp = Blueprint("library_reading", __name__)
FEW = 60_000  # letters that are shown at once without being asked
MOST_QUERY = 200
DRAWN, COMPARED = 300, 120  # pictures that one may ask for, and comparisons, in an hour


def asked(document: Document) -> Version:
    """Return the version that the address asks for, the newest without; 404 where there is none or its file is not seen."""
    language = request.args.get("lang", "")[:12] or document.language
    nth = preview.whole(request.args.get("v"))
    one = versions.numbered(document, nth, language) if nth else newest(document, language)
    if one is None or preview.file_of(one) is None:
        abort(404)
    return one


def newest(document: Document, language: str) -> Version | None:
    """Return the newest version in a language."""
    edition = Edition.query.filter_by(document_id=document.id, language=language).first()
    number = edition.version_id if edition else document.version_id if language == document.language else None
    return get_or_none(Version, number or 0)


@bp.get("/library/<int:number>/read")
@ruled("library.read", public=True)
def read(number: int) -> t.Any:
    """Show the text of a document, all of it or page by page."""
    document = found(number)
    if document.state == "withdrawn" or not document.version_id:
        return redirect(document.url, 302)
    version = asked(document)
    query = request.args.get("q", "").strip()[:MOST_QUERY]
    behind = own_editions.behind(document, version)
    tag = pages.etag(
        "read",
        behind,
        document.version,
        version.id,
        version.state,
        is_apart(document.audience_id),
        document.audience_id,
    )
    if answer := pages.unchanged(tag):
        return answer
    many = showing.count(version) if version.state in ("ready", "scanned") else 0
    first, last, alone = span(version, many)
    rows = showing.sheets(version, first, last, query) if many else []
    shown.set_version(document, version)
    return pages.page(
        "library/read.html", place="library", last=highest(), etag=tag, it=document, one=version,
        own=shown.texts(document, version.language),
        rows=rows, many=many, alone=alone, query=query, to=Addresses(document, version, many, rows, alone, query),
        file=shown.file_of(version), newest=shown.is_newest(document, version), state=said.state(version),
        behind=behind, into=shown.into(document, me().viewer),
        why=said.why(version), label=lambda row: showing.label(version.form, row.number, many, row.name),
        apart=apart.of(document.ref) if is_apart(document.audience_id) else None, languages=editions(document, version),
        may_edit=can("library.edit", document), lang_name=own_name(version.language), draws=version.form == "PDF",
        noindex=PUBLIC not in rooms_of(document.audience_id) or bool(query) or not shown.is_newest(document, version),
    )  # fmt: skip


def span(version: Version, many: int) -> tuple[int, int, bool]:
    """Return the first and last page to show, and whether it is one alone."""
    value = request.args.get("page", "")
    if value == "all" or (not value and version.letters <= FEW):
        return min(preview.whole(request.args.get("from"), 1) or 1, many or 1), many, False
    page = min(preview.asked_page(), many or 1)
    return page, page, True


class Addresses:
    """Where a page of the text leads: the one before, the next, all of them, the list of headings."""

    def __init__(
        self, document: Document, version: Version, many: int, rows: t.Any, alone: bool, query: str
    ) -> None:
        self.document, self.version, self.query = document, version, query
        first, last = (rows[0].number, rows[-1].number) if rows else (1, 1)
        self.before = self.page(first - 1) if alone and first > 1 else ""
        self.after = self.page(last + 1) if alone and last < many else ""
        self.further = self._to(page="all", **{"from": last + 1}) if not alone and last < many else ""
        self.whole = self._to(page="all") if alone and many > 1 else ""
        self.single = self.page(first) if not alone and many > 1 else ""
        self.unmarked = preview.address_of(document, version, page=first if alone else "all") if query else ""

    def _to(self, **more: t.Any) -> str:
        return preview.address_of(self.document, self.version, q=quote(self.query), **more)

    def page(self, number: int, at: str = "") -> str:
        """Return the address of one page, or of a place on it."""
        return f"{self._to(page=number)}#{at or f'p{number}'}"


def editions(document: Document, version: Version) -> list[tuple[str, str, str]]:
    """Return the other languages that this can be read in: address, code, name."""
    others = [code for code in document.languages.split() if code != version.language]
    found = [(code, newest(document, code)) for code in others]
    return [
        (preview.address_of(document, one), code, own_name(code))
        for code, one in found if one is not None and one.letters and preview.file_of(one) is not None
    ]  # fmt: skip


@bp.get("/library/pages/<int:number>")
@ruled("library.read", public=True)
def page(number: int) -> Response:
    """Lead to a page in its place, with the words that were looked for marked."""
    one: Page = require("library.read", get_or_none(Page, number))
    document = found(one.document_id)
    version = get_or_none(Version, one.version_id)
    query = quote(request.args.get("q", "").strip()[:MOST_QUERY])
    where = preview.address_of(document, version, page=one.number, q=query)
    return t.cast(Response, redirect(f"{where}#p{one.number}", 302))


@bp.post("/library/pages/<int:number>/draw")
@ruled("library.read")
def draw(number: int) -> Response:
    """Ask for the picture of a page that was not drawn yet."""
    who = person()
    one: Page = require("library.read", get_or_none(Page, number))
    document, version = found(one.document_id), get_or_none(Version, one.version_id)
    limits.hourly("library.draw", who.id, DRAWN)

    def wanted() -> str:
        if not one.picture_id:
            jobs.enqueue("library.draw", number)
        return f"{preview.address_of(document, version, page=one.number)}#p{one.number}"

    return pages.acted(
        "library.draw", wanted, _("The picture is being drawn. It appears when you come back to this page.")
    )


@bp.get("/library/<int:number>/preview")
@ruled("library.read", public=True)
def part(number: int) -> Response:
    """Return what the page of a document shows of its file, for the page that waits; without a script, lead to it."""
    document = found(number)
    if not pages.wants_fragment():
        return t.cast(Response, redirect(document.url, 302))
    version = asked(document)
    file = preview.file_of(version)
    assert file is not None  # asked() saw to it
    return pages.fragment("library/_preview.html", **preview.values(document, version, file))


@bp.get("/library/<int:number>/difference")
@ruled("library.read", public=True)
def difference(number: int) -> t.Any:
    """Show what changed in the text between two versions."""
    document = found(number)
    if document.state == "withdrawn":
        return redirect(document.url, 302)
    language = request.args.get("lang", "")[:12] or document.language
    known = [
        one
        for one in versions.listed(document)
        if one.language == language and preview.file_of(one) is not None
    ]
    if len(known) < 2:
        abort(404)
    old, new = _two(known)
    tag = pages.etag(
        "difference", document.version, old.id, new.id, old.state, new.state, document.audience_id
    )
    if answer := pages.unchanged(tag):
        return answer
    limits.counted("library.difference", str(me().id or limits.neighbourhood()), COMPARED)
    both = all(one.state in ("ready", "scanned") for one in (old, new))
    result = comparing.compare(old.id, new.id) if both and old is not new else None
    return pages.page(
        "library/difference.html", place="library", last=highest(), etag=tag, noindex=True, it=document,
        own=shown.texts(document, language), known=known, old=old, new=new, result=result, both=both, language=language,
        read=[preview.address_of(document, one) for one in (old, new)],
    )  # fmt: skip


def _two(known: list[Version]) -> tuple[Version, Version]:
    """Return the two versions that are asked for, older first; without an answer the newest and the one before."""
    by_number = {str(one.number): one for one in known}
    old = by_number.get(request.args.get("a", ""), known[1])
    new = by_number.get(request.args.get("b", ""), known[0])
    return (old, new) if old.number <= new.number else (new, old)


@bp.post("/library/<int:number>/captions")
@ruled("library.edit")
def captions(number: int) -> Response:
    """Put in captions of a sound or film."""
    document = found(number, "library.edit")
    version = versions.numbered(
        document, preview.whole(request.form.get("v")), request.form.get("lang", "")[:12]
    )
    if version is None or reader_of(version) != "sound":
        abort(404)
    sent = request.files.get("captions")
    given = making.kept(t.cast(t.BinaryIO, sent.stream)) if sent and sent.filename else None
    if given is None:
        flash(
            _("These are no captions: a WebVTT file begins with the word WEBVTT and has 1 MB at most."), "bad"
        )
        return pages.see_other(f"{document.url}#preview")
    return done(
        "library.edit",
        document,
        lambda who, _it: making.caption(who, version, given),
        _("The captions are in."),
    )
