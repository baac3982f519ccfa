"""The site's own two colours, and what follows from them: every shade in light and dark, with its contrast checked.

The main colour stands where the design has its enamel, the second where it has its saffron. What is read on a shade
takes their hue at a lightness of the design's own, so that only the two chosen colours themselves can be wrong.
"""

import math
import typing as t

MAIN, SECOND = "#15367a", "#f7b538"  # the design's own
TEXT = 4.5  # WCAG 2.2 AA: 1.4.3
Oklch = tuple[float, float, float]
Shades = dict[str, str]
GROUNDS = {"light": ((0.97, 0.006, 95.0), (0.995, 0.002, 95.0), (0.945, 0.008, 95.0)),
           "dark": ((0.185, 0.022, 265.0), (0.228, 0.025, 265.0), (0.16, 0.02, 265.0))}  # fmt: skip
WHITE, INK = (0.985, 0.006, 95.0), (0.235, 0.03, 265.0)


class Unreadable(ValueError):
    """A colour that words could not be read on; `field` is main or second, `better` one that works."""

    def __init__(self, field: str, contrast: float, better: str) -> None:
        super().__init__(field)
        self.field, self.contrast, self.better = field, contrast, better
        self.said = {"found": f"{contrast:.1f}", "better": better}


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _rgb(colour: str) -> list[float]:
    return [_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5)]


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG."""
    red, green, blue = _rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def oklch(colour: str) -> Oklch:
    """Return lightness, chroma and hue of a colour."""
    r, g, b = _rgb(colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    light = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    bb = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return light, math.hypot(a, bb), math.degrees(math.atan2(bb, a)) % 360


def hexed(light: float, chroma: float, hue: float) -> str:
    """Return a colour as #rrggbb; what a screen cannot show loses chroma until it can."""
    while True:
        values = _screen(light, chroma, hue)
        if chroma < 0.001 or all(-0.0005 <= value <= 1.0005 for value in values):
            shown = (round(255 * _gamma(min(1.0, max(0.0, value)))) for value in values)
            return "#" + "".join(f"{value:02x}" for value in shown)
        chroma *= 0.96


def _screen(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def shades(main: str, second: str) -> dict[str, Shades]:
    """Return the tokens of both modes that follow from the two colours; raises Unreadable."""
    _readable("main", main, hexed(*WHITE), -0.01)
    _readable("second", second, hexed(*INK), 0.01)
    found = {
        "light": _light(oklch(main), oklch(second), main, second),
        "dark": _dark(oklch(main), oklch(second)),
    }
    for mode, tokens in found.items():
        _checked(mode, tokens)
    return found


def _readable(field: str, colour: str, words: str, step: float) -> None:
    """Refuse a colour on which the words that stand on it could not be read; name the nearest that works."""
    found = contrast(colour, words)
    if found >= TEXT:
        return
    light, chroma, hue = oklch(colour)
    better = colour
    while contrast(better, words) < TEXT and 0 < light < 1:
        light += step
        better = hexed(light, chroma, hue)
    raise Unreadable(field, found, better)


def _light(main: Oklch, second: Oklch, exact: str, exact_second: str) -> Shades:
    light, chroma, hue = main
    own = min(chroma, 0.155)
    return {
        "enamel": exact, "enamel-hi": hexed(max(light - 0.055, 0.05), chroma, hue), "enamel-line": hexed(0.74, min(own, 0.06), hue),
        "link": _seen(0.43, own, hue, "light"), "enamel-wash": hexed(0.945, min(own, 0.022), hue),
        "action": exact, "action-hi": hexed(max(light - 0.07, 0.05), chroma, hue), "action-line": hexed(0.74, min(own, 0.06), hue),
        "enamel-mid": hexed(0.455, min(own, 0.145), hue), **_second(second, "light", exact_second),
    }  # fmt: skip


def _dark(main: Oklch, second: Oklch) -> Shades:
    light, chroma, hue = main
    own = min(chroma, 0.155)
    link = _seen(0.795, min(own, 0.095), hue, "dark")
    return {
        "enamel": hexed(min(light, 0.33), chroma * 0.84, hue), "enamel-hi": hexed(min(light + 0.06, 0.395), chroma * 0.9, hue),
        "enamel-line": hexed(0.58, min(own, 0.09), hue), "link": link, "enamel-wash": hexed(0.29, min(own, 0.055), hue),
        "action": link, "action-hi": hexed(0.86, min(own, 0.065), hue), "on-action": hexed(0.205, min(own, 0.045), hue),
        "action-line": hexed(0.45, min(own, 0.09), hue), "enamel-mid": hexed(0.56, min(own, 0.14), hue),
        **_second(second, "dark", hexed(max(second[0], 0.8), min(second[1], 0.14), second[2])),
    }  # fmt: skip


def _second(second: Oklch, mode: str, plain: str) -> Shades:
    _light, chroma, hue = second
    dark = mode == "dark"
    wash = hexed(0.305, min(chroma, 0.045), hue) if dark else hexed(0.955, min(chroma, 0.045), hue)
    ink = hexed(0.87, min(chroma, 0.11), hue) if dark else hexed(0.43, min(chroma, 0.09), hue)
    art = hexed(0.76, min(chroma, 0.135), hue) if dark else plain
    return {
        "saffron": plain,
        "saffron-wash": wash,
        "saffron-ink": ink,
        "focus-halo": plain,
        "saffron-art": art,
    }


def _seen(light: float, chroma: float, hue: float, mode: str) -> str:
    """Return the shade nearest to a lightness that can be read on every ground of a mode."""
    step = 0.01 if mode == "dark" else -0.01
    while any(contrast(hexed(light, chroma, hue), hexed(*ground)) < TEXT for ground in GROUNDS[mode]):
        light += step
    return hexed(light, chroma, hue)


def _checked(mode: str, tokens: Shades) -> None:
    for words, ground, least in pairs(mode, tokens):
        if contrast(words, ground) < least:
            raise Unreadable("main", contrast(words, ground), MAIN)


def pairs(mode: str, tokens: Shades) -> t.Iterator[tuple[str, str, float]]:
    """Return what is read on what, with the contrast that it needs."""
    white, ink = hexed(*WHITE), hexed(*INK) if mode == "light" else hexed(0.205, 0.03, 265)
    yield from ((white, tokens[name], TEXT) for name in ("enamel", "enamel-hi"))
    yield from ((tokens.get("on-action", white), tokens[name], TEXT) for name in ("action", "action-hi"))
    yield from (
        (tokens[name], hexed(*ground), TEXT) for name in ("link", "saffron-ink") for ground in GROUNDS[mode]
    )
    yield tokens["saffron-ink"], tokens["saffron-wash"], TEXT
    yield tokens["link"], tokens["enamel-wash"], TEXT
    yield ink, tokens["saffron"], TEXT


def css(main: str, second: str) -> str:
    """Return the style sheet of the two colours, in the form of the design's tokens."""
    light, dark = (_lines(tokens) for tokens in shades(main, second).values())
    auto = f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme='light']) {{ {dark} }} }}"
    return f":root {{ {light} }}\n{auto}\n:root[data-theme='dark'] {{ {dark} }}\n"


def _lines(tokens: Shades) -> str:
    return " ".join(f"--{name}: {value};" for name, value in tokens.items())
