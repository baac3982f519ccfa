"""PDF in the typefaces of the project."""

from fpdf import FPDF
from fpdf.fonts import FontFace

from app.core.faces import face
from app.demo.making.blocks import WHEN, bare

BY_LANGUAGE = {"ar": ("arabic", "arabic", "arabic"), "ru": ("cyrillic", "cyrillicbold", "titlecyrillic")}
LATIN = ("text", "bold", "title")


class Page(FPDF):
    """A4 with the mark at the foot of each page."""

    def __init__(self, paper):
        super().__init__()
        self.paper = paper
        self.faces = BY_LANGUAGE.get(paper.language, LATIN)
        for name in {*self.faces, *LATIN}:
            self.add_font(name, fname=face(name))
        self.set_fallback_fonts(["text"], exact_match=False)
        if paper.rtl:
            self.set_text_shaping(use_shaping_engine=True, direction="rtl", script="arab", language="ara")
        self.set_title(paper.title)
        self.set_author(paper.by)
        self.set_lang(paper.language)
        self.set_creation_date(WHEN)
        self.set_margins(22, 20)
        self.set_auto_page_break(True, 24)
        self.align = "R" if paper.rtl else "L"

    def footer(self):
        """The mark, and the number of the page."""
        self.set_y(-16)
        self.set_font(self.faces[0], size=8)
        self.multi_cell(0, 4, f"{self.paper.mark}  {self.page_no()}", align=self.align)

    def say(self, words, size, font=0, after=2.0, before=0.0):
        """Words in one of the faces: text, bold, title."""
        self.ln(before)
        self.set_font(self.faces[font], size=size)
        self.multi_cell(0, size * 0.52, words, align=self.align, new_x="LMARGIN", new_y="NEXT")
        self.ln(after)


def make(paper):
    """The bytes of a document."""
    page = Page(paper)
    page.add_page()
    page.say(paper.mark, 9, after=3)
    page.say(paper.title, 22, font=2, after=2)
    page.say(paper.by, 11, after=2)
    page.say(paper.about, 12, font=1, after=4)
    number = 0
    for block in paper.blocks:
        number = number + 1 if block.kind == "number" else 0
        if block.kind == "heading":
            page.start_section(bare(block.words), strict=False)
            page.say(block.words, 15, font=2, before=3)
        elif block.kind == "table":
            table(page, block.rows)
        else:
            page.say(lead(block, number, paper.rtl) + bare(block.words), 11, after=1.5)
    return bytes(page.output())


def lead(block, number, rtl):
    """What stands before the words of a list."""
    return {"item": "– ", "number": f"{number}. "}.get(block.kind, "")


def table(page, rows):
    """A table with a head; empty cells are there to be filled."""
    page.set_font(page.faces[0], size=10)
    head = FontFace(fill_color=(232, 236, 242))
    rows = [tuple(reversed(row)) for row in rows] if page.paper.rtl else rows
    with page.table(
        text_align="RIGHT" if page.paper.rtl else "LEFT", line_height=6, headings_style=head, padding=1
    ) as made:
        for row in rows:
            made.row([bare(cell) or " " for cell in row])
    page.ln(3)
