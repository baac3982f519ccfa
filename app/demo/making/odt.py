"""OpenDocument texts, written part by part."""

import io
import zipfile
from xml.sax.saxutils import escape

from app.demo.making.blocks import WHEN, repacked, runs

SPACES = (
    " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("style", "style"),
            ("meta", "meta"),
        )
    )
    + ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
KIND = "application/vnd.oasis.opendocument.text"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def make(paper):
    """The bytes of a text."""
    parts = {
        "mimetype": KIND, "content.xml": content(paper), "styles.xml": styles(paper), "meta.xml": meta(paper),
        "META-INF/manifest.xml": manifest(),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name, text in parts.items():
            box.writestr(name, text)
    return repacked(out.getvalue())


def content(paper):
    """Headings, lines, lists and tables."""
    body = [said(paper.mark, "Quote"), heading(paper.title, 1), said(paper.by), said(paper.about, "Lead")]
    run = []
    for block in [*paper.blocks, None]:
        kind = block.kind if block else ""
        if run and kind != run[0].kind:
            body.append(listed(run))
            run = []
        if kind in ("item", "number"):
            run.append(block)
        elif kind == "heading":
            body.append(heading(block.words, 2))
        elif kind == "table":
            body.append(table(block.rows))
        elif kind:
            body.append(said(block.words))
    bold = '<style:style style:name="Bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
    auto = f"<office:automatic-styles>{bold}</office:automatic-styles>"
    words = f"<office:body><office:text>{''.join(body)}</office:text></office:body>"
    return f'{HEAD}<office:document-content {SPACES} office:version="1.2">{auto}{words}</office:document-content>'


def spans(words):
    """A line with its bold pieces."""
    return "".join(
        f'<text:span text:style-name="Bold">{escape(piece)}</text:span>' if bold else escape(piece)
        for piece, bold in runs(words)
    )


def heading(words, level):
    """A heading."""
    return (
        f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{spans(words)}</text:h>'
    )


def said(words, style="Standard"):
    """A paragraph."""
    return f'<text:p text:style-name="{style}">{spans(words)}</text:p>'


def listed(blocks):
    """A list of items or numbers."""
    name = "Numbers" if blocks[0].kind == "number" else "Points"
    items = "".join(f"<text:list-item>{said(block.words)}</text:list-item>" for block in blocks)
    return f'<text:list text:style-name="{name}">{items}</text:list>'


def table(rows):
    """A table whose first line is its head."""
    head, *rest = [
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string">{said(cell)}</table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    ]
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f"<table:table>{columns}<table:table-header-rows>{head}</table:table-header-rows>{''.join(rest)}</table:table>"


def styles(paper):
    """The few styles that are used."""
    way = "rl-tb" if paper.rtl else "lr-tb"

    def style(name, size, bold=False, more=""):
        weight = ' fo:font-weight="bold"' if bold else ""
        return (
            f'<style:style style:name="{name}" style:family="paragraph"{more}>'
            f'<style:paragraph-properties fo:margin-bottom="0.2cm" style:writing-mode="{way}"/>'
            f'<style:text-properties fo:font-size="{size}pt"{weight} fo:language="{paper.language}"/></style:style>'
        )

    named = [style("Standard", 11), style("Quote", 9), style("Lead", 12, True)]
    named += [
        style(f"Heading_20_{n}", size, True, f' style:default-outline-level="{n}"')
        for n, size in ((1, 20), (2, 14))
    ]
    points = '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/>'
    numbers = '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    lists = f'<text:list-style style:name="Points">{points}</text:list-style>'
    lists += f'<text:list-style style:name="Numbers">{numbers}</text:list-style>'
    made = f"<office:styles>{''.join(named)}{lists}</office:styles>"
    return f'{HEAD}<office:document-styles {SPACES} office:version="1.2">{made}</office:document-styles>'


def meta(paper):
    """Title, author, language."""
    at = WHEN.strftime("%Y-%m-%dT%H:%M:%S")
    words = (
        f"<dc:title>{escape(paper.title)}</dc:title><dc:creator>{escape(paper.by)}</dc:creator>"
        f"<dc:language>{paper.language}</dc:language><meta:creation-date>{at}</meta:creation-date>"
    )
    return f'{HEAD}<office:document-meta {SPACES} office:version="1.2"><office:meta>{words}</office:meta></office:document-meta>'


def manifest():
    """What lies in the file."""
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in (
            ("/", KIND),
            ("content.xml", "text/xml"),
            ("styles.xml", "text/xml"),
            ("meta.xml", "text/xml"),
        )
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return f'{HEAD}<manifest:manifest xmlns:manifest="{space}" manifest:version="1.2">{entries}</manifest:manifest>'
