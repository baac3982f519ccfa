"""Lines of minutes that say what was decided, or what is to be done: `action: @city-of-graz by 15 Dec send the list`.

Reading is forgiving: in several languages, with the organisation by handle or name, the day in many forms.
"""

import datetime as dt
import functools
import itertools
import re
import typing as t
import unicodedata

from babel.dates import get_month_names

from app.members.names import fold

ACTION, DECISION = "action", "decision"
TONGUES = ("en", "fr", "es", "ar", "ru", "zh", "de", "it", "pt")
# What a line begins with, folded: small letters without accents.
WORDS = {
    ACTION: ("action", "actions", "action point", "todo", "accion", "acao", "azione", "aktion", "aufgabe", "действие",
             "поручение", "行动", "إجراء", "اجراء", "عمل"),
    DECISION: ("decision", "decisions", "decided", "decisao", "decisione", "beschluss", "entscheidung", "решение", "决定", "قرار"),
}  # fmt: skip
# What stands before a day.
BEFORE = (
    "no later than", "by the", "by", "until", "till", "before", "due on", "due", "au plus tard le", "d'ici le", "d'ici au", "d'ici",
    "d’ici le", "d’ici au", "d’ici", "avant le", "avant", "jusqu'au", "jusqu’au", "pour le", "antes del", "antes de", "hasta el",
    "hasta", "para el", "para", "bis zum", "bis", "entro il", "entro", "até", "ate", "до", "к", "到",
    "在", "于", "قبل", "بحلول", "حتى",
)  # fmt: skip
MOST_WORDS = 200  # of the title of an action
LOOKED_AT, LONGEST_DAY = 160, 120  # letters of a line that are compared; more than any day is written with
MOST_TRIES = 20  # places of a line that are looked at for a day
SURE = 0.5  # how alike an earlier and a later line are that are taken for the same one
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_KIND = {fold(word): kind for kind, words in WORDS.items() for word in words}
_HEADS = "|".join(re.escape(word) for word in sorted(_KIND, key=len, reverse=True))
_HEAD = re.compile(
    rf"\s{{0,8}}(?:[-*+•–]|\d{{1,3}}[.)])?\s*(?:\[[ x]?\]\s*)?[*_]{{0,2}}(?P<word>{_HEADS})[*_]{{0,2}}\s*"
    r"(?P<in>\([^()]{1,120}\)|@[^:：]{1,120})?\s*[*_]{0,2}[:：][*_]{0,2}\s*(?P<rest>.*)"
)
_HANDLES = re.compile(
    r"@([A-Za-z0-9-]{1,60})(?:\s*(?:,|;|&|\+|and|et|y|und|e|и|و|和)\s*@([A-Za-z0-9-]{1,60}))*(?![\w-])"
)
_HANDLE = re.compile(r"@([A-Za-z0-9-]{1,60})")
_WORD = r"[^\W\d_]{1,20}\.?"
_DAY = re.compile(
    r"(?P<iso>\d{4}-\d{1,2}(?:-\d{1,2})?)(?!\d)"
    r"|(?:(?P<zy>\d{4})\s*年\s*)?(?P<zm>\d{1,2})\s*月(?:\s*(?P<zd>\d{1,2})\s*[日号])?(?:之?前)?"
    r"|(?P<nd>\d{1,2})[./](?P<nm>\d{1,2})(?:[./](?P<ny>\d{4}|\d{2})(?!\d)|\.(?!\d)|(?![\d./]))"
    rf"|(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|re|º|ª|\.)?\s*(?:of\s+|de\s+)?(?P<m>{_WORD})(?:,?\s*(?:de\s+|del\s+)?(?P<y>\d{{4}})(?!\d))?"
    rf"|(?P<em>{_WORD})\s+(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<ey>\d{{4}})(?!\d))?"
    rf"|(?P<mm>{_WORD})(?:\s+de)?\s+(?P<my>\d{{4}})(?!\d)"
    rf"|(?P<om>{_WORD})(?!\w)"
    r"|(?P<year>20\d\d)(?!\d)",
    re.IGNORECASE,
)
_DUE = re.compile(
    rf"(?<![\w’'])(?:{'|'.join(re.escape(word) for word in BEFORE)})\s*(?=[\w])|(?=(?:\d{{4}}\s*年\s*)?\d{{1,2}}\s*月)",
    re.IGNORECASE,
)
_CUT = " \t,;:：–—-،؛"


