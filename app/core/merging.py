"""Texts by their lines: what changed between two, and one text out of two that were written from the same one.

What both wrote stays: two changes of the same lines stand one after the other between marks until somebody settles them.
"""

import collections
import difflib
import re
import typing as t

# Comparing longer texts line by line could take seconds, and so could texts in which the same lines come again and again.
MOST_LINES, MOST_TWINS = 400, 10_000
FIRST, SECOND, END = "<<<", "|||", ">>>"  # before what was there, before what came, after both
MARK = re.compile(r"(<<<|\|\|\|)(?: .*)?|>>>")

Line = tuple[str, str]  # "", "ins" or "del", and the line


class Change(t.NamedTuple):
    """Lines of the text that both began with, from and up to, and what stands in their place."""

    begin: int
    end: int
    lines: list[str]


class Merged(t.NamedTuple):
    """One text out of two, and whether something in it has to be settled."""

    text: str
    clash: bool


def merged(base: str, there: str, mine: str, names: tuple[str, str] = ("", "")) -> Merged:
    """Return one text with the changes of both against the base: `there` is kept already, `mine` comes.

    Additions at the same place stand one after the other. Different changes of the same lines stand between marks,
    each under the name of who wrote it.
    """
    if mine in (base, there):
        return Merged(there, False)
    if there == base:
        return Merged(mine, False)
    old = _lines(base)
    lines, clash, at = [], False, 0
    for group in _groups(changes(old, _lines(there)), changes(old, _lines(mine))):
        begin, end = min(one.begin for one in _both(group)), max(one.end for one in _both(group))
        lines += old[at:begin]
        found, settled = _settled(old, begin, end, group, names)
        lines += found
        clash, at = clash or not settled, end
    return Merged("\n".join(lines + old[at:]), clash)


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def changes(old: list[str], new: list[str]) -> list[Change]:
    """Return what changed, in order; a very long text is one change from the first other line to the last."""
    if max(len(old), len(new)) > MOST_LINES or _twins(old, new) > MOST_TWINS:
        return _outer(old, new)
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [Change(a, b, new[c:d]) for tag, a, b, c, d in codes if tag != "equal"]


def _twins(old: list[str], new: list[str]) -> int:
    """Return how many pairs of equal lines two texts have."""
    there = collections.Counter(new)
    return sum(number * there[line] for line, number in collections.Counter(old).items())


def _outer(old: list[str], new: list[str]) -> list[Change]:
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    found = Change(head, len(old) - tail, new[head : len(new) - tail])
    return [found] if found.begin < found.end or found.lines else []


def _alike(one: t.Sequence[str], other: t.Sequence[str]) -> int:
    """Return with how many equal lines two texts begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


Group = tuple[list[Change], list[Change]]


def _both(group: Group) -> list[Change]:
    return group[0] + group[1]


def _groups(there: list[Change], mine: list[Change]) -> list[Group]:
    """Return the changes of both in order, those together that touch the same lines."""
    marked = sorted(
        [(one, 0) for one in there] + [(one, 1) for one in mine], key=lambda pair: (pair[0].begin, pair[0].end, pair[1])
    )  # fmt: skip
    groups: list[Group] = []
    for one, side in marked:
        if not (groups and any(_meet(known, one) for known in _both(groups[-1]))):
            groups.append(([], []))
        groups[-1][side].append(one)
    return groups


def _meet(one: Change, other: Change) -> bool:
    """Say whether two changes touch the same lines, or add at the same place."""
    both_add = one.begin == one.end == other.begin == other.end
    return both_add or (one.begin < other.end and other.begin < one.end)


def _settled(
    old: list[str], begin: int, end: int, group: Group, names: tuple[str, str]
) -> tuple[list[str], bool]:
    """Return the lines of one place where both may have changed something, and whether nothing is left to settle."""
    there, mine = (_applied(old, begin, end, side) for side in group)
    if not group[1] or there == mine:
        return there, True
    if not group[0]:
        return mine, True
    head = _alike(there, mine)
    tail = _alike(there[head:][::-1], mine[head:][::-1])
    first, second = there[head : len(there) - tail], mine[head : len(mine) - tail]
    if not any(line.strip() for line in old[begin:end]):  # both added something and neither changed anything
        return [*there[:head], *first, *second, *there[len(there) - tail :]], True
    marked = [f"{FIRST} {names[0]}".rstrip(), *first, f"{SECOND} {names[1]}".rstrip(), *second, END]
    return [*there[:head], *marked, *there[len(there) - tail :]], False


def _applied(old: list[str], begin: int, end: int, side: list[Change]) -> list[str]:
    """Return some lines of the base with the changes of one side."""
    lines: list[str] = []
    for one in side:
        lines += [*old[begin : one.begin], *one.lines]
        begin = one.end
    return lines + old[begin:end]


def contested(lines: t.Sequence[str]) -> list[bool]:
    """Say of each line whether it stands between the marks of two texts that are to be settled, the marks included."""
    ends = [number for number, line in enumerate(lines) if line == END]
    found, end, next_ = [], -1, 0
    for number, line in enumerate(lines):
        while next_ < len(ends) and ends[next_] < number:
            next_ += 1
        mark = MARK.fullmatch(line) if number > end and next_ < len(ends) else None
        if mark and mark[1] == FIRST:
            end = ends[next_]
        found.append(number <= end)
    return found


def compared(before: str | None, after: str) -> list[Line]:
    """Return the lines of a text, with those that came and went; long texts as a whole."""
    new = after.split("\n")
    if before is None:
        return [("", line) for line in new]
    old = before.split("\n")
    if max(len(old), len(new)) > MOST_LINES or _twins(old, new) > MOST_TWINS:
        return [*(("del", line) for line in old), *(("ins", line) for line in new)]
    lines: list[Line] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            lines += [("", line) for line in old[a:b]]
        else:
            lines += [("del", line) for line in old[a:b]] + [("ins", line) for line in new[c:d]]
    return lines
