"""RTF taken apart: control words, groups and letters become paragraphs with their looks, their place in lists and tables."""

import codecs
import dataclasses
import re
import typing as t

from app.core.child import Refused
from app.library.reading.readers.out import escape, image

DEEPEST = 500  # groups in groups
TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\",
    re.DOTALL,
)
CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
SAID = {
    "line": "\n", "tab": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ",
}  # fmt: skip
SIGNS = {b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}
# Groups that are no words of the text.
ASIDE = {
    "colortbl", "object", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf",
    "themedata", "datastore", "listtable", "listoverridetable", "rsidtbl", "generator", "xmlnstbl", "latentstyles",
    "fldinst", "bkmkstart", "bkmkend", "annotation", "filetbl", "revtbl", "nonshppict", "info",
}  # fmt: skip
KEPT = b"keptnumbers"  # stands for numbers that were taken out before: see rtf.py
COUNTED = re.compile(r"\d|\w[.)]")  # the mark of a numbered list
HEADING = re.compile(
    r"\s*(?:heading|titre|título|titulo|titolo|überschrift|заголовок|عنوان|标题|kop)\s*(\d)", re.IGNORECASE
)


@dataclasses.dataclass
class Look:
    """How words look and where they go, as a group says it."""

    bold: bool = False
    italic: bool = False
    codec: str = "cp1252"
    after: int = 1  # signs that stand for a letter told by its number
    to: str = "text"  # text, fonts, styles, mark (of a list), picture, aside
    drawn: bool = False  # a picture of a kind that browsers show


@dataclasses.dataclass
class Paragraph:
    """One paragraph: its words, and what it is."""

    html: str
    text: str
    level: int = 0  # of a heading, 0 for none
    deep: int | None = None  # in a list
    numbered: bool = False
    ends: str = "par"  # par, cell, row
    inside: bool = False  # in a table
    head: bool = False  # of a row: it heads the table
    pictures: int = 0


