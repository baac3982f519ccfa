"""The page of the controlled words: themes with their labels in each language, added, renamed and merged."""

import typing as t

from flask import Blueprint, Response, abort, request
from wtforms import Form, SelectChoice, StringField
from wtforms.validators import Length, ValidationError

from app.core import pages
from app.core.database import get_or_none
from app.core.languages import _, lazy, offered, own_name
from app.core.policy import person, require, ruled
from app.core.text import clean_line
from app.members import profile, themes
from app.members.models import Theme

bp = Blueprint("vocabulary", __name__)
PAGE = "/admin/words"


def labels_form(codes: t.Sequence[str]) -> type[Form]:
    """Return the form of a theme's names in these languages."""

    def needed(_form: Form, field: t.Any) -> None:
        if not field.data:
            raise ValidationError(_("Write the name in the first language."))

    most = Length(max=60, message=lazy("A name has 60 characters at most."))
    fields = {
        f"label_{code}": StringField(
            own_name(code), [most, *([needed] if code == codes[0] else [])], filters=[clean_line]
        )
        for code in codes
    }
    return type("LabelsForm", (Form,), fields)


def _labels(form: Form) -> dict[str, str]:
    return {code: form[f"label_{code}"].data for code in offered() if form[f"label_{code}"].data}


def _form(sent: t.Any = None, theme: Theme | None = None) -> Form:
    before = {f"label_{code}": (theme.labels if theme else {}).get(code, "") for code in offered()}
    return labels_form(offered())(sent, prefix="", **before)


def _page(form: Form | None = None, theme: Theme | None = None, status: int = 200) -> Response:
    """Show the list; a form that was wrong stands at its theme, or at the new one."""
    rows = themes.listed()
    wrong = {theme.id if theme else 0: form} if form is not None else {}
    return pages.page(
        "admin/words.html", status, place="admin", rows=rows, wrong=wrong, error=status == 422, label=profile.label,
        codes=[(code, own_name(code)) for code in offered()], empty=_form(),
        form_of=lambda row: wrong.get(row.id) or _form(None, row),
        others=lambda row: [SelectChoice(one.key, profile.label(one.labels)) for one in rows if one.id != row.id],
    )  # fmt: skip


@bp.get(PAGE)
@ruled("admin.words")
def index() -> Response:
    """Show the list of themes."""
    require("admin.words", True)
    return _page()


@bp.post(f"{PAGE}/new")
@ruled("admin.words")
def add() -> Response:
    """Put a theme on the list."""
    require("admin.words", True)
    form, who = _form(request.form), person()
    if not form.validate():
        return _page(form, None, 422)
    return pages.acted(
        "admin.theme_add",
        lambda: f"{PAGE}#t{themes.add(who, _labels(form)).id}",
        _("The theme is on the list."),
    )


@bp.post(f"{PAGE}/<int:number>")
@ruled("admin.words")
def rename(number: int) -> Response:
    """Give a theme other words."""
    theme, who = _theme(number), person()
    form = _form(request.form, theme)
    if not form.validate():
        return _page(form, theme, 422)

    others = {code: name for code, name in theme.labels.items() if code not in offered()}

    def done() -> str:
        themes.rename(who, theme, {**others, **_labels(form)})
        return f"{PAGE}#t{theme.id}"

    return pages.acted("admin.theme_rename", done, _("The theme has new words."))


@bp.post(f"{PAGE}/<int:number>/merge")
@ruled("admin.words")
def merge(number: int) -> Response:
    """Let a theme become another one."""
    theme, who = _theme(number), person()
    into = next(
        (row for row in themes.listed() if row.key == request.form.get("into") and row.id != number), None
    )
    if into is None:
        return _page(None, None, 422)
    target = t.cast(Theme, get_or_none(Theme, into.id))

    def done() -> str:
        themes.merge(who, theme, target)
        return f"{PAGE}#t{target.id}"

    return pages.acted("admin.theme_merge", done, _("The two themes are one."))


def _theme(number: int) -> Theme:
    require("admin.words", True)
    return t.cast(Theme, get_or_none(Theme, number) or abort(404))
