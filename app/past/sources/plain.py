"""Words of old mails and forums as they stand in a post: HTML to text, letters decoded, signatures and long quotes cut."""

import html.parser
import re
import typing as t

from app.core.text import clean_text

MOST = 40_000  # signs of one post
BLOCKS = {
    "p",
    "div",
    "br",
    "tr",
    "table",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "section",
    "article",
}
HIDDEN = {"script", "style", "head", "title", "template", "svg", "noscript"}
_WROTE = re.compile(
    r"^\s*(>+\s*)?(-{2,}\s*(Original Message|Message d.origine|Mensaje original|Urspr.ngliche Nachricht|Forwarded message)"
    r"|On .{4,200} wrote:|Le .{4,200} a .crit\s?:|El .{4,200} escribi.:|Am .{4,200} schrieb .{1,100}:|_{20,}\s*$)", re.I,
)  # fmt: skip
_SIGNED = re.compile(r"^-- ?$")
_FOOTER = re.compile(r"^(_{20,}|-{20,}|={20,})\s*$")
KEPT_QUOTE = 8  # lines of a quote at the end that stay


class _Words(html.parser.HTMLParser):
    """Gathers the words of HTML, with the line ends, list marks, quotes and addresses that a text can show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.hidden, self.quoted, self.href = 0, 0, ""

    def handle_starttag(self, tag: str, attrs: t.Any) -> None:
        self.hidden += tag in HIDDEN
        if tag in BLOCKS or tag in ("li", "blockquote"):
            self.line()
        self.quoted += tag == "blockquote"
        if tag == "li":
            self.out.append("- ")
        if tag == "a":
            self.href = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in HIDDEN))
        if (
            tag == "a"
            and self.href.startswith(("http://", "https://"))
            and self.href not in "".join(self.out[-3:])
        ):
            self.out.append(f" ({self.href})")
        self.href = "" if tag == "a" else self.href
        if tag in ("p", "blockquote", "ul", "ol", "table", "pre") or tag[:1] == "h":
            self.line(2)
        self.quoted = max(0, self.quoted - (tag == "blockquote"))

    def line(self, count: int = 1) -> None:
        """Begin a new line, in a quote with its mark."""
        self.out.append("\n" * count + "> " * min(self.quoted, 3))

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.out.append(re.sub(r"\s+", " ", data))
        elif not self.hidden and self.out and not self.out[-1].endswith((" ", "\n")):
            self.out.append(" ")


def of_html(source: str) -> str:
    """Return the words of HTML as plain text."""
    reader = _Words()
    reader.feed(source[: 20 * MOST])
    reader.close()
    lines = [line.strip() for line in "".join(reader.out).split("\n")]
    return re.sub(
        r"\n{3,}", "\n\n", "\n".join("" if line.strip("> ") == "" else line for line in lines)
    ).strip()


def without_tail(text: str, answers: bool) -> str:
    """Return a mail without its signature, the footer of its list and, of an answer, all of the older mail below it."""
    lines = text.split("\n")
    lines = lines[: next((n for n, line in enumerate(lines) if _SIGNED.match(line) and n), len(lines))]
    if answers:
        cut = next(
            (n for n, line in enumerate(lines) if n and _WROTE.match(line) and _is_tail(lines, n)), len(lines)
        )
        lines = lines[:cut]
    lines = _without_footer(lines)
    end = len(lines)
    while end and (lines[end - 1].startswith(">") or not lines[end - 1].strip()):
        end -= 1
    if end and len(lines) - end > KEPT_QUOTE:
        lines = lines[:end]
    return "\n".join(lines).strip()


def _is_tail(lines: t.Sequence[str], at: int) -> bool:
    """Say whether nothing but the older mail follows: a mail that answers between the quotes stays whole."""
    own = [line for line in lines[at + 1 :] if line.strip() and not line.startswith(">")]
    quoted = [line for line in lines[at + 1 :] if line.startswith(">")]
    return not quoted or len(own) <= 2


def _without_footer(lines: list[str]) -> list[str]:
    for back in range(min(8, len(lines) - 1)):
        at = len(lines) - 1 - back
        if _FOOTER.match(lines[at]) and at:
            return lines[:at]
    return lines


def as_markdown(text: str) -> str:
    """Return plain text so that a post shows it as it was meant: no headings, rules or code by accident."""
    lines = []
    for line in clean_text(text).split("\n"):
        line = line.rstrip().expandtabs(4)
        bare = line.lstrip()
        if (
            re.fullmatch(r"(?:[-=_*] ?){3,}", bare)
            or re.match(r"#{1,6}(\s|$)|\|", bare)
            or (bare.startswith(("```", "~~~")))
        ):
            bare = "\\" + bare
        lines.append(bare)
    return "\n".join(lines).strip()[:MOST]


LETTERS = (
    ("ar", re.compile("[\u0621-\u064a]")),
    ("ru", re.compile("[\u0400-\u045f]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)


def language_of(text: str, otherwise: str) -> str:
    """Return the language that the letters of a text speak for; Latin letters speak for none."""
    some = text[:2000]
    return next(
        (code for code, letters in LETTERS if len(letters.findall(some)) > len(some) * 0.25), otherwise
    )
