"""Plain text and Markdown; what letters a text is in is guessed."""

import pathlib
import re

import lxml.html
from lxml import etree

from app.core.child import Refused
from app.core.sheets import guess_encoding
from app.core.text import render
from app.library.reading.readers.flow import Flow, plain, whole
from app.library.reading.readers.out import Out

MOST_BYTES = 2 * 1024 * 1024
BLOCKS = {"p", "ul", "ol", "table", "blockquote", "pre", "dl", "section", "div"}


def words_of(source: str, most: int = MOST_BYTES) -> tuple[str, bool]:
    """Return the words of a file, and whether there are more."""
    with pathlib.Path(source).open("rb") as file:
        raw = file.read(most + 1)
    encoding = guess_encoding(raw[:-4] if len(raw) > most else raw)
    words = raw[:most].decode(encoding, "replace" if len(raw) > most else "strict")
    if "\x00" in words:
        raise Refused("broken")
    return words.replace("\r\n", "\n").replace("\r", "\n"), len(raw) > most


def read(source: str, folder: str) -> None:
    """Read a plain text: empty lines part its paragraphs."""
    words, more = words_of(source)

    def all_of_it(flow: Flow) -> None:
        for paragraph in re.split(r"\n[ \t]*\n", words):
            flow.paragraph(plain(paragraph.strip("\n")), paragraph)

    whole(Out(folder), all_of_it, more=more)


def read_markdown(source: str, folder: str) -> None:
    """Read Markdown, as discussions are written in."""
    words, more = words_of(source)
    words = re.sub(
        r"\A---\n.*?\n---\n", "", words, count=1, flags=re.S
    )  # what describes it to other programs

    def all_of_it(flow: Flow) -> None:
        for block in lxml.html.fragments_fromstring(render(words)):
            if isinstance(block, str):
                flow.paragraph(plain(block), block)
            elif re.fullmatch("h[3-6]", block.tag):
                flow.heading(int(block.tag[1]) - 2, _inner(block), block.text_content())
            elif block.tag in BLOCKS:
                flow.block(block.tag, _inner(block), block.text_content())

    whole(Out(folder), all_of_it, more=more)


def _inner(block: etree._Element) -> str:
    html = lxml.html.tostring(block, encoding="unicode", with_tail=False)
    return re.sub(r"^<[^>]*>|</[a-z0-9]+>$", "", html)
