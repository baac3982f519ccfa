"""Sharing files: the page, the pieces that its script sends, and the plain form that does the same without one."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, abort, jsonify, request

from app.core import limits, pages
from app.core.database import LARGEST_ID, setting
from app.core.languages import _
from app.core.parts import takes_parts
from app.core.policy import allowed, me, person, require, ruled
from app.extensions import db
from app.library import arriving, pieces, reading, unpacking, upload_limits, upload_words, uploads
from app.library.arriving_forms import Together
from app.library.models import Upload, UploadBatch
from app.spaces.models import Space

bp = Blueprint("uploads", __name__)
AN_HOUR = 3000  # files that one person may announce


def spaces_to_add_to() -> list[Space]:
    """Return the groups that this person may add documents to."""
    seen = db.session.scalars(sa.select(Space).where(Space.visible_to(me().viewer))).all()
    return [space for space in seen if allowed(me(), "library.add", space)]


def upload_part(
    batch: UploadBatch | None = None, *, one: bool = False, document: int = 0, whole: bool = True, purpose: str = ""
) -> dict[str, t.Any]:  # fmt: skip
    """Return what templates/library/_upload.html needs: `one` takes a single file, for a new version of a document.

    `whole`: files of the batch that have come are listed as well. `purpose`: see upload_limits.takes()."""
    rows = uploads.listed(batch.id) if batch else []
    few = "" if purpose or not setting("LIBRARY_TYPES") else ", ".join(upload_limits.types()).upper()
    most = pages.size_words(upload_limits.largest())
    return {
        "hint": few and _("These types of files are taken here: %(types)s. Each up to %(size)s at most.", types=few, size=most),
        "batch": batch.id if batch else "", "one": one, "document": document or "", "piece": pieces.USUAL,
        "most": upload_limits.largest(), "endings": upload_limits.endings(purpose), "purpose": purpose,
        "rows": [row for row in rows if whole or row.state != "whole"],
        "got": pieces.got, "tile": reading.tile, "sentence": upload_words.sentence,
    }  # fmt: skip


# --- the page -------------------------------------------------------------------------------------------------


@bp.get("/library/new")
@ruled("library.write")
def new() -> Response:
    """Show the form to share files."""
    require("library.write", True)
    form = Together(formdata=None)
    spaces = spaces_to_add_to()
    form.offer(person(), spaces)
    asked = request.args.get("space", "")
    if asked in {str(space.id) for space in spaces}:
        form.space.data = int(asked)
    return _page(form)


def _page(
    form: Together, status: int = 200, wrong: t.Any = None, batch: UploadBatch | None = None
) -> Response:
    return pages.page(
        "library/upload.html", status, place="library", form=form, wrong=wrong, error=status != 200,
        upload=upload_part(batch), waiting=uploads.open_batches(person()),
    )  # fmt: skip


@bp.post("/library/new")
@takes_parts(upload_words.MOST_PARTS)
@ruled("library.write", "library.add")
def send() -> Response:
    """Take the files that came with the form, or were sent before it; lead on to where they are described."""
    who = require("library.write", person())
    form = Together()
    form.offer(who, spaces_to_add_to())
    batch, some = batch_sent_before(), any(one.filename for one in request.files.getlist("files"))
    if not form.fits() or not (batch or some):
        return _page(form, 422, None if batch or some else _("Choose a file."), batch)
    space = require("library.add", form.spaces[form.space.data])
    limits.hourly("uploads", who.id, AN_HOUR)
    sent = received()
    return pages.acted(
        "library.share", lambda: arriving.gather(who, batch, sent, form.said(), space, form.unpack.data)
    )


def received() -> list[uploads.Received]:
    """Store the files that came with a form, outside atomic()."""
    return [_received(one) for one in request.files.getlist("files") if one.filename]


def _received(sent: t.Any) -> uploads.Received:
    try:
        return uploads.receive(sent.stream, sent.filename)
    finally:
        sent.stream.seek(0)


def batch_sent_before() -> UploadBatch | None:
    """Return the batch of the files that the script has sent."""
    for key in request.form.getlist("upload"):
        upload = uploads.find(person(), key)
        if upload is not None:
            return uploads.batch_of(person(), upload.batch_id)
    return None


# --- pieces ---------------------------------------------------------------------------------------------------


@bp.post("/library/uploads")
@ruled("library.write")
def announce() -> t.Any:
    """Say that a file will come; one that is on its way goes on."""
    who, form = require("library.write", person()), request.form
    limits.hourly("uploads", who.id, AN_HOUR)
    purpose = form.get("purpose", "")
    if purpose and not upload_limits.known(purpose):
        abort(422)
    batch = uploads.batch_of(who, _whole(form.get("batch")), purpose)
    name, size = form.get("name", ""), _whole(form.get("size"))
    try:
        upload = uploads.begin(
            who, name, size, print_=form.get("print", ""), folder=form.get("folder", ""),
            batch_id=batch.id if batch else 0, document_id=_whole(form.get("document")),
            organisation_id=_whole(form.get("organisation")), purpose=purpose,
        )  # fmt: skip
    except uploads.Refused as why:
        return jsonify({"why": str(upload_words.sentence(str(why), name))}), 422
    return _state(upload)


def _whole(text: str | None) -> int:
    good = text is not None and text.isascii() and text.isdigit() and len(text) < 19
    return min(int(text or 0), LARGEST_ID) if good else 0


def _found(key: str) -> Upload:
    return t.cast(Upload, require("library.upload", uploads.find(person(), key)))


def _state(upload: Upload, status: int = 200) -> t.Any:
    got = pieces.got(upload.key) if upload.state == "open" else upload.size
    why = str(upload_words.sentence(upload.why, upload.name)) if upload.why else ""
    answer = jsonify(
        {"key": upload.key, "got": got, "size": upload.size, "state": upload.state, "batch": upload.batch_id, "why": why}
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer, status


@bp.get("/library/uploads/<upload>")
@ruled("library.upload")
def state(upload: str) -> t.Any:
    """Say how much of a file has come."""
    return _state(_found(upload))


@bp.post("/library/uploads/<upload>")
@ruled("library.upload")
def piece(upload: str) -> t.Any:
    """Take the next piece of a file; one with nothing in it finishes a file that has come as a whole."""
    found, sent = _found(upload), request.files.get("piece")
    if sent is None:
        abort(422)
    try:
        uploads.append(
            found,
            _whole(request.form.get("offset")),
            t.cast(t.BinaryIO, sent.stream),
            request.form.get("sum", ""),
        )
    except (pieces.Elsewhere, pieces.Changed, pieces.Busy):
        return _state(_found(upload), 409)
    except pieces.TooLong:
        abort(413)
    except OSError:
        abort(503)  # the disk is full, or the store is away: what came stays, it is tried again
    return _state(_found(upload))


@bp.post("/library/uploads/<upload>/remove")
@ruled("library.upload")
def remove(upload: str) -> Response:
    """Stop a file, or forget one before it is described."""
    found = _found(upload)
    back = request.form.get("back", "")

    def done() -> str:
        uploads.drop(found)
        return pages.safe_next(back, "/library/new")

    return pages.acted("library.upload_remove", done)


@bp.post("/library/uploads/<upload>/unpack")
@ruled("library.upload")
def unpack(upload: str) -> Response:
    """Unpack a ZIP: each file in it becomes one of its batch."""
    found = _found(upload)
    require("library.upload", uploads.batch_of(person(), found.batch_id))

    def done() -> str:
        unpacking.begin(found)
        return found.url

    return pages.acted("library.unpack", done)
