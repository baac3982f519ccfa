"""The secretariat's page of the controlled lists of the library: types, target groups and series."""

import typing as t

from flask import Blueprint, Response, abort, request
from wtforms import Form, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _, language, lazy, offered, own_name
from app.core.policy import person, require, ruled
from app.core.text import clean_line, clean_text
from app.library import identifiers, vocabularies
from app.library.filters import SHELVES
from app.library.models import Term

bp = Blueprint("library_terms", __name__)
PAGE = "/admin/words/library"
LISTS = {"type": lazy("Types of documents"), "target": lazy("For whom"), "series": lazy("Series")}
PARTS = {
    "": lazy("Only under all documents"), "publications": lazy("Publications"), "papers": lazy("Meeting papers"),
    "training": lazy("Training"),
}  # fmt: skip


def _needed(_form: Form, field: t.Any) -> None:
    if not field.data:
        raise ValidationError(_("Write the name in the first language."))


def _issn(_form: Form, field: t.Any) -> None:
    if field.data and not identifiers.is_issn(field.data):
        raise ValidationError(_("This is no ISSN: its last digit does not fit the others."))


def form_of(vocabulary: str, sent: t.Any, term: Term | None = None) -> Form:
    """Return the form of a word: its names in each language, and what is said of a series or a type beside them."""
    most, codes = Length(max=60, message=lazy("A name has 60 characters at most.")), offered()
    fields: dict[str, t.Any] = {
        f"label_{code}": StringField(
            own_name(code), [most, *([_needed] if n == 0 else [])], filters=[clean_line]
        )
        for n, code in enumerate(codes)
    }
    if vocabulary == "series":
        long = Length(max=1000, message=lazy("The text has 1,000 characters at most."))
        fields["issn"] = StringField("ISSN", [_issn], filters=[clean_line])
        fields["about"] = TextAreaField(lazy("What the series is"), [long], filters=[clean_text])
    if vocabulary == "type":
        fields["shelf"] = SelectField(
            lazy("Part of the library"), choices=[SelectChoice(*pair) for pair in PARTS.items()]
        )
    before = {f"label_{code}": (term.labels if term else {}).get(code, "") for code in codes}
    known = {**(term.facts if term else {})}
    if vocabulary == "type" and term and "shelf" not in known:
        known["shelf"] = next((name for name, keys in SHELVES.items() if term.key in keys), "")
    return t.cast(Form, type("TermForm", (Form,), fields)(sent, **{**known, **before}))


def _said(form: Form, term: Term | None = None) -> tuple[dict[str, str], dict[str, t.Any]]:
    """Return the labels and facts that a form says; names in languages that are not offered here stay."""
    labels = {code: form[f"label_{code}"].data for code in offered() if form[f"label_{code}"].data}
    others = {code: word for code, word in (term.labels if term else {}).items() if code not in offered()}
    facts = {
        name: form[name].data
        for name in ("issn", "about", "shelf")
        if name in form and form[name].data is not None
    }
    return {**others, **labels}, {**(term.facts if term else {}), **facts}


def _page(
    vocabulary: str, wrong: Form | None = None, term: Term | None = None, status: int = 200
) -> Response:
    rows = vocabularies.listed(vocabulary)
    bad = {term.id if term else 0: wrong} if wrong is not None else {}
    return pages.page(
        "library/terms.html", status, place="admin", rows=rows, here=vocabulary, lists=LISTS, bad=bad, error=status == 422,
        codes=[(code, own_name(code)) for code in offered()], empty=form_of(vocabulary, None), label=label,
        form_of=lambda row: bad.get(row.id) or form_of(vocabulary, None, row),
        others=lambda row: [SelectChoice(one.key, label(one.labels)) for one in rows if one.id != row.id],
    )  # fmt: skip


def label(labels: dict[str, str]) -> str:
    """Return a word in the reader's language, else in English."""
    return labels.get(language()) or labels.get("en") or next(iter(labels.values()), "")


def _known(vocabulary: str) -> str:
    require("admin.words", True)
    return vocabulary if vocabulary in LISTS else abort(404)


@bp.get(f"{PAGE}/<vocabulary>")
@ruled("admin.words")
def index(vocabulary: str) -> Response:
    """Show one of the lists."""
    return _page(_known(vocabulary))


@bp.post(f"{PAGE}/<vocabulary>/new")
@ruled("admin.words")
def add(vocabulary: str) -> Response:
    """Put a word on a list."""
    form, who = form_of(_known(vocabulary), request.form), person()
    if not form.validate():
        return _page(vocabulary, form, None, 422)
    labels, facts = _said(form)
    return pages.acted(
        "library.term_add",
        lambda: f"{PAGE}/{vocabulary}#t{vocabularies.add(who, vocabulary, labels, facts).id}",
        _("The word is on the list."),
    )


@bp.post(f"{PAGE}/<int:number>/rename")
@ruled("admin.words")
def rename(number: int) -> Response:
    """Give a word other names."""
    term, who = _term(number), person()
    form = form_of(term.vocabulary, request.form, term)
    if not form.validate():
        return _page(term.vocabulary, form, term, 422)
    labels, facts = _said(form, term)

    def done() -> str:
        vocabularies.rename(who, term, labels, facts)
        return f"{PAGE}/{term.vocabulary}#t{term.id}"

    return pages.acted("library.term_rename", done, _("The word has new names."))


@bp.post(f"{PAGE}/<int:number>/move")
@ruled("admin.words")
def move(number: int) -> Response:
    """Move a word up or down in its list."""
    term, who, up = _term(number), person(), request.form.get("way") == "up"

    def done() -> str:
        vocabularies.move(who, term, up)
        return f"{PAGE}/{term.vocabulary}#t{term.id}"

    return pages.acted("library.term_move", done)


@bp.post(f"{PAGE}/<int:number>/merge")
@ruled("admin.words")
def merge(number: int) -> Response:
    """Let a word become another one."""
    term, who = _term(number), person()
    rows = vocabularies.listed(term.vocabulary)
    into = next((row for row in rows if row.key == request.form.get("into") and row.id != number), None)
    if into is None:
        return _page(term.vocabulary, None, None, 422)
    target = t.cast(Term, get_or_none(Term, into.id))

    def done() -> str:
        vocabularies.merge(who, term, target)
        return f"{PAGE}/{term.vocabulary}#t{target.id}"

    return pages.acted("library.term_merge", done, _("The two words are one."))


def _term(number: int) -> Term:
    require("admin.words", True)
    term = t.cast("Term | None", get_or_none(Term, number))
    return term if term is not None and term.vocabulary in LISTS else abort(404)
