"""The words of ODF paragraphs as HTML: what is bold or slanted, links, pictures, notes, spaces that are counted."""

import typing as t
import zipfile

from app.library.reading.readers.out import Out, escape, image

NAMES = {
    key: f"urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"
    for key in ("office", "style", "text", "table", "presentation")
}
NAMES["draw"] = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
NAMES["fo"] = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
NAMES["svg"] = "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
NAMES["xlink"] = "http://www.w3.org/1999/xlink"


def name(space: str, tag: str) -> str:
    """Return a name with its namespace."""
    return f"{{{NAMES[space]}}}{tag}"


GONE = {name("office", "annotation"), name("text", "tracked-changes"), name("text", "note-citation")}
MOST_SPACES = 40


def span(cell: t.Any, which: str) -> int:
    """Return how many columns or rows a cell takes."""
    value = cell.get(name("table", f"number-{which}-spanned"), "1")
    return min(int(value), 60) if value.isdigit() and int(value) else 1


class Words:
    """Reads paragraphs of one document; its pictures go out, its notes are kept."""

    def __init__(self, archive: zipfile.ZipFile, root: t.Any, out: Out) -> None:
        self.archive, self.out = archive, out
        self.notes: list[tuple[str, str]] = []
        self.waiting: list[t.Any] = []  # text boxes of the paragraph that was read last
        self.styles = dict(_styles(root))
        self.lists = {
            style.get(name("style", "name"), ""): next(
                style.iter(name("text", "list-level-style-number")), None
            )
            is not None
            for style in root.iter(name("text", "list-style"))
        }

    def numbered(self, element: t.Any) -> bool:
        """Say whether a list is numbered."""
        return self.lists.get(element.get(name("text", "style-name"), ""), False)

    def of(self, paragraph: t.Any) -> tuple[str, str]:
        """Return a paragraph as HTML and as text."""
        html: list[str] = []
        text: list[str] = []
        self._walk(paragraph, html, text)
        return "".join(html).strip(), "".join(text).strip()

    def _walk(self, element: t.Any, html: list[str], text: list[str]) -> None:
        self._say(element.text, html, text)
        for child in element.iterchildren():
            self._piece(child, html, text)
            self._say(child.tail, html, text)

    def _say(self, words: str | None, html: list[str], text: list[str]) -> None:
        if words:
            html.append(escape(words))
            text.append(words)

    def _piece(self, child: t.Any, html: list[str], text: list[str]) -> None:
        tag = child.tag
        if tag == name("text", "s"):
            count = child.get(name("text", "c"), "1")
            self._say(" " * min(int(count), MOST_SPACES) if count.isdigit() else " ", html, text)
        elif tag == name("text", "tab"):
            self._say(" ", html, text)
        elif tag == name("text", "line-break"):
            html.append("<br>")
            text.append("\n")
        elif tag == name("text", "note"):
            self._note(child, html)
        elif tag == name("draw", "frame"):
            self._frame(child, html, text)
        elif tag not in GONE:
            self._styled(child, html, text)

    def _styled(self, child: t.Any, html: list[str], text: list[str]) -> None:
        inner: list[str] = []
        self._walk(child, inner, text)
        said = "".join(inner)
        for tag in self.styles.get(child.get(name("text", "style-name"), ""), ()) if said.strip() else ():
            said = f"<{tag}>{said}</{tag}>"
        address = child.get(name("xlink", "href"), "") if child.tag == name("text", "a") else ""
        good = address.startswith(("http://", "https://", "mailto:"))
        html.append(f'<a href="{escape(address)}">{said}</a>' if good else said)

    def _note(self, child: t.Any, html: list[str]) -> None:
        body = child.find(name("text", "note-body"))
        if body is None or len(self.notes) >= 500:
            return
        self.notes.append(("", ""))
        number = len(self.notes)
        html.append(f"<sup>{number}</sup>")
        parts = [self.of(p) for p in body.iterchildren(name("text", "p"))]
        self.notes[number - 1] = (" ".join(html for html, _t in parts), " ".join(text for _h, text in parts))

    def _frame(self, frame: t.Any, html: list[str], text: list[str]) -> None:
        html.append(self.picture(frame))
        text.append(self.alt(frame))
        self.waiting += list(frame.iterchildren(name("draw", "text-box")))

    def boxes(self, walk: t.Callable[[t.Any], None]) -> None:
        """Hand over the text boxes that hang on the last paragraph."""
        waiting, self.waiting = self.waiting, []
        for box in waiting:
            walk(box)

    def alt(self, frame: t.Any) -> str:
        """Return the words that stand for a picture."""
        for tag in ("desc", "title"):
            found = frame.find(name("svg", tag))
            if found is not None and (found.text or "").strip():
                return " ".join((found.text or "").split())
        return ""

    def picture(self, frame: t.Any) -> str:
        """Return the picture in a frame as HTML."""
        found = frame.find(name("draw", "image"))
        address = "" if found is None else found.get(name("xlink", "href"), "")
        try:
            info = self.archive.getinfo(address.removeprefix("./")) if address else None
            data = self.archive.read(info) if info and info.file_size <= 24 * 1024 * 1024 else b""
        except (KeyError, zipfile.BadZipFile, EOFError, OSError):
            data = b""
        return image(self.out.picture(data), self.alt(frame)) if found is not None else ""


def _styles(root: t.Any) -> t.Iterator[tuple[str, tuple[str, ...]]]:
    """Go through styles of words: name and the tags that they mean."""
    for style in root.iter(name("style", "style")):
        looks = style.find(name("style", "text-properties"))
        if looks is None or style.get(name("style", "family")) != "text":
            continue
        place = looks.get(name("style", "text-position"), "")
        tags = [
            tag for tag, set_ in (
                ("strong", looks.get(name("fo", "font-weight")) == "bold"),
                ("em", looks.get(name("fo", "font-style")) == "italic"),
                ("sup", place.startswith("super")), ("sub", place.startswith("sub")),
            ) if set_
        ]  # fmt: skip
        yield style.get(name("style", "name"), ""), tuple(tags)
