"""What a file's name says of the document in it: a title, a language, a date. Guesses, shown to be changed."""

import re
import typing as t
import unicodedata
from urllib.parse import unquote

from app.core import dates

WORDS = {
    "ar": "ar ara arabic arabe arab العربية", "zh": "zh chi zho chinese chinois 中文", "en": "en eng english anglais ingles",
    "fr": "fr fre fra french francais", "ru": "ru rus russian russe русский", "es": "es spa spanish espanol espagnol",
    "pt": "pt por portuguese portugues", "de": "de ger deu german deutsch", "it": "it ita italian italiano",
}  # fmt: skip
_CODES = {word: code for code, words in WORDS.items() for word in words.split()}
_LETTERS = (("ar", "\u0600-\u06ff"), ("zh", "\u4e00-\u9fff"), ("ru", "\u0400-\u04ff"))
_LAST = re.compile(r"^(?P<rest>.*?)[\s_\-.(\[]+(?P<word>[^\W\d_]{2,12})[)\]]?$")
_GLUED = re.compile(r"^(?P<rest>.*\d)(?P<word>[a-z]{3})$")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_. ]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.](0[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


class Guess(t.NamedTuple):
    """What a name says."""

    title: str
    language: str
    date: str


def of(name: str) -> Guess:
    """Return what a file's name says of its document."""
    stem = name.rpartition(".")[0] or name
    stem = unquote(stem) if re.search(r"%[0-9A-Fa-f]{2}", stem) else stem
    rest, code = _language(stem)
    title = _title(rest) or _title(stem)
    return Guess(title[:300], code or _script(title), _date(stem))


def _language(stem: str) -> tuple[str, str]:
    for pattern in (_LAST, _GLUED):
        found = pattern.match(stem)
        code = _CODES.get(_plain(found["word"])) if found else None
        if found and code and (len(found["word"]) > 2 or _is_code(stem, found["word"])):
            return found["rest"], code
    return stem, ""


def _is_code(stem: str, word: str) -> bool:
    """Two letters at the end are a language when they stand apart as a code: `_en`, `(FR)`, not the last word of a title."""
    return word.isupper() or not re.search(rf"\s{word}$", stem)


def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word.lower())
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


def _script(title: str) -> str:
    """Return the language of a title whose letters tell it."""
    letters = [sign for sign in title if sign.isalpha()]
    for code, signs in _LETTERS:
        if letters and len(re.findall(f"[{signs}]", title)) * 2 > len(letters):
            return code
    return ""


def _title(stem: str) -> str:
    text = stem.replace("_", " ")
    if " " not in text.strip() and text.count("-") > 1:
        text = re.sub(r"(?<!\d)-|-(?!\d)", " ", text)
    text = " ".join(text.split()).strip(" -.")
    return text[:1].upper() + text[1:]


def _date(stem: str) -> str:
    for pattern in (_DAY, _MONTH, _YEAR):
        found = pattern.search(stem)
        parts = [part for part in found.groups() if part and part.isdigit()] if found else []
        text = "-".join(parts)
        if dates.parts_of(text):
            return text
    return ""
