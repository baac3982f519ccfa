"""ODT and ODP: the same as for DOCX and PPTX, out of the one part that holds the text."""

import typing as t
import zipfile

from app.core.child import Refused
from app.library.reading.readers import packed
from app.library.reading.readers.flow import Cell, Flow, Item, listed, table, whole
from app.library.reading.readers.odf_words import Words, name, span
from app.library.reading.readers.out import Full, Out, escape

DEEP = 5
SECTIONS = {name("text", tag) for tag in ("section", "index-body", "table-of-content", "soft-page-break")}


def read(source: str, folder: str) -> None:
    """Read a text or a presentation."""
    with packed.opened(source) as archive:
        root = content_of(archive)
        facts = facts_of(archive)
        out = Out(folder)
        text = root.find(f".//{name('office', 'body')}/{name('office', 'text')}")
        shown = root.find(f".//{name('office', 'body')}/{name('office', 'presentation')}")
        if text is not None:
            reader = Reader(Words(archive, root, out))
            whole(out, lambda flow: reader.all(flow, text), **facts)
        elif shown is not None:
            slides(out, Words(archive, root, out), shown, facts)
        else:
            raise Refused("broken")


def content_of(archive: zipfile.ZipFile) -> t.Any:
    """Return the root of the text; an encrypted one is told by its manifest."""
    manifest = packed.part(archive, "META-INF/manifest.xml")
    if (
        manifest is not None
        and next(manifest.iter(f"{{{packed.MANIFEST}}}encryption-data"), None) is not None
    ):
        raise Refused("encrypted")
    root = packed.part(archive, "content.xml")
    if root is None:
        raise Refused("broken")
    return root


def facts_of(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return title and language, as the file says them."""
    root = packed.part(archive, "meta.xml")
    if root is None:
        return {}
    found = {tag: next(root.iter(f"{{{packed.DUBLIN}}}{tag}"), None) for tag in ("title", "language")}
    words = {tag: "" if one is None else "".join(one.itertext()).strip() for tag, one in found.items()}
    return {"title": words["title"][:300], "language": words["language"][:12]}


class Reader:
    """Walks what holds paragraphs."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def all(self, flow: Flow, body: t.Any) -> None:
        """Put all of it into a flow, its notes at the end."""
        self.walk(flow, body)
        notes = [Item(0, True, html, text) for html, text in self.words.notes]
        if notes:
            flow.block(*listed(notes))

    def walk(self, flow: Flow, body: t.Any) -> None:
        """Put the blocks of an element into a flow."""
        for child in body.iterchildren():
            if child.tag == name("text", "h"):
                level = child.get(name("text", "outline-level"), "1")
                flow.heading(
                    int(level) if level.isdigit() and 0 < int(level) < 10 else 1, *self.words.of(child)
                )
            elif child.tag == name("text", "p"):
                flow.paragraph(*self.words.of(child))
                self.words.boxes(lambda box: self.walk(flow, box))
            elif child.tag == name("text", "list"):
                items = list(self.items(child, 0))
                if items:
                    flow.block(*listed(items))
            elif child.tag == name("table", "table"):
                flow.block("table", *self.table(child, 0))
            elif child.tag in SECTIONS:
                self.walk(flow, child)

    def items(self, element: t.Any, level: int) -> t.Iterator[Item]:
        """Go through the entries of a list and of the lists in it."""
        if level > DEEP:
            return
        numbered = self.words.numbered(element)
        for entry in element.iterchildren(name("text", "list-item"), name("text", "list-header")):
            for child in entry.iterchildren():
                if child.tag == name("text", "list"):
                    yield from self.items(child, level + 1)
                elif child.tag in (name("text", "p"), name("text", "h")):
                    html, text = self.words.of(child)
                    if text.strip() or html:
                        yield Item(level, numbered, html, text)

    def table(self, element: t.Any, depth: int) -> tuple[str, str]:
        """Return a table as HTML and text."""
        heads = [row for part in element.iterchildren(name("table", "table-header-rows")) for row in part]
        rows = [[self.cell(cell, depth) for cell in _cells(row)] for row in _rows(element)]
        rows = [row for row in rows if row]
        return table(rows, head=len(heads) or (1 if len(rows) > 1 else 0))

    def cell(self, element: t.Any, depth: int) -> Cell:
        """Return one cell."""
        parts, words = [], []
        for child in element.iterchildren():
            if child.tag in (name("text", "p"), name("text", "h")):
                html, text = self.words.of(child)
            elif child.tag == name("text", "list"):
                items = list(self.items(child, 0))
                tag, inner, text = listed(items) if items else ("ul", "", "")
                html = f"<{tag}>{inner}</{tag}>" if inner else ""
            elif child.tag == name("table", "table") and depth < DEEP:
                inner, text = self.table(child, depth + 1)
                html = f"<table>{inner}</table>"
            else:
                continue
            parts.append(html)
            words.append(text)
        return Cell(
            "<br>".join(filter(None, parts)),
            "\n".join(words),
            span(element, "columns"),
            span(element, "rows"),
        )


def _rows(element: t.Any) -> t.Iterator[t.Any]:
    around = (
        name("table", "table-header-rows"),
        name("table", "table-rows"),
        name("table", "table-row-group"),
    )
    for child in element.iterchildren():
        if child.tag == name("table", "table-row"):
            yield child
        elif child.tag in around:
            yield from _rows(child)


def _cells(row: t.Any) -> t.Iterator[t.Any]:
    return row.iterchildren(name("table", "table-cell"))


def slides(out: Out, words: Words, shown: t.Any, facts: dict[str, str]) -> None:
    """Write each slide as a page."""
    full = False
    try:
        for page in shown.iterchildren(name("draw", "page")):
            slide(out, words, page)
    except Full:
        full = True
    out.finish(state="ready" if out.number else "plain", full=full, **facts)


def slide(out: Out, words: Words, page: t.Any) -> None:
    """Write one slide: its frames in order, its notes at the end."""
    flow, reader = Flow(out, parts=False), Reader(words)
    notes = page.find(name("presentation", "notes"))
    title = ""
    for frame in page.iterchildren():
        if frame is notes:
            continue
        if frame.get(name("presentation", "class")) == "title" and not title:
            title = " ".join("".join(frame.itertext()).split())
            flow.heading(1, escape(title), title)
            continue
        for box in frame.iter(name("draw", "text-box"), name("table", "table")):
            if box.tag == name("table", "table"):
                flow.block("table", *reader.table(box, 0))
            else:
                reader.walk(flow, box)
        picture = words.picture(frame)
        flow.paragraph(picture, words.alt(frame))
    said = [] if notes is None else [words.of(p) for p in notes.iter(name("text", "p"))]
    said = [(html, text) for html, text in said if text.strip()]
    write_slide(flow, title, said)


def write_slide(flow: Flow, title: str, said: list[tuple[str, str]]) -> None:
    """Write a slide with what is said to it; its number counts even where it holds no words."""
    out = flow.out
    if said:
        inner = "".join(f"<p>{html}</p>" for html, _text in said)
        flow.html.append(f'<section id="p{out.number + 1}-notes">{inner}</section>')
        flow.text.append("\n\n".join(text for _html, text in said))
    if flow.html:
        flow.cut(title)
    else:
        out.page("", "", title)
