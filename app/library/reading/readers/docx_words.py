"""The words of a DOCX paragraph as HTML: what is bold or slanted, links, pictures with their words, notes."""

import typing as t

from docx.oxml.ns import qn

from app.library.reading.readers import packed
from app.library.reading.readers.out import Out, escape, image

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
BOX = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}txbxContent"
VML = "{urn:schemas-microsoft-com:vml}"
GONE = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr")}
STYLED = (("w:b", "strong"), ("w:i", "em"), ("w:strike", "s"))
NOTES = ("footnotes", "endnotes")
MOST_NOTES = 500


def named(element: t.Any, path: str) -> str:
    """Return the value that stands at a path such as w:pPr/w:pStyle, "" without one."""
    found = element.find("/".join(qn(step) for step in path.split("/")))
    return "" if found is None else found.get(qn("w:val"), "")


def on(element: t.Any, path: str) -> bool:
    """Say whether a property is set."""
    found = element.find("/".join(qn(step) for step in path.split("/")))
    return found is not None and found.get(qn("w:val"), "1") not in ("0", "false", "none", "off")


class Words:
    """Reads paragraphs of one part of a document."""

    def __init__(self, part: t.Any, out: Out) -> None:
        self.part, self.out = part, out
        self.kept: list[tuple[str, str]] = []  # kind and number of the notes that were met

    def of(self, paragraph: t.Any) -> tuple[str, str]:
        """Return a paragraph as HTML and as text."""
        html: list[str] = []
        text: list[str] = []
        self._walk(paragraph, html, text)
        return "".join(html).strip(), "".join(text).strip()

    def _walk(self, element: t.Any, html: list[str], text: list[str]) -> None:
        for child in element.iterchildren():
            if child.tag == qn("w:r"):
                self._run(child, html, text)
            elif child.tag == qn("w:hyperlink"):
                self._link(child, html, text)
            elif child.tag.startswith(M):
                words = "".join(child.itertext(f"{M}t"))
                html.append(escape(words))
                text.append(words)
            elif child.tag == f"{MC}AlternateContent":
                for first in list(child)[:1]:
                    self._walk(first, html, text)
            elif child.tag not in GONE:
                self._walk(child, html, text)

    def _link(self, element: t.Any, html: list[str], text: list[str]) -> None:
        inner: list[str] = []
        self._walk(element, inner, text)
        rel = self.part.rels.get(element.get(qn("r:id"), ""))
        address = rel.target_ref if rel is not None and rel.is_external else ""
        good = address.startswith(("http://", "https://", "mailto:"))
        html.append(f'<a href="{escape(address)}">{"".join(inner)}</a>' if good else "".join(inner))

    def _run(self, run: t.Any, html: list[str], text: list[str]) -> None:
        inner: list[str] = []
        words: list[str] = []
        for child in run.iterchildren():
            self._piece(child, inner, words)
        said = "".join(inner)
        if said.strip():
            for path, tag in STYLED:
                said = f"<{tag}>{said}</{tag}>" if on(run, f"w:rPr/{path}") else said
            place = {"superscript": "sup", "subscript": "sub"}.get(named(run, "w:rPr/w:vertAlign"))
            said = f"<{place}>{said}</{place}>" if place else said
        if not on(run, "w:rPr/w:vanish"):
            html.append(said)
            text.extend(words)

    def _piece(self, child: t.Any, html: list[str], text: list[str]) -> None:
        tag = child.tag
        if tag == qn("w:t"):
            html.append(escape(child.text or ""))
            text.append(child.text or "")
        elif tag in (qn("w:br"), qn("w:cr")):
            html.append("" if child.get(qn("w:type")) == "page" else "<br>")
            text.append("\n")
        elif tag in (qn("w:tab"), qn("w:ptab")):
            html.append(" ")
            text.append(" ")
        elif tag in (qn("w:noBreakHyphen"), qn("w:softHyphen")):
            html.append("-" if tag == qn("w:noBreakHyphen") else "")
            text.append("-" if tag == qn("w:noBreakHyphen") else "")
        elif tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
            self._note(child, html)
        elif tag in (qn("w:drawing"), qn("w:pict")) or tag == f"{MC}AlternateContent":
            self._pictures(child, html, text)

    def _note(self, child: t.Any, html: list[str]) -> None:
        kind = "footnotes" if child.tag == qn("w:footnoteReference") else "endnotes"
        if len(self.kept) < MOST_NOTES:
            self.kept.append((kind, child.get(qn("w:id"), "")))
            html.append(f"<sup>{len(self.kept)}</sup>")

    def _pictures(self, drawing: t.Any, html: list[str], text: list[str]) -> None:
        described = next(drawing.iter(qn("wp:docPr")), None)
        alt = "" if described is None else described.get("descr") or described.get("title") or ""
        found = [blip.get(qn("r:embed"), "") for blip in drawing.iter(qn("a:blip"))]
        found += [data.get(qn("r:id"), "") for data in drawing.iter(f"{VML}imagedata")]
        for number in dict.fromkeys(filter(None, found)):
            html.append(image(self._kept(number), alt))
        if alt and found:
            text.append(alt)

    def _kept(self, number: str) -> str:
        rel = self.part.rels.get(number)
        return "" if rel is None or rel.is_external else self.out.picture(rel.target_part.blob)

    def boxes_of(self, paragraph: t.Any) -> list[t.Any]:
        """Return the paragraphs of text boxes that hang on a paragraph; what stands twice for old programs once."""
        boxes = [
            box for box in paragraph.iter(BOX)
            if not any(above.tag == f"{MC}Fallback" for above in box.iterancestors())
            and not any(above.tag == BOX for above in box.iterancestors())
        ]  # fmt: skip
        return [child for box in boxes for child in box.iterchildren(qn("w:p"))]

    def notes(self) -> list[tuple[str, str]]:
        """Return the notes that were met, in order."""
        roots = {kind: self._part(kind) for kind in NOTES if any(kind == kept for kept, _id in self.kept)}
        found = {
            (kind, note.get(qn("w:id"))): [self.of(child) for child in note.iterchildren(qn("w:p"))]
            for kind, root in roots.items() if root is not None for note in root.iterchildren()
        }  # fmt: skip
        return [
            (" ".join(html for html, _text in parts), " ".join(text for _html, text in parts))
            for parts in (found.get(one, []) for one in list(self.kept))
        ]

    def _part(self, kind: str) -> t.Any:
        for rel in self.part.rels.values():
            if not rel.is_external and rel.reltype.endswith(f"/{kind}"):
                return packed.parsed(rel.target_part.blob)
        return None
