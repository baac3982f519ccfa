"""A better spelling for a word that is nowhere: from words that this reader may see, and from no others.

Entries with a word that begins like the wrong one are read through the rule for sight, and the nearest of their words
is offered; where the beginning itself is wrong, likely slips are tried. So nothing is kept, and nothing is let out.
"""

import typing as t

from app.core.audience import Viewer
from app.search import asking, query, rows
from app.search.analyser import GAP, folded, words
from app.search.matching import Asked, Term

SHORTEST, LOOKED_AT = 3, 60
LETTERS = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def better(asked: Asked, viewer: Viewer) -> str:
    """Return the question with its unknown words spelled otherwise, if that finds something; else nothing."""
    text, changed = asked.text, False
    for word in _typed(asked):
        if not rows.newest(Asked(terms=tuple(asking.terms(word))), viewer, 1):
            found = nearest(folded(word), viewer)
            if not found:
                return ""
            text, changed = text.replace(word, found, 1), True
    return text if changed and query.any_fits(asking.read(text, viewer), viewer) else ""


def _typed(asked: Asked) -> list[str]:
    parts = [one for one in asking.pieces(asked.text) if not one.name and not one.negative]
    return [word for one in parts for word in words(one.text) if len(folded(word)) >= SHORTEST][:6]


def nearest(word: str, viewer: Viewer) -> str:
    """Return the nearest word that stands in what a viewer may see; nothing where none is near."""
    most = 1 if len(word) < 6 else 2
    for length in range(len(word) - 1, 1, -1):
        asked = Asked(terms=(Term((word[:length],), word[:length]),))
        found = _in_entries(rows.newest(asked, viewer, LOOKED_AT), word, length, most)
        if found:
            return found
    return _slips(word, viewer)


def _in_entries(entries: list[t.Any], word: str, length: int, most: int) -> str:
    """Return the nearest word of some entries that begins like `word`; the commonest of those equally near."""
    counted: dict[str, int] = {}
    for entry in entries:
        for one in {one for one in _words(entry) if one.startswith(word[:length])}:
            counted[one] = counted.get(one, 0) + 1
    near = [(distance(word, one, most), -count, one) for one, count in counted.items()]
    near = [row for row in near if 0 < row[0] <= most]
    return min(near)[2] if near else ""


def _words(entry: t.Any) -> list[str]:
    """Return words of an entry as they were written: the stems stand behind the gap."""
    texts = (entry.title_tokens, entry.lead[: entry.lead.rfind(" ")])
    return [word for text in texts for word in text.partition(f" {GAP} ")[0].split()]


def _slips(word: str, viewer: Viewer) -> str:
    """Try likely slips in the first letters: two of them swapped, one too much, one wrong."""
    letters = next((some for some in (LETTERS, CYRILLIC, ARABIC) if word[0] in some), "")
    swapped = [word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(min(3, len(word) - 1))]
    dropped = [word[:n] + word[n + 1 :] for n in range(min(3, len(word)))]
    wrong = [letter + word[1:] for letter in letters] + [letter + word for letter in letters]
    tries = [
        one for one in dict.fromkeys([*swapped, *dropped, *wrong]) if len(one) >= SHORTEST and one != word
    ]
    entries = rows.newest(Asked(terms=(Term(tuple(tries)),)), viewer, LOOKED_AT) if tries else []
    known = {one for entry in entries for one in _words(entry)}
    return next((one for one in tries if one in known), "")


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters have to be changed, added, dropped or swapped; `most` + 1 where it is more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        before, last, row = row, before, [n]
        for m, its in enumerate(other, 1):
            step = min(row[m - 1] + 1, before[m] + 1, before[m - 1] + (letter != its))
            if n > 1 and m > 1 and letter == other[m - 2] and one[n - 2] == its:
                step = min(step, last[m - 2] + 1)
            row.append(step)
    return min(row[-1], most + 1)
