"""Parts that rooms lend to a page that gathers: a space's home, an organisation's profile, the desk.

The page asks by name and imports none of them; the rooms register in create_app().
"""

import typing as t

from markupsafe import Markup

Panel = t.Callable[[t.Any], "tuple[str, dict[str, t.Any]] | None"]
_panels: dict[str, list[tuple[int, str, Panel]]] = {}


def panel(place: str, order: int = 50, column: str = "main") -> t.Callable[[Panel], Panel]:
    """Register a panel: a function of the place's thing that returns a template and its values, or None.

    `place` is `organisation`, `space`, `person` or `home`; `column` is `main` or `side`.
    """

    def keep(fn: Panel) -> Panel:
        rows = _panels.setdefault(f"{place}/{column}", [])
        if all(
            known[2].__qualname__ != fn.__qualname__ or known[2].__module__ != fn.__module__ for known in rows
        ):
            rows.append((order, fn.__name__, fn))
            rows.sort(key=lambda row: row[:2])
        return fn

    return keep


def panels(place: str, thing: t.Any, column: str = "main") -> list[tuple[str, dict[str, t.Any]]]:
    """Return the panels of a place that have something to show, in order."""
    shown = (fn(thing) for _order, _name, fn in _panels.get(f"{place}/{column}", []))
    return [result for result in shown if result]


def drawn(place: str, thing: t.Any, column: str = "main") -> list[Markup]:
    """Return the panels of a place as HTML, each from its own template and values alone."""
    from app.core.pages import render  # the frame knows panels only by what they draw

    return [Markup(render(template, **values)) for template, values in panels(place, thing, column)]
