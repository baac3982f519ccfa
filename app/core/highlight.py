"""The words that somebody looked for, marked in a text: by the search's own rule of what counts as the same word."""

import re
import typing as t
import unicodedata

from markupsafe import Markup, escape

Pieces = list[tuple[str, bool]]
Cut = t.Callable[[str, str], Pieces]  # text, language → pieces, each with whether it is a hit
MOST_QUERY, MOST_HITS = 200, 500
TAG = re.compile(r"(<[^>]*>)")
WORD = re.compile(r"\w+")


def folded(word: str) -> str:
    """Return a word without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def plain_cut(query: str) -> Cut:
    """Mark the words that begin with one that was looked for."""
    wanted = tuple(folded(word) for word in WORD.findall(query) if len(word) > 1)

    def cut(text: str, _language: str) -> Pieces:
        pieces: Pieces = []
        at = 0
        for found in WORD.finditer(text) if wanted else ():
            if folded(found[0]).startswith(wanted):
                pieces += [(text[at : found.start()], False), (found[0], True)]
                at = found.end()
        return [*pieces, (text[at:], False)]

    return cut


_cut_for: t.Callable[[str], Cut] = plain_cut


def cut_with(fn: t.Callable[[str], Cut]) -> None:
    """Let the search say which words a query finds."""
    global _cut_for
    _cut_for = fn


def marked(html: Markup, query: str, language: str) -> Markup:
    """Return clean HTML with the words of a query marked in its texts, 500 at most."""
    query = query.strip()[:MOST_QUERY]
    if not query:
        return html
    cut, left, parts = _cut_for(query), MOST_HITS, []
    for part in TAG.split(html):
        if not part or part.startswith("<") or left <= 0:
            parts.append(Markup(part))
            continue
        pieces = cut(Markup(part).unescape(), language)
        left -= sum(hit for _words, hit in pieces)
        parts += [Markup("<mark>%s</mark>") % words if hit else escape(words) for words, hit in pieces]
    return Markup("").join(parts)
