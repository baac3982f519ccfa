"""The filters beside the list of actions: their values in the reader's words, with counts, and what is on, to be taken off."""

import typing as t

import sqlalchemy as sa
from markupsafe import Markup

from app.actions import words
from app.actions.filters import FACETS, Asked
from app.actions.lists import Found
from app.actions.models import STATES, Origin
from app.core import activity, pages
from app.core.audience import Viewer, bound, in_sight
from app.core.database import KeptJson, run
from app.core.kept import Kept
from app.core.languages import _, language
from app.core.sieve import Chip, Facet, Value
from app.members import goals, names, profile, themes
from app.members.models import Organisation
from app.spaces.models import Space

OPEN = ("state", "due")  # stand open where nothing is on
MOST = 60
_s, _o, _m = Space.__table__, Organisation.__table__, Origin.__table__
_SPACES = sa.select(_s.c.id, _s.c.name, sa.cast(_s.c.texts, KeptJson).label("texts")).where(
    in_sight(_s.c.audience_id)
)
_ORGANISATIONS = sa.select(_o.c.id, _o.c.name).where(
    _o.c.id.in_(sa.bindparam("numbers", expanding=True)), in_sight(_o.c.audience_id)
)
_ORIGINS = (
    sa.select(_m.c.id, _m.c.title, _m.c.short)
    .where(in_sight(_m.c.audience_id), ~_m.c.removed)
    .order_by(_m.c.id)
)


def title(name: str) -> t.Any:
    """Return the word for a facet."""
    said = {
        "state": _("Status"), "due": _("When"), "theme": _("Theme"), "organisation": _("Lead or partner"), "space": _("Group"),
        "form": _("Kind"), "funding": _("Funding"), "origin": _("Comes from"), "sdg": _("SDG"),
        "commitment": _("Commitment"),
    }  # fmt: skip
    return said[name]


def spaces(viewer: Viewer) -> dict[str, str]:
    """Return the groups that a reader sees, by number, in the reader's language."""
    tongue, rows = language(), run(_SPACES, bound(viewer))
    return {str(row.id): row.texts.get(tongue, {}).get("name") or row.name for row in rows}


def origins(viewer: Viewer) -> dict[str, str]:
    """Return the meetings that actions come from, as far as a reader sees them."""
    return {str(row.id): row.short or row.title for row in run(_ORIGINS, bound(viewer))}


def organisations(viewer: Viewer, numbers: t.Iterable[str]) -> dict[str, str]:
    """Return the names of organisations that a reader sees."""
    wanted = [int(one) for one in numbers if one.isascii() and one.isdigit() and len(one) < 19]
    rows = run(_ORGANISATIONS, {**bound(viewer), "numbers": wanted}) if wanted else ()
    return {str(row.id): row.name for row in rows}


class Known:
    """What the reader may know the names of, and the words of the rest."""

    def __init__(self, viewer: Viewer, houses: t.Iterable[str]) -> None:
        labels = {row.key: profile.label(row.labels) for row in profile.themes()}
        self.words: dict[str, t.Mapping[str, t.Any]] = {
            "state": words.STATES, "due": words.DUE, "theme": labels, "organisation": organisations(viewer, houses),
            "space": spaces(viewer), "form": words.FORMS, "funding": words.FUNDING, "origin": origins(viewer),
            "sdg": {key: goals.goal(key) for key in goals.SDGS}, "commitment": goals.commitments(),
        }  # fmt: skip

    def label(self, name: str, key: str) -> str:
        """Return the word for a value, nothing where there is none or the reader may not know it."""
        return str(self.words[name].get(key, ""))

    def key(self) -> t.Hashable:
        """Return what drawings made of these words depend on."""
        return tuple(
            str(word)
            for name in ("theme", "organisation", "space", "origin")
            for word in self.words[name].values()
        )


_known: Kept[Known] = Kept("names_of_actions", 60, 300)


def known_to(viewer: Viewer, asked: Asked, found: Found | None = None) -> Known:
    """Return what a reader knows the names of; kept until anything happens in the network."""
    houses = frozenset([*asked.organisation, *(found.counts["organisation"] if found else ())])
    key = (activity.newest(), viewer.rooms, language(), houses)
    return _known.get(key, lambda: Known(viewer, houses))


def current(viewer: Viewer, asked: Asked) -> Asked:
    """Return what an address asks, themes under their new key, without what its reader may not know of."""
    if asked.theme:
        merged = themes.merged()
        asked = asked._replace(theme=tuple(merged.get(key, key) for key in asked.theme))
    if not asked.on:
        return asked
    known = known_to(viewer, asked)
    return asked._replace(
        **{name: tuple(key for key in getattr(asked, name) if known.label(name, key)) for name in FACETS}
    )


def facets(asked: Asked, found: Found, known: Known) -> list[Facet]:
    """Return the filters of what the reader sees; values that the other filters shut out count 0 and stay."""
    made = []
    for name in FACETS:
        chosen, counts = getattr(asked, name), found.counts[name]
        named = ((key, known.label(name, key)) for key in {*counts, *chosen})
        values = [Value(key, word, counts.get(key, 0), key in chosen) for key, word in named if word]
        if values:
            made.append(Facet(name, title(name), _ordered(name, values), bool(chosen) or name in OPEN))
    return made


LISTS: dict[str, list[str]] = {
    "state": list(STATES), "due": list(words.DUE), "form": list(words.FORMS), "funding": list(words.FUNDING),
    "sdg": list(goals.SDGS), "commitment": list(goals.COMMITMENTS),
}  # fmt: skip


def _ordered(name: str, values: list[Value]) -> list[Value]:
    """Return values in the order of their list, or by name; of very many those that most actions have."""
    if len(values) > MOST:
        values = sorted(values, key=lambda one: (not one.on, -one.count))[:MOST]
    if name in LISTS:
        return sorted(values, key=lambda one: LISTS[name].index(one.key))
    return sorted(values, key=lambda one: names.fold(one.label))


def chips(asked: Asked, known: Known, path: str) -> list[Chip]:
    """Return what is on, each with the address without it."""
    made = [
        Chip(known.label(name, key), asked.without(name, key).address(path)) for name in FACETS for key in getattr(asked, name)
    ]  # fmt: skip
    if asked.q:
        made.insert(0, Chip(str(_("“%(words)s”", words=asked.q)), asked.which._replace(q="").address(path)))
    return made


def drawn(asked: Asked, found: Found, known: Known, path: str) -> Markup:
    """Return the filters as HTML; kept with the answer that they count, for readers who know the same names."""
    key = (language(), path, known.key())
    if key not in found.drawn:
        values = {"facets": facets(asked, found, known), "path": path, "clear": asked.open.address(path)}
        found.drawn[key] = Markup(pages.render("actions/_facets.html", asked=asked, **values))
    return t.cast(Markup, found.drawn[key])
