"""The table in which files that came together are described, and the one act that makes documents of them."""

import dataclasses
import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, request
from markupsafe import Markup

from app.core import dates, hearing, once, pages
from app.core.audience import organisation_room, person_room
from app.core.languages import _, ngettext, offered
from app.core.parts import takes_parts
from app.core.policy import person, require, ruled
from app.core.text import clean_line
from app.extensions import db
from app.library import arriving, fields, guessing, own_titles, uploads, words
from app.library.arriving import Said
from app.library.arriving_forms import Together
from app.library.models import Document, Upload, UploadBatch
from app.library.upload_routes import received, spaces_to_add_to, upload_part
from app.library.upload_words import MOST_PARTS

bp = Blueprint("batches", __name__)
PAGE = 100  # rows of one page
BUSY = ("unpacking", "saving")
FIELDS = ("title", "language", "type", "date", "of")


@dataclasses.dataclass
class Row:
    """One file in the table: what was said of it, and what is wrong."""

    upload: Upload
    title: str
    language: str
    type: str
    date: str
    of: str
    leave: bool
    twins: list[t.Any]
    shown: bool = True  # in the form that was sent
    before: str = ""  # an earlier file of the batch with the same bytes
    inside: str = ""  # the title that stands in the file
    errors: dict[str, t.Any] = dataclasses.field(default_factory=dict)


def found(number: int) -> UploadBatch:
    """Return a batch of one's own."""
    return t.cast(UploadBatch, require("library.upload", uploads.batch_of(person(), number)))


@bp.get("/library/batches/<int:number>")
@ruled("library.upload")
def show(number: int) -> Response:
    """Show the files that came together."""
    batch = found(number)
    form = Together(formdata=None, data=batch.shared)
    form.offer(person(), spaces_to_add_to())
    listed = uploads.listed(batch.id)
    return page(batch, form, listed, rows_of(listed, batch.shared, None))


def rows_of(listed: list[Upload], shared: t.Mapping[str, t.Any], sent: t.Any) -> list[Row]:
    """Return the rows of the files that have come: as they were sent, else as they were said before, else as guessed."""
    whole = [upload for upload in listed if upload.state == "whole"][:PAGE]
    same = arriving.twins(person().viewer, {upload.hash for upload in whole})
    first: dict[str, str] = {}
    titles, rows = own_titles.offered(whole), []
    for upload in whole:
        before = first.get(upload.hash, "")
        first.setdefault(upload.hash, upload.name)
        twins = same.get(upload.hash, [])
        said = sent_of(upload, sent) if sent is not None else said_of(upload, shared, bool(twins or before))
        inside = titles.get(upload.id, "")
        rows.append(
            Row(
                upload=upload,
                twins=twins,
                before=before,
                **said,
                inside="" if inside == said["title"] else inside,
            )
        )
    return rows


def sent_of(upload: Upload, sent: t.Any) -> dict[str, t.Any]:
    """Return what was sent of one file; one that came meanwhile is as its name says."""
    if f"title-{upload.id}" not in sent:
        return {**said_of(upload, {}, False), "shown": False}
    said = {name: clean_line(sent.get(f"{name}-{upload.id}")) for name in FIELDS}
    return {**said, "leave": sent.get(f"leave-{upload.id}") == "y"}


def said_of(upload: Upload, shared: t.Mapping[str, t.Any], known: bool) -> dict[str, t.Any]:
    """Return what was said of one file before, else what its name says."""
    guess, kept = guessing.of(upload.name), upload.values
    guessed = {
        "title": guess.title, "type": "", "of": "",
        "language": "" if shared.get("language") else guess.language, "date": "" if shared.get("date") else guess.date,
    }  # fmt: skip
    said = {name: kept.get(name, word) for name, word in guessed.items()}
    return {**said, "leave": kept.get("leave", known)}


def page(
    batch: UploadBatch,
    form: Together,
    listed: list[Upload],
    rows: list[Row],
    status: int = 200,
    done: t.Any = None,
) -> Response:
    """Return the page of a batch. `done` says what was just taken in."""
    busy = batch.state == "saving" or any(upload.state in BUSY for upload in listed)
    short = dict.fromkeys(
        [*offered(), "ar", "en", "es", "fr", "ru", "zh", *(row.language for row in rows if row.language)]
    )
    tongues = [(one.value, one.label) for one in fields.tongues() if one.value in short]
    return pages.page(
        "library/batch.html", status, place="library", batch=batch, form=form, rows=rows, done=done, error=status != 200,
        busy=busy, upload=upload_part(batch, whole=False), tongues=tongues, kinds=words.terms("type"),
        whole=sum(upload.state == "whole" for upload in listed), own=arriving.own_documents(person(), batch.space_id),
        unpacking=[upload for upload in listed if upload.state == "unpacking"], made=made_of(listed),
        links=uploads.links([row.upload for row in rows]), inside=sum(bool(row.inside) for row in rows),
        hearers=hearers_of(form),
    )  # fmt: skip


