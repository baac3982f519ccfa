"""Markdown in, clean HTML out: once, when it is written. The page, the preview and the mail use the same."""

import functools
import hashlib
import html
import re
import typing as t

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

RENDERER = 1  # stored beside each rendering; raise it when the rendering changes
HANDLE = re.compile(r"@([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)")
TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h3", "h4", "h5", "h6", "hr", "img",
    "input", "kbd", "li", "ol", "p", "pre", "s", "section", "strong", "sub", "sup", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "class", "id"},
    "img": {"src", "alt", "title"},
    "input": {"type", "checked", "disabled"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    "li": {"class", "id"},
    "ul": {"class"},
}
CLASSES = {"a": {"mention"}, "li": {"task-list-item"}, "ul": {"contains-task-list"}}


class Named(t.NamedTuple):
    """What a handle stands for."""

    url: str
    name: str


def _mention(state: StateInline, silent: bool) -> bool:
    """Turn @handle into a link where the handle is known; anything else stays the text that it is."""
    known: dict[str, Named] = state.env.get("known", {})
    match = HANDLE.match(state.src, state.pos) if state.src[state.pos] == "@" else None
    before = state.src[state.pos - 1] if state.pos else " "
    if not match or match[1] not in known or before.isalnum() or state.linkLevel:
        return False
    if not silent:
        _link(state, known[match[1]])
    state.pos = match.end()
    return True


def _link(state: StateInline, named: Named) -> None:
    opened = state.push("link_open", "a", 1)
    opened.attrs = {"href": named.url, "class": "mention"}
    state.push("text", "", 0).content = f"@{named.name}"
    state.push("link_close", "a", -1)


def _machine(*rules: str) -> MarkdownIt:
    # maxNesting keeps deeply nested input linear; html and typographer stay off.
    md = MarkdownIt("commonmark", {"html": False, "linkify": bool(rules), "maxNesting": 20, "breaks": False})
    md.enable(["table", "strikethrough", *rules]).use(footnote_plugin, inline=False).use(tasklists_plugin)
    md.inline.ruler.before("link", "mention", _mention)
    md.inline.add_terminator_char("@")
    return md


_md = _machine("linkify")
_md_plain = _machine()
RUN = re.compile(r"\S{1000}")  # finding bare addresses inside one endless word takes quadratic time
# What every bare address has; looking for the address itself takes longer.
BARE = re.compile(r"\.\w|//|@|mailto:")


def _footnote(value: str) -> str | None:
    """Only the footnotes' own anchors may carry an id."""
    return value if re.fullmatch(r"fn(ref)?-[0-9a-f]{8}-\d+(:\d+)?", value) else None


def render(source: str, known: dict[str, Named] | None = None) -> str:
    """Return the HTML of a Markdown text, sanitised. Headings start at h3, below the page's own."""
    machine = _md if BARE.search(source) and not RUN.search(source) else _md_plain
    doc_id = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:8]
    raw = machine.render(source, {"known": known or {}, "docId": doc_id})
    raw = re.sub(r"<(/?)h([1-6])\b", lambda m: f"<{m[1]}h{min(6, int(m[2]) + 2)}", raw)
    return _sieve.clean(raw).replace("<table>", '<table tabindex="0">')  # wide ones scroll: by keyboard too


def _only_ours(tag: str, name: str, value: str) -> str | None:
    """Pictures come from this site alone: no page asks another host."""
    if tag == "img" and name == "src" and not value.startswith("/files/"):
        return None
    if name == "id":
        return _footnote(value)
    if tag == "input" and name == "type" and value != "checkbox":
        return None
    return value


_sieve = nh3.Cleaner(
    tags=TAGS, attributes={tag: names - {"class"} for tag, names in ATTRIBUTES.items()}, allowed_classes=CLASSES,
    url_schemes={"http", "https", "mailto"}, link_rel="nofollow noopener noreferrer ugc", attribute_filter=_only_ours,
)  # fmt: skip
_no_tags = nh3.Cleaner(tags=set())


def mentioned(source: str, most: int = 50) -> list[str]:
    """Return the handles that a text mentions, each once, in order, `most` at most."""
    if "@" not in source:
        return []
    found: dict[str, None] = {}
    for match in re.finditer(r"(?<![\w@/.])" + HANDLE.pattern, source):
        found.setdefault(match[1])
    return list(found)[:most]


def plain(rendered: str) -> str:
    """Return the words of rendered HTML as one line."""
    blocks = re.sub(r"</(?:p|li|h\d|tr|blockquote|pre)>|<br>", " ", rendered)
    return " ".join(html.unescape(_no_tags.clean(blocks)).split())


def excerpt(rendered: str, most: int = 240) -> str:
    """Return the first words of rendered HTML, quotes left out, at most `most` characters."""
    words = plain(re.sub(r"<blockquote>.*?</blockquote>", " ", rendered, flags=re.S)) or plain(rendered)
    if len(words) <= most:
        return words
    cut = words[:most].rsplit(" ", 1)[0]
    return (cut if len(cut) > most // 2 else words[:most]).rstrip(",;:.–-") + "…"


MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670]")  # vowel signs and accents of their own


@functools.lru_cache(8192)
def slug(title: str) -> str:
    """Return the readable tail of an address: letters and digits of any script, hyphens, 60 at most."""
    words = re.sub(r"[^\w]+", "-", MARKS.sub("", title.casefold())).strip("-_")
    return words[:60].rstrip("-") or "untitled"


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def clean_line(value: str | None) -> str:
    """Return a one-line field as it is kept: no control or direction-override characters, single spaces."""
    return " ".join(BIDI.sub("", CONTROL.sub("", value or "")).split())


def clean_text(value: str | None) -> str:
    """Return a text of several lines as it is kept."""
    return CONTROL.sub("", (value or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
