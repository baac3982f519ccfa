"""What a reader writes into its folder: pages, one a line, as they are read; pictures as they lie in the file; facts last.

A reader that is ended half-way leaves what it has read. Its words are taken as they come: who reads them cleans them.
"""

import hashlib
import json
import pathlib
import typing as t
from html import escape as escape

MOST_LETTERS = 2 * 1024 * 1024  # of text in one document
MOST_MARKED = 500_000  # letters of HTML in one page
MOST_PAGES = 3000
MOST_PICTURES, MOST_PICTURE = 40, 24 * 1024 * 1024
MOST_HEADINGS = 200
PAGES, FACTS = "pages.jsonl", "facts.json"


class Full(Exception):
    """The document holds more than is read of one."""


class Out:
    """The folder of one reading."""

    def __init__(self, folder: str, first: int = 1, letters: int = 0) -> None:
        self.folder, self.number, self.letters = pathlib.Path(folder), first - 1, letters
        self.lines = (self.folder / PAGES).open("w", encoding="utf-8")
        self.outline: list[dict[str, t.Any]] = []
        self.pictures: dict[str, int] = {}

    def page(self, text: str, html: str = "", name: str = "") -> int:
        """Write the next page; return its number. Raises Full before the bounds are crossed."""
        if self.number >= MOST_PAGES or self.letters + len(text) > MOST_LETTERS or len(html) > MOST_MARKED:
            raise Full
        self.number += 1
        self.letters += len(text)
        row = {"number": self.number, "text": text, "html": html, "name": name[:120]}
        self.lines.write(json.dumps(row) + "\n")
        self.lines.flush()
        return self.number

    def heading(self, words: str, level: int, page: int, at: str = "") -> None:
        """Remember a heading for the outline."""
        if len(self.outline) < MOST_HEADINGS and words.strip():
            self.outline.append({"words": words.strip()[:160], "level": level, "page": page, "at": at})

    def picture(self, data: bytes) -> str:
        """Keep a picture of the document; return what stands for its address, "" for one too many or too large."""
        key = hashlib.sha256(data).hexdigest()
        if key not in self.pictures:
            if len(self.pictures) >= MOST_PICTURES or not 0 < len(data) <= MOST_PICTURE:
                return ""
            number = self.pictures[key] = len(self.pictures) + 1
            (self.folder / f"picture-{number}").write_bytes(data)
        return f"picture:{self.pictures[key]}"

    def finish(self, **facts: t.Any) -> None:
        """Write what is known of the whole, last of all."""
        found = {"state": "ready", "outline": self.outline, **facts}
        (self.folder / FACTS).write_text(json.dumps(found), "utf-8")


def image(address: str, alt: str) -> str:
    """Return a picture as HTML; without one its words alone."""
    if not address:
        return f"<em>{escape(alt)}</em>" if alt else ""
    return f'<img src="{address}" alt="{escape(alt)}">'
