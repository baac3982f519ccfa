"""The search page."""

import typing as t
from urllib.parse import quote_plus

from flask import Blueprint, Response, abort, request

from app.core import finding, limits, pages, policy
from app.core.languages import language, own_name
from app.core.text import clean_line
from app.search import asking, operators, query, rows, spelling
from app.search.matching import Asked
from app.search.snippets import Marks

bp = Blueprint("search", __name__)
PAGE = 20
A_MINUTE = 60  # searches of one person, or of a visitor's neighbourhood
SORTS = ("", "newest")


class Question(t.NamedTuple):
    """What an address of the search page asks."""

    q: str
    kind: str
    sort: str
    after: str

    @classmethod
    def from_args(cls, given: t.Mapping[str, str]) -> "Question":
        """Return what an address asks; what makes no sense in it is left out."""
        kind, sort = given.get("kind", ""), given.get("sort", "")
        return cls(
            clean_line(given.get("q"))[: asking.MOST_TEXT], kind if finding.of(kind) else "",
            sort if sort in SORTS else "", given.get("after", "")[:40],
        )  # fmt: skip

    def text(self, **other: str) -> str:
        """Return this as it stands behind the question mark of an address, some of it changed."""
        values = {**self._asdict(), "after": "", **other}
        return "&".join(f"{name}={quote_plus(value)}" for name, value in values.items() if value)

    def address(self, **other: str) -> str:
        """Return the address that asks this, from the first result on."""
        return f"/search?{self.text(**other)}"


@bp.get("/search")
@policy.public
def search() -> Response:
    """Find in everything that the reader may see."""
    who = policy.me()
    if not limits.hit("search", str(who.id or limits.neighbourhood()), A_MINUTE, 1):
        abort(429)
    question = Question.from_args(request.args)
    asked = asking.read(question.q, who.viewer)
    found = query.find(asked, who.viewer, question.kind, question.sort == "newest")
    here = _from(found.hits, question)
    return pages.page(
        "search/search.html", ask=question, asked=asked, found=found, kinds=finding.kinds(), own=own_name(language()),
        shown=shown(found, here[:PAGE], who.viewer), chips=_chips(asked, question), total=_total(found, question),
        more=question.address(after=_cursor(here[PAGE - 1])) if len(here) > PAGE else "",
        only=_only(found, asked, question), nothing=_nothing(found, asked, question), operators=operators.OPERATORS,
        noindex=True,
    )  # fmt: skip


class Shown(t.NamedTuple):
    """One result as the page shows it."""

    entry: t.Any
    url: str
    title: t.Any
    text: t.Any
    part: str
    kind: finding.Kind | None
    notes: list[t.Any]
    tongue: str


def shown(found: query.Found, hits: list[query.Hit], viewer: t.Any) -> list[Shown]:
    """Return some hits with their words marked. Only of these the bodies are read."""
    numbers = [one.id for hit in hits for one in (hit.entry, hit.part) if one is not None]
    known, marks = rows.whole(viewer, numbers), Marks(found.wanted)
    return [_shown(hit, known, marks) for hit in hits if hit.entry.id in known]


def _shown(hit: query.Hit, known: dict[int, t.Any], marks: Marks) -> Shown:
    entry = known[hit.entry.id]
    inner = known.get(hit.part.id, entry) if hit.part is not None else entry
    kind = finding.of(entry.kind)
    tongue = own_name(entry.lang) if kind and kind.dated and entry.lang not in ("", language()) else ""
    return Shown(
        entry, _leads_to(inner, marks), marks.pieces(entry.title, entry.lang), marks.snippet(inner.body, inner.lang),
        inner.part, kind, list(kind.notes(entry.more)) if kind else [], tongue,
    )  # fmt: skip


def _leads_to(entry: t.Any, marks: Marks) -> str:
    """A page is opened with the words that were looked for, so that they are marked there."""
    words = " ".join(marks.typed)
    return f"{entry.url}?q={quote_plus(words)}" if entry.part and words else str(entry.url)


def _chips(asked: Asked, question: Question) -> list[tuple[t.Any, t.Any, str]]:
    return [
        (operators.OPERATORS[one.name], one, question.address(q=left)) for one, left in asking.chips(asked)
    ]


def _only(found: query.Found, asked: Asked, question: Question) -> str:
    """Return the address with results of the reader's own language alone, where there are others."""
    own = language()
    others = len(found.languages) > 1 and own in found.languages
    return "" if not others else question.address(q=f"{question.q} lang:{own}")


class Nothing(t.NamedTuple):
    """What helps where nothing was found: a better spelling, filters to drop with what there would be."""

    spelling: str
    drops: list[tuple[t.Any, t.Any, str, int]]
    anywhere: str


def _nothing(found: query.Found, asked: Asked, question: Question) -> Nothing | None:
    if found.hits or not question.q:
        return None
    viewer = policy.me().viewer
    drops = []
    for one, left in asking.chips(asked):
        count = len(query.find(left, viewer, question.kind).hits)
        if count:
            drops.append((operators.OPERATORS[one.name], one, question.address(q=left), count))
    anywhere = question.address(kind="") if question.kind and sum(found.counts.values()) else ""
    return Nothing(spelling.better(asked, viewer), drops, anywhere)


def _total(found: query.Found, question: Question) -> tuple[int, bool]:
    """Return how many there are, and whether there are more than were looked at."""
    return len(found.hits), bool(found.more) if not question.kind else question.kind in found.more


def _cursor(hit: query.Hit) -> str:
    return f"{hit.score:.6f}~{hit.entry.id}"


def _from(hits: list[query.Hit], question: Question) -> list[query.Hit]:
    """Return the hits behind the cursor; one that makes no sense is no cursor."""
    score, _tilde, number = question.after.partition("~")
    try:
        last = (-float(score), -int(number))
    except ValueError:
        return hits
    if question.sort == "newest":
        return [hit for hit in hits if -hit.entry.id > last[1]]
    return [hit for hit in hits if (round(-hit.score, 6), -hit.entry.id) > last]
