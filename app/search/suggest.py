"""Suggestions while somebody types: things by their titles, operators and their values. Only what the reader may see."""

import typing as t

from flask import Blueprint, Response, abort, request

from app.core import finding, limits, pages, policy
from app.core.audience import Viewer
from app.core.languages import _
from app.core.text import clean_line
from app.members.names import fold
from app.search import asking, operators, query, rows
from app.search.matching import Asked, simple

bp = Blueprint("suggest", __name__)
MOST, OF_VALUES, OF_OPERATORS, OF_DEEDS, LOOKED_AT = 8, 6, 2, 2, 60
A_MINUTE = 240  # of one person, or of a visitor's neighbourhood
SHORTEST = 2


class Suggestion(t.NamedTuple):
    """One line under the search box: a thing to open, or what is put in place of the last word."""

    label: str
    note: t.Any
    icon: str
    url: str = ""
    put: str = ""
    lang: str = ""


@bp.get("/search/suggest")
@policy.public
def suggest() -> Response:
    """Answer with a few lines for what is typed so far."""
    who = policy.me()
    if not limits.hit("suggest", str(who.id or limits.neighbourhood()), A_MINUTE, 1):
        abort(429)
    text = clean_line(request.args.get("q"))[: asking.MOST_TEXT]
    return pages.fragment("search/_suggestions.html", rows=suggestions(text, who))


def suggestions(text: str, who: t.Any) -> list[Suggestion]:
    """Return what can be meant by what was typed so far."""
    last = text.rpartition(" ")[2]
    name, colon, start = last.removeprefix("-").partition(":")
    operator = operators.named(name)
    if colon and operator:
        return _values(operator, last.partition(":")[0], start, who.viewer)
    begun = [*_operators(last)] if len(last) >= SHORTEST else []
    return [*begun, *_deeds(text, who), *_things(text, who.viewer)][:MOST]


def _values(operator: str, typed: str, start: str, viewer: Viewer) -> list[Suggestion]:
    one = operators.OPERATORS[operator]
    return [
        Suggestion(f"{one.word}: {option.label}", "", "search", put=f"{typed}:{_quoted(option.value)} ")
        for option in operators.offered(operator, start.strip('"'), viewer, OF_VALUES)
    ]


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _operators(last: str) -> t.Iterator[Suggestion]:
    start, count = fold(last), 0
    for name, one in operators.OPERATORS.items():
        if count < OF_OPERATORS and (name.startswith(start) or fold(str(one.word)).startswith(start)):
            count += 1
            yield Suggestion(f"{name}:", one.hint, "search", put=f"{name}:")


def _deeds(text: str, who: t.Any) -> list[Suggestion]:
    """What can be done, where what was typed begins one of its words."""
    typed = fold(text).strip()
    if len(typed) < SHORTEST:
        return []
    fits = [one for one in finding.deeds(who) if f" {typed}" in f" {fold(str(one.words))}"]
    return [Suggestion(str(one.words), _("Go there"), one.icon, url=one.url) for one in fits[:OF_DEEDS]]


def _things(text: str, viewer: Viewer) -> list[Suggestion]:
    terms = simple(text, half=text[-1:].isalnum())
    if not terms or len(text) < SHORTEST:
        return []
    asked = Asked(text, terms)
    best = query.ranked(rows.newest(asked, viewer, LOOKED_AT, titles=True), asked)[:MOST]
    known = rows.whole(viewer, [hit.entry.id for hit in best])
    return [_thing(known[hit.entry.id]) for hit in best if hit.entry.id in known and hit.entry.title]


def _thing(entry: t.Any) -> Suggestion:
    kind = finding.of(entry.kind)
    return Suggestion(
        entry.title,
        kind.one if kind else "",
        kind.icon if kind else "file-text",
        url=entry.url,
        lang=entry.lang,
    )
