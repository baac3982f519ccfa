"""The filters beside a list: values that are still possible, with how many have them, and what is on, to be taken off."""

import typing as t

from markupsafe import Markup

from app.atlas import asked as addresses
from app.atlas import entries
from app.atlas.asked import FACETS, Asked
from app.atlas.entries import Found
from app.core import pages
from app.core.languages import _, language
from app.core.sieve import Chip, Facet, Value
from app.members import goals, names, profile
from app.members.models import KINDS
from app.members.queries import Coalition

SIZES = ("<100k", "100k-500k", "500k-2M", ">2M")
OPEN = ("kind", "coalition")  # stand open where nothing is on
Groups = dict[str, Coalition]


def title(name: str) -> str:
    """Return the word for a facet."""
    words = {
        "kind": _("Kind"), "coalition": _("Coalition"), "region": _("Region"), "country": _("Country"),
        "theme": _("Works on"), "commitment": _("Commitment"), "language": _("Language"), "size": _("Size of the city"),
    }  # fmt: skip
    return words[name]


def size_word(key: str) -> str:
    """Return the words for a band of inhabitants."""
    words = {
        "<100k": _("Under 100,000 people"), "100k-500k": _("100,000 to 500,000"), "500k-2M": _("500,000 to 2 million"),
        ">2M": _("More than 2 million"),
    }  # fmt: skip
    return words.get(key, key)


def label(name: str, key: str, groups: Groups) -> str:
    """Return the word for a value in the reader's language."""
    if name == "coalition":
        return groups[key].name if key in groups else key
    if name == "theme":
        return profile.label(entries.index().themes.get(key, {"en": key}))
    known: dict[str, t.Callable[[str], str]] = {
        "kind": names.kinds_word, "region": names.region, "country": names.country, "language": names.own_language,
        "size": size_word, "commitment": goals.commitment,
    }  # fmt: skip
    return str(known.get(name, str)(key))


def facets(asked: Asked, found: Found, groups: Groups) -> list[Facet]:
    """Return the filters that can still be chosen, and those that are on."""
    made = []
    for name in FACETS:
        chosen = getattr(asked, name)
        counts = {key: count for key, count in found.counts[name].items() if count}
        values = [
            Value(key, label(name, key, groups), counts.get(key, 0), key in chosen)
            for key in {*counts, *chosen}
        ]
        if len(values) > 1 or chosen:
            made.append(
                Facet(name, title(name), sorted(values, key=_order(name)), bool(chosen) or name in OPEN)
            )
    return made


def _order(name: str) -> t.Callable[[Value], t.Any]:
    own: tuple[str, ...] = {"kind": KINDS, "size": SIZES}.get(name, ())
    return lambda one: (own.index(one.key) if one.key in own else len(own), names.fold(one.label))


def chips(asked: Asked, groups: Groups, link: t.Callable[[Asked], str]) -> list[Chip]:
    """Return what is on, each with the address without it."""
    made = [
        Chip(label(name, key, groups), link(asked.without(name, key)))
        for name in FACETS
        for key in getattr(asked, name)
    ]
    if asked.box:
        made.append(Chip(str(_("Part of the map")), link(asked.which._replace(box=None))))
    return made


def drawn(asked: Asked, found: Found, groups: Groups, view: str = "") -> Markup:
    """Return the filters as HTML; kept with the answer that they count."""
    key = (language(), view, asked.layer, *groups.values())
    html = found.drawn.get(key)
    if html is None:
        rows, clear = facets(asked, found, groups), addresses.address(asked.open, view)
        html = Markup(pages.render("atlas/_facets.html", asked=asked, facets=rows, clear=clear, view=view))
        found.drawn[key] = html
    return html
