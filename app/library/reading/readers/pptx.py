"""PPTX: each slide is a page, with its title, lists, tables, pictures with their words, and what is said to it."""

import typing as t

import pptx
from lxml import etree
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.exc import PythonPptxError

from app.core.child import Refused
from app.library.reading.readers import packed
from app.library.reading.readers.flow import Cell, Flow, Item, listed, table
from app.library.reading.readers.odf import write_slide
from app.library.reading.readers.out import Full, Out, escape, image

DEEP = 5
BODY = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY}
MOST_CHART = 60  # rows and columns of the numbers behind a chart
SLIPS = (KeyError, ValueError, AttributeError, TypeError, IndexError, NotImplementedError)


def read(source: str, folder: str) -> None:
    """Read a presentation."""
    out = Out(folder)
    try:
        shown = pptx.Presentation(packed.slim(source, folder))
        known = shown.core_properties
        facts = {"title": (known.title or "")[:300], "language": (known.language or "")[:12]}
        slides = list(shown.slides)
    except (PythonPptxError, etree.XMLSyntaxError, OSError, EOFError, *SLIPS):
        raise Refused("broken") from None
    full = False
    try:
        for slide in slides:
            _slide(slide, out)
    except Full:
        full = True
    out.finish(state="ready" if out.number else "plain", full=full, **facts)


def _slide(slide: t.Any, out: Out) -> None:
    flow = Flow(out, parts=False)
    top = slide.shapes.title
    title = " ".join(top.text_frame.text.split()) if top is not None else ""
    flow.heading(1, escape(title), title)
    for shape in slide.shapes:
        if top is None or shape.shape_id != top.shape_id:
            _shape(shape, flow, slide.part, 0)
    said = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    notes = [p.text.strip() for p in said.paragraphs] if said is not None else []
    write_slide(flow, title, [(escape(words), words) for words in notes if words])


def _shape(shape: t.Any, flow: Flow, part: t.Any, depth: int) -> None:
    """Add what a shape holds; one that is broken is left out, the others are read."""
    try:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            for inner in shape.shapes if depth < DEEP else ():
                _shape(inner, flow, part, depth + 1)
        elif getattr(shape, "has_table", False) and shape.has_table:
            _table(shape.table, flow)
        elif getattr(shape, "has_chart", False) and shape.has_chart:
            _chart(shape.chart, flow)
        elif shape.has_text_frame:
            _text(shape, flow)
        else:
            _picture(shape, flow, part)
    except SLIPS:
        return


def _text(shape: t.Any, flow: Flow) -> None:
    listing = shape.is_placeholder and shape.placeholder_format.type in BODY
    found = [(p.level, *_words(p)) for p in shape.text_frame.paragraphs]
    found = [(level, html, text) for level, html, text in found if text.strip()]
    if listing and len(found) > 1:
        flow.block(*listed([Item(level, False, html, text) for level, html, text in found]))
        return
    for _level, html, text in found:
        flow.paragraph(html, text)


def _words(paragraph: t.Any) -> tuple[str, str]:
    html = []
    for run in paragraph.runs:
        said = escape(run.text).replace("\v", "<br>")
        said = f"<strong>{said}</strong>" if run.font.bold and said.strip() else said
        said = f"<em>{said}</em>" if run.font.italic and said.strip() else said
        address = run.hyperlink.address or ""
        good = address.startswith(("http://", "https://", "mailto:"))
        html.append(f'<a href="{escape(address)}">{said}</a>' if good else said)
    text = paragraph.text.replace("\v", "\n")
    return "".join(html) or escape(text), text


def _table(found: t.Any, flow: Flow) -> None:
    rows = []
    for row in found.rows:
        cells = [cell for cell in row.cells if not cell.is_spanned]
        rows.append([
            Cell(escape(cell.text).replace("\n", "<br>"), cell.text, *_spans(cell)) for cell in cells
        ])  # fmt: skip
    flow.block(
        "table", *table(rows, head=1 if found.first_row and len(rows) > 1 else 0, first=found.first_col)
    )


def _spans(cell: t.Any) -> tuple[int, int]:
    return (min(cell.span_width, 60), min(cell.span_height, 60)) if cell.is_merge_origin else (1, 1)


def _chart(chart: t.Any, flow: Flow) -> None:
    """A chart is the table of its numbers."""
    title = chart.chart_title.text_frame.text if chart.has_title and chart.chart_title.has_text_frame else ""
    flow.paragraph(f"<strong>{escape(title)}</strong>", title)
    plot = chart.plots[0]
    names = [str(one) for one in plot.categories][:MOST_CHART]
    series = [(one.name or "", list(one.values)[:MOST_CHART]) for one in list(plot.series)[:MOST_CHART]]
    rows = [[Cell("", ""), *(Cell(escape(name), name) for name, _values in series)]]
    for place, name in enumerate(names):
        numbers = [
            "" if place >= len(values) or values[place] is None else f"{values[place]:g}"
            for _n, values in series
        ]
        rows.append([Cell(escape(name), name), *(Cell(escape(number), number) for number in numbers)])
    flow.block("table", *table(rows, head=1, first=True))


def _picture(shape: t.Any, flow: Flow, part: t.Any) -> None:
    properties = shape._element.find(".//{*}cNvPr")
    alt = "" if properties is None else properties.get("descr") or ""
    blip = next(shape._element.iter("{*}blip"), None)
    number = "" if blip is None else next((v for k, v in blip.attrib.items() if k.endswith("}embed")), "")
    rel = part.rels.get(number) if number else None
    if rel is not None and not rel.is_external:
        flow.paragraph(image(flow.out.picture(rel.target_part.blob), alt), alt)
    elif alt:
        flow.paragraph(f"<em>{escape(alt)}</em>", alt)
