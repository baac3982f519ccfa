"""The lines of a printed page become paragraphs and headings again: by their size, their distance and their ends."""

import collections
import re
import typing as t
import unicodedata

from app.library.reading.readers.out import escape

BULLET = re.compile(r"\s*(?:[•◦▪‣●○■–—*·-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
END = re.compile(r"[.!?:;…。！？؟][\"'”’»)\]]*\s*$")
HYPHEN = re.compile(r"(?<=\w)[-\u2010\ufffe\x02\xad]$")
FORMS = re.compile("[\ufb00-\ufdff\ufe70-\ufeff]+")  # ligatures, and Arabic letters by their shape
TALLER = 1.15  # than the body: a heading


class Line(t.NamedTuple):
    """One printed line: its words, its height, and where it stands."""

    words: str
    size: float
    left: float
    right: float
    bottom: float


class Block(t.NamedTuple):
    """A paragraph or a heading (`size` above nought)."""

    words: str
    size: float


def lettered(words: str) -> str:
    """Return words with the letters that people type: ligatures opened, shaped Arabic letters as plain ones."""
    return FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), words)


def body_size(lines: t.Iterable[Line], known: "collections.Counter[float]") -> float:
    """Return the size in which most letters are set, on this page and those before."""
    for line in lines:
        known[round(line.size, 1)] += len(line.words)
    return max(known, key=lambda size: known[size]) if known else 0.0


def blocks(lines: list[Line], body: float) -> list[Block]:
    """Return the paragraphs and headings of a page."""
    lines = [line for line in lines if line.words.strip()]
    if not lines:
        return []
    usual = _usual(lines)
    edge = max(line.right for line in lines)
    found: list[list[Line]] = [[lines[0]]]
    for before, line in zip(lines, lines[1:], strict=False):
        if _begins(before, line, usual, edge):
            found.append([line])
        else:
            found[-1].append(line)
    return [_block(group, body) for group in found]


def _usual(lines: list[Line]) -> float:
    gaps = sorted(a.bottom - b.bottom for a, b in zip(lines, lines[1:], strict=False) if a.bottom > b.bottom)
    return gaps[len(gaps) // 3] if gaps else 0.0


def _begins(before: Line, line: Line, usual: float, edge: float) -> bool:
    """Say whether a line begins a paragraph."""
    gap = before.bottom - line.bottom
    if abs(line.size - before.size) > 0.12 * max(before.size, 0.1) or gap > usual * 1.4 + 0.5:
        return True
    if gap < -before.size and not HYPHEN.search(before.words.rstrip()):  # the top of the next column
        return bool(END.search(before.words))
    if BULLET.match(line.words):
        return True
    short = before.right < edge - (edge - before.left) * 0.15
    return short and bool(END.search(before.words))


def _block(group: list[Line], body: float) -> Block:
    words = ""
    for line in group:
        part = " ".join(line.words.split())
        if not words:
            words = part
        elif HYPHEN.search(words) and part[:1].islower():
            words = HYPHEN.sub("", words) + part
        else:
            words = f"{words} {part}"
    words = re.sub("[\ufffe\x02\xad]", "-", words)
    tall = body > 0 and group[0].size > body * TALLER and len(group) <= 3 and len(words) <= 200
    return Block(words, group[0].size if tall and re.search(r"\w", words) else 0.0)


def marked(found: list[Block], page: int, sizes: list[float]) -> tuple[str, str]:
    """Return the words of a page, and its HTML where that holds more than paragraphs."""
    text = "\n\n".join(block.words for block in found)
    if not any(block.size for block in found):
        return text, ""
    html, level = [], 2
    for number, block in enumerate(found, 1):
        tag = "p"
        if block.size:
            rank = sum(size > block.size + 0.3 for size in sizes)
            level = min(3 + rank, level + 1, 6)
            tag = f"h{level}"
        html.append(f'<{tag} id="p{page}-{number}">{escape(block.words)}</{tag}>')
    return text, "".join(html)
