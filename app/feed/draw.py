"""Draws items once for readers who see the same, and keeps what was drawn.

What was drawn is found under all that it depends on: the facts as their reader got them just now (equal rows give
the same Fact), and the reader's language and zone. So nothing has to be thrown away when a fact changes, and nobody
gets what the query did not give.
"""

import functools
import typing as t

from flask import current_app
from markupsafe import Markup, escape

from app.core import clock, marks, pages, when
from app.core.languages import _, language, zone
from app.feed.items import Item
from app.feed.queries import Fact
from app.feed.words import VERBS
from app.library import words

MOST = 2000  # items kept, about 1.5 KB each
NEW = 'class="is-new" '
VERBS_TO_REDRAW = "board.edited board.removed thing.hidden thing.renamed board.unconcluded feed.removed"


class Drawn(t.NamedTuple):
    """The parts of one item."""

    tags: Markup
    new: bool
    mark: Markup
    sentence: Markup
    heading: str
    text: str
    lang: Markup  # ' lang="en"', of the words; the title may have another
    title_lang: Markup
    url: str
    kind: Markup
    marks: list[Markup]
    deed: Markup | None
    address: str
    time: Markup
    more: list[tuple[str, str, Markup]]
    more_words: Markup
    tile: str  # of the file that it is about
    file: str


def drawn(items: t.Iterable[Item], upto: int | None) -> list[Markup]:
    """Return items as HTML; what is newer than `upto` is new, where that is known."""
    kept: dict[t.Any, Markup] = current_app.extensions.setdefault("drawn_items", {})
    if len(kept) > MOST:
        kept.clear()
    reader, parts = (language(), zone(), clock.now().year), []
    for item in items:
        new = upto is not None and item.row.id > upto
        key = (reader, new, *item.rows)
        html = kept.get(key)
        if html is None:
            html = kept[key] = Markup(pages.render("feed/_item.html", one=_drawn(item, new, reader[0])))
        parts.append(html)
    return parts


def _drawn(item: Item, new: bool, lang: str) -> Drawn:
    row, verb = item.row, item.verb
    return Drawn(
        tags=_tags(item, new), new=new,
        mark=marks.mark(*item.sign), sentence=item.sentence, heading=row.title if verb.headed else "",
        text=item.text, lang=_lang(row.lang), title_lang=_title_lang(row), url=row.url, kind=_kind(row.verb, lang),
        marks=[marks.mark(kind, code, "xs") for kind, code in item.marks], deed=item.deed,
        address=f"/feed/{row.id}", time=when.ago(row.at),
        more=[(other.url, other.title, _title_lang(other)) for other in item.more], more_words=item.more_words,
        tile=row.data.get("tile", ""), file=_file(row.data),
    )  # fmt: skip


def _file(data: dict[str, t.Any]) -> str:
    """What the file of a document is, in a line: its type, its size, its languages."""
    size = pages.size_words(data["size"]) if data.get("size") else ""
    tongues = ", ".join(data.get("tongues", "").upper().split())
    parts = (words.term("type", data.get("sort", "")), data.get("tile", ""), size, tongues)
    return str(_(", ")).join(str(part) for part in parts if part) if data.get("tile") else ""


def _tags(item: Item, new: bool) -> Markup:
    """What the scripts read: its number, its thing, and where and when it is drawn anew."""
    number, first = item.row.id, f"&amp;from={item.first}" if item.first != item.row.id else ""
    return Markup(
        f'{NEW if new else ""}data-step data-fact="{number}" data-number="{number}" data-ref="{escape(item.row.root)}" '
        f'data-url="/feed/{number}?fragment=1{first}" data-verbs="{VERBS_TO_REDRAW}"'
    )


def _title_lang(row: Fact) -> Markup:
    """A reply may be in another language than the discussion that it is in."""
    return _lang(row.data.get("title_lang") or row.lang)


@functools.lru_cache(256)
def _lang(code: str) -> Markup:
    return Markup(' lang="{}"').format(code) if code else Markup("")


@functools.cache
def _kind(verb: str, lang: str) -> Markup:
    """The kind of a fact with its icon and its word, in one language."""
    row = VERBS[verb]
    icon = marks.icon(row.icon, "flip" if row.icon == "send" else "", pages.asset("icons.svg"))
    return Markup(f'<span class="kind kind--{escape(row.kind)}">{icon} {escape(str(row.word))}</span>')
