"""DOCX, XLSX and PPTX, by the libraries that also read them."""

import io
import re
import zipfile

import docx as word
import openpyxl
import pptx as point
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl.styles import Font, PatternFill
from pptx.util import Inches, Pt

from app.demo.making.blocks import WHEN, bare, repacked, runs, sheets, slides

NAIVE = WHEN.replace(tzinfo=None)
STYLES = {"heading": "Heading 2", "item": "List Bullet", "number": "List Number", "paragraph": "Normal"}


def signed(properties, paper):
    """Say in the properties of a file whose it is, and always the same moment."""
    properties.title, properties.author, properties.language = paper.title, paper.by, paper.language
    properties.created = properties.modified = NAIVE
    properties.last_modified_by, properties.revision = "", 1


def docx(paper):
    """A Word document with headings, lists and tables."""
    made = word.Document()
    lightened(made)
    signed(made.core_properties, paper)
    for words, style in (
        (paper.mark, "Intense Quote"),
        (paper.title, "Heading 1"),
        (paper.by, "Normal"),
        (paper.about, "Subtitle"),
    ):
        line(made, words, style, paper)
    for block in paper.blocks:
        if block.kind == "table":
            table(made, block.rows, paper)
        else:
            line(made, block.words, STYLES[block.kind], paper)
    return repacked(saved(made))


def lightened(made):
    """Leave out of the library's template what no sample needs: forty styles of tables, a thumbnail, styles said twice."""
    for style in list(made.styles.element.findall(qn("w:style"))):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:styleId")) not in (
            "TableNormal",
            "TableGrid",
        ):
            made.styles.element.remove(style)
    unlinked(made)


def unlinked(made):
    """Take parts out of a file that nothing in it needs."""
    package = made.part.package
    for rels in (made.part.rels, getattr(package, "_rels", None) or package.rels):
        for key in [
            key
            for key, rel in rels.items()
            if rel.reltype.endswith(("stylesWithEffects", "thumbnail", "printerSettings"))
        ]:
            rels.pop(key)


def line(made, words, style, paper):
    """One paragraph."""
    paragraph = made.add_paragraph(style=style)
    for piece, bold in runs(words):
        run = paragraph.add_run(piece)
        run.bold = bold or None
        if paper.rtl:
            run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
    if paper.rtl:
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT  # of a line from right to left: its beginning


def table(made, rows, paper):
    """A table whose first line is its head."""
    grid = made.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    if paper.rtl:
        grid._tbl.tblPr.append(OxmlElement("w:bidiVisual"))
    for number, row in enumerate(rows):
        cells = grid.add_row().cells
        for cell, words in zip(cells, row, strict=False):
            cell.text = bare(words)
            if number == 0 and cell.paragraphs[0].runs:
                cell.paragraphs[0].runs[0].bold = True
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(head)


def saved(made):
    """The bytes of what a library made."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def xlsx(paper):
    """A workbook: a first sheet that says what it is, then one for each table. Sums are formulas."""
    book = openpyxl.Workbook()
    book.properties.title, book.properties.creator = paper.title, paper.by
    book.properties.created = book.properties.modified = NAIVE
    first = book.active
    first.title = "0"
    for row in ((paper.mark,), (paper.title,), (paper.by,), (paper.about,)):
        first.append(row)
    first["A2"].font = Font(bold=True, size=14)
    for name, rows in sheets(paper.blocks):
        page = book.create_sheet(name)
        page.sheet_view.rightToLeft = paper.rtl
        for row in rows:
            page.append([int(cell) if cell.isdigit() else cell or None for cell in row])
        for cell in page[1]:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8ECF2")
        for column, cell in zip("ABCDEFG", page[1], strict=False):
            page.column_dimensions[column].width = max(12, min(44, len(str(cell.value or "")) + 10))
        page.freeze_panes = "A2"
    return repacked(dated(saved(book)))


def dated(raw):
    """openpyxl writes the moment of saving, whatever it is told."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T12:00:00Z", data)
            new.writestr(info, data)
    return out.getvalue()


def pptx(paper):
    """Slides with titles and lines; the mark stands on the first."""
    show = point.Presentation()
    unlinked(show)
    signed(show.core_properties, paper)
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text = paper.title
    first.placeholders[1].text = paper.by
    box = first.shapes.add_textbox(Inches(0.5), Inches(6.6), Inches(9), Inches(0.6))
    box.text_frame.word_wrap = True
    box.text_frame.text = paper.mark
    box.text_frame.paragraphs[0].font.size = Pt(12)
    for title, lines in slides(paper.blocks):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = title
        frame = slide.placeholders[1].text_frame
        for number, words in enumerate(lines):
            (frame.paragraphs[0] if number == 0 else frame.add_paragraph()).text = words
        slide.notes_slide.notes_text_frame.text = paper.about
    if paper.rtl:
        for paragraph in (
            p
            for s in show.slides
            for shape in s.shapes
            if shape.has_text_frame
            for p in shape.text_frame.paragraphs
        ):
            paragraph._p.get_or_add_pPr().set("rtl", "1")
    return repacked(saved(show))
