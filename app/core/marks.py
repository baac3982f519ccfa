"""Pictures drawn from words: member marks, icons and the tile mosaic of a name.

All are pure: the same words give the same drawing, today and after an upgrade, so they are cached.
"""

from functools import lru_cache
from hashlib import shake_256

from markupsafe import Markup, escape

SHAPES = {"city": "city", "chair": "chair", "partner": "partner", "secretariat": "sec", "sec": "sec"}
GROUND = "e"  # the colour class that the other tiles lie on


@lru_cache(4096)
def mark(kind: str, code: str, size: str = "") -> Markup:
    """The sign of a member: its shape tells the kind, three letters the name. Decoration, hidden from readers."""
    size = size.removeprefix("mark--")
    more = f" mark--{escape(size)}" if size else ""
    shape = SHAPES.get(kind, "partner")
    return Markup(f'<span class="mark mark--{shape}{more}" aria-hidden="true">{escape(code)}</span>')


@lru_cache(4096)
def portrait(kind: str, code: str, size: str = "", picture_id: int | None = None) -> Markup:
    """The sign of a member with the photo or logo in its shape; without one, the letters."""
    if not picture_id:
        return mark(kind, code, size)
    shape, more = SHAPES.get(kind, "partner"), f" mark--{escape(size)}" if size else ""
    image = f'<img src="/files/{int(picture_id)}/photo.webp" alt="" width="88" height="88" loading="lazy">'
    return Markup(f'<span class="mark mark--{shape}{more} mark--img" aria-hidden="true">{image}</span>')


@lru_cache(512)
def icon(name: str, cls: str = "", sprite: str = "/static/icons.svg") -> Markup:
    """One symbol of the sprite; always beside a word, so hidden from readers."""
    name, cls, sprite = escape(name), escape(cls), escape(sprite)
    use = f'<use href="{sprite}#{name}"/>'
    return Markup(f'<svg class="i {cls}" viewBox="0 0 24 24" aria-hidden="true">{use}</svg>')


@lru_cache(1024)
def mosaic(seed, cols=30, rows=4, cls="", pal="abcd", calm=45, table=False) -> Markup:
    """Quarter circles on square tiles, as on the floors of public buildings, laid from a name.

    `pal` names the colours, `calm` is the share of empty tiles in percent, `table` sets the mark of the site
    in the middle.
    """
    floor = _Floor(_dice(seed, cols * rows * 6), cols, rows, pal, calm)
    if table:
        floor.set_table()
    floor.lay()
    box = f'viewBox="0 0 {cols * 4} {rows * 4}" preserveAspectRatio="xMidYMid slice"'
    head = f'<svg class="mosaic {escape(cls)}" {box} aria-hidden="true" focusable="false">'
    return Markup(head + floor.drawing() + "</svg>")


def _dice(seed, size):
    """Endless enough fair numbers from a name; not `random`, whose stream may change between versions."""
    return iter(shake_256(str(seed).encode()).digest(size * 2))


class _Floor:
    """The tiles of one mosaic, gathered as one path for each colour and layer (below, on top, table)."""

    def __init__(self, dice, cols, rows, pal, calm):
        self.dice, self.cols, self.rows, self.pal, self.calm = dice, cols, rows, pal, calm
        self.paths = {(0, GROUND): [f"M0 0h{cols * 4}v{rows * 4}H0z"]}
        self.kept = set()
        self.above = {}

    def put(self, layer, colour, path):
        self.paths.setdefault((layer, colour), []).append(path)

    def throw(self, sides):
        return next(self.dice) * sides // 256

    def pick(self, but=None):
        left = [c for c in self.pal if c != but] or [self.pal[0]]
        return left[self.throw(len(left))]

    def set_table(self):
        """Four quarters of a table in the middle, one of them saffron: the seat kept for you."""
        col, row, reach = self.cols // 2, self.rows // 2, 3
        self.kept = {(c, r) for c in range(col - reach, col + reach) for r in range(row - reach, row + reach)}
        x, y, size, gap = col * 4, row * 4, reach * 4 - 0.9, 0.55
        for sx, sy, colour in ((-1, -1, "a"), (1, 1, "a"), (-1, 1, "a"), (1, -1, "b")):
            start = f"M{x + sx * gap} {y + sy * gap}h{sx * size}"
            turn = f"a{size} {size} 0 0 {int(sx * sy > 0)} {-sx * size} {sy * size}z"
            self.put(2, colour, start + turn)

    def lay(self):
        for row in range(self.rows):
            for col in range(self.cols):
                if (col, row) not in self.kept:
                    self.lay_one(col, row)

    def lay_one(self, col, row):
        fill = self.throw(100)
        if fill < self.calm * 0.45:
            return
        front = self.above[col] = self.pick(but=self.above.get(col))
        if fill > self.calm + 25:
            self.put(0, self.pick(but=front), f"M{col * 4} {row * 4}h4v4h-4z")
            front = GROUND if self.throw(100) < 35 else front
        self.put(1, front, _tile(col * 4, row * 4, self.throw(100), self.throw(4)))

    def drawing(self):
        """Colours of one layer never touch each other's tile, so one path a colour is enough."""
        layers = sorted(self.paths.items(), key=lambda item: item[0][0])
        return "".join(f'<path class="{colour}" d="{"".join(d)}"/>' for (_, colour), d in layers)


def _tile(x, y, shape, turn):
    """The outline of one tile: mostly a quarter circle, now and then a half, a dot or a triangle."""
    quarters = (
        f"M{x} {y}h4a4 4 0 0 1-4 4z",
        f"M{x + 4} {y}v4a4 4 0 0 1-4-4z",
        f"M{x + 4} {y + 4}h-4a4 4 0 0 1 4-4z",
        f"M{x} {y + 4}v-4a4 4 0 0 1 4 4z",
    )
    halves = (
        f"M{x} {y}h4a2 2 0 0 1-4 0z",
        f"M{x + 4} {y}v4a2 2 0 0 1 0-4z",
        f"M{x} {y + 4}h4a2 2 0 0 0-4 0z",
        f"M{x} {y}v4a2 2 0 0 0 0-4z",
    )
    if shape < 68:
        return quarters[turn]
    if shape < 80:
        return halves[turn]
    if shape < 90:
        return f"M{x + 2} {y + 0.7:g}a1.3 1.3 0 0 1 0 2.6a1.3 1.3 0 0 1 0-2.6z"
    return (f"M{x} {y}h4l-4 4z", f"M{x + 4} {y}v4l-4-4z")[turn % 2]
