"""What the styles of a DOCX say of a paragraph: is it a heading, an entry of a list, and in which language."""

import re
import typing as t

from docx.oxml.ns import qn

from app.library.reading.readers.docx_words import named, on

HEADING = re.compile(
    r"(?:heading|titre|t[ií]tulo|überschrift|заголовок|标题|عنوان)\s*([1-9])$", re.IGNORECASE
)
BULLETS = ("bullet", "none", "")


class Style(t.NamedTuple):
    """One style of paragraphs."""

    name: str
    base: str
    outline: str
    numbers: str
    deep: str


class Styles:
    """The styles and lists of a document."""

    def __init__(self, document: t.Any) -> None:
        root = document.styles.element
        self.styles = {
            style.get(qn("w:styleId"), ""): _style(style) for style in root.iterchildren(qn("w:style"))
        }
        spoken = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
        self.language = "" if spoken is None else spoken.get(qn("w:val"), "")
        self.lists = _lists(document)

    def _chain(self, paragraph: t.Any) -> list[Style]:
        found: list[Style] = []
        key = named(paragraph, "w:pPr/w:pStyle")
        while key in self.styles and len(found) < 10:
            found.append(self.styles[key])
            key = found[-1].base
        return found

    def level(self, paragraph: t.Any) -> int:
        """Return the level of a heading, 0 for what is none."""
        own = named(paragraph, "w:pPr/w:outlineLvl")
        chain = self._chain(paragraph)
        for style in chain:
            match = HEADING.match(style.name)
            if match or style.name.lower() == "title":
                return int(match[1]) if match else 1
        for value in (own, *(style.outline for style in chain)):
            if value.isdigit() and int(value) < 9:
                return int(value) + 1
        return 0

    def item(self, paragraph: t.Any) -> tuple[int, bool] | None:
        """Return how deep an entry of a list stands and whether it is numbered, None for what is none."""
        number = named(paragraph, "w:pPr/w:numPr/w:numId")
        level = named(paragraph, "w:pPr/w:numPr/w:ilvl")
        chain = self._chain(paragraph)
        named_so = self._by_name(chain)
        if not number and named_so:
            return named_so
        if not number:
            number = next((style.numbers for style in chain if style.numbers), "")
            level = level or next((style.deep for style in chain if style.deep), "")
        if number in ("", "0"):
            return None
        deep = int(level) if level.isdigit() else 0
        return min(deep, 8), self.lists.get((number, str(deep)), "bullet") not in BULLETS

    def _by_name(self, chain: list[Style]) -> tuple[int, bool] | None:
        match = re.match(r"list (bullet|number)\s*(\d?)$", chain[0].name, re.IGNORECASE) if chain else None
        return (int(match[2] or 1) - 1, match[1].lower() == "number") if match else None

    def spoken(self, paragraph: t.Any) -> str:
        """Return the language of a paragraph where it is another than the document's."""
        first = next(paragraph.iter(qn("w:t")), None)
        run = None if first is None else first.getparent()
        value = "" if run is None or run.tag != qn("w:r") else named(run, "w:rPr/w:lang")
        return value if value[:2].lower() != self.language[:2].lower() else ""

    def heads(self, table: t.Any) -> tuple[bool, bool]:
        """Say whether the first row and the first column of a table are its heads."""
        look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")
        first = next(table.iterchildren(qn("w:tr")), None)
        repeated = first is not None and on(first, "w:trPr/w:tblHeader")
        if look is None:
            return True, False
        bits = look.get(qn("w:val"), "")
        mask = int(bits, 16) if re.fullmatch("[0-9A-Fa-f]{1,8}", bits) else 0
        row = look.get(qn("w:firstRow"), "1" if mask & 0x20 else "0") in ("1", "true")
        column = look.get(qn("w:firstColumn"), "1" if mask & 0x80 else "0") in ("1", "true")
        return repeated or row, column


def _style(style: t.Any) -> Style:
    name = style.find(qn("w:name"))
    return Style(
        "" if name is None else name.get(qn("w:val"), ""), named(style, "w:basedOn"), named(style, "w:pPr/w:outlineLvl"),
        named(style, "w:pPr/w:numPr/w:numId"), named(style, "w:pPr/w:numPr/w:ilvl"),
    )  # fmt: skip


def _lists(document: t.Any) -> dict[tuple[str, str], str]:
    """Return list and level → how it is numbered."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    forms = {
        (one.get(qn("w:abstractNumId"), ""), level.get(qn("w:ilvl"), "")): named(level, "w:numFmt")
        for one in root.iterchildren(qn("w:abstractNum")) for level in one.iterchildren(qn("w:lvl"))
    }  # fmt: skip
    known = {
        one.get(qn("w:numId"), ""): named(one, "w:abstractNumId") for one in root.iterchildren(qn("w:num"))
    }
    return {
        (number, level): form
        for number, kind in known.items()
        for (of, level), form in forms.items()
        if of == kind
    }
