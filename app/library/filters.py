"""What a reader asks of the library: one address for the list, its feed of counts, a kept collection and a ZIP."""

import typing as t
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from app.core.sieve import chosen, number
from app.core.text import clean_line

FACETS = (
    "theme", "language", "space", "country", "type", "series", "year", "file", "sdg", "target", "commitment",
    "licence", "organisation",
)  # fmt: skip
SORTS = ("", "title", "talks")  # newest first where nothing is said
# The parts of the library: which types belong to which. A type that the secretariat adds says its part itself.
SHELVES: dict[str, tuple[str, ...]] = {
    "publications": (
        "discussion-paper", "report", "toolkit-chapter", "policy-brief", "step-by-step-guide", "good-practice-card",
        "newsletter", "infographic", "city-report", "press-release", "declaration", "plan-of-action",
    ),
    "papers": (
        "concept-note", "background-note", "list-of-participants", "minutes", "questionnaire", "act-of-accession",
        "statement-of-intent",
    ),
    "training": ("training-manual",),
}  # fmt: skip
OWN = "own"  # what its reader works on and nobody else finds yet


class Asked(t.NamedTuple):
    """Which documents, in what order, from where on."""

    q: str = ""
    shelf: str = ""
    theme: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    space: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    file: tuple[str, ...] = ()
    sdg: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    commitment: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    state: str = ""
    sort: str = ""
    after: int = 0
    before: int = 0

    @classmethod
    def from_args(cls, given: MultiDict[str, str]) -> "Asked":
        """Return what an address asks; what makes no sense in it is left out."""
        sort, shelf = given.get("sort", ""), given.get("shelf", "")
        return cls(
            q=clean_line(given.get("q"))[:100], shelf=shelf if shelf in SHELVES else "",
            **{name: chosen(given, name) for name in FACETS}, state=OWN if given.get("state") == OWN else "",
            sort=sort if sort in SORTS else "", after=number(given.get("after", "")), before=number(given.get("before", "")),
        )  # fmt: skip

    @classmethod
    def from_text(cls, text: str) -> "Asked":
        """Return what was kept as text: the part of an address behind the question mark."""
        return cls.from_args(MultiDict(parse_qsl(text[:4000])))

    @property
    def on(self) -> int:
        """How many filters are on."""
        return sum(len(getattr(self, name)) for name in FACETS)

    @property
    def which(self) -> "Asked":
        """The same documents without a place in the list: what counts are kept under."""
        return self._replace(after=0, before=0)

    @property
    def open(self) -> "Asked":
        """The same part of the library and the same order, no filter and no words."""
        return Asked(shelf=self.shelf, state=self.state, sort=self.sort)

    def without(self, name: str, value: str) -> "Asked":
        """The same, one value of a facet less."""
        left = tuple(one for one in getattr(self, name) if one != value)
        return t.cast(Asked, self.which._replace(**{name: left}))

    def fields(self, *but: str) -> list[tuple[str, str]]:
        """Return this as pairs for the hidden fields of a form, without those that the form itself has."""
        plain = [(name, getattr(self, name)) for name in ("shelf", "state", "q", "sort") if name not in but]
        facets = [(name, value) for name in FACETS if name not in but for value in getattr(self, name)]
        return [pair for pair in plain if pair[1]] + facets

    def text(self) -> str:
        """Return this as it stands in an address."""
        return urlencode({name: value for name, value in self._asdict().items() if value}, doseq=True)

    def address(self, path: str = "/library") -> str:
        """Return the address that asks this."""
        text = self.text()
        return f"{path}?{text}" if text else path