def hearers_of(form: Together) -> Markup:
    """Return the line that says who will see the documents, once they are published, as far as the form says it."""
    who, space, word = person(), form.spaces.get(form.space.data or 0), form.sight.data
    if word == "organisation" and form.organisation.data:
        rooms = {person_room(who.id), organisation_room(form.organisation.data)}
    elif space is not None and word in space.offers():
        rooms = {space.room_named(word)}
    else:
        return Markup("")
    return hearing.line(
        hearing.said("library.imported", who, rooms=rooms, space_id=space.id if space else None)
    )


@bp.get("/library/batches/<int:number>/hearers")
@ruled("library.upload")
def hearers(number: int) -> Response:
    """Return that line as a fragment, for what is chosen now."""
    found(number)
    form = Together(request.args)
    form.offer(person(), spaces_to_add_to())
    known = form.organisation.data in dict(form.organisation.choices)
    return pages.bare_fragment(hearers_of(form) if known else Markup(""))


def made_of(listed: list[Upload]) -> list[Document]:
    """Return the documents that files of this batch became, as far as one still sees them."""
    numbers = {upload.document_id for upload in listed if upload.state == "used" and upload.document_id}
    seen = sa.select(Document).where(Document.id.in_(numbers), Document.visible_to(person().viewer))
    return list(db.session.scalars(seen.order_by(Document.id))) if numbers else []


@bp.post("/library/batches/<int:number>")
@takes_parts(MOST_PARTS)
@ruled("library.upload", "library.add")
def save(number: int) -> Response:
    """Make documents of all rows that are right; those that are not stay, with what was typed."""
    batch, who = found(number), person()
    form = Together()
    form.offer(who, spaces_to_add_to())
    fits, rows = form.fits(), rows_of(uploads.listed(batch.id), form.said(), request.form)
    if request.form.get("use"):
        use(rows, request.form["use"])
    if request.form.get("more") or request.form.get("use"):
        return more(batch, form.said() if fits else batch.shared, rows)
    for row in rows:
        check(row, who, form.language.data)
    good = [said(row) for row in rows if row.shown and not row.errors] if fits else []
    publish = request.form.get("publish") == "1"

    def act() -> str:
        if good:
            require("library.add", form.spaces[form.space.data])
            arriving.take_in(who, batch, form.said(), good, publish)
        return batch.url

    if fits and not any(row.errors for row in rows):
        return pages.acted("library.batch", act)
    if good:
        once.once(who.id, "library.batch", act)
    return still_wrong(batch, form, rows, sum(not one.leave for one in good))


def still_wrong(batch: UploadBatch, form: Together, rows: list[Row], taken: int) -> Response:
    """Return the table with the rows that stay, what is wrong with them, and how many were right."""
    left = [row for row in rows if row.upload.state == "whole"]
    done = ngettext(
        "%(num)d file was taken into the library.", "%(num)d files were taken into the library.", taken
    )
    return page(batch, form, uploads.listed(batch.id), left, 422, done if taken else None)


def use(rows: list[Row], which: str) -> None:
    """Take the titles that stand in files in place of those that are written: of one file, or of all."""
    for row in rows:
        if row.inside and which in ("all", str(row.upload.id)):
            row.title = row.inside


def more(batch: UploadBatch, shared: dict[str, t.Any], rows: list[Row]) -> Response:
    """Take further files in, and keep what was typed so far."""
    sent = received()
    typed = [
        (row.upload, {name: getattr(row, name) for name in (*FIELDS, "leave")}) for row in rows if row.shown
    ]

    def act() -> str:
        arriving.keep_typed(person(), batch, shared, typed, sent)
        return batch.url

    return pages.acted("library.batch_more", act)


def check(row: Row, who: t.Any, tongue: str) -> None:
    """Say beside each field of a row what is wrong; `tongue` is the language that holds for all."""
    if row.leave or not row.shown:
        return
    if not row.title and not row.of:
        row.errors["title"] = _("Write a title.")
    elif len(row.title) > 300:
        row.errors["title"] = _("A title has at most 300 characters.")
    if not (row.language or tongue or row.of):
        row.errors["language"] = _("Choose the language of the document.")
    elif row.language and row.language not in fields.known_tongues():
        row.errors["language"] = _("Choose one from the list.")
    if row.type and row.type not in words.terms("type"):
        row.errors["type"] = _("Choose one from the list.")
    if row.date and not dates.parts_of(row.date):
        row.errors["date"] = _("Write a date like 2017, 2017-06 or 2017-06-22.")
    if row.of and arriving.named(who, row.of) is None:
        row.errors["of"] = _("There is no document of yours at this address.")


def said(row: Row) -> Said:
    """Return a row as the act takes it."""
    return Said(row.upload, {name: getattr(row, name) for name in FIELDS}, row.leave)


@bp.post("/library/batches/<int:number>/drop")
@ruled("library.upload")
def drop(number: int) -> Response:
    """Forget all files of a batch that are no documents yet."""
    batch = found(number)

    def done() -> str:
        for upload in uploads.listed(batch.id):
            uploads.drop(upload)
        uploads.end(batch)
        return "/library/new"

    return pages.acted("library.batch_drop", done, _("The files are forgotten."))