class Reader:
    """Goes through a file once."""

    def __init__(self, raw: bytes, kept: t.Sequence[bytes], keep: t.Callable[[bytes], str]) -> None:
        self.kept, self.keep = kept, keep  # numbers that stood in the file; what keeps a picture of them
        self.raw, self.look, self.looks = raw, Look(), [Look()]
        self.codec, self.fonts, self.font = "cp1252", dict[int, str](), 0
        self.styles: dict[int, int] = {}  # number → level of a heading
        self.style, self.named, self.name = 0, 0, ""
        self.bytes, self.skip, self.high, self.star = b"", 0, 0, False
        self.head = False
        self.clear()

    def clear(self) -> None:
        """Begin a paragraph; what it is goes on until it is said anew."""
        self.html: list[str] = []
        self.text: list[str] = []
        self.mark, self.pictures = "", 0

    def plain(self) -> None:
        """A paragraph is nothing in particular until it is said."""
        self.style, self.outline, self.deep, self.listed, self.inside = 0, 0, 0, False, False

    def paragraphs(self) -> t.Iterator[Paragraph]:
        """Go through the paragraphs."""
        self.plain()
        place, end = 0, len(self.raw)
        while place < end:
            found = TOKEN.match(self.raw, place)
            if found is None:
                raise Refused("broken")
            place = found.end()
            word, number, byte, sign, group, letters = found.groups()
            if word == b"bin":
                begin, place = place, place + max(0, int(number or 0))
                self.picture(self.raw[begin:place])
            elif word == KEPT:
                nth = int(number or 0)
                self.picture(_bytes(self.kept[nth - 1]) if 0 < nth <= len(self.kept) else b"")
            elif word:
                yield from self.word(word.decode().lower(), int(number) if number else None)
            elif group:
                self.group(group)
            elif byte or letters:
                self.letters(bytes([int(byte, 16)]) if byte else letters)
            elif sign == b"*":
                self.star = True
            elif sign in SIGNS:
                self.say(SIGNS[sign])
        yield self.paragraph("par")

    def group(self, sign: bytes) -> None:
        """A group keeps its looks to itself."""
        self.flush()
        if sign == b"{":
            if len(self.looks) > DEEPEST:
                raise Refused("broken")
            self.looks.append(dataclasses.replace(self.look))
            if self.look.to == "styles":
                self.named, self.name = 0, ""
        else:
            self.look = self.looks.pop() if len(self.looks) > 1 else self.looks[0]
        self.star = False

    def letters(self, some: bytes) -> None:
        """Letters as bytes; some stand for what was said by its number."""
        cut = min(self.skip, len(some))
        self.skip -= cut
        self.bytes += some[cut:]
        if len(self.bytes) > 100_000:
            self.flush()

    def flush(self) -> None:
        """Put the letters that were read into words."""
        some, self.bytes = self.bytes, b""
        if some:
            self.put(some.decode(self.look.codec, "replace"))

    def say(self, words: str) -> None:
        """Say something that is no byte of the file."""
        self.flush()
        self.put(words)

    def put(self, words: str) -> None:
        """Put words where their group says."""
        to = self.look.to
        if to == "text":
            said = escape(words).replace("\n", "<br>")
            said = f"<em>{said}</em>" if self.look.italic and words.strip() else said
            self.html.append(f"<strong>{said}</strong>" if self.look.bold and words.strip() else said)
            self.text.append(words)
        elif to == "mark":
            self.mark += words
        elif to == "styles":
            self.name += words
            if ";" in words:
                level = HEADING.match(self.name)
                if level:
                    self.styles.setdefault(self.named, int(level[1]))
                self.name = ""

    def word(self, word: str, number: int | None) -> t.Iterator[Paragraph]:
        """Do what a control word says."""
        if word == "u":
            self.letter((number or 0) & 0xFFFF)
            return
        self.flush()
        on, star = number != 0, self.star
        self.star, self.skip = False, 0
        if word == "pict":
            self.look.to, self.look.drawn = ("picture" if self.look.to == "text" else "aside"), False
        elif self.look.to == "picture":
            self.look.drawn |= word in ("pngblip", "jpegblip")
        elif word in ASIDE or (star and word not in ("listtext", "pntext", "pn", "shppict")):
            self.look.to = "aside"
        elif word in ("fonttbl", "stylesheet"):
            self.look.to = {"fonttbl": "fonts", "stylesheet": "styles"}[word]
        elif word in ("listtext", "pntext", "pn"):
            self.look.to, self.listed = "mark" if word != "pn" else "aside", True
        elif word in ("b", "i"):
            setattr(self.look, {"b": "bold", "i": "italic"}[word], on)
        elif word == "plain":
            self.look.bold = self.look.italic = False
        elif word in SAID and self.look.to == "text":
            self.put(SAID[word])
        elif word in ("par", "sect", "page", "cell", "row", "nestcell", "nestrow") and self.look.to == "text":
            yield self.paragraph(
                {"nestcell": "cell", "nestrow": "par"}.get(word, word if word in ("cell", "row") else "par")
            )
        else:
            self.known(word, number or 0, on)

    def picture(self, data: bytes) -> None:
        """Put a picture where it stands; its group said of what kind it is."""
        address = self.keep(data) if self.look.to == "picture" and self.look.drawn and data else ""
        if address:
            self.html.append(image(address, ""))
            self.pictures += 1

    def known(self, word: str, number: int, on: bool) -> None:
        """What a word says of fonts, letters and paragraphs."""
        if word == "f":
            self.font = number
            if self.look.to != "fonts":
                self.look.codec = self.fonts.get(number, self.codec)
        elif word == "fcharset" and self.look.to == "fonts":
            self.fonts[self.font] = CHARSETS.get(number, self.codec)
        elif word in ("ansicpg", "mac", "pca", "pc"):
            self.page({"mac": "mac_roman", "pca": "cp850", "pc": "cp437"}.get(word, f"cp{number}"))
        elif word == "uc":
            self.look.after = min(max(number, 0), 10)
        elif word in ("s", "cs", "ts", "ds") and self.look.to == "styles":
            self.named = number if word == "s" else -1  # others than of paragraphs
        elif word == "outlinelevel" and self.look.to == "styles":
            if number < 9:
                self.styles[self.named] = number + 1
        elif word == "pard":
            if self.look.to == "text":
                self.plain()
        elif word in ("trowd", "trhdr"):
            self.head = word == "trhdr"
        else:
            self.placed(word, number, on)

    def placed(self, word: str, number: int, on: bool) -> None:
        """What a word says of where a paragraph stands."""
        if word == "s":
            self.style = number
        elif word == "outlinelevel":
            self.outline = number + 1 if number < 9 else 0
        elif word == "ilvl":
            self.deep = number
        elif word == "ls":
            self.listed = number > 0
        elif word == "intbl":
            self.inside = on

    def page(self, name: str) -> None:
        """Letters of this file are of this page of codes."""
        try:
            codecs.lookup(name)
        except LookupError:
            return
        self.codec = self.look.codec = name

    def letter(self, number: int) -> None:
        """A letter told by its number; one beyond the first plane comes in two halves."""
        self.flush()
        if 0xD800 <= number < 0xDC00:
            self.high = number
        elif 0xDC00 <= number < 0xE000:
            if self.high:
                self.put(chr(0x10000 + ((self.high - 0xD800) << 10) + number - 0xDC00))
            self.high = 0
        elif number:
            self.put(chr(number))
        self.skip = self.look.after

    def paragraph(self, ends: str) -> Paragraph:
        """End the paragraph that is open."""
        self.flush()
        level = self.outline or self.styles.get(self.style, 0)
        found = Paragraph(
            "".join(self.html).strip(), "".join(self.text).strip(), min(level, 9), self.deep if self.listed else None,
            bool(COUNTED.search(self.mark)), ends, self.inside or ends == "cell", self.head,
            self.pictures,
        )  # fmt: skip
        self.clear()
        return found


def _bytes(numbers: bytes) -> bytes:
    """Return what numbers of base 16 say; a last half of a byte is left out."""
    some = numbers.translate(None, b"\r\n")
    return bytes.fromhex(some[: len(some) // 2 * 2].decode())
