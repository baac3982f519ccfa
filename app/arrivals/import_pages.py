"""The secretariat's pages for lists: send one, say what its columns mean, take it in, take it back."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, SelectField
from wtforms.validators import ValidationError

from app.arrivals import columns, importing, words
from app.arrivals.importing import LISTS
from app.arrivals.join_forms import KINDS
from app.arrivals.models import ImportBatch
from app.core import once, pages
from app.core import sheets as table
from app.core.batches import STATES
from app.core.database import get_or_none
from app.core.forms import PageForm
from app.core.languages import _, lazy
from app.core.policy import person, require, ruled
from app.core.text import clean_line
from app.extensions import db
from app.members.forms import OneOf

bp = Blueprint("imports", __name__)
PAGE = "/admin/import"
MOST = 50
MOST_BYTES = 1024 * 1024


class ListForm(PageForm):
    """A file with a list."""

    file = FileField(lazy("File"))

    def validate_file(self, field: t.Any) -> None:
        """Something is in it, and not too much."""
        sent = field.data if isinstance(field.data, FileStorage) else None
        self.raw = sent.read(MOST_BYTES + 1) if sent else b""
        if not self.raw:
            raise ValidationError(lazy("Choose a file."))
        if len(self.raw) > MOST_BYTES:
            raise ValidationError(lazy("The file is larger than 1 MB."))


class HowForm(PageForm):
    """How a list is to be read."""

    encoding = SelectField(
        lazy("Letters"), choices=lambda: [("", "XLSX"), *((key, str(words.ENCODINGS[key])) for key in table.ENCODINGS)],
        validate_choice=False, validators=[OneOf(lambda: ("", *table.ENCODINGS))],
    )  # fmt: skip
    delimiter = SelectField(
        lazy("Between two cells"), choices=lambda: [(key, str(word)) for key, word in words.DELIMITERS.items()],
        validate_choice=False, validators=[OneOf(lambda: words.DELIMITERS)],
    )  # fmt: skip
    header = BooleanField(lazy("The first line says what the columns are"))
    form = SelectField(
        lazy("Members that say no kind are"), choices=lambda: list(KINDS.items()), validate_choice=False,
        validators=[OneOf(lambda: KINDS)],
    )  # fmt: skip


@bp.get(PAGE)
@ruled("admin.import")
def index() -> Response:
    """Show the form, and the lists of before."""
    require("admin.import", True)
    return _index(ListForm(formdata=None))


def _index(form: ListForm, status: int = 200) -> Response:
    some = db.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc()).limit(MOST))
    return pages.page(
        "arrivals/imports.html", status, place="admin", form=form, batches=some.all(), states=STATES,
        error=status != 200, meanings=list(columns.MEANINGS.values())[1:],
    )  # fmt: skip


@bp.post(PAGE)
@ruled("admin.import")
def send() -> Response:
    """Keep a list and look at it."""
    require("admin.import", True)
    form = ListForm()
    if not form.validate():
        return _index(form, 422)
    name = clean_line(form.file.data.filename) or "list"
    return pages.acted("arrivals.import", lambda: importing.begin(person(), name, form.raw).url)


def _found(number: int) -> ImportBatch:
    require("admin.import", True)
    return t.cast(ImportBatch, require("admin.import", get_or_none(ImportBatch, number)))


@bp.get(f"{PAGE}/<int:number>")
@ruled("admin.import")
def one(number: int) -> Response:
    """Show what a list would do, or has done."""
    batch = _found(number)
    return _page(batch, HowForm(formdata=None, obj=batch))


def _page(batch: ImportBatch, form: HowForm, status: int = 200) -> Response:
    return pages.page(
        "arrivals/import.html", status, place="admin", batch=batch, form=form, words=words, states=STATES,
        meanings=columns.MEANINGS, sheet=table.is_sheet(batch.raw), error=status != 200,
    )  # fmt: skip


@bp.post(f"{PAGE}/<int:number>")
@ruled("admin.import")
def change(number: int) -> Response:
    """Say anew how it is to be read."""
    batch, form = _found(number), HowForm()
    if not form.validate():
        return _page(batch, form, 422)
    how = {name: form[name].data for name in ("encoding", "delimiter", "header", "form")}
    same = all(how[name] == getattr(batch, name) for name in ("encoding", "delimiter", "header"))
    number = min(len(batch.meanings), table.USUAL.columns)
    how["meanings"] = table.chosen(request.form, number, columns.MEANINGS) if same else []
    return pages.deed("arrivals.import_change", batch, lambda batch: LISTS.again(batch, **how))


@bp.post(f"{PAGE}/<int:number>/run")
@ruled("admin.import")
def run(number: int) -> Response:
    """Take it in."""
    who, send = person(), request.form.get("send") == "y"
    return pages.deed(
        "arrivals.import_run", _found(number),
        lambda batch: LISTS.start(who, batch, {"sent": send}, send=send, by_id=who.id),
    )  # fmt: skip


@bp.post(f"{PAGE}/<int:number>/undo")
@ruled("admin.import")
def undo(number: int) -> Response:
    """Take it back."""
    who = person()
    return pages.deed(
        "arrivals.import_undo", _found(number), lambda batch: LISTS.undo(who, batch, by_id=who.id)
    )


@bp.post(f"{PAGE}/<int:number>/drop")
@ruled("admin.import")
def drop(number: int) -> Response:
    """Forget it."""
    if get_or_none(ImportBatch, number) is None and once.earlier(person().id, "arrivals.import_drop"):
        require("admin.import", True)
        return pages.see_other(PAGE)
    return pages.deed(
        "arrivals.import_drop", _found(number), lambda batch: LISTS.drop(person(), batch), _("The list is forgotten."), PAGE
    )  # fmt: skip
