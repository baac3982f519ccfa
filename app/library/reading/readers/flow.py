"""A text without pages of its own, cut into parts: at headings, or where a part becomes long."""

import re
import typing as t

from app.library.reading.readers.out import Full, Out, escape

ENOUGH, MOST = 1500, 3000  # words, after which a heading, or any paragraph, begins a new part
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


class Flow:
    """Takes blocks in order and writes parts. Headings never skip a level: the page's own is the second."""

    def __init__(self, out: Out, parts: bool = True) -> None:
        self.out, self.parts = out, parts
        self.clear()

    def clear(self) -> None:
        """Begin a part."""
        self.html: list[str] = []
        self.text: list[str] = []
        self.words, self.level, self.name, self.size = 0, 2, "", 0

    def block(self, tag: str, inner: str, text: str, lang: str = "") -> None:
        """Add a paragraph, list, table or the like; without words and pictures nothing is added."""
        if not text.strip() and "<img" not in inner:
            return
        if self.parts and (self.words >= MOST or self.size > 300_000):
            self.cut()
        spoken = f' lang="{lang}"' if lang and LANGUAGE.fullmatch(lang) else ""
        self.html.append(f'<{tag} id="{self.mark}"{spoken}>{inner}</{tag}>')
        self.text.append(text.strip())
        self.words += text.count(" ") + 1
        self.size += len(inner)

    @property
    def mark(self) -> str:
        """The name of the next block on its page."""
        return f"p{self.out.number + 1}-{len(self.html) + 1}"

    def heading(self, level: int, inner: str, text: str, lang: str = "") -> None:
        """Add a heading; where a part is long enough a new one begins."""
        if not text.strip():
            return
        if self.parts and self.words >= ENOUGH and level <= 2:
            self.cut()
        self.name = self.name or " ".join(text.split())
        self.level = min(2 + level, self.level + 1, 6)
        self.out.heading(" ".join(text.split()), level, self.out.number + 1, self.mark)
        self.block(f"h{self.level}", inner, text, lang)

    def paragraph(self, inner: str, text: str, lang: str = "") -> None:
        """Add a paragraph."""
        self.block("p", inner, text, lang)

    def cut(self, name: str = "") -> None:
        """Write the part that is open, if there is anything in it."""
        if self.html:
            html, text, name = "".join(self.html), "\n\n".join(filter(None, self.text)), name or self.name
            self.clear()
            self.out.page(text, html, name)


def whole(out: Out, read: t.Callable[[Flow], None], **facts: t.Any) -> None:
    """Let a reader fill a flow, within the bounds, and write what is known."""
    flow = Flow(out)
    try:
        read(flow)
        flow.cut()
        full = False
    except Full:
        full = True
    out.finish(state="ready" if out.number else "plain", full=full, **facts)


class Item(t.NamedTuple):
    """An entry of a list: how deep it stands, whether the list is numbered, and its words."""

    level: int
    numbered: bool
    html: str
    text: str


def listed(items: list[Item]) -> tuple[str, str, str]:
    """Return the tag, the inner HTML and the words of a list of entries, nested as their levels say."""
    tag = "ol" if items[0].numbered else "ul"
    open_tags: list[str] = []
    html: list[str] = []
    for number, item in enumerate(items):
        level = min(item.level, len(open_tags), 5) if number else 0
        while len(open_tags) > level + 1:
            html.append(f"</li></{open_tags.pop()}>")
        if len(open_tags) == level + 1:
            html.append("</li>")
        else:
            open_tags.append("ol" if item.numbered else "ul")
            html.append(f"<{open_tags[-1]}>")
        html.append(f"<li>{item.html}")
    while open_tags:
        html.append(f"</li></{open_tags.pop()}>")
    inner = "".join(html).removeprefix(f"<{tag}>").removesuffix(f"</{tag}>")
    return tag, inner, "\n".join(item.text.strip() for item in items)


class Cell(t.NamedTuple):
    """A cell of a table."""

    html: str
    text: str
    across: int = 1
    down: int = 1


def table(rows: list[list[Cell]], head: int = 1, first: bool = False) -> tuple[str, str]:
    """Return the inner HTML and the words of a table: so many rows at its head, and whether its first column heads rows."""
    parts: list[str] = []
    for number, row in enumerate(rows):
        cells = [_cell(cell, number < head, first and place == 0) for place, cell in enumerate(row)]
        parts.append(f"<tr>{''.join(cells)}</tr>")
    top = f"<thead>{''.join(parts[:head])}</thead>" if head and len(rows) > head else ""
    body = "".join(parts[head:] if top else parts)
    words = "\n".join("\t".join(cell.text.replace("\n", " ") for cell in row) for row in rows)
    return f"{top}<tbody>{body}</tbody>", words


def _cell(cell: Cell, above: bool, before: bool) -> str:
    spans = (f' colspan="{cell.across}"' if cell.across > 1 else "") + (
        f' rowspan="{cell.down}"' if cell.down > 1 else ""
    )
    if (above or before) and cell.text.strip():
        return f'<th scope="{"col" if above else "row"}"{spans}>{cell.html}</th>'
    return f"<td{spans}>{cell.html}</td>"


def plain(words: str) -> str:
    """Return words as HTML, with their line ends."""
    return escape(words).replace("\n", "<br>")