class Mark(t.NamedTuple):
    """A line that says what was decided or is to be done, as far as it can be read without asking anybody."""

    kind: str
    line: str  # as it was written
    handles: tuple[str, ...]  # who leads it, and who takes part
    name: str  # what may be the name of who leads it; if it is none, `otherwise` is the text
    day: str  # as exact as it is said: 2026, 2026-12 or 2026-12-15
    text: str
    otherwise: str
    fault: str  # empty: what is to be done is not said; day: there is no such day


def read(line: str, today: dt.date) -> Mark | None:
    """Return what a line says, None for any other line. A day without a year is the next one from `today` on."""
    if len(line) > 2000:
        return None
    line = unicodedata.normalize("NFC", line)
    head = _HEAD.match(_folded(line))
    if head is None:
        return None
    kind = _KIND[head["word"]]
    rest = line[head.start("rest") :].strip()
    if kind == DECISION:
        text = f"{line[head.start('in') : head.end('in')]} {rest}".strip() if head["in"] else rest
        return Mark(kind, line.strip(), (), "", "", text, text, "" if text else "empty")
    inside = line[head.start("in") : head.end("in")].strip("() ") if head["in"] else ""
    return _action(line.strip(), inside, rest, today)


def _folded(line: str) -> str:
    """Return a line in small letters, letter for letter, so that places in it are places in the line."""
    return "".join(low if len(low := fold(letter) or letter) == 1 else letter for letter in line)


def _action(line: str, inside: str, rest: str, today: dt.date) -> Mark:
    handles, day, left = _opening(inside, today, bare=True) if inside else ((), "", "")
    if left:  # words in brackets that are neither: they stay words
        rest = f"({left}) {rest}"
    more, later, rest = _opening(rest, today)
    handles, day = handles + more, day or later
    name, text = "", rest
    if not day:
        before, day, after = _within(rest, today)
        text = " ".join(part for part in (before, after) if part)
        if day and before and after and not handles:
            name, rest, text = before, text, after
    if not name and not handles:
        name, colon, after = _named(text)
        rest, text = (text, after) if colon else (rest if not day else text, text)
        name = name if colon else ""
    otherwise = rest if name else text
    fault = "day" if day == "?" else "" if text else "empty"
    return Mark(ACTION, line, handles, name, "" if day == "?" else day, text, otherwise, fault)


def _opening(text: str, today: dt.date, bare: bool = False) -> tuple[tuple[str, ...], str, str]:
    """Return who and until when as a text begins with them, in any order, and the rest of it."""
    handles: tuple[str, ...] = ()
    day = ""
    while True:
        text = text.strip(_CUT) if bare else text.strip().lstrip(_CUT)
        who = _HANDLES.match(text)
        if who and not handles:
            handles, text = tuple(one.lower() for one in _HANDLE.findall(who[0])), text[who.end() :]
            continue
        due = _DUE.match(text)
        begin = due.end() if due else 0
        found = day_in(text, begin, today) if (due or bare) and not day else None
        if found is None:
            return handles, day, text
        day, text = found[0], text[found[1] :]


def _within(text: str, today: dt.date) -> tuple[str, str, str]:
    """Return what stands before a day, the day, and what stands after it."""
    for due in itertools.islice(_DUE.finditer(text), MOST_TRIES):
        found = day_in(text, due.end(), today)
        if found is not None:
            return text[: due.start()].strip(_CUT + "("), found[0], text[found[1] :].strip(_CUT + ")")
    return text, "", ""


def _named(text: str) -> tuple[str, str, str]:
    """Return what stands before the first colon or dash, and what stands after it."""
    match = re.match(r"(.{2,120}?)\s*(?:[:：]|\s[–—-])\s+(.+)", text)
    return (match[1], ":", match[2].strip()) if match else ("", "", text)


# --- days -------------------------------------------------------------------------------------------------------


@functools.cache
def months() -> dict[str, int]:
    """Return the names of the months in the languages that are read, folded: name to number."""
    found: dict[str, int] = {}
    for tongue in TONGUES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, tongue).items():
                    found.setdefault(fold(name.rstrip(".")), number)
    return found


