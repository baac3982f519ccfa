"""The work of a child: words become a PDF in the typefaces of the project. Its libraries would stay in memory."""

import json
import pathlib
import typing as t

from fontTools.ttLib import TTFont
from fpdf import FPDF

from app.core.faces import face

PLAIN, BOLD, TITLE = "text", "bold", "title"
OTHERS = ("more", "cyrillic", "arabic")  # taken where the words need their letters
BLANK = frozenset(" \n\r\t\u00a0\u2009\u200e\u200f\u2028\u202f")


class Page(FPDF):
    """A4 with its name and a number at the foot of each page."""

    def __init__(self, said: dict[str, t.Any]) -> None:
        super().__init__()
        self.said, self.rtl = said, said["direction"] == "rtl"
        letters = {letter for words in _all(said) for letter in words} - BLANK
        known = {name: set(TTFont(face(name), lazy=True).getBestCmap()) for name in (PLAIN, BOLD, TITLE)}
        missing = {ord(letter) for letter in letters} - known[PLAIN]
        for name in OTHERS:
            own = set(TTFont(face(name), lazy=True).getBestCmap()) if missing else set()
            if missing & own:
                known[name] = own
                missing -= own
        for name in known:
            self.add_font(name, fname=face(name))
        self.set_fallback_fonts([PLAIN, *(name for name in known if name in OTHERS)], exact_match=False)
        if "arabic" in known:
            self.set_text_shaping(use_shaping_engine=True)
        self.lacks = bool(missing)
        self.set_title(said["title"])
        self.set_lang(said["language"])
        self.set_margins(22, 20)
        self.set_auto_page_break(True, 24)

    def footer(self) -> None:
        """Say what it is, and which page."""
        self.set_y(-16)
        self.set_font(PLAIN, size=8)
        self.multi_cell(0, 4, f"{self.said['mark']}  {self.page_no()}", align=self.side)

    @property
    def side(self) -> str:
        """Where lines begin."""
        return "R" if self.rtl else "L"

    def say(self, words: str, size: float, font: str = PLAIN, after: float = 2.0) -> None:
        """Write words in one of the faces."""
        self.set_font(font, size=size)
        self.multi_cell(0, size * 0.5, words, align=self.side, new_x="LMARGIN", new_y="NEXT")
        self.ln(after)


def _all(said: dict[str, t.Any]) -> t.Iterator[str]:
    yield from (said["title"], said["mark"], said["lacks"])
    for _kind, words in said["blocks"]:
        yield words


def write(source: str, result: str) -> None:
    """Write what a file of JSON says: title, mark, language, direction, blocks of [heading, label or text, words], and
    what is said where letters are lacking."""
    said = json.loads(pathlib.Path(source).read_text("utf-8"))
    page = Page(said)
    page.add_page()
    page.say(said["title"], 20, TITLE, 4)
    for kind, words in said["blocks"]:
        if kind == "heading":
            page.ln(3)
            page.start_section(words, strict=False)
            page.say(words, 13, BOLD)
        elif kind == "label":
            page.say(words, 9.5, BOLD, 0)
        else:
            page.say(words, 10.5)
    if page.lacks:
        page.say(said["lacks"], 9)
    page.output(result)
