"""Questions of a form that somebody else made: their kinds, when each is asked, and whether what was answered fits.

Nothing here knows a table: whoever keeps questions hands them over as a list in their order, and keeps what comes back.
"""

import datetime as dt
import math
import typing as t

from app.core.languages import _, lazy, ngettext
from app.core.text import clean_line, clean_text

LINE, TEXT, ONE, SEVERAL, YES, NUMBER, DAY = "line", "text", "one", "several", "yes", "number", "day"
KINDS: dict[str, t.Any] = {
    LINE: lazy("Short text"), TEXT: lazy("Long text"), ONE: lazy("One of several answers"),
    SEVERAL: lazy("Several answers"), YES: lazy("Yes or no"), NUMBER: lazy("Number"), DAY: lazy("Day"),
}  # fmt: skip
CHOSEN = frozenset({ONE, SEVERAL})  # kinds with a list of answers
DECIDING = CHOSEN | {YES}  # kinds on whose answer it may depend whether another question is asked
YES_NO: dict[str, t.Any] = {"yes": lazy("Yes"), "no": lazy("No")}
MOST = {LINE: 200, TEXT: 2000}  # characters of an answer
MOST_QUESTIONS, MOST_OPTIONS, MOST_SIGNS = 30, 30, 100  # in a form; of a question; in one answer to choose

Value = str | list[str]  # a number as digits with a point, a day as 2027-03-10


class Question(t.NamedTuple):
    """One question; `after` is the number of an earlier one, `value` the answer to that one after which this is asked."""

    id: int
    kind: str
    words: str
    hint: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    after: int = 0
    value: str = ""


class Judged(t.NamedTuple):
    """What was answered, by the number of the question, what is wrong with it, and how the wrong was typed."""

    values: dict[int, Value]
    errors: dict[int, str]
    typed: dict[int, str]


Given = t.Callable[[int], t.Sequence[str]]  # what was sent for a question


def judge(questions: t.Sequence[Question], given: Given) -> Judged:
    """Judge what was sent: answers to questions that are not asked count for nothing, and nothing is missing there."""
    values: dict[int, Value] = {}
    errors: dict[int, str] = {}
    typed: dict[int, str] = {}
    for one in questions:
        if not asked(one, values):
            continue
        try:
            value = _read(one, sent := given(one.id))
        except ValueError as wrong:
            errors[one.id], typed[one.id] = str(wrong), sent[0]
            continue
        if value:
            values[one.id] = value
        elif one.required:
            errors[one.id] = str(_missing(one))
    return Judged(values, errors, typed)


def asked(one: Question, values: t.Mapping[int, Value]) -> bool:
    """Say whether a question is asked, given the answers before it."""
    if not one.after:
        return True
    before = values.get(one.after, "")
    return one.value in before if isinstance(before, list) else one.value == before


def answers_of(one: Question) -> list[tuple[str, str]]:
    """Return the answers among which one chooses, as they are kept and in words."""
    if one.kind == YES:
        return [(key, str(word)) for key, word in YES_NO.items()]
    return [(option, option) for option in one.options]


def said(one: Question, value: Value | None) -> str:
    """Return an answer in words, in one line of a table."""
    if not value:
        return ""
    if isinstance(value, list):
        return "; ".join(value)
    return str(YES_NO[value]) if one.kind == YES and value in YES_NO else value


def _missing(one: Question) -> t.Any:
    return _("Choose an answer.") if one.kind in DECIDING else _("Answer this question.")


def _read(one: Question, sent: t.Sequence[str]) -> Value:
    """Return an answer as it is kept, empty where there is none; ValueError with words where it does not fit."""
    if one.kind == SEVERAL:
        return [option for option in one.options if option in sent]
    text = clean_text(sent[0]) if one.kind == TEXT and sent else clean_line(sent[0]) if sent else ""
    if not text:
        return ""
    if one.kind in DECIDING:
        if text not in dict(answers_of(one)):
            raise ValueError(_("Choose one of the answers."))
        return text
    return _READ[one.kind](one, text)


def _text(one: Question, text: str) -> str:
    over = len(text) - MOST[one.kind]
    if over > 0:
        raise ValueError(
            ngettext("This is %(num)d character too long.", "This is %(num)d characters too long.", over)
        )
    return text


def _number(_one: Question, text: str) -> str:
    try:
        number = float(text.replace(",", ".", 1)) if len(text) <= 20 else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) >= 1e15:
        raise ValueError(_("Write a number, like 12 or 2.5."))
    return f"{number:.15g}"


def _day(_one: Question, text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(_("Write the day, like 2026-03-21.")) from None


_READ: dict[str, t.Callable[[Question, str], str]] = {LINE: _text, TEXT: _text, NUMBER: _number, DAY: _day}
