"""What a reader asks of the actions: one address for the list, the board, the roadmap and the tables."""

import typing as t
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app.core.sieve import chosen, number
from app.core.text import clean_line

FACETS = ("state", "due", "theme", "organisation", "space", "form", "funding", "origin", "sdg", "commitment")
SORTS = ("", "changed", "title")  # by its day where nothing is said
VIEWS = {"list": "/actions", "board": "/actions/board", "roadmap": "/actions/roadmap"}
NEEDS = "/actions/needs"


class Asked(t.NamedTuple):
    """Which actions, in what order, from where on."""

    q: str = ""
    state: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    space: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    sdg: tuple[str, ...] = ()
    commitment: tuple[str, ...] = ()
    sort: str = ""
    after: int = 0
    before: int = 0

    @classmethod
    def from_args(cls, given: MultiDict[str, str]) -> "Asked":
        """Return what an address asks; what makes no sense in it is left out."""
        sort = given.get("sort", "")
        return cls(
            q=clean_line(given.get("q"))[:100], **{name: chosen(given, name) for name in FACETS},
            sort=sort if sort in SORTS else "", after=number(given.get("after", "")), before=number(given.get("before", "")),
        )  # fmt: skip

    @property
    def on(self) -> int:
        """How many filters are on."""
        return sum(len(getattr(self, name)) for name in FACETS)

    @property
    def which(self) -> "Asked":
        """The same actions without a place in the list."""
        return self._replace(after=0, before=0)

    @property
    def open(self) -> "Asked":
        """The same order, no filter and no words."""
        return Asked(sort=self.sort)

    def without(self, name: str, value: str) -> "Asked":
        """The same, one value of a facet less."""
        left = tuple(one for one in getattr(self, name) if one != value)
        return t.cast(Asked, self.which._replace(**{name: left}))

    def fields(self, *but: str) -> list[tuple[str, str]]:
        """Return this as pairs for the hidden fields of a form, without those that the form itself has."""
        plain = [(name, getattr(self, name)) for name in ("q", "sort") if name not in but]
        facets = [(name, value) for name in FACETS if name not in but for value in getattr(self, name)]
        return [pair for pair in plain if pair[1]] + facets

    def address(self, path: str = "/actions") -> str:
        """Return the address that asks this."""
        text = urlencode({name: value for name, value in self._asdict().items() if value}, doseq=True)
        return f"{path}?{text}" if text else path
