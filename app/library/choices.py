"""The filters beside the list of documents: their values in the reader's words, with counts, and what is on, to be taken off."""

import typing as t

import sqlalchemy as sa
from markupsafe import Markup

from app.core import pages
from app.core.audience import Viewer, bound, in_sight
from app.core.database import KeptJson, run
from app.core.kept import Kept
from app.core.languages import _, language
from app.core.sieve import Chip, Facet, Value
from app.library import vocabularies, words
from app.library.filters import FACETS, Asked
from app.library.lists import Found
from app.members import goals, names, profile
from app.members.models import Organisation
from app.spaces.models import Space

OPEN = ("theme", "language")  # stand open where nothing is on
SHORT = 8  # values of a facet that are shown at once; the others fold
MOST = 120
_s, _o = Space.__table__, Organisation.__table__
_SPACES = sa.select(_s.c.id, _s.c.name, sa.cast(_s.c.texts, KeptJson).label("texts")).where(
    in_sight(_s.c.audience_id)
)
_ORGANISATIONS = sa.select(_o.c.id, _o.c.name).where(
    _o.c.id.in_(sa.bindparam("numbers", expanding=True)), in_sight(_o.c.audience_id)
)
_themes: Kept[dict[str, dict[str, str]]] = Kept("library_themes", 30, 2)


def title(name: str) -> str:
    """Return the word for a facet."""
    said = {
        "theme": _("Theme"), "language": _("Language"), "space": _("Group"), "country": _("Country"),
        "type": _("Type"), "series": _("Series"), "year": _("Year"), "file": _("File type"), "sdg": _("SDG"),
        "target": _("For whom"), "commitment": _("Commitment"), "licence": _("Licence"),
        "organisation": _("Organisation"),
    }  # fmt: skip
    return said[name]


class Known:
    """What the reader may know the names of: groups and organisations that they see."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.spaces = _space_names(viewer)
        self.organisations: dict[str, str] = {}

    def meet(self, numbers: t.Iterable[str]) -> None:
        """Learn the names of some organisations."""
        known = self.organisations
        wanted = [int(one) for one in numbers if _is_number(one) and one not in known]
        if wanted:
            rows = run(_ORGANISATIONS, {**bound(self.viewer), "numbers": wanted})
            self.organisations.update((str(row.id), row.name) for row in rows)

    def label(self, name: str, key: str) -> str:
        """Return the word for a value, nothing where the reader may not know it."""
        if name in ("space", "organisation"):
            return (self.spaces if name == "space" else self.organisations).get(key, "")
        return said(name, key)


def _is_number(text: str) -> bool:
    """Say whether a value can be the number of something: an address may hold anything."""
    return text.isascii() and text.isdigit() and len(text) < 19


def _space_names(viewer: Viewer) -> dict[str, str]:
    tongue = language()
    return {
        str(row.id): row.texts.get(tongue, {}).get("name") or row.name for row in run(_SPACES, bound(viewer))
    }


def said(name: str, key: str) -> str:
    """Return the word for a value that everybody may know, in the reader's language."""
    if name == "theme":
        return profile.label(theme_labels().get(key, {"en": key}))
    if name in ("type", "series", "target"):
        return words.term(name, key)
    if name == "sdg":
        return goals.goal(key) or key
    known: dict[str, t.Callable[[str], str]] = {
        "language": names.own_language, "country": names.country, "licence": words.licence_short,
        "commitment": lambda number: goals.commitment(number) or number,
    }  # fmt: skip
    return str(known.get(name, str)(key))


def theme_labels() -> dict[str, dict[str, str]]:
    """Return the themes with their names, at most half a minute old."""
    return _themes.get("all", lambda: {row.key: row.labels for row in profile.themes()})


def current(viewer: Viewer, asked: Asked) -> tuple[Asked, Known]:
    """Return what an address asks, words that became others under their new key, without groups that the reader

    may not know of: nobody learns what stands in them.
    """
    known = Known(viewer)
    asked = vocabularies.current(asked)
    known.meet(asked.organisation)
    seen = {name: tuple(key for key in getattr(asked, name) if known.label(name, key)) for name in FACETS}
    return (asked if all(seen[n] == getattr(asked, n) for n in FACETS) else asked._replace(**seen)), known


def kept(viewer: Viewer, text: str) -> Asked | None:
    """Return filters that somebody kept, for a reader; None where they name a group that the reader may not know of."""
    wanted = vocabularies.current(Asked.from_text(text).which)
    asked, _known = current(viewer, wanted)
    return asked if (asked.space, asked.organisation) == (wanted.space, wanted.organisation) else None


def facets(asked: Asked, found: Found, known: Known) -> list[Facet]:
    """Return the filters of what the reader sees; values that the other filters shut out count 0 and stay."""
    known.meet(found.counts["organisation"])
    made = []
    for name in FACETS:
        chosen, counts = getattr(asked, name), found.counts[name]
        named = ((key, known.label(name, key)) for key in {*counts, *chosen})
        values = [Value(key, word, counts.get(key, 0), key in chosen) for key, word in named if word]
        if values:
            made.append(Facet(name, title(name), _ordered(name, values), bool(chosen) or name in OPEN))
    return made


def _ordered(name: str, values: list[Value]) -> list[Value]:
    """Return values in the order of their list; of very many those that most documents have."""
    if len(values) > MOST:
        values = sorted(values, key=lambda one: (not one.on, -one.count))[:MOST]
    if name == "year":
        return sorted(values, key=lambda one: one.key, reverse=True)
    if name in ("sdg", "commitment"):
        return sorted(values, key=lambda one: (len(one.key), one.key))
    if name in ("type", "target", "series"):
        own = list(words.terms(name))
        return sorted(values, key=lambda one: own.index(one.key) if one.key in own else len(own))
    return sorted(values, key=lambda one: names.fold(one.label))


def first(values: list[Value]) -> tuple[list[Value], list[Value]]:
    """Return the values that are shown at once, and those that fold: what is on, and what most documents have, is shown."""
    if len(values) <= SHORT + 2:
        return values, []
    best = sorted(values, key=lambda one: (not one.on, -one.count))[:SHORT]
    kept = {one.key for one in best} | {one.key for one in values if one.on}
    return [one for one in values if one.key in kept], [one for one in values if one.key not in kept]


def _labels() -> list[str]:
    """Return the words of the controlled lists: what was drawn with others is drawn anew."""
    lists = [words.terms(name).values() for name in ("type", "target", "series")]
    return [
        *(profile.label(labels) for labels in theme_labels().values()),
        *(word for own in lists for word in own),
    ]


def chips(asked: Asked, known: Known, link: t.Callable[[Asked], str]) -> list[Chip]:
    """Return what is on, each with the address without it."""
    made = [
        Chip(known.label(name, key), link(asked.without(name, key)))
        for name in FACETS
        for key in getattr(asked, name)
    ]
    if asked.q:
        made.insert(0, Chip(str(_("“%(words)s”", words=asked.q)), link(asked.which._replace(q=""))))
    return made


def drawn(asked: Asked, found: Found, known: Known, path: str = "/library") -> Markup:
    """Return the filters as HTML; kept with the answer that they count, for readers who know the same groups."""
    key = (language(), path, *known.spaces.items(), *_labels())
    html = found.drawn.get(key)
    if html is None:
        rows = facets(asked, found, known)
        html = Markup(
            pages.render(
                "library/_facets.html",
                asked=asked,
                facets=rows,
                first=first,
                path=path,
                clear=asked.open.address(path),
            )
        )
        found.drawn[key] = html
    return html
