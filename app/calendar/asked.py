"""What a reader asks of the calendar: the filters of every view, in one address."""

import typing as t
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app.calendar.models import DUE, FORMS
from app.calendar.roll import Entry
from app.core.panels import Due
from app.core.sieve import number
from app.members import goals
from app.spaces import branch

NUMBERED = (("sdg", goals.SDGS), ("commitment", goals.COMMITMENTS))


class Asked(t.NamedTuple):
    """Which events: of a group, of a coalition with all that lies in it, on a theme, of a kind, in a language,

    that contribute to a goal or a commitment."""

    group: int = 0
    coalition: int = 0
    theme: str = ""
    kind: str = ""
    language: str = ""
    sdg: str = ""
    commitment: str = ""

    @classmethod
    def from_args(cls, given: MultiDict[str, str]) -> "Asked":
        """Return what an address asks; what makes no sense in it is left out."""
        kind = given.get("kind", "")
        return cls(
            number(given.get("group", "")), number(given.get("coalition", "")), given.get("theme", "")[:40],
            kind if kind in (*FORMS, DUE) else "", given.get("language", "")[:12],
            *(given.get(name, "") if given.get(name, "") in known else "" for name, known in NUMBERED),
        )  # fmt: skip

    def fits(self, entries: t.Iterable[Entry]) -> list[Entry]:
        """Return those that fit."""
        places = branch.branch_of(self.coalition) if self.coalition else None
        return [one for one in entries if self._fits(one, places)]

    def _fits(self, one: Entry, places: set[int] | None) -> bool:
        return (
            (not self.group or one.space_id == self.group)
            and (places is None or one.space_id in places)
            and (not self.theme or one.theme == self.theme)
            and (not self.kind or one.form == self.kind)
            and (not self.language or self.language in one.languages.split())
            and (not self.sdg or self.sdg in one.sdgs.split())
            and (not self.commitment or self.commitment in one.commitments.split())
        )

    def fits_due(self, dues: t.Iterable[Due]) -> list[Due]:
        """Return the deadlines that fit; their language is that of their words."""
        places = branch.branch_of(self.coalition) if self.coalition else None
        return [
            one
            for one in dues
            if (not self.group or one.space_id == self.group)
            and (places is None or one.space_id in places)
            and (not self.theme or self.theme in one.themes.split())
            and (not self.language or one.lang == self.language)
            and (not self.sdg or self.sdg in one.sdgs.split())
            and (not self.commitment or self.commitment in one.commitments.split())
        ]

    def pairs(self) -> list[tuple[str, t.Any]]:
        """Return the filters that are on."""
        return [(name, value) for name, value in self._asdict().items() if value]

    def address(self, path: str, **more: t.Any) -> str:
        """Return the address of a view with these filters."""
        query = urlencode([*self.pairs(), *((name, value) for name, value in more.items() if value)])
        return f"{path}?{query}" if query else path
