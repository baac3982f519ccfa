"""What the secretariat fills in for a new edition, and what a member ticks."""

import typing as t

from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.core import languages
from app.core.forms import PageForm
from app.core.languages import _, lazy
from app.core.text import clean_text

LONGEST, NEWS = 60_000, 600


def edition_form(formdata: t.Any, before: t.Mapping[str, str]) -> t.Any:
    """Return the form of a new edition: a text and what changed in each language; one text is enough."""

    class EditionForm(PageForm):
        def validate(self, extra_validators: t.Any = None) -> bool:
            good = super().validate(extra_validators)
            first = self[f"body_{languages.offered()[0]}"]
            if not any(self[f"body_{code}"].data for code in languages.offered()):
                first.errors = [_("Write the terms in one language at least.")]
                return False
            return good

    for code in languages.offered():
        name = languages.own_name(code)
        rules = [Length(max=LONGEST, message=lazy("This text is too long."))]
        few = [Length(max=NEWS, message=lazy("At most 600 characters."))]
        look = {"lang": code, "dir": languages.direction(code)}
        body = TextAreaField(
            _("Terms, %(language)s", language=name),
            rules,
            filters=[clean_text],
            render_kw={**look, "rows": 12},
        )
        news = TextAreaField(
            _("What changed, %(language)s", language=name),
            few,
            filters=[clean_text],
            render_kw={**look, "rows": 2},
        )
        setattr(EditionForm, f"body_{code}", body)
        setattr(EditionForm, f"news_{code}", news)
    return EditionForm(formdata, data={f"body_{code}": text for code, text in before.items()})


class Accept(PageForm):
    """The tick, and the edition that was read."""

    yes = BooleanField(
        lazy("I have read the terms and accept them"), [DataRequired(lazy("Tick the box to accept."))]
    )
    next = HiddenField()
