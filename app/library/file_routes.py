"""Files of a document: a new version, an older one that comes back."""

import typing as t

from flask import Blueprint, Response, abort, request

from app.core import files, once, pages
from app.core.languages import _
from app.core.policy import me, person, ruled
from app.library import acts, arriving, forms, quota, upload_words, uploads, versions
from app.library.models import Document
from app.library.routes import found
from app.library.upload_routes import batch_sent_before, upload_part
from app.library.work_routes import done

bp = Blueprint("library_files", __name__)


@bp.route("/library/<int:number>/versions", methods=["GET", "POST"])
@ruled("library.edit")
def add(number: int) -> t.Any:
    """Put in a new file, of the original or in a further language."""
    document = found(number, "library.edit")
    form = forms.NewVersion(data={"language": request.args.get("lang") or document.language})
    if request.method == "GET":
        return add_page(document, form)
    kept = kept_of(document, form) if form.validate() else None
    if kept is None:
        before = once.earlier(me().id, "library.edit")  # what is the same file now was a new one then
        return pages.see_other(before) if before else add_page(document, form, 422)
    said = {"language": form.language.data, "note": form.note.data or "", "status": form.status.data}

    def deed(who: t.Any, it: Document) -> None:
        acts.add_version(who, it, kept, **said)
        arriving.taken(who, request.form.get("upload", ""), it)

    return done("library.edit", document, deed, _("The new file is in."))


def add_page(document: Document, form: forms.NewVersion, status: int = 200) -> Response:
    """Return the page to put in a new file on."""
    batch = batch_sent_before()
    return pages.page(
        "library/new_version.html", status, place="library", it=document, form=form, error=status == 422,
        upload=upload_part(batch, one=True, document=document.id), wrong=next(iter(form.file.errors), None),
    )  # fmt: skip


def kept_of(document: Document, form: forms.NewVersion) -> files.Kept | None:
    """Return the file that was sent before the form or with it; None with words beside the field where it is not taken."""
    kept = arriving.kept_for(person(), request.form.get("upload", "")) or _received(form)
    return kept if kept and _fits(document, form, kept) and _other(document, form, kept) else None


def _received(form: forms.NewVersion) -> files.Kept | None:
    """Store what came with the form, before the transaction."""
    sent = form.file.data
    if not sent or not sent.filename:
        form.file.errors = [_("Choose a file.")]
        return None
    received = uploads.receive(sent.stream, sent.filename)
    sent.stream.seek(0)
    if received.why:
        form.file.errors = [upload_words.sentence(received.why, received.name)]
    return received.kept


def _fits(document: Document, form: forms.NewVersion, kept: files.Kept) -> bool:
    """Say whether there is room for the file."""
    if quota.room_for(document.organisation_id, kept.size):
        return True
    form.file.errors = [upload_words.sentence("quota", kept.name)]
    return False


def _other(document: Document, form: forms.NewVersion, kept: files.Kept) -> bool:
    """Say whether the file differs from the newest one in its language."""
    same = versions.same(document, kept.hash)
    if same is None or same.language != form.language.data or not versions.is_newest(document, same):
        return True
    form.file.errors = [
        _("This is the same file as version %(number)s. Choose another one.", number=same.number)
    ]
    return False


@bp.post("/library/<int:number>/v/<int:nth>/restore")
@ruled("library.edit")
def restore(number: int, nth: int) -> Response:
    """Bring an older version back as the newest one."""
    document = found(number, "library.edit")
    one = versions.numbered(document, nth, request.form.get("lang", "")[:12])
    if one is None or not one.file_id:
        abort(404)
    return done(
        "library.edit",
        document,
        lambda who, _it: acts.restore(who, one),
        _("It is the newest version again."),
    )