def month_of(word: str) -> int:
    """Return the number of a month by its name or how it begins, 0 for any other word."""
    name = fold(word.rstrip("."))
    if name in months():
        return months()[name]
    begun = {number for known, number in months().items() if len(name) > 2 and known.startswith(name)}
    return begun.pop() if len(begun) == 1 else 0


def day_in(text: str, begin: int, today: dt.date) -> tuple[str, int] | None:
    """Return the day that stands at a place of a text, and where it ends; "?" for one that there is not; else None."""
    match = _DAY.match(text[begin : begin + LONGEST_DAY].translate(_DIGITS))
    parts = _parts(match) if match else None
    if match is None or parts is None:
        return None
    return _written(*parts, today=today), begin + match.end()


def _parts(match: re.Match[str]) -> tuple[int, int, int] | None:
    """Return year, month and day of what was found, 0 for what is not said; None where it is no day at all."""
    of = match.groupdict()
    if of["iso"]:
        year, month, day = ([int(part) for part in of["iso"].split("-")] + [0])[:3]
        return year, month or 99, day
    if of["zm"]:
        return int(of["zy"] or 0), int(of["zm"]), int(of["zd"] or 0)
    if of["nd"]:
        year = int(of["ny"] or 0)
        return year + 2000 * (0 < year < 100), int(of["nm"]), int(of["nd"])
    if of["year"]:
        return int(of["year"]), 0, 0
    if of["om"]:
        number = months().get(fold(of["om"].rstrip(".")), 0)
        return (0, number, 0) if number else None
    for month, day, year in (("m", "d", "y"), ("em", "ed", "ey"), ("mm", "", "my")):
        if of[month]:
            number = month_of(of[month])
            return (int(of[year] or 0), number, int(of[day]) if day else 0) if number else None
    return None


def _written(year: int, month: int, day: int, today: dt.date) -> str:
    """Return a day as it is kept, the year found where it is not said."""
    if not month:
        return f"{year:04}"
    try:
        found = dt.date(year or today.year, month, day or 1)
        if not year and (found.year, found.month, day and found.day) < (
            today.year,
            today.month,
            day and today.day,
        ):
            found = dt.date(today.year + 1, month, day or 1)
    except ValueError:
        return "?" if (month, day) != (2, 29) or year else _leap(today)
    return found.isoformat() if day else found.isoformat()[:7]


def _leap(today: dt.date) -> str:
    """Return the next 29 February."""
    years = (y for y in range(today.year, today.year + 9) if y % 4 == 0 and (y % 100 or not y % 400))
    return next((f"{y}-02-29" for y in years if f"{y}-02-29" >= today.isoformat()), "?")


# --- lines that were there before -----------------------------------------------------------------------------


def paired(before: t.Sequence[str], now: t.Sequence[str]) -> list[int | None]:
    """Return for each line which of the earlier lines it was, None for a new one. No two are the same one."""
    found: list[int | None] = [None] * len(now)
    free = dict(enumerate(before))
    for place, line in enumerate(now):
        same = next((number for number, known in free.items() if known == line), None)
        if same is not None:
            found[place] = same
            del free[same]
    earlier = {number: _pieces(known) for number, known in free.items()}
    later = {place: _pieces(line) for place, line in enumerate(now) if found[place] is None}
    near = [
        (_alike(known, line), -number, -place)
        for place, line in later.items()
        for number, known in earlier.items()
    ]
    for alike, number, place in sorted(near, reverse=True):
        if alike >= SURE and found[-place] is None and -number in free:
            found[-place] = -number
            del free[-number]
    return found


def _pieces(line: str) -> frozenset[str]:
    """Return the words with which a line begins, and which two letters stand beside each other in them."""
    begin = line[:LOOKED_AT]
    return frozenset([*begin.split(), *map(str.__add__, begin, begin[1:])])


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how alike two lines are, from 0 to 1. Anything finer takes seconds for some lines."""
    return 2 * len(one & other) / (len(one) + len(other) or 1)


def short(text: str) -> str:
    """Return a text as the title of an action."""
    if len(text) <= MOST_WORDS:
        return text
    return text[: MOST_WORDS - 1].rsplit(" ", 1)[0].rstrip(_CUT) + "…"
