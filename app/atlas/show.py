"""What the list, the map and the pages of regions share."""

import typing as t
from urllib.parse import quote

from markupsafe import Markup

from app.atlas import asked as addresses
from app.atlas import entries, facets, globe, layers, pins, queries
from app.atlas.asked import Asked, address
from app.core import pages, watches
from app.core.audience import Viewer
from app.core.languages import counted, direction, language, ngettext
from app.core.policy import me
from app.core.text import slug
from app.members import names
from app.members.queries import Coalition
from app.spaces.queries import coalitions

REGIONS = {slug(key): key for key in names.REGIONS}


class Shown(t.NamedTuple):
    """One page of members, ready to be drawn."""

    asked: Asked
    listed: queries.Listed
    groups: dict[str, Coalition]
    viewer: Viewer


def found(asked: Asked) -> Shown:
    """Return those who were asked for, as far as the reader may see them."""
    viewer = me().viewer
    return Shown(asked, queries.directory(viewer, asked), coalitions(viewer), viewer)


def common(shown: Shown, view: str) -> dict[str, t.Any]:
    """Return what every page of members says of what was found."""
    asked, listed = shown.asked, shown.listed

    def link(other: Asked) -> str:
        return address(other, view)

    return {
        "asked": asked, "listed": listed, "found": listed.found, "total": len(listed.found.ids), "names": names,
        "link": lambda **other: link(asked.which._replace(**other)), "as_view": lambda name: address(asked.which, name),
        "facet_names": addresses.FACETS, "all_members": link(Asked(who=asked.who)), "no_filters": link(asked.open),
        "chips": facets.chips(asked, shown.groups, link), "regions_links": regions(shown.viewer),
        "people_url": address(Asked(who="people")), "counts": _counts(asked, listed.found), **followed(asked),
    }  # fmt: skip


def _counts(asked: Asked, found: entries.Found) -> Markup:
    """Return how many were found of each kind, as HTML; kept with the answer that they count."""
    key = ("counts", language())
    html = found.drawn.get(key)
    if html is None:
        html = found.drawn[key] = Markup(
            pages.render("atlas/_counts.html", asked=asked, found=found, total=len(found.ids))
        )
    return html


def followed(asked: Asked) -> dict[str, t.Any]:
    """Return what the button says by which one region, country or theme is followed: where nothing else is asked."""
    who = me()
    one = next((name for name in ("region", "country", "theme") if len(getattr(asked, name)) == 1), "")
    if not one or asked.on > 1 or asked.who or asked.q or not who.is_authenticated:
        return {"subject": ""}
    key = getattr(asked, one)[0]
    path = f"/following/{one}/{slug(key) if one == 'region' else quote(key, safe='')}"
    return {"subject": path, "level": watches.level(who.id, f"{one}:{key}")}


def regions(viewer: Viewer) -> list[tuple[str, str, str, None]]:
    """Return the regions that have members, as links: key, address, name."""
    counts = entries.index().find(viewer, Asked()).counts["region"]
    return [
        (key, f"/regions/{tail}", names.region(key), None) for tail, key in REGIONS.items() if counts.get(key)
    ]


def any_people(viewer: Viewer) -> bool:
    """Say whether a viewer may see anybody."""
    return viewer.person_id is not None or bool(entries.index().find(viewer, Asked(who="people")).ids)


def _here(number: int, mixed: bool) -> str:
    if mixed:
        return str(ngettext("%(num)d entry here", "%(num)d entries here", number))
    return str(ngettext("%(num)d member here", "%(num)d members here", number))


def drawing(shown: Shown, laid: t.Sequence[layers.Layer] = ()) -> Markup:
    """Return the map of those who fit, with what stands there beside them, as a drawing with links."""
    asked, members = shown.asked, queries.pins(shown.viewer, shown.listed.found)
    view, more = pins.view_for(asked, members), layers.pins(laid)
    all_pins = members + more
    return Markup(
        pages.render(
            "atlas/_map.html", view=view, land=globe.land(view), spots=pins.spots(all_pins, view), names=names,
            inside=lambda spot: pins.inside(spot, asked), points=address(asked.which, "points"), world=globe,
            plurals=counted(lambda n: _here(n, bool(more))), way=direction(language()), here=lambda n: _here(n, bool(more)),
        )
    )  # fmt: skip
