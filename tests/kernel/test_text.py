"""Markdown in, harmless HTML out, in bounded time."""

import html.parser
import re
import time

import pytest

from app.core import text

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:x)", "<svg onload=alert(1)>", "<iframe src=//evil>",
    '[a](https://e.example "\\" onmouseover=alert(1) x=\\"")', '![a" onerror="alert(1)](/files/1/x.png)',
    "[a]: javascript:alert(1)\n\n[a]", "<a href='javascript:alert(1)'>x</a>", "[x](  javascript:alert(1))",
    "[x](java\tscript:alert(1))", "[x](&#106;avascript:alert(1))", "<https://e.example/\" onclick=\"x>", "`<script>`",
    "<!--><script>alert(1)</script>-->", "<math><mtext><script>x</script></mtext></math>", "<style>*{display:none}</style>",
    "[x](//evil.example/%0a)", "<form action=//evil><input name=csrf_token>", "<b style='position:fixed'>x</b>",
    "![x](//evil.example/pixel.png)", "![x](https://evil.example/pixel.png)", "![x](data:image/svg+xml,<svg/>)",
]  # fmt: skip
ALLOWED = {
    "href",
    "src",
    "alt",
    "title",
    "class",
    "id",
    "rel",
    "type",
    "checked",
    "disabled",
    "start",
    "align",
}


class Parts(html.parser.HTMLParser):
    """Collects what could act: tags and attributes that are not on the list, addresses of other kinds."""

    def __init__(self, source):
        super().__init__()
        self.active = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        if tag not in text.TAGS:
            self.active.append(tag)
        for name, value in attrs:
            good = name in ALLOWED
            if name == "href":
                good = value.startswith(("http://", "https://", "mailto:", "/", "#"))
            if name == "src":
                good = value.startswith("/files/")
            if not good:
                self.active.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_active_is_left(source):
    assert not Parts(text.render(source)).active, text.render(source)


@pytest.mark.parametrize(
    "source",
    [
        "[`" * 3200, "\\!" * 20000, "*" * 40000, "_" * 40000, ">" * 5000 + "a", "- " * 3000 + "x", "![[" * 13000,
        "@a" * 20000, "<" * 40000, "http://a" * 5000, '"' * 40000, "[^1]" * 10000, "|" * 40000, "&" * 40000,
        "a@b.c " * 6600, "www.a.b " * 5000, "(" * 40000, "`" * 40000, "#" * 40000, "1. " * 13000, "~" * 40000,
    ],
    ids=lambda source: source[:8],
)  # fmt: skip
def test_slow_inputs_are_not_slow(source):
    begin = time.process_time()
    text.render(source[:40000])
    text.mentioned(source[:40000])
    assert time.process_time() - begin < 2


def test_mentions_become_links_only_where_the_handle_is_known():
    known = {"city-of-graz": text.Named("/members/1-graz", "City of Graz")}
    html = text.render("Thank you @city-of-graz, and @nobody; mail me at x@city-of-graz", known)
    assert html.count('class="mention"') == 1
    assert "@City of Graz" in html and "@nobody" in html


def test_mentions_are_counted_once_and_capped():
    assert text.mentioned("@a @a @b-c, x@d.example @e.") == ["a", "b-c", "e"]
    assert len(text.mentioned(" ".join(f"@m{n}" for n in range(200)), 50)) == 50


def test_headings_stand_below_the_pages_own():
    assert "<h3>" in text.render("# One") and "<h1" not in text.render("# One")


def test_footnotes_of_two_posts_do_not_meet():
    first, second = text.render("a[^1]\n\n[^1]: one"), text.render("b[^1]\n\n[^1]: two")
    ids = re.findall(r'id="([^"]+)"', first + second)
    assert len(ids) == len(set(ids)) == 4


def test_what_is_cut_is_cut_between_words():
    assert text.excerpt("<p>" + "word " * 100 + "</p>", 30) == "word word word word word word…"
    assert text.excerpt("<blockquote><p>quoted</p></blockquote><p>own</p>") == "own"


def test_lines_lose_what_cannot_be_seen():
    assert text.clean_line("a\x00b\u202e c\n d") == "ab c d"
    assert text.clean_text("a\r\nb\x07") == "a\nb"
    assert text.slug("مرحبا بالعالم: 2026") == "مرحبا-بالعالم-2026"
    assert text.slug("!!!") == "untitled"


@pytest.mark.parametrize(
    "source",
    [
        "See example.org for it", "See http://localhost:8000/a now", "desk@example.org", "mailto:desk@example.org",
        "HTTPS://EXAMPLE.ORG", "www.example.org", "http://192.0.2.1/", "See example.org.", "(https://example.org/a_(b))",
    ],
)  # fmt: skip
def test_a_bare_address_becomes_a_link(source):
    assert '<a href="' in text.render(source)


def test_the_quick_look_for_addresses_misses_none_that_the_long_one_finds():
    for source in (
        "a.b",
        "x. y",
        "no address",
        "e.g. this",
        "1.5 km",
        "@name",
        "a//b",
        "https:x",
        "ftp://h.example",
    ):
        assert "<a " not in text._md.render(source) or text.BARE.search(source), source
