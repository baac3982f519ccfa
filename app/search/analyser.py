"""One analyser for all databases: a text becomes words that are equal when people would call them the same.

Case and accents are folded, Chinese is cut into characters, Arabic loses vowel marks and the article, words
are stemmed by the language of the text. First stand the folded words themselves, in their order, so that what is
quoted or half typed is found; then their stems, each with its language: the stem of one language may be a word of
another. A text without a language, such as a name, has the stems of all.

A word holds letters and digits alone, as the indexes of both databases read them. The letter ß is ours: folding turns
it into ss, so no word holds it. It begins what is indexed beside the words (`root`, `tag`, `TITLE`), and alone it
stands between two runs of words that do not follow each other.
"""

import collections
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
CJK = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
MARKS = r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"  # accents and vowel signs stay inside a word
WORD = re.compile(rf"[{CJK}]|[^\W_{CJK}](?:[^\W_{CJK}]|[{MARKS}])*")
EXPONENT = re.compile(
    r"([0-9]+[eE][0-9]+)(?=[^0-9])"
)  # PostgreSQL reads a number there, and a word behind it
ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")
ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None}
)
MOST_WORD = 64
GAP = "ß"
TITLE = "ßß"  # before a word of a title: a hit in a title is found whatever its age
EVERY = "ßevery"  # every entry has it
MOST_WORDS = 7_500  # of one text: PostgreSQL counts no positions beyond 16,383, stems among them
MOST_ALIKE = 250  # PostgreSQL keeps 255 positions of a word; what comes later is left out on both
# Words that stand everywhere. In a question they are left out where others remain.
COMMON_WORDS = """
    a an and are as at be by for from in is it of on or that the this to was were with
    au aux ce ces cette dans de des du elle en est et il la le les leur ou par pas pour que qui sa se ses son sur un une
    al con del el ella los las lo como es esta este para por sin su sus una uno y o
    da das do dos e em na no nas nos os um uma
    der die das den dem des ein eine und oder im ist mit von zu
    gli i il nel della delle di che per
    в во и на не но о об от по с со у что как за из к для или это
    في من على الى عن مع هذا هذه ان او و ما لا
"""
COMMON = frozenset(COMMON_WORDS.split())


@functools.lru_cache(65536)
def folded(word: str) -> str:
    """Return a word without case, accents and vowel marks: letters and digits alone."""
    word = "".join(
        c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalpha() or c.isdecimal()
    ).translate(ARABIC)
    return unicodedata.normalize("NFC", word)[:MOST_WORD]


@functools.cache
def _stemmer(language: str) -> t.Any:
    return snowballstemmer.stemmer(STEMMED[language])


@functools.lru_cache(65536)
def stem(word: str, language: str) -> str:
    """Return the folded stem of a word in a language; without a stemmer the folded word.

    A stem may have one of its own: "ciudades" becomes "ciudad", and that "ciud". So it is asked until nothing changes.
    """
    base, language = folded(word), _spoken(word, language)
    if language == "ar":
        base = _bare(base)
    if language not in STEMMED:
        return base
    found = word.casefold() if language != "ar" else base
    for _turn in range(3):
        found, before = _stemmer(language).stemWord(found), found
        if found == before:
            break
    return folded(found) or base


def _spoken(word: str, language: str) -> str:
    """Return the language whose endings a word has: words of two scripts are known by them, whatever is around."""
    first = folded(word)[:1]
    if language == "ar" or "\u0600" <= first <= "\u06ff":
        return "ar"
    return "ru" if "\u0400" <= first <= "\u04ff" else language


@functools.lru_cache(65536)
def root(word: str, language: str) -> str:
    """Return the stem of a word as the index keeps it, with its language; empty where the language has no stemmer."""
    language = _spoken(word, language)
    return GAP + language + stem(word, language) if language in STEMMED and not is_cjk(word) else ""


def _bare(word: str) -> str:
    """An Arabic word without the article that is written onto it."""
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 3:
            return word[len(article) :]
    return word


def words(text: str) -> list[str]:
    """Return the words of a text in order, Chinese ones as single characters."""
    text = EXPONENT.sub(r"\1 ", unicodedata.normalize("NFC", text))
    return [word for word in WORD.findall(text) if folded(word)]


def tokens(text: str, language: str) -> str:
    """Return what the index keeps of a text: its words folded, then their stems, each once."""
    given = words(text)[:MOST_WORDS]
    bases = [folded(word) for word in given]
    roots = dict.fromkeys(
        root(word, code) for word in given for code in ([language] if language else STEMMED)
    )
    own = [one for one in roots if one][:MOST_WORDS]
    return " ".join([*_few(bases), GAP, *own]) if own else " ".join(_few(bases))


def _few(bases: list[str]) -> list[str]:
    if len(bases) <= MOST_ALIKE:
        return bases
    seen: collections.Counter[str] = collections.Counter()
    kept = []
    for base in bases:
        seen[base] += 1
        kept.append(base if seen[base] <= MOST_ALIKE else GAP)
    return kept


def titled(given: str) -> str:
    """Return tokens of a title as words that are found in titles alone."""
    return " ".join(word if word == GAP else TITLE + word for word in given.split())


@functools.lru_cache(65536)
def tag(name: str, value: t.Any) -> str:
    """Return what stands in the index for a property of a thing, such as its space: one word that nobody can type."""
    plain = str(value).lower()
    return GAP + name + "".join(c if c.isascii() and c.isalnum() else f"{GAP}{ord(c):x}" for c in plain)


def is_cjk(word: str) -> bool:
    """Say whether a word is one Chinese, Japanese or Korean character."""
    return re.match(f"[{CJK}]", word) is not None


def forms(word: str, languages: t.Iterable[str] = tuple(STEMMED)) -> tuple[str, ...]:
    """Return a word folded, and its stems in these languages: any of them in a text counts as the word."""
    roots = (root(word, code) for code in languages)
    return tuple(dict.fromkeys([folded(word), *(one for one in roots if one)]))
