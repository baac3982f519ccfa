"""Words of one thing in several languages, in a form: which languages it asks for, and what it says of them."""

import typing as t

from wtforms import SelectChoice, SelectField

from app.core import languages
from app.core.languages import _, lazy
from app.library.fields import known_tongues, tongues
from app.members.forms import OneOf

Texts = dict[str, dict[str, str]]
FURTHER = "further"  # in place of a code: the language that is chosen beside the words


def asked(texts: t.Iterable[str], own: t.Iterable[str] = ()) -> list[str]:
    """Return the languages that a form has fields for: those of the site, of the thing, and of its words so far."""
    return list(dict.fromkeys([*languages.offered(), *own, *sorted(texts)]))


def further() -> SelectField:
    """The choice of one more language to write in."""
    return SelectField(
        lazy("Another language"), [OneOf(lambda: {"", *known_tongues()})], validate_choice=False, default="",
        choices=lambda: [SelectChoice("", "–"), *tongues()],
    )  # fmt: skip


def before(texts: Texts) -> dict[str, str]:
    """Return words so far under the names of the fields."""
    return {f"{name}_{code}": word for code, own in texts.items() for name, word in own.items()}


def said(form: t.Any, names: t.Collection[str], codes: t.Iterable[str], kept: Texts) -> Texts:
    """Return the words in all languages: as sent, and as they were kept where the form had no field for them."""
    found = {code: dict(own) for code, own in kept.items()}
    for code in (*codes, FURTHER):
        language = form.further.data if code == FURTHER else code
        for name in names if language else ():
            field = form[f"{name}_{code}"]
            if field.raw_data and (field.data or code != FURTHER):
                found.setdefault(language, {})[name] = field.data or ""
    full = {code: {name: word for name, word in own.items() if word} for code, own in found.items()}
    return {code: own for code, own in full.items() if own}


def unsettled(form: t.Any, names: t.Collection[str]) -> bool:
    """Say at its field that words in another language need a language of their own; no words are dropped in silence."""
    code, said = form.further.data, [name for name in names if form[f"{name}_{FURTHER}"].data]
    if said and not code:
        form.further.errors = [_("Choose the language that these words are in.")]
    elif said and (code == form.language.data or _there(form, said, code)):
        form.further.errors = [_("There are words in this language already. Change them in their own field.")]
    else:
        return False
    return True


def _there(form: t.Any, names: t.Iterable[str], code: str) -> bool:
    return code in form.codes and any(form[f"{name}_{code}"].data for name in names)
