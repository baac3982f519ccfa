"""The pages for bringing over what was made elsewhere: send it, look at it, take it in, take it back."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.core import files, once, pages, sheets
from app.core.audience import bound, in_sight
from app.core.database import atomic, get_or_none
from app.core.languages import _
from app.core.policy import can, me, person, require, ruled
from app.extensions import db
from app.library import upload_limits, uploads
from app.library.models import Upload
from app.library.upload_routes import upload_part
from app.past import acts, words
from app.past.acts import BROUGHT
from app.past.forms import HowForm, SendForm
from app.past.models import PastBatch
from app.past.sources import tables
from app.past.sources.kinds import TALKS
from app.spaces import shelf
from app.spaces.models import KINDS, Space

bp = Blueprint("past", __name__)
PAGE = "/bring-over"
MOST, PURPOSE = 50, "past"


def spaces() -> list[Space]:
    """Return the groups whose library the reader looks after: the network first, then by name."""
    who = me()
    kept = [group.id for group in who.groups]
    wanted = sa.select(Space).where(Space.visible_to(who.viewer), Space.id.not_in(shelf.archived()))
    if not who.steward:
        wanted = wanted.where(Space.id.in_(kept))
    found = [space for space in db.session.scalars(wanted) if can("past.bring", space)]
    return sorted(found, key=lambda space: (KINDS.index(space.form), space.name))


@bp.get(PAGE)
@ruled("past.begin")
def index() -> Response:
    """Show the form, and what was brought before."""
    require("past.begin", True)
    return _index(SendForm(spaces(), formdata=None))


def _upload_part(sent: Upload | None, form: SendForm) -> dict[str, t.Any]:
    """What the part of the page needs in which a file is chosen; large ones come in pieces, as into the library."""
    batch = uploads.batch_of(person(), sent.batch_id, PURPOSE) if sent else None
    hint = _(
        "ZIP, CSV, XLSX, RIS, BibTeX, mbox or JSON lines, up to %(most)s; without scripts up to %(plain)s.",
        most=pages.size_words(upload_limits.largest()), plain=pages.size_words(request.max_content_length or 0),
    )  # fmt: skip
    part = {**upload_part(batch, one=True, purpose=PURPOSE), "hint": hint}
    return {"upload": part, "wrong": next(iter(form.file.errors), None)}


def _index(form: SendForm, status: int = 200, sent: Upload | None = None) -> Response:
    seen = (
        sa.select(PastBatch).where(in_sight(PastBatch.audience_id)).order_by(PastBatch.id.desc()).limit(MOST)
    )
    batches = db.session.scalars(seen, bound(me().viewer)).all()
    return pages.page(
        "past/index.html", status, place="library", form=form, batches=batches, words=words, error=status != 200,
        meanings=list(words.MEANINGS.values())[1:], **_upload_part(sent, form),
    )  # fmt: skip


@bp.post(PAGE)
@ruled("past.begin", "past.bring", "past.talks")
def send() -> Response:
    """Keep what was sent and look at it."""
    require("past.begin", True)
    who, sent = person(), _sent_before()
    form = SendForm(spaces(), came=uploads.kept(sent) if sent else None)
    if not form.validate():
        before = once.earlier(who.id, "past.send")  # its file is used up
        return pages.see_other(before) if before else _index(form, 422, sent)
    space = require("past.bring", form.spaces[form.space.data])
    if form.form in TALKS:
        require("past.talks", space)
    kept = form.came or files.keep(form.file.data.stream, form.file.data.filename, upload_limits.largest())

    def begun() -> str:
        with atomic():
            batch = acts.begin(who, space, kept, form.form)
            if sent:
                uploads.used(sent, None)
            return batch.url

    return pages.acted("past.send", begun)


def _sent_before() -> Upload | None:
    """Return the file that the script has sent in pieces."""
    upload = uploads.find(person(), request.form.get("upload", ""))
    whole = (
        upload is not None
        and upload.state == "whole"
        and uploads.batch_of(person(), upload.batch_id, PURPOSE)
    )
    return upload if whole else None


def _found(number: int) -> PastBatch:
    batch = t.cast(PastBatch, require("past.bring", get_or_none(PastBatch, number)))
    return t.cast(PastBatch, require("past.talks", batch)) if batch.form in TALKS else batch


@bp.get(f"{PAGE}/<int:number>")
@ruled("past.bring", "past.talks")
def one(number: int) -> Response:
    """Show what it would do, or has done."""
    batch = _found(number)
    space = db.session.get_one(Space, batch.space_id)
    return _page(batch, space, HowForm.of(batch, space, person(), formdata=None))


def _page(batch: PastBatch, space: Space, form: HowForm, status: int = 200) -> Response:
    return pages.page(
        "past/batch.html", status, place="library", batch=batch, form=form, words=words, space=space, error=status != 200,
        meanings=words.MEANINGS, talks=batch.form in TALKS, read=batch.how.get("read") or {},
    )  # fmt: skip


@bp.post(f"{PAGE}/<int:number>")
@ruled("past.bring", "past.talks")
def change(number: int) -> Response:
    """Say anew how it is read and taken in."""
    batch = _found(number)
    space = db.session.get_one(Space, batch.space_id)
    form = HowForm(space, person())
    if not form.validate():
        return _page(batch, space, form, 422)

    known = (batch.how.get("read") or {}).get("meanings") or []
    number = min(len(known), tables.BOUNDS.columns)
    how = form.how(batch, sheets.chosen(request.form, number, words.MEANINGS))
    return pages.deed("past.change", batch, lambda batch: BROUGHT.again(batch, how=how))


@bp.post(f"{PAGE}/<int:number>/run")
@ruled("past.bring", "past.talks")
def run(number: int) -> Response:
    """Take it in."""
    return pages.deed(
        "past.run", _found(number), lambda batch: BROUGHT.start(person(), batch, by_id=person().id)
    )


@bp.post(f"{PAGE}/<int:number>/undo")
@ruled("past.bring", "past.talks")
def undo(number: int) -> Response:
    """Take it back."""
    return pages.deed(
        "past.undo", _found(number), lambda batch: BROUGHT.undo(person(), batch, by_id=person().id)
    )


@bp.post(f"{PAGE}/<int:number>/drop")
@ruled("past.bring", "past.talks")
def drop(number: int) -> Response:
    """Forget it."""
    if get_or_none(PastBatch, number) is None and once.earlier(person().id, "past.drop"):
        require("past.begin", True)
        return pages.see_other(PAGE)
    return pages.deed(
        "past.drop", _found(number), lambda batch: BROUGHT.drop(person(), batch), _("It is forgotten."), PAGE
    )
