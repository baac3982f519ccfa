"""Files that tests of reading make: real ones of each kind, and hostile ones."""

import io
import struct
import zipfile
import zlib

import docx
import openpyxl
import pptx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from fpdf import FPDF
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

EVIL = "<script>alert('zebra')</script><img src=x onerror=alert(1)>"
SENTENCE = "Collecting accounts asks people to repeat something painful. "
_NAMES = ("office", "text", "table", "style", "presentation")
SPACES = " ".join(f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in _NAMES) + (
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def bytes_of(thing):
    """Return what something with a method save() writes."""
    out = io.BytesIO()
    thing.save(out)
    return out.getvalue()


def picture(form="PNG", size=(600, 400), colour=(10, 80, 160)):
    """A picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


def pdf(pages=3, *, title="Accounts", words=SENTENCE * 12, outline=True, size=0, password=None, drawn=False):
    """A PDF with a heading on its first page; `size` fills it with bytes that nobody reads, `drawn` leaves out its words."""
    made = FPDF()
    made.set_title(title)
    made.set_lang("en")
    if password:
        made.set_encryption(owner_password="owner", user_password=password)
    for number in range(1, pages + 1):
        made.add_page()
        if outline:
            made.start_section(f"Section {number}")
        if drawn:
            made.image(io.BytesIO(picture(size=(800, 1000))), x=10, y=10, w=180)
            continue
        if number == 1:
            made.set_font("Helvetica", "B", 22)
            made.multi_cell(0, 11, "Before you begin", new_x="LMARGIN", new_y="NEXT")
        made.set_font("Helvetica", size=11)
        for _paragraph in range(3):
            made.multi_cell(0, 6, f"Page {number}. {words}", new_x="LMARGIN", new_y="NEXT")
            made.ln(4)
    if size:
        noise = b"".join(zlib.crc32(struct.pack("I", n)).to_bytes(4, "big") for n in range(size // 4))
        made.embed_file(bytes=noise, basename="noise.bin", compress=False)
    return bytes(made.output())


def docx_file(*, evil=False, linked=""):
    """A DOCX with headings, lists, a table with merged cells, a picture with its words, a link, a foreign paragraph."""
    made = docx.Document()
    made.core_properties.title, made.core_properties.language = "A guide", "en"
    made.add_heading(EVIL if evil else "Before you begin", 1)
    paragraph = made.add_paragraph("Ask for ")
    paragraph.add_run("consent").bold = True
    paragraph.add_run(f" first. {EVIL if evil else ''}")
    made.add_heading("Deep", 4)
    for words, style in (
        ("One", "List Bullet"), ("Two", "List Bullet"), ("Two a", "List Bullet 2"), ("First", "List Number"),
    ):  # fmt: skip
        made.add_paragraph(words, style=style)
    table = made.add_table(3, 3, style="Table Grid")
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"r{row}c{column}"
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    made.add_picture(io.BytesIO(picture()))
    next(made.element.body.iter(qn("wp:docPr"))).set("descr", EVIL if evil else 'A "blue" field')
    _link(made, "javascript:alert(1)" if evil else "https://example.org/more", "More")
    said = made.add_paragraph().add_run("Bonjour à toutes")
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), "fr-FR")
    said._element.get_or_add_rPr().append(lang)
    if linked:
        _outside(made, linked)
    return bytes_of(made)


def _link(made, address, words):
    rel = made.part.relate_to(
        address, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", True
    )
    link, run, text = OxmlElement("w:hyperlink"), OxmlElement("w:r"), OxmlElement("w:t")
    link.set(qn("r:id"), rel)
    text.text = words
    run.append(text)
    link.append(run)
    made.add_paragraph()._element.append(link)


def _outside(made, address):
    """A picture that lies on another host."""
    rel = made.part.relate_to(
        address, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image", True
    )
    made.add_picture(io.BytesIO(picture(colour=(1, 2, 3))))
    blip = list(made.element.body.iter(qn("a:blip")))[-1]
    del blip.attrib[qn("r:embed")]
    blip.set(qn("r:link"), rel)


def long_docx(parts=3, paragraphs=40):
    """A DOCX that is long enough to be cut into parts at its headings."""
    made = docx.Document()
    for number in range(1, parts + 1):
        made.add_heading(f"Chapter {number}", 1)
        for _paragraph in range(paragraphs):
            made.add_paragraph(SENTENCE * 5)
    return bytes_of(made)


def pptx_file():
    """Two slides: a list with notes, and a picture, a table and a chart."""
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Welcome"
    frame = slide.placeholders[1].text_frame
    frame.text = "One"
    below = frame.add_paragraph()
    below.text, below.level = "Under one", 1
    slide.notes_slide.notes_text_frame.text = "Say hello & wait"
    slide = made.slides.add_slide(made.slide_layouts[6])
    shape = slide.shapes.add_picture(io.BytesIO(picture()), 0, 0)
    shape._element.find(".//{*}cNvPr").set("descr", "A red field")
    table = slide.shapes.add_table(2, 2, 0, 0, 1_000_000, 1_000_000).table
    for place, words in enumerate(("Head", "Two", "a", "b")):
        table.cell(place // 2, place % 2).text = words
    chart = CategoryChartData()
    chart.categories = ["East", "West"]
    chart.add_series("Cities", (3, 4.5))
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, 1_000_000, 1_000_000, chart)
    return bytes_of(made)


def xlsx_file(rows=450):
    """A workbook with a long sheet, a hidden one, and a small one."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Cities"
    sheet.append(["City", "Country", "Since"])
    for number in range(rows):
        sheet.append([f"City {number}", "XX", 2000 + number % 20])
    hidden = made.create_sheet("Secret")
    hidden.sheet_state, hidden["A1"] = "hidden", "okapi secret"
    made.create_sheet("Wide").append([f"c{number}" for number in range(40)])
    return bytes_of(made)


def odf(kind, body, styles="", meta="<dc:title>Titre</dc:title><dc:language>fr</dc:language>", before=""):
    """An ODF file around a body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?>{before}<office:document-content {SPACES}><office:automatic-styles>{styles}'
            f"</office:automatic-styles><office:body>{body}</office:body></office:document-content>",
        )
        archive.writestr(
            "meta.xml",
            f"<office:document-meta {SPACES}><office:meta>{meta}</office:meta></office:document-meta>",
        )
        archive.writestr("Pictures/a.png", picture())
    return out.getvalue()


BOLD = '<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
ODT = """<office:text><text:h text:outline-level="1">Un titre</text:h>
<text:p>Un mot <text:span text:style-name="B">gras</text:span><text:note><text:note-citation>1</text:note-citation><text:note-body>
<text:p>La note</text:p></text:note-body></text:note> <text:a xlink:href="javascript:alert(1)">bad</text:a>
<text:a xlink:href="https://example.org">good</text:a></text:p>
<text:list><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p></text:list-item></text:list></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>H1</text:p></table:table-cell><table:table-cell><text:p>H2</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>1</text:p></table:table-cell><table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></table:table>
<text:p><draw:frame><draw:image xlink:href="Pictures/a.png"/><svg:desc>Champ bleu</svg:desc></draw:frame></text:p></office:text>"""
ODP = """<office:presentation><draw:page><draw:frame presentation:class="title">
<draw:text-box><text:p>Bonjour</text:p></draw:text-box></draw:frame>
<draw:frame><draw:text-box><text:list><text:list-item><text:p>x</text:p></text:list-item></text:list></draw:text-box></draw:frame>
<presentation:notes><draw:frame><draw:text-box>
<text:p>Dire bonjour</text:p></draw:text-box></draw:frame></presentation:notes></draw:page></office:presentation>"""
ODS = """<office:spreadsheet><table:table table:name="Feuille">
<table:table-row><table:table-cell><text:p>Ville</text:p></table:table-cell>
<table:table-cell><text:p>N</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Graz</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="16000"/></table:table-row><table:table-row table:number-rows-repeated="1048000">
<table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table></office:spreadsheet>"""
VTT = (
    b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\nWelcome to the zebra talk\n\n"
    b"00:01:05.500 --> 00:01:07.000\n<v Ana>Thank you</v>\n"
)
RTF = rb"{\rtf1\ansi Hello \b bold\b0\par Second caf\'e9\par}"
RTF_BUILT = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil Calibri;}{\f1\fcharset204 Arial;}{\f2\fcharset2 Symbol;}}
{\stylesheet{\ql Normal;}{\s1\outlinelevel0 heading 1;}{\s2 Titre 2;}{\*\cs15 Heading 3 Char;}}
{\info{\title A secret}}{\header Page head}
\pard\s1 The rent\par
\pard\plain Hello \b bold\b0  and \i slanted\i0 , caf\'e9 \u8364? \u-10179?\u-8694? {\f1\'cf\'f0\'e8\'e2\'e5\'f2}.\par
\pard\s2 Second level\par
\pard{\pntext\f2\'B7\tab}{\*\pn\pnlvlblt\pnf2}\fi-360\li720 First entry\par
{\pntext\f2\'B7\tab}Second entry\par
\pard{\listtext 1.\tab}\ls1\ilvl0 One\par{\listtext 2.\tab}Two\par
\trowd\cellx100\cellx200\pard\intbl City\cell Rent\cell\row
\trowd\pard\intbl Here\cell 5\line 6\cell\row
\pard After {\field{\*\fldinst HYPERLINK "https://example.org"}{\fldrslt a link}}.{\pict\wmetafile8 0102}{\*\unknown hidden}\par}"""
MARKDOWN = b"# Top\n\nHello **you** <script>\n\n- a\n- b\n\n|a|b|\n|-|-|\n|1|2|\n\n![x](https://evil.example/p.png)\n"


# --- hostile ones -----------------------------------------------------------------------------------------


def repacked(data, changes, stated=None):
    """An archive with some members replaced; `stated` says other sizes than true ones."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for part in archive.infolist():
            copy.writestr(part.filename, changes.get(part.filename, archive.read(part)))
        for name in set(changes) - set(archive.namelist()):
            copy.writestr(name, changes[name])
    return out.getvalue()


def bomb(data, name, megabytes=512):
    """An archive with a member of so many megabytes of nothing."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for part in archive.infolist():
            if part.filename != name:
                copy.writestr(part.filename, archive.read(part))
        with copy.open(name, "w", force_zip64=True) as member:
            for _chunk in range(megabytes):
                member.write(b" " * 1024 * 1024)
    return out.getvalue()


LAUGHS = '<!DOCTYPE l [<!ENTITY a "zebra zebra zebra">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
FILES = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def looping_pdf():
    """A PDF whose pages are their own parents, and whose table of places leads to itself."""
    return (
        b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        b"4 0 obj<</First 4 0 R/Next 4 0 R/Title(a)>>endobj\ntrailer<</Root 1 0 R/Prev 0>>\nstartxref\n0\n%%EOF\n"
    )


def flate_bomb_pdf(megabytes=400):
    """A PDF whose only page is a stream of so many megabytes, packed twice."""
    packer = zlib.compressobj(9)
    once = (
        b"".join(packer.compress(b"BT (zebra) Tj ET\n" * 65536) for _n in range(megabytes)) + packer.flush()
    )
    twice = zlib.compress(once, 9)
    return (
        b"%%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(twice) + twice
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )  # fmt: skip


def huge_picture():
    """A PNG that says it has 30,000 times 30,000 points."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def deep_xml(depth=100_000):
    """XML nested deeper than anybody can follow."""
    return f"<a xmlns:w='x'>{'<b>' * depth}{'</b>' * depth}</a>"
