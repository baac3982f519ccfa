"""The catalogues are whole: every message has its words in every language, in all its plural forms."""

import re

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from app.core.languages import FOLDER

LANGUAGES = ("fr", "ar")
VARIABLE = re.compile(r"%\((\w+)\)[sd]")
# Forms for one certain number (none, one, two) may say it in a word and leave the figure out.
CERTAIN = {"fr": 0, "ar": 3}


def catalogue(code):
    with open(FOLDER / code / "LC_MESSAGES" / "messages.po", "rb") as file:
        return read_po(file, locale=code)


def forms(words):
    return list(words) if isinstance(words, (tuple, list)) else [words]


def messages(code):
    return [message for message in catalogue(code) if message.id]


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_message_is_without_words(code):
    found = messages(code)
    assert found
    assert not [m.id for m in found if not all(forms(m.string))]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_plural_has_all_its_forms(code):
    wanted = catalogue(code).num_plurals
    plurals = [m for m in messages(code) if m.pluralizable]
    assert plurals
    assert not [m.id for m in plurals if len(forms(m.string)) != wanted]


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_message_is_marked_as_doubtful(code):
    assert not [m.id for m in messages(code) if m.fuzzy]


def _differs(code, message):
    wanted = set(VARIABLE.findall(forms(message.id)[-1]))
    for number, text in enumerate(forms(message.string)):
        has = set(VARIABLE.findall(text))
        free = {"num"} if message.pluralizable and number < CERTAIN[code] else set()
        if has - wanted or wanted - has - free or text.count("%(") != len(VARIABLE.findall(text)):
            return True
    return False


@pytest.mark.parametrize("code", LANGUAGES)
def test_variables_are_the_same(code):
    assert not [m.id for m in messages(code) if _differs(code, m)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_spaces_at_the_ends_and_line_ends_are_kept(code):
    """Words are joined with what stands around them: ", " must not lose its space."""
    single = [m for m in messages(code) if not m.pluralizable]
    assert not [m.id for m in single if m.id[-1].isspace() != m.string[-1].isspace()]
    assert not [m.id for m in single if m.id.count("\n") != m.string.count("\n")]


@pytest.mark.parametrize("code", LANGUAGES)
def test_compiled_words_are_those_of_the_source(code):
    with open(FOLDER / code / "LC_MESSAGES" / "messages.mo", "rb") as file:
        compiled = {forms(m.id)[0]: forms(m.string) for m in read_mo(file) if m.id}
    assert compiled == {forms(m.id)[0]: forms(m.string) for m in messages(code)}


def test_arabic_numbers_take_their_own_form():
    """The last two forms of Arabic are easily swapped: 11 to 99 take the accusative, 100 the genitive."""
    from app.core.languages import catalogue as words

    said = [
        words("ar").ngettext("%(num)d reply", "%(num)d replies", n) % {"num": n} for n in (1, 2, 3, 11, 100)
    ]
    assert said == ["رد واحد", "ردان", "3 ردود", "11 ردًا", "100 رد"]
