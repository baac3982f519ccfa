"""What changed from one text to another: paragraphs first, then the words of those that stand in each other's place."""

import difflib
import json
import pathlib
import re
import typing as t

MOST_PARAGRAPHS = 4000  # of one text
MOST_WORDS = 1500  # of a paragraph that is compared word by word
AROUND = 1  # unchanged paragraphs that are shown before and after a change
MOST_CHANGES = 600
RESULT = "difference.json"
Paragraph = tuple[int, str]
Piece = tuple[str, str]  # "=", "-" or "+", and words


def compare(source: str, folder: str) -> None:
    """Compare two lists of paragraphs."""
    old, new = json.loads(pathlib.Path(source).read_text("utf-8"))
    more = len(old) > MOST_PARAGRAPHS or len(new) > MOST_PARAGRAPHS
    old, new = old[:MOST_PARAGRAPHS], new[:MOST_PARAGRAPHS]
    rows: list[dict[str, t.Any]] = []
    changed = 0
    for kind, a, b, c, d in difflib.SequenceMatcher(
        None, *map(_keys, (old, new)), autojunk=False
    ).get_opcodes():
        if kind == "equal":
            rows += _same(new[c:d], first=not rows, last=b == len(old) and d == len(new))
            continue
        changed += max(b - a, d - c)
        rows += _changed(old[a:b], new[c:d])
        if len(rows) > MOST_CHANGES * 3:
            more = True
            break
    result = {"rows": rows, "changed": changed, "more": more}
    pathlib.Path(folder, RESULT).write_text(json.dumps(result), "utf-8")


def _keys(paragraphs: list[Paragraph]) -> list[str]:
    """Spaces and line ends do not make a difference."""
    return [" ".join(words.split()) for _page, words in paragraphs]


def _same(paragraphs: list[Paragraph], first: bool, last: bool) -> list[dict[str, t.Any]]:
    """Return what stands around changes; the rest is a number."""
    before, after = (0 if first else AROUND), (0 if last else AROUND)
    if len(paragraphs) <= before + after + 1:
        return [_row("same", one, [("=", one[1])]) for one in paragraphs]
    end = len(paragraphs) - after
    hidden = {"kind": "hidden", "count": end - before, "page": 0, "pieces": []}
    shown = [
        [_row("same", one, [("=", one[1])]) for one in part]
        for part in (paragraphs[:before], paragraphs[end:])
    ]
    return [*shown[0], hidden, *shown[1]]


def _changed(old: list[Paragraph], new: list[Paragraph]) -> list[dict[str, t.Any]]:
    """Pair paragraphs that are alike; the others went or came."""
    rows = []
    for number in range(max(len(old), len(new))):
        one = old[number] if number < len(old) else None
        other = new[number] if number < len(new) else None
        pieces = words(one[1], other[1]) if one and other else None
        if one and other and pieces:
            rows.append(_row("changed", other, pieces))
            continue
        rows += [_row("gone", one, [("-", one[1])])] if one else []
        rows += [_row("new", other, [("+", other[1])])] if other else []
    return rows


def _row(kind: str, paragraph: Paragraph, pieces: list[Piece]) -> dict[str, t.Any]:
    return {"kind": kind, "page": paragraph[0], "pieces": pieces}


def words(old: str, new: str) -> list[Piece] | None:
    """Return two paragraphs as one, word by word; None where they have too little in common, or are too long."""
    a, b = re.findall(r"\s+|[^\s]+", old), re.findall(r"\s+|[^\s]+", new)
    if len(a) > MOST_WORDS or len(b) > MOST_WORDS:
        return None
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    if matcher.quick_ratio() < 0.4 or matcher.ratio() < 0.4:
        return None
    pieces: list[Piece] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(("=", "".join(a[i:j])))
            continue
        pieces += [("-", "".join(a[i:j]))] if i < j else []
        pieces += [("+", "".join(b[k:m]))] if k < m else []
    return pieces
