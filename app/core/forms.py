"""The base of forms with the frame's token: they read what a page's form sends, and nothing else."""

import typing as t

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput


class PageForm(FlaskForm):
    """A form of a page. A body of JSON is none: its numbers and lists would reach fields that expect words."""

    class Meta(FlaskForm.Meta):
        """Where the words come from; everything else is the library's."""

        def wrap_formdata(self, form: t.Any, formdata: t.Any) -> t.Any:
            """Return what was sent; what the caller names itself, even None, is taken as it is."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return CombinedMultiDict([request.files, request.form]) if request.method == "POST" else None


class Ticks(SelectMultipleField):
    """Some of a list, as boxes to tick; others are not taken."""

    option_widget = CheckboxInput()

    def __init__(self, label: t.Any, known: t.Callable[[], dict[str, t.Any]], **more: t.Any) -> None:
        self.known = known
        super().__init__(label, choices=lambda: list(known().items()), validate_choice=False, **more)

    def pre_validate(self, _form: t.Any) -> None:
        """Keep what is on the list."""
        self.data: list[str] = [key for key in self.known() if key in (self.data or ())]


def is_trapped() -> bool:
    """Say whether a program filled in the field of a public form that people neither see nor reach: `ui.trap()`."""
    return bool(request.form.get("homepage"))
