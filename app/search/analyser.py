"""One analyser for all databases: a text becomes words that are equal when people would call them the same.

Case and accents are folded, Chinese is cut into characters, Arabic loses vowel marks and the article, words
are stemmed by the language of the text. Beside each stem the folded word itself is kept, because what is
half typed may be longer than its stem.
"""

import functools
import re
import typing as t
import unicodedata

import snowballstemmer

STEMMED = {
    "en": "english",
    "fr": "french",
    "es": "spanish",
    "ru": "russian",
    "ar": "arabic",
    "pt": "portuguese",
}
STEMMED |= {"de": "german", "it": "italian"}
CJK = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
MARKS = r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"  # accents and vowel signs stay inside a word
WORD = re.compile(rf"[{CJK}]|[^\W{CJK}](?:[^\W{CJK}]|[{MARKS}])*")
ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")
ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None}
)
MOST_WORD = 64


@functools.lru_cache(65536)
def folded(word: str) -> str:
    """Return a word without case, accents and vowel marks."""
    word = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return word.translate(ARABIC)[:MOST_WORD]


@functools.cache
def _stemmer(language: str) -> t.Any:
    return snowballstemmer.stemmer(STEMMED[language])


@functools.lru_cache(65536)
def stem(word: str, language: str) -> str:
    """Return the folded stem of a word in a language; without a stemmer the folded word."""
    base = folded(word)
    if language == "ar" or "\u0600" <= base[:1] <= "\u06ff":
        base, language = _bare(base), "ar"
    if language not in STEMMED:
        return base
    return folded(_stemmer(language).stemWord(word.casefold() if language != "ar" else base)) or base


def _bare(word: str) -> str:
    """An Arabic word without the article that is written onto it."""
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 3:
            return word[len(article) :]
    return word


def words(text: str) -> list[str]:
    """Return the words of a text in order, Chinese ones as single characters."""
    return WORD.findall(unicodedata.normalize("NFC", text))


def tokens(text: str, language: str) -> str:
    """Return what the index keeps of a text: each word folded, and its stem where that differs."""
    found: list[str] = []
    for word in words(text):
        base, root = folded(word), stem(word, language)
        found.append(base)
        if root != base:
            found.append(root)
    return " ".join(found)


class Term(t.NamedTuple):
    """One word that is looked for: the forms that count as it, and whether it is still being typed."""

    forms: tuple[str, ...]
    begins: str  # also words that begin so; empty: none
    phrase: bool  # Chinese: the characters of `forms` in this order


def terms(query: str, languages: tuple[str, ...] = tuple(STEMMED), most: int = 12) -> list[Term]:
    """Return what a query asks for. Every term must be found; the last may be half a word."""
    found: list[Term] = []
    run: list[str] = []
    for word in [*words(query)[: most * 4], ""]:
        if re.match(f"[{CJK}]", word):
            run.append(folded(word))
            continue
        if run:
            found.append(Term(tuple(run), "", True))
            run = []
        if word:
            forms = dict.fromkeys([folded(word), *(stem(word, code) for code in languages)])
            found.append(Term(tuple(forms), "", False))
    found = found[:most]
    if found and not found[-1].phrase and query[-1:].isalnum() and len(found[-1].forms[0]) > 1:
        found[-1] = found[-1]._replace(begins=found[-1].forms[0])
    return found


def marks(text: str, wanted: list[Term], language: str) -> list[tuple[str, bool]]:
    """Return a text cut into pieces, each with whether it is a hit."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for match in WORD.finditer(text):
        if _hits(match[0], wanted, language):
            pieces += [(text[at : match.start()], False), (match[0], True)]
            at = match.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def _hits(word: str, wanted: list[Term], language: str) -> bool:
    base, root = folded(word), stem(word, language)
    return any(base in w.forms or root in w.forms or (w.begins and base.startswith(w.begins)) for w in wanted)
